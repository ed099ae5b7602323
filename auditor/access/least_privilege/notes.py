"""What is to be said beside a least policy: on what it rests, and what that could not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.access.least_privilege.policy import needs
from auditor.access.least_privilege.result import QUOTA

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.least_privilege.last_accessed import LastAccessed
    from auditor.access.least_privilege.log_files import LogFiles
    from auditor.access.least_privilege.policy import Need
    from auditor.access.least_privilege.result import LeastPrivilege
    from auditor.access.least_privilege.usage import Usage


def notes(
    arn: str, actor: Actor | None, found: LeastPrivilege, usage: Usage | None, accessed: LastAccessed | None
) -> Iterator[str]:
    """Sentences, without full stops, each about one thing that a reader must know before trusting the policy."""
    if usage is not None:
        yield from _of_events(found, usage)
    if accessed is not None:
        yield from _of_accessed(accessed)
    if arn.endswith(":root"):
        yield "a root user has no policies: give this one to a role, and use that"
    elif actor is None:
        yield "without a snapshot, nothing is held against the policies that the principal has"
    elif actor.sources:
        held = ", ".join(grant.label for grant in actor.sources)
        yield f"it is to take the place of all identity policies that the principal holds: {held}"
    if actor is not None and actor.blind:
        unseen = "; ".join(spot.reason for spot in actor.blind[:5])
        yield f"not all policies of the principal were seen, so what they allow may be missing: {unseen}"
    if found.size > QUOTA:
        yield f"{found.size:,} characters: a managed policy has at most {QUOTA:,}, so it must be split"


def _of_events(found: LeastPrivilege, usage: Usage) -> Iterator[str]:
    if usage.events:
        yield f"what is done less often than from {usage.first} to {usage.last} is not in the log"
    if found.unseen:
        services = ", ".join(sorted({action.partition(":")[0] for action in found.unseen}))
        yield (
            f"the log has no data events of {services}: it cannot show whether {len(found.unseen):,} actions of these "
            "were used, which are allowed today and left out"
        )
    elif found.compared is None and not usage.data_services:
        yield "the log has no data events: objects read and written, functions invoked and the like are not in it"
    if usage.events and not usage.has_reads:
        yield "the log has no management event that only reads: does the trail leave these out?"
    hidden = [need for need in needs(usage) if not need.exact]
    if hidden:
        yield (
            f"{len({need.action for need in hidden}):,} actions are on all resources of a type, or on names with "
            "wildcards, as no event shows more"
        )
    if usage.unmapped:
        yield f"{len(usage.unmapped):,} kinds of events are not mapped to actions, so what they need is left out"
    if usage.unreadable or usage.overflow:
        yield f"{usage.unreadable + usage.overflow:,} events were counted and not listed"


def _of_accessed(accessed: LastAccessed) -> Iterator[str]:
    if accessed.services:
        yield (
            "all that is allowed is kept of services that IAM tells no actions of, where the log does not show them: "
            f"{', '.join(accessed.services)}"
        )
    if accessed.unknown:
        yield f"used by the last-accessed data, and not known here: {', '.join(accessed.unknown)}"


def as_json(
    arn: str,
    actor: Actor | None,
    found: LeastPrivilege,
    usage: Usage | None,
    logs: LogFiles,
    accessed: LastAccessed | None,
) -> dict[str, Any]:
    """All of it, ready to be written as JSON."""
    return {
        "principal": arn,
        "policies": list(found.documents),
        "size": found.size,
        "comparison": found.compared._asdict() if found.compared else None,
        "lost": _listed(found.lost),
        "not_allowed_today": _listed(found.refused),
        "events": _events(usage, logs) if usage is not None else None,
        "left_out_unseen": list(found.unseen),
        "notes": list(notes(arn, actor, found, usage, accessed)),
    }


def _events(usage: Usage, logs: LogFiles) -> dict[str, Any]:
    return {
        "files": logs.files,
        "records": logs.records,
        "unread": [spot._asdict() for spot in logs.unread],
        "of_principal": usage.events,
        "first": usage.first,
        "last": usage.last,
        "used": {action: used.times for action, used in sorted(usage.actions.items())},
        "denied": _counted(usage.denied),
        "unmapped": _counted(usage.unmapped),
        "without_permission": _counted(usage.free),
    }


def _listed(needs: Iterable[Need]) -> list[dict[str, str]]:
    return [need._asdict() for need in needs]


def _counted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))
