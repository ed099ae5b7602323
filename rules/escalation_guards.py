"""What keeps privileges where they are: boundaries, Identity Center, providers, MFA and the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import PRINCIPALS, Identity, NotApplicable, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_TAGS = ("iam", "permissions", "privilege-escalation")

_BOUNDARIES = (
    *("iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"),
    *("iam:PutUserPermissionsBoundary", "iam:PutRolePermissionsBoundary"),
)
_CENTER = (
    *("sso:CreateAccountAssignment", "sso:AttachManagedPolicyToPermissionSet", "sso:PutInlinePolicyToPermissionSet"),
    *("sso:AttachCustomerManagedPolicyReferenceToPermissionSet", "sso:CreatePermissionSet", "sso:UpdatePermissionSet"),
    *("sso:PutPermissionsBoundaryToPermissionSet", "sso:DeletePermissionsBoundaryFromPermissionSet"),
)
_PROVIDERS = (
    *("iam:UpdateSAMLProvider", "iam:CreateSAMLProvider", "iam:CreateOpenIDConnectProvider"),
    *("iam:AddClientIDToOpenIDConnectProvider", "iam:UpdateOpenIDConnectProviderThumbprint"),
)
_MFA = ("iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:ResyncMFADevice")
_ORGANIZATION = (
    *("organizations:DetachPolicy", "organizations:UpdatePolicy", "organizations:DeletePolicy"),
    *("organizations:DisablePolicyType", "organizations:LeaveOrganization", "organizations:MoveAccount"),
    *("organizations:RemoveAccountFromOrganization", "organizations:RegisterDelegatedAdministrator"),
)


@rule(
    "privesc-boundary-tamper",
    severity="high",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S38",),
    tags=(*_TAGS, "permissions-boundary"),
    title="Principal can take off permissions boundaries",
    fix="Deny the deletion and replacement of permissions boundaries in the boundary itself.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
)
def privesc_boundary_tamper(identity: Identity) -> Iterator[Finding]:
    """A boundary limits only those who cannot take it off, or have somebody take it off for them.

    Asked of every user and role that has a boundary: the principal itself or another one. Replacing it counts where
    the new one may be a policy that allows everything. Administrators are not asked.
    """
    identity.limited()
    if not identity.graph.world.bounded:
        raise NotApplicable("no user or role has a permissions boundary")
    yield from identity.others_doing(
        identity.may_on(_BOUNDARIES, identity.graph.world.bounded),
        "remove or replace the permissions boundary of {target}",
    )


@rule(
    "privesc-identity-center-write",
    severity="high",
    over=Identity,
    needs=(*PRINCIPALS, "organizations.organization"),
    claims=("S42",),
    tags=(*_TAGS, "identity-center"),
    title="Principal can edit permission sets or account assignments",
    fix="Leave Identity Center to its administrators, in the management account or one that it delegates to.",
    docs="https://docs.aws.amazon.com/singlesignon/latest/userguide/iam-auth-access-overview.html",
)
def privesc_identity_center_write(identity: Identity) -> Iterator[Finding]:
    """Who edits permission sets or assignments decides who administers which account of the organization.

    It matters where Identity Center is administered: the management account, or one that it delegates to, which is
    not seen from here. An account outside an organization has no permission sets. Administrators are not asked.
    """
    identity.limited()
    if identity.account.organization is None:
        raise NotApplicable("the account is in no organization")
    yield from identity.others_doing(
        identity.may_anywhere(_CENTER), "edit permission sets or assignments, if this account administers them,"
    )


@rule(
    "privesc-identity-provider-write",
    severity="high",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S34",),
    tags=(*_TAGS, "federation"),
    title="Principal can create or change identity providers",
    fix="Leave identity providers to administrators, and let other principals read them alone.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html",
)
def privesc_identity_provider_write(identity: Identity) -> Iterator[Finding]:
    """Whoever controls an identity provider signs in as anybody whom it vouches for.

    SAML and OpenID Connect providers count, and creating one as well as changing one. Administrators are not asked.
    """
    identity.limited()
    yield from identity.others_doing(identity.may_anywhere(_PROVIDERS), "create or change identity providers")


@rule(
    "privesc-mfa-tamper",
    severity="medium",
    over=Identity,
    needs=PRINCIPALS,
    tags=(*_TAGS, "mfa"),
    title="Principal can take off or replace the MFA device of others",
    fix="Allow these actions on the user's own name alone, with the variable aws:username in the resource.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html",
)
def privesc_mfa_tamper(identity: Identity) -> Iterator[Finding]:
    """MFA protects nobody from a colleague who can take the device away or enrol one of their own.

    Users may manage their own devices. Administrators are not asked.
    """
    identity.limited()
    yield from identity.others_doing(identity.may_on(_MFA, identity.other_users), "change the MFA device of {target}")


@rule(
    "privesc-organizations-write",
    severity="high",
    over=Identity,
    needs=(*PRINCIPALS, "organizations.organization"),
    tags=(*_TAGS, "organizations"),
    title="Principal can weaken the organization's guard rails",
    fix="Leave the organization to few administrators of the management account, and deny leaving it by an SCP.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html",
)
def privesc_organizations_write(identity: Identity) -> Iterator[Finding]:
    """Detaching a service control policy, leaving the organization or delegating it ends what all accounts rely on.

    An account outside an organization has nothing to weaken. Administrators are not asked.
    """
    identity.limited()
    if identity.account.organization is None:
        raise NotApplicable("the account is in no organization")
    yield from identity.others_doing(identity.may_anywhere(_ORGANIZATION), "weaken the organization")
