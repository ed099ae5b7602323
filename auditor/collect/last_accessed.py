"""When users and roles last used the services that their policies allow.

IAM makes a report for one principal at a time: one call begins it, further ones ask whether it is there. Only who began
it may read it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from __future__ import annotations

from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any

from auditor.aws.account import Unseen
from auditor.aws.errors import CallFailed
from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.aws.account import Account

    Entries = Iterator[tuple[str, dict[str, Any]] | Unseen]

BEGIN = "iam:GenerateServiceLastAccessedDetails"
READ = "iam:GetServiceLastAccessedDetails"
PAGE = 1000
PAUSES = (0.5, 1, 1, 2, 3, 5, 5, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10)
"""Seconds between looks at reports in the making: one takes a second, and eight where policies allow all services."""

SERVICE_LINKED = "/aws-service-role/"
"""The path of roles that only the service they are linked to can use, and change."""


@collector(produces="iam.last_accessed", calls=(BEGIN, READ), after=("iam.users", "iam.roles"))
def last_accessed(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """The report of every user and role, by ARN; service-linked roles are left out."""
    listed = (*seen.get("iam.users", {}).values(), *seen.get("iam.roles", {}).values())
    return reports(
        aws, sorted(entry["Arn"] for entry in listed if not entry.get("Path", "/").startswith(SERVICE_LINKED))
    )


def reports(aws: Account, arns: Iterable[str]) -> Entries:
    """The reports of some users and roles: all are begun before the first is waited for."""
    jobs: dict[str, str] = {}
    for begun in aws.each(partial(_begin, aws), arns):
        if isinstance(begun, Unseen):
            yield begun
        else:
            jobs[begun[0]] = begun[1]
    for pause in (*PAUSES, 0):
        waiting: dict[str, str] = {}
        for found in aws.each(partial(_report, aws, jobs), jobs):
            if isinstance(found, Unseen):
                yield found
            elif found[1] is None:
                waiting[found[0]] = jobs[found[0]]
            else:
                yield found[0], found[1]
        if not waiting:
            return
        jobs = waiting
        sleep(pause)
    for arn in jobs:
        yield Unseen(arn, CallFailed(READ, "timed-out", "IN_PROGRESS", "the report is still being made"))


def _begin(aws: Account, arn: str) -> str:
    return str(aws.ask(BEGIN, "JobId", Arn=arn, Granularity="ACTION_LEVEL")["JobId"])


def _report(aws: Account, jobs: Mapping[str, str], arn: str) -> dict[str, Any] | None:
    """A principal's report; None while it is being made. Raises CallFailed."""
    job: dict[str, Any] = {"JobId": jobs[arn], "MaxItems": PAGE}
    answer = aws.ask(READ, "JobStatus", **job)
    if answer["JobStatus"] == "IN_PROGRESS":
        return None
    if answer["JobStatus"] != "COMPLETED" or "ServicesLastAccessed" not in answer:
        told = answer.get("Error", {})
        raise CallFailed(
            READ, "failed", told.get("Code", "UnexpectedAnswer"), told.get("Message", "there is no report")
        )
    services = answer["ServicesLastAccessed"]
    if answer.get("IsTruncated"):
        services += aws.pages(READ, "ServicesLastAccessed", **job, Marker=answer.get("Marker"))
    return {"ServicesLastAccessed": [_service(entry) for entry in sorted(services, key=_namespace)]}


def _namespace(entry: dict[str, Any]) -> str:
    return str(entry["ServiceNamespace"])


def _service(entry: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a service: of admins' reports, thousands of unused actions would be the greater part."""
    used = [action for action in entry.get("TrackedActionsLastAccessed", ()) if action.get("LastAccessedTime")]
    kept: dict[str, Any] = {name: entry[name] for name in ("ServiceNamespace", "LastAuthenticated") if name in entry}
    if used:
        kept["TrackedActionsLastAccessed"] = sorted(used, key=lambda action: str(action["ActionName"]))
    return kept
