"""Results in SARIF: one for each finding, with a place that code scanning accepts and an identity that stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from auditor.findings.model import Spot
from auditor.findings.report import finding_order
from auditor.findings.visible import cut, visible
from auditor.report.evidence import words
from auditor.report.lines import Located
from auditor.report.sarif_location import file_uri, resource_uri, service_of, snapshot_uri
from auditor.report.sarif_rules import LEVELS, RANKS

if TYPE_CHECKING:
    from auditor.findings.model import Finding, Place, Resource, Stage
    from auditor.findings.report import AccountReport
    from auditor.report.sarif_rules import Tool
    from auditor.report.view import View

MAX_EVIDENCE = 50
"""Most places that a result shows; GitHub takes a thousand."""

_MAX_MESSAGE = 1000
_MAX_VALUE = 120


class Results:
    """The results of one account: worst first, then by rule and path."""

    def __init__(self, account: AccountReport, tool: Tool, view: View) -> None:
        self.tool = tool
        self.view = view
        self.located = Located(account)
        self.snapshot = snapshot_uri(account.source, view.base)
        self.seen: Counter[str] = Counter()
        self.ordered = sorted(
            ((_uri(finding, view), finding) for finding in account.findings),
            key=lambda pair: (-pair[1].severity.rank, pair[1].rule, pair[0], *finding_order(pair[1])),
        )

    def objects(self) -> list[dict[str, Any]]:
        """The result objects."""
        return [self._result(finding, uri) for uri, finding in self.ordered]

    def _result(self, finding: Finding, uri: str) -> dict[str, Any]:
        resource, evidence = finding.resource, finding.evidence[:MAX_EVIDENCE]
        location = {"physicalLocation": _physical(uri, finding.spot), "logicalLocations": [_logical(resource)]}
        lines = [spot for place in evidence if (spot := self._line(place))]
        if lines and self.view.sarif_locations == "snapshot":
            location["physicalLocation"], first = lines[0]["physicalLocation"], {"physicalLocation": _physical(uri)}
            lines[0] = {**first, "message": {"text": "the resource"}}
        result = {
            **self.tool.of_result(finding.rule),
            "level": LEVELS[finding.severity],
            "kind": "fail",
            "rank": RANKS[finding.severity],
            "message": {"text": self._message(finding, evidence, linked=bool(lines))},
            "locations": [location],
            **self._identity(finding),
            "properties": {
                "auditor/severity": finding.severity.value,
                "auditor/confidence": finding.confidence.value,
                **_whose(resource),
            },
        }
        if lines:
            result["relatedLocations"] = [{"id": number, **spot} for number, spot in enumerate(lines, 1)]
        if finding.flow:
            result["codeFlows"] = [{"threadFlows": [{"locations": [self._stage(it, uri) for it in finding.flow]}]}]
        return result

    def _stage(self, stage: Stage, uri: str) -> dict[str, Any]:
        """A step of a finding: in the snapshot file, or where that is out of reach at the resource."""
        known = self._line(stage.place)
        physical = known["physicalLocation"] if known else _physical(uri)
        told = cut(visible(stage.text), _MAX_MESSAGE)
        return {"location": {"physicalLocation": physical, "message": {"text": _literal(told)}}}

    def _line(self, place: Place) -> dict[str, Any] | None:
        """Where a piece of evidence stands in the snapshot file; None where there is no such file within reach."""
        region = self.located.region(place)
        if not region or not self.snapshot:
            return None
        shown: dict[str, Any] = {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }
        if self.view.snippets and (text := self.located.snippet(region)):
            shown["snippet"] = {"text": text}
        physical = {"artifactLocation": _artifact(self.snapshot), "region": shown}
        return {"physicalLocation": physical, "message": {"text": _literal(words(place, _MAX_VALUE))}}

    def _message(self, finding: Finding, evidence: tuple[Place, ...], *, linked: bool) -> str:
        """The first sentence is the alert's title: what, and on which resource."""
        what = cut(visible(finding.message).rstrip(". "), _MAX_MESSAGE)
        where = cut(visible(finding.resource.arn or finding.resource.name), _MAX_MESSAGE)
        text = _literal(f"{what}." if finding.spot else f"{what} ({where}).")
        if evidence:
            told = "; ".join(words(place, _MAX_VALUE) for place in evidence)
            text += f" Evidence: {_literal(told)}."
        if linked:
            text += f" See the [{'resource' if self.view.sarif_locations == 'snapshot' else 'snapshot'}](1)."
        return text

    def _identity(self, finding: Finding) -> dict[str, Any]:
        """GitHub knows an alert by its hash, path and rule; `:2` and so on tell equal ones in one run apart."""
        self.seen[finding.fingerprint] += 1
        occurrence = self.seen[finding.fingerprint]
        numbered = f"{finding.fingerprint}:{occurrence}"
        own = finding.fingerprint if occurrence == 1 else numbered
        return {
            "partialFingerprints": {"primaryLocationLineHash": numbered, "auditorFindingId/v1": own},
            "fingerprints": {"auditor/v1": own},
        }


def _literal(text: str) -> str:
    """Text in which nothing is taken for a link, which SARIF writes as `[text](target)`."""
    return text.replace("](", "] (")


def _artifact(uri: str) -> dict[str, str]:
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _uri(finding: Finding, view: View) -> str:
    return file_uri(finding.spot.path, view.base) if finding.spot else resource_uri(finding.resource, view.sarif_prefix)


def _physical(uri: str, spot: Spot | None = None) -> dict[str, Any]:
    """A spot in a file, or a whole file that does not exist; GitHub requires all four fields."""
    _, *place, _ = spot or Spot(uri, 1, 1, 1, 1)
    region = dict(zip(("startLine", "startColumn", "endLine", "endColumn"), place, strict=True))
    return {"artifactLocation": _artifact(uri), "region": region}


def _whose(resource: Resource) -> dict[str, str]:
    """Where in AWS a resource is; nothing for what stands in a file."""
    if not resource.account:
        return {}
    return {
        "aws/account": resource.account,
        "aws/region": resource.region,
        "aws/arn": resource.arn,
        "aws/service": service_of(resource),
    }


def _logical(resource: Resource) -> dict[str, str]:
    return {"name": resource.name, "fullyQualifiedName": resource.arn or resource.name, "kind": "resource"}
