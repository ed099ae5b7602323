"""Evidence in reports: values of the snapshot as plain JSON, and in words."""

from __future__ import annotations

import json
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from auditor.findings.visible import cut, visible

if TYPE_CHECKING:
    from auditor.findings.model import Place

MAX_TEXT = 2000
"""Longest text, in characters, that is repeated from the snapshot; the pointer leads to the whole of it."""

MAX_ITEMS = 100
"""Most items of a list or object that are repeated from the snapshot."""

_MAX_DEPTH = 10


def plain(value: object, depth: int = 0) -> Any:
    """A value of the snapshot in the types of JSON, bounded in every direction."""
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, dict | list | tuple):
        return _items(value, depth + 1) if depth < _MAX_DEPTH else "…"
    return cut(str(value), MAX_TEXT)


def _items(value: dict[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> Any:
    more = len(value) - MAX_ITEMS
    if isinstance(value, dict):
        kept = {cut(str(key), MAX_TEXT): plain(item, depth) for key, item in list(value.items())[:MAX_ITEMS]}
        return kept | ({"…": f"{more} more"} if more > 0 else {})
    return [plain(item, depth) for item in value[:MAX_ITEMS]] + ([f"… {more} more"] if more > 0 else [])


def moment(value: datetime) -> str:
    """A time in UTC, in ISO 8601 with a Z: `2026-11-20T12:00:00Z`."""
    return value.isoformat().replace("+00:00", "Z")


def words(place: Place, limit: int) -> str:
    """A place and its value on one line of about `limit` characters: `"AccountMFAEnabled": 0`."""
    value = cut(visible(json.dumps(plain(place.value), ensure_ascii=False)), max(limit, 20))
    return f"{label(place)}: {value}{dated(place)}"


def label(place: Place) -> str:
    """The key that a place is under, and its position where it is in a list: `"AttachedManagedPolicies"[0]`."""
    *path, last = place.pointer.split("/")
    if last.isdecimal() and path:
        return f'"{_key(path[-1])}"[{last}]'
    return f'"{_key(last)}"'


def _key(token: str) -> str:
    return visible(cut(token.replace("~1", "/").replace("~0", "~"), 200))


def dated(place: Place) -> str:
    """When AWS computed the value, where that was before the scan."""
    return f" (credential report of {place.as_of:%Y-%m-%d %H:%M} UTC)" if place.as_of else ""
