"""Policies of the organization beyond service control policies: resources, EC2 defaults, AI services, tags, backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import VIEW, MemberAccount, Organization, Place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_NEEDS = (*VIEW, "organizations.policies")
_USER_GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide"
_ENABLE = "aws organizations enable-policy-type --root-id r-ROOT --policy-type "


@rule(
    "org-rcp-missing",
    severity="medium",
    over=Organization,
    needs=_NEEDS,
    tags=("organization", "guardrails"),
    title="No resource control policy beyond RCPFullAWSAccess",
    fix="Attach a resource control policy that denies access from outside of the organization to the root.",
    docs=f"{_USER_GUIDE}/orgs_manage_policies_rcps.html",
    cli=f"{_ENABLE}RESOURCE_CONTROL_POLICY",
)
def org_rcp_missing(organization: Organization) -> Iterator[Finding]:
    """A resource control policy holds even where a bucket, key, queue, secret or role lets strangers in by mistake.

    Service control policies bind only the organization's own principals; what others may do with its resources is
    limited by these alone. A policy that is attached to nothing limits nothing.
    """
    yield from _missing(organization, "RESOURCE_CONTROL_POLICY", "resource control policy")


@rule(
    "org-declarative-ec2-missing",
    severity="low",
    over=Organization,
    needs=_NEEDS,
    tags=("organization", "guardrails", "ec2"),
    title="No declarative policy for EC2",
    fix="Attach a declarative policy that blocks public sharing of images and snapshots and asks for IMDSv2.",
    docs=f"{_USER_GUIDE}/orgs_manage_policies_declarative.html",
    cli=f"{_ENABLE}DECLARATIVE_POLICY_EC2",
)
def org_declarative_ec2_missing(organization: Organization) -> Iterator[Finding]:
    """A declarative policy sets EC2's defaults in every account and region, and keeps them, also for new ones.

    What it sets would otherwise have to be set and watched account by account, region by region.
    """
    yield from _missing(organization, "DECLARATIVE_POLICY_EC2", "declarative policy for EC2")


@rule(
    "org-ai-opt-out-missing",
    severity="low",
    over=Organization,
    needs=_NEEDS,
    claims=("S1",),
    tags=("organization", "privacy"),
    title="No policy opts out of the use of content by AI services",
    fix="Attach a policy to the root that opts out by default.",
    docs=f"{_USER_GUIDE}/orgs_manage_policies_ai-opt-out.html",
    cli=f"{_ENABLE}AISERVICES_OPT_OUT_POLICY",
)
def org_ai_opt_out_missing(organization: Organization) -> Iterator[Finding]:
    """Some AI services may keep what customers send them, in other regions too, to get better, unless one opts out.

    An attached policy counts where it says optOut for some service, or for all by default.
    """
    yield from _missing(organization, "AISERVICES_OPT_OUT_POLICY", "policy that opts out of AI services", "optout")


@rule(
    "org-tag-policy-missing",
    severity="low",
    over=Organization,
    needs=_NEEDS,
    tags=("organization", "tags"),
    title="No tag policy is attached",
    fix="Attach a tag policy that says which tags there are and how they are written.",
    docs=f"{_USER_GUIDE}/orgs_manage_policies_tag-policies.html",
    cli=f"{_ENABLE}TAG_POLICY",
)
def org_tag_policy_missing(organization: Organization) -> Iterator[Finding]:
    """Owners, costs and access by attribute all rest on tags, and tags that everybody spells otherwise tell nothing."""
    yield from _missing(organization, "TAG_POLICY", "tag policy")


@rule(
    "org-backup-policy-missing",
    severity="low",
    over=Organization,
    needs=_NEEDS,
    tags=("organization", "backup"),
    title="No backup policy is attached",
    fix="Attach a backup policy with plans for the resources that you tag for it.",
    docs=f"{_USER_GUIDE}/orgs_manage_policies_backup.html",
    cli=f"{_ENABLE}BACKUP_POLICY",
)
def org_backup_policy_missing(organization: Organization) -> Iterator[Finding]:
    """A plan that comes from the organization makes backups in new accounts too, and no account can drop it."""
    yield from _missing(organization, "BACKUP_POLICY", "backup policy")


def _missing(organization: Organization, kind: str, words: str, content: str = "") -> Iterator[Finding]:
    """A finding where no policy of a type, with that word in it, is attached to anything."""
    if not organization.has_enabled(kind):
        yield organization.finding(f"the organization has no {words}: the type is off", at=organization.policy_types)
        return
    idle = []
    for source in organization.policies(kind):
        if content in source.model.content.casefold():
            if source.model.targets:
                return
            idle.append(Place(f"{source.pointer}/Targets", ()))
    state = "none that is attached" if idle else "none"
    places = idle or (organization.policy_types,)
    yield organization.finding(f"the organization has no {words}: there is {state}", at=places)


@rule(
    "org-effective-policy-invalid",
    severity="medium",
    over=MemberAccount,
    needs=("organizations.invalid_effective_policies",),
    tags=("organization", "guardrails"),
    title="What an account inherits from policies of the organization is not valid",
    fix="Look at the account's effective policy and its errors, and mend the policies that it is merged from.",
    docs=f"{_USER_GUIDE}/orgs_manage_policies_effective.html",
    cli="aws organizations list-effective-policy-validation-errors --account-id ID --policy-type TYPE",
)
def org_effective_policy_invalid(member: MemberAccount) -> Iterator[Finding]:
    """Tag, backup, declarative and other inherited policies are merged on each account; the result can break rules.

    AWS then does not enforce all of it there, and says so nowhere else.
    """
    for kind, source in member.account.entries("organizations.invalid_effective_policies"):
        if member.name in source.model:
            yield member.finding(
                f"the effective policy of account {member.label} is not valid: {kind}",
                at=Place(source.pointer, source.model),
                discriminator=kind,
            )
    member.account.read("organizations.invalid_effective_policies")
