import json

import pytest

from auditor.policy.documents import statements
from auditor.policy.group_denials import actions_missing_members, names_group

ADMINS = "arn:aws:iam::111122223333:group/admins"


def deny(action, resource=ADMINS, **elements):
    statement = {"Effect": "Deny", "Action": action, "Resource": resource} | elements
    return statements(json.dumps({"Statement": statement}))[0]


@pytest.mark.parametrize(
    ("actions", "missing"),
    [
        ("iam:DeleteUser", ("iam:DeleteUser",)),
        (["IAM:deleteuser", "iam:DeleteGroup"], ("IAM:deleteuser",)),
        ("iam:*AccessKey*", ("iam:*AccessKey*",)),
        ("iam:Put?serPolicy", ("iam:Put?serPolicy",)),
        ("iam:*", ()),
        ("iam:*User*", ()),
        ("iam:DeleteGroup", ()),
        ("s3:*", ()),
        ("iam:[D]eleteUser", ()),
    ],
)
def test_actions(actions, missing):
    assert actions_missing_members(deny(actions)) == missing


@pytest.mark.parametrize(
    ("resource", "missed"),
    [
        (ADMINS, True),
        ("arn:aws:iam::*:group/*", True),
        ([ADMINS, "arn:aws:iam::111122223333:role/x"], True),
        ([ADMINS, "arn:aws:iam::111122223333:user/alice"], False),
        ([ADMINS, "arn:aws:iam::111122223333:user/${aws:username}"], False),
        ([ADMINS, "arn:aws:iam::111122223333:u*"], False),
        ([ADMINS, "arn:aws:iam::111122223333:*"], False),
        ([ADMINS, "*"], False),
        ([ADMINS, "arn:*"], False),
        ("arn:aws:iam::111122223333:role/x", False),
        ([], False),
    ],
)
def test_resources(resource, missed):
    assert bool(actions_missing_members(deny("iam:DeleteUser", resource))) is missed


def test_only_denials_of_named_actions_count():
    assert not actions_missing_members(deny("iam:DeleteUser", Effect="Allow"))
    without_action = {"Effect": "Deny", "NotAction": "iam:GetUser", "Resource": ADMINS}
    assert not actions_missing_members(statements(json.dumps({"Statement": without_action}))[0])


def test_names_group():
    assert names_group(deny("iam:DeleteUser"), ADMINS)
    assert names_group(deny("iam:DeleteUser", "arn:aws:iam::*:group/a*"), ADMINS)
    assert not names_group(deny("iam:DeleteUser"), ADMINS + "2")
    assert not names_group(deny("iam:DeleteUser", "*"), ADMINS)
