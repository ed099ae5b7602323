"""Issuers of tokens for workloads, and whose subjects a pattern lets in, issuer by issuer."""

import pytest

from auditor.access.federation import federations
from auditor.access.issuers import ISSUERS, known_issuer
from auditor.errors import NotCollected
from tests.access.doors import ACCOUNT, door, let

GITHUB = "token.actions.githubusercontent.com"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
CIRCLECI = "oidc.circleci.com/org/6f1c0e9a-0000-4000-8000-000000000000"
BITBUCKET = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"


def open_parts(issuer, *patterns, operator="StringLike"):
    """The names of the parts of a subject that patterns leave open to somebody else."""
    principal = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"}
    condition = {operator: {f"{issuer}:sub": list(patterns)}}
    (federation,) = federations(door(let(principal, "sts:AssumeRoleWithWebIdentity", **condition)))
    return [part.name for part in federation.parts if part.judged and federation.stranger(part)]


@pytest.mark.parametrize(
    ("issuer", "pattern", "part"),
    [
        (GITHUB, "*", "owner"),
        (GITHUB, "re*", "owner"),
        (GITHUB, "repo:*", "owner"),
        (GITHUB, "repo:octo*", "owner"),
        (GITHUB, "repo:octo?/app:ref:refs/heads/main", "owner"),
        (GITHUB, "*:ref:refs/heads/main", "owner"),
        (GITHUB, "*octo/app:ref:refs/heads/main", "owner"),
        (GITHUB, "*octo/app:pull_request", "owner"),
        (GITHUB, "*octo/*", "owner"),
        (GITHUB, "*/app:*", "owner"),
        (GITHUB, "*app:ref:refs/heads/main", "owner"),
        (GITHUB, "*main", "owner"),
        (GITHUB, "repo:octo*app:ref:refs/heads/main", "owner"),
        (GITHUB, "repo:*octo/app:ref:refs/tags/v*", "owner"),
        (GITHUB, "repo:*/app:*", "owner"),
        (GITHUB, "repo:octo?app:pull_request", ""),
        (GITHUB, "*repo:octo/app:ref:refs/heads/main", ""),
        (GITHUB, "*:octo/app:environment:production", ""),
        (GITHUB, "repo:octo/*", "repository"),
        (GITHUB, "repo:octo/*:ref:refs/heads/main", "repository"),
        (GITHUB, "repo:octo/app*", "branch"),
        (GITHUB, "repo:octo/app:*", "branch"),
        (GITHUB, "repo:octo/app:ref:*", "branch"),
        (GITHUB, "repo:octo/app:ref:refs/heads/*", "branch"),
        (GITHUB, "repo:octo/app:environment:*", "branch"),
        (GITHUB, "repo:octo/app-*:ref:refs/heads/main", ""),
        (GITHUB, "repo:octo/app:ref:refs/heads/release-*", ""),
        (GITHUB, "repo:octo/app:ref:refs/tags/*", ""),
        (GITHUB, "repo:octo@1/app@2:environment:production", ""),
        (GITHUB, "repo:octo/app", ""),
        (GITHUB, "repository_owner_id:1:*", ""),
        ("octo.ghe.com/_services/token", "repo:octo/*", "repository"),
        ("gitlab.com", "project_path:*", "group"),
        ("gitlab.com", "project_path:*acme/app:ref_type:branch:ref:main", "group"),
        ("gitlab.com", "*acme/app:ref_type:tag:ref:v1", "group"),
        ("gitlab.com", "project_path:acme*app:ref_type:branch:ref:main", "group"),
        ("gitlab.com", "*:ref_type:branch:ref:main", "group"),
        ("gitlab.com", "project_path:acme/*/app:ref_type:branch:ref:main", ""),
        ("gitlab.com", "project_path:acme/*", "project"),
        ("gitlab.com", "project_path:acme/app:*", "branch"),
        ("gitlab.com", "project_path:acme/app:ref_type:branch:ref:*", "branch"),
        ("gitlab.com", "project_path:acme/team/app:ref_type:branch:ref:main", ""),
        ("app.terraform.io", "organization:*:project:p:workspace:w:run_phase:apply", "organization"),
        ("app.terraform.io", "*acme:project:p:workspace:w:run_phase:apply", "organization"),
        ("app.terraform.io", "organization:acme*workspace:w:run_phase:apply", "organization"),
        ("app.terraform.io", "*:workspace:w:run_phase:*", "organization"),
        ("app.terraform.io", "organization:acme:*:workspace:w:run_phase:apply", "project"),
        ("app.terraform.io", "organization:acme:*", "project"),
        ("app.terraform.io", "organization:acme:project:*:workspace:*:run_phase:*", "project"),
        ("app.terraform.io", "organization:acme:project:shop:*", "workspace"),
        ("app.terraform.io", "organization:acme:project:shop:workspace:*:run_phase:*", "workspace"),
        ("app.terraform.io", "organization:acme:project:shop:workspace:prod:*", ""),
        ("app.terraform.io", "organization:acme:project:shop:workspace:prod:run_phase:*", ""),
        (EKS, "*", "namespace"),
        (EKS, "*:deployer", "namespace"),
        (EKS, "system:serviceaccount:*", "namespace"),
        (EKS, "system:serviceaccount:*:deployer", "namespace"),
        (EKS, "system:serviceaccount:*deployer", "namespace"),
        (EKS, "*deployer", "namespace"),
        (EKS, "system:serviceaccount:team-*:deployer", ""),
        (EKS, "system:serviceaccount:shop:*", ""),
        ("agent.buildkite.com", "organization:*acme:pipeline:deploy:*", "organization"),
        ("agent.buildkite.com", "*acme:pipeline:deploy:ref:refs/heads/main:*", "organization"),
        ("agent.buildkite.com", "*:pipeline:deploy:ref:refs/tags/v1:commit:*:step:ship", "organization"),
        ("agent.buildkite.com", "organization:acme:pipeline:deploy:ref:*:commit:*:step:ship", "branch"),
        ("agent.buildkite.com", "organization:acme:pipeline:*", "pipeline"),
        ("agent.buildkite.com", "organization:acme:pipeline:deploy:*", "branch"),
        ("agent.buildkite.com", "organization:acme:pipeline:deploy:ref:refs/heads/main:*", ""),
        ("oidc.vercel.com/acme", "owner:acme:project:*:environment:production", "project"),
        ("oidc.vercel.com/acme", "owner:acme:project:shop:environment:*", "environment"),
        ("oidc.vercel.com", "*acme:project:shop:environment:production", "owner"),
        (CIRCLECI, "org/6f1c/project/*", "project"),
        (CIRCLECI, "org/6f1c/project/42/user/*", ""),
        (CIRCLECI, "org/*", "project"),
        (CIRCLECI, "*user/7", "project"),
        (CIRCLECI, "*/project/42/*", ""),
        (CIRCLECI, "org/6f1c/project/*/user/*/vcs-origin/*/vcs-ref/refs/heads/main", "project"),
        (CIRCLECI, "*/vcs-ref/refs/heads/main", "project"),
        (CIRCLECI, "org/6f1c/project/*/user/*/vcs-origin/*/vcs-ref/refs/heads/release/1", "project"),
        (CIRCLECI, "org/6f1c/project/*/user/*/vcs-origin/github.com/octo/app/vcs-ref/refs/heads/main", ""),
        (CIRCLECI, "org/6f1c/project/42/user/*/vcs-origin/*/vcs-ref/*", ""),
        (BITBUCKET, "*", "repository"),
        (BITBUCKET, "*:{5a7c}", "repository"),
        (BITBUCKET, "*:{e0f1}:{5a7c}", "repository"),
        (BITBUCKET, "{0d1e}:{e0f1}:*", ""),
        (BITBUCKET, "{0d1e}:*", ""),
        ("scalr.io", "*", "subject"),
        ("scalr.io", "account:acme:*", ""),
        ("git.corp.example", "project_path:acme/*", "project"),
        ("git.corp.example", "*", ""),
        ("git.corp.example", "anything-*", ""),
        ("kubernetes.corp.example", "system:serviceaccount:*:deployer", "namespace"),
    ],
)
def test_the_first_part_that_a_pattern_leaves_open(issuer, pattern, part):
    assert (open_parts(issuer, pattern) or [""])[0] == part


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("repo:*", ["owner", "repository", "branch"]),
        ("repo:octo*/app:ref:refs/heads/main", ["owner"]),
        ("repo:octo*/app:*", ["owner", "branch"]),
        ("repo:octo/*", ["repository", "branch"]),
        ("repo:octo/*:ref:refs/heads/main", ["repository"]),
    ],
)
def test_all_parts_that_a_pattern_leaves_open(pattern, parts):
    assert open_parts(GITHUB, pattern) == parts


