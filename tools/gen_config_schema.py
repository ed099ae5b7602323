"""Write `auditor/schemas/config.json`, the JSON Schema of auditor.toml, from the table of settings.

python -m tools.gen_config_schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.settings import LISTS, NAMES, SECTIONS, TABLE, Setting

TARGET = Path(__file__).parent.parent / "auditor" / "schemas" / "config.json"

Schema = dict[str, Any]


def schema() -> Schema:
    """The whole file: a table for each section, and no key that there is not."""
    tables = {name: _table(title) for name, title in SECTIONS.items()}
    for setting in TABLE:
        section, _, name = setting.key.partition(".")
        tables[section]["properties"][name] = _setting(setting)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "auditor/config/v1",
        "title": "Settings of auditor: auditor.toml, or [tool.auditor] in pyproject.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": tables,
    }


def _table(description: str) -> Schema:
    return {"type": "object", "description": description, "additionalProperties": False, "properties": {}}


def _setting(setting: Setting) -> Schema:
    words = f"false: {setting.help}" if setting.turns_off else setting.help
    default = list(setting.default) if setting.kind in LISTS else setting.default
    return {"description": words, "default": default, **_KINDS[setting.kind](setting)}


def _text(setting: Setting) -> Schema:
    return {"type": "string"}


def _choice(setting: Setting) -> Schema:
    return {"enum": list(setting.choices)}


def _list(setting: Setting) -> Schema:
    return {"type": "array", "items": _choice(setting) if setting.choices else {"type": "string"}}


def _number(setting: Setting) -> Schema:
    lowest, highest = setting.span
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def _named(setting: Setting, value: Schema, names: str = "") -> Schema:
    return {"type": "object", "propertyNames": {"pattern": f"^({names or NAMES[setting.kind][0]})$"}} | {
        "additionalProperties": value
    }


def _options(setting: Setting) -> Schema:
    kinds = [
        {"type": "integer"},
        {"type": "boolean"},
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
    ]
    rule_ids, option_names = NAMES["options"][0].split(r"\.")
    of_one_rule = _named(setting, {"anyOf": kinds}, option_names)
    return _named(setting, of_one_rule, rule_ids)


_KINDS = {
    "text": _text,
    "file": _text,
    "account": lambda setting: {"type": "string", "pattern": "^([0-9]{12})?$"},
    "number": _number,
    "count": _number,
    "switch": lambda setting: {"type": "boolean"},
    "choice": _choice,
    "list": _list,
    "files": _list,
    "outputs": _list,
    "account names": lambda setting: _named(setting, {"type": "string"}),
    "severities": lambda setting: _named(setting, _choice(setting)),
    "options": _options,
}


def text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    TARGET.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
