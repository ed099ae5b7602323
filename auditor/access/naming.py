"""How sentences name principals."""

from __future__ import annotations


def named(arn: str) -> str:
    """A user, role, group or policy by its kind and its name without path, such as `role web`."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return f"{kind} {name.rpartition('/')[2]}"
