"""Which actions a pattern names, as a list and as a set.

Actions and their prefixes fold case; `*` and `?` are wildcards in both.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html

A set of actions is a *mask*: a number with one bit for each action, in a fixed order. To union, intersect and subtract
is then one operation each. Besides the actions that AWS documents, a mask has a bit for each service and one for all
services together that stand for an action nobody has named yet. So what `s3:*` and `NotAction` take in beyond today's
list is not forgotten. An undocumented action that a pattern spells out, in whole or in part, has no bit: where that
matters, compare the patterns themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate, compress
from typing import TYPE_CHECKING, NamedTuple

from auditor.policy.globs import covers
from auditor.policy.patterns import matcher, tokens
from auditor.policy.service_data import actions_of, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.policy.patterns import Token, Tokens

UNNAMED = "\x7f" * 64
"""What an action or service that nobody has named is called: longer than AWS's names, in letters no policy has."""


class _Order(NamedTuple):
    """All actions, each at the position of its bit: those of the table, and after those of each service UNNAMED."""

    names: list[str]
    """With the prefix, such as `s3:GetObject`."""
    starts: list[int]
    """Where each begins in `text`, and where a further one would."""
    text: str
    """All names in lower case, a line feed before each."""
    services: dict[str, tuple[int, int]]
    """Where in `text` the names of each service begin and end."""


def expand(pattern: str) -> tuple[str, ...]:
    """The documented actions that a pattern matches, in AWS's spelling, sorted.

    A name without wildcards always stands for itself, as it is written where AWS does not document it: an action that
    AWS has retired is no less allowed or denied than another.
    """
    matched = mask(pattern)
    if matched or "*" in pattern or "?" in pattern:
        return names(matched)
    return (pattern,)


@lru_cache(maxsize=1_024)
def mask(pattern: str) -> int:
    """The set of actions that a pattern matches."""
    wanted, order = tokens(pattern.lower()), _order()
    if len(wanted) == 1 and (found := _named(str(wanted[0]), order)):
        return found
    matches = matcher(wanted)
    needle = _longest_text(wanted)
    at, last = _where(wanted[0], order)
    matched = 0
    while (at := order.text.find(needle, at, last)) >= 0:
        index = bisect_right(order.starts, at + 1) - 1
        at = order.starts[index + 1] - 1
        if matches(order.text[order.starts[index] : at]):
            matched |= 1 << index
    return matched


def _named(action: str, order: _Order) -> int:
    """The set of one action, in lower case; none for the last of all, as nothing stands after it."""
    start, end = order.services.get(action.partition(":")[0], (0, 0))
    at = order.text.find(f"\n{action}\n", start, end + 1)
    return 1 << bisect_right(order.starts, at + 1) - 1 if at >= 0 else 0


def _where(first: Token, order: _Order) -> tuple[int, int]:
    """Where in the text of all actions those stand that a pattern with this first token can match."""
    service, colon, _ = first.partition(":") if isinstance(first, str) else ("", "", "")
    return order.services.get(service, (0, 0)) if colon else (0, len(order.text))


def _longest_text(pattern: Tokens) -> str:
    """What to look for in the text of all actions: every match holds it."""
    texts = [token for token in pattern if isinstance(token, str)]
    if texts and texts[0] is pattern[0]:
        texts[0] = "\n" + texts[0]
    return max(texts, key=len, default="\n")


def of_service(service: str) -> Iterator[int]:
    """The sets of each of the actions that AWS documents for a service, in the order of their names."""
    whole = mask(f"{service}:*")
    lowest = whole & -whole
    return (lowest << position for position, _ in enumerate(actions_of(service)))


def everything() -> int:
    """The set of all actions."""
    return (1 << len(_order().names)) - 1


@lru_cache(maxsize=4_096)
def statement_mask(actions: tuple[str, ...] | None, not_actions: tuple[str, ...] | None) -> int:
    """The set of actions of a statement, from its Action or its NotAction; none where it has neither."""
    if actions is not None:
        return _union(actions)
    return 0 if not_actions is None else everything() & ~_union(not_actions)


@lru_cache(maxsize=1_024)
def shared(mask: int) -> int:
    """One object for all sets that are alike: each takes 2 kB, and an account's policies come to few."""
    return mask


@lru_cache(maxsize=512)
def names(mask: int) -> tuple[str, ...]:
    """The documented actions in a set, in AWS's spelling, sorted."""
    lowest = (mask & -mask).bit_length() - 1
    bits = bin(mask >> lowest)[:1:-1] if mask else ""
    listed = compress(_order().names[lowest : lowest + len(bits)], map("1".__eq__, bits))
    return tuple(sorted(name for name in listed if not name.endswith(UNNAMED)))


def matches(pattern: str, action: str) -> bool:
    """Whether a pattern matches an action, documented or not."""
    return _matcher(pattern)(action.lower())


def minimal(patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns that no other one covers, in their order; of equal ones the first."""
    kept: dict[Tokens, str] = {}
    wide: list[Tokens] = []
    for pattern in patterns:
        wanted = tokens(pattern.lower())
        if wanted in kept or any(covers(other, wanted) for other in wide):
            continue
        if len(wanted) > 1 or not isinstance(wanted[0], str):
            kept = {other: written for other, written in kept.items() if not covers(wanted, other)}
            wide = [other for other in wide if other in kept] + [wanted]
        kept[wanted] = pattern
    return tuple(kept.values())


def _union(patterns: tuple[str, ...]) -> int:
    union = 0
    for pattern in patterns:
        union |= mask(pattern)
    return union


@lru_cache(maxsize=16_384)
def _matcher(pattern: str) -> Callable[[str], bool]:
    return matcher(tokens(pattern.lower()))


@cache
def _order() -> _Order:
    lines, services, end = [], {}, 0
    for service, names in table().names.items():
        start = f"\n{service}:"
        lines.append(f"{start}{names.replace(' ', start)}{start}{UNNAMED}" if names else f"{start}{UNNAMED}")
        services[service] = (end, end := end + len(lines[-1]))
    lines.append(f"\n{UNNAMED}:{UNNAMED}")
    services[UNNAMED] = (end, end + len(lines[-1]))
    text = "".join(lines)
    listed = text.split("\n")[1:]
    return _Order(listed, list(accumulate((len(name) + 1 for name in listed), initial=1)), text.lower(), services)
