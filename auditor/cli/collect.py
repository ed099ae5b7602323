"""`auditor collect`: look, and keep what was seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import look
from auditor.cli.console import Console
from auditor.cli.outputs import STDOUT, check_writable
from auditor.cli.pipe import write
from auditor.findings.summary import count_of, remedy
from auditor.findings.visible import harmless

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.config import Settings
    from auditor.snapshot.snapshot import Snapshot

HELP = """\
Look at an account and write what was seen as a snapshot: one file of JSON, for `auditor check` to judge.

What could not be seen is told on standard error and stands in the snapshot, where rules find it.
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", default=STDOUT, help="snapshot file (default: standard output)"
    )
    look.arguments(parser)


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code: 0 even where something was not seen, as nothing has been judged."""
    from auditor.collect.registry import default_sections
    from auditor.snapshot.files import dumps
    from auditor.textfiles import PRIVATE, write_atomically

    console = Console.of(settings)
    services = look.services_of(settings)
    sections = [section for section in default_sections() if section.partition(".")[0] in services]
    if args.output != STDOUT:
        check_writable([args.output])
    snapshot = look.look(args, settings, sections, console)
    if args.output == STDOUT:
        write(harmless(dumps(snapshot)))
    else:
        write_atomically(Path(args.output), dumps(snapshot), PRIVATE)
    _tell(snapshot, console)
    return 0


def _tell(snapshot: Snapshot, console: Console) -> None:
    taken = snapshot.collection
    console.note(f"account {snapshot.account} · {taken.requests} requests in {taken.seconds:.1f} s")
    whole = {gap.blind() for gap in snapshot.gaps if gap.resource is None}
    for blind in sorted(whole):
        to_add = f"; add {permission} (`auditor permissions`)" if (permission := remedy(blind)) else ""
        console.warn(f"not seen: {blind.reason}{to_add}")
    if single := sum(gap.resource is not None for gap in snapshot.gaps):
        console.warn(f"not seen: {count_of(single, 'answer')} about single resources; see gaps in the snapshot")
