"""What is public, by AWS's definitions."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.policy.comparison import NotComparable, compare
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.principals import PrincipalKind
from auditor.policy.proof import allowed
from auditor.policy.public import FIXED, check_public

GITHUB = "token.actions.githubusercontent.com"
OIDC = "arn:aws:iam::111122223333:oidc-provider/"


def policy(*statements: dict[str, Any], kind: Kind = Kind.RESOURCE, resource_type: str = "s3-bucket") -> Policy:
    filled = []
    for given in statements:
        statement: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", **given}
        if "NotPrincipal" not in statement:
            statement.setdefault("Principal", "*")
        if kind is Kind.RESOURCE:
            statement.setdefault("Resource", "arn:aws:s3:::b/*")
        filled.append(statement)
    made = Policy.of({"Version": "2012-10-17", "Statement": filled}, kind, resource_type)
    assert not made.problems
    return made


def check(*statements: dict[str, Any], kind: Kind = Kind.RESOURCE, resource_type: str = "s3-bucket") -> str:
    made = policy(*statements, kind=kind, resource_type=resource_type)
    found = check_public(made)
    assert found.reason
    assert (found.witness is not None) is (found.answer == "yes")
    if found.witness:
        assert allowed([made], found.witness)
    return found.answer


def when(operator: str, key: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}, **more}


DENY = {"Effect": "Deny"}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
PRINCIPALS = {
    "everyone": ([{}], "yes"),
    "everyone with credentials": ([{"Principal": {"AWS": "*"}}], "yes"),
    "an account": ([{"Principal": {"AWS": "111122223333"}}], "no"),
    "a role of another account": ([{"Principal": {"AWS": "arn:aws:iam::444455556666:role/x"}}], "no"),
    "a service": ([{"Principal": {"Service": "cloudtrail.amazonaws.com"}}], "no"),
    "a canonical user": ([{"Principal": {"CanonicalUser": "ab" * 32}}], "no"),
    "all but an account": ([{"NotPrincipal": {"AWS": "111122223333"}}], "yes"),
    "a social network": ([{"Principal": {"Federated": "graph.facebook.com"}}], "yes"),
    "everyone, denied to everyone": ([{}, DENY], "no"),
    "everyone, denied to some": ([{}, {"Principal": {"AWS": "111122223333"}, **DENY}], "yes"),
    "everyone, denied to all but one": (
        [{}, {"NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, **DENY}],
        "no",
    ),
    "everyone, denied elsewhere": ([{}, {"Resource": "arn:aws:s3:::other/*", **DENY}], "yes"),
    "a public and other statements": ([{"Principal": {"AWS": "111122223333"}}, {}], "yes"),
    "an action that does not exist": ([{"Action": "s3:NotASupportedAction"}], "yes"),
    "nothing": ([DENY], "no"),
}

CONDITIONS = {
    "a network of anyone's": (when("StringLike", "aws:SourceVpc", "vpc-*"), "yes"),
    "a network": (when("StringEquals", "aws:SourceVpc", "vpc-91237329"), "no"),
    "any other network": (when("StringNotEquals", "aws:SourceVpc", "vpc-91237329"), "yes"),
    "a network if there is one": (when("StringEqualsIfExists", "aws:SourceVpc", "vpc-91237329"), "yes"),
    "a network, or any by a variable": (when("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"), "yes"),
    "an endpoint": (when("StringEquals", "aws:SourceVpce", "vpce-1"), "no"),
    "an organization": (when("StringEquals", "aws:PrincipalOrgID", "o-abcd"), "no"),
    "an organization, in any case": (when("StringEqualsIgnoreCase", "aws:PrincipalOrgID", "o-ABCD"), "no"),
    "any organization": (when("StringLike", "aws:PrincipalOrgID", "o-*"), "yes"),
    "an organization if there is one": (when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-abcd"), "yes"),
    "no organization": (when("Null", "aws:PrincipalOrgID", "true"), "yes"),
    "a unit": (when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abcd/r-1/*"), "no"),
    "a unit or none": (when("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-abcd/r-1/*"), "yes"),
    "any principal": (when("StringLike", "aws:PrincipalArn", "*"), "yes"),
    "a role of any account": (when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"), "yes"),
    "roles of an account": (when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"), "no"),
    "a role": (when("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/x"), "no"),
    "an account by key": (when("StringEquals", "aws:PrincipalAccount", "111122223333"), "no"),
    "sessions of a role": (when("StringLike", "aws:userid", "AROAEXAMPLE:*"), "no"),
    "any session": (when("StringLike", "aws:userid", "*:*"), "yes"),
    "any user": (when("StringLike", "aws:userid", "AIDA*"), "yes"),
    "root users of accounts like one": (when("StringLike", "aws:userid", "1*"), "yes"),
    "the id of nobody": (when("StringLike", "aws:userid", "x*"), "no"),
    "anonymous callers": (when("StringEquals", "aws:userid", "anonymous"), "yes"),
    "AWS itself": (when("Bool", "aws:PrincipalIsAWSService", "true"), "no"),
    "a range of addresses": (when("IpAddress", "aws:SourceIp", "203.0.113.0/24"), "no"),
    "any other address": (when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"), "yes"),
    "all addresses": (when("IpAddress", "aws:SourceIp", "0.0.0.0/0"), "yes"),
    "all addresses in two halves": (when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1"), "yes"),
    "all addresses in small parts": (
        when("IpAddress", "aws:SourceIp", *(f"{part}.0.0.0/8" for part in range(256))),
        "yes",
    ),
    "one of 256 parts": (when("IpAddress", "aws:SourceIp", "9.0.0.0/8"), "no"),
    "two of 256 parts": (when("IpAddress", "aws:SourceIp", "8.0.0.0/7"), "yes"),
    "private addresses": (when("IpAddress", "aws:SourceIp", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"), "no"),
    "a range of IPv6": (when("IpAddress", "aws:SourceIp", "2001:db8::/32"), "no"),
    "a broad range of IPv6": (when("IpAddress", "aws:SourceIp", "2001::/31"), "yes"),
    "encryption": (when("Bool", "aws:SecureTransport", "true"), "yes"),
    "a program": (when("StringEquals", "aws:UserAgent", "curl"), "yes"),
    "a page": (when("StringLike", "aws:Referer", "https://example.com/*"), "yes"),
    "a tag of the caller": (when("StringEquals", "aws:PrincipalTag/team", "a"), "yes"),
    "a topic of an account": (when("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:*"), "no"),
    "a bucket": (when("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket"), "no"),
    "buckets of anyone's": (when("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket*"), "yes"),
    "a source account": (when("StringEquals", "aws:SourceAccount", "111122223333"), "no"),
    "a source owner": (when("StringEquals", "aws:SourceOwner", "111122223333"), "no"),
    "access points": (
        when("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:123456789012:accesspoint/*"),
        "no",
    ),
    "a caller's account for a key": (when("StringEquals", "kms:CallerAccount", "111122223333"), "no"),
    "a mount target": (when("Bool", "elasticfilesystem:AccessedViaMountTarget", "true"), "no"),
    "no mount target": (when("Bool", "elasticfilesystem:AccessedViaMountTarget", "false"), "yes"),
}

DENIES = {
    "without encryption": (when("Bool", "aws:SecureTransport", "false", **DENY), "yes"),
    "other organizations": (when("StringNotEquals", "aws:PrincipalOrgID", "o-abcd", **DENY), "no"),
    "other organizations, if there is one": (
        when("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-abcd", **DENY),
        "no",
    ),
    "other addresses": (when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", **DENY), "no"),
    "no addresses": (when("NotIpAddress", "aws:SourceIp", "0.0.0.0/0", "::/0", **DENY), "yes"),
    "one network": (when("StringEquals", "aws:SourceVpc", "vpc-1", **DENY), "yes"),
}

TRUST = {
    "everyone": ({}, "yes"),
    "an external id is not a secret": (when("StringEquals", "sts:ExternalId", "x"), "yes"),
    "an account": ({"Principal": {"AWS": "arn:aws:iam::444455556666:root"}}, "no"),
    "any repository": ({"Principal": {"Federated": OIDC + GITHUB}}, "yes"),
    "any repository with an audience": (
        when("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com", Principal={"Federated": OIDC + GITHUB}),
        "yes",
    ),
    "repositories": (when("StringLike", f"{GITHUB}:sub", "repo:org/*", Principal={"Federated": OIDC + GITHUB}), "no"),
    "repositories of many": (
        when("StringLike", f"{GITHUB}:sub", "repo:*", Principal={"Federated": OIDC + GITHUB}),
        "yes",
    ),
    "a prefix of owners": (
        when("StringLike", f"{GITHUB}:sub", "repo:org*/x", Principal={"Federated": OIDC + GITHUB}),
        "yes",
    ),
    "an identity pool": (
        when(
            *("StringEquals", "cognito-identity.amazonaws.com:aud", "us-east-1:1"),
            Principal={"Federated": "cognito-identity.amazonaws.com"},
        ),
        "no",
    ),
    "a cluster": ({"Principal": {"Federated": f"{OIDC}oidc.eks.us-east-1.amazonaws.com/id/1"}}, "no"),
    "an issuer that cannot assume": ({"Action": "sts:AssumeRole", "Principal": {"Federated": OIDC + GITHUB}}, "no"),
    "everyone with a token": ({"Action": "sts:AssumeRoleWithWebIdentity"}, "yes"),
    "everyone with an assertion": ({"Action": "sts:AssumeRoleWithSAML"}, "no"),
    "everyone with a session token": ({"Action": "sts:GetSessionToken"}, "no"),
    "a SAML provider": ({"Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/x"}}, "no"),
}


@pytest.mark.parametrize(("statements", "answer"), PRINCIPALS.values(), ids=PRINCIPALS)
def test_principals(statements: list[dict[str, Any]], answer: str) -> None:
    assert check(*statements) == answer


@pytest.mark.parametrize(("statement", "answer"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(statement: dict[str, Any], answer: str) -> None:
    assert check(statement) == answer


@pytest.mark.parametrize(("statement", "answer"), DENIES.values(), ids=DENIES)
def test_denies_take_away_what_they_take_away(statement: dict[str, Any], answer: str) -> None:
    assert check({}, statement) == answer


@pytest.mark.parametrize(("statement", "answer"), TRUST.values(), ids=TRUST)
def test_trust_policies(statement: dict[str, Any], answer: str) -> None:
    federated = "Federated" in statement.get("Principal", ())
    action = "sts:AssumeRoleWithWebIdentity" if federated else "sts:AssumeRole"
    assert check({"Action": action, **statement}, kind=Kind.TRUST) == answer


@pytest.mark.parametrize(
    ("action", "caller"),
    [
        ("sts:AssumeRole", PrincipalKind.USER),
        ("sts:AssumeRoleWithWebIdentity", PrincipalKind.PROVIDER),
        ("sts:*", PrincipalKind.USER),
        ("*", PrincipalKind.USER),
    ],
)
def test_the_witness_can_assume_the_role(action: str, caller: PrincipalKind) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html"""
    made = {"Effect": "Allow", "Principal": "*", "Action": action}
    found = check_public(Policy.of({"Version": "2012-10-17", "Statement": made}, Kind.TRUST))
    assert found.witness is not None
    assert found.witness.principal.kind is caller


