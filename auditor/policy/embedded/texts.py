"""Policies that stand in a file as one JSON text."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from auditor.policy.document import Policy
from auditor.policy.embedded.documents import Embedded
from auditor.policy.source import SourceError, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.elements import Kind
    from auditor.policy.embedded.documents import Tree
    from auditor.policy.source import Path

_ESCAPED = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")


def from_text(tree: Tree, name: str, path: Path, kind: Kind, resource_type: str) -> Iterator[Embedded]:
    """The policy in the text at a path of a tree; none if the text is no policy."""
    value: Any = tree.value
    for step in path:
        value = value[step]
    try:
        policy = Policy.parse(value, kind, resource_type)
    except SourceError:
        return
    whole = tree.span(path)
    place = partial(_within, tree.text[whole.start : whole.end], whole)
    source = policy.source
    yield Embedded(policy, name, whole.start, lambda at: place(source.span(at)), lambda at: place(source.key_span(at)))


def _within(literal: str, whole: Span, inner: Span) -> Span:
    """A place within a text as a place in the file; of a text that is no JSON string on one line, all of it."""
    if not literal.startswith('"') or "\n" in literal:
        return whole
    start, end = _raw(literal, inner.start), _raw(literal, inner.end)
    line, column = whole.line, whole.column
    return Span(whole.start + start, whole.start + end, line, column + start, line, column + end)


def _raw(literal: str, offset: int) -> int:
    """Where in a JSON string the character at an offset of its text is written."""
    longer = 1
    for escape in _ESCAPED.finditer(literal):
        if escape.start() - longer >= offset:
            break
        longer += len(escape[0]) - 1
    return offset + longer
