"""Trust policies: who is let into a role from outside the account, and on what terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import TRUSTS, NotApplicable, NotCollected, Options, Role, rule, sift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_THIRD_PARTY = f"{_GUIDE}/id_roles_common-scenarios_third-party.html"
_UPDATE = "aws iam update-assume-role-policy --role-name NAME --policy-document file://trust.json"
_TAGS = ("iam", "roles", "trust", "exposure")


@rule(
    "role-trust-any-principal",
    severity="critical",
    over=Role,
    needs=TRUSTS,
    claims=("S35",),
    tags=_TAGS,
    title="Role can be assumed by anyone",
    fix="Name those who need the role in Principal, or ask for your organization by aws:PrincipalOrgID.",
    docs=f"{_GUIDE}/reference_policies_elements_principal.html#principal-anonymous",
    cli=_UPDATE,
)
def role_trust_any_principal(role: Role) -> Iterator[Finding]:
    """Whoever has an AWS account can then act with the role's permissions, and needs no mistake of yours to do so.

    The trust policy is put to the policy engine, so conditions count for what they do. Some hold nobody back: a
    wildcard for a value, IfExists on a key that a caller may lack, networks that add up to the internet, MFA or tags
    that any account can give its own users. A condition on an external id or a network that only some have is the
    matter of role-trust-any-principal-conditional, and NotPrincipal that of role-trust-notprincipal. A Deny that keeps
    strangers out is as good as a condition.
    """
    found = role.exposure.strangers_by_wildcard
    if found.witness and found.answer == "anyone":
        yield role.exposure.finding(f"role {role.name} can be assumed from any AWS account", found.witness)


@rule(
    "role-trust-any-principal-conditional",
    severity="medium",
    over=Role,
    needs=TRUSTS,
    claims=("S35", "S41"),
    tags=_TAGS,
    title="Only circumstances keep strangers from assuming a role",
    fix="Name the roles or accounts that need the role in Principal, and keep the condition as a second lock.",
    docs=f"{_GUIDE}/reference_policies_elements_principal.html#principal-anonymous",
    cli=_UPDATE,
)
def role_trust_any_principal_conditional(role: Role) -> Iterator[Finding]:
    """Where everybody is named and one condition decides, whoever meets it is in, from any account.

    A network, a VPC endpoint, an external id or the organization of somebody else tells nothing of who calls: values
    are learnt, endpoints are shared, organizations grow. Conditions that tell who calls are as good as a name and no
    matter for concern: your organization by aws:PrincipalOrgID, an account by aws:PrincipalAccount, a role of one
    account by aws:PrincipalArn. Where the conditions keep nobody out, role-trust-any-principal says so.
    """
    found = role.exposure.strangers_by_wildcard
    if found.witness and found.answer == "some":
        yield role.exposure.finding(f"role {role.name} trusts everyone who meets a condition", found.witness)


@rule(
    "role-trust-notprincipal",
    severity="critical",
    over=Role,
    needs=TRUSTS,
    tags=_TAGS,
    title="Role trusts everyone but those it names",
    fix="Replace NotPrincipal by the Principal of those who need the role.",
    docs=f"{_GUIDE}/reference_policies_elements_notprincipal.html",
    cli=_UPDATE,
)
def role_trust_notprincipal(role: Role) -> Iterator[Finding]:
    """An Allow with NotPrincipal lets in all the world except a short list, which is hardly what anybody wants.

    AWS takes such trust policies no more, but older roles keep theirs. It is a finding if strangers get in, be it by
    meeting a condition; NotPrincipal in a Deny keeps out all but those named, which is fine.
    """
    found = role.exposure.strangers_by_exception
    if found.witness:
        yield role.exposure.finding(f"role {role.name} allows by NotPrincipal", found.witness)


class OwnAccounts(Options):
    """`own_accounts`: ids of accounts outside the organization that are yours, so that no external id is needed."""

    own_accounts: tuple[str, ...] = ()


@rule(
    "role-trust-external-no-external-id",
    severity="high",
    over=Role,
    needs=TRUSTS,
    options=OwnAccounts,
    claims=("S35",),
    tags=_TAGS,
    title="Third party can assume a role without an external id",
    fix="Agree on an external id with the third party, and ask for it by sts:ExternalId in the trust policy.",
    docs=_THIRD_PARTY,
    cli=_UPDATE,
)
def role_trust_external_no_external_id(role: Role, accepted: OwnAccounts) -> Iterator[Finding]:
    """A service provider acts for many customers, and one of them may tell it the name of your role.

    The external id tells the provider's requests for you from those for others, so the trust policy must ask for one
    that is fixed: a wildcard takes any. Third parties are all accounts outside the organization, those declared as
    trusted among them; the option `own_accounts` names accounts of yours that are in no organization. Which accounts
    are in the organization only its management account and delegated administrators can see; elsewhere, those are known
    for sure of which the trust policy lets in nobody but callers of the organization, by aws:PrincipalOrgID.
    """
    exposure = role.exposure
    foreign, blind = sift(
        sorted(exposure.without_external_id().items()),
        lambda found: found[0] not in accepted.own_accounts and not exposure.is_of_organization(found[0]),
    )
    for account, doorway in foreign:
        message = f"account {account} can assume role {role.name} without an external id of yours"
        yield exposure.finding(message, doorway.witness, discriminator=account)
    if blind:
        raise NotCollected(*blind)


@rule(
    "role-trust-unknown-account",
    severity="high",
    over=Role,
    needs=TRUSTS,
    claims=("S35",),
    tags=_TAGS,
    title="Role trusts an account that nobody knows",
    fix="Find out whose account it is; declare it as trusted_accounts, or take it out of the trust policy.",
    docs=f"{_GUIDE}/id_roles_common-scenarios_aws-accounts.html",
    cli=_UPDATE,
)
def role_trust_unknown_account(role: Role) -> Iterator[Finding]:
    """An account that is neither yours nor a partner's is a mistake, a leftover, or somebody's way back in.

    Known are the accounts of the organization and those declared as trusted. Accounts count however they get in: named
    whole, by a user or role, or by a condition on aws:PrincipalAccount or aws:PrincipalArn where anyone is named. An
    account that is named and never let in is no matter for concern. Which accounts are in the organization only its
    management account and delegated administrators can see; elsewhere, declare those that roles trust, or ask for
    aws:PrincipalOrgID as well: whoever gets in then is of the organization.
    """
    exposure, declared = role.exposure, role.account.declared.trusted_accounts
    unknown, blind = sift(
        sorted(exposure.outside.items()),
        lambda found: found[0] not in declared and not exposure.is_of_organization(found[0]),
    )
    for account, doorway in unknown:
        message = f"role {role.name} trusts account {account}, which is neither declared nor in the organization"
        yield exposure.finding(message, doorway.witness, discriminator=account)
    if blind:
        raise NotCollected(*blind)


@rule(
    "role-trust-deleted-principal",
    severity="medium",
    over=Role,
    tags=("iam", "roles", "trust"),
    title="Trust policy names a deleted user or role",
    fix="Take the unique id out of the trust policy, or name the principal that should have its place.",
    docs=f"{_GUIDE}/reference_identifiers.html#identifiers-unique-ids",
    cli=_UPDATE,
)
def role_trust_deleted_principal(role: Role) -> Iterator[Finding]:
    """IAM keeps the unique id where a principal was deleted: nobody has it, and a new one of the name does not get it.

    Such an entry lets nobody in. It shows that nobody looked at the trust policy since, and in a Deny it keeps out
    nobody any more. Ids of principals of other accounts show in the same way.
    """
    for unique_id in role.exposure.deleted_principals:
        yield role.finding(
            f"the trust policy of role {role.name} names {unique_id}, the id of a principal that was deleted",
            at="trust_policy",
            discriminator=unique_id,
        )


@rule(
    "role-service-confused-deputy",
    severity="medium",
    confidence="medium",
    over=Role,
    needs=TRUSTS,
    claims=("S41",),
    tags=(*_TAGS, "services"),
    title="Service can assume a role for somebody else's resource",
    fix="Ask for aws:SourceAccount or aws:SourceArn in the trust policy, as the service's documentation shows.",
    docs=f"{_GUIDE}/confused-deputy.html",
    cli=_UPDATE,
)
def role_service_confused_deputy(role: Role) -> Iterator[Finding]:
    """A service works for everybody: unless the role asks for whom, another customer may set it on your role.

    A condition on aws:SourceAccount, aws:SourceArn or the organization keeps requests for others out; it must leave
    only accounts or resources that it names, so a wildcard is none. EC2 is not asked about: it assumes only roles of
    the account that starts the instance, and tells no source. Neither are service-linked roles, whose trust policies
    AWS alone writes, nor IAM Roles Anywhere, which has rolesanywhere-trust-unscoped.
    """
    if role.is_service_linked:
        raise NotApplicable("AWS wrote the trust policy of the service-linked role")
    if not role.exposure.services:
        raise NotApplicable("no service can assume the role")
    for service in role.exposure.services:
        if witness := role.exposure.confused(service):
            message = f"{service.text} can assume role {role.name} for a resource of another account"
            yield role.exposure.finding(message, witness, discriminator=service.text)


@rule(
    "rolesanywhere-trust-unscoped",
    severity="high",
    over=Role,
    needs=TRUSTS,
    claims=("S34",),
    tags=(*_TAGS, "federation"),
    title="Role trusts every certificate of IAM Roles Anywhere",
    fix="Ask for the trust anchor by aws:SourceArn and for the certificate by aws:PrincipalTag/x509Subject/CN.",
    docs="https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html",
    cli=_UPDATE,
)
def rolesanywhere_trust_unscoped(role: Role) -> Iterator[Finding]:
    """Without a condition every certificate that any trust anchor of the account vouches for opens the role.

    A workload's certificate is then worth all roles that trust Roles Anywhere. It is enough that the trust policy asks
    for one trust anchor, or for something that a certificate says: a tag x509Subject, x509Issuer or x509SAN, or the
    source identity. The account alone, or a wildcard, is not enough.
    """
    if witness := role.exposure.roles_anywhere:
        yield role.exposure.finding(f"role {role.name} trusts every certificate of Roles Anywhere", witness)
