"""What could be left out without changing what a document means.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.globs import covers
from auditor.policy.linting.issue import Flaw, shown, suggestion
from auditor.policy.patterns import STAR, tokens

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Principals, Statement
    from auditor.policy.patterns import Tokens

ACTION: Final = suggestion(
    "policy-action-redundant",
    "REDUNDANT_ACTION",
    "An action is covered by another",
    "What it names is named by another entry already, so a later edit of one of the two will surprise.",
    "Remove the narrower of the two.",
)
RESOURCE: Final = suggestion(
    "policy-resource-redundant",
    "REDUNDANT_RESOURCE",
    "A resource is covered by another",
    "What it names is named by another entry already, so a later edit of one of the two will surprise.",
    "Remove the narrower of the two.",
)
STATEMENT: Final = suggestion(
    "policy-statement-redundant",
    "REDUNDANT_STATEMENT",
    "Two statements say the same",
    "One of them can be edited or removed without any effect, which a reader won't expect.",
    "Remove one of them.",
    severity="low",
)

_MOST: Final = 300
"""Lists longer than this are compared for equal entries only; no policy within AWS's quotas has one."""
_LONGEST: Final = 2_048
"""Longer texts are no patterns of actions or ARNs that mean anything, and are compared as they stand."""


def statement(_policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The lists of actions and resources of a statement."""
    for check, element, listed in (
        (ACTION, "Action", statement.actions),
        (ACTION, "NotAction", statement.not_actions),
        (RESOURCE, "Resource", statement.resources),
        (RESOURCE, "NotResource", statement.not_resources),
    ):
        if listed and len(listed) > 1:
            folded = tuple(map(str.lower, listed)) if check is ACTION else listed
            for position, by in _covered(folded):
                path = (*statement.path, element, position)
                yield Flaw(check, path, f"{shown(listed[position])} is covered by {shown(listed[by])}")


@lru_cache(maxsize=4_096)
def _covered(listed: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """The positions of entries that another one covers, each with the position of that one."""
    first: dict[str, int] = {}
    for position, text in enumerate(listed):
        first.setdefault(text, position)
    wide = [(tokens(text), position) for text, position in first.items() if _is_pattern(text)]
    found = []
    for position, text in enumerate(listed):
        by = first[text] if first[text] != position else None
        if by is None and wide and len(listed) <= _MOST and len(text) <= _LONGEST:
            by = _by(position, tokens(text), wide)
        if by is not None:
            found.append((position, by))
    return tuple(found)


def _is_pattern(text: str) -> bool:
    return ("*" in text or "?" in text) and len(text) <= _LONGEST


def _by(position: int, narrow: Tokens, wide: list[tuple[Tokens, int]]) -> int | None:
    """The first wide pattern that covers one; of two that cover each other the later is covered."""
    head = narrow[0] if isinstance(narrow[0], str) else ""
    for other, at in wide:
        beginning = other[0]
        if at == position or (isinstance(beginning, str) and not head.startswith(beginning)):
            continue
        only_begins = len(other) == 2 and isinstance(beginning, str) and other[1] == STAR
        if (only_begins or covers(other, narrow)) and (at < position or not covers(narrow, other)):
            return at
    return None


def document(policy: Policy) -> Iterator[Flaw]:
    """Statements that say what an earlier one says, whatever the order of their lists."""
    if len(policy.statements) < 2:
        return
    first: dict[Hashable, int] = {}
    for statement in policy.statements:
        earlier = first.setdefault(_meaning(statement), statement.index)
        if earlier != statement.index:
            yield Flaw(STATEMENT, statement.path, f"statement {earlier + 1} says the same")


def _meaning(statement: Statement) -> Hashable:
    """A statement without its Sid and without any order."""
    return (
        statement.allow,
        _principals(statement.principals),
        _principals(statement.not_principals),
        _unordered(statement.actions, fold=True),
        _unordered(statement.not_actions, fold=True),
        _unordered(statement.resources),
        _unordered(statement.not_resources),
        frozenset(
            (condition.operator, condition.quantifier, condition.if_exists, condition.key, frozenset(condition.values))
            for condition in statement.conditions
        ),
    )


def _principals(named: Principals | None) -> Hashable:
    return None if named is None else (named.anyone, frozenset(named.entries))


def _unordered(listed: tuple[str, ...] | None, *, fold: bool = False) -> Hashable:
    if listed is None:
        return None
    return frozenset(map(str.lower, listed) if fold else listed)
