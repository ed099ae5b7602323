"""What an organization forbids in an account, as far as snapshots tell; and what is said where they do not."""

import json
import random
from itertools import product

import pytest

from auditor.access.graph import graph, path, paths
from auditor.access.organizations import organization_levels
from auditor.access.queries import who_can
from auditor.access.trusts import ASSUME
from auditor.access.world import World
from auditor.snapshot.redact import redact
from tests.access.test_reach import ACTIONS, statement, trusting
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, document, trust

MANAGEMENT = "999900001111"
ORGANIZATION = {"Id": "o-abcdefghij", "MasterAccountId": MANAGEMENT, "FeatureSet": "ALL"}
ROOT, UNIT = "r-ab12", "ou-ab12-11111111"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
BY_SCP, BY_RCP = "a service control policy forbids it", "a resource control policy forbids it"
FULL = {
    "Id": "p-FullAWSAccess",
    "Type": SCP,
    "AwsManaged": True,
    "Targets": [{"TargetId": id} for id in (ROOT, UNIT, ACCOUNT, OTHER, MANAGEMENT)],
}


def everyone(statement):
    """A statement as RCPs have it."""
    return {**statement, "Principal": "*"}


def policy(target, *statements, kind=SCP, id="p-1", content=None):
    content = document(*statements) if content is None else content
    return {"Id": id, "Type": kind, "Content": content, "Targets": [{"TargetId": target}]}


def told(*policies, kind="delegated", types=(SCP, RCP), paths=None):
    """What an account is told that may ask about its organization; both accounts are in one unit."""
    enabled = [{"Type": each, "Status": "ENABLED"} if isinstance(each, str) else each for each in types]
    accounts = {
        id: {"Id": id, "Paths": [f"o-abcdefghij/{ROOT}/{unit}{id}/"] if paths is None else paths}
        for id, unit in ((ACCOUNT, f"{UNIT}/"), (OTHER, f"{UNIT}/"), (MANAGEMENT, ""))
    }
    return {
        "seat": {"Kind": kind, "Root": {"Id": ROOT, "PolicyTypes": enabled}},
        "accounts": accounts,
        "policies": {each["Id"]: each for each in (FULL, *policies)},
    }


def member(account=ACCOUNT, view=None, **more):
    made = Builder(account, {**ORGANIZATION, **more})
    made.view = {"seat": {"Kind": "member"}} if view is None else view
    return made


def acting(made, *statements, world=None, action="s3:GetObject", resource="arn:aws:s3:::data/a", **more):
    """Whether a user with some statements may do something."""
    ann = made.user("ann", *(statements or (allow("*"),)), **more)
    world = world() if world else made.world
    return world.may(world.actor(ann), action, resource)


# -- which levels there are ------------------------------------------------------------------------------------------


def test_levels_lead_from_the_root_to_the_account():
    stop, hold = policy(UNIT, deny("s3:*")), policy(ACCOUNT, everyone(deny("s3:*")), kind=RCP, id="p-2")
    found = organization_levels(member(view=told(stop, hold)).snapshot)
    assert [(level.id, len(level.policies)) for level in found.scps] == [(ROOT, 1), (UNIT, 2), (ACCOUNT, 1)]
    assert [(level.id, len(level.policies)) for level in found.rcps] == [(ACCOUNT, 1)]
    assert (found.unless, found.unless_resource) == ("", "")


@pytest.mark.parametrize(
    ("target", "statement", "answer"),
    [
        (ROOT, deny("s3:*"), "no"),
        (UNIT, deny("s3:*"), "no"),
        (ACCOUNT, deny("s3:*"), "no"),
        (OTHER, deny("s3:*"), "yes"),
        ("ou-ab12-22222222", deny("s3:*"), "yes"),
        (ACCOUNT, deny("ec2:*"), "yes"),
        (ACCOUNT, deny("s3:*", StringNotEquals={"aws:PrincipalOrgID": "o-abcdefghij"}), "yes"),
        (ACCOUNT, deny("s3:*", StringEquals={"aws:ResourceOrgID": "o-abcdefghij"}), "no"),
        (
            ACCOUNT,
            deny("s3:*", **{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"*/{ROOT}/{UNIT}/*"}}),
            "no",
        ),
        (ACCOUNT, deny("s3:*", Bool={"aws:MultiFactorAuthPresent": "false"}), "conditional"),
    ],
    ids=str,
)
def test_a_policy_limits_what_is_below_its_target(target, statement, answer):
    found = acting(member(view=told(policy(target, statement))))
    assert (found.answer, found.unless) == (answer, "")


