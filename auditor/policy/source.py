"""JSON text together with the exact place of every element in it.

Values come from the C parser of the standard library. Places are found only when one is asked for, by the same parser:
on the way down to an element it runs over what stands beside it. Nesting is bounded before either begins, so both are
linear.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any, NamedTuple

MAX_DEPTH = 100
"""How deep a document may nest; a policy needs seven levels."""

Path = tuple[str | int, ...]
"""Keys and indices from the document down to an element."""

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|([\[{])|[\]}]', re.DOTALL)
"""A string that is not closed runs to the end, so that no part of it is read twice."""
_TOKEN = re.compile(rf'[ \t\n\r]*(?:({_STRING})|([{{}}\[\]:,])|([^\s{{}}\[\]:,"]+))', re.DOTALL)
_BLANK = " \t\n\r"
_SPACE = re.compile(rf"[{_BLANK}]*")
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
    """One member of an object or one item of an array, and where it stands; an item's key is its index, at -1."""

    key: str | int
    key_start: int
    key_end: int
    start: int
    end: int


class Duplicate(NamedTuple):
    """A key that an object has more than once; `span` is of a later one, whose value is the one that counts."""

    path: Path
    span: Span


class Source:
    """A JSON text that was read: its value, and the places of its elements."""

    __slots__ = ("_by_key", "_lines", "_repeats", "_root", "_value", "text")

    def __init__(self, text: str | bytes) -> None:
        """Read a text. Raises SourceError."""
        self.text = text if isinstance(text, str) else _decoded(text)
        _check_depth(self.text)
        self._repeats = False
        self._root: Member | None = None
        self._lines: list[int] | None = None
        self._by_key: dict[int, dict[str | int, Member]] = {}
        self._value: Any = None
        try:
            self._value = self._read()
        except json.JSONDecodeError as error:
            raise SourceError(error.msg, error.pos, *self._place(error.pos)) from error
        except _NotJSON as error:
            offset = next(match.start(3) for match in _TOKEN.finditer(self.text) if match[3] == str(error))
            raise SourceError(f"{error} is not JSON", offset, *self._place(offset)) from error

    @property
    def value(self) -> Any:
        """What the text holds."""
        if self._value is None:
            self._value = self._read()
        return self._value

    def _read(self) -> Any:
        return json.loads(
            self.text,
            object_pairs_hook=self._object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse,
        )

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
        found = self._element(path)
        return self._span(found.start, found.end)

    def key_span(self, path: Path) -> Span:
        """Where the key of the member at the path stands; for what has no key, the element itself."""
        member = self._members(self._element(path[:-1])).get(path[-1]) if path else None
        if member is None or member.key_start < 0:
            return self.span(path)
        return self._span(member.key_start, member.key_end)

    def duplicates(self) -> tuple[Duplicate, ...]:
        """Every repetition of a key within one object, in the order of the text."""
        if not self._repeats:
            return ()
        found: list[Duplicate] = []
        waiting: list[tuple[Path, Member]] = [((), self._whole())]
        while waiting:
            path, element = waiting.pop()
            seen: set[str | int] = set()
            for member in _members(self.text, element.start):
                here = (*path, member.key)
                if member.key in seen:
                    found.append(Duplicate(here, self._span(member.key_start, member.key_end)))
                seen.add(member.key)
                waiting.append((here, member))
        return tuple(sorted(found, key=lambda duplicate: duplicate.span.start))

    def forget(self) -> None:
        """Let go of value and places, which take far more memory than the text; they are found again when asked for."""
        self._by_key.clear()
        self._value = self._root = self._lines = None

    def _whole(self) -> Member:
        if self._root is None:
            self._root = Member("", -1, -1, _past_space(self.text, 0), len(self.text.rstrip(_BLANK)))
        return self._root

    def _element(self, path: Path) -> Member:
        element = self._whole()
        for step in path:
            members = self._members(element)
            if step in members:
                element = members[step]
            elif step != 0 or (members and self.text[element.start] == "["):
                break
        return element

    def _members(self, element: Member) -> dict[str | int, Member]:
        """The members of an element, remembered; of several with one key, the last."""
        found = self._by_key.get(element.start)
        if found is None:
            listed = _members(self.text, element.start)
            found = self._by_key[element.start] = {member.key: member for member in listed}
        return found

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


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def _members(text: str, start: int) -> list[Member]:
    """The members of the object or array that begins there; none of anything else. The text is known to be JSON."""
    found: list[Member] = []
    opening = text[start]
    at = _past_space(text, start + 1) if opening in "{[" else start
    while opening in "{[" and text[at] not in "}]":
        key, key_start, key_end = len(found), -1, -1
        if opening == "{":
            key_start = at
            key, key_end = _DECODER.raw_decode(text, at)
            at = _past_space(text, _past_space(text, key_end) + 1)  # the colon
        _, end = _DECODER.raw_decode(text, at)
        found.append(Member(key, key_start, key_end, at, end))
        at = _past_space(text, end)
        if text[at] == ",":
            at = _past_space(text, at + 1)
    return found


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
