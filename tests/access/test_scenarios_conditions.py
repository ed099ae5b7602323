"""Who gets up under conditions that can hold, and who does not as they never do."""

import pytest

from tests.access.scenarios import Scenarios, arn, who_gets_up
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, trust

PUT = "iam:PutUserPolicy"
TAKEN_AT = "2026-01-01T00:00:00Z"
scenario = Scenarios()


def possible(name, tags=None, **conditions):
    scenario.ann(name, allow(PUT, **conditions), expected="ann", tags=tags or {})


def never(name, tags=None, **conditions):
    scenario.ann(name, allow(PUT, **conditions), tags=tags or {})


possible("MFA", Bool={"aws:MultiFactorAuthPresent": "true"})
possible("no MFA, as of a key", Null={"aws:MultiFactorAuthPresent": "true"})
possible("a network", IpAddress={"aws:SourceIp": "203.0.113.0/24"})
possible("any but a network", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})
possible("a VPC endpoint", StringEquals={"aws:SourceVpce": "vpce-12345678"})
possible("its own ARN", ArnEquals={"aws:PrincipalArn": arn("user", "a*")})
possible("its own name", StringLike={"aws:username": "an?"})
possible("its own account", StringEquals={"aws:PrincipalAccount": ACCOUNT})
possible("its own tag", {"team": "ops"}, StringEquals={"aws:PrincipalTag/team": "ops"})
possible("its own tag, on itself", {"team": "ops"}, StringEquals={"iam:ResourceTag/team": "${aws:PrincipalTag/team}"})
possible("a time to come", DateGreaterThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"})
possible("a time not over", DateLessThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"})
possible("a region that IAM has", StringEquals={"aws:RequestedRegion": ["eu-west-1", "us-east-1"]})
possible("a key that may be absent", StringEqualsIfExists={"aws:SourceVpc": "vpc-1"})
possible("all of nothing", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})
possible("what is always so", Bool={"aws:SecureTransport": "true"}, StringLike={"aws:PrincipalArn": "*"})

never("the name of another", StringEquals={"aws:username": "bob"})
never("the ARN of another", ArnLike={"aws:PrincipalArn": arn("role", "*")})
never("the id of another", StringEquals={"aws:userid": "AIDABOB"})
never("another account", StringEquals={"aws:PrincipalAccount": OTHER})
never("an organization, where there is none", StringEquals={"aws:PrincipalOrgID": "o-aaaaaaaaaa"})
never("the tag of another", {"team": "web"}, StringEquals={"aws:PrincipalTag/team": "ops"})
never("a tag that it lacks", Null={"aws:PrincipalTag/team": "false"})
never("a tag that the resource lacks", StringEquals={"iam:ResourceTag/team": "ops"})
never("a session", StringEquals={"aws:PrincipalType": "AssumedRole"})
never("what is past", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})
never(
    "what is over before it begins",
    DateGreaterThan={"aws:CurrentTime": "2031-01-01T00:00:00Z"},
    DateLessThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"},
)
never("a region that IAM lacks", StringEquals={"aws:RequestedRegion": "eu-west-1"})
never("two values at once", StringEquals={"aws:SourceVpc": "vpc-1"}, StringLike={"aws:SourceVpc": "vpc-2*"})
never("no value and one", Null={"aws:SourceVpc": "true"}, StringEquals={"aws:SourceVpc": "vpc-1"})
never(
    "an old MFA and no age", Null={"aws:MultiFactorAuthAge": "true"}, NumericLessThan={"aws:MultiFactorAuthAge": "60"}
)
never("a private network", IpAddress={"aws:SourceIp": "10.0.0.0/8"})
never("without TLS", Bool={"aws:SecureTransport": "false"})
never("on behalf of an account", StringEquals={"aws:SourceAccount": ACCOUNT})
never("on behalf of a resource", ArnLike={"aws:SourceArn": "arn:aws:*"})
never("no value will do", StringEquals={"aws:username": []})