def test_the_widest_of_several_values_counts():
    assert open_parts(GITHUB, "repo:octo/app:ref:refs/heads/main", "repo:octo/*")[0] == "repository"


def test_conditions_that_only_together_are_narrow_enough_are_tried_together():
    principal = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"}

    def owner(one, other):
        both = {"StringLike": {f"{GITHUB}:sub": one}, "ForAnyValue:StringLike": {f"{GITHUB}:sub": other}}
        (federation,) = federations(door(let(principal, "sts:AssumeRoleWithWebIdentity", **both)))
        return federation.stranger(federation.parts[0])

    found = owner("repo:octo*", "*/app:ref:refs/heads/main")
    assert found
    assert found.context[f"{GITHUB}:sub"][0].startswith("repo:octo")
    assert owner(["repo:other/app:*", "*octo/app:*"], ["repo:octo*", "repo:*/app:*"])
    assert not owner("repo:octo*", "*:octo/app:*")
    assert not owner("repo:octo/*", "*/app:ref:refs/heads/main")


def test_what_is_too_intricate_is_not_known(monkeypatch):
    monkeypatch.setattr("auditor.access.forms.MAX_STATES", 20)
    with pytest.raises(NotCollected, match="too many wildcards"):
        open_parts(GITHUB, "repo:octo/a*b*c:ref:refs/heads/main")
    monkeypatch.setattr("auditor.access.issuers._MAX_CHOICES", 1)
    with pytest.raises(NotCollected, match="too many combinations"):
        open_parts(GITHUB, "repo:octo/app:ref:refs/heads/main", "repo:octo/app:ref:refs/heads/dev")


