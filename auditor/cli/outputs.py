"""Where reports go: any number of files, and at most one to standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from auditor.cli.pipe import write
from auditor.cli.terminal import columns, wants_color, wants_links
from auditor.errors import OutputError, UsageError
from auditor.report import FORMATS, pieces
from auditor.suggest import did_you_mean
from auditor.textfiles import shown, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.config import Settings
    from auditor.findings.report import Report
    from auditor.report.view import View

STDOUT = "-"


class Output(NamedTuple):
    """A format, and the file that the report goes to; "-" is standard output."""

    format: str
    file: str

    @property
    def is_file(self) -> bool:
        """Whether the report goes to a file."""
        return self.file != STDOUT


def outputs_of(settings: Settings) -> tuple[Output, ...]:
    """The reports that are asked for. Raises UsageError for an unknown format and two for standard output."""
    outputs = tuple(map(_output, settings["report.format"])) or (Output(default_format(), STDOUT),)
    if sum(not output.is_file for output in outputs) > 1:
        names = ", ".join(output.format for output in outputs if not output.is_file)
        raise UsageError(
            f"standard output takes one report, not {names}", help=("give the others a file: --format sarif=FILE",)
        )
    return outputs


def prepared(settings: Settings, inputs: Iterable[str] = (), others: Iterable[str] = ()) -> tuple[Output, ...]:
    """The reports that are asked for, checked so far that what is done for them will not be in vain.

    `inputs` are files that will be read, `others` further files that will be written. Raises UsageError, and
    OutputError for a place that cannot be written.
    """
    outputs = outputs_of(settings)
    check_frameworks(settings)
    check_writable((*(output.file for output in outputs if output.is_file), *others), inputs)
    return outputs


def check_frameworks(settings: Settings) -> None:
    """Refuse frameworks that there are not. Raises UsageError."""
    if names := settings["report.frameworks"]:
        from auditor.evaluate.selection import framework_rules

        for name in names:
            framework_rules(name)


def default_format() -> str:
    """The format to read where somebody is there to read it, else the one to search."""
    return "full" if sys.stdout.isatty() else "concise"


def _output(text: str) -> Output:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise UsageError(
            f'unknown format "{name}"', help=(*did_you_mean(name, FORMATS), f"formats: {', '.join(FORMATS)}")
        )
    if equals and not file:
        raise UsageError(f'"{text}" names no file', help=(f"{name}=FILE, or {name} alone for standard output",))
    return Output(name, file or STDOUT)


def check_writable(files: Iterable[str], inputs: Iterable[str] = ()) -> None:
    """Refuse files that cannot be written, that are inputs, or that stand twice among the outputs."""
    taken = {_place(file): "is read by this run" for file in inputs if file != STDOUT}
    for file in files:
        place = _place(file)
        try:
            device = _is_device(place)
            if (reason := taken.get(place)) is not None and not device:
                raise UsageError(f"cannot write to {file}: it {reason}")
            if not device:
                _try(file, place)
        except OSError as error:
            raise OutputError(
                f"cannot write {file}: {error.strerror}", help=("choose another place, or mend its permissions",)
            ) from error
        taken[place] = "is the place of another output"


def _place(file: str) -> Path:
    """Where a file name leads."""
    try:
        return Path(file).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, one with a null byte, links in a circle
        raise UsageError(f"{shown(file)} cannot be the name of a file: {error}") from error


def _try(file: str, place: Path) -> None:
    """Make a file beside the place, as the report will be, and take it away again. Raises OSError."""
    if place.is_dir():
        raise OutputError(f"cannot write {file}: it is a folder", help=("name a file in it",))
    trial = place.parent / f".auditor-{os.urandom(8).hex()}.tmp"
    os.close(os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    trial.unlink()


def _is_device(place: Path) -> bool:
    return place.exists() and not (place.is_file() or place.is_dir())


def write_reports(outputs: Iterable[Output], report: Report, view: View, settings: Settings) -> None:
    """Write every report: files first, so that nobody who stops reading keeps one from being written."""
    for output in sorted(outputs, key=lambda output: not output.is_file):
        if output.is_file:
            plain = view._replace(width=settings["report.width"], links=settings["report.links"] == "always")
            write_atomically(Path(output.file), pieces(output.format, report, plain))
        elif settings["report.quiet"] < 2:
            write(pieces(output.format, report, _for_terminal(view, settings)))


def _for_terminal(view: View, settings: Settings) -> View:
    return view._replace(
        width=settings["report.width"] or columns(sys.stdout),
        color=wants_color(settings["report.color"], sys.stdout),
        links=wants_links(settings["report.links"], sys.stdout),
    )
