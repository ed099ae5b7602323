"""Who gets up by undoing what limits it, or others: versions, boundaries, denials; and by policies strong enough."""

import pytest

from auditor.access.everything import STRONG_OF_AWS
from auditor.access.graph import graph
from auditor.collect import aws_managed_policies
from tests.access.scenarios import Scenarios, arn, who_gets_up
from tests.access.test_organization_levels import ROOT, member, policy, told
from tests.access.worlds import ACCOUNT, ADMIN, Builder, allow, deny, trust

FULL = allow("*")
ASSUME = allow("sts:AssumeRole")
PUT = allow("iam:PutUserPolicy")
REVERT = "iam:SetDefaultPolicyVersion"
scenario = Scenarios()


@scenario("ann")
def an_older_version_of_the_policy_of_a_role(made):
    held = made.policy("held", allow("s3:*"), others=[(FULL,)])
    made.role("weak", trust(ACCOUNT), attached=(held,))
    made.user("ann", allow(REVERT, resource=held), ASSUME)
    made.user("eve", allow(REVERT, resource=held))
    made.user("kit", ASSUME)


@scenario("ann")
def an_older_version_of_the_policy_of_a_user(made):
    held = made.policy("held", allow("s3:*"), others=[(FULL,)])
    made.user("weak", attached=(held,))
    made.user("ann", allow(REVERT), allow("iam:CreateAccessKey", resource=arn("user", "weak")))


@scenario("")
def older_versions_that_grant_no_more(made):
    held = made.policy("held", allow("s3:*"), others=[(allow("s3:Get*"),)])
    made.role("weak", trust(ACCOUNT), attached=(held,))
    made.user("ann", allow(REVERT), ASSUME)


@scenario("ann")
def an_older_version_of_the_own_boundary(made):
    limit = made.policy("limit", allow("s3:*", REVERT), others=[(FULL,)])
    narrow = made.policy("narrow", allow("s3:*", REVERT), others=[(allow("s3:Get*"),)])
    made.user("ann", FULL, boundary=limit)
    made.user("eve", FULL, boundary=narrow)


@scenario("ann")
def an_older_version_of_the_boundary_of_another(made):
    limit = made.policy("limit", allow("s3:*"), others=[(FULL,)])
    made.user("boss", FULL, boundary=limit)
    made.user("ann", allow(REVERT, "iam:CreateAccessKey"))
    made.user("eve", allow("iam:CreateAccessKey", resource=arn("user", "boss")))


@scenario("ann bob")
def a_boundary_that_can_be_replaced_afterwards(made):
    limit = made.policy("limit", allow("s3:*"))
    bounded = {"StringEquals": {"iam:PermissionsBoundary": limit}}
    role, user = allow("iam:CreateRole", **bounded), allow("iam:CreateUser", **bounded)
    made.user("ann", role, allow("iam:PutRolePolicy", "iam:PutRolePermissionsBoundary", "sts:AssumeRole"))
    made.user("bob", user, allow("iam:PutUserPolicy", "iam:PutUserPermissionsBoundary", "iam:CreateAccessKey"))
    made.user("eve", role, allow("iam:PutRolePolicy", "sts:AssumeRole"))
    made.user(
        "kit",
        *(role, allow("iam:PutRolePolicy", "sts:AssumeRole"), allow("iam:PutRolePermissionsBoundary", **bounded)),
    )


@scenario("ann bob eve")
def policies_of_the_account_that_are_strong_enough(made):
    strong, weak = made.policy("iam", allow("iam:*")), made.policy("weak", allow("s3:*"))
    only, other = ({"ArnEquals": {"iam:PolicyARN": name}} for name in (strong, weak))
    made.group("team")
    made.user("ann", allow("iam:CreateRole", "sts:AssumeRole"), allow("iam:AttachRolePolicy", **only))
    made.user("bob", allow("iam:AttachGroupPolicy", **only), groups=("team",))
    made.user("eve", allow("iam:AttachUserPolicy", **only))
    made.user("kit", allow("iam:CreateRole", "sts:AssumeRole"), allow("iam:AttachRolePolicy", **other))


@scenario("ann")
def a_boundary_of_the_account_that_is_wide_enough(made):
    rest = {"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"}
    wide, narrow = made.policy("wide", rest), made.policy("narrow", allow("s3:*"))
    for name, boundary in (("ann", wide), ("eve", narrow)):
        bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
        made.user(name, allow("iam:CreateRole", "iam:PutRolePolicy", **bounded), ASSUME)


