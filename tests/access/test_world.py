"""What is known of a user's or role's requests, and what is said where something was not seen."""

import pytest

from auditor.access.graph import graph, paths
from auditor.access.organizations import Limits
from auditor.access.world import World
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.layers import Level
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, document, trust

BUCKET = "arn:aws:s3:::data/a"
READ = ("s3:GetObject", BUCKET)
MEMBER = {"Id": "o-example", "MasterAccountId": OTHER}


def access(action, resource, *statements, context=None, organization=None, **more):
    made = Builder(organization=organization)
    more.setdefault("tags", {"team": "web"})
    made.user("ann", *statements, **more)
    made.user("bob", tags={"team": "data"})
    world = made.world
    return world.may(world.actor(made.arn("user", "ann")), action, resource, context)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({}, "yes"),
        ({"StringEquals": {"aws:username": "ann"}}, "yes"),
        ({"StringEquals": {"aws:username": "bob"}}, "no"),
        ({"StringEquals": {"aws:PrincipalTag/team": "web"}}, "yes"),
        ({"StringEquals": {"aws:PrincipalTag/other": "web"}}, "no"),
        ({"StringLike": {"aws:userid": "AIDAANN"}}, "yes"),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, "conditional"),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, "conditional"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "conditional"),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "no"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "yes"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, "conditional"),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "no"),
        ({"Bool": {"aws:SecureTransport": "false"}}, "no"),
        ({"Bool": {"aws:ViaAWSService": "true"}}, "no"),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, "no"),
        ({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}, "no"),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, "yes"),
        ({"StringEquals": {"aws:UserAgent": "x"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}, "conditional"),
        ({"StringEquals": {"aws:UserAgent": "x"}, "StringNotEquals": {"aws:UserAgent": "x"}}, "no"),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}, "Null": {"aws:TagKeys": "false"}}, "yes"),
    ],
    ids=str,
)
def test_conditions(condition, answer):
    action, about = ("iam:TagUser", f"arn:aws:iam::{ACCOUNT}:user/bob") if "TagKeys" in str(condition) else READ
    found = access(action, about, allow(action, **condition))
    assert found.answer == answer
    assert (found.witness is not None) is (answer != "no")


def test_a_condition_that_the_caller_may_choose_is_in_the_witness():
    found = access("s3:GetObject", BUCKET, allow("s3:GetObject", StringEquals={"aws:UserAgent": "x"}))
    assert found.witness.context["aws:useragent"] == ("x",)
    assert found.given == ()


def test_circumstances_are_told():
    found = access("s3:GetObject", BUCKET, allow("s3:*", Bool={"aws:MultiFactorAuthPresent": "true"}))
    assert found.given == (("aws:MultiFactorAuthPresent", "true"),)


def test_tags_of_a_user_that_is_asked_about_are_known():
    about = f"arn:aws:iam::{ACCOUNT}:user/bob"
    same = allow("iam:GetUser", StringEquals={"iam:ResourceTag/team": "${aws:PrincipalTag/team}"})
    assert access("iam:GetUser", about, same).answer == "no"
    assert access("iam:GetUser", about, same, tags={"team": "data"}).answer == "yes"


def test_a_value_is_found_that_equals_a_variable():
    same = allow("ec2:StopInstances", StringEquals={"aws:ResourceTag/owner": "${aws:username}"})
    found = access("ec2:StopInstances", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1", same)
    assert found.answer == "conditional"
    assert found.given == (("aws:ResourceTag/owner", "ann"),)


def test_a_denial_that_holds_only_elsewhere_leaves_a_condition():
    office = deny("*", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})
    found = access("s3:GetObject", BUCKET, allow("s3:*"), office)
    assert found.answer == "conditional"
    assert found.given[0][0] == "aws:SourceIp"


def test_an_unseen_policy_makes_a_no_unknown_and_a_yes_doubtful():
    unseen = (f"arn:aws:iam::{ACCOUNT}:policy/Unseen",)
    assert access("s3:GetObject", BUCKET, attached=unseen).answer == "unknown"
    found = access("s3:GetObject", BUCKET, allow("s3:*"), attached=unseen)
    assert found.answer == "yes"
    assert found.unless == "a policy that was not seen denies it"


