"""IAM Identity Center: instances, permission sets, assignments, applications.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/welcome.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from auditor.aws.account import Unseen
from auditor.collect.collector import SEAT, collector
from auditor.collect.organizations import ORGANIZATION
from auditor.collect.principals import with_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

    Entries = Iterator[tuple[str, Any] | Unseen]
    Seen = Mapping[str, Any]

PAGE = 100
CALLER = "sts.caller_identity"
INSTANCES = "sso.instances"
PERMISSION_SETS = "sso.permission_sets"
ASSIGNMENTS = "sso.assignments"
USERS = "identitystore.users"

OUTDATED = "LATEST_PERMISSION_SET_NOT_PROVISIONED"
"""The status of an account in which a permission set was changed since it was last provisioned."""


@collector(produces=INSTANCES, calls=("sso:ListInstances",))
def instances(aws: Account) -> Entries:
    """The organization's instance, which its members see as well, and one of the account's own, in whatever region."""
    for instance in aws.pages("sso:ListInstances", "Instances", RegionScope="ALL_REGIONS", MaxResults=PAGE):
        yield instance["InstanceArn"], {**instance, "PrimaryRegion": instance.get("PrimaryRegion", aws.region)}


def organization_instance(seen: Seen) -> dict[str, Any] | None:
    """The instance that gives access to accounts: the management account's. None where there is none."""
    organization = seen.get(ORGANIZATION) or {}
    found = [
        instance
        for instance in seen.get(INSTANCES, {}).values()
        if instance["OwnerAccountId"] == organization.get("MasterAccountId")
    ]
    return found[0] if found else None


@collector(
    produces=PERMISSION_SETS,
    calls=(
        "sso:ListPermissionSets",
        "sso:DescribePermissionSet",
        "sso:ListManagedPoliciesInPermissionSet",
        "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
        "sso:GetInlinePolicyForPermissionSet",
        "sso:GetPermissionsBoundaryForPermissionSet",
    ),
    after=(INSTANCES, ORGANIZATION),
    scope="organization",
)
def permission_sets(aws: Account, seen: Seen) -> Entries:
    """Every permission set with its policies: five calls each, for AWS describes them one by one."""
    if instance := organization_instance(seen):
        aws, of = aws.in_region(instance["PrimaryRegion"]), instance["InstanceArn"]
        arns = list(aws.pages("sso:ListPermissionSets", "PermissionSets", InstanceArn=of, MaxResults=PAGE))
        yield from aws.each(partial(_permission_set, aws, of), sorted(map(str, arns)))


def _permission_set(aws: Account, instance: str, arn: str) -> dict[str, Any]:
    which = {"InstanceArn": instance, "PermissionSetArn": arn}
    described = aws.ask("sso:DescribePermissionSet", "PermissionSet", **which)["PermissionSet"]
    managed = "sso:ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies"
    customer = "sso:ListCustomerManagedPolicyReferencesInPermissionSet", "CustomerManagedPolicyReferences"
    boundary = aws.call(
        "sso:GetPermissionsBoundaryForPermissionSet",
        "PermissionsBoundary",
        absent=("ResourceNotFoundException",),
        **which,
    )
    return {
        "PermissionSetArn": arn,
        "PermissionSetName": described["Name"],
        "Description": described.get("Description", ""),
        "SessionDuration": described.get("SessionDuration", ""),
        "AttachedManagedPolicies": list(aws.pages(*managed, MaxResults=PAGE, **which)),
        "CustomerManagedPolicyReferences": [
            _reference(item) for item in aws.pages(*customer, MaxResults=PAGE, **which)
        ],
        "InlinePolicy": aws.ask("sso:GetInlinePolicyForPermissionSet", "InlinePolicy", **which)["InlinePolicy"],
        "PermissionsBoundary": _boundary(boundary["PermissionsBoundary"]) if boundary else None,
    }


