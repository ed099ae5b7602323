"""AWS Organizations: the account's seat in it, and what those see who may ask.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.errors import CallFailed
from auditor.collect.collector import SEAT, collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account, Unseen

ORGANIZATION = "organizations.organization"


@collector(produces=ORGANIZATION, calls=("organizations:DescribeOrganization",))
def organization(aws: Account) -> dict[str, Any] | None:
    """The organization, as any member may see it; None for an account outside any."""
    answer = aws.call(
        "organizations:DescribeOrganization", "Organization", absent=("AWSOrganizationsNotInUseException",)
    )
    return answer["Organization"] if answer else None


@collector(produces=SEAT, calls=("organizations:ListRoots",), after=(ORGANIZATION, "sts.caller_identity"))
def seat(aws: Account, seen: Mapping[str, Any]) -> dict[str, Any]:
    """What the account is in its organization: AWS denies the root to all but two kinds of account."""
    organization: dict[str, Any] | None = seen.get(ORGANIZATION)
    if ORGANIZATION in seen and organization is None:
        return {"Kind": "none"}
    caller = seen.get("sts.caller_identity", {}).get("Account")
    manages = organization is not None and organization["MasterAccountId"] == caller
    try:
        root = next(aws.pages("organizations:ListRoots", "Roots"), None)
    except CallFailed as failure:
        if failure.reason == "denied" and organization and caller and not manages:
            return {"Kind": "member"}
        raise
    return {"Kind": "management" if manages else "delegated", "Root": root}


@collector(produces="organizations.accounts", calls=("organizations:ListAccounts",), scope="organization")
def accounts(aws: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every account. AWS retired `Status` in favour of `State` in 2026; endpoints that are older still give it."""
    for account in aws.pages("organizations:ListAccounts", "Accounts"):
        yield account["Id"], _named(account)


def _named(account: dict[str, Any]) -> dict[str, Any]:
    """An account under the names that the snapshot has for its fields."""
    return {"State": account.get("Status", ""), **account, "AccountName": account.get("Name", "")}


EVERYWHERE = "p-RCPFullAWSAccess"
"""AWS's own resource control policy, attached to everything for good: asking what it is attached to tells nothing."""

INHERITED_BY_EVALUATION = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
"""Types of policy that every request is weighed against; those of the others are merged into one on each account."""


@collector(
    produces="organizations.policies",
    calls=("organizations:ListPolicies", "organizations:DescribePolicy", "organizations:ListTargetsForPolicy"),
    after=(SEAT,),
    scope="organization",
)
def policies(aws: Account, seen: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]] | Unseen]:
    """The policies of the enabled types, each asked for its targets: targets are far more than policies."""
    listed = {
        policy["Id"]: policy
        for kind in _enabled(seen)
        for policy in aws.pages("organizations:ListPolicies", "Policies", Filter=kind)
    }

    def details(id: str) -> dict[str, Any]:
        content = aws.ask("organizations:DescribePolicy", "Policy", PolicyId=id)["Policy"]["Content"]
        targets = [] if id == EVERYWHERE else aws.pages("organizations:ListTargetsForPolicy", "Targets", PolicyId=id)
        name = listed[id].get("Name", "")
        return {**listed[id], "PolicyName": name, "Content": content, "Targets": sorted(targets, key=_target_id)}

    yield from aws.each(details, sorted(listed))


def _target_id(target: dict[str, Any]) -> str:
    return str(target["TargetId"])


def _enabled(seen: Mapping[str, Any]) -> list[str]:
    """The types of policy that are in force; none where the root was not seen."""
    root = seen.get(SEAT, {}).get("Root") or {}
    return sorted(kind["Type"] for kind in root.get("PolicyTypes", ()) if kind["Status"] == "ENABLED")


@collector(
    produces="organizations.invalid_effective_policies",
    calls=("organizations:ListAccountsWithInvalidEffectivePolicy",),
    after=(SEAT,),
    scope="organization",
)
def invalid_effective_policies(aws: Account, seen: Mapping[str, Any]) -> Iterator[tuple[str, list[str]] | Unseen]:
    """For each type of policy that accounts inherit merged, the accounts where the result is not valid."""

    def invalid(kind: str) -> list[str]:
        operation = "organizations:ListAccountsWithInvalidEffectivePolicy"
        return sorted(account["Id"] for account in aws.pages(operation, "Accounts", PolicyType=kind))

    yield from aws.each(invalid, [kind for kind in _enabled(seen) if kind not in INHERITED_BY_EVALUATION])


@collector(
    produces="organizations.delegated_administrators",
    calls=("organizations:ListDelegatedAdministrators", "organizations:ListDelegatedServicesForAccount"),
    scope="organization",
)
def delegated_administrators(aws: Account) -> Iterator[tuple[str, dict[str, Any]] | Unseen]:
    """The accounts that administer services, and which ones."""
    operation = "organizations:ListDelegatedServicesForAccount"
    listed = {
        account["Id"]: account
        for account in aws.pages("organizations:ListDelegatedAdministrators", "DelegatedAdministrators")
    }

    def services(id: str) -> dict[str, Any]:
        found = aws.pages(operation, "DelegatedServices", AccountId=id)
        principals = sorted(service["ServicePrincipal"] for service in found)
        return {**_named(listed[id]), "Services": principals}

    yield from aws.each(services, sorted(listed))


@collector(
    produces="organizations.trusted_services",
    calls=("organizations:ListAWSServiceAccessForOrganization",),
    scope="organization",
)
def trusted_services(aws: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """The services with trusted access."""
    for service in aws.pages("organizations:ListAWSServiceAccessForOrganization", "EnabledServicePrincipals"):
        yield service["ServicePrincipal"], service


@collector(
    produces="organizations.resource_policy", calls=("organizations:DescribeResourcePolicy",), scope="organization"
)
def resource_policy(aws: Account) -> dict[str, Any] | None:
    """The delegation policy; None where there is none."""
    answer = aws.call(
        "organizations:DescribeResourcePolicy", "ResourcePolicy", absent=("ResourcePolicyNotFoundException",)
    )
    if answer is None:
        return None
    policy = answer["ResourcePolicy"]
    return {"Arn": policy["ResourcePolicySummary"]["Arn"], "Content": policy["Content"]}
