"""Write the JSON Schemas of `auditor/schemas/` that follow from code.

python -m tools.gen_schemas
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent.parent / "auditor" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def snapshot() -> Schema:
    """What `auditor check` reads: the models, and no key that they do not know."""
    from auditor.snapshot.snapshot import SCHEMA, Snapshot

    schema = Snapshot.model_json_schema()
    for model in (schema, *schema["$defs"].values()):
        model["additionalProperties"] = False
        for value in model["properties"].values():
            value.pop("title", None)  # only the name again, less readable
    for sections in (schema, *(schema["$defs"][name] for name in ("IAM", "Organizations", "STS"))):
        for section in sections["properties"].values():
            section.pop("default", None)  # what is not there was not seen, and is not empty
    required = sorted({*schema["required"], "schema"})
    title = "A snapshot of an AWS account by auditor"
    return schema | {"$schema": DIALECT, "$id": SCHEMA, "title": title, "required": required}


GENERATED: dict[str, Callable[[], Schema]] = {"snapshot": snapshot}
"""Name of a schema -> what makes it."""


def text(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write the files."""
    for name, make in GENERATED.items():
        (FOLDER / f"{name}.json").write_text(text(make()), encoding="utf-8")


if __name__ == "__main__":
    main()
