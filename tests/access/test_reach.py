"""Sets against single questions: what is found all at once is what the engine says one by one."""

import random

import pytest

from auditor.access.reach import Reach
from auditor.access.trusts import ASSUME, Trusts
from tests.access.worlds import ACCOUNT, OTHER, Builder, document

ACTIONS = ("iam:PassRole", "iam:PutRolePolicy", "iam:CreateAccessKey", "sts:AssumeRole")
PATTERNS = (
    "*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::*:role/web-?",
    "arn:aws:iam::111122223333:user/${aws:username}",
    "arn:aws:iam::111122223333:*/*-1",
    "arn:aws:iam::111122223333:role/web-2",
    "arn:aws:iam::444455556666:role/*",
    "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}-*",
)
CONDITIONS = (
    {},
    {},
    {"StringEquals": {"iam:ResourceTag/team": "web"}},
    {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
    {"StringEquals": {"aws:PrincipalTag/team": ["web", "data"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/web-*"}},
    {"Null": {"iam:PermissionsBoundary": "true"}},
)
PRINCIPALS = (
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:user/web-1"},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-2"},
    {"AWS": OTHER},
    "*",
    {"Service": "lambda.amazonaws.com"},
)


def statement(pick, actions=ACTIONS):
    effect = "Deny" if pick.random() < 0.2 else "Allow"
    chosen = pick.sample(actions, pick.randint(1, 2)) if pick.random() < 0.8 else ["*"]
    where = "NotResource" if pick.random() < 0.1 else "Resource"
    made = {"Effect": effect, "Action": chosen, where: pick.sample(PATTERNS, pick.randint(1, 2))}
    condition = pick.choice(CONDITIONS)
    return {**made, "Condition": condition} if condition else made


def trusting(pick):
    statements = []
    for _ in range(pick.randint(1, 2)):
        made = {"Effect": "Deny" if pick.random() < 0.1 else "Allow", "Principal": pick.choice(PRINCIPALS)}
        made["Action"] = pick.choice(("sts:AssumeRole", ["sts:AssumeRole", "sts:TagSession"], "sts:*"))
        condition = pick.choice((*CONDITIONS[:6], CONDITIONS[8]))
        statements.append({**made, "Condition": condition} if condition else made)
    return document(*statements)


def account(seed):
    pick = random.Random(seed)
    made = Builder()
    limit = made.policy("limit", *(statement(pick) for _ in range(2)))
    shared = made.policy("shared", statement(pick))
    for number in range(5):
        for team in ("web", "data"):
            tags = {"team": team} if pick.random() < 0.5 else {}
            boundary = limit if pick.random() < 0.2 else None
            held = tuple(statement(pick) for _ in range(pick.randint(0, 2)))
            more = {"tags": tags, "boundary": boundary, "attached": (shared,) if pick.random() < 0.4 else ()}
            made.user(f"{team}-{number}", *held, **more)
            made.role(f"{team}-{number}", trusting(pick), *held, **more)
    return made.world


@pytest.mark.parametrize("seed", range(25))
def test_sets_hold_what_the_engine_allows(seed):
    world = account(seed)
    reach = Reach(world)
    for actor in world.actors:
        for action in ACTIONS[:3]:
            found = set(world.targets.members(reach.on(actor, action)))
            asked = {arn for arn in world.targets.arns if world.decide(actor, action, arn, {}).granted}
            assert found == asked, (actor.arn, action)


@pytest.mark.parametrize("seed", range(25))
def test_roles_that_can_be_assumed_are_those_that_the_engine_allows(seed):
    world = account(seed)
    trusts = Trusts(world, Reach(world))
    roles = [actor.arn for actor in world.actors if actor.kind == "role"]
    for actor in world.actors:
        found = set(world.targets.members(trusts.assumable(actor)))
        asked = {arn for arn in roles if arn != actor.arn and world.may(actor, ASSUME, arn).granted}
        assert found == asked, actor.arn
