"""Reports: a module a format, each with `render(report, view)`, a pure function of its arguments.

It gives the text, or where that may be long an iterator of its pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.findings.report import Report
    from auditor.report.view import View

FORMATS: dict[str, str] = {
    "concise": "one line a finding, made for grep: `where: severity[rule] message`",
    "full": "a block a finding: where, the evidence, why it matters and how to mend it",
    "table": "one wide line a finding, in columns",
    "json": "everything, as one object with a published schema",
    "jsonl": "one JSON object a finding and line, for log pipelines",
    "markdown": "a summary and tables, for comments on pull requests",
    "sarif": "SARIF 2.1.0, for code scanning; one run an account",
    "compliance": "every control of a framework, and what can be said of it",
}
"""Name -> what the format is, in a line."""


def render(name: str, report: Report, view: View) -> str:
    """The report in the named format. Raises UsageError for an unknown name."""
    return "".join(pieces(name, report, view))


def pieces(name: str, report: Report, view: View) -> Iterator[str]:
    """The text of the report in pieces. Imports only that format's module. Raises UsageError for an unknown name."""
    from importlib import import_module

    if name not in FORMATS:
        from auditor.suggest import did_you_mean

        raise UsageError(
            f'unknown format "{name}"', help=(*did_you_mean(name, FORMATS), f"formats: {', '.join(FORMATS)}")
        )
    found: str | Iterator[str] = import_module(f"auditor.report.{name}").render(report, view)
    return iter((found,)) if isinstance(found, str) else found
