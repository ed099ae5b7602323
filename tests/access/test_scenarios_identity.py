"""Who gets up by users, groups, policies, boundaries and credentials; and who does not."""

import pytest

from tests.access.scenarios import FULL, LAMBDA, START, Scenarios, arn, who_gets_up
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, trust

scenario = Scenarios()
OWN = f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"
ON_OWN = allow("iam:PutUserPolicy", resource=OWN)


def only(policy, *actions, operator="ArnLike"):
    """What is allowed with some policies alone."""
    return allow(*actions, **{operator: {"iam:PolicyARN": policy}})


def bounded(policy, *actions):
    """What is allowed to whoever has a certain boundary."""
    return allow(*actions, StringEquals={"iam:PermissionsBoundary": policy})


scenario.ann("puts a policy", allow("iam:PutUserPolicy"), expected="ann")
scenario.ann("puts a policy on its own name", ON_OWN, expected="ann")
scenario.ann("attaches a policy", allow("iam:AttachUserPolicy"), expected="ann")
scenario.ann("wildcards at the end", allow("iam:P*"), expected="ann")
scenario.ann("wildcards around", allow("iam:*Policy*"), expected="ann")
scenario.ann("wildcards within", allow("iam:P*Us*Pol*"), expected="ann")
scenario.ann("a question mark", allow("iam:?utUserPolicy"), expected="ann")
scenario.ann("a wildcard in the service", allow("i*:*UserPolicy"), expected="ann")
scenario.ann("capitals", allow("IAM:PUTUSERPOLICY"), expected="ann")
scenario.ann("wildcards that miss", allow("iam:*UserPolicies", "iam:Get*Policy", "iam:List*", "iam:Simulate*"))
scenario.ann("all but s3", {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, expected="ann")
scenario.ann(
    "a power user", {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}
)
scenario.ann(
    "all but another", {"Effect": "Allow", "Action": "iam:*", "NotResource": arn("user", "bob")}, expected="ann"
)
scenario.ann("all but itself", {"Effect": "Allow", "Action": "iam:PutUserPolicy", "NotResource": arn("user", "ann")})
scenario.ann("everything on itself", allow("iam:*", resource=arn("user", "a*")), expected="ann")
scenario.ann("of another path", allow("iam:PutUserPolicy", resource=arn("user", "team/${aws:username}")))
scenario.ann("of another account", allow("iam:*", resource=f"arn:aws:iam::{OTHER}:*"))
scenario.ann("of no resource", {"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": []})
scenario.ann("service-linked roles", allow("iam:CreateServiceLinkedRole", "iam:Get*", "iam:List*"))
scenario.ann(
    "its own password and keys", allow("iam:ChangePassword", "iam:*AccessKey*", "iam:*LoginProfile", resource=OWN)
)
scenario.ann("an auditor", allow("iam:Get*", "iam:List*", "iam:Simulate*", "sts:Get*", "*:Describe*"))
scenario.ann("denials only", deny("*"))
scenario.ann(
    "denied on itself", allow("iam:*"), deny("iam:*", resource=[arn("user", "*"), arn("role", "*"), arn("group", "*")])
)
scenario.ann(
    "denied for another", allow("iam:PutUserPolicy"), deny("iam:*", resource=arn("user", "bob")), expected="ann"
)
scenario.ann(
    "users without a credential", allow("iam:CreateUser", "iam:AttachUserPolicy", resource=arn("user", "new-*"))
)
scenario.ann(
    "new users",
    allow("iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile", resource=arn("user", "new-*")),
    expected="ann",
)
scenario.ann("new roles", allow("iam:CreateRole", "iam:AttachRolePolicy", "sts:AssumeRole"), expected="ann")
scenario.ann("new roles that hold nothing", allow("iam:CreateRole", "sts:AssumeRole", "iam:TagRole"))
scenario.ann(
    "new roles here, policies there",
    *(
        allow("iam:CreateRole", resource=arn("role", "dev/*")),
        allow("iam:AttachRolePolicy", resource=arn("role", "ops/*")),
    ),
)
scenario.ann(
    "new roles by two patterns",
    *(
        allow("iam:CreateRole", resource=arn("role", "dev-*")),
        allow("iam:AttachRolePolicy", resource=arn("role", "*-app")),
    ),
    expected="ann",
)
scenario.ann(
    "a new group",
    *(allow("iam:CreateGroup", "iam:PutGroupPolicy", "iam:AddUserToGroup", resource=arn("group", "new-*")),),
    expected="ann",
)
scenario.ann("a new group of no use", allow("iam:CreateGroup", "iam:AddUserToGroup", "iam:RemoveUserFromGroup"))
AWS = "arn:aws:iam::aws:policy/"
scenario.ann("administration alone", only(f"{AWS}Admin*", "iam:AttachUserPolicy"), expected="ann")
scenario.ann("reading alone", only(f"{AWS}ReadOnlyAccess", "iam:AttachUserPolicy", operator="ArnEquals"))
scenario.ann("power alone", only(f"{AWS}PowerUserAccess", "iam:AttachUserPolicy", operator="StringEquals"))
scenario.ann(
    "not administration", allow("iam:AttachUserPolicy"), deny("iam:*", StringLike={"iam:PolicyARN": f"{AWS}*"})
)
scenario.ann("own policies alone", only(arn("policy", "*"), "iam:AttachUserPolicy"))
scenario.ann(
    "own policies, new ones",
    only(arn("policy", "dev-*"), "iam:AttachUserPolicy"),
    allow("iam:CreatePolicy"),
    expected="ann",
)
scenario.ann(
    "new ones of another name",
    *(only(arn("policy", "dev-*"), "iam:AttachUserPolicy"), allow("iam:CreatePolicy", resource=arn("policy", "ops-*"))),
)
scenario.ann(
    "none of AWS's, but new ones",
    *(allow("iam:AttachUserPolicy", ArnNotLike={"iam:PolicyARN": f"{AWS}*"}), allow("iam:CreatePolicy")),
    expected="ann",
)


@scenario("ann")
def a_policy_that_one_may_attach_and_write(made):
    weak = made.policy("weak", allow("s3:*"))
    made.user("ann", only(weak, "iam:AttachUserPolicy"), allow("iam:CreatePolicyVersion", resource=weak))
    made.user("bob", only(weak, "iam:AttachUserPolicy"), allow("iam:CreatePolicyVersion", resource=arn("policy", "x")))


@scenario("ann")
def a_policy_that_one_may_attach_and_that_is_a_way_up(made):
    editing = made.policy("editing", allow("iam:PutUserPolicy"))
    made.user("ann", only(editing, "iam:AttachUserPolicy"))
    made.user("bob", only(made.policy("weak", allow("s3:*")), "iam:AttachUserPolicy"))


@scenario("ann adm")
def a_policy_that_one_may_attach_and_that_passes_roles(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    made.user("ann", only(made.policy("building", allow("iam:PassRole"), START), "iam:AttachUserPolicy"))


@scenario("ann")
def the_policies_of_a_role(made):
    weak = made.policy("weak", allow("s3:*"))
    made.role("ann", trust("ec2.amazonaws.com"), allow("iam:CreatePolicyVersion"), attached=(weak,))
    made.role("bob", trust("ec2.amazonaws.com"), allow("iam:CreatePolicyVersion"))


@scenario("ann")
def a_policy_that_comes_by_a_group(made):
    held, free = made.policy("held", allow("s3:*")), made.policy("free", allow("s3:*"))
    made.group("team", attached=(held,))
    made.user("ann", allow("iam:CreatePolicyVersion", resource=held), groups=("team",))
    made.user("bob", allow("iam:CreatePolicyVersion", resource=free), groups=("team",))
    made.user("eve", allow("iam:CreatePolicyVersion"))


@scenario("ann bob eve adm")
def versions_that_one_can_go_back_to(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    revert, weak = allow("iam:SetDefaultPolicyVersion"), allow("s3:*")
    passing = allow("iam:PassRole", "lambda:*")
    for name, others in (
        ("ann", [(allow("s3:List*"),), (FULL,)]),
        ("bob", [(passing,)]),
        ("eve", None),
        ("kit", []),
        ("pam", [(weak,), (allow("iam:Get*"),)]),
        ("sue", [(FULL, deny("*"))]),
    ):
        made.user(name, revert, attached=(made.policy(f"of-{name}", weak, others=others),))
    made.user("zoe", allow("iam:SetDefaultPolicyVersion", resource=arn("policy", "of-ann")))


@scenario("ann bob")
def groups_that_one_is_in(made):
    made.group("team")
    made.group("others")
    made.user("ann", allow("iam:PutGroupPolicy", resource=arn("group", "team")), groups=("team",))
    made.user("bob", allow("iam:AttachGroupPolicy"), groups=("team",))
    made.user("eve", allow("iam:PutGroupPolicy", resource=arn("group", "others")), groups=("team",))
    made.user("kit", allow("iam:AttachGroupPolicy"))


@scenario("ann")
def joining_a_group(made):
    made.group("admins", FULL)
    made.group("readers", allow("s3:*"))
    made.user("ann", allow("iam:AddUserToGroup", resource=arn("group", "admins")))
    made.user("bob", allow("iam:AddUserToGroup", resource=arn("group", "readers")))
    made.user("eve", allow("iam:AddUserToGroup"), deny("iam:AddUserToGroup", resource=arn("group", "admins")))


@scenario("ann bob adm")
def joining_a_group_that_passes_roles(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    made.group("builders", allow("iam:PassRole"), START)
    made.user("ann", allow("iam:AddUserToGroup"))
    made.user("bob", groups=("builders",))


@scenario("ann adm")
def joining_a_group_that_assumes_a_role(made):
    made.role("adm", trust(ACCOUNT), attached=(ADMIN,))
    made.group("operators", allow("sts:AssumeRole"))
    made.user("ann", allow("iam:AddUserToGroup"))
    made.user("bob")


@scenario("ann adm")
def joining_two_groups_that_only_together_matter(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    made.group("passers", allow("iam:PassRole"))
    made.group("builders", START)
    made.group("readers", allow("s3:Get*"))
    made.user("ann", allow("iam:AddUserToGroup"))
    made.user("bob", allow("iam:AddUserToGroup", resource=[arn("group", "passers"), arn("group", "readers")]))


@scenario("ann bob")
def joining_one_group_by_another(made):
    made.group("first", allow("iam:AddUserToGroup", resource=arn("group", "second")))
    made.group("second", allow("iam:AddUserToGroup", resource=arn("group", "admins")))
    made.group("admins", FULL)
    made.user("ann", allow("iam:AddUserToGroup", resource=arn("group", "first")))
    made.user("bob", groups=("second",))
    made.user("eve", allow("iam:AddUserToGroup", resource=arn("group", "third")))


@scenario("ann")
def joining_a_group_that_one_can_edit(made):
    made.group("team")
    made.user("ann", allow("iam:AddUserToGroup", "iam:PutGroupPolicy"))
    made.user("bob", allow("iam:AddUserToGroup"))
    made.user("eve", allow("iam:PutGroupPolicy"))


@scenario("ann bob")
def roles_put_others_into_groups(made):
    made.group("admins", FULL)
    made.user("kit")
    made.role("ann", trust(OTHER), allow("iam:AddUserToGroup", "iam:CreateAccessKey"))
    made.role("bob", trust(OTHER), allow("iam:AddUserToGroup", "iam:CreateUser", "iam:CreateLoginProfile"))
    made.role("eve", trust(OTHER), allow("iam:AddUserToGroup"))
    made.role("pam", trust(OTHER), allow("iam:CreateAccessKey"))


@scenario("boss ann")
def credentials_of_an_administrator(made):
    made.user("boss", attached=(ADMIN,))
    made.user("ann", allow("iam:CreateAccessKey"))
    others = [arn("user", "boss"), arn("user", "ann")]
    made.user("bob", allow("iam:CreateAccessKey"), deny("iam:CreateAccessKey", resource=others))
    made.user("eve", allow("iam:CreateAccessKey", resource=OWN))
    made.user("kit", allow("iam:ListAccessKeys", "iam:UpdateAccessKey", "iam:DeleteAccessKey", "iam:GetLoginProfile"))
    made.user("pam", allow("iam:CreateAccessKey"), boundary=made.policy("limit", allow("s3:*", "iam:List*")))


@scenario("boss ann bob eve")
def passwords_of_an_administrator(made):
    made.user("boss", attached=(ADMIN,))
    made.user("ann", allow("iam:UpdateLoginProfile", resource=arn("user", "bo*")))
    made.user("bob", allow("iam:CreateLoginProfile"))
    made.user("eve", allow("iam:DeleteLoginProfile", "iam:CreateLoginProfile", resource=arn("user", "boss")))
    made.user("kit", allow("iam:ChangePassword", "iam:DeleteLoginProfile", "iam:GetLoginProfile"))


@scenario("boss")
def conditions_on_boundaries_that_no_such_request_tells(made):
    limit = made.policy("limit", FULL)
    made.user("boss", attached=(ADMIN,), boundary=limit)
    made.user("ann", bounded(limit, "iam:CreateAccessKey", "iam:UpdateLoginProfile"))


@scenario("boss hop ann")
def credentials_of_whoever_gets_up(made):
    made.user("boss", attached=(ADMIN,))
    made.user("hop", allow("iam:UpdateLoginProfile", resource=arn("user", "boss")))
    made.user("ann", allow("iam:CreateAccessKey", resource=arn("user", "hop")))


@scenario("ann bob eve kit")
def users_whom_one_can_make_strong_and_become(made):
    for name in ("weak", "member"):
        made.user(name, groups=("team",) if name == "member" else ())
    made.group("team")
    weak, member = arn("user", "weak"), arn("user", "member")
    made.user("ann", allow("iam:PutUserPolicy", "iam:CreateAccessKey", resource=weak))
    made.user("bob", allow("iam:AttachUserPolicy", "iam:UpdateLoginProfile", resource=weak))
    made.user("eve", allow("iam:PutGroupPolicy"), allow("iam:CreateAccessKey", resource=member))
    made.user("kit", allow("iam:AttachGroupPolicy"), allow("iam:CreateLoginProfile", resource=member))
    made.user("pam", allow("iam:PutUserPolicy", resource=weak), allow("iam:CreateAccessKey", resource=member))
    made.user("sue", allow("iam:PutGroupPolicy"), allow("iam:CreateAccessKey", resource=weak))


@scenario("")
def a_boundary_stops_an_administrator(made):
    made.user("ann", attached=(ADMIN,), boundary=made.policy("limit", allow("s3:*")))
    made.user("bob", allow("iam:*"), boundary=made.policy("self", allow("iam:PutUserPolicy", "s3:*")))
    strict = {"Effect": "Allow", "Action": "iam:*", "NotResource": arn("user", "*")}
    made.user("eve", allow("iam:PutUserPolicy", "iam:AttachUserPolicy"), boundary=made.policy("others", strict))


@scenario("ann bob eve kit")
def a_boundary_that_one_can_take_off(made):
    for name, action in (
        ("ann", "iam:DeleteUserPermissionsBoundary"),
        ("bob", "iam:PutUserPermissionsBoundary"),
        ("eve", "iam:CreatePolicyVersion"),
    ):
        made.user(name, attached=(ADMIN,), boundary=made.policy(f"of-{name}", allow(action, "s3:*")))
    made.role("kit", trust(OTHER), FULL, boundary=made.policy("of-kit", allow("iam:DeleteRolePermissionsBoundary")))
    other = allow("iam:CreatePolicyVersion", resource=arn("policy", "of-somebody"))
    made.user("pam", attached=(ADMIN,), boundary=made.policy("of-pam", other))


@scenario("ann adm")
def without_its_boundary_it_assumes_a_role(made):
    made.role("adm", trust(ACCOUNT), attached=(ADMIN,))
    limit = made.policy("limit", allow("iam:DeleteUserPermissionsBoundary", "s3:*"))
    made.user("ann", allow("sts:AssumeRole", "iam:DeleteUserPermissionsBoundary"), boundary=limit)
    made.user("bob", allow("sts:AssumeRole"), boundary=limit)


@scenario("")
def whoever_makes_only_bounded_principals(made):
    limit = made.policy("limit", allow("s3:*"))
    making = ("iam:CreateUser", "iam:CreateRole", "iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:PutRolePolicy")
    made.user("ann", bounded(limit, *making), allow("iam:CreateAccessKey", "sts:AssumeRole", "iam:PassRole"), START)
    inside = (allow(*making, "iam:CreateAccessKey"), deny(*making, StringNotEquals={"iam:PermissionsBoundary": limit}))
    made.role("bob", trust(OTHER), FULL, boundary=made.policy("delegated", *inside))


@scenario("ann bob eve")
def whoever_can_undo_the_bounds_of_those_it_makes(made):
    limit = made.policy("limit", allow("s3:*"))
    making = bounded(limit, "iam:CreateUser", "iam:AttachUserPolicy")
    made.user("ann", making, allow("iam:CreateAccessKey", "iam:DeleteUserPermissionsBoundary"))
    made.user("bob", making, allow("iam:CreateAccessKey", "iam:CreatePolicyVersion"))
    made.role(
        "eve",
        trust(OTHER),
        bounded(limit, "iam:CreateRole", "iam:PutRolePolicy"),
        allow("iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"),
    )
    other = allow("iam:CreatePolicyVersion", resource=arn("policy", "other"))
    made.user("kit", making, allow("iam:CreateAccessKey", resource=arn("user", "new-*")), other)


@scenario("")
def denials_by_group(made):
    made.group("careful", deny("iam:PutUserPolicy"))
    made.group("caged", {"Effect": "Deny", "NotAction": ["s3:*", "iam:Get*"], "Resource": "*"})
    made.user("ann", allow("iam:PutUserPolicy"), groups=("careful",))
    made.user("bob", attached=(ADMIN,), groups=("caged",))


@scenario("bob adm")
def denials_that_leave_nothing_but_the_technique(made):
    made.role("adm", trust(OTHER), attached=(ADMIN,))
    cage = made.policy("cage", {"Effect": "Deny", "NotAction": "iam:PutUserPolicy", "Resource": "*"})
    made.user("ann", allow("iam:PutUserPolicy"), attached=(cage,))
    made.user("bob", allow("iam:PutUserPolicy"), inline=({"Effect": "Deny", "NotAction": "iam:Put*", "Resource": "*"},))


@scenario("ann bob eve adm")
def denials_that_one_can_take_off(made):
    made.role("adm", trust(ACCOUNT), attached=(ADMIN,))
    refusal = deny("sts:AssumeRole")
    made.group("caged", refusal)
    made.user("ann", allow("sts:AssumeRole", "iam:DeleteUserPolicy"), inline=(refusal,))
    made.user("bob", allow("sts:AssumeRole", "iam:DetachUserPolicy"), attached=(made.policy("no", refusal),))
    made.user("eve", allow("sts:AssumeRole", "iam:RemoveUserFromGroup"), groups=("caged",))
    made.user("kit", allow("sts:AssumeRole", "iam:DeleteUserPolicy"), groups=("caged",))
    made.user("pam", allow("sts:AssumeRole", "iam:DetachUserPolicy"), inline=(refusal,))


@scenario("ann adm")
def tags_that_one_can_give_oneself(made):
    made.role("adm", trust(ACCOUNT, StringEquals={"aws:PrincipalTag/team": "ops"}), attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole", "iam:TagUser"))
    made.user("bob", allow("sts:AssumeRole"), allow("iam:TagUser", resource=arn("user", "other")))
    made.user("eve", allow("iam:TagUser"), tags={"team": "web"})


@pytest.mark.parametrize(("name", "expected", "build"), scenario.listed, ids=scenario.names)
def test_scenario(name, expected, build):
    made = Builder()
    build(made)
    assert who_gets_up(made) == set(expected.split())
