"""When services and actions were last used, as IAM tells: in a snapshot, and in what the AWS CLI prints.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.errors import InputError, NotCollected
from auditor.findings.model import Blind
from auditor.policy.service_data import action, is_service
from auditor.textfiles import parse_json, read_text, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.snapshot.snapshot import Snapshot

SECTION = "iam.last_accessed"
"""Where a snapshot holds it."""

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read."""


class LastAccessed(NamedTuple):
    """What was used within the time that IAM keeps, 400 days."""

    services: tuple[str, ...]
    """Prefixes of the services that were used, and of which IAM does not tell the actions."""
    actions: tuple[str, ...]
    """Actions that were used, of the services of which IAM tells them; and the services' further actions, which IAM
    does not track, are not among them."""
    unknown: tuple[str, ...]
    """Services and actions that were used, and that are not documented."""


def read_last_accessed(path: str) -> LastAccessed:
    """What a file holds that the AWS CLI printed; "-" is standard input. Raises InputError."""
    found = parse_json(read_text(path, MAX_BYTES), path)
    if not isinstance(found, dict) or not isinstance(found.get("ServicesLastAccessed"), list):
        raise InputError(
            f"{path} has no list ServicesLastAccessed",
            help=("`aws iam get-service-last-accessed-details --job-id ID` prints it",),
        )
    if found.get("JobStatus", "COMPLETED") != "COMPLETED":
        raise InputError(f"{path} comes from a job that is {shown(found['JobStatus'])}, not completed")
    if found.get("IsTruncated") is True:
        raise InputError(f"{path} holds only the first page", help=("let the AWS CLI read all pages: no --max-items",))
    return last_accessed(found["ServicesLastAccessed"])


def of_snapshots(snapshots: Iterable[Snapshot], arn: str) -> LastAccessed:
    """What the snapshot of its account holds of a user or role. Raises NotCollected."""
    for snapshot in snapshots:
        if snapshot.account == arn.split(":")[4]:
            if blind := snapshot.blind_entry(SECTION, arn):
                raise NotCollected(*blind)
            if report := snapshot.iam.last_accessed.get(arn):
                return last_accessed(report.model_dump(mode="json", by_alias=True)["ServicesLastAccessed"])
    raise NotCollected(Blind("no snapshot holds it"))


def last_accessed(listed: list[Any]) -> LastAccessed:
    """The same from the list ServicesLastAccessed of one or all pages."""
    services: set[str] = set()
    actions: set[str] = set()
    unknown: set[str] = set()
    for entry in listed:
        prefix = entry.get("ServiceNamespace") if isinstance(entry, dict) else None
        if not isinstance(prefix, str) or not entry.get("LastAuthenticated"):
            continue
        tracked = entry.get("TrackedActionsLastAccessed")
        names = _used(tracked) if isinstance(tracked, list) else []
        for name in names:
            known = action(f"{prefix}:{name}")
            (actions if known else unknown).add(f"{prefix.lower()}:{known.name if known else name}")
        if not names:
            (services if is_service(prefix) else unknown).add(prefix.lower())
    return LastAccessed(tuple(sorted(services)), tuple(sorted(actions)), tuple(sorted(unknown)))


def _used(tracked: list[Any]) -> list[str]:
    entries = (entry for entry in tracked if isinstance(entry, dict) and entry.get("LastAccessedTime"))
    return [entry["ActionName"] for entry in entries if isinstance(entry.get("ActionName"), str)]
