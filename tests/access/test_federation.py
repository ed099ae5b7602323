"""Identity providers that a role trusts: whose identities, and tokens for whom."""

import pytest

from auditor.access.federation import federations
from auditor.access.issuers import ISSUERS
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
}


@pytest.mark.parametrize("case", ANYBODY)
def test_whose_identities(case):
    given, expected = ANYBODY[case]
    trust = door(*(given if isinstance(given, tuple) else (given,)))
    (federation,) = federations(trust)
    witness = federation.stranger(federation.parts[0])
    assert (witness is not None) is expected
    if witness:
        assert evaluate(witness, trust.policies).answer is Answer.ALLOW


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (web(GITHUB), True),
        (web(GITHUB, StringEquals=AUD), True),
        (web(GITHUB, StringNotLike={"sub": "repo:evil/*"}), True),
        (web(GITHUB, StringEquals={"repository_owner_id": "1"}), False),
        (web(GITHUB, StringEqualsIfExists={"repository_owner_id": "1"}), True),
        (web(GITHUB, StringEqualsIfExists={"sub": "repo:acme/app:ref:refs/heads/main"}), False),
        (web("oidc.vercel.com", StringEquals={"aud": "https://vercel.com/acme"}), False),
        (web("oidc.vercel.com", StringLike={"aud": "*"}), True),
        (web("id.example.com/t", StringEquals={"sub": "ann"}), False),
        (web("id.example.com/t", StringEquals={"aud": "app"}), True),
        (web("id.example.com/t", Null={"sub": "false"}), True),
    ],
)
def test_any_subject(statement, expected):
    (federation,) = federations(door(statement))
    assert (federation.with_any_subject() is not None) is expected


AUDIENCE = {
    "GitHub, nothing asked": (web(GITHUB), True),
    "GitHub, audience": (web(GITHUB, StringEquals=AUD), False),
    "GitHub, audiences of a form": (web(GITHUB, StringLike={"aud": "sts.*"}), False),
    "GitHub, any audience": (web(GITHUB, StringLike={"aud": "*"}), True),
    "GitHub, another claim": (web(GITHUB, StringEquals={"sub": "repo:acme/app:ref:refs/heads/main"}), True),
    "GitHub, audience if there is one": (web(GITHUB, StringEqualsIfExists=AUD), False),
    "GitHub, some audience": (web(GITHUB, Null={"aud": "false"}), True),
    "GitHub, all audiences but one": (web(GITHUB, StringNotEquals=AUD), True),
    "Cognito, pool": (
        let(
            {"Federated": "cognito-identity.amazonaws.com"},
            WEB,
            StringEquals={"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
        ),
        False,
    ),
    "Cognito, any pool": (let({"Federated": "cognito-identity.amazonaws.com"}, WEB), True),
    "Amazon, application": (
        let({"Federated": "www.amazon.com"}, WEB, StringEquals={"www.amazon.com:app_id": "amzn1.application.0"}),
        False,
    ),
    "Google, one of two claims": (
        let({"Federated": "accounts.google.com"}, WEB, StringEquals={"accounts.google.com:oaud": "app"}),
        False,
    ),
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
    witness = federation.with_other_audience()
    assert (witness is not None) is expected
    if witness:
        assert evaluate(witness, trust.policies).answer is Answer.ALLOW


def test_only_providers_that_get_in_are_told():
    wrong_action = let({"Federated": SAML}, WEB)
    malformed = let({"Federated": "no provider"}, WEB)
    denied = {**web(GITLAB), "Effect": "Deny"}
    trust = door(wrong_action, malformed, web(GITLAB), denied, web(GITHUB))
    assert [federation.issuer for federation in federations(trust)] == [GITHUB]
    (federation,) = federations(door(let({"Federated": SAML}, "sts:AssumeRoleWithSAML")))
    assert federation.issuer == SAML
    assert federation.is_saml


PRINCIPALS = {
    "the action of its kind": (let({"Federated": provider(GITHUB)}, WEB), [GITHUB]),
    "in any case": (let({"Federated": provider(GITHUB)}, "STS:assumerolewithwebidentity"), [GITHUB]),
    "by a pattern": (let({"Federated": provider(GITHUB)}, ["sts:TagSession", "sts:AssumeRoleWith*"]), [GITHUB]),
    "every action": (let({"Federated": provider(GITHUB)}, "*"), [GITHUB]),
    "each of a list": (let({"Federated": [provider(GITHUB), provider(GITLAB)]}, WEB), [GITHUB, GITLAB]),
    "SAML's action": (let({"Federated": provider(GITHUB)}, "sts:AssumeRoleWithSAML"), []),
    "another action": (let({"Federated": provider(GITHUB)}), []),
    "accounts": (let({"AWS": "*"}, WEB), []),
}


@pytest.mark.parametrize("case", PRINCIPALS)
def test_whom_a_statement_trusts(case):
    statement, expected = PRINCIPALS[case]
    assert [federation.issuer for federation in federations(door(statement))] == expected


def test_all_actions_but_some():
    def all_but(actions):
        statement = let({"Federated": provider(GITHUB)}, WEB)
        del statement["Action"]
        return door({**statement, "NotAction": actions})

    assert list(federations(all_but("sts:AssumeRole")))
    assert not list(federations(all_but("sts:AssumeRoleWith*")))


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringLike", [GITHUB]),
        ("StringLikeIfExists", [GITHUB, GITLAB]),
        ("ForAllValues:StringLike", [GITHUB, GITLAB]),
        ("StringNotLike", [GITHUB, GITLAB]),
    ],
)
def test_claims_of_one_provider_are_in_no_token_of_another(operator, expected):
    condition = {operator: {f"{GITHUB}:sub": "repo:octo/*"}}
    trust = door(let({"Federated": [provider(GITHUB), provider(GITLAB)]}, WEB, **condition))
    assert [federation.issuer for federation in federations(trust)] == expected


def test_each_statement_is_judged_by_itself_with_all_denials():
    wide, narrow = web(GITHUB), web(GITHUB, StringLike={"sub": "repo:acme/app:*"})
    first, second = federations(door(wide, narrow))
    assert (first.statement, second.statement) == (0, 1)
    assert first.with_any_subject()
    assert not second.with_any_subject()
    denied = refuse(StringNotLike={f"{GITHUB}:sub": "repo:acme/*"})
    assert not any(each.with_any_subject() for each in federations(door(wide, narrow, denied)))


@pytest.mark.parametrize("operator", ["StringNotLike", "StringNotEquals", "StringNotEqualsIgnoreCase"])
def test_a_deny_of_all_other_subjects_names_what_the_subject_must_be(operator):
    deny = refuse(**{operator: {f"{GITHUB}:sub": "repo:octo/app"}})
    (federation,) = federations(door(web(GITHUB), deny))
    assert federation.subjects == ("repo:octo/app",)
    further = refuse(**{operator: {f"{GITHUB}:sub": "repo:octo/app"}, "Bool": {"aws:SecureTransport": "false"}})
    (federation,) = federations(door(web(GITHUB), further))
    assert federation.subjects == ()


@pytest.mark.parametrize("issuer", [issuer for issuer in ISSUERS if issuer.subject], ids=lambda issuer: issuer.name)
def test_the_parts_of_a_subject_are_told_apart_by_what_comes_before_them(issuer):
    assert len({part.name for part in issuer.subject}) == len(issuer.subject)
    assert all(part.before for part in issuer.subject[1:])
