"""Belonging to an organization, and how it is set up: features, root access, units, the management account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import CREDENTIALS, VIEW, Account, MemberAccount, NotApplicable, Organization, Place, User, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_BEST_PRACTICES = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html"
_CENTRAL_ROOT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html"


@rule(
    "org-account-not-member",
    severity="medium",
    over=Account,
    needs=("organizations.organization",),
    claims=("S34",),
    tags=("organization",),
    title="Account belongs to no organization",
    fix="Create an organization, or have this account invited to the one that you have.",
    docs="https://docs.aws.amazon.com/accounts/latest/reference/accounts-welcome.html",
    cli="aws organizations create-organization --feature-set ALL",
)
def org_account_not_member(account: Account) -> Iterator[Finding]:
    """An account on its own has nobody above it: no guardrail that its administrators cannot lift, no central log.

    An organization is also what IAM Identity Center needs to give people access to accounts.
    """
    if account.organization is None:
        yield account.finding("the account belongs to no organization", at=Place("/organizations/organization"))


@rule(
    "org-all-features-disabled",
    severity="high",
    over=Organization,
    tags=("organization", "guardrails"),
    title="Organization has consolidated billing only",
    fix="Enable all features; every account that was invited has to approve it.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html",
    cli="aws organizations enable-all-features",
)
def org_all_features_disabled(organization: Organization) -> Iterator[Finding]:
    """With consolidated billing alone the organization shares a bill and protects nothing.

    Control policies, delegated administrators and services that work across accounts all need the feature set ALL.
    Every member is told the feature set, so any of them answers.
    """
    if organization.feature_set != "ALL":
        yield organization.finding(
            f"the organization's feature set is {organization.feature_set}: no control policy can be used",
            at="feature_set",
        )


@rule(
    "org-central-root-credentials-disabled",
    severity="high",
    over=Organization,
    needs=("iam.organizations_features",),
    claims=("S6",),
    tags=("organization", "root"),
    title="Root credentials of member accounts are not managed centrally",
    fix="Enable central management of root credentials, then delete those of the member accounts.",
    docs=_CENTRAL_ROOT,
    cli="""\
aws organizations enable-aws-service-access --service-principal iam.amazonaws.com
aws iam enable-organizations-root-credentials-management""",
)
def org_central_root_credentials_disabled(organization: Organization) -> Iterator[Finding]:
    """Every member account has a root user, and a password there is one more that can be stolen.

    Managed centrally, member accounts need no root credentials at all, and new ones start without any. Only the
    management account and a delegated administrator for IAM are told the setting.
    """
    yield from _without(organization, "RootCredentialsManagement", "does not manage root credentials centrally")


@rule(
    "org-central-root-sessions-disabled",
    severity="medium",
    over=Organization,
    needs=("iam.organizations_features",),
    claims=("S7",),
    tags=("organization", "root"),
    title="Root tasks in member accounts cannot be done from the management account",
    fix="Enable privileged root sessions, which are short and limited to one task.",
    docs=_CENTRAL_ROOT,
    cli="aws iam enable-organizations-root-sessions",
)
def org_central_root_sessions_disabled(organization: Organization) -> Iterator[Finding]:
    """A few tasks need root. Without root sessions, doing one in a member account takes that account's root password.

    A session lasts at most 15 minutes, can do one task, and shows in CloudTrail who opened it.
    """
    yield from _without(organization, "RootSessions", "does not allow root sessions")


def _without(organization: Organization, feature: str, words: str) -> Iterator[Finding]:
    features = organization.account.organizations_features
    if features.status == "member":
        raise NotApplicable(
            f"only management account {organization.management_id} and a delegated administrator for IAM are told it"
        )
    if feature not in features.enabled_features:
        yield organization.finding(f"the organization {words}", at=Place("/iam/organizations_features"))


@rule(
    "org-ou-structure-flat",
    severity="low",
    over=MemberAccount,
    tags=("organization",),
    title="Account stands directly under the root of the organization",
    fix="Make organizational units by purpose, such as workloads and sandbox, and move the account into one.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_member-acct.html",
    cli="aws organizations move-account --account-id ID --source-parent-id r-ROOT --destination-parent-id ou-UNIT",
)
def org_ou_structure_flat(member: MemberAccount) -> Iterator[Finding]:
    """Guardrails are attached to units. An account outside of them gets only what everybody gets, or one of its own.

    The management account may stay where it is, since control policies do not bind it, and accounts that are closed
    or suspended do no work.
    """
    if member.manages:
        raise NotApplicable("this is the management account, which no control policy binds")
    if not member.is_active:
        raise NotApplicable(f"account {member.label} is not active")
    if len(member.path) <= 2:
        yield member.finding(f"account {member.label} is in no organizational unit", at="paths")


@rule(
    "org-management-iam-users",
    severity="high",
    over=User,
    needs=(*VIEW, *CREDENTIALS),
    claims=("S33",),
    tags=("organization", "iam", "credentials"),
    title="Management account has an IAM user with credentials",
    fix="Give the person access through IAM Identity Center, and the program a role; then delete the user.",
    docs=_BEST_PRACTICES,
)
def org_management_iam_users(user: User) -> Iterator[Finding]:
    """No control policy binds the management account, and it can do as it likes with every other one.

    A password or a key there that does not expire is worth more than anywhere else. Users that the configuration
    declares as identities for emergencies (`break_glass`) are meant to be there; inactive keys open nothing.
    """
    account = user.account
    organization = account.organization
    if organization is None or organization.master_account_id != account.id:
        raise NotApplicable("this is not the management account of an organization")
    if user.is_declared(account.declared.break_glass):
        raise NotApplicable(f"{user.name} is declared as an identity for emergencies")
    keys = user.active_keys
    held = ["a password"] if user.has_password else []
    held += [f"active access key {key.slot}" for key in keys]
    if held:
        yield user.finding(
            f"{user.name} has {' and '.join(held)} in the management account",
            at=(
                Place("/organizations/organization/MasterAccountId", account.id),
                user.place("password_enabled"),
                *(key.place("active") for key in keys),
            ),
        )
