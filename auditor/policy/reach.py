"""What a single statement lets through, its conditions aside.

For questions about breadth, which one request answers that nobody would write a policy for: who allows an action that
does not exist allows every action.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.policy.trust import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.policy.documents import Statement


def allows(statement: Statement, action: str, resource: str) -> bool:
    """Whether the statement allows an action on a resource, both given in full."""
    return (
        statement.effect == "Allow"
        and _within(action.casefold(), _folded(statement.actions), _folded(statement.not_actions))
        and _within(resource, statement.resources, statement.not_resources)
    )


def _folded(patterns: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if patterns is None else tuple(pattern.casefold() for pattern in patterns)


def _within(text: str, patterns: tuple[str, ...] | None, excluded: tuple[str, ...] | None) -> bool:
    if patterns is not None:
        return _matches_any(text, patterns)
    return excluded is not None and not _matches_any(text, excluded)


def _matches_any(text: str, patterns: Iterable[str]) -> bool:
    return any(matches(pattern, text) for pattern in patterns)
