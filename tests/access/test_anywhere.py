"""Whether an actor may do something with any resource at all, where its policies leave only some."""

import pytest

from auditor.access.graph import graph
from auditor.access.queries import undecided, who_can
from tests.access.test_organization_levels import FULL, RCP, ROOT, UNIT, everyone, member, policy, told
from tests.access.worlds import ACCOUNT, Builder, allow, deny

MANY = [f"arn:aws:s3:::bucket-{number}/*" for number in range(30)]


def but(*resources, action="s3:*"):
    """A denial of all but some resources."""
    return {"Effect": "Deny", "Action": action, "NotResource": list(resources)}


def asked(made, *statements, action="s3:GetObject", **more):
    """The answer for a user with some statements."""
    ann = made.user("ann", *statements, **more)
    world = made.world
    return world.anywhere(world.actor(ann), action)


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ((allow("s3:*"), but("arn:aws:s3:::corp-*")), "yes"),
        ((allow("s3:*"), deny("s3:*", resource=["arn:aws:s3:::e*", "arn:aws:s3:::x*"])), "yes"),
        ((allow("s3:*", resource=MANY), but(MANY[-1])), "yes"),
        ((allow("s3:*", resource=MANY), but("arn:aws:s3:::other/*")), "no"),
        ((allow("s3:*", resource="arn:aws:s3:::*-logs/*"), but("arn:aws:s3:::corp-*")), "yes"),
        ((allow("s3:*", resource="arn:aws:s3:::*-logs/*"), but("arn:aws:s3:::*-data")), "yes"),  # a key has slashes
        ((allow("s3:*", resource="arn:aws:s3:::logs-*"), but("arn:aws:s3:::data-*")), "no"),
        ((allow("s3:*", resource="arn:aws:s3:::${aws:username}-*"), but("arn:aws:s3:::a*", "arn:aws:s3:::b*")), "yes"),
        ((allow("s3:*", resource="arn:aws:s3:::${aws:username}-*"), but("arn:aws:s3:::b*")), "no"),
        ((allow("s3:*"), deny("s3:*", resource=["arn:aws:s3:::*", "?"])), "yes"),  # by an access point
        ((allow("s3:*"), deny("s3:*", resource=["arn:aws:s3:*", "?"])), "no"),
    ],
    ids=str,
)
def test_what_denials_leave(statements, answer):
    found = asked(Builder(), *statements)
    assert found.answer == answer
    assert (found.witness is not None) is (answer == "yes")


def test_what_a_boundary_leaves():
    made = Builder()
    limit = made.policy("limit", allow("s3:*", resource=MANY))
    assert asked(made, allow("s3:*", resource=MANY[-1]), boundary=limit).answer == "yes"
    assert asked(made, allow("s3:*", resource="arn:aws:s3:::other/*"), boundary=limit).answer == "no"


def test_what_an_organization_leaves():
    only = told(policy(UNIT, allow("s3:*", resource="arn:aws:s3:::corp-*")))
    only["policies"][FULL["Id"]] = {**FULL, "Targets": [{"TargetId": ROOT}, {"TargetId": ACCOUNT}]}
    rcp = told(policy(ROOT, everyone(but("arn:aws:s3:::corp-*")), kind=RCP))
    for view in (only, told(policy(ROOT, but("arn:aws:s3:::corp-*"))), rcp):
        assert asked(member(view=view), allow("s3:*")).answer == "yes"
        assert asked(member(view=view), allow("s3:*", resource="arn:aws:s3:::x*")).answer == "no"


def test_regions_of_resources_are_told_apart():
    elsewhere = [allow("sqs:*", resource="arn:aws:sqs:eu-*:*:*"), but("arn:aws:sqs:*-west-1:*:*", action="sqs:*")]
    assert asked(Builder(), *elsewhere, action="sqs:SendMessage").answer == "yes"


def test_resources_of_another_account_do_not_count():
    foreign = allow("sqs:*", resource="arn:aws:sqs:*:444455556666:*")
    assert asked(Builder(), foreign, action="sqs:SendMessage").answer == "no"


@pytest.mark.parametrize("action", ["sqs:ListQueues", "nosuch:Action"])
def test_what_takes_no_resource_is_surely_refused(action):
    assert asked(Builder(), allow("*"), deny(action, "sqs:*", "nosuch:*"), action=action).answer == "no"


def test_too_many_kinds_are_not_known():
    made = Builder()
    mingled = [f"arn:aws:s3:::*{letter}*" for letter in "abcdefghijklmnopqrstuv"]
    made.user("ann", allow("s3:*"), deny("s3:*", resource=mingled), deny("s3:*", resource="*/e*"))
    made.user("bob", allow("s3:*"), but("arn:aws:s3:::none"), deny("s3:*", resource=mingled))
    answers = who_can(graph(made.world), "s3:GetObject")
    assert [(it.actor.name, it.access.answer) for it in answers][-1] == ("bob", "unknown")
    assert [actor.name for actor, _ in undecided(answers)][-1:] == ["bob"]
