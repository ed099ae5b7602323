"""`auditor schema`: the JSON Schema of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cli.pipe import write

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.config import Settings

HELP = "Print the JSON Schema of auditor.toml, of a snapshot, or of a report in the json format."
USAGE = " config|snapshot|report"


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("name", choices=("config", "snapshot", "report"), help="which file")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    from auditor.schemas import read

    write(read(args.name))
    return 0
