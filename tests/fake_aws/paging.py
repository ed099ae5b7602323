"""Cutting lists into pages as AWS does: by count, by bytes, and with a marker bound to the request."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from .operations import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Item = TypeVar("Item")

PAGE_BYTES = 1_000_000
"""About where IAM cuts a page of authorization details: 118 policies of a few KB came as 67 and 51."""


def cut(
    items: Sequence[Item],
    params: Mapping[str, Any],
    *,
    binding: Any = None,
    mismatch: str = "Invalid Marker.",
    weigh: Callable[[Item], int] | None = None,
) -> tuple[Sequence[Item], dict[str, Any]]:
    """One page of IAM (MaxItems 1..1000, default 100): the items on it and the paging members of the answer.

    A marker is good only for requests with the same `binding`; otherwise IAM says `mismatch`.
    """
    count = params.get("MaxItems", 100)
    if not 1 <= count <= 1000:
        bound = "greater than or equal to 1" if count < 1 else "less than or equal to 1000"
        raise AWSError(
            "ValidationError",
            f"1 validation error detected: Value '{count}' at 'maxItems' failed to satisfy constraint: "
            f"Member must have value {bound}",
        )
    marker = params.get("Marker")
    start = _open(marker, binding, "ValidationError", mismatch) if marker is not None else 0
    end = _end(items, start, count, weigh)
    if end >= len(items):
        return items[start:end], {"IsTruncated": False}
    return items[start:end], {"IsTruncated": True, "Marker": _seal(end, binding)}


def cut_by_token(
    items: Sequence[Item], params: Mapping[str, Any], *, largest: int, binding: Any = None
) -> tuple[Sequence[Item], dict[str, Any]]:
    """One page in the style of MaxResults and NextToken; `largest` is also the default size."""
    token = params.get("NextToken")
    start = _open(token, binding, "InvalidInputException", "You provided an invalid token.") if token else 0
    end = start + min(params.get("MaxResults", largest), largest)
    more = {"NextToken": _seal(end, binding)} if end < len(items) else {}
    return items[start:end], more


def _end(items: Sequence[Item], start: int, count: int, weigh: Callable[[Item], int] | None) -> int:
    if weigh is None:
        return start + count
    weight = 0
    for position in range(start, min(start + count, len(items))):
        weight += weigh(items[position])
        if weight > PAGE_BYTES and position > start:
            return position
    return start + count


def _digest(binding: Any) -> str:
    return hashlib.sha256(json.dumps(binding, sort_keys=True).encode()).hexdigest()[:24]


def _seal(position: int, binding: Any) -> str:
    # The real ones hold "+", "/" and "=", which a client must encode; 0xFB 0xEF 0xFF begins with "++//".
    return base64.b64encode(b"\xfb\xef\xff" + f"{_digest(binding)}:{position}".encode()).decode()


def _open(marker: str, binding: Any, code: str, message: str) -> int:
    try:
        digest, _, position = base64.b64decode(marker, validate=True)[3:].decode().partition(":")
        start = int(position)
    except ValueError:
        raise AWSError(code, "Invalid Marker." if code == "ValidationError" else message) from None
    if digest != _digest(binding):
        raise AWSError(code, message)
    return start
