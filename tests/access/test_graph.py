"""Administrators, edges and paths, in accounts that are made for one question each."""

import pytest

from auditor.access.admins import administrators
from auditor.access.graph import graph, path, paths
from auditor.access.world import World
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, document, trust

START = allow("lambda:CreateFunction", "lambda:InvokeFunction")
LAST_USED = ("last_used_date", "last_used_region", "last_used_service")
USERS = ("iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey")


def admins(made):
    return {proof.actor.name: proof.technique.id for proof in administrators(made.world).values()}


@pytest.mark.parametrize(
    "statements",
    [
        (allow("*"),),
        (allow("*:*"),),
        ({"Effect": "Allow", "NotAction": "s3:NoSuch", "Resource": "*"}, allow("s3:*")),
        (allow("*", resource=["arn:aws:s3:::x", "*"]),),
        (allow("a*", "b*"), {"Effect": "Allow", "NotAction": ["a*", "b*"], "Resource": "*"}),
        (allow("*", Bool={"aws:MultiFactorAuthPresent": "true"}),),
        (allow("*"), deny("*", BoolIfExists={"aws:MultiFactorAuthPresent": "false"})),
        (allow("*"), deny("s3:DeleteBucket", "cloudtrail:StopLogging")),
    ],
)
def test_whoever_can_do_everything_administers(statements):
    made = Builder()
    made.user("ann", *statements)
    assert "ann" in admins(made)


