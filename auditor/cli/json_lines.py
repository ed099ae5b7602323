"""JSON lines as they arrive: one object a line, or one object alone that is spread over lines."""

from __future__ import annotations

from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.textfiles import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def objects(path: str, limit: int) -> Iterator[tuple[int, bytes]]:
    """Number and text of every line that is not blank; "-" is standard input.

    A line of more than `limit` bytes comes cut to one byte more. Raises InputError.
    """
    with opened(path) as file:
        lines = _Lines(file, path, limit)
        first = lines.line().removeprefix(_BYTE_ORDER_MARK)
        ahead = b""
        if first.strip() and len(first) <= limit and not _is_json(first):
            ahead = lines.read(limit)
            if _is_json(first + ahead):
                yield 1, first + ahead
                return
        for number, line in enumerate(chain((first,), lines.after(ahead)), start=1):
            if line.strip():
                yield number, line


class _Lines:
    """The lines of a file, none of which fills the memory."""

    def __init__(self, file: BinaryIO, path: str, limit: int) -> None:
        self.file = file
        self.path = path
        self.limit = limit

    def after(self, ahead: bytes) -> Iterator[bytes]:
        """The lines of what was read ahead, the last of which may go on in the file, and those of the file."""
        for line in BytesIO(ahead):
            yield line if line.endswith(b"\n") else (line + self.line())[: self.limit + 1]
        yield from iter(self.line, b"")

    def line(self) -> bytes:
        """The next line, or as much of it as is wanted: the rest of a longer one is read and forgotten."""
        line = rest = self.read(self.limit + 1, of_line=True)
        while len(rest) > self.limit and not rest.endswith(b"\n"):
            rest = self.read(self.limit + 1, of_line=True)
        return line

    def read(self, size: int, *, of_line: bool = False) -> bytes:
        """The next bytes. Raises InputError."""
        try:
            return self.file.readline(size) if of_line else self.file.read(size)
        except OSError as error:
            raise InputError(f"{self.path} cannot be read: {error}") from error


def _is_json(text: bytes) -> bool:
    from auditor.policy import SourceError
    from auditor.policy.source import Source

    try:
        Source(text)
    except SourceError:
        return False
    return True
