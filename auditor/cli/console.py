"""Standard error: notes, warnings and errors, each on lines of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from auditor.cli.pipe import let_go
from auditor.cli.terminal import wants_color
from auditor.findings.visible import cut, visible

if TYPE_CHECKING:
    from auditor.config import Settings
    from auditor.errors import AuditorError

LONGEST = 1000
"""Characters of an error, or of a line of help: what was typed may stand in it, and be of any length."""

_STYLES = {"error": "1;31", "warning": "1;33", "help": "1;36"}


class Console:
    """What a run says besides its report. With `quiet` only errors are told; `logs` says that somebody reads a log."""

    def __init__(self, color: str = "auto", *, quiet: bool = False, logs: bool = False) -> None:
        self.color = color
        self.quiet = quiet
        self.logs = logs

    @classmethod
    def of(cls, settings: Settings) -> Console:
        """The console that the settings ask for."""
        logs = bool(settings["log.verbose"] or settings["log.file"])
        return cls(settings["report.color"], quiet=settings["report.quiet"] > 0, logs=logs)

    def note(self, text: str) -> None:
        """Tell something; nothing to worry about."""
        if not self.quiet:
            self._write(visible(text))

    def warn(self, text: str) -> None:
        """Tell what the user may not have meant."""
        if not self.quiet:
            self._write(f"{self._label('warning')}: {visible(text)}")

    def fail(self, error: AuditorError) -> None:
        """Tell why the run ends here."""
        self._write(f"{self._label('error')}: {cut(visible(str(error)), LONGEST)}")
        for line in error.help:
            self._write(f"  {self._label('help')}: {cut(visible(line), LONGEST)}")

    def debug(self, text: str) -> None:
        """Tell the log what is being done."""
        if self.logs:
            import logging

            logging.getLogger("auditor").debug(text)

    def _label(self, word: str) -> str:
        return f"\x1b[{_STYLES[word]}m{word}\x1b[0m" if wants_color(self.color, sys.stderr) else word

    def _write(self, line: str) -> None:
        """Write a line. One that cannot be written is lost: the exit code must stay what it is."""
        try:
            sys.stderr.write(f"{line}\n")
        except BrokenPipeError:
            raise
        except OSError:
            let_go()
