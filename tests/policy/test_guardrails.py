"""What a statement of a service control policy keeps accounts from doing."""

import json

import pytest

from auditor.policy.documents import statements
from auditor.policy.guardrails import denies_regions, denies_root, denies_to_all, limits

LEAVE = "organizations:LeaveOrganization"
ROOT = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
ELSEWHERE = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
ADMIN = "arn:aws:iam::*:role/admin"


def statement(effect="Deny", **more):
    action = {} if "NotAction" in more else {"Action": "*"}
    listed = [{"Effect": effect, **action, "Resource": "*", **more}]
    return statements(json.dumps({"Statement": listed}))[0]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([statement("Allow")], False),
        ([statement("Allow"), statement(Action="s3:*")], True),
        ([statement("Allow", Action="s3:*")], True),
        ([statement("Allow", Action="s3:*"), statement("Allow", Action="*:*")], False),
        ([statement("Allow", Condition=ELSEWHERE)], True),
        ([statement("Allow", Resource="arn:aws:s3:::*")], True),
        ([statement("Allow", NotAction="iam:*")], True),
        ([], True),
    ],
)
def test_limits(listed, expected):
    assert limits(listed) is expected


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
        (statement(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}}), True),
        (statement(Condition={"ArnLike": {"aws:PrincipalARN": ADMIN}}), False),
        (statement(Condition=ELSEWHERE), False),
        (statement(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}), False),
    ],
)
def test_denies_to_all(made, expected):
    assert denies_to_all(made, LEAVE) is expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (statement(Condition=ELSEWHERE), True),
        (statement(NotAction=["iam:*", "sts:*"], Condition=ELSEWHERE), True),
        (statement(Condition={"StringEquals": {"aws:requestedregion": ["ap-east-1"]}}), True),
        (statement(Condition={**ELSEWHERE, "ArnNotLike": {"aws:PrincipalARN": ADMIN}}), True),
        (statement(Action="ec2:*", Condition=ELSEWHERE), False),
        (statement("Allow", Condition=ELSEWHERE), False),
        (statement(), False),
    ],
)
def test_denies_regions(made, expected):
    assert denies_regions(made) is expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (statement(Condition=ROOT), True),
        (statement(NotAction="iam:ListMFADevices", Condition=ROOT), True),
        (statement(Condition={**ROOT, "Null": {"aws:AssumedRoot": "true"}}), True),
        (
            statement(Condition={"ArnEquals": {"aws:PrincipalArn": ["arn:aws:iam::1:root", "arn:aws:iam::2:root"]}}),
            True,
        ),
        (statement(Condition={"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:root", ADMIN]}}), False),
        (statement(Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}), False),
        (statement(Condition={**ROOT, **ELSEWHERE}), False),
        (statement(Action="ec2:*", Condition=ROOT), False),
        (statement("Allow", Condition=ROOT), False),
        (statement(), False),
    ],
)
def test_denies_root(made, expected):
    assert denies_root(made) is expected
