"""What the formats for people list: findings, and with `show` "all" every other outcome in the same form."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from auditor.findings.summary import remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.findings.model import Place, Resource, Spot, Stage
    from auditor.findings.report import Report
    from auditor.report.view import View

ERROR = "error"
UNKNOWN = "unknown"
NOT_APPLICABLE = "not-applicable"
PASS = "pass"
_ORDER = ("critical", "high", "medium", "low", "info", ERROR, UNKNOWN, NOT_APPLICABLE, PASS)


class Entry(NamedTuple):
    """One outcome: `label` is the severity of a finding, and otherwise the kind of outcome.

    `permission` is the one that would answer an open question, if there is one.
    """

    label: str
    rule: str
    resource: Resource
    message: str
    evidence: tuple[Place, ...] = ()
    permission: str = ""
    spot: Spot | None = None
    flow: tuple[Stage, ...] = ()

    @property
    def where(self) -> str:
        """Where to look: the place in a file, or else the resource."""
        return str(self.spot) if self.spot else self.about

    @property
    def about(self) -> str:
        """What the outcome is about: the ARN where there is one."""
        return self.resource.arn or self.resource.name

    @property
    def is_finding(self) -> bool:
        """Whether something is wrong."""
        return self.label in _ORDER[:5]


def entries(report: Report, view: View) -> list[Entry]:
    """What is to be listed: findings, worst first; then what was not answered, what does not apply, passes."""
    return list(_findings(report)) + (list(_others(report)) if view.all else [])


def _findings(report: Report) -> Iterator[Entry]:
    for finding in report.findings:
        yield Entry(
            finding.severity.value, finding.rule, finding.resource, finding.message, finding.evidence,
            spot=finding.spot, flow=finding.flow,
        )  # fmt: skip


def _others(report: Report) -> Iterator[Entry]:
    for failure in report.errors:
        yield Entry(ERROR, failure.rule, failure.resource, f"the rule raised {failure.exception}")
    for entry in report.not_evaluated:
        yield Entry(UNKNOWN, entry.rule, entry.resource, entry.blind.reason, permission=remedy(entry.blind))
    for account in report.accounts:
        for judgement in account.not_applicable:
            yield Entry(NOT_APPLICABLE, judgement.rule, judgement.resource, judgement.reason)
    for account in report.accounts:
        for judgement in account.passed:
            yield Entry(PASS, judgement.rule, judgement.resource, report.rules[judgement.rule].title)


def grouped(listed: list[Entry], by: str) -> list[tuple[str, list[Entry]]]:
    """Entries in groups with a heading each: severity, rule, resource, account or region. Order is kept within."""
    key = {
        "severity": lambda entry: (_ORDER.index(entry.label), entry.label),
        "rule": lambda entry: (0, entry.rule),
        "resource": lambda entry: (0, entry.about),
        "account": lambda entry: (0, entry.resource.account),
        "region": lambda entry: (0, entry.resource.region),
    }[by]
    return [(heading, list(group)) for (_, heading), group in groupby(sorted(listed, key=key), key)]


def headed(listed: list[Entry], by: str) -> list[tuple[str, list[Entry]]]:
    """Groups for formats that tell the severity of every entry: that needs no headings, and is the order anyway."""
    if by == "severity":
        return [("", listed)] if listed else []
    return grouped(listed, by)