def test_every_level_must_allow():
    view = told(policy(UNIT, allow("ec2:*")))
    assert acting(member(view=view)).answer == "yes"  # FullAWSAccess is there as well
    view["policies"][FULL["Id"]] = {**FULL, "Targets": [{"TargetId": ROOT}, {"TargetId": ACCOUNT}]}
    assert acting(member(view=view)).answer == "no"


def test_resource_control_policies_limit_services_that_honour_them():
    refusal = told(policy(ROOT, everyone(deny("*")), kind=RCP))
    assert acting(member(view=refusal)).answer == "no"
    assert acting(member(view=refusal), action="ec2:StopInstances", resource="*").answer == "yes"


def test_the_policy_that_aws_attaches_everywhere_is_no_level():
    given = {"Id": "p-RCPFullAWSAccess", "Type": RCP, "AwsManaged": True, "Targets": [{"TargetId": ROOT}]}
    found = organization_levels(member(view=told(given)).snapshot)
    assert (found.rcps, found.unless_resource) == ((), "")


def test_a_type_that_is_not_enabled_limits_nothing():
    refusals = (policy(ROOT, deny("*")), policy(ROOT, everyone(deny("*")), kind=RCP, id="p-2"))
    assert acting(member(view=told(*refusals, types=()))).answer == "yes"
    assert acting(member(view=told(*refusals, types=(RCP,)))).answer == "no"
    assert acting(member(view=told(*refusals, types=(RCP,))), action="ec2:StopInstances", resource="*").answer == "yes"


def test_the_management_account_is_limited_by_nothing():
    refusals = (policy(ROOT, deny("*")), policy(ROOT, everyone(deny("*")), kind=RCP, id="p-2"))
    found = acting(member(MANAGEMENT, told(*refusals, kind="management")))
    assert (found.answer, found.unless) == ("yes", "")


def test_an_organization_for_bills_alone_has_no_policies():
    found = acting(member(FeatureSet="CONSOLIDATED_BILLING"))
    assert (found.answer, found.unless) == ("yes", "")


def test_service_linked_roles_are_exempt():
    for view in (told(policy(ROOT, deny("*"))), None):
        made = member(view=view)
        path = "/aws-service-role/x.amazonaws.com/"
        made.role("AWSServiceRoleForX", trust("x.amazonaws.com"), allow("sqs:SendMessage"), path=path)
        (answer,) = who_can(graph(made.world), "sqs:SendMessage")
        assert (answer.access.answer, answer.access.unless) == ("yes", "")


# -- what was not seen -----------------------------------------------------------------------------------------------

GAP = {"operation": "organizations:DescribePolicy", "reason": "denied"}


def without(section):
    view = told()
    del view[section]
    return view


HIDDEN = {
    "member": {"seat": {"Kind": "member"}},
    "nothing": {},
    "no seat": without("seat"),
    "no root": {**told(), "seat": {"Kind": "delegated"}},
    "no accounts": without("accounts"),
    "not listed": {**told(), "accounts": {}},
    "no path": told(paths=[]),
    "another path": told(paths=[f"o-abcdefghij/{ROOT}/{OTHER}/"]),
    "another organization": told(paths=[f"o-else/{ROOT}/{ACCOUNT}/"]),
    "odd path": told(paths=["/"]),
    "two paths": told(paths=[f"o-abcdefghij/{ROOT}/{ACCOUNT}/", f"o-abcdefghij/{ROOT}/{UNIT}/{ACCOUNT}/"]),
    "no policies": without("policies"),
    "policies pending": told(types=[{"Type": kind, "Status": "PENDING_ENABLE"} for kind in (SCP, RCP)]),
}


@pytest.mark.parametrize("view", HIDDEN.values(), ids=HIDDEN)
def test_what_was_not_seen_may_forbid(view):
    found = acting(member(view=view))
    assert (found.answer, found.unless) == ("yes", f"{BY_SCP} or {BY_RCP}")


@pytest.mark.parametrize("resource", [None, "p-2"])
def test_a_gap_among_policies_may_forbid(resource):
    made = member(view=told(policy(ROOT, deny("s3:*"))))
    made.gaps = [{"section": "organizations.policies", **GAP, "resource": resource}]
    found = acting(made)
    assert (found.answer, found.unless) == ("yes", f"{BY_SCP} or {BY_RCP}")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"Statement": {"Effect": "Deny"}}'])
@pytest.mark.parametrize(("kind", "unless"), [(SCP, BY_SCP), (RCP, BY_RCP)])
def test_a_policy_that_cannot_be_read_may_forbid(content, kind, unless):
    found = acting(member(view=told(policy(ROOT, kind=kind, content=content))))
    assert (found.answer, found.unless) == ("yes", unless)