@pytest.mark.parametrize(
    ("resource_type", "condition", "answer"),
    [
        ("lambda-function", {}, "yes"),
        ("lambda-function", {"StringEquals": {"AWS:SourceAccount": "111122223333"}}, "no"),
        ("sqs-queue", {}, "no"),
    ],
)
def test_s3_acts_for_anyone_on_functions(resource_type: str, condition: dict[str, Any], answer: str) -> None:
    """https://docs.aws.amazon.com/config/latest/developerguide/lambda-function-public-access-prohibited.html"""
    statement = {"Action": "lambda:InvokeFunction", "Resource": "*", "Condition": condition}
    assert check({**statement, "Principal": {"Service": "s3.amazonaws.com"}}, resource_type=resource_type) == answer


def test_an_account_is_not_enough_for_an_access_point() -> None:
    points = when("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:123456789012:accesspoint/*")
    assert check(points, resource_type="s3-access-point") == "yes"
    assert check(points, resource_type="AWS::S3::AccessPoint") == "yes"


def test_the_resource_type_can_be_given() -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "*", "Resource": "*"}
    made = Policy.of({"Version": "2012-10-17", "Statement": statement}, Kind.RESOURCE)
    assert check_public(made).answer == "no"
    assert check_public(made, "AWS::Lambda::Function").answer == "yes"
    assert check_public(made, "unheard-of").answer == "no"


