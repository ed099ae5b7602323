"""Identity providers that a role trusts: whose identities, and tokens for whom."""

import pytest

from auditor.access.federation import ISSUERS, federations
from auditor.policy.decide import Answer, evaluate
from tests.access.doors import ACCOUNT, door, let, refuse

GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.com"
TERRAFORM = "app.terraform.io"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/Directory"
WEB = "sts:AssumeRoleWithWebIdentity"


def provider(issuer):
    return f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"


def web(issuer, **condition):
    """A statement that trusts tokens; claims in conditions go without the issuer."""
    named = {
        operator: {key if ":" in key else f"{issuer}:{key}": value for key, value in claims.items()}
        for operator, claims in condition.items()
    }
    return let({"Federated": provider(issuer)}, WEB, **named)


AUD = {"aud": "sts.amazonaws.com"}

ANYBODY = {
    "GitHub, nothing asked": (web(GITHUB), True),
    "GitHub, audience": (web(GITHUB, StringEquals=AUD), True),
    "GitHub, branch": (web(GITHUB, StringEquals={"sub": "repo:acme/app:ref:refs/heads/main"}), False),
    "GitHub, repository": (web(GITHUB, StringLike={"sub": "repo:acme/app:*"}), False),
    "GitHub, owner": (web(GITHUB, StringLike={"sub": "repo:acme/*"}), False),
    "GitHub, owners of a form": (web(GITHUB, StringLike={"sub": "repo:acme*"}), True),
    "GitHub, owners of a form with a repository": (web(GITHUB, StringLike={"sub": "repo:acme-?/app:*"}), True),
    "GitHub, any repository": (web(GITHUB, StringLike={"sub": "repo:*"}), True),
    "GitHub, any repository's main branch": (web(GITHUB, StringLike={"sub": "repo:*:ref:refs/heads/main"}), True),
    "GitHub, one repository or any": (
        web(GITHUB, StringLike={"sub": ["repo:acme/app:*", "repo:*:environment:prod"]}),
        True,
    ),
    "GitHub, a star without wildcards": (web(GITHUB, StringEquals={"sub": "repo:*"}), False),
    "GitHub, claim that all have": (web(GITHUB, StringEquals={"environment": "prod"}), True),
    "GitHub, owner by a claim": (web(GITHUB, StringEquals={"repository_owner": "acme"}), False),
    "GitHub, any owner by a claim": (web(GITHUB, StringLike={"repository_owner": "*"}), True),
    "GitHub, all but one": (web(GITHUB, StringNotLike={"sub": "repo:acme/*"}), True),
    "GitHub, subject denied otherwise": ((web(GITHUB), refuse(StringNotLike={f"{GITHUB}:sub": "repo:acme/*"})), False),
    "GitHub, key in any case": (web(GITHUB, StringLike={f"{GITHUB.upper()}:SUB": "repo:acme/*"}), False),
    "GitLab, group": (web(GITLAB, StringLike={"sub": "project_path:acme/*"}), False),
    "GitLab, any group": (web(GITLAB, StringLike={"sub": "project_path:*:ref_type:branch:ref:main"}), True),
    "Terraform, organization": (web(TERRAFORM, StringLike={"sub": "organization:acme:project:*"}), False),
    "Terraform, any organization": (
        web(TERRAFORM, StringLike={"sub": "organization:*:project:*:workspace:*:run_phase:*"}),
        True,
    ),
    "EKS, service account": (web(EKS, StringEquals={"sub": "system:serviceaccount:ns:sa"}), False),
    "EKS, namespace": (web(EKS, StringLike={"sub": "system:serviceaccount:ns:*"}), False),
    "EKS, any namespace": (web(EKS, StringLike={"sub": "system:serviceaccount:*:sa"}), True),
    "EKS, any service account": (web(EKS, StringLike={"sub": "system:serviceaccount:*:*"}), True),
    "EKS, audience alone": (web(EKS, StringEquals=AUD), True),
    "Cognito, pool": (
        let(
            {"Federated": "cognito-identity.amazonaws.com"},
            WEB,
            StringEquals={"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
        ),
        False,
    ),
    "Cognito, any pool": (let({"Federated": "cognito-identity.amazonaws.com"}, WEB), True),
    "a directory, subject": (web("id.example.com/t", StringEquals={"sub": "ann"}), False),
    "a directory, audience alone": (web("id.example.com/t", StringEquals={"aud": "app"}), True),
    "SAML": (let({"Federated": SAML}, "sts:AssumeRoleWithSAML"), False),
}


@pytest.mark.parametrize("case", ANYBODY)
def test_whose_identities(case):
    given, expected = ANYBODY[case]
    trust = door(*(given if isinstance(given, tuple) else (given,)))
    (federation,) = federations(trust)
    assert (federation.anybody is not None) is expected
    if federation.anybody:
        assert evaluate(federation.anybody.witness, trust.policies).answer is Answer.ALLOW


AUDIENCE = {
    "GitHub, nothing asked": (web(GITHUB), True),
    "GitHub, audience": (web(GITHUB, StringEquals=AUD), False),
    "GitHub, audiences of a form": (web(GITHUB, StringLike={"aud": "sts.*"}), False),
    "GitHub, any audience": (web(GITHUB, StringLike={"aud": "*"}), True),
    "GitHub, another claim": (web(GITHUB, StringEquals={"sub": "repo:acme/app:ref:refs/heads/main"}), True),
    "SAML": (let({"Federated": SAML}, "sts:AssumeRoleWithSAML"), True),
    "SAML, audience": (
        let(
            {"Federated": SAML},
            "sts:AssumeRoleWithSAML",
            StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"},
        ),
        False,
    ),
}


@pytest.mark.parametrize("case", AUDIENCE)
def test_tokens_for_whom(case):
    statement, expected = AUDIENCE[case]
    trust = door(statement)
    (federation,) = federations(trust)
    assert (federation.any_audience is not None) is expected
    if federation.any_audience:
        assert evaluate(federation.any_audience.witness, trust.policies).answer is Answer.ALLOW


def test_only_providers_that_get_in_are_told():
    wrong_action = let({"Federated": SAML}, WEB)
    malformed = let({"Federated": "no provider"}, WEB)
    denied = {**web(GITLAB), "Effect": "Deny"}
    trust = door(wrong_action, malformed, web(GITLAB), denied, web(GITHUB))
    assert [federation.issuer for federation in federations(trust)] == [GITHUB]
    (federation,) = federations(door(let({"Federated": SAML}, "sts:AssumeRoleWithSAML")))
    assert federation.issuer == SAML
    assert federation.is_saml


@pytest.mark.parametrize("issuer", ISSUERS, ids=lambda issuer: issuer.prefix)
def test_somebody_else_s_subject_is_of_the_issuers_form(issuer):
    assert issuer.other.startswith(issuer.start)
    assert issuer.end in issuer.other.removeprefix(issuer.start)
