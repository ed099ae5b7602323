"""Whom identity providers vouch for: what conditions on the claims of their tokens leave open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.exposure import is_pinned, listed
from auditor.policy.principals import Principal, PrincipalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.exposure import Barred, Trust
    from auditor.access.solve import Outcome


class Issuer(NamedTuple):
    """How the identities of a provider are told apart."""

    prefix: str
    """What the provider's address begins with, https:// left out."""
    other: str
    """The subject of somebody else's identity, as such tokens have it."""
    start: str = ""
    """What comes before the part of a subject that tells whose identity it is."""
    end: str = ""
    """What comes after it; nothing where that is the whole subject."""
    claims: tuple[str, ...] = ()
    """Further claims that tell whose identity it is."""


ISSUERS: Final = (
    # https://docs.github.com/en/actions/reference/security/oidc
    Issuer(
        "token.actions.githubusercontent.com",
        "repo:someone-else/repository:ref:refs/heads/main",
        start="repo:",
        end="/",
        claims=(
            *("repository", "repository_id", "repository_owner", "repository_owner_id", "job_workflow_ref"),
            *("enterprise", "enterprise_id", "workflow_ref"),
        ),
    ),
    # https://docs.gitlab.com/ci/secrets/id_token_authentication/
    Issuer(
        "gitlab.com",
        "project_path:someone-else/project:ref_type:branch:ref:main",
        start="project_path:",
        end="/",
        claims=("namespace_path", "namespace_id", "project_path", "project_id", "ci_config_ref_uri"),
    ),
    # https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
    Issuer(
        "app.terraform.io",
        "organization:someone-else:project:project:workspace:workspace:run_phase:apply",
        start="organization:",
        end=":project:",
        claims=("terraform_organization_id", "terraform_organization_name", "terraform_workspace_id"),
    ),
    # https://buildkite.com/docs/pipelines/security/oidc
    Issuer(
        "agent.buildkite.com",
        "organization:someone-else:pipeline:pipeline:ref:refs/heads/main:commit:0:step:step",
        start="organization:",
        end=":pipeline:",
        claims=("organization_slug", "organization_id"),
    ),
    # https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
    Issuer("oidc.eks.", "system:serviceaccount:other-namespace:other-account", start="system:serviceaccount:", end=":"),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_cognito.html
    Issuer("cognito-identity.amazonaws.com", "us-east-1:11111111-2222-3333-4444-555555555555", claims=("aud",)),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    Issuer("accounts.google.com", "100000000000000000000", claims=("aud", "oaud")),
    Issuer("www.amazon.com", "somebody-else", claims=("app_id", "user_id")),
    Issuer("graph.facebook.com", "somebody-else", claims=("app_id", "id")),
)
"""Providers with subjects of a form of their own; of others, the whole subject tells whose identity it is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

_OTHER: Final = Issuer("", "somebody-else")


class Federation(NamedTuple):
    """An identity provider that a role trusts, and what the trust policy leaves open."""

    provider: Principal
    outcome: Outcome
    """How somebody gets in."""
    anybody: Outcome | None
    """How an identity gets in that the policy does not ask for: somebody else's repository, service account or user.
    None where it doesn't; for SAML, where a directory's assertions name the role, always None."""
    any_audience: Outcome | None
    """How a token or assertion for another audience gets in; None where it doesn't."""

    @property
    def is_saml(self) -> bool:
        """Whether the provider speaks SAML; all others issue web identity tokens."""
        return ":saml-provider/" in self.provider.text

    @property
    def issuer(self) -> str:
        """The provider's address, https:// left out; of a SAML provider its ARN."""
        return self.provider.text.partition(":oidc-provider/")[2] or self.provider.text


def federations(trust: Trust) -> Iterator[Federation]:
    """Every identity provider that the trust policy names and by which somebody gets in."""
    for provider in _providers(trust):
        outcome = trust.lets(provider)
        if not outcome.witness:
            continue
        found = Federation(provider, outcome, None, None)
        if found.is_saml:
            yield found._replace(any_audience=_granted(trust.lets(provider, barred=_pinned(trust, "saml:aud"))))
        else:
            audience = f"{found.issuer.lower()}:aud"
            open_ = _granted(trust.lets(provider, barred=_pinned(trust, audience)))
            yield found._replace(anybody=_anybody(trust, provider, found.issuer.lower()), any_audience=open_)


def _granted(outcome: Outcome) -> Outcome | None:
    return outcome if outcome.witness else None


def _providers(trust: Trust) -> Iterator[Principal]:
    elements = (statement.principals for statement in trust.policy.statements if statement.allow)
    entries = (entry for element in elements if element for entry in element.entries)
    for name in dict.fromkeys(value for kind, value in entries if kind == "Federated"):
        try:
            yield Principal.parse(name)
        except PrincipalError:
            continue


def _pinned(trust: Trust, *keys: str) -> Barred:
    return lambda key, value: key in keys and is_pinned(trust.policy, key, value)


def _anybody(trust: Trust, provider: Principal, address: str) -> Outcome | None:
    """How an identity gets in that has nothing of what the policy asks the claims that tell identities apart to be."""
    issuer = next((issuer for issuer in ISSUERS if address.startswith(issuer.prefix)), _OTHER)
    claims = _pinned(trust, *(f"{address}:{claim}" for claim in issuer.claims))
    for subject in _subjects(trust, issuer, f"{address}:sub"):
        outcome = trust.lets(provider, {f"{address}:sub": subject}, claims)
        if outcome.witness:
            return outcome
    return None


def _subjects(trust: Trust, issuer: Issuer, key: str) -> Iterator[str]:
    """Subjects that are somebody else's: any, and those that a pattern lets in which does not say whose they are."""
    yield issuer.other
    for pattern in listed(trust.policy, key):
        owner, ended, _ = pattern.removeprefix(issuer.start).partition(issuer.end) if issuer.end else ("", "", "")
        if "*" in owner or "?" in owner:
            anything = "x" if ended else f"x{issuer.end}x"
            yield pattern.replace("*", anything, 1).replace("*", "x").replace("?", "x")
