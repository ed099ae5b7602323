"""Conditions on MFA, and the requests that they let through."""

import pytest

from auditor.access.mfa_gaps import mfa_gaps
from auditor.policy import Policy

PRESENT = "aws:MultiFactorAuthPresent"
AGE = "aws:MultiFactorAuthAge"


def statement(effect, action="*", resource="*", **conditions):
    return {"Effect": effect, "Action": action, "Resource": resource, "Condition": conditions}


def gaps(*statements):
    document = Policy.of({"Version": "2012-10-17", "Statement": list(statements)})
    return [found.index for found in mfa_gaps(document)]


@pytest.mark.parametrize(
    "one",
    [
        statement("Deny", Bool={PRESENT: "false"}),
        statement("Allow", BoolIfExists={PRESENT: "true"}),
        statement("Allow", NumericLessThanIfExists={AGE: "3600"}),
        statement("Allow", **{"ForAllValues:Bool": {PRESENT: "true"}}),
    ],
)
def test_lets_access_keys_through(one):
    assert gaps(one) == [0]


@pytest.mark.parametrize(
    "one",
    [
        statement("Deny", BoolIfExists={PRESENT: "false"}),
        statement("Deny", Null={AGE: "true"}),
        statement("Deny", NumericGreaterThanIfExists={AGE: "3600"}),
        statement("Allow", Bool={PRESENT: "true"}),
        statement("Allow", NumericLessThan={AGE: "3600"}),
        statement("Allow", Null={PRESENT: "true"}),
        statement("Allow", Bool={"aws:SecureTransport": "true"}),
    ],
)
def test_lets_nobody_through_that_it_should_not(one):
    assert gaps(one) == []


GAP = statement("Deny", "s3:*", Bool={PRESENT: "false"})


@pytest.mark.parametrize(
    "other",
    [
        statement("Deny", Null={PRESENT: "true"}),
        statement("Deny", "s3:*", Null={PRESENT: "true"}),
        statement("Deny", "s3:*", BoolIfExists={PRESENT: "false"}),
    ],
)
def test_another_denial_makes_up_for_it(other):
    assert gaps(GAP, other) == []


@pytest.mark.parametrize(
    "other",
    [
        statement("Deny", "ec2:*", Null={PRESENT: "true"}),
        statement("Deny", "s3:*", "arn:aws:s3:::own/*", Null={PRESENT: "true"}),
        statement("Deny", "s3:*", Null={PRESENT: "true"}, StringEquals={"aws:RequestedRegion": "eu-west-1"}),
        statement("Deny", "s3:*", Null={AGE: "false"}),
        statement("Allow", "s3:*", Null={PRESENT: "true"}),
    ],
)
def test_another_statement_that_catches_less_does_not(other):
    assert gaps(GAP, other) == [0]