def test_an_unseen_boundary_leaves_a_yes_unknown_and_a_no_sure():
    unseen = f"arn:aws:iam::{ACCOUNT}:policy/Unseen"
    assert access("s3:GetObject", BUCKET, allow("s3:*"), boundary=unseen).answer == "unknown"


def test_a_member_account_is_limited_by_policies_that_are_not_seen():
    assert access("s3:GetObject", BUCKET, allow("s3:*"), organization=MEMBER).unless.startswith("a service control")
    assert access("s3:GetObject", BUCKET, allow("s3:*")).unless == ""
    management = {"Id": "o-example", "MasterAccountId": ACCOUNT}
    assert access("s3:GetObject", BUCKET, allow("s3:*"), organization=management).unless == ""


def test_an_organization_that_was_not_seen_may_limit():
    made = Builder()
    made.user("ann", allow("s3:*"))
    snapshot = made.snapshot
    bare = snapshot.model_copy(update={"organizations": type(snapshot.organizations)()})
    world = World.of(bare)
    assert "service control policy" in world.may(world.actors[0], "s3:GetObject", BUCKET).unless


@pytest.mark.parametrize(
    ("name", "path", "trusts", "maker"),
    [
        ("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/", trust("x.amazonaws.com"), "service-linked"),
        ("AWSReservedSSO_A_1", "/aws-reserved/sso.amazonaws.com/", document(), "identity-center"),
        ("AWSControlTowerExecution", "/", trust(OTHER), "control-tower"),
        ("aws-controltower-ConfigRecorderRole", "/", trust("config.amazonaws.com"), "control-tower"),
        ("AWSControlTowerExecution", "/", trust(ACCOUNT), ""),
        ("AWSControlTowerExecution", "/", trust("*"), ""),
        ("AWSControlTowerExecution", "/", document(), ""),
        ("AWSCloudFormationStackSetExecutionRole", "/", trust(OTHER), "stacksets"),
        ("AWSCloudFormationStackSetAdministrationRole", "/", trust("cloudformation.amazonaws.com"), "stacksets"),
        ("OrganizationAccountAccessRole", "/", trust(OTHER), "organization-access"),
        ("OrganizationAccountAccessRole", "/", trust(OTHER, "ec2.amazonaws.com"), ""),
        ("web", "/", trust(OTHER), ""),
    ],
)
def test_roles_that_aws_makes_are_known_by_path_name_and_trust(name, path, trusts, maker):
    made = Builder()
    made.role(name, trusts, path=path)
    (actor,) = made.world.actors
    assert actor.aws_made == maker


def test_groups_and_policies_are_held_by_their_users():
    made = Builder()
    policy = made.policy("p", allow("s3:*"))
    made.group("team", attached=(policy,))
    ann = made.user("ann", groups=("team", "gone"))
    world = made.world
    assert world.policies[policy].holders == (ann,)
    assert world.groups[made.arn("group", "team")].members == (ann,)
    assert [grant.label for grant in world.actor(ann).sources] == ["p through group team"]
    assert [spot.reason for spot in world.actor(ann).blind] == ["group gone was not listed"]


def test_what_can_be_done_with_which_resources():
    made = Builder()
    made.user("ann", allow("iam:PassRole", resource=made.arn("role", "web-*")), boundary=ADMIN)
    roles = [made.role(name, trust("ec2.amazonaws.com")) for name in ("web-1", "web-2", "ops")]
    world = made.world
    assert world.can_on(world.actor(made.arn("user", "ann")), "iam:PassRole", roles) == tuple(roles[:2])


def test_an_action_that_takes_several_resources_needs_each():
    made = Builder()
    types = ("instance", "network-interface", "volume", "security-group", "subnet")
    some = [f"arn:aws:ec2:*:*:{kind}/*" for kind in types]
    made.user("ann", allow("ec2:RunInstances", resource=some))
    made.user("bob", allow("ec2:RunInstances", resource=[*some, "arn:aws:ec2:*::image/ami-0*"]))
    world = made.world
    answers = [world.anywhere(actor, "ec2:RunInstances").answer for actor in world.actors]
    assert answers == ["no", "yes"]


def test_accounts_that_trust_one_another():
    here, there = Builder(), Builder(OTHER)
    role = there.role("ops", trust(ACCOUNT), allow("*"))
    here.user("ann", allow("sts:AssumeRole", resource=role))
    here.user("bob")
    there.user("eve", allow("sts:AssumeRole"))
    world = World.of_many((here.snapshot, there.snapshot))
    answers = {actor.name: world.may(actor, "sts:AssumeRole", role).answer for actor in world.actors}
    assert answers == {"ann": "yes", "bob": "no", "eve": "no", "ops": "no"}


