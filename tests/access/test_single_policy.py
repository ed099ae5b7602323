"""What one policy may allow, under whatever conditions."""

import pytest

from auditor.access.single_policy import may_allow, whole_services, without_everything
from auditor.policy import Policy
from tests.access.worlds import allow, deny, document

MFA = {"aws:MultiFactorAuthPresent": "true"}


def policy(*statements):
    return Policy.parse(document(*statements))


def all_but(*actions, effect="Allow"):
    return {"Effect": effect, "NotAction": list(actions), "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("s3:Get*")], True),
        ([allow("S3:getobject")], True),
        ([allow("s3:GetObject", Bool=MFA)], True),
        ([allow("s3:GetObject"), deny("s3:*", Bool=MFA)], True),
        ([allow("s3:GetObject"), deny("s3:*")], False),
        ([allow("s3:GetObject", resource="arn:aws:s3:::a/*")], True),
        ([allow("s3:GetObject", resource="arn:aws:s3:::b/*")], False),
        ([allow("s3:[G]etObject")], False),
        ([all_but("ec2:*")], True),
        ([], False),
    ],
)
def test_may_allow(statements, expected):
    assert may_allow(policy(*statements), "s3:GetObject", "arn:aws:s3:::a/x") is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("*")], ("*",)),
        ([allow("*:*")], ("*",)),
        ([allow("s3:*", "sqs:SendMessage")], ("s3:*",)),
        ([allow("S3:**")], ("s3:*",)),
        ([allow("s3:*", resource="arn:aws:s3:::a/*", Bool=MFA)], ("s3:*",)),
        ([allow("gone-service:*")], ("gone-service:*",)),
        ([allow("dynamo*")], ("dynamodb:*",)),
        ([allow("s3:?*")], ("s3:*",)),
        ([allow("s3:Get*", "s3:Put*", "s3:List*")], ()),
        ([allow("s3:*"), deny("s3:*")], ()),
        ([allow("s3:*"), deny("s3:DeleteBucket")], ("s3:*",)),
        ([all_but("iam:*", "sts:*")], ("all but iam:*, sts:*",)),
        ([all_but("iam:*"), all_but("s3:Get*", effect="Deny")], ()),
        ([deny("*")], ()),
    ],
)
def test_whole_services(statements, expected):
    assert whole_services(policy(*statements)) == expected


def test_without_the_statements_that_allow_everything():
    narrow, denial = allow("s3:*"), deny("ec2:*")
    within = allow("*", resource="arn:aws:s3:::*")
    document = policy(allow("*"), narrow, all_but("iam:*"), denial, within)
    assert [statement.actions for statement in without_everything(document).statements] == [
        ("s3:*",),
        ("ec2:*",),
        ("*",),
    ]
    assert without_everything(policy(narrow)) is policy(narrow)
