"""Whether documented policies let in the public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
"""

from __future__ import annotations

from typing import Any

import pytest

from auditor.policy import check_public
from auditor.policy.document import Policy
from auditor.policy.elements import Kind

A = "111122223333"
GITHUB = f"arn:aws:iam::{A}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"
TOKEN: dict[str, Any] = {"Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": GITHUB}}


def when(operator: str, key: str, values: Any, **more: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: values}}, **more}


def policy(statements: list[dict[str, Any]], kind: Kind, resource_type: str = "") -> Policy:
    filled = []
    for given in statements:
        action = "s3:GetObject" if kind is Kind.RESOURCE else "sts:AssumeRole"
        resource = {"Resource": "arn:aws:s3:::b/*"} if kind is Kind.RESOURCE else {}
        principal = {} if "NotPrincipal" in given else {"Principal": "*"}
        filled.append({"Effect": "Allow", "Action": action, **resource, **principal, **given})
    made = Policy.of({"Version": "2012-10-17", "Statement": filled}, kind, resource_type)
    assert not made.problems
    return made


BUCKET: dict[str, tuple[list[dict[str, Any]], str]] = {
    "star": ([{}], "yes"),
    "aws star": ([{"Principal": {"AWS": "*"}}], "yes"),
    "account": ([{"Principal": {"AWS": A}}], "no"),
    "notprincipal": ([{"NotPrincipal": {"AWS": A}}], "yes"),
    "ip fixed": ([when("IpAddress", "aws:SourceIp", "203.0.113.0/24")], "no"),
    "ip wide": ([when("IpAddress", "aws:SourceIp", "0.0.0.0/0")], "yes"),
    "ip halves": ([when("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"])], "yes"),
    "notip": ([when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")], "yes"),
    "ip ifexists": ([when("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24")], "yes"),
    "vpce": ([when("StringEquals", "aws:SourceVpce", "vpce-1234")], "no"),
    "vpce like": ([when("StringLike", "aws:SourceVpce", "vpce-*")], "yes"),
    "vpc like star": ([when("StringLike", "aws:SourceVpc", "*")], "yes"),
    "vpc": ([when("StringEquals", "aws:SourceVpc", "vpc-1234")], "no"),
    "vpc not": ([when("StringNotEquals", "aws:SourceVpc", "vpc-1234")], "yes"),
    "org": ([when("StringEquals", "aws:PrincipalOrgID", "o-1")], "no"),
    "org ifexists": ([when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1")], "yes"),
    "org null": ([when("Null", "aws:PrincipalOrgID", "false")], "yes"),
    "principalarn": ([when("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/r")], "no"),
    "principalarn like account": ([when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:*")], "no"),
    "principalarn any account": ([when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/r")], "yes"),
    "principalarn star": ([when("StringLike", "aws:PrincipalArn", "*")], "yes"),
    "sourcearn": ([when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*")], "no"),
    "sourceaccount": ([when("StringEquals", "aws:SourceAccount", A)], "no"),
    "deny unless org": ([{}, when("StringNotEquals", "aws:PrincipalOrgID", "o-1", Effect="Deny")], "no"),
    "deny unless vpce": ([{}, when("StringNotEquals", "aws:SourceVpce", "vpce-1234", Effect="Deny")], "no"),
    "deny insecure": ([{}, when("Bool", "aws:SecureTransport", "false", Effect="Deny")], "yes"),
    "deny other action": ([{}, {"Effect": "Deny", "Action": "s3:PutObject"}], "yes"),
    "deny all": ([{}, {"Effect": "Deny", "Action": "*"}], "no"),
    "service": ([{"Principal": {"Service": "cloudtrail.amazonaws.com"}}], "no"),
    "referer": ([when("StringLike", "aws:Referer", "https://example.com/*")], "yes"),
    "useragent": ([when("StringEquals", "aws:UserAgent", "secret")], "yes"),
    "securetransport": ([when("Bool", "aws:SecureTransport", "true")], "yes"),
    "mfa": ([when("Bool", "aws:MultiFactorAuthPresent", "true")], "yes"),
    "tag": ([when("StringEquals", "aws:PrincipalTag/team", "a")], "yes"),
    "userid": ([when("StringLike", "aws:userid", "AROAEXAMPLE:*")], "no"),
    "variable username": ([{"Resource": "arn:aws:s3:::b/${aws:username}/*"}], "yes"),
    "orgpaths any": ([when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-1/*"])], "no"),
    "orgpaths all": ([when("ForAllValues:StringLike", "aws:PrincipalOrgPaths", ["o-1/*"])], "yes"),
    "viaservice": ([when("Bool", "aws:ViaAWSService", "true")], "yes"),
    "isservice": ([when("Bool", "aws:PrincipalIsAWSService", "true")], "no"),
    "accesspoint": ([when("StringEquals", "s3:DataAccessPointAccount", A)], "no"),
    "ipv6": ([when("IpAddress", "aws:SourceIp", "::/0")], "yes"),
    "canonical": (
        [{"Principal": {"CanonicalUser": "abababababababababababababababababababababababababababababababab"}}],
        "no",
    ),
    "empty action": ([{"Action": []}], "no"),
}


@pytest.mark.parametrize(("statements", "answer"), BUCKET.values(), ids=BUCKET)
def test_bucket_policies(statements: list[dict[str, Any]], answer: str) -> None:
    found = check_public(policy(statements, Kind.RESOURCE, "s3-bucket"))
    assert found.answer == answer
    assert (found.witness is not None) is (answer == "yes")


TRUST: dict[str, tuple[list[dict[str, Any]], str]] = {
    "everyone": ([{"Principal": {"AWS": "*"}}], "yes"),
    "an external id": ([when("StringEquals", "sts:ExternalId", "x", Principal={"AWS": "*"})], "yes"),
    "an account": ([{"Principal": {"AWS": A}}], "no"),
    "a shared issuer": ([TOKEN], "yes"),
    "a repository": ([when("StringLike", SUB, "repo:o/r:*", **TOKEN)], "no"),
    "any repository": ([when("StringLike", SUB, "repo:*", **TOKEN)], "yes"),
    "any issuer": ([{**TOKEN, "Principal": {"Federated": "*"}}], "yes"),
    "a provider of one's own": (
        [{"Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": f"arn:aws:iam::{A}:saml-provider/p"}}],
        "no",
    ),
}


@pytest.mark.parametrize(("statements", "answer"), TRUST.values(), ids=TRUST)
def test_trust_policies(statements: list[dict[str, Any]], answer: str) -> None:
    assert check_public(policy(statements, Kind.TRUST)).answer == answer
