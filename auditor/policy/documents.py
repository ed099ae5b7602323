"""Policy documents: decoded once for each distinct text.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """One statement. Elements that may be one item or a list are always tuples; an absent element is None."""

    position: int
    sid: str
    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principal: Any
    condition: dict[str, dict[str, tuple[str, ...]]]


class Malformed(ValueError):
    """The text is not a policy document."""


@lru_cache(maxsize=20_000)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a document. Raises Malformed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Malformed("a policy document is a JSON object")
    listed = document.get("Statement", [])
    if isinstance(listed, dict):
        listed = [listed]
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise Malformed("Statement is neither an object nor a list of objects")
    return tuple(_statement(index, item) for index, item in enumerate(listed))


def _statement(index: int, item: dict[str, Any]) -> Statement:
    return Statement(
        index,
        str(item.get("Sid", "")),
        str(item.get("Effect", "")),
        _strings(item.get("Action")),
        _strings(item.get("NotAction")),
        _strings(item.get("Resource")),
        _strings(item.get("NotResource")),
        item.get("Principal"),
        _condition(item.get("Condition")),
    )


def _strings(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _condition(value: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    """Operators and keys folded to lower case, as IAM compares them; values as text, booleans as true and false."""
    if not isinstance(value, dict):
        return {}
    return {
        str(operator).casefold(): {str(key).casefold(): _values(items) for key, items in block.items()}
        for operator, block in value.items()
        if isinstance(block, dict)
    }


def _values(items: Any) -> tuple[str, ...]:
    listed = items if isinstance(items, list) else [items]
    return tuple(str(item).casefold() if isinstance(item, bool) else str(item) for item in listed)
