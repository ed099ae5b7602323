"""JSON text together with the exact place of every element in it.

Values come from the C parser of the standard library; the places are found by a second pass, only when one is asked
for. Both passes are linear, and nesting is bounded before either begins.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DEPTH = 100
"""How deep a document may nest; a policy needs seven levels."""

Path = tuple[str | int, ...]
"""Keys and indices from the document down to an element."""

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|([\[{])|[\]}]', re.DOTALL)
"""A string that is not closed runs to the end, so that no part of it is read twice."""
_TOKEN = re.compile(rf'[ \t\n\r]*(?:({_STRING})|([{{}}\[\]:,])|([^\s{{}}\[\]:,"]+))', re.DOTALL)
_NEW_LINE = re.compile(r"\r\n|\n|\r")


class SourceError(ValueError):
    """The text is not JSON, or nests too deeply. Offset counts from 0, line and column from 1."""

    def __init__(self, message: str, offset: int = 0, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.offset = offset
        self.line = line
        self.column = column


class Number(str):
    """A JSON number as it is written."""

    __slots__ = ()


class Span(NamedTuple):
    """A stretch of text: offsets from 0, the end excluded; lines and columns from 1, all in code points."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


class Member(NamedTuple):
    """One member of an object or one item of an array; an item has no key, so its key is its index, at -1."""

    key: str | int
    key_start: int
    key_end: int
    node: Node


class Node(NamedTuple):
    """An element: where it starts, where it ends, and its members (None for anything but objects and arrays)."""

    start: int
    end: int
    members: Sequence[Member] | None


class Duplicate(NamedTuple):
    """A key that an object has more than once; `span` is of a later one, whose value is the one that counts."""

    path: Path
    span: Span


class Source:
    """A JSON text that was read: its value, and the places of its elements."""

    __slots__ = ("_by_key", "_lines", "_repeats", "_root", "text", "value")

    def __init__(self, text: str | bytes) -> None:
        """Read a text. Raises SourceError."""
        self.text = text if isinstance(text, str) else _decoded(text)
        _check_depth(self.text)
        self._repeats = False
        self._root: Node | None = None
        self._lines: list[int] | None = None
        self._by_key: dict[int, dict[str | int, Member]] = {}
        try:
            self.value: Any = json.loads(
                self.text,
                object_pairs_hook=self._object,
                parse_int=Number,
                parse_float=Number,
                parse_constant=_refuse,
            )
        except json.JSONDecodeError as error:
            raise SourceError(error.msg, error.pos, *self._place(error.pos)) from error
        except _NotJSON as error:
            offset = next(match.start(3) for match in _TOKEN.finditer(self.text) if match[3] == str(error))
            raise SourceError(f"{error} is not JSON", offset, *self._place(offset)) from error

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self._repeats = True
        return value

    def span(self, path: Path = ()) -> Span:
        """Where the element at the path stands.

        Index 0 of something that is no array means the thing itself, since a policy may give one item without a list.
        For a path that leads nowhere it is the place of the nearest element above.
        """
        node = self._node(path)
        return self._span(node.start, node.end)

    def key_span(self, path: Path) -> Span:
        """Where the key of the member at the path stands; for what has no key, the element itself."""
        member = self._find(self._node(path[:-1]), path[-1]) if path else None
        if member is None or member.key_start < 0:
            return self.span(path)
        return self._span(member.key_start, member.key_end)

    def duplicates(self) -> tuple[Duplicate, ...]:
        """Every repetition of a key within one object, in the order of the text."""
        if not self._repeats:
            return ()
        found: list[Duplicate] = []
        waiting: list[tuple[Path, Node]] = [((), self._tree())]
        while waiting:
            path, node = waiting.pop()
            seen: set[str | int] = set()
            for member in node.members or ():
                here = (*path, member.key)
                if member.key in seen:
                    found.append(Duplicate(here, self._span(member.key_start, member.key_end)))
                seen.add(member.key)
                if member.node.members:
                    waiting.append((here, member.node))
        return tuple(sorted(found, key=lambda duplicate: duplicate.span.start))

    def forget_places(self) -> None:
        """Let go of the places, which take far more memory than the text; they are found again when asked for."""
        self._root = self._lines = None

    def _tree(self) -> Node:
        if self._root is None:
            self._root = _scan(self.text)
        return self._root

    def _node(self, path: Path) -> Node:
        node = self._tree()
        for step in path:
            member = self._find(node, step)
            if member is None:
                if step == 0 and (not node.members or isinstance(node.members[0].key, str)):
                    continue
                break
            node = member.node
        return node

    def _find(self, node: Node, key: str | int) -> Member | None:
        """The member with a key, the last of several; or the item at an index."""
        members = node.members
        if not members:
            return None
        if isinstance(key, int):
            listed = isinstance(members[0].key, int) and 0 <= key < len(members)
            return members[key] if listed else None
        # Remembered, or an object of many members would be searched from its end for each of them.
        found = self._by_key.get(node.start)
        if found is None:
            found = self._by_key[node.start] = {member.key: member for member in members}
        return found.get(key)

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, *self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        if self._lines is None:
            self._lines = [0, *(match.end() for match in _NEW_LINE.finditer(self.text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


class _NotJSON(ValueError):
    """Python's parser takes NaN and the infinities; JSON does not have them."""


def _refuse(constant: str) -> None:
    raise _NotJSON(constant)


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8", error.start) from error


def _check_depth(text: str) -> None:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKET.finditer(text):
        if match.lastindex:
            depth += 1
            if depth > MAX_DEPTH:
                raise SourceError(f"nested deeper than {MAX_DEPTH} levels", match.start())
        elif text[match.start()] != '"':
            depth -= 1


class _Open(NamedTuple):
    """An object or array whose end was not reached yet, and the member that it is in its parent."""

    start: int
    members: list[Member]
    array: bool


def _scan(text: str) -> Node:
    """The places of all elements of a text that is known to be JSON."""
    stack: list[_Open] = []
    keys: list[tuple[str, int, int] | None] = []
    root: Node | None = None
    key: tuple[str, int, int] | None = None
    for match in _TOKEN.finditer(text):
        kind = match.lastindex or 0
        start, end = match.span(kind)
        mark = text[start]
        if kind == 2 and mark in "{[":
            keys.append(key)
            stack.append(_Open(start, [], mark == "["))
            key = None
            continue
        if kind == 2 and mark in ":,":
            continue
        if kind == 2:
            opened = stack.pop()
            node = Node(opened.start, end, opened.members)
            key = keys.pop()
        elif kind == 1 and key is None and stack and not stack[-1].array:
            key = (_key(text[start:end]), start, end)
            continue
        else:
            node = Node(start, end, None)
        if not stack:
            root = node
            continue
        members = stack[-1].members
        name, key_start, key_end = key or (len(members), -1, -1)
        members.append(Member(name, key_start, key_end, node))
        key = None
    return root or Node(0, len(text), None)


def _key(raw: str) -> str:
    return str(json.loads(raw)) if "\\" in raw else raw[1:-1]
