"""`auditor claims`: how far an account follows the source documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from auditor.cli.choice import choose, chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.cli.terminal import wants_color
from auditor.errors import UsageError
from auditor.evaluate.selection import opt_ins
from auditor.snapshot.opt_in import OPT_IN

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from auditor.claims import JudgedClaims
    from auditor.config import Settings
    from auditor.evaluate.rule import Rule
    from auditor.report.view import View

HELP = """\
Tell, claim by claim, what AWS's introductory documents ask for, by which rules that is answered, and how far the
account of the snapshot follows it. What no API shows is left to a person, and never passes.

Without a snapshot it tells the claims and their rules alone. The exit code says nothing about the outcome: for that
there is `auditor check`.
"""
USAGE = " [SNAPSHOT]"


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("snapshot", nargs="?", metavar="SNAPSHOT", help="snapshot file; - is standard input")
    parser.add_argument(
        "--format", choices=("table", "markdown", "json", "html"), default="table", help="form (default: table)"
    )


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    from auditor.report.view import View

    known = known_rules(settings)
    if args.snapshot is None:
        return _list(args.format, known, settings)
    render = _renderer(args.format)
    judged = _judged(args.snapshot, known, settings)
    write(render(judged, View(color=wants_color(settings["report.color"], sys.stdout))))
    return 0


def _list(form: str, known: dict[str, Rule], settings: Settings) -> int:
    """The claims and their rules, as `auditor rules --claims` has them. Raises UsageError for a form it has not."""
    from auditor.cli.rules import claims

    if form == "html":
        raise UsageError("a page needs the outcomes", help=("name a snapshot: `auditor collect -o FILE` makes one",))
    write(claims(known.values(), form))
    return 0


def _judged(path: str, known: dict[str, Rule], settings: Settings) -> JudgedClaims:
    """Ask the rules about the snapshot and put their answers to the claims."""
    from auditor import claims
    from auditor.cli import verdict
    from auditor.evaluate.engine import Source
    from auditor.findings.summary import summarise
    from auditor.snapshot.files import read

    console = Console.of(settings)
    snapshot, text = read(path)
    rules = chosen_or_nothing(known, settings, snapshot.collection.opted_in, console)
    report = verdict.judge([(Source(snapshot, path, text), rules)], settings)
    for warning in summarise(report).warnings:
        console.warn(warning)
    others = set(choose(known, settings, OPT_IN.values())) - set(rules)
    if missing := sorted({name for rule in others for name in opt_ins(rule)}):
        console.note(
            f"claims stay open whose rules need what only `auditor collect --with {','.join(missing)}` collects"
        )
    return claims.judge(report, claims.matrix(known.values()))


def _renderer(form: str) -> Callable[[JudgedClaims, View], str]:
    from auditor.report import claims, claims_page

    return {"table": claims.table, "markdown": claims.markdown, "json": claims.json, "html": claims_page.render}[form]
