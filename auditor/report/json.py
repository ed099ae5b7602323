"""The json format: everything, as one object; its schema is auditor/schemas/report.json."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from auditor.findings.report import Tally, finding_order
from auditor.findings.summary import summarise
from auditor.report.evidence import moment, plain
from auditor.report.layout import pieces
from auditor.report.lines import Located

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from auditor.findings.model import Blind, Finding, Judgement, Place, Spot
    from auditor.findings.report import AccountReport, Report, RuleFacts
    from auditor.report.view import View
    from auditor.snapshot.positions import Region

SCHEMA: Final = "auditor/report/v1"


def render(report: Report, view: View) -> Iterator[str]:
    """The whole report; `show` "all" adds passes and what does not apply, named frameworks add their controls."""
    document = {
        "schema": SCHEMA,
        "run": _run(report, view),
        "findings": (finding_object(finding, account, report.rules) for finding, account in located(report)),
        "not_evaluated": [
            {"rule": entry.rule, "resource": entry.resource._asdict(), **_blind(entry.blind)}
            for entry in report.not_evaluated
        ],
        "errors": [
            {"rule": entry.rule, "resource": entry.resource._asdict(), "exception": entry.exception}
            for entry in report.errors
        ],
        "summary": _summary(report),
    }
    if view.all:
        document["passed"] = [
            {"rule": entry.rule, "resource": entry.resource._asdict()}
            for account in report.accounts
            for entry in account.passed
        ]
        document["not_applicable"] = [
            _not_applicable(entry) for account in report.accounts for entry in account.not_applicable
        ]
    if view.frameworks:
        document["compliance"] = list(_compliance(report, view))
    yield from pieces(document, 3)
    yield "\n"


def located(report: Report) -> list[tuple[Finding, Located]]:
    """Every finding with the account it was found in: worst first, then by rule, resource and snapshot."""
    pairs = [(finding, part) for part in map(Located, report.accounts) for finding in part.account.findings]
    return sorted(pairs, key=lambda pair: (finding_order(pair[0]), pair[1].account.source))


def finding_object(finding: Finding, found_in: Located, rules: dict[str, RuleFacts]) -> dict[str, Any]:
    """A finding as an object, the same in `json` and `jsonl`."""
    facts = rules[finding.rule]
    location = {"location": _location(finding.spot)} if finding.spot else {}
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "title": facts.title,
        "resource": finding.resource._asdict(),
        "message": finding.message,
        **location,
        "evidence": [_place(place, found_in.region(place)) for place in finding.evidence],
        **_flow(finding, found_in),
        "discriminator": finding.discriminator,
        "fingerprint": finding.fingerprint,
        "taken_at": _moment(found_in.account.taken_at),
        "claims": facts.claims,
        "controls": _controls(facts.controls),
        "fix": facts.fix,
        "docs": facts.docs,
    }


@lru_cache(maxsize=1_024)
def _controls(controls: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"{framework}/{control}" for framework, control in controls)


def _location(spot: Spot) -> dict[str, Any]:
    return {name: value for name, value in spot._asdict().items() if name != "line_text"}


def _moment(value: datetime | None) -> str | None:
    return moment(value) if value else None


def _flow(finding: Finding, found_in: Located) -> dict[str, Any]:
    """The steps of a finding that takes some."""
    if not finding.flow:
        return {}
    stages = finding.flow
    return {"flow": [{"text": it.text, "place": _place(it.place, found_in.region(it.place))} for it in stages]}


def _place(place: Place, region: Region | None) -> dict[str, Any]:
    stands: dict[str, Any] = {"pointer": place.pointer, "value": plain(place.value)}
    if place.as_of:
        stands["as_of"] = moment(place.as_of)
    if region:
        stands |= {"line": region.line, "column": region.column}
    return stands


def _blind(blind: Blind) -> dict[str, str]:
    return {
        "reason": blind.reason,
        "operation": blind.operation,
        "permission": blind.permission,
        "error": blind.error,
    }


def _not_applicable(entry: Judgement) -> dict[str, Any]:
    return {"rule": entry.rule, "resource": entry.resource._asdict(), "reason": entry.reason}


def _run(report: Report, view: View) -> dict[str, Any]:
    return {
        "tool": {"name": "auditor", "version": report.tool_version},
        "exit_code": view.exit_code,
        "complete": report.complete,
        "accounts": [_account(account) for account in report.accounts],
        "rules": [_rule(facts, report) for facts in report.rules.values()],
    }


def _account(account: AccountReport) -> dict[str, Any]:
    return {
        "account": account.account or None,
        "partition": account.partition,
        "alias": account.alias,
        "taken_at": _moment(account.taken_at),
        "credential_report_generated_at": _moment(account.report_generated),
        "source": account.source,
        "requests": account.requests,
        "seconds": account.seconds,
        "complete": account.complete,
        "gaps": [_blind(gap) for gap in account.gaps],
    }


def _rule(facts: RuleFacts, report: Report) -> dict[str, Any]:
    tallies = [account.tallies.get(facts.id, Tally()) for account in report.accounts]
    total = Tally(*map(sum, zip(*tallies, strict=True))) if tallies else Tally()
    return {
        "id": facts.id,
        "severity": facts.severity.value,
        "confidence": facts.confidence.value,
        "title": facts.title,
        "resource_type": facts.resource_type,
        "tags": list(facts.tags),
        "pack": facts.pack,
        **total._asdict(),
    }


def _summary(report: Report) -> dict[str, Any]:
    summary = summarise(report)
    return {
        "findings": summary.findings,
        "severities": summary.severities,
        "passed": summary.passed,
        "not_applicable": summary.not_applicable,
        "not_evaluated": summary.not_evaluated,
        "errors": summary.errors,
        "complete": summary.complete,
        "accounts": len(summary.accounts),
        "rules": summary.rules,
        "requests": summary.requests,
        "seconds": round(summary.seconds, 3),
    }


def _compliance(report: Report, view: View) -> Iterator[dict[str, Any]]:
    from auditor.findings.compliance import judge

    for framework, controls in judge(report, view.frameworks, view.known_rules):
        yield {
            "framework": framework.id,
            "name": framework.name,
            "version": framework.version,
            "controls": [
                {
                    "id": entry.control.id,
                    "title": entry.control.title,
                    "level": entry.control.level,
                    "severity": entry.control.severity,
                    "assessment": entry.control.assessment,
                    "status": entry.status,
                    "rules": [
                        {"id": rule.id, "exists": rule.exists, **(rule.tally._asdict() if rule.tally else {})}
                        for rule in entry.rules
                    ],
                }
                for entry in controls
            ],
        }
