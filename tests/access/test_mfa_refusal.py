"""Denials that refuse a user everything without MFA, whatever statements and policies they stand in."""

import pytest

from auditor.access.mfa_refusal import passing_without_mfa
from tests.access.worlds import Builder, allow

PRESENT = "aws:MultiFactorAuthPresent"
AGE = "aws:MultiFactorAuthAge"
WITHOUT = {"BoolIfExists": {PRESENT: "false"}}


def answer(*denials, **more):
    builder = Builder()
    arn = builder.user("ann", allow("*"), *denials, **more)
    return passing_without_mfa(builder.world.actor(arn)).answer


def deny(**elements):
    made = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": WITHOUT} | elements
    return {name: value for name, value in made.items() if value is not None}


def refuses(**elements):
    return answer(deny(**elements)) == "no"


def spares(*actions, **elements):
    return refuses(Action=None, NotAction=list(actions), **elements)


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ({"BoolIfExists": {PRESENT: "false"}}, True),
        ({"boolifexists": {PRESENT.upper(): ["False"]}}, True),
        ({"BoolIfExists": {PRESENT: False}}, True),
        ({"BoolIfExists": {PRESENT: "true"}}, False),
        ({"Bool": {PRESENT: "false"}}, False),
        ({"ForAllValues:Bool": {PRESENT: "false"}}, True),
        ({"StringNotEquals": {PRESENT: "true"}}, True),
        ({"Null": {PRESENT: "true"}}, False),
        ({"Null": {PRESENT: "false"}}, False),
        ({"Null": {AGE: True}}, True),
        ({"Null": {AGE: False}}, False),
        ({"NumericGreaterThanIfExists": {AGE: 3600}}, True),
        ({"NumericGreaterThanEqualsIfExists": {AGE: "0"}}, True),
        ({"NumericGreaterThan": {AGE: 3600}}, False),
        ({"NumericLessThanIfExists": {AGE: 3600}}, True),
        ({"BoolIfExists": {PRESENT: "false", "aws:ViaAWSService": "false"}}, True),
        ({"BoolIfExists": {PRESENT: "false"}, "Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"BoolIfExists": {PRESENT: "false", "aws:ViaAWSService": "true"}}, False),
        ({"BoolIfExists": {PRESENT: "false"}, "StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"BoolIfExists": {PRESENT: "false", "aws:SecureTransport": "false"}}, False),
        ({}, True),
    ],
)
def test_conditions(condition, refused):
    assert refuses(Condition=condition) is refused


@pytest.mark.parametrize(
    ("elements", "refused"),
    [
        ({"Effect": "Allow"}, False),
        ({"Action": ["s3:*", "*:*"]}, True),
        ({"Action": ["s3:*", "iam:*"]}, False),
        ({"Action": None}, False),
        ({"Resource": ["arn:aws:s3:::a", "*"]}, True),
        ({"Resource": "arn:aws:*"}, False),
        ({"Resource": None, "NotResource": "arn:aws:s3:::a"}, False),
    ],
)
def test_reach(elements, refused):
    assert refuses(**elements) is refused


@pytest.mark.parametrize(
    ("spared", "refused"),
    [
        (["iam:EnableMFADevice", "IAM:List*", "iam:GetUser", "sts:GetSessionToken"], True),
        (["iam:ListMFA*"], True),
        ([], True),
        (["iam:*"], False),
        (["iam:*MFADevice"], False),
        (["iam:DeactivateMFADevice"], False),
        (["sts:Get*"], False),
        (["sts:AssumeRole"], False),
        (["*"], False),
        (["i*"], False),
    ],
)
def test_what_is_spared(spared, refused):
    assert spares(*spared) is refused


def test_no_policy_keeps_a_user_from_a_session_without_mfa():
    """Null holds for requests that are signed with the key, and not for those of the session."""
    null = deny(Condition={"Null": {PRESENT: "true"}})
    of_sessions = deny(Condition={"Bool": {PRESENT: "false"}})
    assert answer(null) == "yes"
    assert answer(of_sessions) == "yes"
    assert answer(null, of_sessions) == "no"


def test_denials_count_together_whatever_policy_they_stand_in():
    storage = deny(Action="s3:*")
    rest = deny(Action=None, NotAction="S3:*")
    assert answer(storage) == answer(rest) == "yes"
    assert answer(storage, rest) == "no"
    assert answer(storage, inline=(rest,)) == "no"


def test_a_condition_on_who_calls_is_answered_by_who_the_user_is():
    def exempt(key, value):
        return deny(Condition={**WITHOUT, "StringNotEquals": {key: value}})

    assert answer(exempt("aws:username", "ann")) == "yes"
    assert answer(exempt("aws:username", "bob")) == "no"
    assert answer(exempt("aws:PrincipalTag/robot", "yes"), tags={"robot": "yes"}) == "yes"
    assert answer(exempt("aws:PrincipalTag/robot", "yes"), tags={"robot": "no"}) == "no"
    assert answer(exempt("aws:PrincipalTag/robot", "yes")) == "no"


def test_a_boundary_refuses_as_any_policy_does():
    builder = Builder()
    boundary = builder.policy("limit", allow("*"), deny())
    arn = builder.user("ann", allow("*"), boundary=boundary)
    assert passing_without_mfa(builder.world.actor(arn)).answer == "no"
