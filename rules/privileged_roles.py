"""Roles with administrator permissions, or with a view of everything: who gets at them, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import PRINCIPALS, TRUSTS, NotApplicable, NotCollected, Options, Role, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding, Place

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_UPDATE = "aws iam update-assume-role-policy --role-name NAME --policy-document file://trust.json"
_TAGS = ("iam", "roles", "administrators")
_NEEDS = (*TRUSTS, *PRINCIPALS)


def _administrator(role: Role) -> tuple[Place, ...]:
    """Where the policies hang that make a role an administrator.

    Raises NotApplicable where the role is none, or AWS's own; NotCollected where that was not seen.
    """
    if maker := role.made_by:
        raise NotApplicable(f"{maker} made the role")
    if not role.is_administrator:
        raise NotApplicable("the role is no administrator")
    return tuple(grant.place for grant in role.administrative_grants)


@rule(
    "role-admin-access",
    severity="high",
    over=Role,
    needs=PRINCIPALS,
    claims=("S39",),
    tags=_TAGS,
    title="Role is an administrator that nobody declared",
    fix="Give the role what its task needs; if it is meant to administer, declare it as administrators.",
    docs=f"{_GUIDE}/best-practices.html#grant-least-privilege",
)
def role_admin_access(role: Role) -> Iterator[Finding]:
    """A role that can do everything is worth as much as root to whoever gets to it, by whatever way.

    An administrator is who can do everything, or can give itself everything, by all its policies together, less
    denials, its boundary and what the organization forbids. Roles that AWS makes for its own purposes are not asked
    about: those of Identity Center, Control Tower, StackSets, Organizations, and service-linked ones.
    """
    places = _administrator(role)
    if not role.is_declared(role.account.declared.administrators):
        yield role.finding(
            f"role {role.name} is not declared and has administrator permissions by {_grants(role)}", at=places
        )


@rule(
    "role-admin-cross-account",
    severity="critical",
    over=Role,
    needs=_NEEDS,
    claims=("S39",),
    tags=(*_TAGS, "trust", "exposure"),
    title="Administrator role can be assumed from another account",
    fix="Let people in through Identity Center, or give the other account a role with lesser permissions.",
    docs=f"{_GUIDE}/tutorial_cross-account-with-roles.html",
    cli=_UPDATE,
)
def role_admin_cross_account(role: Role) -> Iterator[Finding]:
    """Your account is then as safe as the other one: whoever takes that over has yours as well.

    It makes no difference whose account it is, nor that it has to be one of the organization. What is meant to be is
    said in the configuration, and needs both: the role declared as administrators, and the account as
    trusted_accounts. Of the roles that AWS makes for an organization those are no matter for concern that let in only
    accounts of the organization.
    """
    exposure, declared = role.exposure, role.account.declared
    if role.made_by and not exposure.strangers.witness and all(map(exposure.is_of_organization, exposure.outside)):
        raise NotApplicable(f"{role.made_by} made the role")
    if not role.is_administrator:
        raise NotApplicable("the role is no administrator")
    accepted = declared.trusted_accounts if role.is_declared(declared.administrators) else ()
    for account, doorway in sorted(exposure.outside.items()):
        if account not in accepted:
            message = f"account {account} can assume role {role.name}, which has administrator permissions"
            yield exposure.finding(message, doorway.witness, discriminator=account)
    if witness := exposure.strangers.witness:
        message = f"accounts that nobody named can assume role {role.name}, which has administrator permissions"
        yield exposure.finding(message, witness, discriminator="*")
    elif witness := exposure.fellow:
        message = f"any account of the organization can assume role {role.name}, which has administrator permissions"
        yield exposure.finding(message, witness, discriminator="organization")


@rule(
    "role-trust-whole-account-privileged",
    severity="medium",
    over=Role,
    needs=_NEEDS,
    claims=("S35",),
    tags=(*_TAGS, "trust"),
    title="Administrator role trusts a whole account",
    fix="Name the roles that need it in Principal, or ask for them by aws:PrincipalArn.",
    docs=f"{_GUIDE}/reference_policies_elements_principal.html#principal-accounts",
    cli=_UPDATE,
)
def role_trust_whole_account_privileged(role: Role) -> Iterator[Finding]:
    """To trust an account is to trust whoever writes policies there: anybody may be allowed to assume the role.

    The account itself, its :root, and a bare account id mean the same. A condition that tells who calls, by
    aws:PrincipalArn or a tag, is as good as a name. The role's own account counts like any other.
    """
    places = _administrator(role)
    for account, doorway in sorted(role.exposure.whole_accounts().items()):
        message = f"administrator role {role.name} trusts all of account {account}"
        found = role.exposure.finding(message, doorway.witness, discriminator=account)
        yield found._replace(evidence=(*found.evidence, *places))
    if not role.exposure.strangers.witness and (witness := role.exposure.fellow):
        message = f"administrator role {role.name} trusts all accounts of the organization"
        found = role.exposure.finding(message, witness, discriminator="organization")
        yield found._replace(evidence=(*found.evidence, *places))


@rule(
    "role-assume-no-mfa",
    severity="medium",
    over=Role,
    needs=_NEEDS,
    claims=("S41",),
    tags=(*_TAGS, "mfa", "trust"),
    title="Administrator role can be assumed without MFA",
    fix="Ask for aws:MultiFactorAuthPresent in the trust policy, by Bool and not by BoolIfExists.",
    docs=f"{_GUIDE}/id_credentials_mfa_configure-api-require.html",
    cli=_UPDATE,
)
def role_assume_no_mfa(role: Role) -> Iterator[Finding]:
    """A leaked access key of a user who may assume an administrator role is then all that it takes.

    People are IAM users, of this account or of others that the role trusts, be it as any account of the organization or
    as anyone; those of this account count that may assume the role. A key that is used without MFA carries no
    aws:MultiFactorAuthPresent at all, so BoolIfExists lets it in. Whether people who come by an identity provider used
    MFA is known to the provider alone, and roles that assume others are no people.
    """
    places = _administrator(role)
    witness = next(role.exposure.users_without_mfa(), None)
    if witness is not None:
        message = f"administrator role {role.name} can be assumed without MFA"
        found = role.exposure.finding(message, witness)
        yield found._replace(evidence=(*found.evidence, *places))


class SessionLength(Options):
    """`max_hours`: how many hours a session of an administrator role may last."""

    max_hours: int = 4


@rule(
    "role-session-too-long",
    severity="low",
    over=Role,
    needs=(*_NEEDS, "iam.role_settings"),
    options=SessionLength,
    claims=("S19",),
    tags=(*_TAGS, "credentials"),
    title="Sessions of an administrator role may last too long",
    fix="Shorten the role's maximum session duration; whoever works longer assumes the role again.",
    docs=f"{_GUIDE}/id_roles_update-role-settings.html",
    cli="aws iam update-role --role-name NAME --max-session-duration 3600",
    terraform="""\
