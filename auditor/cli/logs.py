"""The debug log. `logging` is imported only where somebody wants one."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.secrets import conceal
from auditor.errors import OutputError
from auditor.findings.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.config import Settings

OURS = "auditor"
THEIRS = ("botocore", "boto3", "urllib3")
BODIES = ("botocore.auth", "botocore.parsers")
"""Loggers that write signatures, or answers with what they hold: never asked."""

_BEGINNING = re.compile(rb"\Z|\d{4}-\d\d-\d\d |\{\"time\": ")
"""How files begin that hold a log of ours, or nothing."""

CUT = (" with params: ", ", headers=")
"""Where a message of botocore's goes on with a request's body or headers: the rest is left out."""


def start(settings: Settings) -> Callable[[], None]:
    """Begin to log as the settings ask, and return what ends it. Raises OutputError."""
    level = settings["log.verbose"]
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if level else []
    if file := settings["log.file"]:
        handlers.append(_to_file(file))
    for handler in handlers:
        handler.setFormatter(_JSON() if settings["log.format"] == "json" else _Text())
        handler.addFilter(_speaks_of_no_bodies)
    loggers = [logging.getLogger(name) for name in (OURS, *(THEIRS if level > 1 else ()))]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        for handler in handlers:
            logger.addHandler(handler)

    def stop() -> None:
        for logger in loggers:
            logger.setLevel(logging.NOTSET)
            for handler in handlers:
                logger.removeHandler(handler)
        for handler in handlers:
            handler.close()

    return stop


def _to_file(file: str) -> logging.Handler:
    """What goes on with a log, or begins one. Any other file stays as it is. Raises OutputError."""
    try:
        if Path(file).is_file() and not _is_log(Path(file)):
            raise OutputError(f"cannot write {file}: it holds something else than a log", help=("name another file",))
        return logging.FileHandler(file, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise OutputError(f"cannot write {file}: {reason}", help=("choose another place for the log",)) from error


def _is_log(path: Path) -> bool:
    with path.open("rb") as file:
        return _BEGINNING.match(file.read(20)) is not None


def _speaks_of_no_bodies(record: logging.LogRecord) -> bool:
    return record.name not in BODIES


def _message(record: logging.LogRecord) -> str:
    """The message on one line, without bodies, headers and credentials."""
    text = record.getMessage()
    for mark in CUT:
        text = text.partition(mark)[0]
    return visible(conceal(text))


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{self.formatTime(record)} {record.levelname.lower()} {record.name}: {_message(record)}"


class _JSON(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        return json.dumps(fields)
