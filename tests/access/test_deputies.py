"""Services that assume a role: for whom, and whose code gets its credentials."""

import pytest

from auditor.access.deputies import COMPUTE, confused, services, unscoped
from auditor.access.service_principals import ROLES_ANYWHERE
from auditor.policy.decide import Answer, evaluate
from auditor.policy.principals import Principal, PrincipalKind
from tests.access.doors import ACCOUNT, ORGANIZATION, OTHER, door, let, refuse

OWN = {"aws:SourceAccount": ACCOUNT}


def served(*names, **condition):
    return let({"Service": list(names)}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], **condition)


CONFUSED = {
    "no condition": ([served("sns.amazonaws.com")], True),
    "the account": ([served("sns.amazonaws.com", StringEquals=OWN)], False),
    "the account, if told": ([served("sns.amazonaws.com", StringEqualsIfExists=OWN)], False),
    "the account, denied otherwise": ([served("sns.amazonaws.com"), refuse(StringNotEquals=OWN)], False),
    "the account, by a variable": (
        [served("sns.amazonaws.com", StringEquals={"aws:SourceAccount": "${aws:ResourceAccount}"})],
        False,
    ),
    "the account, in one of two statements": (
        [served("sns.amazonaws.com", StringEquals=OWN), served("sns.amazonaws.com")],
        True,
    ),
    "the organization, by a variable": (
        [served("sns.amazonaws.com", StringEquals={"aws:SourceOrgID": "${aws:ResourceOrgID}"})],
        False,
    ),
    "an organization, any": ([served("sns.amazonaws.com", StringLike={"aws:SourceOrgID": "o-*"})], True),
    "an ARN that none has": (
        [served("sns.amazonaws.com", StringEquals={"aws:SourceArn": "arn:aws:sns:*:*:*"})],
        False,
    ),
    "any account": ([served("sns.amazonaws.com", StringLike={"aws:SourceAccount": "*"})], True),
    "an ARN of the account": (
        [served("sns.amazonaws.com", ArnLike={"aws:SourceArn": f"arn:aws:sns:*:{ACCOUNT}:*"})],
        False,
    ),
    "an ARN of a partner": (
        [served("sns.amazonaws.com", ArnEquals={"aws:SourceArn": f"arn:aws:sns:eu-west-1:{OTHER}:t"})],
        False,
    ),
    "an ARN of any account": ([served("sns.amazonaws.com", ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:t"})], True),
    "any ARN": ([served("sns.amazonaws.com", StringLike={"aws:SourceArn": "*"})], True),
    "some ARN": ([served("sns.amazonaws.com", Null={"aws:SourceArn": "false"})], True),
    "a bucket": ([served("s3.amazonaws.com", ArnLike={"aws:SourceArn": "arn:aws:s3:::b"})], False),
    "any bucket": ([served("s3.amazonaws.com", ArnLike={"aws:SourceArn": "arn:aws:s3:::*"})], True),
    "the organization": ([served("sns.amazonaws.com", StringEquals={"aws:SourceOrgID": ORGANIZATION})], False),
    "the organization's units": (
        [served("sns.amazonaws.com", **{"ForAnyValue:StringLike": {"aws:SourceOrgPaths": f"{ORGANIZATION}/r-ab12/*"}})],
        False,
    ),
    "any organization": ([served("sns.amazonaws.com", StringLike={"aws:SourceOrgID": "*"})], True),
    "what tells nothing of the source": ([served("sns.amazonaws.com", Bool={"aws:SecureTransport": "true"})], True),
    "EC2": ([served("ec2.amazonaws.com")], False),
    "EC2 in China": ([served("ec2.amazonaws.com.cn")], False),
    "Roles Anywhere": ([served(ROLES_ANYWHERE)], False),
    "never let in": ([served("sns.amazonaws.com", StringEquals={"aws:PrincipalAccount": ACCOUNT})], False),
    "denied": ([served("sns.amazonaws.com"), refuse()], False),
}


@pytest.mark.parametrize("case", CONFUSED)
def test_confused_deputies(case):
    statements, expected = CONFUSED[case]
    trust = door(*statements)
    (service,) = services(trust)
    outcome = confused(trust, service)
    assert (outcome is not None) is expected
    if outcome:
        assert evaluate(outcome.witness, trust.policies).answer is Answer.ALLOW


def test_a_likely_source_is_told_where_one_will_do():
    trust = door(served("sns.amazonaws.com", Null={"aws:SourceArn": "false"}))
    (service,) = services(trust)
    assert confused(trust, service).witness.context["aws:sourcearn"] == ("arn:aws:sns:us-east-1:444455556666:example",)


UNSCOPED = {
    "no condition": ({}, True),
    "an anchor": (
        {"ArnEquals": {"aws:SourceArn": f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:trust-anchor/a"}},
        False,
    ),
    "an anchor in any region": (
        {"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{ACCOUNT}:trust-anchor/a"}},
        False,
    ),
    "any anchor": ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{ACCOUNT}:trust-anchor/*"}}, True),
    "any source": ({"StringLike": {"aws:SourceArn": "*"}}, True),
    "the account": ({"StringEquals": OWN}, True),
    "a subject": ({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "a"}}, False),
    "a form of subjects": ({"StringLike": {"aws:PrincipalTag/x509Subject/CN": "a-*"}}, False),
    "any subject": ({"StringLike": {"aws:PrincipalTag/x509Subject/CN": "*"}}, True),
    "all subjects but one": ({"StringNotEquals": {"aws:PrincipalTag/x509Subject/CN": "a"}}, True),
    "a subject, if any": ({"StringEqualsIfExists": {"aws:PrincipalTag/x509Subject/CN": "a"}}, True),
    "a source identity": ({"StringEquals": {"sts:SourceIdentity": "CN=a"}}, False),
}


@pytest.mark.parametrize("case", UNSCOPED)
def test_roles_anywhere(case):
    condition, expected = UNSCOPED[case]
    trust = door(served(ROLES_ANYWHERE, **condition))
    outcome = unscoped(trust)
    assert (outcome is not None) is expected
    if outcome:
        assert evaluate(outcome.witness, trust.policies).answer is Answer.ALLOW


def test_services_are_those_that_statements_allow():
    trust = door(
        served("sns.amazonaws.com", "no service"),
        let({"AWS": OTHER}),
        {**served("sqs.amazonaws.com"), "Effect": "Deny"},
    )
    assert [service.text for service in services(trust)] == ["sns.amazonaws.com"]


@pytest.mark.parametrize("name", sorted(COMPUTE))
def test_compute_services_are_services(name):
    assert Principal.parse(name).kind is PrincipalKind.SERVICE


@pytest.mark.parametrize("operator", ["ArnEqualsIfExists", "ForAllValues:ArnEquals", "ArnEquals"])
def test_roles_anywhere_always_tells_its_trust_anchor(operator):
    anchor = f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:trust-anchor/0a1b2c3d"
    assert unscoped(door(served(ROLES_ANYWHERE, **{operator: {"aws:SourceArn": anchor}}))) is None
