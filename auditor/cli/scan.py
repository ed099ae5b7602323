"""`auditor scan`: look, judge, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import look
from auditor.cli.choice import chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.outputs import prepared
from auditor.cli.verdict import conclude
from auditor.findings.gate import check_fail_on

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.config import Settings
    from auditor.evaluate.engine import Source

HELP = """\
Look at an account, ask the rules about what was seen, and report.

Only what the selected rules read is looked at. Nothing is ever changed in the account: the permissions that
`auditor permissions` prints are enough.
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    look.arguments(parser)


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    console = Console.of(settings)
    known = known_rules(settings)
    check_fail_on(settings["gate.fail_on"], known)
    look.services_of(settings)
    rules = chosen_or_nothing(known, settings, settings["scan.with"], console)
    outputs = prepared(settings, others=filter(None, (settings["scan.save_snapshot"],)))
    sections = sorted({section for rule in rules for section in rule.sections})
    source = _source(args, settings, sections, console)
    return conclude([(source, rules)], outputs, settings, known, console)


def _source(args: Namespace, settings: Settings, sections: list[str], console: Console) -> Source:
    """What was seen, kept in a file if that is asked for."""
    from auditor.evaluate.engine import Source
    from auditor.snapshot.files import dumps
    from auditor.textfiles import PRIVATE, write_atomically

    snapshot = look.look(args, settings, sections, console)
    if not (file := settings["scan.save_snapshot"]):
        return Source(snapshot)
    text = dumps(snapshot)
    write_atomically(Path(file), text, PRIVATE)
    return Source(snapshot, file, text)
