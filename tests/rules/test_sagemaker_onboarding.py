"""The sample policy of SageMaker's set-up guide, and the scoped one that is shown in its place."""

import json
import re
from pathlib import Path

import pytest

from auditor.access.single_policy import may_allow
from auditor.cli.main import main
from auditor.evaluate.registry import load_rules
from auditor.policy import Answer, Policies, Policy, compare, evaluate

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAMPLE = (FIXTURES / "policies" / "sagemaker-onboarding.json").read_text(encoding="utf-8")
SCOPED = (FIXTURES / "policies" / "sagemaker-onboarding-scoped.json").read_text(encoding="utf-8")
EXAMPLES = FIXTURES / "rules" / "sagemaker-domain-policy-broad"


def example(name):
    """The document of the policy in an example."""
    ((_, policy),) = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))["iam"]["policies"].items()
    return json.loads(policy["Document"])


def shown(capsys):
    """The policy that `auditor explain` shows in the sample's place."""
    assert main(["explain", "sagemaker-domain-policy-broad"]) == 0
    return re.search(r"<<'EOF'\n(.*?)^EOF$", capsys.readouterr().out, re.DOTALL | re.MULTILINE)[1]


def filled(text):
    """The scoped policy with a region and an account in the places that are left for them."""
    return text.replace("REGION", "us-west-2").replace("ACCOUNT_ID", "111122223333")


def test_the_fix_shows_the_scoped_policy():
    assert f"<<'EOF'\n{SCOPED}EOF\n" in load_rules(plugins=False)["sagemaker-domain-policy-broad"].cli


def test_the_examples_of_the_rule_are_these_two_policies():
    assert example("bad-sample.json") == json.loads(SAMPLE)
    assert example("good-scoped.json") == json.loads(filled(SCOPED))


def test_explain_shows_a_policy_that_allows_nothing_that_the_sample_does_not(capsys):
    found = compare(Policy.parse(SAMPLE), Policy.parse(filled(shown(capsys))))
    assert (found.answer, found.witness) == ("no", None)


def test_the_sample_allows_requests_that_the_policy_of_explain_does_not(capsys):
    scoped = Policy.parse(filled(shown(capsys)))
    found = compare(scoped, Policy.parse(SAMPLE))
    assert found.answer == "yes"
    assert evaluate(found.witness, Policies(identity=(Policy.parse(SAMPLE),))).answer is Answer.ALLOW
    assert evaluate(found.witness, Policies(identity=(scoped,))).answer is not Answer.ALLOW


PARTS = list(zip(("sagemaker:*", "iam:GetRole", "servicecatalog:*"), json.loads(SCOPED)["Statement"], strict=True))


@pytest.mark.parametrize(("part", "statement"), PARTS, ids=lambda it: it["Sid"] if isinstance(it, dict) else it)
def test_each_statement_is_within_one_part_of_the_sample_and_outside_the_others(part, statement):
    pairs = [(action, whole["Resource"]) for whole in json.loads(SAMPLE)["Statement"] for action in whole["Action"]]
    allowed = {action: Policy.of({"Statement": {"Effect": "Allow", "Action": action, "Resource": resource}})
               for action, resource in pairs}  # fmt: skip
    scoped = Policy.of({"Statement": statement})
    assert compare(allowed.pop(part), scoped).answer == "no"
    assert compare(list(allowed.values()), scoped).answer == "yes"


def test_a_scoped_policy_with_another_service_would_not_be_narrower():
    wider = filled(SCOPED).replace('"iam:GetRole"', '["iam:GetRole", "iam:PassRole"]')
    found = compare(Policy.parse(SAMPLE), Policy.parse(wider))
    assert found.answer == "yes"
    assert found.witness.action == "iam:PassRole"


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
    assert may_allow(Policy.parse(SAMPLE), action, resource)
    assert not may_allow(Policy.parse(SCOPED), action, resource)


def test_the_scoped_policy_is_enough_to_set_up_a_domain():
    steps = [
        ("sagemaker:CreateDomain", "arn:aws:sagemaker:REGION:ACCOUNT_ID:domain/d-1"),
        ("sagemaker:CreateUserProfile", "arn:aws:sagemaker:REGION:ACCOUNT_ID:user-profile/d-1/ana"),
        ("iam:GetRole", "arn:aws:iam::ACCOUNT_ID:role/service-role/AmazonSageMaker-ExecutionRole-20260301T101010"),
        ("servicecatalog:AcceptPortfolioShare", "arn:aws:catalog:REGION:999988887777:portfolio/port-1"),
    ]
    for action, resource in steps:
        assert may_allow(Policy.parse(SCOPED), action, resource), action
