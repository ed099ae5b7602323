"""The markdown format: figures, findings by severity and open questions, made for comments on pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.findings.model import Severity
from auditor.findings.summary import count_of, summarise
from auditor.report.entries import NOT_APPLICABLE, PASS, entries, grouped
from auditor.report.escape import code, message, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.findings.report import AccountReport, Report
    from auditor.findings.summary import OpenQuestions, Summary
    from auditor.report.entries import Entry
    from auditor.report.view import View


def render(report: Report, view: View) -> str:
    """The page: a verdict, a table of figures, tables of findings, and what was not answered folded away."""
    summary = summarise(report)
    parts = [f"## auditor: {summary.verdict}"]
    if summary.accounts:
        parts.append(_figures(report))
    listed = entries(report, view)
    for heading, group in grouped([entry for entry in listed if entry.is_finding], view.group_by):
        title = heading.capitalize() if heading in list(Severity) else code(heading)
        parts += [f"### {title} ({len(group)})", _findings(group, report, view)]
    if not summary.complete:
        parts += _open(summary)
    for label, title in ((NOT_APPLICABLE, "not applicable"), (PASS, "passed")):
        if others := [entry for entry in listed if entry.label == label]:
            parts.append(_folded(f"{len(others)} {title}", _others(others)))
    parts.append(f"auditor {report.tool_version} · {summary.closing.split(' · ', 1)[1]}")
    return "\n\n".join(parts) + "\n"


def _figures(report: Report) -> str:
    severities = [severity.value for severity in reversed(Severity)]
    header = ("account", "looked at", *severities, "passed", "not applicable", "not answered")
    return _table(header, (_account(account, severities) for account in report.accounts))


def _account(account: AccountReport, severities: list[str]) -> Iterator[str]:
    yield code(account.account) + (f" ({code(account.alias)})" if account.alias else "")
    yield f"{account.taken_at:%Y-%m-%d %H:%M} UTC" if account.taken_at else ""
    found = [finding.severity.value for finding in account.findings]
    yield from (str(found.count(severity)) for severity in severities)
    tallies = account.tallies.values()
    yield str(sum(tally.passed for tally in tallies))
    yield str(sum(tally.not_applicable for tally in tallies))
    yield str(sum(tally.unknown for tally in tallies))


def _findings(group: list[Entry], report: Report, view: View) -> str:
    # Grouped by severity, the heading says it already.
    mixed = view.group_by != "severity"
    header = (*(["severity"] if mixed else []), "rule", "resource", "finding", "fix")
    return _table(header, (_finding(entry, report, view, mixed=mixed) for entry in group))


def _finding(entry: Entry, report: Report, view: View, *, mixed: bool) -> Iterator[str]:
    facts = report.rules[entry.rule]
    if mixed:
        yield entry.label
    yield f"[{code(entry.rule)}](<{view.page(entry.rule, facts.docs)}>)"
    yield code(entry.where)
    yield message(entry.message)
    yield prose(facts.fix)


def _open(summary: Summary) -> Iterator[str]:
    """The open questions by what hides their answers: never left out, because silence would look like a pass."""
    yield "> **This look was not complete.** What was not seen may be wrong as well."
    rows = ((str(spot.questions), _reason(spot), " ".join(map(code, spot.rules))) for spot in summary.open)
    title = f"{count_of(summary.not_evaluated + summary.errors, 'question')} not answered"
    yield _folded(title, _table(("questions", "why", "rules"), rows))


def _reason(spot: OpenQuestions) -> str:
    return message(spot.reasons) + (f"; add {code(spot.permission)}" if spot.permission else "")


def _others(listed: list[Entry]) -> str:
    rows = ((code(entry.rule), code(entry.where), message(entry.message)) for entry in listed)
    return _table(("rule", "resource", ""), rows)


def _folded(title: str, body: str) -> str:
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(header)
    lines = [columns, ["---"] * len(columns), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