def test_a_policy_that_cannot_be_read_elsewhere_changes_nothing():
    assert acting(member(view=told(policy(OTHER, content="{")))).unless == ""


def test_a_place_without_a_policy_was_not_seen():
    view = told()
    view["policies"][FULL["Id"]] = {**FULL, "Targets": [{"TargetId": ROOT}, {"TargetId": ACCOUNT}]}
    assert acting(member(view=view)).unless == BY_SCP


def test_gaps_do_not_matter_for_types_that_are_not_enabled():
    made = member(view=told(types=()))
    made.gaps = [{"section": "organizations.policies", **GAP}]
    assert acting(made).unless == ""


def test_what_may_forbid_is_told_where_it_matters():
    unseen = member()
    assert acting(unseen, action="ec2:StopInstances", resource="*").unless == BY_SCP
    assert acting(unseen, allow("s3:GetBucketPolicy")).unless == ""  # of what is refused nothing need be told


def test_redaction_changes_no_level():
    made = member(view=told(policy(UNIT, deny("s3:*"))))
    made.user("ann", allow("*"))
    for level in ("names", "strict"):
        world = World.of(redact(made.snapshot, level))
        (actor,) = world.actors
        assert world.may(actor, "s3:GetObject", "arn:aws:s3:::data/a").answer == "no"


# -- several accounts ------------------------------------------------------------------------------------------------


def limited_by(*others):
    """What limits a member of which nothing but its membership is known, as others tell."""
    return organization_levels(member().snapshot, [other.snapshot for other in others])


def test_another_account_may_tell():
    found = limited_by(member(MANAGEMENT, told(policy(UNIT, deny("s3:*")), kind="management")))
    assert [level.id for level in found.scps] == [ROOT, UNIT, ACCOUNT]
    assert (found.unless, found.unless_resource, found.path) == ("", "", f"o-abcdefghij/{ROOT}/{UNIT}/")


def test_an_account_that_cannot_tell_is_passed_over():
    blind = member(OTHER, without("policies"))
    assert limited_by(blind).unless == BY_SCP
    assert limited_by(blind, member(MANAGEMENT, told(kind="management"))).unless == ""


def test_an_account_of_another_organization_tells_nothing():
    assert limited_by(member(MANAGEMENT, told(), Id="o-elsewhere1")).unless == BY_SCP


def test_another_account_may_tell_the_organization():
    alone = Builder()
    alone.organization = None
    view = member(MANAGEMENT, told(policy(UNIT, deny("s3:*")), kind="management")).snapshot
    outside = organization_levels(alone.snapshot, [view])
    assert (outside.scps, outside.unless, outside.organization) == ((), "", "")
    snapshot = alone.snapshot.model_copy(update={"organizations": type(view.organizations)()})
    unknown = organization_levels(snapshot)
    assert (unknown.unless, unknown.organization) == (BY_SCP, None)
    found = organization_levels(snapshot, [view])
    assert (len(found.scps), found.unless, found.organization) == (3, "", "o-abcdefghij")


