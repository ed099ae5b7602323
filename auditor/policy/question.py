"""Policies as boxes in one space of requests: the common ground on which they are compared.

The dimensions are the caller, the action, the resource, each condition key, and each test that cannot be modelled:
one that compares with a policy variable. Such a test is a dimension of two atoms, no and yes, and what can be told of
it is where it cannot hold, or not fail; what is found to differ only there is no proof until a request shows it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from auditor.policy.atoms import Glob, TooLarge
from auditor.policy.boxes import Box, Space, meet
from auditor.policy.callers import KMS_ACCOUNT_KEY, Callers
from auditor.policy.conditions import OPERATORS, compiled
from auditor.policy.dimensions import (
    ABSENT,
    ACTION,
    ALWAYS,
    KEYS,
    MAX_TESTS,
    NEVER,
    PRINCIPAL,
    RESOURCE,
    Key,
    key_of,
)
from auditor.policy.domains import family, has_variables, upper_bound
from auditor.policy.elements import Kind
from auditor.policy.holes import Test, all_tests, bound, plain_part, settle, tests_of
from auditor.policy.principals import Grade, Named
from auditor.policy.specials import BY_TRUST
from auditor.policy.ternary import YES
from auditor.policy.texts import Texts, action_glob, actions, resource_patterns
from auditor.policy.variables import Template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.policy.document import Policy
    from auditor.policy.domains import Use
    from auditor.policy.elements import Condition, Statement


class Question:
    """Policies, and the space that all their statements are boxes in."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        """Lay out the space for some policies of one kind. Raises TooLarge."""
        self.who = Callers(policies)
        self.statements = [(policy, statement) for policy in policies for statement in policy.statements]
        if len(self.who.all) * len(self.statements) > MAX_TESTS:
            raise TooLarge("there are too many principals")
        self.asked: frozenset[str] = BY_TRUST if any(it.kind is Kind.TRUST for it in policies) else frozenset()
        compared = {condition.key for _, statement in self.statements for condition in statement.conditions}
        told_apart = (*sorted(self.asked), *(("kms:*",) if KMS_ACCOUNT_KEY in compared else ()))
        self.actions = actions((statement for _, statement in self.statements), told_apart)
        self.tests = dict.fromkeys(all_tests(self.statements))
        self.settled = settle(tuple(self.tests), self.statements, self.who)
        patterns = [pattern for policy, it in self.statements for pattern in resource_patterns(it, policy.version)]
        self.resources = Texts((*map(Glob, map(upper_bound, patterns)), *chain.from_iterable(self._told_apart(""))))
        self.dimensions: list[Key | Test] = []
        self.numbers: dict[object, int] = {}
        self.places: dict[str, list[int]] = {}
        self._masks: dict[tuple[object, str], int] = {}
        self._lay_out_keys()
        for test in self.tests:
            self.numbers[test] = KEYS + len(self.dimensions)
            self.dimensions.append(test)
        keys = ((1 << len(item.values)) - 1 if isinstance(item, Key) else NEVER | ALWAYS for item in self.dimensions)
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
            self.numbers[key, kind] = KEYS + len(self.dimensions)
            texts = tuple(self._told_apart(key)) if kind == "text" else ()
            self.places.setdefault(key, []).append(KEYS + len(self.dimensions))
            self.dimensions.append(key_of(key, list(found), self.who, texts))
        for pair, home in homes.items():
            self.numbers[pair] = self.numbers[home]

    def _told_apart(self, key: str) -> Iterator[tuple[Glob, ...]]:
        """What else must be told apart in the values of a key that tests compare; without a key, in resources."""
        for test in self.tests:
            if test.key == key:
                yield tuple(bound(pattern, test.form) for pattern in test.patterns)
                settled = self.settled.get(test, {}).values()
                yield from ((bound(pattern, test.form),) for pattern in settled if pattern is not None)

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
        tests = [self.numbers[Test("", "text", (pattern,))] for pattern in patterns if isinstance(pattern, Template)]
        exact = self.resources.mask(map(Glob, plain))
        if statement.resources is None:
            return [{RESOURCE: self.resources.full & ~exact, **dict.fromkeys(tests, NEVER)}]
        return [{RESOURCE: exact}, *({test: ALWAYS} for test in tests)]

    def _condition(self, condition: Condition, version: str) -> list[Box]:
        number = self.numbers[condition.key, family(condition)]
        if has_variables(condition, version):
            return self._with_variables(number, condition, version)
        return [{number: self._holding(number, condition, version)}]

    def _holding(self, number: int, condition: Condition, version: str) -> int:
        """The atoms of a key for which a condition without variables holds."""
        asked = _anywhere(condition)
        mask = self._masks.get((asked, version))
        if mask is None:
            dimension = self.dimensions[number - KEYS]
            assert isinstance(dimension, Key)
            holds = compiled(condition, version)
            mask = sum(1 << atom for atom, request in enumerate(dimension.requests) if holds(request) == YES)
            self._masks[asked, version] = mask
        return mask

    def _with_variables(self, number: int, condition: Condition, version: str) -> list[Box]:
        """A condition in terms of its tests. To the set operators no value and an empty text are one."""
        key = self.dimensions[number - KEYS]
        assert isinstance(key, Key)
        empty = (None, ("",)) if condition.quantifier else (None,)
        nothing = sum(1 << atom for atom, values in enumerate(key.values) if values in empty)
        something = self.space.full[number] & ~nothing
        tests = tests_of(condition, version)
        never = {number: something, **{self.numbers[test]: NEVER for test in tests}}
        holding = [{number: something, self.numbers[test]: ALWAYS} for test in tests]
        if not tests[0].every:
            inside = self._holding(number, plain_part(condition, version), version)
            never[number] &= ~inside
            holding.append({number: inside})
        negated = OPERATORS[condition.operator].negated
        if condition.quantifier == "forallvalues" or (negated and not condition.quantifier):
            otherwise = nothing
        else:
            otherwise = ABSENT if condition.if_exists else 0
        return [*([never] if negated else holding), {number: otherwise}]


def _anywhere(condition: Condition) -> Condition:
    """The condition without its place."""
    return condition._replace(path=(), written=("", ""))
