"""Identity providers: whether people can federate, and whether the providers are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    CREDENTIALS,
    TRUSTS,
    Account,
    NotApplicable,
    OIDCProvider,
    Options,
    Place,
    SAMLProvider,
    certain,
    organization_instance,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from auditor.api import Finding, Role

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"


@rule(
    "federation-missing",
    severity="medium",
    over=Account,
    needs=(
        *CREDENTIALS,
        "iam.oidc_providers",
        "iam.roles",
        "iam.saml_providers",
        "iam.users",
        "organizations.organization",
        "sso.instances",
    ),
    claims=("S33", "S34"),
    tags=("federation", "identity-center"),
    title="People cannot federate into the account",
    fix="Enable IAM Identity Center, or connect the company's identity provider, and let people sign in there.",
    docs=f"{_GUIDE}/best-practices.html#bp-users-federation-idp",
)
def federation_missing(account: Account) -> Iterator[Finding]:
    """People with passwords in IAM have long-term credentials that nobody takes away when they leave.

    Federation ends access where employment ends, and every session after hours. Identity Center counts, a SAML
    provider, and an OpenID Connect provider other than those known to issue tokens to workloads alone, such as GitHub
    Actions or EKS. Where no IAM user has a password, nobody needs another way in, and where the configuration declares
    the practice of IAM users, the question does not arise.
    """
    account.require_federated_practice()
    if account.identity_center_roles or account.optional("iam.saml_providers"):
        return
    if not all(provider.is_for_workloads for provider in OIDCProvider.all(account)):
        return
    if not account.has_console_users:
        raise NotApplicable("no IAM user has a console password")
    if organization_instance(account):
        return
    for section in ("iam.oidc_providers", "iam.roles", "iam.saml_providers"):
        account.read(section)
    yield account.finding(
        "IAM users sign in with passwords, and there is no Identity Center and no identity provider for people",
        at=(Place("/iam/saml_providers"), Place("/iam/oidc_providers"), Place("/sso/instances")),
    )


def _require_own(provider: SAMLProvider) -> None:
    if provider.is_identity_center:
        raise NotApplicable(f"{provider.name} was made by Identity Center, which keeps it")


class Window(Options):
    """`window_days`: a certificate that ends within so many days is to be replaced now."""

    window_days: int = 30


@rule(
    "saml-provider-certificate-expiring",
    severity="medium",
    over=SAMLProvider,
    needs=("iam.saml_provider_details",),
    options=Window,
    claims=("S34",),
    tags=("federation", "certificates"),
    title="SAML provider or its signing certificate ends soon",
    fix="Renew the certificate at the identity provider, and upload its new metadata to IAM.",
    docs=f"{_GUIDE}/id_roles_providers_create_saml.html",
    cli="aws iam update-saml-provider --saml-provider-arn ARN --saml-metadata-document file://metadata.xml",
)
def saml_provider_certificate_expiring(provider: SAMLProvider, limit: Window) -> Iterator[Finding]:
    """When the identity provider changes its key and IAM has the old metadata, nobody can sign in any more.

    The end of the certificate, and the one that AWS states for the provider, tell when that is due; one that has
    passed says that nobody renews it. During a change the metadata holds two certificates: the later one counts. The
    provider that Identity Center makes is kept by AWS.
    """
    _require_own(provider)
    now, name = provider.account.taken_at, provider.name
    ends: list[tuple[str, datetime, Place]] = []
    if provider.valid_until is not None:
        ends.append((f"SAML provider {name}", provider.valid_until, provider.place("valid_until")))
    if provider.certificates:
        index, last = max(enumerate(provider.certificates), key=lambda item: item[1].not_after)
        place = Place(f"{provider.place('certificates').pointer}/{index}/NotAfter", last.not_after)
        ends.append((f"the signing certificate of {name}", last.not_after, place))
    due = [each for each in ends if (each[1] - now).days < limit.window_days]
    if due:
        told = (f"{what} {'ended' if end <= now else 'ends'} on {end:%Y-%m-%d}" for what, end, _ in due)
        yield provider.finding(", and ".join(told), at=[place for _, _, place in due])


@rule(
    "saml-provider-assertions-unencrypted",
    severity="low",
    over=SAMLProvider,
    needs=("iam.saml_provider_details",),
    claims=("S34",),
    tags=("federation", "encryption"),
    title="SAML provider does not require encrypted assertions",
    fix="Give IAM a private key, let the identity provider encrypt for it, and set the encryption mode to Required.",
    docs=f"{_GUIDE}/id_roles_providers_create_saml.html",
    cli="""\
aws iam update-saml-provider --saml-provider-arn ARN --assertion-encryption-mode Required \\
  --add-private-key file://key.pem""",
)
def saml_provider_assertions_unencrypted(provider: SAMLProvider) -> Iterator[Finding]:
    """An assertion passes through the person's browser, and through whatever reads along there.

    It names the person and their roles, and until it is used whoever has it can use it. With Allowed, assertions that
    are not encrypted are still taken. The provider that Identity Center makes is kept by AWS.
    """
    _require_own(provider)
    if provider.encryption != "Required":
        told = "is only allowed" if provider.encryption == "Allowed" else "is off"
        yield provider.finding(f"encryption of assertions {told} for SAML provider {provider.name}", at="encryption")


@rule(
    "oidc-provider-unused",
    severity="low",
    over=OIDCProvider,
    needs=("iam.roles", *TRUSTS),
    claims=("S34",),
    tags=("federation", "unused"),
    title="OpenID Connect provider is trusted by no role",
    fix="Delete the provider, so that no role can come to trust it by mistake.",
    docs=f"{_GUIDE}/id_roles_providers_create_oidc.html",
    cli="aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ARN",
)
def oidc_provider_unused(provider: OIDCProvider) -> Iterator[Finding]:
    """A provider is half of a way in: the next role that names it, copied from somewhere, is open to its tokens.

    That includes one whose address has since been given up, and registered by somebody else.
    """
    roles = provider.account.roles
    provider.account.touched.add("iam.roles")

    def trusts(role: Role) -> bool:
        return any(federation.provider.text == provider.arn for federation in role.exposure.federations)

    if not certain(roles, trusts, provider.account.snapshot.blind("iam.roles")):
        yield provider.finding(f"no role trusts OpenID Connect provider {provider.name}", at="url")
