"""What the questions about access are answered."""

from __future__ import annotations

import pytest

from auditor.access.graph import graph
from auditor.access.queries import can, spelled, undecided, unseen, unseen_ways, who_can
from auditor.policy.decide import Answer, evaluate
from tests.access.worlds import ACCOUNT, ADMIN, Builder, allow, deny, trust

KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/one"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def answers(made, action, resource=""):
    return {it.actor.name: it.access.answer for it in who_can(graph(made.world), action, resource)}


def test_who_can_weighs_all_policies_together():
    made = Builder()
    made.group("readers", allow("s3:Get*"))
    made.user("ann", groups=("readers",))
    made.user("bob", deny("s3:GetObject"), groups=("readers",))
    made.user("eve", allow("s3:GetObject", **MFA))
    made.user("dan", allow("s3:PutObject"))
    made.user("kim", allow("*"), boundary=made.policy("limit", allow("ec2:*")))
    made.role("root", trust(ACCOUNT), attached=(ADMIN,))
    assert answers(made, "s3:GetObject") == {"ann": "yes", "eve": "conditional", "root": "yes"}


def test_who_can_is_about_one_resource_if_one_is_named():
    made = Builder()
    made.user("ann", allow("s3:GetObject", resource="arn:aws:s3:::mine/*"))
    made.user("bob", allow("s3:GetObject", resource="arn:aws:s3:::other/*"))
    assert answers(made, "s3:GetObject") == {"ann": "yes", "bob": "yes"}
    assert answers(made, "s3:GetObject", "arn:aws:s3:::mine/x") == {"ann": "yes"}


def test_a_key_leaves_it_to_the_policies_of_its_account():
    made = Builder()
    made.user("ann", allow("kms:Decrypt", resource=KEY))
    made.user("bob")
    assert answers(made, "kms:Decrypt", KEY) == {"ann": "yes"}
    assert answers(made, "KMS:decrypt") == {"ann": "yes"}


def test_roles_are_assumed_where_their_trust_policies_say_so():
    made = Builder()
    role = made.role("one", trust(made.arn("user", "bob")))
    made.role("two", trust("lambda.amazonaws.com"))
    gated = made.role("gated", trust(made.arn("user", "kim"), **MFA))
    made.user("ann", allow("sts:AssumeRole"))
    made.user("bob")
    made.user("kim")
    assert answers(made, "sts:AssumeRole", role) == {"bob": "yes"}
    assert answers(made, "sts:AssumeRole", gated) == {"kim": "conditional"}
    assert answers(made, "sts:AssumeRole") == {"bob": "yes", "kim": "conditional"}
    assert answers(made, "sts:AssumeRoleWithSAML") == {}


def test_every_answer_has_a_witness_that_the_engine_confirms():
    made = Builder()
    made.user("ann", allow("s3:*", **MFA), allow("kms:*", "sts:AssumeRole"))
    made.role("one", trust(ACCOUNT), allow("iam:*"))
    found = graph(made.world)
    for actor in found.world.actors:
        for answer in can(found, actor):
            action = answer.action.lower()
            if not action.startswith(("kms:", "sts:assume")):  # which take a policy of the resource as well
                assert evaluate(answer.access.witness, actor.policies).answer is Answer.ALLOW


def test_what_one_can_do():
    made = Builder()
    made.user("ann", allow("sqs:List*", "sqs:SendMessage", "sqs:Fly"), deny("sqs:ListQueueTags"))
    found = graph(made.world)
    ann = found.world.actor(made.arn("user", "ann"))
    names = [it.action for it in can(found, ann)]
    assert names == [
        *("sqs:ListDeadLetterSourceQueues", "sqs:ListMessageMoveTasks", "sqs:ListQueues", "sqs:SendMessage"),
        *("sts:GetCallerIdentity", "sts:GetSessionToken"),
    ]
    assert [it.action for it in can(found, ann, ("sqs:S*", "sqs:listqueues"))] == ["sqs:ListQueues", "sqs:SendMessage"]
    assert can(found, ann, ("s3:*",)) == []
    (fly,) = can(found, ann, ("sqs:Fly",))
    assert [grant.label for grant in fly.grants] == ["inline policy own"]


def test_what_was_not_seen_leaves_the_answer_open():
    made = Builder()
    made.user("ann", allow("s3:GetObject"), attached=(made.arn("policy", "unseen"),))
    made.user("bob")
    found = graph(made.world)
    ann = found.world.actor(made.arn("user", "ann"))
    (about_get,) = who_can(found, "s3:GetObject")
    assert (about_get.access.answer, "not seen" in about_get.access.unless) == ("yes", True)
    assert answers(made, "s3:PutObject") == {"ann": "unknown"}
    assert {it.access.answer for it in can(found, ann)} == {"yes"}
    assert {it.access.answer for it in can(found, ann, ("s3:Put*",))} == {"unknown"}
    assert [actor.name for actor, _ in unseen(found.people)] == ["ann"]


def test_what_was_not_seen_may_be_a_way_on():
    made = Builder()
    made.user("ann")
    made.user("bob", allow("sts:AssumeRole"))
    made.role("dim", trust(made.arn("user", "ann")), attached=(made.arn("policy", "unseen"),))
    made.role("root", trust(made.arn("user", "bob")), attached=(ADMIN,))
    found = graph(made.world)
    ann, bob = made.arn("user", "ann"), made.arn("user", "bob")
    assert [actor.name for actor, _ in unseen_ways(found)] == ["dim"]
    assert [actor.name for actor, _ in unseen_ways(found, ann)] == ["ann"]
    assert list(unseen_ways(found, bob)) == []


def test_what_would_take_too_long_to_find_out_is_not_known(monkeypatch):
    monkeypatch.setattr("auditor.access.solve.MAX_DECISIONS", 1)
    made = Builder()
    gate = {"aws:SourceIp": "192.0.2.0/24"}
    made.user("ann", allow("sqs:SendMessage", IpAddress=gate, StringLike={"aws:UserAgent": "a*"}))
    found = graph(made.world)
    answered = who_can(found, "sqs:SendMessage")
    assert [it.access.answer for it in answered] == ["unknown"]
    assert [(actor.name, "more conditions" in why) for actor, why in undecided(answered)] == [("ann", True)]
    all_of_ann = can(found, found.world.actor(made.arn("user", "ann")))
    assert [it.action for it in all_of_ann if it.access.answer == "unknown"] == ["sqs:SendMessage"]


@pytest.mark.parametrize(
    ("given", "told"), [("S3:getobject", "s3:GetObject"), ("s3:Fly", "s3:Fly"), ("zz:Top", "zz:Top")]
)
def test_actions_are_spelled_as_aws_does(given, told):
    assert spelled(given) == told
