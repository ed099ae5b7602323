"""Who gets up by tags: its own or those of others, as far as it may give and take them."""

import pytest

from tests.access.scenarios import Scenarios, arn, let, who_gets_up
from tests.access.worlds import ACCOUNT, ADMIN, Builder, allow, deny, document, trust

PUT = "iam:PutUserPolicy"
ASSUME = allow("sts:AssumeRole")
ONLY_WEB = {"StringEquals": {"aws:RequestTag/team": "web"}}
ONLY_COLOUR = {"ForAllValues:StringEquals": {"aws:TagKeys": ["colour"]}}
NOT_TEAM = deny("iam:TagUser", **{"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}})
scenario = Scenarios()


@scenario("boss ann bob")
def the_tag_that_the_resource_has(made):
    made.user("boss", attached=(ADMIN,), tags={"team": "ops"})
    keys = allow("iam:CreateAccessKey", StringEquals={"iam:ResourceTag/team": "${aws:PrincipalTag/team}"})
    made.user("ann", keys, allow("iam:TagUser", resource=arn("user", "ann")))
    made.user("bob", keys, tags={"team": "ops"})
    made.user("eve", keys, allow("iam:TagUser", resource=arn("user", "eve"), **ONLY_WEB))
    made.user("kit", keys, allow("iam:TagUser", resource=arn("user", "kit"), **ONLY_COLOUR))
    made.user("pam", keys, tags={"team": "web"})


@scenario("adm ann bob")
def the_tag_that_a_trust_policy_asks_for(made):
    made.role("adm", trust(ACCOUNT, StringEquals={"aws:PrincipalTag/team": "ops"}), attached=(ADMIN,))
    own = {"resource": arn("user", "${aws:username}"), "StringEquals": {"aws:RequestTag/team": "ops"}}
    made.user("ann", ASSUME, allow("iam:TagUser", **own))
    made.user("bob", ASSUME, allow("iam:TagUser", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}))
    made.user("eve", ASSUME, allow("iam:TagUser", **ONLY_WEB))
    made.user("kit", ASSUME, allow("iam:TagUser", **ONLY_COLOUR))
    made.user("pam", ASSUME, allow("iam:TagUser"), NOT_TEAM)
    made.user("sue", ASSUME, allow("iam:TagUser"), deny("iam:TagUser", Null={"aws:RequestTag/team": "false"}))


@scenario("adm ann")
def the_tag_of_the_role_that_is_passed(made):
    made.role("adm", trust("lambda.amazonaws.com"), attached=(ADMIN,))
    passing = allow("iam:PassRole", StringEquals={"aws:ResourceTag/may": "yes"})
    functions = allow("lambda:CreateFunction", "lambda:InvokeFunction")
    made.user("ann", passing, functions, allow("iam:TagRole"))
    made.user("eve", passing, functions, allow("iam:TagRole", StringEquals={"aws:RequestTag/may": "no"}))


@scenario("adm ann bob")
def a_tag_that_bars(made):
    made.role("adm", trust("lambda.amazonaws.com"), attached=(ADMIN,), tags={"protected": "1"})
    passing = (allow("iam:PassRole"), deny("iam:PassRole", Null={"aws:ResourceTag/protected": "false"}))
    functions = allow("lambda:CreateFunction", "lambda:InvokeFunction")
    made.user("ann", *passing, functions, allow("iam:UntagRole"))
    made.user("bob", *passing, functions, allow("iam:UntagRole", **{"ForAnyValue:StringLike": {"aws:TagKeys": "p*"}}))
    made.user("eve", *passing, functions, allow("iam:TagRole"))
    made.user("kit", *passing, functions, allow("iam:UntagRole", **ONLY_COLOUR))


@scenario("adm ann bob")
def the_tag_of_the_role_that_is_assumed(made):
    made.role("adm", trust(ACCOUNT), attached=(ADMIN,), tags={"protected": "1"})
    tagged = allow("sts:AssumeRole", StringEquals={"aws:ResourceTag/env": "dev"})
    barred = deny("sts:AssumeRole", StringEquals={"aws:ResourceTag/protected": "1"})
    made.user("ann", tagged, allow("iam:TagRole"))
    made.user("bob", ASSUME, barred, allow("iam:UntagRole"))
    made.user("eve", tagged, allow("iam:TagRole", **ONLY_COLOUR))
    made.user("kit", tagged)
    made.user("pam", ASSUME, barred, allow("iam:UntagRole", **ONLY_COLOUR))


MARKED = {"tags": {"team": "web"}}
UNLESS_WEB = deny(PUT, StringEquals={"aws:PrincipalTag/team": "web"})
UNLESS_TAGGED = deny(PUT, Null={"aws:PrincipalTag/team": "false"})
scenario.ann("it may be tagged otherwise", allow(PUT, "iam:TagUser"), UNLESS_WEB, expected="ann", **MARKED)
scenario.ann("it may be untagged", allow(PUT, "iam:UntagUser"), UNLESS_WEB, expected="ann", **MARKED)
scenario.ann("nothing but untagging will do", allow(PUT, "iam:UntagUser"), UNLESS_TAGGED, expected="ann", **MARKED)
scenario.ann("tagging does not untag", allow(PUT, "iam:TagUser"), UNLESS_TAGGED, **MARKED)
scenario.ann("it may be tagged the same", allow(PUT), allow("iam:TagUser", **ONLY_WEB), UNLESS_WEB, **MARKED)
OWN = {"StringEquals": {"aws:ResourceTag/x": "${aws:PrincipalTag/x}"}}
scenario.ann("its own tag, on itself", allow(PUT, **OWN), allow("iam:TagUser"), expected="ann")
scenario.ann("its own tag, which it cannot give", allow(PUT, **OWN), allow("iam:TagUser", **ONLY_COLOUR))

OPEN = let({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:TagSession"], StringEquals={"aws:RequestTag/t": "x"})
BOTH = allow("sts:AssumeRole", "sts:TagSession")
NAMED = {"StringLike": {"sts:SourceIdentity": "*"}}


@scenario("adm ann")
def session_tags(made):
    made.role("adm", document(OPEN), attached=(ADMIN,))
    made.user("ann", BOTH)
    made.user("eve", ASSUME)


@scenario("adm")
def session_tags_that_the_trust_policy_does_not_take(made):
    made.role("adm", trust(ACCOUNT, StringEquals={"aws:RequestTag/t": "x"}), attached=(ADMIN,))
    made.user("ann", BOTH)


@scenario("adm ann")
def a_source_identity(made):
    made.role(
        "adm", document(let({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:SetSourceIdentity"], **NAMED)), attached=(ADMIN,)
    )
    made.user("ann", allow("sts:AssumeRole", "sts:SetSourceIdentity"))
    made.user("eve", ASSUME)


@scenario("adm ann")
def a_session_without_tags(made):
    made.role("adm", trust(ACCOUNT, StringEqualsIfExists={"aws:RequestTag/t": "x"}), attached=(ADMIN,))
    made.user("ann", ASSUME)


@pytest.mark.parametrize(("name", "expected", "build"), scenario.listed, ids=scenario.names)
def test_scenario(name, expected, build):
    made = Builder()
    build(made)
    assert who_gets_up(made) == set(expected.split())
