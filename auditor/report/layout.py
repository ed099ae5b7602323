"""JSON as reports write it: one finding a line, and nothing in it that a terminal or a build server would act on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from auditor.findings.visible import harmless

_ENCODE = json.JSONEncoder(allow_nan=False).encode


def dumps(value: Any, levels: int) -> str:
    """JSON text in ASCII: the outer `levels` spread over lines, what is deeper on one line each.

    So a report can be read and compared line by line, and is written fast. Raises ValueError for NaN and infinity,
    which JSON does not have.
    """
    return _spread(value, levels, "\n")


def pieces(document: dict[str, Any], levels: int) -> Iterator[str]:
    """The same text of an object in pieces. Of lists in it iterators may be given: their items come one by one."""
    start = "{"
    for key, value in document.items():
        yield f"{start}\n  {_text(key)}: "
        start = ","
        if not isinstance(value, Iterator):
            yield _spread(value, levels - 1, "\n  ")
            continue
        newline, between = "\n    ", "["
        for item in value:
            yield f"{between}{newline}{_spread(item, levels - 2, newline)}"
            between = ","
        yield "[]" if between == "[" else "\n  ]"
    yield "\n}"


def line(value: Any) -> str:
    """JSON text in ASCII on one line."""
    return harmless(_ENCODE(value))


@lru_cache(maxsize=4_096)
def _text(value: str | tuple[str, ...]) -> str:
    """Names of members, and what each rule says, are written for every finding."""
    return line(value)


def _spread(value: Any, levels: int, newline: str) -> str:
    if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
        return _text(value)
    deeper = f"{newline}  "
    if levels and value and isinstance(value, dict):
        members = [f"{_text(key)}: {_spread(item, levels - 1, deeper)}" for key, item in value.items()]
        return f"{{{deeper}{f',{deeper}'.join(members)}{newline}}}"
    if levels and isinstance(value, list):
        items = [_spread(item, levels - 1, deeper) for item in value]
        return f"[{deeper}{f',{deeper}'.join(items)}{newline}]" if items else "[]"
    return line(value)
