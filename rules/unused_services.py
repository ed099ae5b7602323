"""Services that principals may use and do not, by IAM's last-accessed reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from auditor.api import LAST_ACCESSED, Grantee, NotApplicable, Options, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_TRACKED_DAYS = 400
"""So long IAM remembers."""

_NAMED = 10
_SHOWN = 20


class Window(Options):
    """`days`: a service that was not used for so long counts as unused; IAM remembers 400 days."""

    days: int = 90


@rule(
    "policy-grants-unused-services",
    severity="low",
    over=Grantee,
    needs=(LAST_ACCESSED,),
    options=Window,
    claims=("S38", "S46"),
    tags=("iam", "permissions", "least-privilege", "unused"),
    title="User or role keeps services that it does not use",
    fix="Take the services out of the policies; `auditor access least-privilege PRINCIPAL --last-accessed` writes one"
    " of what was used.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html",
    cli="aws iam generate-service-last-accessed-details --arn PRINCIPAL_ARN --granularity ACTION_LEVEL",
)
def policy_grants_unused_services(grantee: Grantee, window: Window) -> Iterator[Finding]:
    """What was granted for a task outlives it, and is there for whoever steals the credentials.

    IAM lists the services that the policies of a user or role allow, those of its groups included, with the last
    attempt to use each; boundaries and policies of the organization are not weighed. Of a principal that is not older
    than the window nothing can be said yet. Roles that AWS made are not asked about, nor are those of IAM Identity
    Center, whose permission set may be needed in another account.

    The reports take two calls or more for each user and role, so they are asked for only on demand; where one was not
    made, the question stays open.
    """
    days = min(window.days, _TRACKED_DAYS)
    if grantee.own().age_days <= days:
        raise NotApplicable(f"{grantee.label} was made within the last {days} days")
    services = grantee.services
    since = grantee.account.taken_at - timedelta(days=days)
    unused = [service for service in services if service.last_use is None or service.last_use < since]
    if unused:
        more = f" and {len(unused) - _NAMED} more" if len(unused) > _NAMED else ""
        named = ", ".join(service.prefix for service in unused[:_NAMED])
        yield grantee.finding(
            f"{grantee.label} did not use {len(unused)} of {len(services)} services within {days} days: {named}{more}",
            at=[service.place for service in unused[:_SHOWN]],
        )
