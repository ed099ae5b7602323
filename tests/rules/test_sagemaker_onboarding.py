"""The sample policy of SageMaker's set-up guide, and the scoped one that is shown in its place."""

import json
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path

import pytest

from auditor.evaluate.registry import load_rules
from auditor.policy.documents import statements
from auditor.policy.reach import allows

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAMPLE = (FIXTURES / "policies" / "sagemaker-onboarding.json").read_text(encoding="utf-8")
SCOPED = (FIXTURES / "policies" / "sagemaker-onboarding-scoped.json").read_text(encoding="utf-8")
EXAMPLES = FIXTURES / "rules" / "sagemaker-domain-policy-broad"


def example(name):
    """The document of the policy in an example."""
    ((_, policy),) = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))["iam"]["policies"].items()
    return json.loads(policy["Document"])


def grants(text):
    """Every pair of an action and a resource pattern that a document allows."""
    return {
        (action, resource)
        for statement in statements(text)
        for action, resource in product(statement.actions, statement.resources)
    }


def test_the_fix_shows_the_scoped_policy():
    assert f"<<'EOF'\n{SCOPED}EOF\n" in load_rules(plugins=False)["sagemaker-domain-policy-broad"].cli


def test_the_examples_of_the_rule_are_these_two_policies():
    assert example("bad-sample.json") == json.loads(SAMPLE)
    own = SCOPED.replace("REGION", "us-west-2").replace("ACCOUNT_ID", "111122223333")
    assert example("good-scoped.json") == json.loads(own)


def test_the_scoped_policy_allows_nothing_that_the_sample_does_not():
    """Each of its pairs lies within one of the sample's, which holds no wildcard but stars."""
    wide = grants(SAMPLE)
    for action, resource in grants(SCOPED):
        assert any(fnmatchcase(action, actions) and fnmatchcase(resource, within) for actions, within in wide), action


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sagemaker:CreatePresignedDomainUrl", "arn:aws:sagemaker:REGION:ACCOUNT_ID:user-profile/d-1/somebody"),
        ("sagemaker:DeleteDomain", "arn:aws:sagemaker:REGION:ACCOUNT_ID:domain/d-1"),
        ("sagemaker:CreateDomain", "arn:aws:sagemaker:elsewhere:ACCOUNT_ID:domain/d-1"),
        ("servicecatalog:ProvisionProduct", "arn:aws:catalog:REGION:ACCOUNT_ID:product/prod-1"),
        ("iam:GetRole", "arn:aws:iam::ACCOUNT_ID:role/admin"),
    ],
)
def test_the_sample_allows_more(action, resource):
    assert any(allows(statement, action, resource) for statement in statements(SAMPLE))
    assert not any(allows(statement, action, resource) for statement in statements(SCOPED))


def test_the_scoped_policy_is_enough_to_set_up_a_domain():
    steps = [
        ("sagemaker:CreateDomain", "arn:aws:sagemaker:REGION:ACCOUNT_ID:domain/d-1"),
        ("sagemaker:CreateUserProfile", "arn:aws:sagemaker:REGION:ACCOUNT_ID:user-profile/d-1/ana"),
        ("iam:GetRole", "arn:aws:iam::ACCOUNT_ID:role/service-role/AmazonSageMaker-ExecutionRole-20260301T101010"),
        ("servicecatalog:AcceptPortfolioShare", "arn:aws:catalog:REGION:999988887777:portfolio/port-1"),
    ]
    for action, resource in steps:
        assert any(allows(statement, action, resource) for statement in statements(SCOPED)), action
