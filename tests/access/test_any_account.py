"""What policies are worth in an account that has whatever an account may have."""

import pytest

from auditor.access.any_account import AnyAccount, Held
from auditor.access.holdings import Grant
from auditor.findings.model import Blind, Place
from auditor.policy import Policy
from tests.access.worlds import ACCOUNT, allow, deny, document

IAM = f"arn:aws:iam::{ACCOUNT}"


def policy(*statements):
    return Policy.parse(document(*statements))


def account(*statements, name="inline", boundary=None, management=False, **more):
    grant = Grant(name, "", Place("/here", name))
    held = Held((policy(*statements),), (grant,), boundary, boundary is not None, **more)
    return AnyAccount(ACCOUNT, "aws", "2026-01-01T00:00:00+00:00", held, management=management)


def way(*statements, **more):
    found = account(*statements, **more).way_up()
    return found and " + ".join(found.actions)


def administers(*statements, **more):
    proof = account(*statements, **more).administration("Set")
    return proof and proof.technique.id


ALONE = (
    *("iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey"),
    *("iam:CreateLoginProfile", "iam:CreatePolicyVersion", "iam:PutGroupPolicy", "iam:PutUserPolicy"),
    *("iam:SetDefaultPolicyVersion", "iam:UpdateLoginProfile"),
)
BESIDES_ASSUMING = ("iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy")
PASSING = (
    "apprunner:CreateService",
    "autoscaling:CreateLaunchConfiguration autoscaling:CreateAutoScalingGroup",
    "cloudformation:CreateStack",
    "codebuild:CreateProject codebuild:StartBuild",
    "ec2:RunInstances",
    "ecs:RegisterTaskDefinition ecs:RunTask",
    "glue:CreateDevEndpoint",
    "glue:CreateJob glue:StartJobRun",
    "lambda:CreateFunction lambda:CreateEventSourceMapping",
    "lambda:CreateFunction lambda:InvokeFunction",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
    "states:CreateStateMachine states:StartExecution",
)


@pytest.mark.parametrize("action", ALONE)
def test_one_action_is_enough(action):
    assert way(allow(action)) == action
    assert way(allow(action), deny(action)) is None


@pytest.mark.parametrize("action", BESIDES_ASSUMING)
def test_some_roles_trust_the_holder(action):
    assert way(allow(action)) == f"{action} + sts:AssumeRole"


@pytest.mark.parametrize("actions", PASSING)
def test_each_way_takes_all_of_its_actions(actions):
    needed = ["iam:PassRole", *actions.split()]
    assert way(allow(*needed)) == " + ".join(needed)
    assert way(allow(*needed[1:])) is None
    assert way(allow("iam:PassRole")) is None


@pytest.mark.parametrize("action", ["ssm:SendCommand", "lambda:UpdateFunctionCode", "sts:AssumeRole"])
def test_what_takes_more_than_the_account_does_not_count(action):
    assert way(allow(action)) is None


@pytest.mark.parametrize(
    ("resource", "leads"),
    [
        ("*", True),
        ("arn:aws:iam::*:role/*", True),
        (f"{IAM}:role/*", True),
        (f"{IAM}:*", True),
        ("arn:aws:iam::*", True),
        (f"{IAM}:role/app-*", False),
        (f"{IAM}:role/app", False),
        (f"{IAM}:user/*", False),
        ("role/*", False),
    ],
)
def test_a_role_must_be_any_role(resource, leads):
    assert bool(way(allow("iam:PassRole", resource=resource), allow("ec2:RunInstances"))) is leads


def test_what_is_made_new_may_have_a_name_that_fits():
    made = allow("lambda:CreateFunction", "lambda:InvokeFunction", resource="arn:aws:lambda:*:*:function:team-*")
    assert way(allow("iam:PassRole"), made) == "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction"


def test_denials_count_for_what_they_reach():
    both = allow("iam:PassRole", "ec2:RunInstances")
    assert way(both, deny("iam:PassRole", resource=f"{IAM}:role/*")) is None
    assert way(both, deny("iam:PassRole", resource=f"{IAM}:role/admin"))
    assert way(both, deny("iam:PassRole", StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})) is None
    assert way(both, deny("iam:*", Bool={"aws:MultiFactorAuthPresent": "false"}))


def test_a_boundary_counts():
    both = allow("iam:PassRole", "ec2:RunInstances")
    assert way(both, boundary=policy(allow("ec2:*"))) is None
    assert way(both, boundary=policy(allow("ec2:*", "iam:*")))
    assert administers(allow("*"), boundary=policy(allow("s3:*"))) is None
    assert administers(allow("*"), boundary=policy(allow("*"))) == "allow-everything"


def test_what_was_not_seen_of_a_boundary_is_no_proof():
    held = Held(
        (policy(allow("*")),), (Grant("x", "", Place("/x")),), None, True, (Blind("the boundary was not seen"),)
    )
    unseen = AnyAccount(ACCOUNT, "aws", "2026-01-01T00:00:00+00:00", held, management=False)
    assert unseen.administration("Set") is None
    assert unseen.way_up() is None


@pytest.mark.parametrize(
    ("statements", "technique"),
    [
        ([allow("*")], "allow-everything"),
        ([allow("iam:*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], "allow-everything"),
        ([allow("iam:CreateUser", "iam:PutUserPolicy", "iam:CreateAccessKey")], "create-user-with-policy"),
        ([allow("*"), deny("*")], None),
        ([allow("iam:PutRolePolicy")], None),
        ([allow("iam:PutUserPolicy")], None),
        ([allow("s3:*")], None),
    ],
)
def test_a_session_administers_by_what_it_can_do_itself(statements, technique):
    assert administers(*statements) == technique


def test_a_customer_managed_policy_that_it_holds_can_be_its_own_to_write():
    own = f"{IAM}:policy/deploy"
    assert administers(allow("iam:CreatePolicyVersion", resource=own), name=own) == "create-policy-version"
    assert "policy deploy" in account(allow("iam:CreatePolicyVersion", resource=own), name=own).way_up().words
    assert administers(allow("iam:CreatePolicyVersion", resource=own)) is None


def test_identity_center_is_run_from_the_management_account():
    assert administers(allow("sso:*"), management=True) == "sso-create-permission-set"
    assert administers(allow("sso:*")) is None


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}], True),
        ([allow("*", Bool={"aws:MultiFactorAuthPresent": "true"})], True),
        ([allow("*"), deny("*")], False),
        ([allow("s3:*", "ec2:*")], False),
        ([allow("*", resource="arn:aws:s3:::*")], False),
    ],
)
def test_what_nobody_has_named(statements, expected):
    assert account(*statements).allows_unnamed() is expected


def test_words_tell_of_any_target_and_of_circumstances():
    found = account(allow("iam:CreateAccessKey", Bool={"aws:MultiFactorAuthPresent": "true"})).way_up()
    assert found.words == "create an access key for any user"
    assert found.caveats == " (if aws:MultiFactorAuthPresent is true)"
    assert [place.pointer for place in found.places] == ["/here"]