resource "aws_iam_role" "administrator" {
  name                 = "NAME"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}""",
)
def role_session_too_long(role: Role, limit: SessionLength) -> Iterator[Finding]:
    """Credentials that were stolen serve the thief until the session ends, and it cannot be ended one by one.

    A session may be as long as the role allows: an hour unless somebody chose more, twelve at most. Roles of services
    alone are not asked about, as services renew their sessions all the time.
    """
    _administrator(role)
    if not role.trusts_people:
        raise NotApplicable("only AWS services can assume the role")
    place = role.max_session_place
    hours = int(str(place.value)) / 3600
    if hours > limit.max_hours:
        yield role.finding(
            f"sessions of administrator role {role.name} may last {hours:g} hours, more than {limit.max_hours}",
            at=place,
        )


@rule(
    "role-compute-admin",
    severity="high",
    over=Role,
    needs=_NEEDS,
    claims=("S15",),
    tags=(*_TAGS, "services", "least-privilege"),
    title="Code that runs in AWS has administrator permissions",
    fix="Give the role what the workload calls, as its CloudTrail events or Access Advisor show.",
    docs=f"{_GUIDE}/id_roles_use_switch-role-ec2.html",
)
def role_compute_admin(role: Role) -> Iterator[Finding]:
    """Whoever gets code to run on the instance or in the function, by a flaw in it or a package, has the whole account.

    Compute services are those that hand the role's credentials to a customer's own code: EC2, Lambda, ECS tasks, EKS
    pods, CodeBuild, Glue, SageMaker and their like. Roles that can make themselves administrators, or become one by
    some steps, are as bad. That a role is declared as an administrator does not help: it says that the permissions are
    meant, not that they are safe there.
    """
    witness = role.exposure.compute_service
    if witness is None:
        raise NotApplicable("no compute service can assume the role")
    message, who = f"role {role.name}, which {witness.principal.text} hands to code,", role.identity
    if role.is_administrator:
        found = role.exposure.finding(f"{message} has administrator permissions by {_grants(role)}", witness)
        yield found._replace(evidence=(*found.evidence, *(grant.place for grant in role.administrative_grants)))
    elif path := who.path:
        found = who.along(path)
        yield found._replace(message=f"{message} can become administrator: {found.message}")
    elif blind := who.open_questions():
        raise NotCollected(*blind)


def _grants(role: Role) -> str:
    """The policies that make a role an administrator, and what may forbid it all, as it was not seen."""
    listed = ", ".join(grant.label for grant in role.administrative_grants)
    proof = role.identity.proof
    return f"{listed}, unless {proof.unless}" if proof and proof.unless else listed


@rule(
    "role-cross-account-readonly",
    severity="medium",
    over=Role,
    needs=TRUSTS,
    tags=("iam", "roles", "trust", "exposure"),
    title="Another account can read everything",
    fix="Attach SecurityAudit or ViewOnlyAccess instead, which show no data, or declare the account as trusted.",
    docs=f"{_GUIDE}/access_policies_job-functions.html",
    cli="""\
aws iam detach-role-policy --role-name NAME --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess
aws iam attach-role-policy --role-name NAME --policy-arn arn:aws:iam::aws:policy/SecurityAudit""",
)
def role_cross_account_readonly(role: Role) -> Iterator[Finding]:
    """AWS's ReadOnlyAccess reads data as well: objects, tables, messages, parameters, not only how things are set up.

    Accounts that are declared as trusted may have it; those of the organization are asked about as all others are, by
    name or all together.
    """
    places = [place for place in role.attached_places if str(place.value).endswith(":iam::aws:policy/ReadOnlyAccess")]
    if not places:
        raise NotApplicable("ReadOnlyAccess is not attached to the role")
    for account, doorway in sorted(role.exposure.outside.items()):
        if account not in role.account.declared.trusted_accounts:
            message = f"account {account} has ReadOnlyAccess by role {role.name}"
            found = role.exposure.finding(message, doorway.witness, discriminator=account)
            yield found._replace(evidence=(*found.evidence, *places))
    if witness := role.exposure.strangers.witness:
        message = f"accounts that nobody named have ReadOnlyAccess by role {role.name}"
        found = role.exposure.finding(message, witness, discriminator="*")
        yield found._replace(evidence=(*found.evidence, *places))
    elif witness := role.exposure.fellow:
        message = f"any account of the organization has ReadOnlyAccess by role {role.name}"
        found = role.exposure.finding(message, witness, discriminator="organization")
        yield found._replace(evidence=(*found.evidence, *places))
