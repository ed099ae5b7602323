"""Standard output, whose reader may have gone. Imports next to nothing: `auditor --version` passes here."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # what typing calls so, without the cost of typing
if TYPE_CHECKING:
    from collections.abc import Iterable

BROKEN_PIPE = 141
"""The exit code that shells give to what a broken pipe ended."""


def write(text: str | Iterable[str]) -> None:
    """Write a text, or all its pieces, to standard output.

    Raises BrokenPipeError, and OutputError where it cannot be written.
    """
    try:
        sys.stdout.writelines((text,) if isinstance(text, str) else text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(error.strerror or "failed") from error


def check_open() -> None:
    """Give messages a place to go. Raises OutputError where standard output is closed."""
    if sys.__stderr__ is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - pathlib is slow to import, and this stays open
    if sys.__stdout__ is None:
        sys.stdout = sys.stderr
        raise _unwritable("it is closed")


def let_go() -> None:
    """Turn away from readers that have gone, so that Python has nothing left to write when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _unwritable(why: str) -> Exception:
    from auditor.errors import OutputError

    let_go()
    return OutputError(f"cannot write to standard output: {why}")