EVERYTHING = Policy.parse(document(allow("*")), Kind.SCP)


def limited(made, *statements, kind=Kind.SCP):
    """The world of an account under one more policy of its organization, at the account's own level."""
    policy = Policy.parse(document(*statements), kind)
    levels = (Level("r-1", (EVERYTHING,)), Level(made.account, (policy,)))
    limits = Limits(scps=levels) if kind is Kind.SCP else Limits(rcps=levels[1:])
    return World((made.snapshot,), {made.account: limits})


@pytest.mark.parametrize(
    ("statements", "administers"),
    [
        ((allow("*"),), True),
        ((allow("*"), deny("s3:*")), True),
        ((allow("*"), deny("iam:*")), False),
        ((allow("*"), deny("iam:*", ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:user/ann"})), True),
        ((allow("*"), deny("iam:*", StringNotEquals={"aws:PrincipalTag/team": "ops"})), False),
        ((allow("s3:*", "ec2:*"),), False),
    ],
)
def test_service_control_policies_limit(statements, administers):
    made = Builder()
    made.user("ann", allow("iam:PutUserPolicy", "s3:*"))
    found = graph(limited(made, *statements))
    assert bool(found.admins) is administers
    assert all(not step.unless for proof in found.admins.values() for step in proof.steps)


def test_resource_control_policies_limit_who_assumes_roles():
    made = Builder()
    made.role("admin", trust(ACCOUNT), attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole"))
    made.user("bob", allow("sts:AssumeRole"))
    refusal = deny("sts:AssumeRole", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:user/bob"})
    world = limited(made, {**refusal, "Principal": "*"}, kind=Kind.RCP)
    assert {way.source.name for way in paths(graph(world))} == {"ann"}


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:*:{ACCOUNT}:function:*"}},
    ],
)
def test_a_service_may_bring_what_a_trust_policy_asks_of_services(condition):
    made = Builder()
    made.role("admin", trust("lambda.amazonaws.com", **condition), attached=(ADMIN,))
    made.user("ann", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
    (way,) = paths(graph(made.world))
    assert way.steps[0].edge.technique.id == "pass-role-lambda-invoke"


def test_an_external_id_is_no_hindrance_to_who_chooses_it():
    made = Builder()
    made.role("admin", trust(ACCOUNT, StringEquals={"sts:ExternalId": "x"}), attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole"))
    (way,) = paths(graph(made.world))
    assert way.steps[0].accesses[0].answer == "yes"


def test_a_hostile_number_of_conditions_is_given_up():
    made = Builder()
    conditions = {f"aws:RequestTag/k{number}": f"{number}" for number in range(40)}
    denials = [deny("iam:TagUser", StringEquals={key: value}) for key, value in conditions.items()]
    impossible = {"StringEquals": dict(conditions), "Null": {"aws:RequestTag/k39": "true"}}
    ann = made.user("ann", allow("iam:TagUser", **impossible), *denials)
    world = made.world
    assert world.may(world.actor(ann), "iam:TagUser", ann).answer in ("no", "unknown")


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ("AROAJOB:*", "conditional"),
        ("AROAJOB:deploy", "conditional"),
        ("*:deploy", "conditional"),
        ("AROAOTHER:*", "no"),
        ("AROAJOB", "no"),
        ("AIDA*", "no"),
    ],
)
def test_the_sessions_of_a_role_begin_with_its_id(pattern, answer):
    made = Builder()
    job = made.role("job", trust(ACCOUNT), allow("s3:GetObject", StringLike={"aws:userid": pattern}))
    found = made.world.may(made.world.actor(job), *READ)
    assert found.answer == answer
    if found.witness:
        assert found.witness.context["aws:userid"][0].startswith("AROAJOB:")


def test_the_id_of_a_role_may_not_have_been_seen():
    made = Builder()
    job = made.role("job", trust(ACCOUNT), allow("s3:GetObject", StringLike={"aws:userid": "AROAX:*"}))
    made.iam["roles"]["job"].pop("RoleId")
    assert made.world.may(made.world.actor(job), *READ).answer == "conditional"
