"""Who gets up by roles that it assumes, edits or comes by on a detour, also in other accounts; and who does not."""

import pytest

from auditor.access.graph import graph, paths
from auditor.access.world import World
from tests.access.scenarios import FULL, LAMBDA, START, Scenarios, arn, let, who_gets_up
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, document, trust

scenario = Scenarios()
ASSUME = allow("sts:AssumeRole")


def assuming(name, trusts, *statements, expected="adm", path="/", **more):
    """An account with an administrator role of a certain trust, and ann."""

    def build(made):
        made.role("adm", trusts, path=path, attached=(ADMIN,))
        made.user("ann", *statements, **more)

    scenario.listed.append((name, expected, build))


UP = "adm ann"
ANYONE = {"AWS": "*"}

assuming("the account", trust(ACCOUNT), ASSUME, expected=UP)
assuming("the account by its root", trust(f"arn:aws:iam::{ACCOUNT}:root"), allow("sts:*"), expected=UP)
assuming(
    "the account, all but something",
    trust(ACCOUNT),
    {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    expected=UP,
)
assuming("the account, in a pattern", trust(ACCOUNT), allow("sts:Assume*", resource=arn("role", "*dm")), expected=UP)
assuming("the user", trust(arn("user", "ann")), expected=UP)
assuming("the user among others", trust(OTHER, arn("user", "ann")), expected=UP)
assuming("the user beside one who is gone", document(let({"AWS": ["AIDAGONE", arn("user", "ann")]})), expected=UP)
assuming("anyone", document(let("*")), expected=UP)
assuming(
    "anyone of the account", document(let(ANYONE, StringEquals={"aws:PrincipalAccount": ACCOUNT})), ASSUME, expected=UP
)
assuming("anyone by name", document(let(ANYONE, ArnLike={"aws:PrincipalArn": arn("user", "an*")})), expected=UP)
assuming("with MFA", trust(ACCOUNT, Bool={"aws:MultiFactorAuthPresent": "true"}), ASSUME, expected=UP)
assuming("with an external id", trust(ACCOUNT, StringEquals={"sts:ExternalId": "x"}), ASSUME, expected=UP)
assuming("from a network", trust(ACCOUNT, IpAddress={"aws:SourceIp": "198.51.100.0/24"}), ASSUME, expected=UP)
assuming(
    "under its own name", trust(ACCOUNT, StringLike={"sts:RoleSessionName": "${aws:username}"}), ASSUME, expected=UP
)

assuming("nobody asks", trust(ACCOUNT))
assuming("another user", trust(arn("user", "bob")), ASSUME)
assuming("another account", trust(OTHER), ASSUME)
assuming("services alone", trust(LAMBDA, "ec2.amazonaws.com"), ASSUME)
assuming("sessions are tagged alone", document(let({"AWS": ACCOUNT}, "sts:TagSession")), ASSUME)
assuming("another path", trust(ACCOUNT), allow("sts:AssumeRole", resource=arn("role", "adm")), path="/secure/")
assuming(
    "denied by the trust", document(let({"AWS": ACCOUNT}), let({"AWS": arn("user", "ann")}, effect="Deny")), ASSUME
)
assuming("denied by the user's policy", trust(arn("user", "ann")), deny("sts:AssumeRole"))
assuming("denied on that role", trust(ACCOUNT), ASSUME, deny("sts:*", resource=arn("role", "a*")))
assuming("anyone of another account", document(let(ANYONE, StringEquals={"aws:PrincipalAccount": OTHER})), ASSUME)
assuming(
    "anyone of an organization", document(let(ANYONE, StringEquals={"aws:PrincipalOrgID": "o-other12345"})), ASSUME
)
assuming("anyone by another name", document(let(ANYONE, ArnLike={"aws:PrincipalArn": arn("role", "ci-*")})), ASSUME)
assuming("a tag that it lacks", trust(ACCOUNT, StringEquals={"aws:PrincipalTag/team": "ops"}), ASSUME)
assuming(
    "all but some are denied",
    document(let({"AWS": ACCOUNT}), {"Effect": "Deny", "NotPrincipal": {"AWS": arn("user", "bob")}, "Action": "sts:*"}),
    ASSUME,
)


@scenario("adm")
def a_boundary_without_assuming(made):
    limit = made.policy("limit", allow("s3:*"))
    made.role("adm", trust(ACCOUNT, arn("role", "bob")), attached=(ADMIN,))
    made.user("ann", ASSUME, boundary=limit)
    made.role("bob", trust(OTHER), boundary=limit)


@scenario("adm ann")
def a_boundary_does_not_limit_a_user_whom_the_role_names(made):
    made.role("adm", trust(arn("user", "ann")), attached=(ADMIN,))
    made.user("ann", boundary=made.policy("limit", allow("s3:*")))


@scenario("r1 r2 r3 r4 adm ann")
def a_chain_of_five(made):
    made.user("ann", allow("sts:AssumeRole", resource=arn("role", "r1")))
    for number in range(1, 4):
        made.role(f"r{number}", trust(ACCOUNT), allow("sts:AssumeRole", resource=arn("role", f"r{number + 1}")))
    made.role("r4", trust(ACCOUNT), allow("sts:AssumeRole", resource=arn("role", "adm")))
    made.role("adm", trust(ACCOUNT), attached=(ADMIN,))
    made.user("bob", allow("sts:AssumeRole", resource=arn("role", "r5")))


@scenario("adm hop ann")
def a_session_whose_name_one_can_choose(made):
    made.role("hop", trust(arn("user", "ann")), path="/teams/")
    made.role("adm", trust(f"arn:aws:sts::{ACCOUNT}:assumed-role/hop/deploy"), attached=(ADMIN,))
    made.role("other", trust(arn("user", "bob")))
    made.user("ann")
    made.user("bob")


@scenario("r2 adm")
def a_chain_that_is_broken(made):
    made.user("ann", allow("sts:AssumeRole", resource=arn("role", "r1")))
    made.role("r1", trust(ACCOUNT), allow("sts:AssumeRole", resource=arn("role", "r3")))
    made.role("r2", trust(OTHER), allow("sts:AssumeRole", resource=arn("role", "adm")))
    made.role("adm", trust(arn("role", "r2")), attached=(ADMIN,))


@scenario("adm build bob ann")
def a_chain_of_different_techniques(made):
    made.role("adm", trust(arn("role", "build")), attached=(ADMIN,))
    made.role("build", trust("codebuild.amazonaws.com"))
    made.user("bob", allow("codebuild:StartBuild"))
    made.user("ann", allow("iam:CreateAccessKey", resource=arn("user", "bob")))


@scenario("adm ann bob")
def trust_policies_that_one_can_edit(made):
    made.role("adm", trust(OTHER), attached=(ADMIN,))
    made.role("weak", trust(OTHER), allow("s3:*"))
    made.user("ann", allow("iam:UpdateAssumeRolePolicy"))
    made.user("bob", allow("iam:UpdateAssumeRolePolicy", "sts:AssumeRole", resource=arn("role", "a*")))
    made.user("eve", allow("iam:UpdateAssumeRolePolicy", resource=arn("role", "weak")), ASSUME)
    made.user("kit", allow("iam:UpdateAssumeRolePolicy"), deny("sts:AssumeRole"))
    made.user("pam", allow("iam:UpdateAssumeRolePolicy"), deny("iam:*", resource=arn("role", "adm")))


@scenario("adm ann bob eve")
def whoever_may_not_assume_roles_lets_a_service_in(made):
    made.role("adm", trust(OTHER), attached=(ADMIN,))
    passing = allow("iam:PassRole", "lambda:*")
    without = made.policy("without-sessions", allow("iam:*Role*", "iam:Create*", "lambda:*"))
    made.user("ann", allow("iam:UpdateAssumeRolePolicy"), passing, deny("sts:AssumeRole"))
    making = allow("iam:CreateRole", "iam:AttachRolePolicy", resource=arn("role", "new-*"))
    made.role("bob", trust(OTHER), making, passing, boundary=without)
    made.user("eve", allow("iam:CreateRole", "iam:PutRolePolicy", resource=arn("role", "new-*")), passing)
    made.role("kit", trust(OTHER), making, allow("lambda:*"), boundary=without)
    made.user("pam", allow("iam:UpdateAssumeRolePolicy"), START, deny("sts:AssumeRole"))
    only_ec2 = allow("iam:PassRole", StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})
    made.role("sue", trust(OTHER), making, only_ec2, START, boundary=without)


