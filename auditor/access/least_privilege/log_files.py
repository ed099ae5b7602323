"""CloudTrail's log files: which there are, and the records in them, one at a time whatever their size.

A file is plain or gzipped JSON: `{"Records": [...]}` as CloudTrail delivers it, `{"Events": [...]}` as
`aws cloudtrail lookup-events` prints it, a list of records, or records in lines.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from codecs import getincrementaldecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import BufferedReader

CHUNK: Final = 256 * 1024
"""How many bytes are read at a time."""

MAX_RECORD: Final = 4 * 1024 * 1024
"""Longest record that is read, in characters. CloudTrail's have at most 256 KB, or 1 MB where a trail asks for more."""

MAX_FILE: Final = 16 * 1024**3
"""Longest file that is read, in characters after decompression."""

MAX_FILES: Final = 1_000_000
"""How many files are read."""

_SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_NO_EVENTS = frozenset({"CloudTrail-Digest", "CloudTrail-Insight"})
"""Folders that CloudTrail writes beside its logs."""

_LISTS = ("Records", "Events")
_GZIP = b"\x1f\x8b"
_SPACE = re.compile(r"[ \t\r\n\x1e]*")
_OPENING = re.compile(r'\{[ \t\r\n]*"(?:Records|Events)"[ \t\r\n]*:[ \t\r\n]*\[')
_LONGEST_OPENING = 200


class LogFileError(ValueError):
    """A file is no log, or ends in the middle; what was read of it before stands."""


class Unread(NamedTuple):
    """A file, or the rest of one, that was not read."""

    path: str
    reason: str


class LogFiles:
    """Files and folders with logs. Iterating reads them once; afterwards `unread` tells what could not be read."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)
        self.files = 0
        """How many were opened."""
        self.records = 0
        self.unread: list[Unread] = []

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Every record. Raises InputError for a path that leads nowhere, and where there is no log at all."""
        for path in self._found():
            self.files += 1
            try:
                for record in _records(path):
                    self.records += 1
                    yield record
            except (LogFileError, OSError, EOFError, zlib.error) as error:
                reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
                self.unread.append(Unread(path, reason))
        if not self.files:
            raise InputError(
                f"no log files in {', '.join(self._paths)}",
                help=(f"files that end in {', '.join(_SUFFIXES)} are looked for, below folders as well",),
            )

    def _found(self) -> Iterator[str]:
        for name in self._paths:
            path = Path(name)
            if path.is_dir():
                yield from _below(name)
            elif path.exists():
                yield name
            else:
                raise InputError(f"{name} does not exist", help=("is the path spelled right?",))


def _below(folder: str) -> Iterator[str]:
    """The logs below a folder, in the order of their names. Links to folders are not followed, so there is an end."""
    count = 0
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NO_EVENTS)
        for name in sorted(files):
            if name.lower().endswith(_SUFFIXES):
                count += 1
                if count > MAX_FILES:
                    raise InputError(f"{folder} holds more than {MAX_FILES:,} log files", help=("name a part of it",))
                yield str(Path(where, name))


def _records(path: str) -> Iterator[dict[str, Any]]:
    """Raises LogFileError, and whatever reading and decompressing raise."""
    with Path(path).open("rb") as file:
        if not Path(path).is_file():
            raise LogFileError("it is no ordinary file")
        yield from records(file)


def records(file: BufferedReader) -> Iterator[dict[str, Any]]:
    """The records in an open file, plain or gzipped; what is no object counts as none.

    Raises LogFileError, and whatever reading and decompressing raise.
    """
    stream = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == _GZIP else file
    for value in _Values(stream.read):
        yield from _unwrapped(value)


class _Values:
    """The JSON values of a text, one at a time: those of the list that an object begins with instead of that object."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read_bytes = read
        self._decoder = getincrementaldecoder("utf-8-sig")()
        self._decode = json.JSONDecoder().raw_decode
        self._buffer = ""
        self._at = 0
        self._read = 0
        self._ended = False

    def __iter__(self) -> Iterator[Any]:
        while self._skip():
            opening = _OPENING.match(self._buffer, self._at)
            if opening or self._buffer[self._at] == "[":
                self._at = opening.end() if opening else self._at + 1
                yield from self._items()
                if opening:
                    self._close()
            else:
                yield self._value()

    def _items(self) -> Iterator[Any]:
        """The values of a list whose bracket has been read."""
        first = True
        while self._next() != "]":
            if not first:
                self._take(",")
            first = False
            yield self._value()
        self._at += 1

    def _close(self) -> None:
        """The rest of an object after its first member."""
        while self._next() == ",":
            self._at += 1
            self._value()
            self._take(":")
            self._value()
        self._take("}")

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise LogFileError(f"not JSON at character {self._position():,}: {sign} expected")
        self._at += 1

    def _next(self) -> str:
        """The next character that is no space."""
        if not self._skip():
            raise LogFileError("it ends in the middle")
        return self._buffer[self._at]

    def _skip(self) -> bool:
        """Go to the next character that is no space, with enough of the text after it to tell what begins there."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if len(self._buffer) - self._at >= _LONGEST_OPENING or not self._more():
                return self._at < len(self._buffer)

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except RecursionError as error:
                raise LogFileError(f"nested too deeply at character {self._position():,}") from error
            except ValueError as error:
                length = len(self._buffer) - self._at
                if length > MAX_RECORD:
                    raise LogFileError(f"no JSON, or too long a record, at character {self._position():,}") from error
                if not self._more():
                    raise LogFileError(
                        f"no JSON, or an end in the middle, at character {self._position():,}"
                    ) from error
                continue
            # A number or word may go on in what has not been read.
            if end < len(self._buffer) or not self._more():
                self._at = end
                return value

    def _more(self) -> bool:
        """Read on; what lies behind is forgotten."""
        if self._ended:
            return False
        try:
            content = self._read_bytes(CHUNK)
            piece = self._decoder.decode(content, final=not content)
        except UnicodeDecodeError as error:
            raise LogFileError("it is not UTF-8 text") from error
        self._read += len(piece)
        if self._read > MAX_FILE:
            raise LogFileError(f"it is longer than {MAX_FILE:,} characters")
        self._ended = not content
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return True

    def _position(self) -> int:
        return self._read - len(self._buffer) + self._at


def _unwrapped(value: Any) -> Iterator[dict[str, Any]]:
    """The records that a value is or holds."""
    if not isinstance(value, dict):
        return
    inner = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
    if inner is not None:
        for item in inner:
            if isinstance(item, dict):
                yield from _unwrapped_event(item)
    else:
        yield from _unwrapped_event(value)


def _unwrapped_event(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    text = item.get("CloudTrailEvent")
    if text is None:
        yield item
    elif isinstance(text, str):
        try:
            event = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LogFileError("a CloudTrailEvent in it is not JSON") from error
        if isinstance(event, dict):
            yield event
