"""The jsonl format: one finding a line, the same objects as in `json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.report.json import finding_object, located
from auditor.report.layout import line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.findings.report import Report
    from auditor.report.view import View


def render(report: Report, view: View) -> Iterator[str]:
    """The findings, whatever else `view` wishes: a reader of lines expects them to be alike."""
    for finding, account in located(report):
        yield f"{line(finding_object(finding, account, report.rules))}\n"
