"""`auditor rules`: what can be asked, and which claims of the source documents that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.cli.choice import known_rules, listed
from auditor.cli.pipe import write
from auditor.findings.visible import visible

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence

    from auditor.config import Settings
    from auditor.evaluate.rule import Rule

HELP = """\
List the rules: all there are, or those that --select and --ignore choose.

With --claims, list what the source documents ask for instead: by which rules each claim is answered, and what no
API can show, so that a person has to look.
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("--claims", action="store_true", help="list claims, each with its rules")
    parser.add_argument(
        "--format", choices=("table", "json", "markdown"), default="table", help="form (default: table)"
    )


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    rules = listed(known_rules(settings, "accounts" if args.claims else "all"), settings)
    write(claims(rules, args.format) if args.claims else _FORMS[args.format](_rules(rules, settings), _RULE_COLUMNS))
    return 0


def claims(rules: Iterable[Rule], form: str) -> str:
    """Every claim of the source documents with those of the rules that answer it, as "table", "json" or "markdown"."""
    return _FORMS[form](_claims(rules), _CLAIM_COLUMNS)


_RULE_COLUMNS = ("rule", "severity", "area", "pack", "default", "title")
_CLAIM_COLUMNS = ("claim", "observable", "asks", "answered by")


def _rules(rules: Iterable[Rule], settings: Settings) -> list[dict[str, Any]]:
    severities = settings["rules.severity"]
    return [
        {
            "rule": rule.id,
            "severity": severities.get(rule.id, rule.severity.value),
            "confidence": rule.confidence.value,
            "area": rule.theme,
            "pack": rule.pack,
            "default": "on" if rule.enabled else "off",
            "title": rule.title,
            "claims": rule.claims,
            "tags": rule.tags,
        }
        for rule in rules
    ]


def _claims(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    from auditor.claims import matrix

    return [
        {
            "claim": row.claim.id,
            "observable": row.claim.observable,
            "asks": row.claim.asks,
            "rules": row.rules,
            "person": row.claim.person,
            "answered by": row.answered_by,
        }
        for row in matrix(rules)
    ]


def _table(objects: list[dict[str, Any]], columns: Sequence[str]) -> str:
    """Aligned columns, the last as long as it is."""
    rows = [[visible(str(item[column])) for column in columns] for item in objects]
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = ("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in (columns, *rows))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _markdown(objects: list[dict[str, Any]], columns: Sequence[str]) -> str:
    from auditor.report.escape import prose

    rows = [[prose(str(item[column])) for column in columns] for item in objects]
    lines = (columns, ["---"] * len(columns), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _json(objects: list[dict[str, Any]], columns: Sequence[str]) -> str:
    """Everything that is known, columns or not."""
    import json

    shown = [{key: value for key, value in item.items() if " " not in key} for item in objects]
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


_FORMS = {"table": _table, "json": _json, "markdown": _markdown}
