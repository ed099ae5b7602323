"""Write docs/rules: a page for each built-in rule, and an index by theme. Everything in them comes from the rules.

python -m tools.gen_rule_pages
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.evaluate.engine import facts_of
from auditor.evaluate.policy_documents import lint_rules
from auditor.evaluate.registry import load_rules
from auditor.report.rule_page import markdown

if TYPE_CHECKING:
    from auditor.evaluate.rule import Rule

FOLDER = Path(__file__).parent.parent / "docs" / "rules"
ABOUT = "Policy documents are looked at by `auditor lint`; all other rules are asked by `auditor scan` and `check`."
NOTE = "<!-- Written by `make docs` from the rule itself: edit the rule, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """File name -> text of every page, the index included."""
    rules = dict(sorted({**lint_rules(), **load_rules(plugins=False)}.items()))
    written = {f"{rule.id}.md": NOTE + markdown(facts_of(rule), rule.options.defaults()) for rule in rules.values()}
    return {"README.md": NOTE + index(rules), **written}


def index(rules: dict[str, Rule]) -> str:
    """All rules by theme, the theme being the module that holds them."""
    themes: dict[str, list[Rule]] = {}
    for rule in rules.values():
        themes.setdefault(rule.theme, []).append(rule)
    lines = ["# Rules", "", f"{len(rules)} rules. Those marked ○ run only when selected by id.", "", ABOUT, ""]
    for theme, listed in sorted(themes.items()):
        heading = theme.replace("_", " ").capitalize().replace("Mfa", "MFA")
        lines += [f"## {heading}", "", "| rule | severity | finds |", "| --- | --- | --- |"]
        lines += [
            f"| [{rule.id}]({rule.id}.md){'' if rule.enabled else ' ○'} | {rule.severity} | {rule.title} |"
            for rule in listed
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write every page, and remove those of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in fresh:
            old.unlink()
    for name, text in fresh.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
