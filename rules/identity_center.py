"""IAM Identity Center in the account: whether it is there, who runs it, and what its people may do here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    GRANTS,
    VIEW,
    Account,
    NotApplicable,
    NotCollected,
    Place,
    certain,
    organization_instance,
    rule,
    sift,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding, Role

_GUIDE = "https://docs.aws.amazon.com/singlesignon/latest/userguide"
_SETTING_UP = "https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html"
_SERVICE = "sso.amazonaws.com"
_SHOWN_AS_EVIDENCE = 20


@rule(
    "idc-instance-missing",
    severity="medium",
    over=Account,
    needs=(*VIEW, "iam.roles", "sso.instances"),
    claims=("S13", "S32"),
    tags=("identity-center",),
    title="The organization does not use IAM Identity Center",
    fix="Enable IAM Identity Center in the management account, and let people sign in there.",
    docs=f"{_GUIDE}/organization-instances-identity-center.html",
)
def idc_instance_missing(account: Account) -> Iterator[Finding]:
    """Without one place to sign in, every account gets users of its own, with passwords and keys that nobody ends.

    Identity Center knows people once, asks for MFA, and hands out credentials that last for hours. Its organization
    instance belongs to the management account; an account outside any organization can have one as well, for enabling
    it there makes an organization. A member account that has roles of Identity Center is reached by it; one that has
    none, and is shown no instance, cannot tell, so the management account is the one to ask. Where the configuration
    declares the practice of IAM users, the question does not arise.
    """
    account.require_federated_practice()
    if account.identity_center_roles or organization_instance(account):
        return
    account.read("iam.roles")
    if account.read("organizations.seat").kind not in ("management", "none"):
        management = account.read("organizations.organization").master_account_id
        raise NotApplicable(f"only the management account {management} can tell")
    yield account.finding("no organization instance of IAM Identity Center exists", at=Place("/sso/instances"))


@rule(
    "idc-account-instance-only",
    severity="low",
    over=Account,
    needs=("organizations.organization", "iam.roles", "sso.instances"),
    claims=("S13",),
    tags=("identity-center",),
    title="Only an account instance of IAM Identity Center exists",
    fix="Enable an organization instance in the management account, and delete the account's own one.",
    docs=f"{_GUIDE}/account-instances-identity-center.html",
)
def idc_account_instance_only(account: Account) -> Iterator[Finding]:
    """An instance of a single account serves applications alone: it cannot let anybody into an AWS account.

    So people still need users or another provider to work here, and have one identity more to look after. An instance
    of the account beside the organization's is no fault by itself.
    """
    shared = organization_instance(account)
    own = [
        entry.pointer
        for _, entry in account.entries("sso.instances")
        if entry.model.owner_account_id == account.id and (shared is None or entry.pointer != shared.pointer)
    ]
    if not own:
        raise NotApplicable("the account has no instance of Identity Center of its own")
    if shared or account.identity_center_roles:
        return
    account.read("iam.roles")
    yield account.finding(
        "the account's only instance of IAM Identity Center is its own, which gives no access to AWS accounts",
        at=Place(f"{own[0]}/OwnerAccountId", account.id),
    )


@rule(
    "idc-delegated-admin-missing",
    severity="low",
    over=Account,
    needs=(*VIEW, "organizations.delegated_administrators", "sso.instances"),
    claims=("S42",),
    tags=("identity-center", "organization", "administrators"),
    title="IAM Identity Center is run from the management account",
    fix="Register a member account as delegated administrator, and manage people and permission sets from there.",
    docs=f"{_GUIDE}/delegated-admin.html",
    cli=f"aws organizations register-delegated-administrator --account-id ID --service-principal {_SERVICE}",
)
def idc_delegated_admin_missing(account: Account) -> Iterator[Finding]:
    """Who may work in the management account stands above every guardrail, so as few people as possible should.

    Changing groups and assignments is daily work. With a delegated administrator it needs no access to the management
    account, but for the permission sets that are used there.
    """
    account.require_organization_view()
    if (instance := organization_instance(account)) is None:
        raise NotApplicable("the organization has no instance of Identity Center")
    administrators = account.read("organizations.delegated_administrators").values()
    if not any(_SERVICE in administrator.services for administrator in administrators):
        yield account.finding(
            "no member account is delegated administrator of IAM Identity Center",
            at=Place(f"{instance.pointer}/OwnerAccountId", instance.model.owner_account_id),
        )


def _reaching_roles(account: Account) -> tuple[Role, ...]:
    """The roles that Identity Center made here: a permission set has one where somebody is assigned to it.

    Raises NotApplicable where Identity Center is not used, NotCollected.
    """
    roles = account.identity_center_roles
    if not roles:
        account.read("iam.roles")
        if organization_instance(account) is None:
            raise NotApplicable("no organization instance of Identity Center is in sight")
    return roles


def _places(roles: tuple[Role, ...]) -> list[Place]:
    return [role.place("path") for role in roles[:_SHOWN_AS_EVIDENCE]] or [Place("/iam/roles")]


@rule(
    "idc-no-admin-assignment",
    severity="medium",
    over=Account,
    needs=("organizations.organization", "iam.roles", *GRANTS, "sso.instances"),
    claims=("S13", "S16"),
    tags=("identity-center", "administrators"),
    title="Nobody in IAM Identity Center can administer the account",
    fix="Assign an administrator permission set to a small group, so that administration needs neither root nor users.",
    docs=f"{_GUIDE}/get-started-assign-account-access-admin-user.html",
    cli="""\
