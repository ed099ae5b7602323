"""Regions in a snapshot. Apart from the models, so that it loads fast."""

from __future__ import annotations

ENABLED = frozenset({"ENABLED", "ENABLED_BY_DEFAULT"})
"""What ListRegions says of a region that the account can use."""


def region_of(key: str) -> str:
    """The region that a key of a regional section tells: the region of an ARN, else the key itself."""
    return key.split(":", 4)[3] if key.count(":") >= 4 else key