def _boundary(boundary: dict[str, Any]) -> dict[str, Any]:
    reference = boundary.get("CustomerManagedPolicyReference")
    return {**boundary, "CustomerManagedPolicyReference": _reference(reference) if reference else None}


def _reference(reference: dict[str, Any]) -> dict[str, str]:
    return {"PolicyName": reference["Name"], "PolicyPath": reference.get("Path", "/")}


ATTACHED = "iam.aws_managed_policies"


@collector(
    produces="sso.managed_policies",
    calls=("iam:GetPolicy", "iam:GetPolicyVersion"),
    after=(PERMISSION_SETS, ATTACHED),
    scope="organization",
)
def managed_policies(aws: Account, seen: Seen) -> Entries:
    """AWS's own policies in permission sets, but for those that are attached in this account and so known already.

    Those that bound permission sets are among them.
    """
    sets = seen.get(PERMISSION_SETS, {}).values()
    named = {policy["Arn"] for entry in sets for policy in entry["AttachedManagedPolicies"]}
    boundaries = ((entry["PermissionsBoundary"] or {}).get("ManagedPolicyArn") for entry in sets)
    named.update(filter(None, boundaries))
    yield from aws.each(partial(_managed_policy, aws), sorted(named - seen.get(ATTACHED, {}).keys()))


def _managed_policy(aws: Account, arn: str) -> dict[str, Any]:
    return with_document(aws, aws.ask("iam:GetPolicy", "Policy", PolicyArn=arn)["Policy"])


@collector(
    produces="sso.provisioning",
    calls=("sso:ListAccountsForProvisionedPermissionSet",),
    after=(INSTANCES, ORGANIZATION, PERMISSION_SETS),
    scope="organization",
)
def provisioning(aws: Account, seen: Seen) -> Entries:
    """Whether each permission set is in use, and where it is out of date; the accounts in order are not counted."""
    if instance := organization_instance(seen):
        aws, of = aws.in_region(instance["PrimaryRegion"]), instance["InstanceArn"]
        yield from aws.each(partial(_provisioning, aws, of), sorted(seen.get(PERMISSION_SETS, ())))


def _provisioning(aws: Account, instance: str, arn: str) -> dict[str, Any]:
    ask = partial(
        aws.pages,
        "sso:ListAccountsForProvisionedPermissionSet",
        "AccountIds",
        InstanceArn=instance,
        PermissionSetArn=arn,
    )
    outdated = sorted(map(str, ask(MaxResults=PAGE, ProvisioningStatus=OUTDATED)))
    anywhere = bool(outdated) or next(ask(MaxResults=1), None) is not None
    return {"IsProvisioned": anywhere, "OutdatedAccountIds": outdated}


@collector(
    produces=ASSIGNMENTS,
    calls=("sso:ListPermissionSetsProvisionedToAccount", "sso:ListAccountAssignments"),
    after=(INSTANCES, ORGANIZATION, CALLER),
    scope="organization",
)
def assignments(aws: Account, seen: Seen) -> Entries:
    """Who has access to this account, by permission set: only sets that are provisioned here can be assigned here."""
    if (instance := organization_instance(seen)) and CALLER in seen:
        aws = aws.in_region(instance["PrimaryRegion"])
        which = {"InstanceArn": instance["InstanceArn"], "AccountId": seen[CALLER]["Account"], "MaxResults": PAGE}
        arns = list(aws.pages("sso:ListPermissionSetsProvisionedToAccount", "PermissionSets", **which))

        def assigned(arn: str) -> list[dict[str, Any]]:
            found = aws.pages("sso:ListAccountAssignments", "AccountAssignments", PermissionSetArn=arn, **which)
            return sorted(found, key=lambda item: (item["PrincipalType"], item["PrincipalId"]))

        yield from aws.each(assigned, sorted(map(str, arns)))


