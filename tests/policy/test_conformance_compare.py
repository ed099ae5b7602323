"""Pairs of policies as people write them, and whether either allows what the other does not.

Each pair is asked both ways. Every yes comes with a request that the statements of the one allow and of the other not.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.policy.comparison import compare
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.proof import allowed, denied

HERE, THERE = "111122223333", "444455556666"
ROLE, USER, ROOT = (f"arn:aws:iam::{HERE}:{name}" for name in ("role/r", "user/u", "root"))
DENY = {"Effect": "Deny"}
HOME = "arn:aws:s3:::b/${aws:username}"
OWNER, TAG, OWN_TAG = "aws:ResourceTag/owner", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"
NAME = "${aws:username}"

WITH_PRINCIPAL = (Kind.RESOURCE, Kind.TRUST, Kind.RCP)


def when(*conditions: tuple[str, str, Any], **more: Any) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for operator, key, values in conditions:
        block.setdefault(operator, {})[key] = values
    return {"Condition": block, **more}


def on(*resources: str, **more: Any) -> dict[str, Any]:
    return {"Resource": list(resources), **more}


def policy(statements: Any, kind: Kind = Kind.IDENTITY, version: str = "2012-10-17") -> Policy:
    filled = []
    for given in statements if isinstance(statements, list) else [statements]:
        statement = {"Effect": "Allow", **given}
        if "NotAction" not in statement:
            statement.setdefault("Action", "sts:AssumeRole" if kind is Kind.TRUST else "*")
        if "NotResource" not in statement and kind is not Kind.TRUST:
            statement.setdefault("Resource", "*")
        if kind in WITH_PRINCIPAL and "NotPrincipal" not in statement:
            statement.setdefault("Principal", "*")
        filled.append(statement)
    made = Policy.of({"Version": version, "Statement": filled}, kind)
    assert not made.problems
    return made


def check(first: Any, second: Any, forth: str, back: str, kind: Kind = Kind.IDENTITY) -> None:
    one, other = policy(first, kind), policy(second, kind)
    for old, new, answer in ((one, other, forth), (other, one, back)):
        found = compare(old, new)
        assert found.answer == answer, found
        if answer == "yes":
            assert found.witness is not None
            assert allowed([new], found.witness)
            assert not allowed([old], found.witness)
    assert compare(one, one).answer == compare(other, other).answer == "no"


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
VARIABLES = {
    "a longer suffix": (on(f"{HOME}/*"), on(f"{HOME}/docs/*"), "no", "yes"),
    "one object": (on(f"{HOME}/*"), on(f"{HOME}/x"), "no", "yes"),
    "a shorter prefix": (on(f"arn:aws:s3:::*/{NAME}"), on(HOME), "no", "yes"),
    "within a wildcard": (on("arn:aws:s3:::b/*"), on(HOME, f"{HOME}/*"), "no", "yes"),
    "two variables": (
        on("arn:aws:s3:::${aws:PrincipalAccount}/${aws:username}*"),
        on("arn:aws:s3:::${aws:PrincipalAccount}/${aws:username}/x"),
        "no",
        "yes",
    ),
    "other variables": (
        on("arn:aws:s3:::${aws:PrincipalTag/a}"),
        on("arn:aws:s3:::${aws:PrincipalTag/b}"),
        "yes",
        "yes",
    ),
    "statements or a list": ([on(HOME), on(f"{HOME}/*")], on(HOME, f"{HOME}/*"), "no", "no"),
    "a condition more": (on(HOME), on(HOME, **when(("Bool", "aws:SecureTransport", "true"))), "no", "yes"),
    "the case of a name": (on(HOME), on("arn:aws:s3:::b/${AWS:UserName}"), "no", "no"),
    "a question mark": (on(f"{HOME}?"), on(f"{HOME}x"), "may", "yes"),
    "a default": (
        on("arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}"),
        on("arn:aws:s3:::b/${aws:PrincipalTag/t}"),
        "no",
        "yes",
    ),
    "the same default": (
        on("arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}*"),
        on("arn:aws:s3:::b/${aws:PrincipalTag/t,'x'}/a"),
        "no",
        "yes",
    ),
    "another default": (
        on("arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}"),
        on("arn:aws:s3:::b/${aws:PrincipalTag/t, 'y'}"),
        "yes",
        "yes",
    ),
    "a deny of less": ([{}, on(f"{HOME}/*", **DENY)], [{}, on(f"{HOME}/x", **DENY)], "yes", "no"),
    "not a resource": ({"NotResource": f"{HOME}/*"}, {"NotResource": f"{HOME}*"}, "no", "yes"),
    "a value that is given": (
        on(f"{HOME}/*", **when(("StringEquals", "aws:username", "u"))),
        on("arn:aws:s3:::b/u/*", **when(("StringEquals", "aws:username", "u"))),
        "no",
        "no",
    ),
    "like and equals": (
        when(("StringLike", OWNER, NAME)),
        when(("StringEquals", OWNER, NAME)),
        "no",
        "no",
    ),
    "like is wider": (when(("StringLike", OWNER, f"{NAME}*")), when(("StringEquals", OWNER, NAME)), "no", "yes"),
    "without regard to case": (
        when(("StringEqualsIgnoreCase", OWNER, NAME)),
        when(("StringEquals", OWNER, NAME)),
        "no",
        "yes",
    ),
    "a value more": (when(("StringEquals", OWNER, [NAME, "x"])), when(("StringEquals", OWNER, NAME)), "no", "yes"),
    "values or statements": (
        when(("StringEquals", OWNER, [NAME, "x"])),
        [when(("StringEquals", OWNER, NAME)), when(("StringEquals", OWNER, "x"))],
        "no",
        "no",
    ),
    "any value": (when(("StringLike", OWNER, "*")), when(("StringEquals", OWNER, NAME)), "no", "yes"),
    "present": (when(("Null", OWNER, "false")), when(("StringEquals", OWNER, NAME)), "no", "yes"),
    "if exists": (when(("StringEqualsIfExists", OWNER, NAME)), when(("StringEquals", OWNER, NAME)), "no", "yes"),
    "if exists is one or none": (
        when(("StringEqualsIfExists", OWNER, NAME)),
        [when(("StringEquals", OWNER, NAME)), when(("Null", OWNER, "true"))],
        "no",
        "no",
    ),
    "home folders": (
        when(("StringLike", "s3:prefix", ["", "home/", f"home/{NAME}/*"])),
        when(("StringLike", "s3:prefix", f"home/{NAME}/*")),
        "no",
        "yes",
    ),
    "a folder of a home": (
        when(("StringLike", "s3:prefix", f"home/{NAME}/*")),
        when(("StringLike", "s3:prefix", f"home/{NAME}/docs/*")),
        "no",
        "yes",
    ),
    "homes in a folder": (
        when(("StringLike", "s3:prefix", "home/*")),
        when(("StringLike", "s3:prefix", [f"home/{NAME}/*", f"home/{NAME}"])),
        "no",
        "yes",
    ),
    "own tag by deny": (
        [{}, when(("StringNotEquals", TAG, OWN_TAG), **DENY)],
        when(("StringEquals", TAG, OWN_TAG)),
        "no",
        "no",
    ),
    "own tag by deny if exists": (
        [{}, when(("StringNotEqualsIfExists", TAG, OWN_TAG), **DENY)],
        when(("StringEquals", TAG, OWN_TAG)),
        "no",
        "no",
    ),
    "own tag and another": (
        when(("StringEquals", TAG, OWN_TAG)),
        when(("StringEquals", TAG, OWN_TAG), ("StringEquals", "aws:PrincipalTag/team", "red")),
        "no",
        "yes",
    ),
    "both tags": (
        when(("StringEquals", TAG, OWN_TAG)),
        when(("StringEquals", TAG, "red"), ("StringEquals", "aws:PrincipalTag/team", "red")),
        "no",
        "yes",
    ),
    "one tag": (when(("StringEquals", TAG, OWN_TAG)), when(("StringEquals", TAG, "red")), "yes", "yes"),
    "own organization": (
        when(("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}")),
        when(
            ("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"),
            ("StringEquals", "aws:PrincipalOrgID", "o-1"),
        ),
        "no",
        "yes",
    ),
    "an organization": (
        when(("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}")),
        when(("StringEquals", "aws:PrincipalOrgID", "o-1")),
        "yes",
        "yes",
    ),
    "arns": (
        when(("ArnLike", "aws:SourceArn", f"arn:aws:s3:::{OWN_TAG}*")),
        when(("ArnLike", "aws:SourceArn", f"arn:aws:s3:::{OWN_TAG}")),
        "no",
        "yes",
    ),
    "arns, like or equals": (
        when(("ArnLike", "aws:SourceArn", f"arn:aws:s3:::{OWN_TAG}*")),
        when(("ArnEquals", "aws:SourceArn", f"arn:aws:s3:::{OWN_TAG}*")),
        "no",
        "no",
    ),
    "an arn as a text": (
        when(("StringLike", "aws:SourceArn", f"arn:aws:sns:*:*:{OWN_TAG}")),
        when(("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:*:{OWN_TAG}")),
        "no",
        "yes",
    ),
    "fewer of a list": (
        when(("ForAllValues:StringEquals", "aws:TagKeys", [NAME, "a"])),
        when(("ForAllValues:StringEquals", "aws:TagKeys", ["a"])),
        "no",
        "yes",
    ),
    "only the variable of a list": (
        when(("ForAllValues:StringEquals", "aws:TagKeys", [NAME, "a"])),
        when(("ForAllValues:StringEquals", "aws:TagKeys", [NAME])),
        "no",
        "yes",
    ),
    "any of fewer": (
        when(("ForAnyValue:StringEquals", "aws:TagKeys", [NAME, "a"])),
        when(("ForAnyValue:StringEquals", "aws:TagKeys", ["a"])),
        "no",
        "yes",
    ),
    "none of a list, by deny": (
        [{}, when(("ForAnyValue:StringEquals", "aws:TagKeys", [NAME, "a"]), **DENY)],
        when(("ForAllValues:StringNotEquals", "aws:TagKeys", [NAME, "a"])),
        "no",
        "no",
    ),
    "all of a list, by deny": (
        [{}, when(("ForAnyValue:StringNotLike", "aws:TagKeys", [f"{NAME}*", "a"]), **DENY)],
        when(("ForAllValues:StringLike", "aws:TagKeys", ["a", f"{NAME}*"])),
        "no",
        "no",
    ),
    "all of a single value": (
        when(("ForAllValues:StringEquals", "aws:RequestedRegion", [OWN_TAG, "a"])),
        when(("StringEqualsIfExists", "aws:RequestedRegion", [OWN_TAG, "a"])),
        "no",
        "yes",
    ),
    "some and all of a list": (
        when(("ForAllValues:StringEquals", "aws:TagKeys", [NAME])),
        when(("ForAnyValue:StringEquals", "aws:TagKeys", [NAME])),
        "yes",
        "yes",
    ),
    "a number is no text": (
        [
            when(("StringEquals", OWNER, "${aws:PrincipalTag/n}"), ("StringEquals", "aws:PrincipalTag/n", "1")),
            when(("NumericEquals", "aws:PrincipalTag/n", "2"), Action="s3:GetObject"),
        ],
        when(("StringEquals", OWNER, "1"), ("StringEquals", "aws:PrincipalTag/n", "1")),
        "no",
        "yes",
    ),
}


@pytest.mark.parametrize(("first", "second", "forth", "back"), VARIABLES.values(), ids=VARIABLES)
def test_variables(first: Any, second: Any, forth: str, back: str) -> None:
    check(first, second, forth, back)


REGIONS = ["eu-west-1", "eu-west-2"]
ACL, AGE, MFA = "s3:x-amz-acl", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
CONDITIONS = {
    "a range of dates": (
        when(("DateGreaterThan", "aws:CurrentTime", "2024-01-01"), ("DateLessThan", "aws:CurrentTime", "2025-01-01")),
        when(("DateGreaterThan", "aws:CurrentTime", "2024-02-01"), ("DateLessThan", "aws:CurrentTime", "2024-03-01")),
        "no",
        "yes",
    ),
    "a date as epoch": (
        when(("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z")),
        when(("DateLessThan", "aws:CurrentTime", "1893456000")),
        "no",
        "no",
    ),
    "a range of numbers": (
        when(("NumericGreaterThanEquals", AGE, "1"), ("NumericLessThanEquals", AGE, "10")),
        when(("NumericEquals", AGE, ["1", "5", "10.0"])),
        "no",
        "yes",
    ),
    "not a number": (when(("NumericNotEquals", AGE, "5")), when(("NumericLessThan", AGE, "5")), "no", "yes"),
    "presence that is implied": (
        when(("Null", TAG, "false"), ("StringLike", TAG, "x*")),
        when(("StringLike", TAG, "x*")),
        "no",
        "no",
    ),
    "presence that is contradicted": ([], when(("Null", TAG, "true"), ("StringLike", TAG, "x*")), "no", "no"),
    "without regard to case": (
        when(("StringEqualsIgnoreCase", TAG, ["Foo", "BAR"])),
        when(("StringEquals", TAG, ["foo", "bar", "FOO"])),
        "no",
        "yes",
    ),
    "sets of patterns": (
        when(("StringLike", TAG, ["a*", "b*"])),
        when(("StringLike", TAG, ["a1*", "b?"])),
        "no",
        "yes",
    ),
    "patterns that overlap": (when(("StringLike", TAG, "a*b")), when(("StringLike", TAG, ["a*", "*b"])), "yes", "no"),
    "none of patterns": (when(("StringNotLike", TAG, ["a*", "b*"])), when(("StringNotLike", TAG, "a*")), "yes", "no"),
    "all of a list": (
        when(("ForAllValues:StringLike", "aws:TagKeys", ["a*", "b"])),
        when(("ForAllValues:StringEquals", "aws:TagKeys", ["a1", "b"])),
        "no",
        "yes",
    ),
    "all of a list, which is there": (
        when(("ForAllValues:StringEquals", "aws:TagKeys", "a")),
        when(("ForAllValues:StringEquals", "aws:TagKeys", "a"), ("Null", "aws:TagKeys", "false")),
        "no",
        "yes",
    ),
    "absent is not false": (when(("BoolIfExists", MFA, "false")), when(("Null", MFA, "true")), "no", "yes"),
    "a deny of the opposite": (
        [{"Action": "s3:*"}, when(("StringNotEquals", ACL, "private"), Action="s3:*", **DENY)],
        when(("StringEquals", ACL, "private"), Action="s3:*"),
        "no",
        "no",
    ),
    "networks side by side": (
        when(("IpAddress", "aws:SourceIp", "10.0.0.0/23")),
        when(("IpAddress", "aws:SourceIp", ["10.0.0.0/24", "10.0.1.0/24"])),
        "no",
        "no",
    ),
    "networks of IPv6": (
        when(("IpAddress", "aws:SourceIp", "2001:db8::/32")),
        when(("IpAddress", "aws:SourceIp", "2001:db8:1::/48")),
        "no",
        "yes",
    ),
    "beyond a network": (
        when(("NotIpAddress", "aws:SourceIp", "10.0.0.0/8")),
        when(("IpAddress", "aws:SourceIp", "11.0.0.0/8")),
        "no",
        "yes",
    ),
    "bytes": (when(("BinaryEquals", "x:b", ["QQ==", "Qg=="])), when(("BinaryEquals", "x:b", "QQ==")), "no", "yes"),
    "roles of an account": (
        when(("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{HERE}:*")),
        when(("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{HERE}:role/*")),
        "no",
        "yes",
    ),
    "not actions": ({"NotAction": "iam:*"}, {"NotAction": ["iam:*", "sts:*"]}, "no", "yes"),
    "some of all but some actions": ({"NotAction": "iam:*"}, {"Action": ["s3:*", "ec2:*"]}, "no", "yes"),
    "some of all but some resources": ({"NotResource": "arn:aws:s3:::a*"}, on("arn:aws:s3:::b*"), "no", "yes"),
    "actions that are not documented": ({"Action": "foo:Bar"}, {"Action": "FOO:bar"}, "no", "no"),
    "what a deny leaves": (
        [{"Action": "s3:*"}, {"Action": "s3:Delete*", **DENY}],
        {"Action": ["s3:Get*", "s3:List*"]},
        "no",
        "yes",
    ),
    "regions that are closed": (
        [{}, when(("StringNotEquals", "aws:RequestedRegion", REGIONS), NotAction=["iam:*", "sts:*"], **DENY)],
        [{}, when(("StringNotEquals", "aws:RequestedRegion", REGIONS), NotAction="iam:*", **DENY)],
        "no",
        "yes",
    ),
    "no actions": ({"Action": []}, [], "no", "no"),
}


@pytest.mark.parametrize(("first", "second", "forth", "back"), CONDITIONS.values(), ids=CONDITIONS)
@pytest.mark.parametrize("kind", [Kind.IDENTITY, Kind.BOUNDARY, Kind.SESSION, Kind.SCP])
def test_conditions(kind: Kind, first: Any, second: Any, forth: str, back: str) -> None:
    check(first, second, forth, back, kind)


def of(*names: str, **more: Any) -> dict[str, Any]:
    return {"Principal": {"AWS": list(names)}, **more}


def service(*names: str, **more: Any) -> dict[str, Any]:
    return {"Principal": {"Service": list(names)}, **more}


SNS = "sns.amazonaws.com"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
RESOURCE = {
    "fewer callers": (of(ROLE, USER), of(USER), "no", "yes"),
    "all callers but one": ({}, {"NotPrincipal": {"AWS": USER}}, "no", "yes"),
    "a deny of more callers": ([{}, of(USER, **DENY)], [{}, of(USER, ROLE, **DENY)], "no", "yes"),
    "a deny of all but one": ([{}, {"NotPrincipal": {"AWS": [USER, ROOT]}, **DENY}], of(USER), "no", "yes"),
    "organizations": (
        when(("StringEquals", "aws:PrincipalOrgID", "o-1")),
        when(("StringEquals", "aws:PrincipalOrgID", ["o-1", "o-2"])),
        "yes",
        "no",
    ),
    "units of an organization": (
        when(("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/*")),
        when(("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/r-1/*")),
        "no",
        "yes",
    ),
    "a deny from elsewhere": (
        [{}, when(("StringNotEquals", "aws:SourceVpce", "vpce-1"), **DENY)],
        when(("StringEquals", "aws:SourceVpce", "vpce-1")),
        "no",
        "no",
    ),
    "a deny of plain text": ([{}, when(("Bool", "aws:SecureTransport", "false"), **DENY)], {}, "yes", "no"),
    "a service for a topic": (
        service(SNS, **when(("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{HERE}:*"))),
        service(SNS, **when(("ArnEquals", "aws:SourceArn", f"arn:aws:sns:us-east-1:{HERE}:t"))),
        "no",
        "yes",
    ),
    "a role by its key": (of(ROLE), when(("ArnEquals", "aws:PrincipalArn", ROLE)), "no", "no"),
    "an account by its key": (of(ROOT), when(("StringEquals", "aws:PrincipalAccount", HERE)), "no", "no"),
    "own organization": (
        when(("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}")),
        of(HERE, **when(("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}"))),
        "no",
        "yes",
    ),
    "the home of a user": (on(f"{HOME}/*"), of(USER, **on("arn:aws:s3:::b/u/*")), "no", "yes"),
    "homes of callers without a name": (
        service(SNS, **on(f"{HOME}/*")),
        [],
        "no",
        "no",
    ),
    "any service": (service("*"), service(SNS), "no", "yes"),
    "all but services": ({}, {"NotPrincipal": {"Service": "*"}}, "no", "yes"),
    "a canonical user": ({}, {"Principal": {"CanonicalUser": "ab" * 32}}, "no", "yes"),
}

KMS: dict[str, Any] = {"Action": "kms:*"}
CALLER = "kms:CallerAccount"
# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
RESOURCE |= {
    "an account by the key of KMS": (
        of(HERE, **KMS),
        when(("StringEquals", CALLER, HERE), Principal={"AWS": "*"}, **KMS),
        "no",
        "no",
    ),
    "another account by the key of KMS": (
        of(HERE, **KMS),
        when(("StringEquals", CALLER, THERE), **KMS, **of(HERE)),
        "no",
        "yes",
    ),
    "KMS always sets it": (
        of(HERE, **KMS),
        when(("StringEqualsIfExists", CALLER, HERE), **KMS, **of(HERE)),
        "no",
        "no",
    ),
    "KMS sets none for services": (
        [],
        when(("StringEquals", CALLER, HERE), **KMS, **service("sns.amazonaws.com")),
        "no",
        "no",
    ),
    "others don't set it": (
        of(HERE, Action="s3:*"),
        when(("Null", CALLER, "true"), **of(HERE, Action=["s3:*", "kms:*"])),
        "no",
        "yes",
    ),
}


@pytest.mark.parametrize(("first", "second", "forth", "back"), RESOURCE.values(), ids=RESOURCE)
def test_resource_policies(first: Any, second: Any, forth: str, back: str) -> None:
    check(first, second, forth, back, Kind.RESOURCE)


GITHUB = f"arn:aws:iam::{HERE}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"
OIDC: dict[str, Any] = {"Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": GITHUB}}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
TRUST = {
    "an external id": (of(THERE), of(THERE, **when(("StringEquals", "sts:ExternalId", "x"))), "no", "yes"),
    "a branch": (
        when(("StringLike", SUB, "repo:o/r:*"), **OIDC),
        when(("StringEquals", SUB, "repo:o/r:ref:refs/heads/main"), **OIDC),
        "no",
        "yes",
    ),
    "more repositories": (
        when(("StringLike", SUB, "repo:o/r:*"), **OIDC),
        when(("StringLike", SUB, "repo:o/*"), **OIDC),
        "yes",
        "no",
    ),
    "session tags": (of(THERE, Action=["sts:AssumeRole", "sts:TagSession"]), of(THERE), "no", "yes"),
    "any provider": ({**OIDC, "Principal": {"Federated": "*"}}, OIDC, "no", "yes"),
    "fewer services": (service("ec2.amazonaws.com", SNS), service(SNS), "no", "yes"),
    "a role of the account": (of(HERE), of(ROLE), "no", "yes"),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    "a provider cannot assume": (of(THERE), {"Principal": {"Federated": GITHUB}}, "no", "yes"),
    "an account has no token": (of(THERE), of(THERE, Action="sts:AssumeRoleWithWebIdentity"), "no", "yes"),
    "an account has no assertion": ([], of(THERE, Action="sts:AssumeRoleWithSAML"), "no", "no"),
    "assertions are of SAML": (OIDC, {**OIDC, "Action": "sts:AssumeRoleWithSAML"}, "no", "yes"),
    "the root user assumes no role": (of(THERE, Action="sts:AssumeRole"), of(THERE, Action="sts:*"), "yes", "no"),
    "everyone with a token": (
        {**OIDC, "Principal": {"Federated": "accounts.google.com"}},
        {**OIDC, "Principal": "*"},
        "yes",
        "no",
    ),
    "everyone with an assertion": (
        {"Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": f"arn:aws:iam::{HERE}:saml-provider/example"}},
        {"Action": "sts:AssumeRoleWithSAML", "Principal": "*"},
        "yes",
        "no",
    ),
    "every provider": ({**OIDC, "Principal": "*"}, OIDC, "no", "yes"),
    "every SAML provider": (
        {"Principal": "*", "Action": "sts:AssumeRoleWithSAML"},
        {"Principal": {"Federated": f"arn:aws:iam::{HERE}:saml-provider/p"}, "Action": "sts:AssumeRoleWithSAML"},
        "no",
        "yes",
    ),
}


@pytest.mark.parametrize(("first", "second", "forth", "back"), TRUST.values(), ids=TRUST)
def test_trust_policies(first: Any, second: Any, forth: str, back: str) -> None:
    check(first, second, forth, back, Kind.TRUST)


ADMIN, OPS = "arn:aws:iam::*:role/admin", "arn:aws:iam::*:role/ops*"

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html
SCP = {
    "one region more": (
        [{}, when(("StringNotEquals", "aws:RequestedRegion", REGIONS[:1]), NotAction="iam:*", **DENY)],
        [{}, when(("StringNotEquals", "aws:RequestedRegion", REGIONS), NotAction="iam:*", **DENY)],
        "yes",
        "no",
    ),
    "one exemption more": (
        [{}, when(("ArnNotLike", "aws:PrincipalArn", ADMIN), Action="s3:*", **DENY)],
        [{}, when(("ArnNotLike", "aws:PrincipalArn", [ADMIN, OPS]), Action="s3:*", **DENY)],
        "yes",
        "no",
    ),
    "root users": ([{}, when(("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:root"), **DENY)], {}, "yes", "no"),
    "all but some resources": (
        [{}, {"NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"], **DENY}],
        [{}, {"NotResource": "arn:aws:s3:::a/*", **DENY}],
        "no",
        "yes",
    ),
    "a list of services": ({"Action": ["s3:*", "ec2:*"]}, {"Action": "s3:*"}, "no", "yes"),
}


@pytest.mark.parametrize(("first", "second", "forth", "back"), SCP.values(), ids=SCP)
def test_service_control_policies(first: Any, second: Any, forth: str, back: str) -> None:
    check(first, second, forth, back, Kind.SCP)


S3, PUT = {"Action": "s3:*", **DENY}, {"Action": "s3:PutObject", **DENY}

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html: RCPFullAWSAccess is implied
RCP = {
    "a deny of less": (S3, PUT, "yes", "no"),
    "no deny": (PUT, [], "yes", "no"),
    "the default, written out": (PUT, [{}, PUT], "no", "no"),
    "an organization more": (
        when(("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-1"), **DENY),
        when(("StringNotEqualsIfExists", "aws:PrincipalOrgID", ["o-1", "o-2"]), **DENY),
        "yes",
        "no",
    ),
    "services let by": (
        when(("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-1"), **DENY),
        when(
            ("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-1"),
            ("BoolIfExists", "aws:PrincipalIsAWSService", "false"),
            **DENY,
        ),
        "yes",
        "no",
    ),
}


@pytest.mark.parametrize(("first", "second", "forth", "back"), RCP.values(), ids=RCP)
def test_resource_control_policies(first: Any, second: Any, forth: str, back: str) -> None:
    one, other = policy(first, Kind.RCP), policy(second, Kind.RCP)
    for old, new, answer in ((one, other, forth), (other, one, back)):
        found = compare(old, new)
        assert found.answer == answer, found
        if found.witness:
            assert denied([old], found.witness)
            assert not denied([new], found.witness)


def test_service_control_policies_that_only_deny_stand_beside_others() -> None:
    wide, narrow = policy(S3, Kind.SCP), policy(PUT, Kind.SCP)
    assert compare(wide, narrow).answer == "may"
    assert compare(narrow, wide).answer == "no"
    assert compare(narrow, policy([PUT, PUT], Kind.SCP)).answer == "no"
    assert compare(wide, policy([{}, PUT], Kind.SCP)).answer == "yes"


def test_what_cannot_be_understood_adds_nothing_to_itself() -> None:
    lost = Policy.of({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny"}]})
    assert compare(lost, lost).answer == "no"
    assert compare(lost, policy({}, version="2008-10-17")).answer == "may"


def test_what_is_too_large_adds_nothing_to_itself() -> None:
    stars = [on(f"*{letter}*{letter}*{letter}*") for letter in "abcdefghijklmnopqrst"]
    large = policy(stars)
    assert compare(large, policy([*stars[::-1], {"Action": "iam:*", **DENY}])).answer == "no"
    assert compare(large, Policy.parse(json.dumps(json.loads(large.source.text), indent=1))).answer == "no"


TYPES = [
    *(
        "capacity-reservation",
        "dedicated-host",
        "fleet",
        "instance",
        "key-pair",
        "launch-template",
        "volume",
        "snapshot",
    ),
    *("network-interface", "placement-group", "security-group", "subnet", "vpc", "image", "route-table", "network-acl"),
]
MANY = on(*(f"arn:aws:ec2:*:*:{name}/*" for name in TYPES), Action=["ec2:CreateTags", "ec2:Describe*", "ec2:Run*"])
MFA_ONLY = when(("Bool", MFA, "true"))


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ([MANY], [{**MANY, **MFA_ONLY}], "no"),
        ([MANY], [{**MANY, "Action": action} for action in MANY["Action"]], "no"),
        ([MANY], [{**MANY, "Resource": resource} for resource in MANY["Resource"]], "no"),
        ([MANY], [MANY, {"Action": "s3:PutBucketPolicy"}], "yes"),
        ([MANY], [MANY, on("arn:aws:ec2:*:*:volume/*", Action="ec2:DeleteVolume")], "yes"),
        ([{**MANY, **MFA_ONLY}], [MANY], "yes"),
        ([MANY, {"Action": "ec2:Run*", **DENY}], [MANY, {"Action": "ec2:*", **DENY}], "no"),
    ],
)
def test_many_types_of_arn_are_no_obstacle(old: Any, new: Any, answer: str) -> None:
    found = compare(policy(old), policy(new))
    assert found.answer == answer, found
    if found.witness:
        assert allowed([policy(new)], found.witness)
        assert not allowed([policy(old)], found.witness)


def test_what_is_written_alike_may_mean_another_thing_in_another_version() -> None:
    assert compare(policy(on(HOME), version="2008-10-17"), policy(on(HOME))).answer == "yes"


def test_a_key_that_is_read_in_two_ways_is_left_open() -> None:
    found = compare(policy(when(("StringEquals", AGE, "10"))), policy(when(("NumericEquals", AGE, "10"))))
    assert found.answer in ("may", "yes")
    assert "variables" not in found.reason


def test_a_proof_gives_a_user_its_own_name() -> None:
    old = policy(of(USER, **on("arn:aws:s3:::c/*")), Kind.RESOURCE)
    found = compare(old, policy(of(USER, **on(f"{HOME}/*")), Kind.RESOURCE))
    assert found.witness is not None
    assert found.witness.context["aws:username"] == ("u",)
    assert found.witness.resource.startswith("arn:aws:s3:::b/u/")
