"""Write docs/configuration.md: every setting with its type, default, option and variable, from the table of settings.

python -m tools.gen_config_page
"""

from __future__ import annotations

from pathlib import Path

from auditor.cli.config import toml
from auditor.settings import LISTS, SECTIONS, TABLE, Setting

TARGET = Path(__file__).parent.parent / "docs" / "configuration.md"

HEAD = """\
<!-- Written by `make docs` from auditor/settings.py: edit the table there, not this page. -->

# Configuration

A setting is taken from the first of these that has it: an option of the command line, the variable `AUDITOR_…`,
`auditor.toml`, the default. `auditor config show` prints what is in force and where each value comes from,
`auditor config validate` checks a file, `auditor config init` begins one, and `auditor schema config` prints the
JSON Schema for editors.

`auditor.toml` is looked for in the working directory and then in the root of the Git repository around it; after
that `[tool.auditor]` of a `pyproject.toml` at the same two places will do. `--config FILE` (`AUDITOR_CONFIG`) names
another file, `--no-config` (`AUDITOR_NO_CONFIG=1`) reads none, and `--set KEY=VALUE` sets any key for one run.
File names in a configuration file start from its folder. In options and variables, lists are written with commas.
Variables of switches take `1` or `0` and stand for the option: `AUDITOR_NO_PLUGINS=1` does what `--no-plugins` does.
"""

KINDS = {
    "text": "text",
    "file": "file name",
    "account": "account id",
    "number": "whole number",
    "count": "whole number",
    "switch": "true or false",
    "choice": "",
    "list": "list of texts",
    "files": "list of files or folders",
    "outputs": "list of `FORMAT` or `FORMAT=FILE`",
    "account names": "table: account id → text",
    "severities": "table: rule id → severity",
    "options": "table: rule id → option → value",
}
"""Kinds of setting in the words of the page; a choice is told by what can be chosen."""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name, title) for name, title in SECTIONS.items())


def _section(name: str, title: str) -> str:
    rows = [_row(setting) for setting in TABLE if setting.key.startswith(f"{name}.")]
    head = ["key", "type", "default", "option", "variable", "meaning"]
    lines = [f"| {' | '.join(cells)} |\n" for cells in (head, ["---"] * len(head), *rows)]
    return f"\n## [{name}]: {title}\n\n" + "".join(lines)


def _row(setting: Setting) -> list[str]:
    words = f"false: {setting.help}" if setting.turns_off else setting.help
    if setting.shortcut:
        words += f"; `{setting.shortcut[0]}` is the {setting.shortcut[2]}"
    default = list(setting.default) if setting.kind in LISTS else setting.default
    return [
        f"`{setting.key}`",
        _type(setting),
        f"`{toml(default)}`",
        ", ".join(f"`{flag}`" for flag in setting.flags),
        f"`{setting.env}`" if setting.env else "",
        words,
    ]


def _type(setting: Setting) -> str:
    choices = ", ".join(f"`{choice}`" for choice in setting.choices)
    match setting.kind:
        case "choice":
            return choices
        case "number":
            return f"{KINDS['number']} from {setting.span[0]} to {setting.span[1]}"
        case "list" if choices:
            return f"list of {choices}"
    return KINDS[setting.kind]


def main() -> None:
    """Write the file."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
