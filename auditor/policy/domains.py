"""Values of a condition key that stand for all others.

The conditions of a question tell only so many kinds of values of a key apart: absent, below 10, exactly 10, within
192.0.2.0/24, beginning with `prod-`. One value of each kind is enough to know what the conditions make of any. Keys
that carry several values at once are told apart by sets of such values.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from auditor.policy.atoms import Glob, TooLarge, atoms
from auditor.policy.conditions import OPERATORS
from auditor.policy.patterns import STAR, tokens
from auditor.policy.values import moment, network, number
from auditor.policy.variables import Template, Variable, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from auditor.policy.elements import Condition
    from auditor.policy.patterns import Tokens

    Use = tuple[Condition, str]
    """A condition, and the version of the policy it stands in."""

MAX_SETS: Final = 4096
"""How many sets of values of one key are told apart before the question is given up."""

_NO_VALUE: Final = "x"
"""What is neither a number, a date nor an address."""
TYPED: Final = {"Numeric": "number", "Date": "date", "IPAddress": "address", "Bool": "text"}
"""The types of keys whose values have one form, and how these are read."""
_SECOND: Final = 10**9
_DAY: Final = 86_400 * _SECOND
_YEARS: Final = range(-62_135_596_800 * _SECOND, 253_402_300_800 * _SECOND)
"""The moments that have a year of four digits, in nanoseconds since 1970."""
_EVERY_ADDRESS: Final = {4: 1 << 32, 6: 1 << 128}
_EXAMPLE_ADDRESSES: Final = {4: 0xCB007107, 6: 0x20010DB8 << 96 | 7}
"""203.0.113.7 and 2001:db8::7, from the ranges for documentation."""


def family(condition: Condition) -> str:
    """How an operator reads values: as `number`, `date`, `address` or `text`, or not at all (`presence`)."""
    operator = condition.operator
    if operator.startswith("numeric"):
        return "number"
    if operator.startswith("date"):
        return "date"
    if operator.endswith("ipaddress"):
        return "address"
    return "presence" if operator == "null" else "text"


def single_values(uses: Sequence[Use], others: Iterable[Glob] = (), types: Sequence[str] = ()) -> list[str]:
    """One value of each kind that some conditions on one key, all of one family, tell apart.

    Texts are told apart by `others` as well. Where AWS documents the types of the key, no value is of another.
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

    Raises:
        TooLarge: there are too many kinds.
    """
    told = [(condition, version) for condition, version in uses if family(condition) != "presence"]
    typed = [TYPED.get(name, "") for name in types]
    kind = family(told[0][0]) if told else next(iter(typed), "presence")
    texts = [value for condition, _ in told for value in condition.values]
    odd = () if kind in typed else (_NO_VALUE,)
    if kind == "number":
        return [*map(str, _around_numbers(map(number, texts))), *odd]
    if kind == "date":
        return [*map(_date, _around_moments(map(moment, texts))), *odd]
    if kind == "address":
        return [*_around_networks(texts), *odd]
    if tuple(types) == ("Bool",):
        return ["true", "false"]
    return list(atoms(tuple(dict.fromkeys((*_globs(told), *others)))).examples)


def sets_of_values(values: Sequence[str], tests: Iterable[int]) -> list[tuple[str, ...]]:
    """Sets of values that stand for all sets that some tests tell apart, the single values among them.

    A test is the values that meet a condition; bit n is the value at position n. Whether any, or whether all of a set
    meet it is seen from the largest set that has the same answers: all values, without those that would spoil one.

    Raises:
        TooLarge: there are too many sets.
    """
    everything = (1 << len(values)) - 1
    sets = {everything}
    for test in tests:
        sets |= {chosen & kept for chosen in sets for kept in (test, everything & ~test)}
        if len(sets) > MAX_SETS:
            raise TooLarge("the conditions on one key overlap in too many ways")
    sets.discard(0)
    sets |= {1 << position for position in range(len(values))}
    ordered = sorted(sets, key=lambda chosen: (chosen.bit_count(), chosen))
    return [tuple(value for position, value in enumerate(values) if chosen >> position & 1) for chosen in ordered]


def has_variables(condition: Condition, version: str) -> bool:
    """Whether what the condition compares with depends on other keys of the request."""
    return _reads_variables(condition, version) and any(
        "${" in value and isinstance(template(value, wildcards=False), Template) for value in condition.values
    )


def upper_bound(pattern: Template | Tokens) -> Tokens:
    """A pattern that matches at least what a template does, whatever its variables are."""
    if not isinstance(pattern, Template):
        return pattern
    return tuple(STAR if isinstance(part, Variable) else part for part in pattern.parts)


def _reads_variables(condition: Condition, version: str) -> bool:
    operator = OPERATORS.get(condition.operator)
    return operator is not None and operator.variables and version == "2012-10-17"


def _globs(uses: Iterable[Use]) -> Iterable[Glob]:
    for condition, version in uses:
        name = condition.operator
        wildcards = OPERATORS[name].wildcards
        arn = name.startswith("arn")
        fold = name == "bool" or name.endswith("ignorecase")
        for value in condition.values:
            if _reads_variables(condition, version) and "${" in value:
                pattern = upper_bound(template(value, wildcards=wildcards))
            else:
                pattern = tokens(value) if wildcards else (value,)
            yield Glob(pattern, arn, fold)


def _around_numbers(found: Iterable[Decimal | None]) -> list[Decimal]:
    """Each number, one between each two neighbours, one below all and one above all."""
    from decimal import ROUND_FLOOR, Decimal, localcontext

    cuts = sorted({cut for cut in found if cut is not None})
    if not cuts:
        return [Decimal(1)]
    with localcontext() as context:
        context.prec = 2000
        around = [cuts[0] - 1]
        for low, high in zip(cuts, [*cuts[1:], cuts[-1] + 2], strict=True):
            middle = (low + high) / 2
            whole = middle.to_integral_value(ROUND_FLOOR)
            around += [low, whole if low < whole else middle]
    if any(not low < high for low, high in pairwise(around)):
        raise TooLarge("two numbers are too far apart in size to be told apart")
    return around


def _around_moments(found: Iterable[int | None]) -> list[int]:
    """As for numbers; between neighbours a whole second where there is one."""
    cuts = sorted({cut for cut in found if cut is not None})
    if not cuts:
        return [0]
    around = [cuts[0] - _DAY]
    for low, high in zip(cuts, [*cuts[1:], cuts[-1] + 2 * _DAY], strict=True):
        middle = (low + high) // 2
        whole = middle - middle % _SECOND
        around += [low, whole if low < whole else middle] if middle > low else [low]
    return around


def _date(nanoseconds: int) -> str:
    """A form that is read as that moment: ISO 8601, or epoch time for years of more or less than four digits."""
    from datetime import UTC, datetime, timedelta

    seconds, fraction = divmod(nanoseconds, _SECOND)
    if nanoseconds not in _YEARS:
        return str(nanoseconds // 10**6) if seconds > 0 else str(seconds)
    written = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    digits = f".{fraction:09}".rstrip("0") if fraction else ""
    return f"{written:%Y-%m-%dT%H:%M:%S}".zfill(19) + f"{digits}Z"


def _around_networks(texts: Iterable[str]) -> Iterable[str]:
    """One address of each range that the networks cut the addresses of their version into."""
    from ipaddress import IPv4Address, IPv6Address

    networks = [found for found in map(network, texts) if found is not None]
    for version, size in _EVERY_ADDRESS.items():
        cuts = {0, size}
        for found in networks:
            if found.version == version:
                cuts |= {found.first, found.last + 1}
        ordered = sorted(cuts)
        for first, end in pairwise(ordered):
            example = _EXAMPLE_ADDRESSES[version]
            chosen = example if first <= example < end else min(first + 1, end - 1)
            yield str(IPv4Address(chosen) if version == 4 else IPv6Address(chosen))
