"""Errors, as the user is told of them."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor import __version__
from auditor.cli.console import Console
from auditor.errors import AuditorError, UsageError
from auditor.report.view import HOME

BUG = 70


def told(error: Exception, words: list[str]) -> int:
    """Tell an error on standard error, and return the exit code that it means."""
    color = "never" if "--color=never" in words else "auto"
    known = _known(error)
    Console(color).fail(known or _bug(error, words))
    if known is None and any(word in ("-v", "-vv", "--verbose") for word in words):
        from traceback import format_exception

        from auditor.cli.secrets import conceal

        sys.stderr.write(conceal("".join(format_exception(error))))
    return BUG if known is None else known.exit_code


def _known(error: Exception) -> AuditorError | None:
    """The error as one of ours; None for a bug."""
    if isinstance(error, AuditorError):
        return error
    if isinstance(error, LookupError | ValueError):
        from auditor.frameworks import FrameworkError, UnknownFramework

        if isinstance(error, UnknownFramework | FrameworkError):
            return UsageError(str(error))
    return None


def _bug(error: Exception, words: list[str]) -> AuditorError:
    """What to report, and nothing that was said in confidence: no values of options, no text of the exception."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    names = " ".join(word.partition("=")[0] for word in words if word.startswith("-"))
    version = ".".join(map(str, sys.version_info[:3]))
    return AuditorError(
        f"auditor broke: {type(error).__name__}{place}",
        help=(
            f"this is a bug in auditor; please report it with these lines and with what -v adds ({HOME})",
            f"auditor {__version__}, Python {version} on {sys.platform}, options: {names or 'none'}",
        ),
    )