aws sso-admin create-account-assignment --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN \\
  --target-type AWS_ACCOUNT --target-id ACCOUNT_ID --principal-type GROUP --principal-id GROUP_ID""",
)
def idc_no_admin_assignment(account: Account) -> Iterator[Finding]:
    """Whoever must administer an account that Identity Center does not let them administer falls back on root.

    Or on an IAM user with a password. Identity Center makes a role in the account for every permission set that
    somebody is assigned to, so the roles tell, in member accounts as well. Where Identity Center is not used, and
    where the configuration declares the practice of IAM users, the question does not arise.
    """
    account.require_federated_practice()
    roles = _reaching_roles(account)
    if not certain(roles, lambda role: role.is_administrator, account.snapshot.blind("iam.roles")):
        yield account.finding(
            f"none of {len(roles)} permission sets assigned here gives administrator permissions"
            if roles
            else "no permission set is assigned here",
            at=_places(roles),
        )


@rule(
    "idc-no-lesser-assignment",
    severity="medium",
    over=Account,
    needs=("organizations.organization", "iam.roles", *GRANTS, "sso.instances"),
    claims=("S40",),
    tags=("identity-center", "least-privilege"),
    title="IAM Identity Center offers nothing less than administration here",
    fix="Assign a permission set with lesser permissions for everyday work.",
    docs=_SETTING_UP,
    cli="""\
aws sso-admin create-permission-set --instance-arn INSTANCE_ARN --name ReadOnly
aws sso-admin attach-managed-policy-to-permission-set --instance-arn INSTANCE_ARN \\
  --permission-set-arn PERMISSION_SET_ARN --managed-policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess""",
)
def idc_no_lesser_assignment(account: Account) -> Iterator[Finding]:
    """Where every way in leads to administration, people read logs and look up bills as administrators.

    A slip or a stolen session then costs the whole account. One permission set that is less than administrator is
    enough; that somebody is assigned to it shows in the role that Identity Center made for it. Where nobody is
    assigned to anything here, there is nothing to ask.
    """
    roles = _reaching_roles(account)
    lesser, blind = sift(roles, lambda role: not role.is_administrator)
    if lesser:
        return
    if blind := (*account.snapshot.blind("iam.roles"), *blind):
        raise NotCollected(*blind)
    if not roles:
        raise NotApplicable("no permission set is assigned here")
    yield account.finding(
        f"all permission sets assigned here ({len(roles)}) give administrator permissions", at=_places(roles)
    )
