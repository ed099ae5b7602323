"""Tests that compare with policy variables, and what is known of them whatever the variables turn out to be.

Whether `home/${aws:username}/x` matches hangs on the request, so a question keeps such a test as it is: it fails, or it
holds. But some tests follow from others: what matches `home/${aws:username}/x` matches `home/${aws:username}/*`, since
a variable has one value throughout a request.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.atoms import Glob
from auditor.policy.conditions import OPERATORS
from auditor.policy.domains import has_variables, upper_bound
from auditor.policy.globs import covers
from auditor.policy.patterns import QUESTION, STAR, arn_segments, tokens
from auditor.policy.service_data import condition_key
from auditor.policy.texts import resource_patterns
from auditor.policy.variables import Template, Variable, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.policy.callers import Callers
    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement
    from auditor.policy.patterns import Token, Tokens

MAX_SETTLED: Final = 16
"""How many values of a variable are put in its place."""

MAX_DEFAULTS: Final = 4
"""With more variables that have defaults than this it is not told whether a test follows from another."""

WITH_VARIABLES: Final = "2012-10-17"
"""The version of the language that has variables."""

_FIRST_LETTER: Final = 0xE000
"""Of the letters that stand for variables: none of these is assigned, so none stands in a policy but in bad faith."""
_LAST_LETTER: Final = 0xF8FF


class Test(NamedTuple):
    """A comparison with patterns that have variables: whether some value, or every value, matches one of them."""

    key: str
    """The condition key that is compared, in lower case; nothing where it is the resource."""
    form: str
    """How texts are compared: as `text`, without regard to case (`folded`), as an `arn`, or as a `bool`."""
    patterns: tuple[Template | Tokens, ...]
    """Of a test of some value there is one, a Template."""
    every: bool = False


def form(condition: Condition) -> str:
    """How the operator of a condition compares texts."""
    name = condition.operator
    if name == "bool":
        return "bool"
    return "arn" if name.startswith("arn") else "folded" if name.endswith("ignorecase") else "text"


def patterns(condition: Condition, version: str = WITH_VARIABLES) -> tuple[Template | Tokens, ...]:
    """The values of a condition in a policy of a version, taken apart."""
    wildcards = OPERATORS[condition.operator].wildcards
    if version == WITH_VARIABLES:
        return tuple(template(value, wildcards=wildcards) for value in condition.values)
    return tuple(tokens(value) if wildcards else (value,) for value in condition.values)


def plain_part(condition: Condition, version: str) -> Condition:
    """Of a condition with variables, whether some value matches one of the patterns without; any other as it is."""
    if not has_variables(condition, version):
        return condition
    listed = zip(condition.values, patterns(condition), strict=True)
    return condition._replace(
        operator=condition.operator.replace("not", "", 1),
        quantifier=condition.quantifier and "foranyvalue",
        if_exists=False,
        values=tuple(value for value, pattern in listed if not isinstance(pattern, Template)),
    )


def bound(pattern: Template | Tokens, how: str) -> Glob:
    """What matches at least what a pattern does in a form of comparison.

    The value of a variable may have colons, which shift the segments of an ARN, so these do not bound it.
    """
    if isinstance(pattern, Template):
        return Glob((STAR,)) if how == "bool" else Glob(_merged(upper_bound(pattern)), fold=how == "folded")
    return Glob(pattern, arn=how == "arn", fold=how in ("folded", "bool"))


def variables(pattern: Template | Tokens) -> Iterator[Variable]:
    """The variables in a pattern."""
    if isinstance(pattern, Template):
        yield from (part for part in pattern.parts if isinstance(part, Variable))


@lru_cache(maxsize=4096)
def several_values(key: str) -> bool | None:
    """Whether a key may have several values at once; None where that is not known."""
    known = condition_key(key)
    return known.multi_valued if known else None


def tests_of(condition: Condition, version: str) -> tuple[Test, ...]:
    """The tests that a condition with variables comes to.

    Whether some value matches is a test for each pattern with variables. That every value matches, or that some value
    doesn't, is a single test, unless the key never has more than one value.
    """
    negated, quantifier = OPERATORS[condition.operator].negated, condition.quantifier
    how, listed = form(condition), patterns(condition)
    if quantifier == ("foranyvalue" if negated else "forallvalues") and several_values(condition.key) is not False:
        return (Test(condition.key, how, tuple(sorted(set(listed), key=repr)), every=True),)
    return tuple(Test(condition.key, how, (it,)) for it in dict.fromkeys(listed) if isinstance(it, Template))


def all_tests(statements: Iterable[tuple[Policy, Statement]]) -> Iterator[Test]:
    """The tests of some statements."""
    for policy, statement in statements:
        for condition in statement.conditions:
            if has_variables(condition, policy.version):
                yield from tests_of(condition, policy.version)
        for pattern in resource_patterns(statement, policy.version):
            if isinstance(pattern, Template):
                yield Test("", "text", (pattern,))


def settle(
    tests: Sequence[Test], statements: Sequence[tuple[Policy, Statement]], who: Callers
) -> dict[Test, dict[str | None, Tokens | None]]:
    """What the tests with a single variable compare with: where it has each text that policies name, or that a caller
    is known to have; and, under None, where it has none. What matches nothing is None."""
    read = {it.key for test in tests for pattern in test.patterns for it in variables(pattern)}
    named: dict[str, dict[str | None, None]] = {key: {None: None} for key in read}
    for policy, statement in statements:
        for condition in statement.conditions:
            if condition.key in read and condition.operator in ("stringequals", "stringnotequals"):
                texts = map(literal, patterns(condition, policy.version))
                named[condition.key] |= dict.fromkeys(text for text in texts if text is not None)
    for key in read:
        values = (caller.value(key) for caller in who.all if caller.known(key))
        named[key] |= dict.fromkeys(value[0] for value in values if value)
    found: dict[Test, dict[str | None, Tokens | None]] = {}
    for test in tests:
        pattern = test.patterns[0]
        keys = {it.key for it in variables(pattern)}
        if isinstance(pattern, Template) and len(keys) == 1 and not test.every:
            found[test] = {value: settled(pattern, value) for value in islice(named[keys.pop()], MAX_SETTLED)}
    return found


def settled(pattern: Template, value: str | None) -> Tokens | None:
    """A template whose variables all have one value, or none of them any; None if it then matches nothing."""
    parts: list[Token] = []
    for part in pattern.parts:
        filling = (part.default if value is None else value) if isinstance(part, Variable) else part
        if filling is None:
            return None
        parts.append(filling)
    return _merged(parts)


@lru_cache(maxsize=65_536)
def follows(wide: Test, narrow: Test) -> bool:
    """Whether one test holds wherever another does. No is no proof that it doesn't."""
    if wide.key != narrow.key or wide.every is not narrow.every:
        return False
    return all(any(_covers(one, wide.form, other, narrow.form) for one in wide.patterns) for other in narrow.patterns)


