"""The dimensions of a question: their numbers, and the values of a condition key that it tells apart."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.atoms import TooLarge
from auditor.policy.conditions import compiled
from auditor.policy.domains import TYPED, sets_of_values, single_values
from auditor.policy.holes import plain_part, several_values
from auditor.policy.principals import Principal
from auditor.policy.request import Request
from auditor.policy.service_data import condition_key
from auditor.policy.ternary import YES
from auditor.policy.texts import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.policy.atoms import Glob
    from auditor.policy.callers import Callers
    from auditor.policy.domains import Use
    from auditor.policy.elements import Condition

    Values = tuple[str, ...] | None
    """What a request carries under a key; None where it has no such key."""

PRINCIPAL: Final = 0
ACTION: Final = 1
RESOURCE: Final = 2
KEYS: Final = 3
"""The first dimension that is a condition key or a test."""

ABSENT: Final = 1
"""The atom of a key that a request does not have."""
NEVER: Final = 1
ALWAYS: Final = 2
"""The atoms of a test: it fails, or it holds."""

MAX_TESTS: Final = 2_000_000
"""How many callers are put to statements, and values to the conditions on one key, before the question is given up."""


class Key(NamedTuple):
    """The dimension of a condition key: an atom for each of these values, of which None is the first."""

    name: str
    """In lower case."""
    values: tuple[Values, ...]
    requests: tuple[Request, ...]
    """For each of the values a request that carries it."""


def key_of(key: str, uses: Sequence[Use], who: Callers, groups: Sequence[tuple[Glob, ...]]) -> Key:
    """The dimension of a key for some conditions on it, all of one family.

    Texts are told apart by `groups` as well: by whether some value, and whether every value, matches one of a group.

    Raises:
        TooLarge: there are too many kinds of values.
    """
    quantified = any(condition.quantifier for condition, _ in uses)
    patterns = dict.fromkeys(value for condition, _ in uses for value in condition.values)
    others = (*who.globs(key), *chain.from_iterable(groups))
    known = condition_key(key)
    types = known.types if known else ()
    singles = [*who.examples(key, patterns), *single_values(uses, others, types)]
    if (len(uses) + len(groups)) * len(singles) > MAX_TESTS:
        raise TooLarge("there are too many conditions on one key")
    several = several_values(key)
    sets: list[tuple[str, ...]] = [(value,) for value in singles]
    if several or (several is None and quantified):
        requests = [_request(key, values) for values in sets]
        asked = (_test(plain_part(*use), use[1], requests) for use in uses)
        matched = (_matched(globs, singles) for globs in groups)
        sets = sets_of_values(singles, chain(asked, matched))
    if (quantified or several) and not any(name in TYPED for name in types):
        # To the set operators and to Null an empty text is an empty set, which is not so to others.
        sets.append(("",))
    values = tuple(dict.fromkeys((None, *sets)))
    return Key(key, values, tuple(_request(key, value) for value in values))


def _matched(globs: Iterable[Glob], values: Iterable[str]) -> int:
    tests = [matches(glob) for glob in globs]
    return sum(1 << number for number, value in enumerate(values) if any(holds(value) for holds in tests))


def _test(condition: Condition, version: str, requests: Sequence[Request]) -> int:
    holds = compiled(condition, version)
    return sum(1 << number for number, request in enumerate(requests) if holds(request) == YES)


def _request(key: str, values: Values) -> Request:
    return Request(Principal.anonymous(), "any:Action", context={key: values})