STACKS = allow("cloudformation:CreateStack")
VIA = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}}
possible("itself, and no service for it", Bool={"aws:ViaAWSService": "false"})
scenario.ann("by CloudFormation", allow(PUT, **VIA), STACKS, expected="ann")
scenario.ann(
    "by CloudFormation first",
    allow(PUT, StringEquals={"aws:CalledViaFirst": "cloudformation.amazonaws.com"}),
    STACKS,
    expected="ann",
)
scenario.ann("by any service", allow(PUT, Bool={"aws:ViaAWSService": "true"}), STACKS, expected="ann")
scenario.ann("by CloudFormation, without stacks", allow(PUT, **VIA), allow("cloudformation:Describe*"))
scenario.ann("by a service, without stacks", allow(PUT, Bool={"aws:ViaAWSService": "true"}))
scenario.ann(
    "by another service",
    allow(PUT, **{"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}),
    STACKS,
)
scenario.ann("by CloudFormation, and no service", allow(PUT, Bool={"aws:ViaAWSService": "false"}, **VIA), STACKS)
scenario.ann(
    "by CloudFormation, denied by services", allow(PUT, **VIA), deny(PUT, Bool={"aws:ViaAWSService": "true"}), STACKS
)

NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
scenario.ann("denied without MFA", allow(PUT), deny("*", **NO_MFA), expected="ann")
scenario.ann(
    "denied with and without MFA",
    allow(PUT),
    deny("*", **NO_MFA),
    deny(PUT, Bool={"aws:MultiFactorAuthPresent": "true"}),
)
scenario.ann(
    "allowed with MFA alone, denied with it",
    *(allow(PUT, Bool={"aws:MultiFactorAuthPresent": "true"}), deny(PUT, Bool={"aws:MultiFactorAuthPresent": "true"})),
)
scenario.ann("denied but for a role", allow(PUT), deny("*", ArnNotLike={"aws:PrincipalArn": arn("role", "*")}))
scenario.ann(
    "denied but for itself", allow(PUT), deny("*", ArnNotLike={"aws:PrincipalArn": arn("user", "ann")}), expected="ann"
)
scenario.ann(
    "denied from abroad", allow(PUT), deny("*", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}), expected="ann"
)
scenario.ann("denied from anywhere", allow(PUT), deny("*", NotIpAddress={"aws:SourceIp": "10.0.0.0/8"}))
scenario.ann(
    "denied until a time that is past",
    allow(PUT),
    deny("*", DateLessThan={"aws:CurrentTime": TAKEN_AT}),
    expected="ann",
)
scenario.ann(
    "denied since a time that is past",
    allow(PUT),
    deny("*", DateGreaterThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"}),
)
scenario.ann(
    "denied in other regions",
    allow(PUT),
    deny("*", StringNotEquals={"aws:RequestedRegion": "us-east-1"}),
    expected="ann",
)
scenario.ann("denied where IAM is", allow(PUT), deny("*", StringNotEquals={"aws:RequestedRegion": "eu-west-1"}))
scenario.ann("denied for whom lacks a tag", allow(PUT), deny("*", StringNotEquals={"aws:PrincipalTag/team": "ops"}))


@scenario("boss ann bob eve")
def tags_that_one_can_give_others(made):
    made.user("boss", attached=(ADMIN,))
    key = allow("iam:CreateAccessKey", StringEquals={"iam:ResourceTag/owner": "${aws:username}"})
    team = allow("iam:UpdateLoginProfile", StringEquals={"aws:ResourceTag/team": ["web", "ops"]})
    made.user("ann", key, allow("iam:TagUser", resource=arn("user", "boss")))
    made.user("bob", team, allow("iam:TagUser"))
    made.user("eve", team, allow("iam:TagUser", StringEquals={"aws:RequestTag/team": "web"}))
    made.user("kit", key, allow("iam:TagRole"))
    made.user("pam", key)
    made.user("sue", key, allow("iam:TagUser", resource=arn("user", "sue")))


@scenario("adm ann eve")
def trust_policies_with_conditions(made):
    made.role("adm", trust(ACCOUNT, ArnLike={"aws:PrincipalArn": arn("user", "a*")}), attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole"))
    made.user("bob", allow("sts:AssumeRole"))
    made.user("eve", allow("sts:AssumeRole", "iam:UpdateAssumeRolePolicy"))


@pytest.mark.parametrize(("name", "expected", "build"), scenario.listed, ids=scenario.names)
def test_scenario(name, expected, build):
    made = Builder()
    build(made)
    assert who_gets_up(made) == set(expected.split())
