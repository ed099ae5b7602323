"""From snapshots to reports and an exit code: what scan, check and demo have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.outputs import write_reports
from auditor.evaluate.engine import Ask, evaluate
from auditor.evaluate.subjects.base import Declared
from auditor.findings.gate import CLEAN, FINDINGS, blank, exit_code, failing
from auditor.findings.model import Confidence, Severity
from auditor.findings.report import Report
from auditor.findings.summary import count_of, summarise
from auditor.report.view import View

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from auditor.cli.console import Console
    from auditor.cli.outputs import Output
    from auditor.config import Settings
    from auditor.evaluate.engine import Source
    from auditor.evaluate.rule import Rule


def conclude(
    asked: Iterable[tuple[Source, tuple[Rule, ...]]],
    outputs: Iterable[Output],
    settings: Settings,
    known: Collection[str],
    console: Console,
) -> int:
    """Judge, write the reports, tell the rest on standard error, and return the exit code that the gate gives.

    `known` holds the ids of all rules that are loaded.
    """
    return tell(judge(asked, settings), outputs, settings, known, console)


def tell(
    report: Report, outputs: Iterable[Output], settings: Settings, known: Collection[str], console: Console
) -> int:
    """Write the reports, tell the rest on standard error, and return the exit code that the gate gives."""
    code = exit_code(
        report,
        settings["gate.fail_on"],
        exit_zero=settings["gate.exit_zero"],
        allow_incomplete=settings["gate.allow_incomplete"],
    )
    write_reports(outputs, report, _view(settings, code, known), settings)
    summary = summarise(report)
    console.note(summary.closing)
    for warning in summary.warnings:
        console.warn(warning)
    for line in _outcome(report, code, settings["gate.fail_on"]):
        console.note(line)
    console.debug(f"exit code {code}")
    return code


def judge(asked: Iterable[tuple[Source, tuple[Rule, ...]]], settings: Settings) -> Report:
    """Every source judged by the rules that are asked about it, as one report."""
    listed = tuple(asked)
    ask = _ask(settings)._replace(others=tuple(source.snapshot for source, _ in listed))
    parts = [evaluate([source], rules, ask) for source, rules in listed]
    rules = {rule_id: facts for part in parts for rule_id, facts in part.rules.items()}
    names = settings["scan.accounts"]
    accounts = [
        account._replace(alias=names.get(account.account, account.alias)) for part in parts for account in part.accounts
    ]
    accounts.sort(key=lambda account: (account.account, account.source))
    return Report(parts[0].tool_version, dict(sorted(rules.items())), tuple(accounts))


def _ask(settings: Settings) -> Ask:
    """How the settings want the rules to be asked. How sure a rule must be has been decided with the selection."""
    declared = {key: settings[f"declared.{key}"] for key in Declared._fields if key not in ("account", "practice")}
    return Ask(
        options=settings["rules.options"],
        severities={rule_id: Severity(name) for rule_id, name in settings["rules.severity"].items()},
        declared=Declared(account=settings["scan.expect_account"], practice=settings["rules.practice"], **declared),
        min_confidence=Confidence.LOW,
        keep_all=settings["report.show"] == "all",
    )


def _view(settings: Settings, code: int, known: Iterable[str]) -> View:
    return View(
        show=settings["report.show"],
        group_by=settings["report.group_by"],
        snippets=settings["report.snippets"],
        exit_code=code,
        frameworks=settings["report.frameworks"],
        known_rules=frozenset(known),
        sarif_locations=settings["sarif.locations"],
        sarif_prefix=settings["sarif.path_prefix"],
        base=str(Path.cwd()),
    )


def _outcome(report: Report, code: int, fail_on: tuple[str, ...]) -> Iterator[str]:
    """Why the run ends with its exit code, where that is not 0."""
    if code == CLEAN:
        return
    if code == FINDINGS:
        found = count_of(len(failing(report, fail_on)), "finding")
        yield f"failed: {found} at --fail-on {','.join(fail_on)}"
    if blank(report):
        yield "no verdict: nothing was evaluated"
    elif not report.complete:
        yield "incomplete: what was not answered may be wrong as well"