@scenario("ann")
def aws_policies_that_administer_under_another_name(made):
    known = [ADMIN, ADMIN.replace("AdministratorAccess", "IAMFullAccess")]
    made.user("ann", allow("iam:AttachUserPolicy"), deny("iam:AttachUserPolicy", ArnEquals={"iam:PolicyARN": known}))
    reading = {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*ReadOnly*"}}
    made.user("eve", allow("iam:AttachUserPolicy", **reading))


@scenario("adm ann bob eve")
def denials_of_others_that_can_be_taken_off(made):
    denying = made.policy("no", deny("iam:*"))
    made.role("one", trust(ACCOUNT), attached=(ADMIN, denying))
    made.role("two", trust(ACCOUNT), deny("iam:*"), attached=(ADMIN,))
    made.user("three", deny("iam:*"), attached=(ADMIN,))
    made.user("adm", attached=(ADMIN,))
    made.user("ann", ASSUME, allow("iam:DetachRolePolicy"))
    made.user("bob", ASSUME, allow("iam:DeleteRolePolicy"))
    keys = allow("iam:CreateAccessKey", resource=arn("user", "three"))
    made.user("eve", keys, allow("iam:DeleteUserPolicy"))
    made.user("kit", keys, allow("iam:DetachUserPolicy"))
    made.user("pam", ASSUME)


scenario.ann("the time as a number", allow("iam:PutUserPolicy", NumericGreaterThan={"aws:EpochTime": "1500000000"}),
             expected="ann")  # fmt: skip
scenario.ann("a number that is past", allow("iam:PutUserPolicy", NumericLessThan={"aws:EpochTime": "1500000000"}))
for of_sessions in (
    {"Null": {"aws:FederatedProvider": "false"}},
    {"StringLike": {"aws:SourceIdentity": "*"}},
    {"StringLike": {"aws:Ec2InstanceSourceVpc": "vpc-*"}},
    {"Bool": {"aws:AssumedRoot": "true"}},
    {"StringLike": {"aws:ChatbotSourceArn": "*"}},
):
    ((key, _),) = next(iter(of_sessions.values())).items()
    scenario.ann(f"{key}, as a user", allow("iam:PutUserPolicy", **of_sessions))
scenario.ann("unless it comes from an instance", PUT, deny("*", Null={"aws:Ec2InstanceSourceVpc": "true"}))


def _federated(made, host, **condition):
    provider = made.provider("oidc", host)
    made.role("adm", trust(provider, **condition), attached=(ADMIN,))
    made.user("ann", allow("iam:AddClientIDToOpenIDConnectProvider"))
    made.user("eve", allow("iam:UpdateOpenIDConnectProviderThumbprint"))


@scenario("adm ann eve")
def a_provider_of_tokens(made):
    _federated(made, "idp.example.com", StringEquals={"idp.example.com:aud": "app"})


@scenario("adm eve")
def a_provider_of_tokens_for_one_subject(made):
    _federated(made, "idp.example.com", StringEquals={"idp.example.com:sub": "robot"})


@scenario("adm")
def a_well_known_provider_of_tokens(made):
    claims = {"token.actions.githubusercontent.com:sub": "repo:acme/prod:ref:refs/heads/main"}
    _federated(made, "token.actions.githubusercontent.com", StringEquals=claims)


@scenario("adm eve")
def a_trust_anchor_that_is_named(made):
    anchor = f"arn:aws:rolesanywhere:eu-west-1:{ACCOUNT}:trust-anchor/0a1b2c3d"
    actions = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    opened = trust("rolesanywhere.amazonaws.com", actions=actions, ArnEquals={"aws:SourceArn": anchor})
    made.role("adm", opened, attached=(ADMIN,))
    made.user("ann", allow("rolesanywhere:CreateTrustAnchor"))
    made.user("eve", allow("rolesanywhere:UpdateTrustAnchor"))


@pytest.mark.parametrize(("name", "expected", "build"), scenario.listed, ids=scenario.names)
def test_scenario(name, expected, build):
    made = Builder()
    build(made)
    assert who_gets_up(made) == set(expected.split())


def test_a_policy_that_an_scp_lets_be_attached():
    limit = policy(ROOT, deny("iam:Attach*", ArnNotLike={"iam:PolicyARN": "arn:aws:iam::*:policy/team-*"}))
    made = member(view=told(limit))
    made.user("ann", allow("iam:AttachUserPolicy", "iam:CreatePolicy"))
    made.user("eve", allow("iam:AttachUserPolicy"))
    assert who_gets_up(made) == {"ann"}


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (("sso:CreatePermissionSet", "sso:PutInlinePolicyToPermissionSet", "sso:CreateAccountAssignment"), {"ann"}),
        (("sso:CreatePermissionSet", "sso:PutInlinePolicyToPermissionSet"), set()),
    ],
)
def test_permission_sets_are_written_from_the_management_account(actions, expected):
    made = Builder(organization={"Id": "o-abcdefghij", "MasterAccountId": ACCOUNT, "FeatureSet": "ALL"})
    made.user("ann", allow(*actions))
    assert who_gets_up(made) == expected


def test_an_assignment_of_a_permission_set_that_is_there():
    made = Builder(organization={"Id": "o-abcdefghij", "MasterAccountId": ACCOUNT, "FeatureSet": "ALL"})
    saml = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    path = "/aws-reserved/sso.amazonaws.com/"
    made.role("AWSReservedSSO_Admin_0123456789abcdef", trust(saml), path=path, attached=(ADMIN,))
    made.user("ann", allow("sso:CreateAccountAssignment"))
    made.user("eve", allow("sso:ListAccountAssignments"))
    assert "ann" in who_gets_up(made)
    assert "eve" not in who_gets_up(made)


def test_no_policy_of_aws_that_administers_is_forgotten():
    strong = set()
    for name, (version, text) in aws_managed_policies._table().items():
        made = Builder()
        made.iam["aws_managed_policies"][name] = {"Arn": name, "DefaultVersionId": version, "Document": text}
        made.user("ann", attached=(name,))
        if graph(made.world).admins:
            strong.add(name.partition(":policy/")[2])
    attachable = {name for name in strong if not name.startswith("aws-service-role/")}
    assert attachable == {"AdministratorAccess", "IAMFullAccess", *STRONG_OF_AWS}
