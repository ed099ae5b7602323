"""What a stream can show: colour, links, width, progress."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

_OFF = ("", "0", "false")


def in_ci(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a build server runs us."""
    return environ.get("CI", "").lower() not in _OFF


def wants_color(when: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """--color over FORCE_COLOR over NO_COLOR over TERM=dumb over what the stream is. https://no-color.org"""
    if when != "auto":
        return when == "always"
    if environ.get("FORCE_COLOR", "").lower() not in _OFF:
        return True
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb" and stream.isatty()


def wants_links(when: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to write links that a terminal can follow (OSC 8)."""
    if when != "auto":
        return when == "always"
    return stream.isatty() and environ.get("TERM") != "dumb" and not in_ci(environ)


def columns(stream: TextIO, environ: Mapping[str, str] = os.environ) -> int:
    """The width of the terminal behind a stream; 0 where there is none."""
    if (given := environ.get("COLUMNS", "")).isdecimal() and stream.isatty():
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0
