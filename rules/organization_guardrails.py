"""Service control policies: what nobody in a member account may do, whatever their own administrators allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    GUARDRAILS,
    SCP,
    VIEW,
    NotApplicable,
    Organization,
    denies,
    denies_regions,
    denies_root,
    limits,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.api import Finding, MemberAccount, Place

_EXAMPLES = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html"
_ATTACH = """\
aws organizations create-policy --type SERVICE_CONTROL_POLICY --name NAME --description WHY --content file://scp.json
aws organizations attach-policy --policy-id p-ID --target-id r-ROOT"""
_TAGS = ("organization", "guardrails")
_MOST_NAMED = 5
_LEAVING = "organizations:LeaveOrganization"


@rule(
    "org-scp-disabled",
    severity="high",
    over=Organization,
    needs=VIEW,
    tags=_TAGS,
    title="Service control policies are not enabled",
    fix="Enable the policy type on the root of the organization.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    cli="aws organizations enable-policy-type --root-id r-ROOT --policy-type SERVICE_CONTROL_POLICY",
)
def org_scp_disabled(organization: Organization) -> Iterator[Finding]:
    """Without service control policies an administrator of a member account can do everything there.

    That includes stopping the logs and leaving the organization. Only the management account and delegated
    administrators are told which types of policy are enabled.
    """
    if not organization.has_enabled(SCP):
        yield organization.finding(
            "service control policies are not enabled on the root of the organization", at=organization.policy_types
        )


@rule(
    "org-scp-only-full-access",
    severity="high",
    over=Organization,
    needs=GUARDRAILS,
    tags=_TAGS,
    title="Accounts have no service control policy beyond FullAWSAccess",
    fix="Attach a policy that denies what nobody there needs to the root, to their unit or to the accounts.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    cli=_ATTACH,
)
def org_scp_only_full_access(organization: Organization) -> Iterator[Finding]:
    """FullAWSAccess allows everything: it is there so that nothing breaks when control policies are enabled.

    An account is limited where some place on its way from the root has a policy with a denial, or has none that
    allows everything. A copy of FullAWSAccess under another name limits nothing. There is one finding for each unit
    with such accounts. The management account cannot be limited; closed and suspended accounts are left out.
    """
    parents: dict[str, list[MemberAccount]] = {}
    for member in _outside(organization, lambda member: any(map(limits, member.scps))):
        parents.setdefault(member.path[-2], []).append(member)
    for parent, members in sorted(parents.items()):
        yield organization.finding(
            f"no service control policy limits {_named(members)} in {parent}",
            at=_evidence(organization, members),
            discriminator=parent,
        )


@rule(
    "org-scp-region-deny-missing",
    severity="medium",
    over=Organization,
    needs=GUARDRAILS,
    claims=("S1",),
    tags=(*_TAGS, "regions"),
    title="No service control policy closes the regions that are not used",
    fix="Attach a policy that denies everything outside of your regions, but for the services that are global.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html",
    cli=_ATTACH,
)
def org_scp_region_deny_missing(organization: Organization) -> Iterator[Finding]:
    """What runs in a region where nobody looks is found on the bill, if at all.

    The policies on the way to an account count together: in some region, or all but a few, no role there may take an
    action that nobody has named; what is about a single service does not count, and neither does a denial whatever the
    region. It may exempt roles by who they are. Every member account that works has to be below such policies.
    """
    yield from _missing(organization, lambda it: denies_regions(it.scps, it.name), "regions are not limited for")


@rule(
    "org-scp-root-deny-missing",
    severity="medium",
    over=Organization,
    needs=GUARDRAILS,
    claims=("S5",),
    tags=(*_TAGS, "root"),
    title="No service control policy keeps the root users of member accounts from acting",
    fix="Attach a policy that denies every action to principals whose ARN ends in :root.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
    cli=_ATTACH,
)
def org_scp_root_deny_missing(organization: Organization) -> Iterator[Finding]:
    """No IAM policy binds a root user, but a service control policy does, in every member account.

    The policies on the way to an account count together: they must deny its root user every action, or all but a few,
    and not its roles. They may let through the sessions that the management account opens (aws:AssumedRoot) and AWS's
    own services.
    """
    yield from _missing(organization, lambda it: denies_root(it.scps, it.name), "root may act in")


@rule(
    "org-scp-leave-deny-missing",
    severity="medium",
    over=Organization,
    needs=GUARDRAILS,
    tags=_TAGS,
    title="No service control policy keeps accounts from leaving the organization",
    fix="Attach a policy that denies organizations:LeaveOrganization to the root.",
    docs=_EXAMPLES,
    cli=_ATTACH,
)
def org_scp_leave_deny_missing(organization: Organization) -> Iterator[Finding]:
    """An account that leaves takes its data along, and leaves every guardrail, log and limit behind.

    What a place on the way to an account leaves out of what it allows is denied as well. A denial may exempt principals
    that it names by who they are; one with any other condition does not count.
    """
    yield from _missing(organization, _denying(_LEAVING), "leaving the organization is not denied to")


_TAMPERING = {
    "AWS Config": ("config:DeleteConfigurationRecorder", "config:StopConfigurationRecorder"),
    "CloudTrail": ("cloudtrail:DeleteTrail", "cloudtrail:StopLogging"),
    "GuardDuty": ("guardduty:DeleteDetector", "guardduty:DisassociateFromAdministratorAccount"),
    "Security Hub": ("securityhub:DisableSecurityHub",),
}
"""What turns a service off that watches an account."""


@rule(
    "org-scp-security-tamper-deny-missing",
    severity="medium",
    over=Organization,
    needs=GUARDRAILS,
    claims=("S47",),
    tags=(*_TAGS, "logging"),
    title="No service control policy protects the services that watch accounts",
    fix="Attach a policy that denies stopping and deleting them to all but the role that manages them.",
    docs=_EXAMPLES,
    cli=_ATTACH,
)
def org_scp_security_tamper_deny_missing(organization: Organization) -> Iterator[Finding]:
    """Who takes over an account turns off what watches it first: trail, recorder, detector, hub.

    Each service is looked at by itself. Every action that turns it off has to be denied, on some resources at least
    (guardrails of AWS Control Tower protect just its own trail); a denial may exempt principals by who they are.
    """
    for service, actions in sorted(_TAMPERING.items()):
        exposed: dict[str, MemberAccount] = {}
        for action in actions:
            members = _outside(organization, _denying(action))
            exposed |= {member.name: member for member in members}
        if found := [exposed[name] for name in sorted(exposed)]:
            yield organization.finding(
                f"{service} can be turned off in {_named(found)}",
                at=_evidence(organization, found),
                discriminator=service,
            )


def _denying(action: str) -> Callable[[MemberAccount], bool]:
    return lambda member: denies(member.scps, member.name, action)


def _missing(organization: Organization, guarded: Callable[[MemberAccount], bool], words: str) -> Iterator[Finding]:
    """A finding where policies do not guard accounts."""
    if members := _outside(organization, guarded):
        yield organization.finding(f"{words} {_named(members)}", at=_evidence(organization, members))


def _outside(organization: Organization, guarded: Callable[[MemberAccount], bool]) -> tuple[MemberAccount, ...]:
    """The accounts that work, and that the policies on their way from the root do not guard.

    Raises NotApplicable, NotCollected.
    """
    if not organization.has_enabled(SCP):
        raise NotApplicable("service control policies are not enabled, which org-scp-disabled is about")
    if not (members := organization.members):
        raise NotApplicable("the organization has no account besides its management account")
    return tuple(member for member in members if not guarded(member))


def _named(members: tuple[MemberAccount, ...] | list[MemberAccount]) -> str:
    """The accounts in words; of many, the first few."""
    first = ", ".join(member.label for member in members[:_MOST_NAMED])
    if len(members) == 1:
        return f"account {first}"
    more = len(members) - _MOST_NAMED
    return f"{len(members)} accounts: {first}" + (f" and {more} more" if more > 0 else "")


def _evidence(
    organization: Organization, members: tuple[MemberAccount, ...] | list[MemberAccount]
) -> tuple[Place, ...]:
    return (organization.policy_types, *(member.place("paths") for member in members[:_MOST_NAMED]))
