"""Conditions of a statement, asked of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, NamedTuple

from auditor.policy.patterns import STAR, arn_matcher, matcher, tokens
from auditor.policy.service_data import condition_key
from auditor.policy.ternary import MAYBE, NO, YES, negation
from auditor.policy.values import address, boolean, moment, network, number, octets
from auditor.policy.variables import Template, Unknown, template, variable_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from auditor.policy.elements import Condition
    from auditor.policy.patterns import Tokens
    from auditor.policy.request import Request
    from auditor.policy.ternary import Truth

    Test = Callable[[str], bool]
    """Whether a value of the request matches one value of the policy."""


def _exact(pattern: Tokens) -> Test:
    return "".join(map(str, pattern)).__eq__


def _ignoring_case(pattern: Tokens) -> Test:
    wanted = "".join(map(str, pattern)).lower()
    return lambda text: text.lower() == wanted


def _bool(pattern: Tokens) -> Test:
    wanted = boolean("".join(map(str, pattern)))
    return lambda text: wanted is not None and boolean(text) is wanted


def _typed(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[[Tokens], Test]:
    """A comparison of values that are read from text; a text that cannot be read matches nothing."""

    def prepare(pattern: Tokens) -> Test:
        wanted = read(str(pattern[0])) if pattern else None

        def test(text: str) -> bool:
            value = read(text)
            return value is not None and wanted is not None and compare(value, wanted)

        return test

    return prepare


def _within(pattern: Tokens) -> Test:
    wanted = network(str(pattern[0])) if pattern else None

    def test(text: str) -> bool:
        value = address(text)
        return value is not None and wanted is not None and wanted.contains(value)

    return test


class Operator(NamedTuple):
    """What one condition operator does."""

    prepare: Callable[[Tokens], Test]
    """Makes the test of one policy value."""
    negated: bool = False
    """Whether a request value must match none of the policy's values."""
    variables: bool = False
    """Whether `${...}` in a policy value is a variable."""
    wildcards: bool = False
    """Whether `*` and `?` in a policy value are wildcards."""


OPERATORS: dict[str, Operator] = {
    "stringequals": Operator(_exact, variables=True),
    "stringnotequals": Operator(_exact, variables=True, negated=True),
    "stringequalsignorecase": Operator(_ignoring_case, variables=True),
    "stringnotequalsignorecase": Operator(_ignoring_case, variables=True, negated=True),
    "stringlike": Operator(matcher, variables=True, wildcards=True),
    "stringnotlike": Operator(matcher, variables=True, wildcards=True, negated=True),
    "numericequals": Operator(_typed(number, eq)),
    "numericnotequals": Operator(_typed(number, eq), negated=True),
    "numericlessthan": Operator(_typed(number, lt)),
    "numericlessthanequals": Operator(_typed(number, le)),
    "numericgreaterthan": Operator(_typed(number, gt)),
    "numericgreaterthanequals": Operator(_typed(number, ge)),
    "dateequals": Operator(_typed(moment, eq)),
    "datenotequals": Operator(_typed(moment, eq), negated=True),
    "datelessthan": Operator(_typed(moment, lt)),
    "datelessthanequals": Operator(_typed(moment, le)),
    "dategreaterthan": Operator(_typed(moment, gt)),
    "dategreaterthanequals": Operator(_typed(moment, ge)),
    "bool": Operator(_bool, variables=True),
    "binaryequals": Operator(_typed(octets, eq)),
    "ipaddress": Operator(_within),
    "notipaddress": Operator(_within, negated=True),
    "arnequals": Operator(arn_matcher, variables=True, wildcards=True),
    "arnlike": Operator(arn_matcher, variables=True, wildcards=True),
    "arnnotequals": Operator(arn_matcher, variables=True, wildcards=True, negated=True),
    "arnnotlike": Operator(arn_matcher, variables=True, wildcards=True, negated=True),
}
"""Every operator but Null, which asks for the key and not for its values."""


def compiled(condition: Condition, version: str) -> Callable[[Request], Truth]:
    """What tells whether a condition of a policy of that version holds for a request.

    Where the key is absent, or has no value, a condition does not hold, but with a negated operator, with IfExists and
    with ForAllValues it does.
    """
    if condition.operator == "null":
        return _null(condition)
    return _Compiled(condition, OPERATORS[condition.operator], version == "2012-10-17").holds


