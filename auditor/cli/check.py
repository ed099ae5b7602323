"""`auditor check`: judge what was seen before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cli.choice import chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.outputs import prepared
from auditor.cli.verdict import conclude
from auditor.errors import NothingEvaluated, UsageError
from auditor.findings.gate import check_fail_on

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from datetime import datetime

    from auditor.config import Settings
    from auditor.evaluate.engine import Source

HELP = """\
Ask the rules about saved snapshots, without any network.

Snapshots come from `auditor collect` and `auditor scan --save-snapshot`; several, of different accounts, make one
report. Without any, files that the AWS CLI exports will do: see --authorization-details and --credential-report.
"""
USAGE = " SNAPSHOT..."


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("snapshots", nargs="*", metavar="SNAPSHOT", help="snapshot file; - is standard input")
    exports = parser.add_argument_group("exported files instead of a snapshot")
    exports.add_argument(
        "--authorization-details",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="what `aws iam get-account-authorization-details` printed",
    )
    exports.add_argument("--credential-report", metavar="FILE", help="the credential report, as CSV or as JSON")
    exports.add_argument("--taken-at", metavar="TIME", help="when they were exported, such as 2026-11-20T12:00:00Z")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    console = Console.of(settings)
    known = known_rules(settings)
    check_fail_on(settings["gate.fail_on"], known)
    inputs = (*args.snapshots, *_exports(args))
    if not inputs:
        raise NothingEvaluated(
            "there is nothing to check", help=("name a snapshot: `auditor collect -o FILE` makes one",)
        )
    taken_at = _taken_at(args)
    outputs = prepared(settings, inputs)
    asked = [
        (source, chosen_or_nothing(known, settings, source.snapshot.collection.opted_in, console))
        for source in _sources(args, taken_at)
    ]
    return conclude(asked, outputs, settings, known, console)


def _sources(args: Namespace, taken_at: datetime | None) -> Iterator[Source]:
    from auditor.evaluate.engine import Source
    from auditor.snapshot.files import read

    for path in args.snapshots:
        snapshot, text = read(path)
        yield Source(snapshot, path, text)
    if _exports(args):
        from auditor.snapshot.imports import from_exports

        details, report = args.authorization_details, args.credential_report
        yield Source(from_exports(details, report, managed=managed, taken_at=taken_at))


def _exports(args: Namespace) -> tuple[str, ...]:
    return (*args.authorization_details, *filter(None, (args.credential_report,)))


def managed(arn: str) -> tuple[str, str] | None:
    """Version and document of an AWS managed policy, from the table that comes with the program."""
    from auditor.collect.aws_managed_policies import default_version, document

    version = default_version(arn)
    text = document(arn, version) if version is not None else None
    return (version, text) if version is not None and text is not None else None


def _taken_at(args: Namespace) -> datetime | None:
    """The moment that --taken-at names; without an offset it is UTC. Raises UsageError."""
    from datetime import UTC, datetime

    if not args.taken_at:
        return None
    if not _exports(args):
        raise UsageError("--taken-at is for exported files: a snapshot knows when it was taken")
    try:
        moment = datetime.fromisoformat(args.taken_at)
    except ValueError:
        help = ("such as 2026-11-20T12:00:00Z",)
        raise UsageError(f'--taken-at "{args.taken_at}" is not a time', help=help) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
