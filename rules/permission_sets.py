"""Permission sets of IAM Identity Center: what they let people do, for how long, and whether they still fit."""

from __future__ import annotations

from contextlib import suppress
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import (
    PERMISSION_SET_POLICIES,
    NotApplicable,
    NotCollected,
    Options,
    PermissionSet,
    Place,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/singlesignon/latest/userguide"
_CUSTOM = f"{_GUIDE}/permissionsetcustom.html"
_MANAGED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"
_POWER_USER = "PowerUserAccess"
_SHOWN = 3


def is_privileged(permission_set: PermissionSet) -> bool:
    """Whether the permission set lets people do everything, come to that, or do whatever it does not leave out.

    Raises NotCollected where none of this was found and some policy could not be read.
    """
    with suppress(NotCollected):  # which the way up raises as well, unless it is found among the other policies
        if permission_set.allows_unnamed or permission_set.is_administrator:
            return True
    return permission_set.way_up is not None


class SessionLength(Options):
    """`max_hours`: how many hours a session with strong permissions may last."""

    max_hours: int = 4


@rule(
    "idc-session-too-long",
    severity="medium",
    over=PermissionSet,
    needs=PERMISSION_SET_POLICIES,
    options=SessionLength,
    claims=("S19", "S42"),
    tags=("identity-center", "credentials"),
    title="Sessions with strong permissions last too long",
    fix="Shorten the permission set's session; whoever works longer signs in again with one click.",
    docs=f"{_GUIDE}/howtosessionduration.html",
    cli="""\
aws sso-admin update-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN \\
  --session-duration PT4H""",
)
def idc_session_too_long(permission_set: PermissionSet, limit: SessionLength) -> Iterator[Finding]:
    """Credentials that were stolen serve the thief until the session ends, and taking access away does not end it.

    Strong permissions are those of administrators, of permission sets that lead to administration, and of those that
    allow all actions but some, as AWS's PowerUserAccess does. Others are not asked about.
    """
    minutes = permission_set.session_minutes
    if minutes > limit.max_hours * 60 and is_privileged(permission_set):
        yield permission_set.finding(
            f"sessions of {permission_set.name} last {minutes / 60:g} hours, more than {limit.max_hours}", at="session"
        )


@rule(
    "idc-permission-set-service-wildcard",
    severity="medium",
    over=PermissionSet,
    claims=("S38", "S42"),
    tags=("identity-center", "least-privilege"),
    title="Inline policy of a permission set allows every action of a service",
    fix="Name the actions that are needed; Access Analyzer can tell them from what was used.",
    docs="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
)
def idc_permission_set_service_wildcard(permission_set: PermissionSet) -> Iterator[Finding]:
    """Every action means also those that delete, share and grant, and those that AWS will add next year.

    A service is named whose actions are allowed whatever they are called, on some resource and under some condition at
    least; what the policy denies again does not count. An Allow with NotAction allows every action of all services that
    it does not name. Permission sets without an inline policy are not asked about; the AWS managed ones are the matter
    of idc-permission-set-aws-managed-broad.
    """
    if not permission_set.inline_grants:
        raise NotApplicable(f"{permission_set.name} has no inline policy")
    if wide := permission_set.whole_services:
        more = f" and {len(wide) - _SHOWN} more" if len(wide) > _SHOWN else ""
        yield permission_set.finding(
            f"the inline policy of {permission_set.name} allows {', '.join(wide[:_SHOWN])}{more}", at="inline"
        )


@rule(
    "idc-permission-set-privesc",
    severity="high",
    confidence="medium",
    over=PermissionSet,
    needs=PERMISSION_SET_POLICIES,
    claims=("S38", "S42"),
    tags=("identity-center", "privilege-escalation"),
    title="Permission set leads to administrator permissions",
    fix="Limit iam:PassRole to named roles, and leave the writing of permissions to administrators.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
)
def idc_permission_set_privesc(permission_set: PermissionSet) -> Iterator[Finding]:
    """Whoever may write policies, make keys for others, or run code with any role is an administrator soon after.

    All policies of the permission set count together, less what they, their conditions and the permissions boundary
    refuse. Which users and roles there are differs between the accounts that it reaches, so it is judged in one that
    has whatever an account may have, and what it allows on named ones alone leads nowhere. Customer managed policies
    are those that this account has under the name. Permission sets that allow everything anyway are not asked about.
    Where a policy could not be seen, what the others allow may already be enough; else the question stays open.
    """
    with suppress(NotCollected):
        if permission_set.allows_everything:
            raise NotApplicable(f"{permission_set.name} allows everything")
    if way := permission_set.way_up:
        taken = " + ".join(way.actions)
        leads = f"{permission_set.name} leads to administrator permissions by {taken}"
        yield permission_set.finding(f"{leads}: whoever has it can {way.words}{way.caveats}", at=way.places)


class BroadPolicies(Options):
    """`policies`: names, or globs of names, of AWS managed policies that are too wide to rely on."""

    policies: tuple[str, ...] = (_POWER_USER, "*FullAccess")


@rule(
    "idc-permission-set-aws-managed-broad",
    severity="medium",
    over=PermissionSet,
    options=BroadPolicies,
    claims=("S44", "S45"),
    tags=("identity-center", "least-privilege", "aws-managed"),
    title="Permission set relies on a broad AWS managed policy",
    fix="Start from the policy, see what is used, and replace it by a customer managed one that allows just that.",
    docs=_MANAGED,
)
def idc_permission_set_aws_managed_broad(permission_set: PermissionSet, broad: BroadPolicies) -> Iterator[Finding]:
    """AWS writes its policies for all customers, so each allows more than any one of them needs, and grows by itself.

    PowerUserAccess and the policies for full access to a service are the widest. AdministratorAccess is not among
    them: somebody has to administer, and other rules count who does. Permission sets that the configuration declares
    in `administrators` may rely on what they like.
    """
    if permission_set.is_declared(permission_set.account.declared.administrators):
        return
    base = permission_set.place("managed").pointer
    found = [
        Place(f"{base}/{index}/Arn", policy.arn)
        for index, policy in enumerate(permission_set.managed)
        if any(fnmatchcase(policy.arn.rpartition("/")[2], glob) for glob in broad.policies)
    ]
    if found:
        names = ", ".join(str(place.value).rpartition("/")[2] for place in found)
        yield permission_set.finding(f"{permission_set.name} relies on {names}", at=found)


@rule(
    "idc-permission-set-no-boundary",
    severity="low",
    over=PermissionSet,
    needs=PERMISSION_SET_POLICIES,
    claims=("S42",),
    tags=("identity-center", "least-privilege", "boundary"),
    title="Strong permission set has no permissions boundary",
    fix="Set a boundary that leaves out what the people are not meant to reach, IAM and the guardrails first.",
    docs=f"{_CUSTOM}#permissionsetsboundaryconcept",
)
def idc_permission_set_no_boundary(permission_set: PermissionSet) -> Iterator[Finding]:
    """A boundary holds whatever is added to the policies later, so that strong permissions cannot become all of them.

    Asked about are permission sets that do not allow everything and are strong: those that lead to administration,
    and those that allow all actions but some, as AWS's PowerUserAccess does. A boundary on an administrator would make
    it something else.
    """
    if permission_set.boundary is not None:
        return
    if not is_privileged(permission_set):
        raise NotApplicable(f"{permission_set.name} is not strong")
    if permission_set.allows_everything:
        raise NotApplicable(f"{permission_set.name} gives administrator permissions")
    yield permission_set.finding(f"{permission_set.name} is strong and has no permissions boundary", at="boundary")


@rule(
    "idc-permission-set-unassigned",
    severity="low",
    over=PermissionSet,
    needs=("sso.provisioning",),
    claims=("S42",),
    tags=("identity-center", "unused"),
    title="Permission set is assigned nowhere",
    fix="Delete the permission set, or assign it where it was meant to be.",
    docs=f"{_GUIDE}/permissionsetsconcept.html",
    cli="aws sso-admin delete-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN",
)
def idc_permission_set_unassigned(permission_set: PermissionSet) -> Iterator[Finding]:
    """What nobody uses nobody reviews, and one day it is assigned for its name, with what it allowed years ago.

    A permission set is in use where it is provisioned to some account of the organization.
    """
    provisioning = permission_set.account.entry("sso.provisioning", permission_set.arn)
    if provisioning is not None and not provisioning.model.is_provisioned:
        yield permission_set.finding(
            f"{permission_set.name} is provisioned to no account",
            at=Place(f"{provisioning.pointer}/IsProvisioned", False),
        )


@rule(
    "idc-permission-set-stale-provisioning",
    severity="medium",
    over=PermissionSet,
    needs=("sso.provisioning",),
    claims=("S42",),
    tags=("identity-center",),
    title="Accounts run an older version of a permission set",
    fix="Provision the permission set again to the accounts that run an older version.",
    docs=f"{_GUIDE}/permissionsetsconcept.html",
    cli="""\
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN \\
  --target-type ALL_PROVISIONED_ACCOUNTS""",
)
def idc_permission_set_stale_provisioning(permission_set: PermissionSet) -> Iterator[Finding]:
    """A change that took permissions away has not reached these accounts: people there still have the old ones.

    Nothing tells them or you, since the permission set itself shows the new version.
    """
    provisioning = permission_set.account.entry("sso.provisioning", permission_set.arn)
    if provisioning is not None and (outdated := provisioning.model.outdated_account_ids):
        more = f" and {len(outdated) - _SHOWN} more" if len(outdated) > _SHOWN else ""
        yield permission_set.finding(
            f"{permission_set.name} is out of date in {', '.join(outdated[:_SHOWN])}{more}",
            at=Place(f"{provisioning.pointer}/OutdatedAccountIds", outdated),
        )


@rule(
    "idc-permission-set-customer-policy-missing",
    severity="medium",
    over=PermissionSet,
    needs=("iam.policies", "sso.assignments"),
    claims=("S42",),
    tags=("identity-center",),
    title="A policy that a permission set names does not exist in the account",
    fix="Make the policy in the account under just that name and path, or take it out of the permission set.",
    docs=f"{_GUIDE}/howtocmp.html",
)
def idc_permission_set_customer_policy_missing(permission_set: PermissionSet) -> Iterator[Finding]:
    """A permission set names customer managed policies, and every account must have its own of that name and path.

    Where it is missing, provisioning fails and people keep what they had; and whoever may make policies in the account
    can make one of that name, and with it decide what those people may do. Asked about are permission sets that are
    provisioned to this account.
    """
    account = permission_set.account
    if account.entry("sso.assignments", permission_set.arn) is None:
        raise NotApplicable(f"{permission_set.name} is not provisioned to this account")
    for arn, place in permission_set.customer_policies:
        if account.entry("iam.policies", arn) is None:
            name = arn.partition(":policy")[2]
            yield permission_set.finding(
                f"{permission_set.name} names policy {name}, which this account does not have",
                at=place,
                discriminator=name,
            )