@scenario("ann bob")
def policies_of_a_role_that_one_may_assume(made):
    made.role("weak", trust(ACCOUNT), attached=(made.policy("held", allow("s3:*")),))
    made.role("shut", trust(OTHER))
    weak = arn("role", "weak")
    made.user("ann", allow("iam:PutRolePolicy", "sts:AssumeRole", resource=weak))
    made.user("bob", allow("iam:CreatePolicyVersion"), allow("sts:AssumeRole", resource=weak))
    made.user("eve", allow("iam:PutRolePolicy", "sts:AssumeRole", resource=arn("role", "shut")))
    made.user("kit", allow("iam:PutRolePolicy", resource=weak))
    made.user("pam", allow("iam:AttachRolePolicy", ArnEquals={"iam:PolicyARN": f"{ADMIN[:-19]}ReadOnlyAccess"}), ASSUME)


@scenario("")
def policies_of_a_role_that_is_bounded(made):
    made.role("weak", trust(ACCOUNT), boundary=made.policy("limit", allow("s3:*")))
    made.user("ann", allow("iam:PutRolePolicy", "iam:AttachRolePolicy", "sts:AssumeRole", resource=arn("role", "weak")))


@scenario("ann")
def a_role_edits_the_one_who_assumes_it(made):
    made.group("admins", FULL)
    made.role("hop", trust(arn("user", "ann")), allow("iam:AddUserToGroup"))
    made.user("ann")
    made.user("bob")


