"""`auditor demo`: judge a bundled account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.choice import chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.outputs import prepared
from auditor.cli.verdict import conclude
from auditor.findings.gate import check_fail_on

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.config import Settings

HELP = """\
Check a bundled account that nobody has looked after for years. Needs no credentials and no network.

The exit code is 0 whatever is found; the last line tells which one `auditor check` would have given.
"""

SNAPSHOT = Path(__file__).parent.parent / "data" / "demo_snapshot.json"


def arguments(parser: ArgumentParser) -> None:
    """Nothing belongs to this command alone."""


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return 0."""
    from auditor.evaluate.engine import Source
    from auditor.snapshot.files import load_snapshot

    console = Console.of(settings)
    known = known_rules(settings)
    check_fail_on(settings["gate.fail_on"], known)
    outputs = prepared(settings)
    snapshot = load_snapshot(str(SNAPSHOT))
    rules = chosen_or_nothing(known, settings, snapshot.collection.opted_in, console)
    code = conclude([(Source(snapshot), rules)], outputs, settings, known, console)
    console.note(f"this is a demonstration: `auditor check` would have ended with exit code {code}")
    return 0
