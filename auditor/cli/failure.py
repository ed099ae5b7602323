"""Errors, as the user is told of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.cli.console import Console
from auditor.errors import AuditorError
from auditor.report.view import HOME
from auditor.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

BUG = 70


def told(error: BaseException, words: list[str]) -> int:
    """Tell an error on standard error, and return the exit code that it means."""
    known = error if isinstance(error, AuditorError) else None
    Console(_color(words)).fail(known or _bug(error, words))
    if known is None and any(word in ("-v", "-vv", "--verbose") for word in words):
        from traceback import format_exception

        from auditor.cli.secrets import conceal

        sys.stderr.write(conceal("".join(format_exception(error))))
    return BUG if known is None else known.exit_code


def _color(words: list[str], environ: Mapping[str, str] = os.environ) -> str:
    """What options and variables say of colour. Not a configuration: that may be what is wrong."""
    setting = SETTINGS["report.color"]
    given = [environ.get(setting.env, "")]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in setting.flags:
            given.append(value if equals else following)
    return next((value for value in reversed(given) if value in setting.choices), setting.default)


def _bug(error: BaseException, words: list[str]) -> AuditorError:
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
