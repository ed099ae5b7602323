"""What service control policies keep an account from doing."""

import json

import pytest

from auditor.policy import Kind, Level, Policy
from auditor.policy.guardrails import denies, denies_regions, denies_root, limits

ACCOUNT = "111122223333"
LEAVE = "organizations:LeaveOrganization"
ROOT = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
ELSEWHERE = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
ADMIN = "arn:aws:iam::*:role/admin"


def statement(effect="Deny", **more):
    action = {} if "NotAction" in more else {"Action": "*"}
    return {"Effect": effect, **action, "Resource": "*", **more}


FULL = statement("Allow")


def level(*statements, id="r-1"):
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return Level(id, (Policy.parse(document, Kind.SCP),))


def beside_full_access(made):
    return (level(FULL, made),)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([FULL], False),
        ([FULL, statement(Action="s3:*")], True),
        ([statement("Allow", Action="s3:*")], True),
        ([statement("Allow", Action="s3:*"), statement("Allow", Action="*:*")], False),
        ([statement("Allow", Action="s3:*"), statement("Allow", NotAction="s3:*")], False),
        ([FULL, statement(Condition={"Null": {"aws:PrincipalArn": "false"}, "Bool": {"aws:x": "maybe"}})], False),
        ([statement("Allow", Condition=ELSEWHERE)], True),
        ([statement("Allow", Resource="arn:aws:s3:::*")], True),
        ([statement("Allow", NotAction="iam:*")], True),
        ([], True),
    ],
)
def test_limits(listed, expected):
    assert limits(level(*listed)) is expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (statement(), True),
        (statement(Action="Organizations:leave*"), True),
        (statement(Action=["s3:*", LEAVE]), True),
        (statement(Action=LEAVE, Resource="arn:aws:organizations::*:account/*"), True),
        (statement(NotAction="s3:*"), True),
        (statement(NotAction=["organizations:*"]), False),
        (statement(Action="organizations:Close*"), False),
        (statement("Allow"), False),
        (statement(Condition={"ArnNotLike": {"aws:PrincipalARN": ADMIN}}), True),
        (statement(Condition={"StringNotEqualsIfExists": {"aws:PrincipalTag/team": "core"}}), True),
        (statement(Condition={"StringEquals": {"aws:PrincipalTag/team": "core"}}), False),
        (statement(Condition={"StringNotLike": {"aws:userid": "AROA1:*"}}), True),
        (statement(Condition={"StringNotLike": {"aws:userid": "AROA*"}}), False),
        (statement(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}}), True),
        (statement(Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}), False),
        (statement(Condition={"ArnLike": {"aws:PrincipalARN": ADMIN}}), False),
        (statement(Condition=ELSEWHERE), False),
        (statement(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}), False),
    ],
)
def test_denies(made, expected):
    assert denies(beside_full_access(made), ACCOUNT, LEAVE) is expected


def test_a_level_that_does_not_allow_the_action_denies_it():
    assert denies((level(FULL), level(statement("Allow", Action=["s3:*", "ec2:*"]), id="ou-1")), ACCOUNT, LEAVE)
    assert not denies((level(FULL), level(FULL, id="ou-1")), ACCOUNT, LEAVE)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (statement(Condition=ELSEWHERE), True),
        (statement(NotAction=["iam:*", "sts:*"], Condition=ELSEWHERE), True),
        (statement(Condition={"StringEquals": {"aws:requestedregion": ["ap-east-1"]}}), True),
        (statement(Condition={"StringNotLike": {"aws:RequestedRegion": ["eu-*"]}}), True),
        (statement(Condition={"StringLike": {"aws:RequestedRegion": ["*"]}}), False),
        (statement(Condition={**ELSEWHERE, "ArnNotLike": {"aws:PrincipalARN": ADMIN}}), True),
        (statement(Condition={**ELSEWHERE, "ArnLike": {"aws:PrincipalARN": ADMIN}}), False),
        (statement(Action="ec2:*", Condition=ELSEWHERE), False),
        (statement("Allow", Condition=ELSEWHERE), False),
        (statement(), False),
    ],
)
def test_denies_regions(made, expected):
    assert denies_regions(beside_full_access(made), ACCOUNT) is expected


def test_regions_are_denied_by_an_allow_list():
    at_home = statement("Allow", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    assert denies_regions((level(FULL), level(at_home, id="ou-1")), ACCOUNT)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (statement(Condition=ROOT), True),
        (statement(NotAction="iam:ListMFADevices", Condition=ROOT), True),
        (statement(Condition={**ROOT, "Null": {"aws:AssumedRoot": "true"}}), True),
        (statement(Condition={"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root"}}), True),
        (statement(Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:root"}}), False),
        (statement(Condition={"StringEquals": {"aws:PrincipalType": "Account"}}), True),
        (statement(Condition={"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:root", ADMIN]}}), True),
        (statement(Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}), False),
        (statement(Condition={**ROOT, **ELSEWHERE}), False),
        (statement(Action="ec2:*", Condition=ROOT), False),
        (statement("Allow", Condition=ROOT), False),
        (statement(), False),
    ],
)
def test_denies_root(made, expected):
    assert denies_root(beside_full_access(made), ACCOUNT) is expected
