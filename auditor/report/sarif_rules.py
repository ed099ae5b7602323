"""Rules in SARIF: what code scanning shows beside an alert, and by what it ranks and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.findings.model import Confidence, Severity
from auditor.findings.visible import cut
from auditor.report import rule_page
from auditor.report.view import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.findings.report import Report, RuleFacts
    from auditor.report.view import View

MAX_TAGS = 10
"""Most tags of a rule that GitHub keeps."""

MAX_DESCRIPTION = 1024
"""Longest description, in characters, that GitHub takes."""

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
RANKS = {
    Severity.CRITICAL: 95.0,
    Severity.HIGH: 80.0,
    Severity.MEDIUM: 55.0,
    Severity.LOW: 20.0,
    Severity.INFO: 5.0,
}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_PRECISION = {Confidence.HIGH: "very-high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


class Tool:
    """The `tool` object, and how results refer to the rules in it. Rules of foreign packs are extensions of it."""

    def __init__(self, report: Report, view: View) -> None:
        packs: dict[str, list[RuleFacts]] = {}
        for facts in sorted(report.rules.values(), key=lambda facts: facts.id):
            packs.setdefault(facts.pack if rule_page.foreign(facts) else "", []).append(facts)
        own, foreign = packs.pop("", []), sorted(packs.items())
        self._places: dict[str, tuple[int, int | None]] = {facts.id: (index, None) for index, facts in enumerate(own)}
        for number, (_, rules) in enumerate(foreign):
            self._places |= {facts.id: (index, number) for index, facts in enumerate(rules)}
        self.object: dict[str, Any] = {
            "driver": {
                "name": "auditor",
                "organization": "auditor",
                "version": report.tool_version,
                "semanticVersion": report.tool_version,
                "informationUri": HOME,
                "rules": [_rule(facts, view) for facts in own],
            }
        }
        if foreign:
            self.object["extensions"] = [
                {"name": rule_page.pack_name(rules[0]), "rules": [_rule(facts, view) for facts in rules]}
                for _, rules in foreign
            ]

    def of_result(self, rule: str) -> dict[str, Any]:
        """How a result names its rule."""
        index, extension = self._places[rule]
        return {"ruleId": rule, "ruleIndex": index} if extension is None else {"ruleId": rule, "rule": self.at(rule)}

    def at(self, rule: str) -> dict[str, Any]:
        """A reference to a rule."""
        index, extension = self._places[rule]
        component = {} if extension is None else {"toolComponent": {"index": extension}}
        return {"id": rule, "index": index, **component}


def _rule(facts: RuleFacts, view: View) -> dict[str, Any]:
    return {
        "id": facts.id,
        "name": cut("".join(part.capitalize() for part in facts.id.split("-")), 255),
        "shortDescription": {"text": cut(facts.title, MAX_DESCRIPTION)},
        "fullDescription": {"text": cut(" ".join(facts.why.split()), MAX_DESCRIPTION)},
        "help": {"text": rule_page.text(facts, {}), "markdown": rule_page.markdown(facts, {})},
        "helpUri": view.page(facts.id, facts.docs),
        "defaultConfiguration": {"level": LEVELS[facts.severity], "enabled": True, "rank": RANKS[facts.severity]},
        "properties": _properties(facts),
    }


def _properties(facts: RuleFacts) -> dict[str, Any]:
    tags = list(dict.fromkeys(_tags(facts)))[:MAX_TAGS]
    properties: dict[str, Any] = {"tags": tags, "precision": _PRECISION[facts.confidence]}
    if score := _SCORES.get(facts.severity):
        properties["security-severity"] = score
    else:
        properties["problem.severity"] = "recommendation"
    return properties


def _tags(facts: RuleFacts) -> Iterator[str]:
    """What alerts can be filtered by, the most useful first: newer frameworks come before older ones."""
    yield from ("security", "aws")
    yield facts.resource_type.split("::")[1 if "::" in facts.resource_type else 0].lower()
    yield from facts.tags
    yield from (f"{framework}/{control}" for framework, control in reversed(facts.controls))
