"""Who is an administrator: for now, whoever holds a statement that allows every action on every resource.

One function decides it for every rule, so that a better answer replaces this one in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.policy.documents import Statement

_EVERY_ACTION = frozenset({"*", "*:*"})


def grants_administration(statements: tuple[Statement, ...]) -> Statement | None:
    """The first statement that allows every action on every resource, whatever its conditions; else None."""
    for statement in statements:
        if statement.effect != "Allow" or statement.resources is None or "*" not in statement.resources:
            continue
        if _EVERY_ACTION.intersection(statement.actions or ()):
            return statement
    return None