def _covers(wide: Template | Tokens, wide_form: str, narrow: Template | Tokens, narrow_form: str) -> bool:
    defaults = {it.key for pattern in (wide, narrow) for it in variables(pattern) if it.default is not None}
    if len(defaults) > MAX_DEFAULTS:
        return False
    letters = _letters((wide, narrow))
    if letters is None:
        return False
    for present in product((True, False), repeat=len(defaults)):
        absent = {key for key, there in zip(sorted(defaults), present, strict=True) if not there}
        below = _lettered(narrow, letters, absent)
        if below is None:
            continue
        above = _lettered(wide, letters, absent)
        if above is None or not _covers_plain(above, wide_form, below, narrow_form, frozenset(letters.values())):
            return False
    return True


def _letters(both: Iterable[Template | Tokens]) -> dict[str, str] | None:
    """A letter for each variable that stands in none of the patterns; None where there are not enough."""
    listed = tuple(both)
    keys = dict.fromkeys(it.key for pattern in listed for it in variables(pattern))
    written = {letter for pattern in listed for text in _written(pattern) for letter in text}
    free = (chr(code) for code in range(_FIRST_LETTER, _LAST_LETTER) if chr(code) not in written)
    found = dict(zip(keys, free, strict=False))
    return found if len(found) == len(keys) else None


def _written(pattern: Template | Tokens) -> Iterator[str]:
    for part in pattern.parts if isinstance(pattern, Template) else pattern:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Variable):
            yield part.default or ""


def _lettered(pattern: Template | Tokens, letters: dict[str, str], absent: set[str]) -> Tokens | None:
    """The pattern with a letter for each variable, or its default where its key is absent."""
    parts: list[Token] = []
    for part in pattern.parts if isinstance(pattern, Template) else pattern:
        if not isinstance(part, Variable):
            parts.append(part)
        elif part.key not in absent:
            parts.append(letters[part.key])
        elif part.default is not None:
            parts.append(part.default)
        else:
            return None
    return _merged(parts)


def _covers_plain(wide: Tokens, wide_form: str, narrow: Tokens, narrow_form: str, letters: frozenset[str]) -> bool:
    if wide == narrow and wide_form == narrow_form:
        return True
    if "bool" in (wide_form, narrow_form):
        return False
    if QUESTION in wide and any(letter in str(token) for token in narrow for letter in letters):
        # It matches a letter, and not what the letter stands for.
        return False
    if wide_form == "folded":
        return covers(_lower(wide), _lower(narrow))
    if narrow_form == "folded":
        return False
    if wide_form == "arn":
        exact = not any(token in (STAR, QUESTION) for token in narrow)
        return (exact or narrow_form == "arn") and _covers_arn(wide, narrow, letters)
    return covers(wide, narrow)


def _covers_arn(wide: Tokens, narrow: Tokens, letters: frozenset[str]) -> bool:
    """By segments. Before the last one, those with variables must be the same, lest a colon in a value shifts them."""
    above, below = arn_segments(wide), arn_segments(narrow)
    if len(above) < 6 or len(below) < 6:
        return False
    for number, (one, other) in enumerate(zip(above, below, strict=True)):
        lettered = any(letter in str(token) for token in (*one, *other) for letter in letters)
        if one != other and ((lettered and number < 5) or not covers(one, other)):
            return False
    return True


def _lower(pattern: Tokens) -> Tokens:
    return tuple(token.lower() if isinstance(token, str) else token for token in pattern)


def _merged(parts: Iterable[Token]) -> Tokens:
    """The same pattern with neighbouring texts put together."""
    merged: list[Token] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged)


def literal(pattern: Template | Tokens) -> str | None:
    """The one text that a pattern matches; None where it has variables or wildcards."""
    if isinstance(pattern, Template) or any(not isinstance(token, str) for token in pattern):
        return None
    return "".join(map(str, pattern))
