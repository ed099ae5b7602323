"""Where in a JSON text the values stand that JSON pointers (RFC 6901) name.

One pass over the text, without decoding what nobody asked for. It finds places in a text that was read as JSON before,
and is no validator; of a text that is not JSON it finds something or nothing, in linear time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STRING = r'"(?:[^"\\]++|\\.?)*+"?'
_TOKEN = re.compile(rf"[ \t\r\n]*+(?:({_STRING})|([\[{{])|([\]}}])|([,:])|([^\s\"\[\]{{}},:]++))", re.DOTALL)
_BRACKET = re.compile(rf"{_STRING}|([\[{{])|([\]}}])", re.DOTALL)
_TEXT, _OPEN, _CLOSE, _SEPARATOR = 1, 2, 3, 4
"""The groups of `_TOKEN`; in `_BRACKET` the opening bracket is 1 and the closing one 2."""


class Region(NamedTuple):
    """Lines and columns from 1, counted in Unicode code points; `end_column` is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


def locate(text: str, pointers: Iterable[str]) -> dict[str, Region]:
    """Pointer -> where its value stands, from the key that names it to the end of the value.

    What is not in the text is not in the answer. Of a key that an object has twice the last one counts, as for
    Python's reader.
    """
    root = _Node(None)
    asked = {pointer: node for pointer in pointers if (node := root.descendant(pointer)) is not None}
    _scan(text, root)
    breaks = [match.start() for match in re.finditer("\n", text)]
    return {
        pointer: Region(*_position(node.start, breaks), *_position(node.end, breaks))
        for pointer, node in asked.items()
        if node.stands
    }


def excerpt(lines: Sequence[str], region: Region) -> str:
    """The text of a region; `lines` is the whole text split at newlines."""
    within = list(lines[region.line - 1 : region.end_line])
    within[-1] = within[-1][: region.end_column - 1]
    within[0] = within[0][region.column - 1 :]
    return "\n".join(within)


def _position(offset: int, breaks: list[int]) -> tuple[int, int]:
    line = bisect_right(breaks, offset - 1)
    return line + 1, offset - (breaks[line - 1] if line else -1)


class _Node:
    """A value that was asked for, or that holds one. `visit` and `within` tell whether what was found still stands."""

    __slots__ = ("children", "end", "parent", "start", "visit", "within")

    def __init__(self, parent: _Node | None) -> None:
        self.parent = parent
        self.children: dict[str, _Node] = {}
        self.start = self.end = self.visit = self.within = -1

    def descendant(self, pointer: str) -> _Node | None:
        """The node that a pointer names, made where it is not there; None for what is no pointer."""
        root, *tokens = pointer.split("/")
        if root:
            return None
        node = self
        for token in tokens:
            node = node.children.setdefault(token.replace("~1", "/").replace("~0", "~"), _Node(node))
        return node

    def enter(self, start: int, end: int, visit: int) -> None:
        self.start, self.end, self.visit = start, end, visit
        self.within = self.parent.visit if self.parent else -1

    @property
    def stands(self) -> bool:
        """Whether the value was found, and is in the last value found for each of its ancestors."""
        node, found = self, self.visit >= 0
        while found and (parent := node.parent) is not None:
            found = node.within == parent.visit
            node = parent
        return found


def _scan(text: str, root: _Node) -> None:
    """Note start and end of every value that has a node. The stack is never deeper than the longest pointer."""
    visits = count()
    stack: list[tuple[_Node, Iterator[int] | None]] = []
    node: _Node | None = root
    start, token = -1, _TOKEN.match(text)
    while token is not None:
        if token.lastindex == _OPEN and node is not None and node.children:
            node.enter(token.start(_OPEN) if start < 0 else start, len(text), next(visits))
            stack.append((node, count() if token[_OPEN] == "[" else None))
            end = token.end()
        else:
            end = _end_of_container(text, token.end()) if token.lastindex == _OPEN else token.end()
            if node is not None:
                node.enter(token.start(token.lastindex or 0) if start < 0 else start, end, next(visits))
        token = _TOKEN.match(text, end)
        # Leave what ends here, and skip the comma before the next value.
        while stack and token is not None and token.lastindex in (_CLOSE, _SEPARATOR):
            if token.lastindex == _CLOSE:
                stack.pop()[0].end = token.end()
            token = _TOKEN.match(text, token.end())
        if not stack or token is None:
            return
        parent, items = stack[-1]
        if items is not None:
            node, start = parent.children.get(str(next(items))), -1
        else:
            node, start = parent.children.get(_key(token[_TEXT] or "")), token.start(_TEXT)
            colon = _TOKEN.match(text, token.end())
            token = _TOKEN.match(text, colon.end()) if colon else None


def _key(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    import json

    try:
        return str(json.loads(token))
    except ValueError:
        return token


def _end_of_container(text: str, position: int) -> int:
    """The place after the bracket that closes the one before `position`; the end of the text where none does."""
    depth = 1
    for token in _BRACKET.finditer(text, position):
        if token.lastindex == 1:
            depth += 1
        elif token.lastindex == 2:
            depth -= 1
            if not depth:
                return token.end()
    return len(text)