def test_a_caller_has_its_own_scps_and_a_resource_its_own_rcps():
    here, there = member(), member(OTHER)
    mine = policy(ACCOUNT, deny("s3:*"), id="p-1")
    refusal = deny("sts:AssumeRole", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:user/ann"})
    theirs = policy(OTHER, everyone(refusal), kind=RCP, id="p-2")
    role = there.role("far", trust(ACCOUNT), allow("s3:*"))
    for name in ("ann", "bob"):
        here.user(name, allow("sts:AssumeRole", "s3:*", Bool={"aws:MultiFactorAuthPresent": "true"}))
    view = member(MANAGEMENT, told(mine, theirs, kind="management"))
    world = World.of_many((here.snapshot, there.snapshot, view.snapshot))
    can = {actor.name: world.may(actor, "sts:AssumeRole", role).answer for actor in world.actors}
    assert can == {"ann": "no", "bob": "conditional", "far": "no"}
    assert [way.source.name for way in paths(graph(world), to=role)] == ["bob"]
    can = {actor.name: world.may(actor, "s3:GetObject", "arn:aws:s3:::x/y").answer for actor in world.actors}
    assert can == {"ann": "no", "bob": "no", "far": "yes"}


def test_a_role_elsewhere_may_be_under_policies_that_were_not_seen():
    here, there = member(view=told()), member(OTHER, Id="o-elsewhere1")
    role = there.role("far", trust(ACCOUNT))
    ann = here.user("ann", allow("*"))
    world = World.of_many((here.snapshot, there.snapshot))
    assert world.may(world.actor(ann), "sts:AssumeRole", role).unless == BY_RCP


def test_a_trust_policy_may_say_something_else_in_another_account():
    here, there = Builder(), Builder(OTHER)
    same = trust(ACCOUNT, StringEquals={"aws:ResourceAccount": OTHER})
    ann = here.user("ann", allow("sts:AssumeRole"))
    for made in (here, there):
        made.role("far", same)
    world = World.of_many((here.snapshot, there.snapshot))
    assumable = graph(world).attempts.trusts.assumable(world.actor(ann))
    assert set(world.targets.members(assumable)) == {there.arn("role", "far")}


def test_roles_of_several_accounts_are_told_apart_by_whose_they_are():
    here, there = member(), member(OTHER)
    own = policy(ROOT, deny("sts:*", StringNotEquals={"aws:ResourceAccount": ACCOUNT}))
    for made in (here, there):
        made.role("admin", trust(ACCOUNT), attached=(ADMIN,))
    ann = here.user("ann", allow("sts:AssumeRole"))
    view = member(MANAGEMENT, told(own, kind="management"))
    world = World.of_many((here.snapshot, there.snapshot, view.snapshot))
    found = graph(world)
    assumable = set(world.targets.members(found.attempts.trusts.assumable(world.actor(ann))))
    assert assumable == {here.arn("role", "admin")}


# -- who administers, and who can become whom ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "administers"),
    [
        ((deny("s3:*"),), True),
        ((deny("iam:*"),), False),
        ((deny("iam:*", ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}),), False),
        ((deny("iam:*", ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:user/ann"}),), True),
    ],
    ids=str,
)
def test_administrators_are_who_the_organization_lets_administer(statements, administers):
    made = member(view=told(policy(ROOT, *statements)))
    made.user("ann", attached=(ADMIN,))
    assert bool(graph(made.world).admins) is administers


def test_what_nobody_may_do_there_makes_nobody_strong():
    """Whoever may write its own policies gains only what the organization leaves."""
    view = told(policy(UNIT, allow("iam:PutUserPolicy", "iam:CreateAccessKey", "s3:*")))
    view["policies"][FULL["Id"]] = {**FULL, "Targets": [{"TargetId": ROOT}, {"TargetId": ACCOUNT}]}
    made = member(view=view)
    ann = made.user("ann", allow("iam:PutUserPolicy", resource=made.arn("user", "ann")))
    made.user("bob", allow("iam:PutUserPolicy", "iam:CreateAccessKey", resource=ann))
    found = graph(made.world)
    assert (found.admins, list(paths(found))) == ({}, [])


@pytest.mark.parametrize("statement", [deny("ec2:*"), allow("s3:*", "sqs:*", "sts:*", "iam:*")], ids=str)
def test_what_the_organization_forbids_makes_no_role_stronger(statement):
    view = told(policy(UNIT, statement))
    if statement["Effect"] == "Allow":
        view["policies"][FULL["Id"]] = {**FULL, "Targets": [{"TargetId": ROOT}, {"TargetId": ACCOUNT}]}
    made = member(view=view)
    ann = made.user("ann", allow("s3:*"))
    strong = made.role("a", trust(ACCOUNT), allow("s3:*", "sqs:*"))
    plain = made.role("b", trust(ACCOUNT), allow("s3:*", "ec2:*"))
    found = graph(made.world)
    assert found.is_stronger(strong, found.world.actor(ann))
    assert not found.is_stronger(plain, found.world.actor(ann))


def test_roles_of_one_trust_are_told_apart_by_resource_control_policies():
    named = everyone(deny("sts:AssumeRole", resource=f"arn:aws:iam::{ACCOUNT}:role/a-*"))
    made = member(view=told(policy(ROOT, named, kind=RCP)))
    ann = made.user("ann", allow("sts:AssumeRole"))
    for name in ("a-1", "b-1"):
        made.role(name, trust(ACCOUNT), attached=(ADMIN,))
    found = graph(made.world)
    way = path(found, found.world.actor(ann))
    assert way is not None
    assert way.end.name == "b-1"


def test_roles_of_one_trust_are_told_apart_by_denials_of_who_is_named_there():
    """Whoever is named needs no permission of its own."""
    made = Builder()
    ann = made.user("ann", deny("sts:AssumeRole", resource=made.arn("role", "a-*")))
    for name in ("a-1", "b-1"):
        made.role(name, trust(ann), attached=(ADMIN,))
    (way,) = paths(graph(made.world))
    assert way.end.name == "b-1"


@pytest.mark.parametrize("tags", [{}, {"open": "yes"}])
def test_roles_of_one_trust_are_told_apart_by_tags_that_resource_control_policies_read(tags):
    closed = everyone(deny("sts:AssumeRole", StringNotEquals={"aws:ResourceTag/open": "yes"}))
    made = member(view=told(policy(ROOT, closed, kind=RCP)))
    made.user("ann", allow("sts:AssumeRole"))
    made.role("a", trust(ACCOUNT))
    made.role("b", trust(ACCOUNT), attached=(ADMIN,), tags=tags)
    assert len(paths(graph(made.world))) == len(tags)


@pytest.mark.parametrize(
    ("condition", "ways"),
    [
        ({}, 0),
        ({"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, 1),
        ({"StringEquals": {"aws:PrincipalServiceName": "ec2.amazonaws.com"}}, 1),
    ],
    ids=str,
)
def test_resource_control_policies_limit_which_services_take_a_role(condition, ways):
    made = member(view=told(policy(ROOT, everyone(deny("sts:AssumeRole", **condition)), kind=RCP)))
    made.role("admin", trust("lambda.amazonaws.com"), attached=(ADMIN,))
    made.user("ann", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
    assert len(paths(graph(made.world))) == ways


def test_services_are_asked_about_each_role_that_resource_control_policies_tell_apart():
    named = everyone(deny("sts:AssumeRole", resource=f"arn:aws:iam::{ACCOUNT}:role/a-*"))
    made = member(view=told(policy(ROOT, named, kind=RCP)))
    made.role("a-1", trust("lambda.amazonaws.com"))
    made.role("b-1", trust("lambda.amazonaws.com"), attached=(ADMIN,))
    made.user("ann", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
    (way,) = paths(graph(made.world))
    assert way.end.name == "b-1"


def random_accounts(seed):
    """Two accounts of one organization with random policies on every level."""
    pick = random.Random(seed)
    extra = []
    for number, (place, kind) in enumerate(product((ROOT, ACCOUNT, OTHER), (SCP, RCP))):
        statements = [statement(pick, (*ACTIONS, "sts:AssumeRole")) for _ in range(pick.randint(0, 2))]
        refusals = [{**it, "Effect": "Deny"} if kind == RCP or pick.random() < 0.8 else it for it in statements]
        if statements:
            rcp = kind == RCP
            extra.append(policy(place, *(map(everyone, refusals) if rcp else refusals), kind=kind, id=f"p-{number}"))
    made = [member(MANAGEMENT, told(*extra, kind="management")), member(), member(OTHER)]
    for each in made[1:]:
        for number, team in product(range(2), ("web", "data")):
            tags = {"team": team} if pick.random() < 0.5 else {}
            held = (statement(pick), allow("sts:AssumeRole", "iam:PassRole"))
            each.user(f"{team}-{number}", *held, tags=tags)
            each.role(f"{team}-{number}", trusting(pick), *held, tags=tags)
    return World.of_many(each.snapshot for each in made)


@pytest.mark.parametrize("seed", range(25))
def test_sets_hold_what_the_engine_allows_under_an_organization(seed):
    world = random_accounts(seed)
    found = graph(world)
    reach, trusts = found.attempts.reach, found.attempts.trusts
    roles = [actor.arn for actor in world.actors if actor.kind == "role"]
    for actor in world.actors:
        own = reach.account(actor.account)
        for action in ACTIONS[:3]:
            asked = {arn for arn in world.targets.members(own) if world.decide(actor, action, arn, {}).granted}
            assert set(world.targets.members(reach.on(actor, action))) == asked, (actor.arn, action)
        asked = {arn for arn in roles if arn != actor.arn and world.may(actor, ASSUME, arn).granted}
        assert set(world.targets.members(trusts.assumable(actor))) == asked, actor.arn
    serving = {arn for arn in roles if trusts.trusted("lambda.amazonaws.com", arn).answer in ("yes", "conditional")}
    assert set(world.targets.members(trusts.serving("lambda.amazonaws.com"))) == serving


def test_the_request_of_a_service_tells_what_was_not_seen():
    """What was seen is no doubt any more: a step tells what may forbid it only where that was not seen."""
    for view, unless in ((None, BY_SCP), (told(), "")):
        made = member(view=view)
        made.user("ann", allow("iam:PutUserPolicy"))
        (proof,) = graph(made.world).admins.values()
        assert proof.unless == unless


def test_snapshots_are_not_changed_by_being_asked():
    made = member(view=told(policy(UNIT, deny("s3:*"))))
    before = made.snapshot.model_dump_json()
    snapshot = made.snapshot
    organization_levels(snapshot)
    assert json.loads(snapshot.model_dump_json()) == json.loads(before)
