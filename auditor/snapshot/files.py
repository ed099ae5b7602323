"""Snapshot files: canonical JSON, written atomically with mode 0600, read with bounds and exact complaints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import to_json

from auditor.errors import InputError
from auditor.snapshot.snapshot import SCHEMA, Snapshot
from auditor.textfiles import PRIVATE, parse_json, read_text, shown, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 512 * 1024 * 1024
"""Largest snapshot that is read: more than an account at every quota of IAM fills."""

MAX_PROBLEMS = 5
"""How many of a file's problems are told at once."""

_VERSION = re.compile(r"auditor/snapshot/v[0-9]+")


def dumps(snapshot: Snapshot) -> str:
    """Canonical text: keys sorted, two-space indent, a newline at the end; the same state gives the same text.

    What differs between two looks at an unchanged account, `collection`, comes last.
    """
    state = snapshot.model_dump(mode="json", exclude_unset=True, by_alias=True)
    collection = state.pop("collection")
    head = {"schema": SCHEMA, "account": snapshot.account, "partition": snapshot.partition}
    body = {key: _sorted(state[key]) for key in sorted(state.keys() - head.keys())}
    return to_json({**head, **body, "collection": collection}, indent=2).decode() + "\n"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot that only its owner may read. Raises OutputError; a file that existed stays whole then."""
    write_atomically(path, dumps(snapshot), PRIVATE)


def load_snapshot(path: str) -> Snapshot:
    """Read a snapshot from a file, or from standard input for "-". Raises InputError."""
    return read(path)[0]


def read(path: str) -> tuple[Snapshot, str]:
    """A snapshot, and the text it was read from, in which evidence has its lines. Raises InputError."""
    text = read_text(path, MAX_BYTES)
    return loads(text, path), text


def loads(text: str, path: str) -> Snapshot:
    """The snapshot that a text holds. `path` names the file in messages.

    Keys that no model knows are refused, those under another spelling too: what a reader takes for part of the state
    must be part of it. Raises InputError.
    """
    if text.startswith("user,arn,"):
        raise InputError(f"{path} is a credential report, not a snapshot", help=("use --credential-report FILE",))
    state = parse_json(text, path)
    _check_kind(state, path)
    try:
        return Snapshot.model_validate(state, extra="forbid", by_alias=True, by_name=False)
    except ValidationError as error:
        first, *others = _problems(error, text)
        raise InputError(f"{path} is not a valid snapshot: {first}", help=others) from error


def _check_kind(state: Any, path: str) -> None:
    """Refuse what is JSON and no snapshot of this version, and say what to do with it."""
    if not isinstance(state, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(state), "a number, true or false")
        raise InputError(f"{path} is not a snapshot: it holds {kind}, not an object")
    schema = state.get("schema")
    if schema == SCHEMA:
        return
    if {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"} & state.keys():
        raise InputError(
            f"{path} is the output of `aws iam get-account-authorization-details`, not a snapshot",
            help=("use --authorization-details FILE",),
        )
    if {"Content", "ReportFormat"} <= state.keys():
        raise InputError(
            f"{path} is the output of `aws iam get-credential-report`, not a snapshot",
            help=("use --credential-report FILE",),
        )
    if isinstance(schema, str) and _VERSION.fullmatch(schema):
        raise InputError(
            f"{path} has the schema {shown(schema)}, and this auditor reads {SCHEMA}",
            help=("was it made by a newer auditor? then upgrade this one",),
        )
    found = f"its schema is {shown(schema)}" if "schema" in state else "it names no schema"
    raise InputError(
        f"{path} is not a snapshot: {found}, not {SCHEMA}",
        help=("`auditor collect` and `auditor scan --save-snapshot FILE` write snapshots",),
    )


def _problems(error: ValidationError, text: str) -> list[str]:
    """The first problems, each with its place in the file, and how many more there are."""
    from auditor.snapshot.positions import locate

    problems = error.errors(include_url=False, include_context=False, include_input=False)
    pointers = [pointer_of(problem["loc"]) for problem in problems[:MAX_PROBLEMS]]
    regions = locate(text, {place for pointer in pointers for place in (pointer, _parent(pointer))})
    listed = []
    for pointer, problem in zip(pointers, problems, strict=False):
        region = regions.get(pointer) or regions.get(_parent(pointer))
        where = f" (line {region.line}, column {region.column})" if region else ""
        listed.append(f"{shown(pointer)}{where}: {problem['msg']}")
    if more := len(problems) - len(listed):
        listed.append(f"and {more:,} more")
    return listed


def pointer_of(loc: tuple[int | str, ...]) -> str:
    """The JSON pointer of a place that pydantic names; a step "[key]" marks that the key itself is wrong."""
    steps = [str(step) for step in loc if step != "[key]"]
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _parent(pointer: str) -> str:
    """Where a key stands that is missing: in the object that should have it."""
    return pointer.rpartition("/")[0]
