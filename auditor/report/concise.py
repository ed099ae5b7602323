"""The concise format: one line an outcome, `where: severity[rule] message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.findings.visible import visible
from auditor.report.entries import entries, grouped
from auditor.report.style import link, paint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.findings.report import Report
    from auditor.report.entries import Entry
    from auditor.report.view import View


def render(report: Report, view: View) -> Iterator[str]:
    """A line for each outcome; grouping only orders them, because every line is to stand for itself."""
    for _, group in grouped(entries(report, view), view.group_by):
        yield from (f"{visible(entry.where)}: {_told(entry, report, view)}\n" for entry in group)


def _told(entry: Entry, report: Report, view: View) -> str:
    rule = link(entry.rule, view.page(entry.rule, report.rules[entry.rule].docs), view)
    remedy = f"; add {entry.permission}" if entry.permission else ""
    return f"{paint(entry.label, entry.label, view)}[{rule}] {visible(f'{entry.message}{remedy}')}"
