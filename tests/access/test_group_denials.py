"""Denials that name a group and mean its members."""

import pytest

from auditor.access.group_denials import denials, names
from auditor.policy import Policy

ADMINS = "arn:aws:iam::111122223333:group/admins"
USERS = "arn:aws:iam::111122223333:user/*"


def deny(action, resource=ADMINS, **elements):
    return {"Effect": "Deny", "Action": action, "Resource": resource} | elements


def policy(*statements):
    return Policy.of({"Version": "2012-10-17", "Statement": list(statements)})


def missing(*statements):
    return [actions for _, actions in denials(policy(*statements))]


@pytest.mark.parametrize(
    ("actions", "missed"),
    [
        ("iam:DeleteUser", ["iam:DeleteUser"]),
        (["IAM:deleteuser", "iam:DeleteGroup"], ["IAM:deleteuser"]),
        ("iam:*AccessKey*", ["iam:*AccessKey*"]),
        ("iam:Put?serPolicy", ["iam:Put?serPolicy"]),
        ("i?m:Delete*Key", ["i?m:Delete*Key"]),
        ("iam:*", []),
        ("iam:*User*", []),
        ("iam:DeleteGroup", []),
        ("s3:*", []),
        ("iam:[D]eleteUser", []),
    ],
)
def test_actions(actions, missed):
    assert [action for found in missing(deny(actions)) for action in found] == missed


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
        ("arn:aws:iam::*/admins", False),
        ([], False),
    ],
)
def test_resources(resource, missed):
    assert bool(missing(deny("iam:DeleteUser", resource))) is missed


def test_only_denials_of_named_actions_count():
    assert not missing(deny("iam:DeleteUser", Effect="Allow"))
    assert not missing({"Effect": "Deny", "NotAction": "iam:GetUser", "Resource": ADMINS})


def test_what_is_denied_on_any_user_besides_is_not_missed():
    on_group = deny(["iam:DeleteUser", "iam:DeleteAccessKey"])
    assert missing(on_group, deny("iam:DeleteUser", USERS)) == [("iam:DeleteAccessKey",)]
    assert missing(on_group, deny("iam:*", "*")) == []
    assert missing(on_group, deny("iam:*", "arn:aws:iam::111122223333:user/alice")) == [
        ("iam:DeleteUser", "iam:DeleteAccessKey")
    ]


@pytest.mark.parametrize(
    ("resource", "arn", "named"),
    [
        (ADMINS, ADMINS, True),
        ("arn:aws:iam::*:group/a*", ADMINS, True),
        (ADMINS, ADMINS + "2", False),
        ("arn:aws:iam::*:group/${aws:PrincipalTag/team}", ADMINS, True),
    ],
)
def test_names(resource, arn, named):
    document = policy(deny("iam:DeleteUser", resource))
    assert names(document, document.statements[0], arn) is named
