"""Policies generated from activity: AWS's broad ones are where to start, and not where to stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.api import TRUSTS, Account, NotApplicable, NotCollected, Place, require_every_region, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding, Role, User

_GENERATIONS = "access_analyzer.policy_generations"
_BROAD = re.compile(r"arn:[a-z-]+:iam::aws:policy/(\S+/)?(AdministratorAccess|PowerUserAccess|\w*FullAccess)")
_ANALYZER = "access-analyzer.amazonaws.com"
_SHOWN = 20


@rule(
    "access-analyzer-policy-generation-unused",
    severity="info",
    over=Account,
    needs=(_GENERATIONS, "iam.roles", "iam.users", "account_management.regions", *TRUSTS),
    claims=("S46",),
    tags=("access-analyzer", "least-privilege"),
    title="Broad policies are in use and none was ever generated from activity",
    fix="Let Access Analyzer generate a policy from the trail for each of these principals, and attach it instead.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html",
    cli="aws accessanalyzer start-policy-generation --policy-generation-details principalArn=ROLE_ARN"
    " --cloud-trail-details file://trail.json",
)
def access_analyzer_policy_generation_unused(account: Account) -> Iterator[Finding]:
    """AWS's policies for everything, or for all of one service, are a start; the trail knows what is really needed.

    AWS lists generations of the last seven days only. To read a trail, Access Analyzer also needs a role that trusts
    it: where there is such a role, policies may have been generated before, so nothing is reported. Principals that
    hold none of AWS's broad policies give nothing to generate from, and roles that AWS itself made are not asked.
    """
    principals: list[User | Role] = [
        *account.users,
        *(role for role in account.roles if not role.is_service_linked and not role.is_identity_center),
    ]
    broad = {who.name: places for who in principals if (places := _broad(who))}
    if any(_lets_analyzer_in(role) for role in account.roles) or _generations(account):
        return
    for section in ("iam.roles", "iam.users", _GENERATIONS):
        account.read(section)
    require_every_region(account)
    if not broad:
        raise NotApplicable("no user and no role of your own holds one of AWS's broad policies")
    yield account.finding(
        f"broad policies of AWS are on {len(broad)} of the users and roles, and none was generated from activity",
        at=[place for places in broad.values() for place in places][:_SHOWN],
    )


def _broad(principal: User | Role) -> tuple[Place, ...]:
    return tuple(place for place in principal.attached_places if _BROAD.fullmatch(str(place.value)))


def _generations(account: Account) -> bool:
    return any(source.model.policy_generations for _, source in account.entries(_GENERATIONS))


def _lets_analyzer_in(role: Role) -> bool:
    """Whether Access Analyzer may assume a role of the account's own; one that cannot be read lets nobody in."""
    if role.is_service_linked:
        return False
    try:
        return any(service.text == _ANALYZER for service in role.exposure.services)
    except NotCollected:
        return False
