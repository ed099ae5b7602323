"""The published JSON Schemas of what auditor reads and writes; `tools/gen_schemas.py` writes what follows from code."""

from pathlib import Path

NAMES = ("config", "report", "snapshot")


def read(name: str) -> str:
    """The text of a schema, by one of `NAMES`. Raises KeyError for any other name."""
    if name not in NAMES:
        raise KeyError(name)
    return (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")
