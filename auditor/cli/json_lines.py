"""JSON lines as they arrive: one object a line, or one object alone, spread over lines."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.textfiles import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def objects(path: str, limit: int) -> Iterator[tuple[int, bytes]]:
    """Number and text of every line that is not blank; "-" is standard input.

    A text of more than `limit` bytes comes cut to one byte more. Raises InputError.
    """
    with opened(path) as file:
        first = _line(file, path, limit).removeprefix(_BYTE_ORDER_MARK)
        if first.strip() and not _is_json(first):
            first += _read(file, path, limit)
            if _is_json(first):
                yield 1, first
                return
        start = BytesIO(first)
        for number, line in enumerate(_lines(start, file, path, limit), start=1):
            if line.strip():
                yield number, line


def _lines(start: BinaryIO, file: BinaryIO, path: str, limit: int) -> Iterator[bytes]:
    for line in iter(lambda: _line(start, path, limit), b""):
        # The text that was looked at first may end in the middle of a line.
        yield line if line.endswith(b"\n") else (line + _line(file, path, limit))[: limit + 1]
    yield from iter(lambda: _line(file, path, limit), b"")


def _line(file: BinaryIO, path: str, limit: int) -> bytes:
    """The next line, or as much of it as is wanted; the rest of a longer one is read and forgotten."""
    line = rest = _read(file, path, limit, line=True)
    while len(rest) > limit and not rest.endswith(b"\n"):
        rest = _read(file, path, limit, line=True)
    return line


def _read(file: BinaryIO, path: str, limit: int, *, line: bool = False) -> bytes:
    try:
        return file.readline(limit + 1) if line else file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def _is_json(text: bytes) -> bool:
    from auditor.policy import SourceError
    from auditor.policy.source import Source

    try:
        Source(text)
    except SourceError:
        return False
    return True