@scenario("ann")
def one_role_edits_what_another_opens(made):
    made.role("editor", trust(arn("user", "ann")), allow("iam:AttachRolePolicy", resource=arn("role", "end")))
    made.role("opener", trust(arn("user", "ann"), arn("user", "bob")))
    made.role("end", trust(arn("role", "opener")))
    made.user("ann")
    made.user("bob")


@scenario("ann")
def it_edits_what_another_opens(made):
    made.role("opener", trust(arn("user", "ann")))
    made.role("end", trust(arn("role", "opener")))
    made.role("shut", trust(OTHER))
    made.user("ann", allow("iam:PutRolePolicy", resource=arn("role", "end")))
    made.user("bob", allow("iam:PutRolePolicy", resource=arn("role", "end")))


@scenario("adm ann")
def a_session_that_is_given_the_tags_that_a_role_asks_for(made):
    opens = let({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:TagSession"])
    made.role("untagged", document(opens), ASSUME)
    made.role("adm", trust(ACCOUNT, StringEquals={"aws:PrincipalTag/team": "ops"}), attached=(ADMIN,))
    tagging = ("sts:AssumeRole", "sts:TagSession")
    made.user("ann", allow(*tagging, resource=arn("role", "untagged")))
    made.user("bob", allow("sts:AssumeRole", resource=arn("role", "untagged")))
    made.user("eve", ASSUME)


@scenario("ann fn")
def a_function_edits_the_one_who_made_it(made):
    role = arn("role", "fn")
    made.role("fn", trust(LAMBDA), allow("iam:PutRolePolicy", resource=role))
    made.role("weak", trust(LAMBDA), allow("iam:PutRolePolicy", resource=arn("role", "other")))
    made.user("ann", allow("iam:PassRole"), START)


@scenario("ann")
def it_makes_the_role_strong_that_names_it(made):
    made.role("hop", trust(arn("user", "ann")))
    made.user("ann", allow("iam:PutRolePolicy", resource=arn("role", "h*")))
    made.user("bob", allow("iam:PutRolePolicy", resource=arn("role", "h*")))


@scenario("ann")
def a_federated_role_edits_whoever_edits_its_provider(made):
    made.role("hop", trust(made.provider("saml", "okta")), allow("iam:PutUserPolicy", resource=arn("user", "ann")))
    made.user("ann", allow("iam:UpdateSAMLProvider"))
    made.user("bob", allow("iam:UpdateSAMLProvider"))


@scenario("")
def halves_in_roles_that_nobody_can_join(made):
    made.role("first", trust(LAMBDA), allow("iam:CreateUser", "iam:CreateAccessKey"))
    made.role("second", trust("ec2.amazonaws.com"), allow("iam:AttachUserPolicy"))
    made.user("ann", allow("iam:PassRole"), START)


@scenario("adm ann")
def identity_providers(made):
    okta, other = made.provider("saml", "okta"), made.provider("saml", "other")
    made.role("adm", trust(okta), attached=(ADMIN,))
    made.user("ann", allow("iam:UpdateSAMLProvider"))
    made.user("bob", allow("iam:UpdateSAMLProvider", resource=other))
    made.user("eve", allow("iam:GetSAMLProvider", "iam:CreateSAMLProvider", "sts:AssumeRoleWithSAML"))


@scenario("AWSReservedSSO_Admin_0123456789abcdef")
def roles_that_nobody_here_can_edit(made):
    center = made.provider("saml", "AWSSSO_0123456789abcdef_DO_NOT_DELETE")
    path = "/aws-reserved/sso.amazonaws.com/"
    made.role("AWSReservedSSO_Admin_0123456789abcdef", trust(center), path=path, attached=(ADMIN,))
    host = "ec2.amazonaws.com"
    made.role("AWSServiceRoleForX", trust(host), path=f"/aws-service-role/{host}/", attached=(ADMIN,))
    edits = ("iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:PassRole", "ec2:*")
    made.user("ann", allow(*edits, "sts:AssumeRole"))


@scenario("OrganizationAccountAccessRole")
def the_door_of_the_management_account(made):
    made.role("OrganizationAccountAccessRole", trust(OTHER), attached=(ADMIN,))
    made.user("ann", ASSUME)


@pytest.mark.parametrize(("name", "expected", "build"), scenario.listed, ids=scenario.names)
def test_scenario(name, expected, build):
    made = Builder()
    build(made)
    assert who_gets_up(made) == set(expected.split())


def ways(*made):
    """The names of those who can come to administration in some account, and how many steps each takes."""
    found = graph(World.of_many(account.snapshot for account in made))
    return {way.source.name: len(way.steps) for way in paths(found)}


def far(kind, name):
    return f"arn:aws:iam::{OTHER}:{kind}/{name}"


def test_a_detour_is_told_step_by_step():
    made = Builder()
    made.role("editor", trust(arn("user", "ann")), allow("iam:AttachRolePolicy", resource=arn("role", "end")))
    made.role("opener", trust(arn("user", "ann")))
    made.role("end", trust(arn("role", "opener")))
    made.user("ann")
    (way,) = paths(graph(made.world))
    assert [step.words for step in way.steps] == [
        "ann can assume role editor",
        "editor can attach an administrator policy to role end",
        "ann can assume role opener",
        "opener can assume role end",
    ]
    assert [step.edge.raises for step in way.steps] == [False, False, False, True]


def test_a_detour_ends_where_the_way_has_been_already():
    made = Builder()
    made.user("end")
    made.role("editor", trust(arn("user", "end")), allow("iam:PutUserPolicy", resource=arn("user", "end")))
    made.user("ann", allow("iam:CreateAccessKey", resource=arn("user", "end")))
    ways = {way.source.name: [step.edge.target.name for step in way.steps] for way in paths(graph(made.world))}
    assert ways == {"ann": ["end", "editor", "end"], "end": ["editor", "end"]}


def test_a_role_of_another_account_takes_both_sides():
    here, there = Builder(), Builder(OTHER)
    there.role("by-account", trust(ACCOUNT), attached=(ADMIN,))
    there.role("by-name", trust(arn("user", "bob")), attached=(ADMIN,))
    here.user("ann", ASSUME)
    here.user("bob", allow("sts:AssumeRole", resource=far("role", "by-name")))
    here.user("eve", allow("sts:AssumeRole", resource=far("role", "by-name")))
    here.user("kit", allow("sts:AssumeRole", resource=arn("role", "*")))
    here.user("pam")
    assert ways(here, there) == {"ann": 1, "bob": 1}


def test_a_user_whom_a_far_role_names_must_be_allowed_as_well():
    here, there = Builder(), Builder(OTHER)
    there.role("adm", trust(arn("user", "ann")), attached=(ADMIN,))
    here.user("ann")
    assert ways(here, there) == {}


def test_a_chain_through_another_account_and_back():
    here, there = Builder(), Builder(OTHER)
    here.user("ann", allow("sts:AssumeRole", resource=far("role", "hop")))
    there.role("hop", trust(ACCOUNT), allow("sts:AssumeRole", resource=arn("role", "back")))
    here.role("back", trust(far("role", "hop")), allow("iam:PassRole"), START)
    here.role("adm", trust(LAMBDA), attached=(ADMIN,))
    assert ways(here, there) == {"ann": 3, "hop": 2, "back": 1}


def test_nothing_is_passed_edited_or_taken_over_across_accounts():
    here, there = Builder(), Builder(OTHER)
    there.role("adm", trust(LAMBDA), attached=(ADMIN,))
    there.user("boss", attached=(ADMIN,))
    there.group("admins", FULL)
    edits = ("iam:CreateAccessKey", "iam:UpdateAssumeRolePolicy", "iam:AddUserToGroup", "lambda:UpdateFunctionCode")
    here.user("ann", allow("iam:PassRole", *edits, "sts:AssumeRole"), START)
    assert ways(here, there) == {}


@pytest.mark.parametrize(
    ("external", "expected"),
    [
        ({"StringEquals": {"sts:ExternalId": "x"}}, {"ann": 1}),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-other12345"}}, {}),
    ],
)
def test_conditions_between_accounts(external, expected):
    here, there = Builder(), Builder(OTHER)
    there.role("adm", trust(ACCOUNT, **external), attached=(ADMIN,))
    here.user("ann", ASSUME)
    assert ways(here, there) == expected
