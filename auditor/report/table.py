"""The table format: one wide line an outcome, in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.findings.visible import visible
from auditor.report.entries import entries, headed
from auditor.report.style import link, paint

if TYPE_CHECKING:
    from auditor.findings.report import Report
    from auditor.report.entries import Entry
    from auditor.report.view import View


def render(report: Report, view: View) -> str:
    """A table for each group; regions have a column where not all of them are global."""
    from tabulate import tabulate

    listed = entries(report, view)
    regional = any(entry.resource.region != "global" for entry in listed)
    headers = ["severity", "rule", "resource", *(["region"] if regional else []), "message"]
    tables = []
    for heading, group in headed(listed, view.group_by):
        rows = [_row(entry, report, view, regional=regional) for entry in group]
        title = paint(f"{visible(heading)} ({len(group)})", "bold", view) + "\n" if heading else ""
        table = tabulate(rows, headers, tablefmt="simple", disable_numparse=True)
        tables.append(f"{title}{_stripped(table)}\n")
    return "\n".join(tables)


def _row(entry: Entry, report: Report, view: View, *, regional: bool) -> list[str]:
    rule = link(entry.rule, view.page(entry.rule, report.rules[entry.rule].docs), view)
    region = [visible(entry.resource.region)] if regional else []
    return [paint(entry.label, entry.label, view), rule, visible(entry.where), *region, visible(entry.message)]


def _stripped(table: str) -> str:
    return "\n".join(line.rstrip() for line in table.split("\n"))
