"""Ways from some permissions to all of them."""

import json

import pytest

from auditor.policy.documents import statements
from auditor.policy.escalation import WAYS, escalations

ACCOUNT = "arn:aws:iam::111122223333"


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return allow(action, resource, **more) | {"Effect": "Deny"}


def ways(*elements):
    return {" + ".join(way) for way in escalations(statements(json.dumps({"Statement": list(elements)})))}


def test_everything_opens_every_way():
    assert len(ways(allow("*"))) == len(WAYS)
    assert ways() == set()


@pytest.mark.parametrize("way", WAYS, ids=" + ".join)
def test_each_way_takes_all_of_its_actions(way):
    assert " + ".join(way) in ways(allow(list(way)))
    assert ways(allow(list(way[:-1]))) == set()


def test_statements_count_together_and_a_deny_takes_back():
    both = allow("iam:PassRole"), allow("ec2:RunInstances")
    assert ways(*both) == {"iam:PassRole + ec2:RunInstances"}
    assert ways(*both, deny("ec2:*")) == set()
    assert ways(*both, deny("iam:PassRole", f"{ACCOUNT}:role/*")) == set()
    assert ways(*both, deny("ec2:RunInstances", "arn:aws:ec2:*:*:instance/i-*")) == {"iam:PassRole + ec2:RunInstances"}
    assert ways(*both, deny("iam:PassRole", f"{ACCOUNT}:role/admin")) == {"iam:PassRole + ec2:RunInstances"}


@pytest.mark.parametrize(
    ("resource", "opens"),
    [
        ("*", True),
        ("arn:aws:iam::*:role/*", True),
        (f"{ACCOUNT}:role/*", True),
        (f"{ACCOUNT}:*", True),
        (f"{ACCOUNT}:role/app-*", False),
        (f"{ACCOUNT}:role/app", False),
        (f"{ACCOUNT}:user/*", False),
        ("arn:aws:iam::*", True),
        ("role/*", False),
    ],
)
def test_a_role_must_be_any_role(resource, opens):
    assert bool(ways(allow("iam:PutRolePolicy", resource))) is opens


def test_what_is_made_new_may_have_a_name_that_fits():
    made = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:team-*")
    assert ways(allow("iam:PassRole"), made) == {"iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction"}


def test_conditions_are_left_aside_on_both_sides():
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert ways(allow("iam:CreateAccessKey", Condition=condition)) == set()
    assert ways(allow("iam:CreateAccessKey"), deny("iam:*", Condition=condition)) == {"iam:CreateAccessKey"}


def test_all_but_some_actions():
    rest = {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}
    assert ways(rest) == set()
    assert ways(rest, allow("iam:passrole")) >= {"iam:PassRole + cloudformation:CreateStack"}
    assert ways(allow("iam:CreateAccessKey"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}) == set()
