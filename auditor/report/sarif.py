"""The sarif format: SARIF 2.1.0 as code scanning accepts it, one run an account.

What GitHub takes and refuses: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files
Specification: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.errors import NothingEvaluated
from auditor.findings.model import Severity
from auditor.findings.summary import count_of, open_spots
from auditor.report.evidence import moment
from auditor.report.layout import dumps
from auditor.report.sarif_results import Results
from auditor.report.sarif_rules import Tool

if TYPE_CHECKING:
    from auditor.findings.report import AccountReport, Report
    from auditor.findings.summary import OpenQuestions
    from auditor.report.view import View

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RUNS = 20
"""Most runs that GitHub takes in one file."""
MAX_RESULTS = 25_000
"""Most results that GitHub takes in one run."""
SHOWN_RESULTS = 5_000
"""Most results of one run that GitHub shows: the worst."""
MAX_BYTES = 10_000_000
"""Largest file that GitHub takes, compressed by gzip."""
MAX_NOTIFICATIONS = 100
"""Most blind spots that are told one by one; how many questions stayed open is told in any case."""


class _Cut(NamedTuple):
    """What is left out of a file that would be too large, and what the reader is told."""

    snippets: bool
    info: bool
    notes: tuple[str, ...]


_NO_SNIPPETS = "Lines of the snapshot are left out: with them the file would be larger than code scanning takes."
_NO_INFO = "Findings of severity info are left out: with them the file would be larger than code scanning takes."
_CUTS = (_Cut(True, True, ()), _Cut(False, True, (_NO_SNIPPETS,)), _Cut(False, False, (_NO_SNIPPETS, _NO_INFO)))


def render(report: Report, view: View) -> str:
    """All accounts in one file. Raises NothingEvaluated where there is none: GitHub refuses a file without runs."""
    if not report.accounts:
        raise NothingEvaluated("no account was looked at, so there is nothing to put into a SARIF file")
    text = ""
    for cut in _CUTS:
        text = _document(report, view, cut)
        if _compressed(text) <= MAX_BYTES:
            break
    return text


def render_many(report: Report, view: View) -> list[str]:
    """The files, each with as many accounts as GitHub takes in one. Raises NothingEvaluated as `render` does."""
    accounts = report.accounts
    parts = [accounts[start : start + MAX_RUNS] for start in range(0, len(accounts) or 1, MAX_RUNS)]
    return [render(report._replace(accounts=part), view) for part in parts]


def warnings(report: Report) -> list[str]:
    """What code scanning will not show of a report."""
    told = []
    for account in report.accounts:
        count = len(account.findings)
        if count > SHOWN_RESULTS:
            whose = f"account {account.account}" if account.account else "this run"
            told.append(f"{whose} has {count:,} findings: GitHub shows the {SHOWN_RESULTS:,} worst")
    if len(report.accounts) > MAX_RUNS:
        told.append(f"{len(report.accounts)} accounts: GitHub takes {MAX_RUNS} in one SARIF file")
    return told


def _compressed(text: str) -> int:
    """The size in bytes that counts, or less than the limit where it needs no measuring."""
    if len(text) <= MAX_BYTES:
        return 0
    from zlib import compress

    return len(compress(text.encode()))


def _document(report: Report, view: View, cut: _Cut) -> str:
    if not cut.snippets:
        view = view._replace(snippets=False)
    tool, categories = Tool(report, view), Counter[str]()
    runs = []
    for account in report.accounts:
        # Of two runs in one category the later upload would close the alerts of the former.
        category = f"auditor/{account.partition}/{account.account}" if account.account else "auditor/lint"
        categories[category] += 1
        if categories[category] > 1:
            category += f"/{categories[category]}"
        runs.append(_run(report._replace(accounts=(account,)), tool, category, view, cut))
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, 5) + "\n"


def _run(report: Report, tool: Tool, category: str, view: View, cut: _Cut) -> dict[str, Any]:
    """The run of the report's one account."""
    account = report.accounts[0]
    if not cut.info:
        account = account._replace(findings=tuple(f for f in account.findings if f.severity is not Severity.INFO))
    results, notes = Results(account, tool, view).objects(), list(cut.notes)
    if len(results) > MAX_RESULTS:
        notes.append(f"The {MAX_RESULTS:,} worst of {len(results):,} findings are here: code scanning takes no more.")
    return {
        "tool": tool.object,
        "automationDetails": {
            "id": f"{category}/{account.taken_at:%Y%m%dT%H%M%SZ}" if account.taken_at else f"{category}/",
            "description": {"text": _described(account)},
        },
        "invocations": [_invocation(report, tool, view, notes)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The directory in which auditor ran."}}},
        "results": results[:MAX_RESULTS],
    }


def _invocation(report: Report, tool: Tool, view: View, notes: list[str]) -> dict[str, Any]:
    """How the look went. A run that could not see everything says so, for a missing result would look like a pass."""
    account, spots = report.accounts[0], open_spots(report)
    return {
        "executionSuccessful": account.complete,
        "exitCode": view.exit_code,
        **_times(account),
        "toolExecutionNotifications": [
            *_incomplete(account),
            *(_notification(spot, tool) for spot in spots[:MAX_NOTIFICATIONS]),
        ],
        "toolConfigurationNotifications": [
            {"descriptor": {"id": "report-shortened"}, "level": "warning", "message": {"text": note}} for note in notes
        ],
    }


def _described(account: AccountReport) -> str:
    if account.taken_at is None:
        return account.looked_at
    return f"AWS account {account.account} as it was at {moment(account.taken_at)}"


def _times(account: AccountReport) -> dict[str, str]:
    if account.taken_at is None:
        return {}
    start = account.taken_at.replace(microsecond=0)
    try:
        end = start + timedelta(seconds=account.seconds)
    except OverflowError:  # a snapshot may claim anything
        return {"startTimeUtc": moment(start)}
    return {"startTimeUtc": moment(start), "endTimeUtc": moment(end.replace(microsecond=0))}


def _incomplete(account: AccountReport) -> list[dict[str, Any]]:
    if account.complete:
        return []
    questions = count_of(sum(tally.unknown for tally in account.tallies.values()), "question")
    text = f"The account was not wholly seen: {questions} not answered. What is missing here is not known to be mended."
    return [{"descriptor": {"id": "run-incomplete"}, "level": "error", "message": {"text": text}}]


def _notification(spot: OpenQuestions, tool: Tool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "descriptor": {"id": "rule-failed" if spot.failed else "not-evaluated"},
        "level": "error" if spot.failed else "warning",
        "message": {"text": spot.told},
        "properties": {"auditor/rules": list(spot.rules)},
    }
    if len(spot.rules) == 1:
        told["associatedRule"] = tool.at(spot.rules[0])
    return told