def depends_on(condition: Condition, version: str) -> dict[str, str]:
    """The context keys that the condition reads: in lower case, and as they are written."""
    keys = {condition.key: condition.written[1]}
    if version == "2012-10-17" and condition.operator != "null" and OPERATORS[condition.operator].variables:
        keys |= variable_keys(condition.values)
    return keys


class _Compiled:
    """A condition whose policy values are tests already, but for those with variables in them."""

    __slots__ = ("absent", "key", "negated", "prepare", "quantifier", "templates", "tests", "unknown")

    def __init__(self, condition: Condition, operator: Operator, variables: bool) -> None:
        self.key = condition.key
        self.quantifier = condition.quantifier
        self.negated = operator.negated
        self.prepare = operator.prepare
        taken = [_taken(value, operator, variables) for value in condition.values]
        plain = [pattern for pattern in taken if not isinstance(pattern, Template)]
        self.tests = tuple(map(operator.prepare, plain))
        self.templates = tuple(pattern for pattern in taken if isinstance(pattern, Template))
        holds = condition.quantifier == "forallvalues" or condition.if_exists
        self.absent = YES if holds or (operator.negated and not condition.quantifier) else NO
        self.unknown = self._without_values(matches_any=(STAR,) in plain)

    def _without_values(self, *, matches_any: bool) -> Truth:
        """Whether the condition holds for whatever values the key has, and if it has none."""
        found = YES if matches_any else MAYBE if self.tests or self.templates else NO
        answers = {negation(found) if self.negated else found, self.absent}
        if self.quantifier:
            answers.add(YES if self.quantifier == "forallvalues" else NO)
        return answers.pop() if len(answers) == 1 else MAYBE

    def holds(self, request: Request) -> Truth:
        values = request.context.get(self.key, request.otherwise)
        if isinstance(values, Unknown):
            return self.unknown
        if not values:
            return self.absent
        if not self.quantifier:
            found = self._matches(values[0], request)
            for value in values[1:]:
                found = max(found, self._matches(value, request))
            return negation(found) if self.negated else found
        if values == ("",):
            # To the set operators an empty text is an empty set.
            return YES if self.quantifier == "forallvalues" else NO
        each = [self._matches(value, request) for value in values]
        if self.negated:
            each = [negation(truth) for truth in each]
        return min(each) if self.quantifier == "forallvalues" else max(each)

    def _matches(self, value: str, request: Request) -> Truth:
        for test in self.tests:
            if test(value):
                return YES
        found = NO
        for pattern in self.templates:
            resolved = pattern.resolve(request)
            if isinstance(resolved, Unknown):
                found = MAYBE if found == MAYBE or self._may_match(pattern.bound(request), value) else NO
            elif resolved is not None and self.prepare(resolved)(value):
                return YES
        return found

    def _may_match(self, bound: Tokens, value: str) -> bool:
        """Whether a value may match a pattern of which a bound is known. A colon in a variable shifts the segments of
        an ARN, so these do not matter."""
        if self.prepare is _ignoring_case:
            value, bound = value.lower(), tuple(it.lower() if isinstance(it, str) else it for it in bound)
        return self.prepare is _bool or matcher(bound)(value)


def _taken(value: str, operator: Operator, variables: bool) -> Template | Tokens:
    if variables and operator.variables:
        return template(value, wildcards=operator.wildcards)
    if operator.wildcards:
        return tokens(value)
    return (value,)


def _null(condition: Condition) -> Callable[[Request], Truth]:
    """Whether the key is absent or empty (`true`), or has a value (`false`). An empty text is an empty set, as it is to
    the set operators, but for a key that never has more than one value.

    With ForAllValues the answer is always yes, with ForAnyValue always no.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    if condition.quantifier:
        constant = YES if condition.quantifier == "forallvalues" else NO
        return lambda _request: constant
    wanted = {boolean(value) for value in condition.values}
    answers = {YES if empty in wanted else NO for empty in (True, False)}
    unknown = answers.pop() if len(answers) == 1 else MAYBE

    def holds(request: Request) -> Truth:
        values = request.context.get(condition.key, request.otherwise)
        if isinstance(values, Unknown):
            return unknown
        empty = not values or (values == ("",) and _may_be_set(condition.key))
        return YES if empty in wanted else NO

    return holds


def _may_be_set(key: str) -> bool:
    known = condition_key(key)
    return known is None or known.multi_valued


def all_hold(tests: Iterable[Callable[[Request], Truth]], request: Request) -> Truth:
    """Whether all of them hold."""
    found = YES
    for test in tests:
        truth = test(request)
        if truth == NO:
            return NO
        if truth == MAYBE:
            found = MAYBE
    return found