@collector(
    produces="sso.disabled_user_assignments",
    calls=("sso:ListAccountAssignmentsForPrincipal",),
    after=(INSTANCES, ORGANIZATION, USERS),
    scope="organization",
)
def disabled_user_assignments(aws: Account, seen: Seen) -> Entries:
    """What disabled users could still use in any account if they were enabled again: AWS follows their groups."""
    if instance := organization_instance(seen):
        aws, of = aws.in_region(instance["PrimaryRegion"]), instance["InstanceArn"]
        disabled = [key for key, user in seen.get(USERS, {}).items() if user.get("UserStatus") == "DISABLED"]

        def assigned(user: str) -> list[dict[str, Any]]:
            found = aws.pages(
                "sso:ListAccountAssignmentsForPrincipal", "AccountAssignments",
                InstanceArn=of, PrincipalId=user, PrincipalType="USER", MaxResults=PAGE,
            )  # fmt: skip
            return sorted(found, key=lambda item: (item["AccountId"], item["PermissionSetArn"], item["PrincipalId"]))

        yield from aws.each(assigned, sorted(disabled))


def _open_instances(aws: Account, seen: Seen) -> Iterator[tuple[Account, str]]:
    """The instances that tell the account more than that they are there, each with where to ask."""
    everywhere = seen.get(SEAT, {}).get("Kind") in ("management", "delegated")
    for arn, instance in sorted(seen.get(INSTANCES, {}).items()):
        if everywhere or instance["OwnerAccountId"] == seen.get(CALLER, {}).get("Account"):
            yield aws.in_region(instance["PrimaryRegion"]), arn


@collector(
    produces="sso.trusted_token_issuers",
    calls=("sso:ListTrustedTokenIssuers", "sso:DescribeTrustedTokenIssuer"),
    after=(INSTANCES, SEAT, CALLER),
)
def trusted_token_issuers(aws: Account, seen: Seen) -> Entries:
    """Every issuer whose tokens are taken; an instance has ten at most."""
    for at, instance in _open_instances(aws, seen):
        listed = at.pages("sso:ListTrustedTokenIssuers", "TrustedTokenIssuers", InstanceArn=instance, MaxResults=PAGE)
        arns = sorted(str(issuer["TrustedTokenIssuerArn"]) for issuer in listed)
        yield from at.each(partial(_trusted_token_issuer, at), arns)


def _trusted_token_issuer(aws: Account, arn: str) -> dict[str, str]:
    configuration = "TrustedTokenIssuerConfiguration"
    answer = aws.ask("sso:DescribeTrustedTokenIssuer", configuration, TrustedTokenIssuerArn=arn)
    return {
        "TrustedTokenIssuerArn": arn,
        "TrustedTokenIssuerName": answer.get("Name", ""),
        "IssuerUrl": answer[configuration]["OidcJwtConfiguration"]["IssuerUrl"],
    }


@collector(
    produces="sso.applications",
    calls=("sso:ListApplications", "sso:GetApplicationAssignmentConfiguration"),
    after=(INSTANCES, SEAT, CALLER),
)
def applications(aws: Account, seen: Seen) -> Entries:
    """Every application, and whether only assigned users may enter it: a call each."""
    for at, instance in _open_instances(aws, seen):
        listed = at.pages("sso:ListApplications", "Applications", InstanceArn=instance, MaxResults=PAGE)
        found = {str(application["ApplicationArn"]): application for application in listed}
        for result in at.each(partial(_assignment_required, at), sorted(found)):
            if isinstance(result, Unseen):
                yield result
            else:
                arn, required = result
                name = found[arn].get("Name", "")
                yield arn, {**found[arn], "ApplicationName": name, "AssignmentRequired": required}


def _assignment_required(aws: Account, arn: str) -> bool:
    answer = aws.ask("sso:GetApplicationAssignmentConfiguration", "AssignmentRequired", ApplicationArn=arn)
    return bool(answer["AssignmentRequired"])
