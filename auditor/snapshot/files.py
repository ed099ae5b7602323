"""Snapshot files: canonical JSON, written atomically with mode 0600, validated on load."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from pydantic import ValidationError

from auditor.errors import InputError, OutputError
from auditor.snapshot.snapshot import SCHEMA, Snapshot


def dumps(snapshot: Snapshot) -> str:
    """Canonical text: map keys sorted, two-space indent, a newline at the end; the same state gives the same text."""
    state = snapshot.model_dump(mode="json", exclude_unset=True, by_alias=True)
    collection = state.pop("collection")
    head = {key: state.pop(key, value) for key, value in (("schema", SCHEMA), ("account", snapshot.account))}
    ordered = {**head, **{key: _sorted(state[key]) for key in sorted(state)}, "collection": collection}
    return json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot. Raises OutputError; a file that existed stays whole until the new one is complete."""
    write_private(path, dumps(snapshot))


def load_snapshot(path: str) -> Snapshot:
    """Read a snapshot from a file, or from standard input for "-". Raises InputError."""
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    try:
        return Snapshot.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{path} is not a snapshot: {error}") from error


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write text beside its final place and rename it there, so that a reader never sees half a file."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                os.fchmod(file.fileno(), mode)
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror}", help=("choose another place, or mend its permissions",)
        ) from error
