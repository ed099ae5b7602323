"""Reading and writing text files: bounded, strict, and so that no file is ever left half written."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from typing import BinaryIO

PRIVATE = 0o600
"""Mode of files that only their owner may read."""

ORDINARY = 0o666
"""Mode of files that the umask decides on."""


def read_text(path: str, limit: int) -> str:
    """The text of a UTF-8 file of at most `limit` bytes, without byte order mark; "-" is standard input.

    Raises InputError.
    """
    content = _read_bytes(path, limit)
    if len(content) > limit:
        raise InputError(f"{path} is too large: auditor reads at most {limit:,} bytes of such a file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: byte {error.start} cannot be read") from error


def _read_bytes(path: str, limit: int) -> bytes:
    """What a file holds, or one byte more than the limit."""
    with opened(path) as file:
        try:
            return file.read(limit + 1)
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error}") from error


def opened(path: str) -> AbstractContextManager[BinaryIO]:
    """A file to be read; "-" is standard input, which stays open. Raises InputError."""
    if path == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(path).open("rb")
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist", help=("is the path spelled right?",)) from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", help=("name a file in it",)) from error
    except PermissionError as error:
        raise InputError(f"{path} may not be read", help=("its permissions do not let this user read it",)) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def parse_json(text: str, path: str) -> Any:
    """The value of a JSON text. `path` names the file in messages.

    Raises InputError, with line and column, for what is no JSON; and for what parsers differ about, which could show
    one thing to a reader and another to the program: keys that stand twice in an object, and NaN and Infinity.
    """
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in found if keys.count(key) > 1)
            raise InputError(f"{path}: the key {shown(twice)} stands twice in one object")
        return found

    def refuse(constant: str) -> Any:
        raise InputError(f"{path}: {constant} is no JSON number")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            problem = "is empty" if not text.strip() else f"ends in the middle: {where}"
            raise InputError(f"{path} {problem}", help=("was it copied or downloaded completely?",)) from error
        raise InputError(f"{path} is not JSON: {where}: {error.msg}") from error
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply") from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON that auditor reads: {error}") from error


def shown(value: object) -> str:
    """A value from outside as it may stand in a message: escaped, and not longer than a line."""
    text = ascii(value) if not (isinstance(value, str) and value.isprintable()) else f'"{value}"'
    return text if len(text) <= 120 else f"{text[:117]}..."


def write_atomically(path: Path, text: str | Iterable[str], mode: int = ORDINARY) -> None:
    """Write a text, or its pieces, to a file beside its final place and rename it there: nobody ever sees half of it.

    The umask applies to `mode`; a file that is replaced keeps its own mode where `mode` is ORDINARY. A symbolic link
    stays, and what it leads to is replaced, unless the link is another user's: in a folder open to all it might lead
    anywhere. Devices and pipes are written to as they are. Raises OutputError; what stood at `path` is whole then.
    """
    pieces = (text,) if isinstance(text, str) else text
    content = (piece.encode("utf-8", errors="backslashreplace") for piece in pieces)
    try:
        before = _state(path)
        target = _target(path) if before is None or stat.S_ISREG(before.st_mode) else None
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        raise _unwritable(path, error) from error
    try:
        if target:
            _replace(target, content, mode, before)
        else:
            with path.open("wb") as file:
                file.writelines(content)
    except OSError as error:
        raise _unwritable(path, error) from error


def _state(path: Path) -> os.stat_result | None:
    """What stands at a path; None where nothing does."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _unwritable(path: Path, error: Exception) -> OutputError:
    if isinstance(error, FileNotFoundError):
        return OutputError(f"cannot write {path}: there is no such folder", help=("make the folder first",))
    reason = error.strerror if isinstance(error, OSError) else error
    return OutputError(f"cannot write {path}: {reason}", help=("choose another place for the file",))


def _target(path: Path) -> Path:
    """Where a path leads."""
    if not path.is_symlink():
        return path
    if path.lstat().st_uid not in {0, os.geteuid()}:
        raise PermissionError(None, "it is a symbolic link that belongs to another user")
    return path.resolve()


def _replace(target: Path, content: Iterable[bytes], mode: int, before: os.stat_result | None) -> None:
    temporary = target.parent / f".auditor-{os.urandom(8).hex()}.tmp"
    try:
        with _created(temporary, mode) as file:
            if before is not None and mode == ORDINARY:
                os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _created(path: Path, mode: int) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode), "wb")
