"""Policies as boxes in one space of requests: the common ground on which they are compared.

The dimensions are the caller, the action, the resource, each condition key, and each test that cannot be modelled:
one that compares with a policy variable. Such a test is a dimension of two atoms, no and yes, so it equals itself and
nothing else; what is found to differ only there is no proof until a request shows it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.atoms import Glob, TooLarge
from auditor.policy.boxes import Box, Space, meet
from auditor.policy.callers import Callers
from auditor.policy.conditions import OPERATORS, compiled
from auditor.policy.domains import family, has_variables, sets_of_values, single_values, upper_bound
from auditor.policy.principals import Grade, Named, Principal
from auditor.policy.request import Request
from auditor.policy.service_data import condition_key
from auditor.policy.ternary import YES
from auditor.policy.texts import Texts, action_glob, actions, resource_patterns
from auditor.policy.variables import Template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.policy.document import Policy
    from auditor.policy.domains import Use
    from auditor.policy.elements import Condition, Statement

    Values = tuple[str, ...] | None
    """What a request carries under a key; None where it has no such key."""

PRINCIPAL: Final = 0
ACTION: Final = 1
RESOURCE: Final = 2
KEYS: Final = 3
"""The first dimension that is a condition key or a test."""

MAX_TESTS: Final = 2_000_000
"""How many callers are put to statements, and values to the conditions on one key, before the question is given up."""

_ABSENT: Final = 1
_NEVER: Final = 1
_ALWAYS: Final = 2
_EITHER: Final = 3


class Key(NamedTuple):
    """The dimension of a condition key: an atom for each of these values."""

    name: str
    """In lower case."""
    values: tuple[Values, ...]
    requests: tuple[Request, ...]
    """For each of the values a request that carries it."""


class Test(NamedTuple):
    """The dimension of a test that cannot be modelled: it fails, or it holds."""

    condition: Condition | None
    """With its operator made positive; None if the test is a resource pattern."""
    pattern: Template | None


class Question:
    """Policies, and the space that all their statements are boxes in."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        """Lay out the space for some policies of one kind. Raises TooLarge."""
        self.who = Callers(policies)
        self.statements = [(policy, statement) for policy in policies for statement in policy.statements]
        if len(self.who.all) * len(self.statements) > MAX_TESTS:
            raise TooLarge("there are too many principals")
        self.actions = actions(statement for _, statement in self.statements)
        patterns = [pattern for policy, it in self.statements for pattern in resource_patterns(it, policy.version)]
        self.resources = Texts(map(Glob, map(upper_bound, patterns)))
        self.dimensions: list[Key | Test] = []
        self._numbers: dict[object, int] = {}
        self._masks: dict[tuple[object, str], int] = {}
        self._lay_out_keys()
        self._lay_out_tests()
        keys = ((1 << len(item.values)) - 1 if isinstance(item, Key) else _EITHER for item in self.dimensions)
        self.space = Space([(1 << len(self.who.all)) - 1, self.actions.full, self.resources.full, *keys])

    def _lay_out_keys(self) -> None:
        """A dimension for each key and family of operators; Null goes with one of the others."""
        uses: dict[tuple[str, str], dict[Use, None]] = {}
        for policy, statement in self.statements:
            for condition in statement.conditions:
                pair = (condition.key, family(condition))
                uses.setdefault(pair, {})[_anywhere(condition), policy.version] = None
        with_values = {key: (key, kind) for key, kind in uses if kind != "presence"}
        homes = {pair: with_values.get(pair[0], pair) if pair[1] == "presence" else pair for pair in uses}
        for pair, home in homes.items():
            if home != pair:
                uses[home].update(uses.pop(pair))
        for (key, kind), found in uses.items():
            self._numbers[key, kind] = KEYS + len(self.dimensions)
            self.dimensions.append(_key(key, list(found), self.who))
        for pair, home in homes.items():
            self._numbers[pair] = self._numbers[home]

    def _lay_out_tests(self) -> None:
        for policy, statement in self.statements:
            for condition in statement.conditions:
                if has_variables(condition, policy.version):
                    self._add_test(Test(_positive(condition)[0], None))
            for pattern in resource_patterns(statement, policy.version):
                if isinstance(pattern, Template):
                    self._add_test(Test(None, pattern))

    def _add_test(self, test: Test) -> None:
        if test not in self._numbers:
            self._numbers[test] = KEYS + len(self.dimensions)
            self.dimensions.append(test)

    def atoms(self, region: Box, dimension: int) -> int:
        """The atoms of a dimension that a region takes in."""
        return region.get(dimension, self.space.full[dimension])

    def boxes(self, policies: Iterable[Policy], *, allow: bool) -> list[Box]:
        """The requests that the Allow statements, or the Deny statements, of some of the policies match."""
        return [
            box
            for policy in policies
            for statement in policy.statements
            if statement.allow is allow
            for box in self.boxes_of(statement, policy.version)
        ]

    def boxes_of(self, statement: Statement, version: str) -> list[Box]:
        """The requests that a statement matches: boxes that may overlap."""
        parts = [
            [{PRINCIPAL: self._callers_of(statement)}],
            [{ACTION: self._actions_of(statement)}],
            self._resources_of(statement, version),
            *(self._condition(condition, version) for condition in statement.conditions),
        ]
        boxes: list[Box] = [{}]
        for part in parts:
            alternatives = [self._without_full(box) for box in part]
            boxes = [both for box in boxes for other in alternatives if (both := meet(box, other)) is not None]
        return boxes

    def impossible(self) -> list[Box]:
        """Where no request is: a caller with a key that belongs to another, a test that holds though it cannot."""
        boxes: list[Box] = []
        for number, test in enumerate(self.dimensions, KEYS):
            if isinstance(test, Key):
                boxes += self._not_of_caller(number, test)
            elif test.pattern is not None:
                outside = self.resources.full & ~self.resources.mask([Glob(upper_bound(test.pattern))])
                boxes.append({number: _ALWAYS, RESOURCE: outside})
            elif (
                test.condition is not None
                and not test.condition.if_exists
                and test.condition.quantifier != "forallvalues"
            ):
                key = self._numbers[test.condition.key, family(test.condition)]
                boxes.append({number: _ALWAYS, key: _ABSENT})
        return boxes

    def _not_of_caller(self, number: int, key: Key) -> Iterator[Box]:
        for position, caller in enumerate(self.who.all):
            atoms = enumerate(key.values)
            never = sum(1 << atom for atom, value in atoms if not self.who.possible(caller, key.name, value))
            if never:
                yield {PRINCIPAL: 1 << position, number: never}

    def _without_full(self, box: Box) -> Box:
        full = self.space.full
        return {dimension: mask for dimension, mask in box.items() if mask != full[dimension]}

    def _callers_of(self, statement: Statement) -> int:
        if statement.principals is not None:
            named = Named(statement.principals)
            grades = [named.grade(caller.principal) for caller in self.who.all]
        elif statement.not_principals is not None:
            named = Named(statement.not_principals)
            grades = [named.grade_of_others(caller.principal, allow=statement.allow) for caller in self.who.all]
        else:
            return self.space.full[PRINCIPAL]
        return sum(1 << number for number, grade in enumerate(grades) if grade is not Grade.NONE)

    def _actions_of(self, statement: Statement) -> int:
        if statement.actions is not None:
            return self.actions.mask(map(action_glob, statement.actions))
        return self.actions.full & ~self.actions.mask(map(action_glob, statement.not_actions or ()))

    def _resources_of(self, statement: Statement, version: str) -> list[Box]:
        if statement.resources is None and statement.not_resources is None:
            return [{}]
        patterns = resource_patterns(statement, version)
        plain = [pattern for pattern in patterns if not isinstance(pattern, Template)]
        tests = [self._numbers[Test(None, pattern)] for pattern in patterns if isinstance(pattern, Template)]
        exact = self.resources.mask(map(Glob, plain))
        if statement.resources is None:
            return [{RESOURCE: self.resources.full & ~exact, **dict.fromkeys(tests, _NEVER)}]
        return [{RESOURCE: exact}, *({test: _ALWAYS} for test in tests)]

    def _condition(self, condition: Condition, version: str) -> list[Box]:
        if has_variables(condition, version):
            positive, negated = _positive(condition)
            return [{self._numbers[Test(positive, None)]: _NEVER if negated else _ALWAYS}]
        number = self._numbers[condition.key, family(condition)]
        asked = _anywhere(condition)
        mask = self._masks.get((asked, version))
        if mask is None:
            dimension = self.dimensions[number - KEYS]
            assert isinstance(dimension, Key)
            holds = compiled(condition, version)
            mask = sum(1 << atom for atom, request in enumerate(dimension.requests) if holds(request) == YES)
            self._masks[asked, version] = mask
        return [{number: mask}]


def _anywhere(condition: Condition) -> Condition:
    """The condition without its place."""
    return condition._replace(path=(), written=("", ""))


def _positive(condition: Condition) -> tuple[Condition, bool]:
    """The condition without negation and place, and whether it was negated.

    A negated operator without quantifier is the exact opposite of the operator it is named after.
    """
    plain = _anywhere(condition)._replace(values=tuple(sorted(set(condition.values))))
    opposite = condition.operator.replace("not", "", 1)
    if OPERATORS[condition.operator].negated and not condition.quantifier and not condition.if_exists:
        return plain._replace(operator=opposite), True
    return plain, False


@lru_cache(maxsize=4096)
def _several_values(key: str) -> bool | None:
    known = condition_key(key)
    return known.multi_valued if known else None


def _key(key: str, uses: list[Use], who: Callers) -> Key:
    quantified = any(condition.quantifier for condition, _ in uses)
    patterns = dict.fromkeys(value for condition, _ in uses for value in condition.values)
    singles = [*who.examples(key, patterns), *single_values(uses, who.globs(key))]
    if len(uses) * len(singles) > MAX_TESTS:
        raise TooLarge("there are too many conditions on one key")
    several = _several_values(key)
    sets: list[tuple[str, ...]] = [(value,) for value in singles]
    if several or (several is None and quantified):
        requests = [_request(key, values) for values in sets]
        sets = sets_of_values(singles, (_test(use, requests) for use in uses if not has_variables(*use)))
    if quantified:
        # To the set operators an empty text is an empty set, which is not so to others.
        sets.append(("",))
    values = tuple(dict.fromkeys((None, *sets)))
    return Key(key, values, tuple(_request(key, value) for value in values))


def _test(use: Use, requests: Sequence[Request]) -> int:
    holds = compiled(*use)
    return sum(1 << number for number, request in enumerate(requests) if holds(request) == YES)


def _request(key: str, values: Values) -> Request:
    return Request(Principal.anonymous(), "any:Action", context={key: values})
