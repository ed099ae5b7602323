"""The compliance format: a table of every control of the chosen frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.findings.compliance import FAIL, MANUAL, NO_RULE, NOT_APPLICABLE, PASS, UNKNOWN, judge
from auditor.findings.visible import cut
from auditor.report.style import paint

if TYPE_CHECKING:
    from auditor.findings.compliance import ControlRule, ControlStatus, FrameworkStatus
    from auditor.findings.report import Report
    from auditor.report.view import View

LOOKS = {FAIL: "high", UNKNOWN: "unknown", MANUAL: "info", NO_RULE: "dim", NOT_APPLICABLE: "dim", PASS: "pass"}
_MAX_TITLE = 60


def render(report: Report, view: View) -> str:
    """A table for each framework, and under it how many controls have which status."""
    return "\n".join(_framework(entry, view) for entry in judge(report, view.frameworks, view.known_rules))


def _framework(entry: FrameworkStatus, view: View) -> str:
    from tabulate import tabulate

    framework, controls = entry
    title = paint(f"{framework.name} {framework.version} ({framework.id})", "bold", view)
    leveled = any(status.control.level for status in controls)
    headers = ["control", "title", "level" if leveled else "severity", "status", "rules"]
    table = tabulate([_row(status, view) for status in controls], headers, tablefmt="simple", disable_numparse=True)
    counts = ", ".join(f"{count} {status}" for status, count in entry.counts.items())
    lines = "\n".join(line.rstrip() for line in table.split("\n"))
    return f"{title}\n{lines}\n\n{len(controls)} controls: {counts}\n"


def _row(entry: ControlStatus, view: View) -> list[str]:
    control = entry.control
    weight = str(control.level) if control.level else control.severity or ""
    rules = ", ".join(map(rule_words, entry.rules))
    return [control.id, cut(control.title, _MAX_TITLE), weight, paint(entry.status, LOOKS[entry.status], view), rules]


def rule_words(rule: ControlRule) -> str:
    """A rule and its answers: `root-mfa-missing (1 failed, 2 unknown)`."""
    return f"{rule.id} ({answers(rule)})"


def answers(rule: ControlRule) -> str:
    """How often a rule was answered which way."""
    if not rule.exists:
        return "no rule yet"
    if rule.tally is None:
        return "not run"
    counts = rule.tally._asdict().items()
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts if count) or "no answer"