def test_a_wildcard_counts_for_an_owner_though_its_letters_are_written_too():
    letters = "xyz0123456789abcdefghijklmnopqrstuvw"
    assert open_parts(GITHUB, f"repo:{letters}*/app:ref:refs/heads/main") == ["owner"]


def test_without_wildcards_a_star_is_a_star():
    assert open_parts(GITHUB, "repo:*", operator="StringEquals") == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (GITHUB, "GitHub Actions"),
        (f"{GITHUB}/octo-enterprise", "GitHub Actions"),
        (GITHUB.upper(), "GitHub Actions"),
        ("token.actions.octo.ghe.com", "GitHub Enterprise"),
        (EKS, "EKS"),
        ("oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC", "EKS"),
        ("acme.app.spacelift.io", "Spacelift"),
        ("oidc.vercel.com", "Vercel"),
    ],
)
def test_issuers_are_known_by_their_address(address, name):
    assert known_issuer(address).name == name


@pytest.mark.parametrize(
    "address", ["corp.okta.com", f"evil-{GITHUB}", f"{GITHUB}.evil.example", "tokenXactions.githubusercontent.com"]
)
def test_other_addresses_are_not(address):
    assert known_issuer(address) is None


def test_names_of_issuers_are_unique_and_their_subjects_begin_with_something_to_judge():
    assert len({issuer.name for issuer in ISSUERS}) == len(ISSUERS)
    assert all(any(part.judged for part in issuer.subject[:2]) for issuer in ISSUERS if issuer.subject)
