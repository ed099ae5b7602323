"""Resource policies that let in the public: what is found is proved, and what was not read stays open."""

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.evaluate.subjects import Account, PolicyResource
from auditor.policy import Policy
from auditor.policy.decide import Answer, Policies
from auditor.policy.decide import evaluate as decide
from auditor.policy.elements import Kind
from auditor.testing import read_example, snapshot_of
from tests.fake_aws import accounts
from tests.looks import look

RULE = load_rules(plugins=False)["resource-policy-principal-star"]
EXAMPLES = Path(__file__).parents[2] / "fixtures" / "rules" / RULE.id
EVERYTHING = Policy.of({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
"""What a caller of another account may give itself."""


def judged(snapshot):
    (report,) = evaluate([Source(snapshot)], [RULE], Ask(keep_all=True)).accounts
    assert report.errors == ()
    return report


def seen(account):
    account = replace(account, regions=("eu-west-1", "us-east-1"))
    return look(account, sections=RULE.sections, opted_in=("resource-policies",))[0]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("bad-*.json")), ids=lambda path: path.stem)
def test_every_finding_is_proved_by_a_request_that_its_statement_allows(path):
    snapshot = read_example(path).snapshot
    found = {finding.resource.arn: finding for finding in judged(snapshot).findings}
    proved = {it.arn: it for it in PolicyResource.all(Account(snapshot)) if it.entry and it.public_grant}
    assert found.keys() == proved.keys()
    for arn, resource in proved.items():
        request, statement = resource.public_grant
        assert decide(request, Policies(identity=(EVERYTHING,), resource=resource.policy)).answer is Answer.ALLOW
        told = resource.policy.source.value["Statement"][statement.index]
        alone = Policy.of({"Version": "2012-10-17", "Statement": [told]}, Kind.RESOURCE, resource.sort.type)
        assert decide(request, Policies(identity=(EVERYTHING,), resource=alone)).answer is Answer.ALLOW
        (stage,) = found[arn].flow
        assert request.action in stage.text
        assert stage.place.pointer.endswith("/PolicyDocument")
        assert f"statement {statement.index + 1} " in found[arn].message


def test_the_neglected_account_lets_in_the_public_and_the_well_kept_one_does_not():
    report = judged(seen(accounts.neglected()))
    assert {(finding.resource.type, finding.resource.name) for finding in report.findings} == {
        ("AWS::SQS::Queue", "orders"),
        ("AWS::Lambda::Function", "nightly-report"),
        ("AWS::S3::Bucket", "neglected-cloudtrail"),
    }
    kept = judged(seen(accounts.well_kept()))
    assert (kept.findings, kept.not_evaluated) == ((), ())
    assert {judgement.resource.name for judgement in kept.passed} >= {"orders", "orders-api", "locked", "as-made"}


def test_a_policy_that_was_not_read_is_open_for_its_resource_alone():
    report = judged(read_example(EXAMPLES / "bad-although-another-policy-was-not-read.json").snapshot)
    (open_question,) = report.not_evaluated
    assert (open_question.resource.type, open_question.resource.name) == ("AWS::SQS::Queue", "hidden")
    assert (open_question.resource.region, open_question.blind.permission) == ("us-east-1", "sqs:GetQueueAttributes")


def test_a_service_that_was_not_listed_is_open_for_the_account():
    report = judged(read_example(EXAMPLES / "unknown-list-denied.json").snapshot)
    (open_question,) = report.not_evaluated
    assert (open_question.resource.type, open_question.blind.operation) == ("AWS::Account", "kms:ListKeys")


def test_it_is_asked_only_where_resource_policies_were_asked_for():
    assert RULE not in select({RULE.id: RULE})
    assert RULE in select({RULE.id: RULE}, opted_in=("resource-policies",))


def test_keys_of_a_snapshot_that_are_no_arns_do_no_harm():
    snapshot = snapshot_of({"resource_policies": {"queues": {"no arn": {}}, "buckets": {"": {}}}})
    assert {judgement.resource.name for judgement in judged(snapshot).passed} == {"no arn", ""}
