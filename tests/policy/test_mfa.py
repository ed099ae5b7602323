import json

import pytest

from auditor.policy.documents import statements
from auditor.policy.mfa import refuses_without_mfa

PRESENT = "aws:MultiFactorAuthPresent"
AGE = "aws:MultiFactorAuthAge"
WITHOUT = {"BoolIfExists": {PRESENT: "false"}}


def refuses(**elements):
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": WITHOUT} | elements
    present = {name: value for name, value in statement.items() if value is not None}
    return refuses_without_mfa(statements(json.dumps({"Statement": present}))[0])


def spares(*actions, **elements):
    return refuses(Action=None, NotAction=list(actions), **elements)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"BoolIfExists": {PRESENT: "false"}}, True),
        ({"boolifexists": {PRESENT.upper(): ["False"]}}, True),
        ({"BoolIfExists": {PRESENT: False}}, True),
        ({"BoolIfExists": {PRESENT: "true"}}, False),
        ({"Bool": {PRESENT: "false"}}, False),
        ({"ForAllValues:BoolIfExists": {PRESENT: "false"}}, False),
        ({"Null": {PRESENT: "true"}}, True),
        ({"Null": {PRESENT: "false"}}, False),
        ({"Null": {AGE: True}}, True),
        ({"Null": {AGE: False}}, False),
        ({"NumericGreaterThanIfExists": {AGE: 3600}}, True),
        ({"NumericGreaterThanEqualsIfExists": {AGE: "0"}}, True),
        ({"NumericGreaterThan": {AGE: 3600}}, False),
        ({"NumericLessThanIfExists": {AGE: 3600}}, False),
        ({"BoolIfExists": {PRESENT: "false", "aws:ViaAWSService": "false"}}, True),
        ({"BoolIfExists": {PRESENT: "false"}, "Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"BoolIfExists": {PRESENT: "false", "aws:ViaAWSService": "true"}}, False),
        ({"BoolIfExists": {PRESENT: "false"}, "StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"BoolIfExists": {PRESENT: "false", "aws:SecureTransport": "false"}}, False),
        ({}, True),
    ],
)
def test_conditions(condition, answer):
    assert refuses(Condition=condition) is answer


@pytest.mark.parametrize(
    ("elements", "answer"),
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
def test_reach(elements, answer):
    assert refuses(**elements) is answer


@pytest.mark.parametrize(
    ("spared", "answer"),
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
def test_what_is_spared(spared, answer):
    assert spares(*spared) is answer


def test_null_lets_a_session_of_the_key_through():
    null = {"Null": {PRESENT: "true"}}
    assert spares("iam:GetUser", Condition=null)
    assert not spares("iam:GetUser", "sts:GetSessionToken", Condition=null)
    assert not spares("iam:GetUser", "sts:GetSessionToken", Condition=null | WITHOUT)
    assert spares("iam:GetUser", "sts:GetSessionToken", Condition={"Null": {AGE: "true"}})