def test_identity_policies_are_not_public() -> None:
    with pytest.raises(NotComparable):
        check_public(Policy.of({"Statement": []}))


def test_the_witness_is_anonymous_where_it_can_be() -> None:
    made = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}
    found = check_public(Policy.of({"Version": "2012-10-17", "Statement": made}, Kind.RESOURCE, "s3-bucket"))
    assert found.witness is not None
    assert found.witness.principal.kind is PrincipalKind.ANONYMOUS
    assert (found.witness.action, found.witness.resource) == ("s3:GetObject", "arn:aws:s3:::b/example")


@pytest.mark.parametrize("key", sorted(FIXED))
def test_every_fixed_key_restricts_by_a_fixed_value_only(key: str) -> None:
    value = "arn:aws:iam::111122223333:role/x" if key.endswith("arn") else "111122223333"
    quantifier = "ForAnyValue:" if key.endswith("paths") else ""
    assert check(when(f"{quantifier}StringEquals", key, value)) == "no"
    assert check(when(f"{quantifier}StringLike", key, "*")) == "yes"


@pytest.mark.parametrize(
    ("pattern", "caller"),
    [
        ("AROA*:deploy", "arn:aws:sts::111122223333:assumed-role/example/deploy"),
        ("AIDA*", "arn:aws:iam::111122223333:user/example"),
        ("1*:bob", "arn:aws:sts::100000000000:federated-user/bob"),
        ("1*", "100000000000"),
        ("anonymous", ""),
    ],
)
def test_the_witness_can_have_the_user_id(pattern: str, caller: str) -> None:
    found = check_public(policy(when("StringLike", "aws:userid", pattern))).witness
    assert found
    assert found.principal.text == caller


@pytest.mark.parametrize(("kind", "own", "others"), [("user", "AIDA*", "AROA*:*"), ("role", "AROA*:*", "AIDA*")])
def test_users_have_no_ids_of_sessions(kind: str, own: str, others: str) -> None:
    principal = {"AWS": f"arn:aws:iam::111122223333:{kind}/x"}
    nothing = policy(DENY)
    for pattern, answer in ((own, "yes"), (others, "no")):
        named = policy({**when("StringLike", "aws:userid", pattern), "Principal": principal})
        assert compare(nothing, named).answer == answer
