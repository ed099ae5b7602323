"""Who administers the account: somebody besides root, not everybody, and somebody when Identity Center fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    ADMINISTRATORS,
    CREDENTIALS,
    Account,
    NotApplicable,
    NotCollected,
    Options,
    Place,
    User,
    certain,
    rule,
    sift,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.api import Finding, Role

_SHOWN = 5
_SHOWN_AS_EVIDENCE = 20


def is_human(principal: User | Role) -> bool:
    """Whether people act as the principal: a user with a password, or a role that not services alone may assume.

    Raises NotCollected where that was not seen.
    """
    if isinstance(principal, User):
        return principal.has_password
    return not principal.is_service_linked and principal.trusts_people


def _listing(principals: Iterable[User | Role]) -> str:
    """The first few by name, and how many there are besides."""
    names = [f"{'user' if isinstance(who, User) else 'role'} {who.name}" for who in principals]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _evidence(administrators: Iterable[User | Role]) -> list[Place]:
    """Where the policies hang that make the first of them administrators."""
    return [who.administrative_grants[0].place for who in administrators][:_SHOWN_AS_EVIDENCE]


@rule(
    "admin-identity-missing",
    severity="high",
    over=Account,
    needs=ADMINISTRATORS,
    claims=("S12", "S16"),
    tags=("iam", "administrators", "root"),
    title="Nobody but root can administer the account",
    fix="Assign an administrator permission set in Identity Center, so that root can be locked away.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html",
    cli="""\
aws sso-admin create-account-assignment --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN \\
  --target-type AWS_ACCOUNT --target-id ACCOUNT_ID --principal-type GROUP --principal-id GROUP_ID""",
)
def admin_identity_missing(account: Account) -> Iterator[Finding]:
    """Where nobody else can administer the account, everyday administration is done as root.

    Root cannot be limited, is shared by whoever knows its password, and tells the logs nothing of the person. An IAM
    user with administrator permissions is enough, and so is a role that people can assume, such as those that
    Identity Center makes; a role for services alone helps nobody to sign in. One known administrator answers the
    question, even where other principals could not be seen.
    """
    known, blind = account.administrators
    if certain(known, lambda admin: isinstance(admin.principal, User) or admin.principal.trusts_people, blind):
        return
    yield account.finding(
        "no user and no role that people can assume has administrator permissions: only root can administer",
        at=(Place("/iam/users"), Place("/iam/roles")),
    )


@rule(
    "admin-only-account",
    severity="medium",
    over=Account,
    needs=(*ADMINISTRATORS, *CREDENTIALS),
    claims=("S39", "S40"),
    tags=("iam", "administrators", "least-privilege"),
    title="Everybody who can sign in is an administrator",
    fix="Make a permission set or role with lesser permissions for everyday work, and use it.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html",
    cli="""\
aws sso-admin create-permission-set --instance-arn INSTANCE_ARN --name ReadOnly
aws sso-admin attach-managed-policy-to-permission-set --instance-arn INSTANCE_ARN \\
  --permission-set-arn PERMISSION_SET_ARN --managed-policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess""",
)
def admin_only_account(account: Account) -> Iterator[Finding]:
    """Everyday work needs no administrator, and a slip or a stolen session then costs only what that work may touch.

    People are the users with a password, and the roles that an identity provider or an AWS account may assume, those
    of Identity Center among them; users with keys only and roles of services are not asked. One way in with lesser
    permissions is enough, even where other principals could not be seen. Where nobody can sign in at all, there is
    nothing to ask.
    """
    principals: list[User | Role] = [*account.users, *account.roles]
    people, blind = sift(principals, is_human)
    unlisted = (*account.snapshot.blind("iam.users"), *account.snapshot.blind("iam.roles"), *blind)
    if certain(people, lambda who: not who.is_administrator, unlisted):
        return
    if not people:
        raise NotApplicable("no user has a password, and no role can be assumed by people")
    yield account.finding(
        f"all {len(people)} identities that people can use are administrators: {_listing(people)}",
        at=_evidence(people),
    )


class AdministratorCount(Options):
    """`max_administrators`: how many principals may be administrators."""

    max_administrators: int = 5


@rule(
    "admin-principals-too-many",
    severity="medium",
    over=Account,
    needs=ADMINISTRATORS,
    options=AdministratorCount,
    claims=("S30", "S39"),
    tags=("iam", "administrators", "least-privilege"),
    title="Too many principals are administrators",
    fix="Take administrator permissions from whoever does not need them every week; give a job function's instead.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
)
def admin_principals_too_many(account: Account, limit: AdministratorCount) -> Iterator[Finding]:
    """Each administrator is one more way to lose the whole account, whether a person, a pipeline or a forgotten role.

    Users and roles count alike, whichever way the permissions come; the roles that AWS links to its own services do
    not. Where some principals could not be seen, the known ones may already be too many; else the question stays open.
    """
    known, blind = account.administrators
    if len(known) > limit.max_administrators:
        principals = [who for who, _ in known]
        yield account.finding(
            f"{'at least ' if blind else ''}{len(known)} principals are administrators, more than "
            f"{limit.max_administrators}: {_listing(principals)}",
            at=_evidence(principals),
        )
    elif blind:
        raise NotCollected(*blind)


@rule(
    "break-glass-access-undefined",
    severity="low",
    over=Account,
    needs=("iam.users", "iam.roles", "iam.saml_providers", *CREDENTIALS),
    claims=("S16",),
    tags=("iam", "administrators", "identity-center"),
    title="No emergency identity is declared although Identity Center is the only way in",
    fix="Set up an emergency user or role, keep its credentials in a safe, and declare it as break_glass.",
    docs="https://docs.aws.amazon.com/singlesignon/latest/userguide/emergency-access.html",
)
def break_glass_access_undefined(account: Account) -> Iterator[Finding]:
    """When Identity Center or the identity provider behind it fails, whoever has no other way in is locked out.

    In an emergency the alternative is root, at the moment when nobody should have to search for it. A declared
    identity that the account does not have helps nobody, so it counts as none. Where Identity Center does not reach
    the account, or an IAM user has a password, or a SAML provider of your own lets people in, there is another way,
    and the question does not arise.
    """
    roles = account.identity_center_roles
    if not roles:
        account.read("iam.roles")
        raise NotApplicable("the account has no role made by Identity Center")
    patterns = account.declared.break_glass
    if any(principal.is_declared(patterns) for principal in (*account.users, *account.roles)):
        return
    if account.has_console_users:
        raise NotApplicable("IAM users can sign in with a password")
    if provider := _other_provider(account):
        raise NotApplicable(f"people can sign in through the SAML provider {provider}")
    account.read("iam.roles")
    what = f"none of those declared ({', '.join(patterns)}) exists" if patterns else "no emergency identity is declared"
    yield account.finding(
        f"Identity Center is the only way in and {what}", at=[role.place("path") for role in roles[:_SHOWN_AS_EVIDENCE]]
    )


def _other_provider(account: Account) -> str:
    """The name of a SAML provider that Identity Center did not make; empty where there is none. Raises NotCollected."""
    for arn, _ in account.entries("iam.saml_providers"):
        name = arn.rpartition("/")[2]
        if not (name.startswith("AWSSSO_") and name.endswith("_DO_NOT_DELETE")):
            return name
    account.read("iam.saml_providers")
    return ""