@pytest.mark.parametrize(
    "statements",
    [
        (),
        (allow("*", resource="arn:aws:s3:::*"),),
        (allow("*"), deny("iam:*")),
        (allow("*"), deny("*", resource="*")),
        (allow("*", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"}),),
        (allow("*", StringEquals={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/bob"}),),
        ({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},),
        ({"Effect": "Allow", "Action": "*", "NotResource": "*"},),
        (allow("iam:Get*", "iam:List*", "iam:CreateServiceLinkedRole"),),
        (allow(*USERS, StringEquals={"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/limit"}),),
        (allow("iam:CreateUser", "iam:CreateAccessKey"), allow("iam:AttachUserPolicy", resource="*:user/none")),
        (allow("iam:CreateRole", "iam:AttachRolePolicy", resource="*"), deny("iam:AttachRolePolicy")),
    ],
)
def test_whoever_cannot_does_not(statements):
    made = Builder()
    made.policy("limit", allow("s3:*"))
    made.user("ann", *statements)
    assert admins(made) == {}


def test_a_user_may_administer_by_policies_that_only_together_suffice():
    made = Builder()
    made.group("makers", allow("iam:CreateUser", "iam:CreateAccessKey"))
    attach = made.policy("attach", allow("iam:AttachUserPolicy"))
    made.user("ann", groups=("makers",), attached=(attach,))
    made.user("bob", groups=("makers",))
    assert "ann" in admins(made)
    assert "bob" not in admins(made)


def test_a_boundary_counts_for_whoever_is_given_everything():
    made = Builder()
    narrow = made.policy("narrow", allow("iam:PutUserPolicy", "s3:*"))
    wide = made.policy("wide", allow("iam:*"))
    made.user("ann", allow("iam:PutUserPolicy", resource=made.arn("user", "ann")), boundary=narrow)
    made.user("bob", allow("iam:PutUserPolicy", resource=made.arn("user", "bob")), boundary=wide)
    made.user("eve", allow("*"), boundary=ADMIN)
    assert admins(made) == {"bob": "put-user-policy", "eve": "allow-everything"}


def test_a_new_user_may_be_bounded_by_a_policy_that_allows_everything():
    made = Builder()
    any_boundary = {"Null": {"iam:PermissionsBoundary": "false"}}
    made.user("ann", allow("iam:CreateUser", "iam:AttachUserPolicy", **any_boundary), allow("iam:CreateAccessKey"))
    assert admins(made) == {"ann": "over-permissive-iam"}


def test_only_policies_that_matter_may_be_attached():
    made = Builder()
    full = made.policy("full", allow("*"))
    weak = made.policy("weak", allow("s3:*"))
    for name, policy in (("ann", full), ("bob", weak), ("eve", ADMIN)):
        made.user(
            name, allow("iam:AttachUserPolicy", resource=made.arn("user", name), ArnEquals={"iam:PolicyARN": policy})
        )
    assert set(admins(made)) == {"ann", "eve"}


def test_service_linked_roles_are_left_out():
    made = Builder()
    made.role("AWSServiceRoleForX", trust("x.amazonaws.com"), allow("*"), path="/aws-service-role/x.amazonaws.com/")
    made.user("ann", allow("iam:UpdateAssumeRolePolicy", "sts:AssumeRole"))
    assert admins(made) == {}
    assert paths(graph(made.world)) == []


def test_permission_sets_matter_in_the_management_account_alone():
    wide = allow("sso:*")
    organization = {"Id": "o-example", "MasterAccountId": ACCOUNT}
    management, member, alone = Builder(organization=organization), Builder(OTHER, organization), Builder()
    for made in (management, member, alone):
        made.user("ann", wide)
    assert [set(admins(made)) for made in (management, member, alone)] == [{"ann"}, set(), set()]


def chain():
    made = Builder()
    made.user("ann", allow("sts:AssumeRole", resource=made.arn("role", "one")))
    made.role("one", trust(ACCOUNT), allow("sts:AssumeRole", resource=made.arn("role", "two")))
    made.role("two", trust(made.arn("role", "one")), START, allow("iam:PassRole", resource=made.arn("role", "deploy")))
    made.role("deploy", trust("lambda.amazonaws.com"), attached=(ADMIN,))
    made.role("other", trust(ACCOUNT), allow("s3:*"))
    made.user("bob", allow("sts:AssumeRole", resource=made.arn("role", "other")))
    return made


def test_the_shortest_path_is_told_step_by_step():
    found = graph(chain().world)
    (ann,) = (it for it in paths(found) if it.source.name == "ann")
    assert [step.words for step in ann.steps] == [
        "ann can assume role one",
        "one can assume role two",
        "two can create a Lambda function that runs as role deploy and invoke it",
    ]
    assert ann.end.name == "deploy"
    assert ann.administers.does_everything
    assert {it.source.name for it in paths(found)} == {"ann", "one", "two"}


def test_a_path_to_somebody_who_is_no_administrator():
    made = chain()
    found = graph(made.world)
    (way,) = paths(found, made.arn("user", "ann"), made.arn("role", "two"))
    assert [step.edge.technique.id for step in way.steps] == ["assume-role", "assume-role"]
    assert paths(found, made.arn("user", "bob"), made.arn("role", "two")) == []
    assert {it.source.name for it in paths(found, to=made.arn("role", "other"))} >= {"bob"}
    assert paths(found, "arn:aws:iam::111122223333:user/nobody") == []


def test_an_administrator_is_where_paths_lead():
    made = chain()
    found = graph(made.world)
    (way,) = paths(found, made.arn("role", "deploy"))
    assert way.steps == ()
    assert way.end.name == "deploy"
    (way,) = paths(found, made.arn("role", "deploy"), made.arn("role", "other"))
    assert [step.edge.technique.id for step in way.steps] == ["administer"]
    assert way.steps[0].accesses


def test_edges_are_told_once_for_each_pair():
    made = Builder()
    made.user("ann", allow("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:PutUserPolicy", resource="*:user/b*"))
    made.user("bob")
    (edge,) = graph(made.world).edges()
    assert (edge.source.name, edge.target.name) == ("ann", "bob")
    assert edge.raises
    assert edge.technique.id == "put-user-policy-then-create-access-key"


def test_paths_cross_accounts_where_both_sides_agree():
    here, there = Builder(), Builder(OTHER)
    target = there.role("admin", trust(here.arn("role", "hop")), attached=(ADMIN,))
    here.role("hop", trust(ACCOUNT), allow("sts:AssumeRole", resource=target))
    here.user("ann", allow("sts:AssumeRole", resource=here.arn("role", "hop")))
    here.user("bob", allow("sts:AssumeRole", resource=target))
    found = graph(World.of_many((here.snapshot, there.snapshot)))
    assert {it.source.name: len(it.steps) for it in paths(found)} == {"ann": 2, "hop": 1}


def test_an_administrator_of_one_account_may_get_into_another():
    here, there = Builder(), Builder(OTHER)
    target = there.role("reader", trust(ACCOUNT), allow("s3:*"))
    closed = there.role("closed", trust(here.arn("role", "hop")), allow("s3:*"))
    here.role("hop", trust("ec2.amazonaws.com"), allow("sts:AssumeRole"))
    here.user("ann", attached=(ADMIN,))
    found = graph(World.of_many((here.snapshot, there.snapshot)))
    (way,) = paths(found, here.arn("user", "ann"), target)
    assert [step.words for step in way.steps] == ["ann can assume role reader"]
    (way,) = paths(found, here.arn("user", "ann"), closed)
    assert [step.edge.technique.id for step in way.steps] == ["administer", "assume-role"]


def test_what_was_not_seen_of_those_ahead_is_told():
    made = Builder()
    made.user("ann", allow("sts:AssumeRole"))
    made.role("ops", trust(ACCOUNT), attached=(made.arn("policy", "unseen"),))
    found = graph(made.world)
    blind = found.blind_ahead(found.world.actor(made.arn("user", "ann")))
    assert [spot.reason for spot in blind] == ["policy arn:aws:iam::111122223333:policy/unseen was not listed"]


def test_a_boundary_of_the_target_counts():
    made = Builder()
    narrow = made.policy("narrow", allow("s3:*"))
    made.user("ann", allow("iam:PutUserPolicy", "iam:CreateAccessKey", resource=made.arn("user", "bob")))
    made.user("bob", boundary=narrow)
    assert paths(graph(made.world)) == []


def test_a_role_that_trusts_with_a_condition_on_the_caller():
    made = Builder()
    by_tag = {"StringEquals": {"aws:PrincipalTag/team": "ops"}}
    made.role("admin", trust(ACCOUNT, **by_tag), attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole"), tags={"team": "ops"})
    made.user("bob", allow("sts:AssumeRole"), tags={"team": "web"})
    assert {it.source.name for it in paths(graph(made.world))} == {"ann"}


def test_a_trust_policy_that_names_nobody_opens_nothing():
    made = Builder()
    made.role("admin", document(), attached=(ADMIN,))
    made.role("torn", "{", attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole"))
    assert paths(graph(made.world)) == []


def test_a_path_to_a_specific_user():
    made = Builder()
    start = made.user("ann", allow("iam:CreateAccessKey"))
    end = made.user("bob")
    found = graph(made.world)
    assert path(found, found.world.actor(start), end).end.arn == end


def test_a_password_is_made_for_who_has_none_and_changed_for_who_has_one():
    made = Builder()
    made.user("ann", allow("iam:CreateLoginProfile", resource=made.arn("user", "eve")))
    made.user("bob", allow("iam:UpdateLoginProfile", resource=made.arn("user", "eve")))
    made.user("eve", attached=(ADMIN,))
    row = dict.fromkeys(("password_last_used", "password_last_changed", "password_next_rotation", "mfa_active"))
    keys = [f"access_key_{slot}_{name}" for slot in (1, 2) for name in ("active", "last_rotated", *LAST_USED)]
    row |= dict.fromkeys((*keys, "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"))
    for has_password, source in ((True, "bob"), (False, "ann")):
        eve = {"user": "eve", "arn": made.arn("user", "eve"), "password_enabled": has_password}
        eve |= {"user_creation_time": "2025-01-01T00:00:00Z", **row}
        made.iam["credential_report"] = {"generated_time": "2026-01-01T00:00:00Z", "rows": {"eve": eve}}
        assert {it.source.name for it in paths(graph(made.world))} == {source}
