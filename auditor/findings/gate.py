"""The gate: what a report means for the exit code.

    0  finished, and no finding meets `fail_on`
    1  finished, and at least one finding does
    3  not every question was answered, or none was

1 comes before 3. `exit_zero` lifts 1 alone, `allow_incomplete` lifts a part that was not seen; nothing lifts an
account of which nothing at all was evaluated, for that is no verdict.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.findings.model import Severity
from auditor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from auditor.findings.model import Finding
    from auditor.findings.report import AccountReport, Report

ANY = "any"
NEVER = "never"

CLEAN = 0
FINDINGS = 1
INCOMPLETE = 3


def exit_code(report: Report, fail_on: Iterable[str], *, exit_zero: bool, allow_incomplete: bool) -> int:
    """The exit code of a run that came to a report. `fail_on` has been checked by `check_fail_on`."""
    if failing(report, fail_on) and not exit_zero:
        return FINDINGS
    if blank(report) or not (report.complete or allow_incomplete):
        return INCOMPLETE
    return CLEAN


def failing(report: Report, fail_on: Iterable[str]) -> tuple[Finding, ...]:
    """The findings that fail the run, worst first."""
    conditions = tuple(fail_on)
    return tuple(finding for finding in report.findings if any(_meets(finding, word) for word in conditions))


_SEVERITIES = frozenset(Severity)


def _meets(finding: Finding, condition: str) -> bool:
    if condition in _SEVERITIES:
        return finding.severity.rank >= Severity(condition).rank
    return condition == ANY or (condition != NEVER and fnmatchcase(finding.rule, condition))


def blank(report: Report) -> bool:
    """Whether nothing was evaluated: no account, no rule, or an account in which no question was answered."""
    return not (report.accounts and report.rules) or any(map(_unanswered, report.accounts))


def _unanswered(account: AccountReport) -> bool:
    return not any(tally.failed or tally.passed or tally.not_applicable for tally in account.tallies.values())


def check_fail_on(fail_on: Iterable[str], known: Collection[str]) -> None:
    """Refuse what could never fail a run, for a gate that is misspelt is an open one.

    `known` holds the ids of all rules that are loaded, selected or not. Raises UsageError.
    """
    conditions = tuple(fail_on)
    if not conditions:
        raise UsageError("gate.fail_on names nothing", help=("--fail-on never says that nothing fails the run",))
    if NEVER in conditions and len(conditions) > 1:
        both = ", ".join(conditions)
        raise UsageError(f"gate.fail_on says that something fails the run and that nothing does: {both}")
    for word in conditions:
        if word in (ANY, NEVER, *Severity) or any(fnmatchcase(rule_id, word) for rule_id in known):
            continue
        near = did_you_mean(word, [ANY, NEVER, *Severity, *known])
        raise UsageError(
            f'--fail-on "{word}" names no severity and no rule',
            help=near or ("it takes a severity, rule ids and globs, any or never",),
        )
