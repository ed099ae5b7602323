"""`auditor explain`: a rule's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.cli.choice import all_rules, explained, known_rules
from auditor.cli.pipe import write
from auditor.evaluate.engine import facts_of
from auditor.findings.model import Severity
from auditor.report import rule_page

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.config import Settings
    from auditor.evaluate.rule import Rule
    from auditor.findings.report import RuleFacts

HELP = """\
Say what a rule looks for, why that matters, how to mend it, which options the rule has and which controls ask for it.
"""
USAGE = " RULE..."


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("rules", nargs="+", metavar="RULE", help="ids, globs and other selectors")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="form (default: text)")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    known = known_rules(settings)
    if not all(name in known for name in args.rules):
        known = all_rules(settings)
    pages = [_Page(rule, settings) for rule in explained(known, args.rules)]
    match args.format:
        case "json":
            import json

            write(json.dumps([page.as_json() for page in pages], indent=2, ensure_ascii=False) + "\n")
        case "markdown":
            write("\n".join(rule_page.markdown(page.facts, page.options) for page in pages))
        case _:
            write("\n".join(rule_page.text(page.facts, page.options) for page in pages))
    return 0


class _Page:
    """What there is to tell of a rule: its facts, and its options with the values in force."""

    def __init__(self, rule: Rule, settings: Settings) -> None:
        name = settings["rules.severity"].get(rule.id)
        given: dict[str, Any] = settings["rules.options"].get(rule.id, {})
        self.facts: RuleFacts = facts_of(rule, Severity(name) if name else None)
        self.defaults = rule.options.defaults()
        self.options = self.defaults | given
        self.rule = rule

    def as_json(self) -> dict[str, Any]:
        """The page as an object; JSON has no tuples, so nothing else is to be done about them."""
        facts = self.facts._asdict() | {"controls": _by_framework(self.facts.controls)}
        options = {
            name: {"default": self.defaults[name], "value": value, "type": _TYPES[type(value)]}
            for name, value in self.options.items()
        }
        return facts | {"enabled": self.rule.enabled, "sections": self.rule.sections, "options": options}


_TYPES = {bool: "boolean", int: "integer", str: "string", tuple: "array", list: "array"}


def _by_framework(controls: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for framework, control in controls:
        found.setdefault(framework, []).append(control)
    return found
