"""How sentences name principals, and what must hold for a request to be allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.access.world import Access


def named(arn: str) -> str:
    """A user, role, group or policy by its kind and its name without path, such as `role web`."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return f"{kind} {name.rpartition('/')[2]}"


def caveats(steps: Iterable[Access]) -> str:
    """Under which circumstances some requests are allowed, and what may forbid them nevertheless."""
    known = tuple(steps)
    given = dict.fromkeys(f"{key} is {value}" for step in known for key, value in step.given)
    unless = dict.fromkeys(step.unless for step in known if step.unless)
    parts = [
        *([f"if {' and '.join(given)}"] if given else []),
        *([f"unless {' or '.join(unless)}"] if unless else []),
    ]
    return f" ({', '.join(parts)})" if parts else ""
