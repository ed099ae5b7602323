"""Comparison of policies: documented pairs, and small policies against every request of a small world."""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policy.comparison import NotComparable, check_access, compare
from auditor.policy.decide import Answer, Policies, evaluate
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.principals import Principal
from auditor.policy.proof import Proof, allowed, proof
from auditor.policy.request import Request
from auditor.policy.service_data import actions_of
from bench import policy as bench

USER = "arn:aws:iam::111122223333:user/alice"


def policy(*statements: dict[str, Any], kind: Kind = Kind.IDENTITY, version: str = "2012-10-17") -> Policy:
    """A policy of statements that say only what differs from `Allow everything`."""
    filled = []
    for given_ in statements:
        statement = {"Effect": "Allow", **given_}
        if "NotAction" not in statement:
            statement.setdefault("Action", "*")
        if "NotResource" not in statement and kind is not Kind.TRUST:
            statement.setdefault("Resource", "*")
        if kind in (Kind.RESOURCE, Kind.TRUST) and "NotPrincipal" not in statement:
            statement.setdefault("Principal", "*")
        filled.append(statement)
    made = Policy.of({"Version": version, "Statement": filled}, kind)
    assert not made.problems
    return made


def when(operator: str, key: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}, **more}


def on(*resources: str, **more: Any) -> dict[str, Any]:
    return {"Resource": list(resources), **more}


def do(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Action": list(actions), **more}


DENY = {"Effect": "Deny"}
REGION = "aws:RequestedRegion"
MFA = "aws:MultiFactorAuthPresent"
AGE = "aws:MultiFactorAuthAge"
TLS = "aws:SecureTransport"
TAG = "aws:ResourceTag/team"
OWN_TAG = "${aws:PrincipalTag/team}"

IDENTITY = {
    # Actions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    "same": ([do("s3:*")], [do("s3:*")], "no", "no"),
    "case of actions": ([do("s3:GetObject")], [do("S3:getobject")], "no", "no"),
    "narrower actions": ([do("s3:*")], [do("s3:Get*")], "no", "yes"),
    "all actions, written otherwise": ([do("*")], [do("*:*")], "no", "no"),
    "one letter": ([do("s3:GetObject?")], [do("s3:GetObject*")], "yes", "no"),
    "union of actions": ([do("s3:Get*", "s3:List*")], [do("s3:Get*"), do("s3:List*")], "no", "no"),
    "not actions": ([{"NotAction": "s3:*"}], [{"NotAction": "iam:*"}], "yes", "yes"),
    "not actions, and the rest": ([{"NotAction": "s3:*"}, do("s3:*")], [do("*")], "no", "no"),
    "wildcard in the service": ([do("*:Get*")], [do("s3:Get*", "iam:Get*")], "no", "yes"),
    "empty action name": ([do("s3:?*")], [do("s3:*")], "no", "no"),
    "all documented actions": ([do(*(f"s3:{name}" for name in actions_of("s3")))], [do("s3:*")], "yes", "no"),
    # Resources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    "a bucket's objects": ([on("arn:aws:s3:::b/*")], [on("arn:aws:s3:::b*")], "yes", "no"),
    "case of resources": ([on("arn:aws:s3:::b")], [on("arn:aws:s3:::B")], "yes", "yes"),
    "b* is b and b?*": ([on("arn:aws:s3:::b*")], [on("arn:aws:s3:::b", "arn:aws:s3:::b?*")], "no", "no"),
    "stars cross segments": ([on("arn:aws:s3:::b/*")], [on("arn:aws:s3:::b/*/c/*")], "no", "yes"),
    "not resources": ([{"NotResource": "arn:aws:s3:::b/*"}], [{"NotResource": "arn:aws:s3:::b/c*"}], "yes", "no"),
    "brackets are plain": ([on("arn:aws:s3:::[ab]")], [on("arn:aws:s3:::a")], "yes", "yes"),
    # Denies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    "deny added": ([{}], [{}, do("iam:*", **DENY)], "no", "yes"),
    "deny that matters not": ([do("s3:*")], [do("s3:*"), do("iam:*", **DENY)], "no", "no"),
    "deny of everything": ([], [{}, DENY], "no", "no"),
    "deny carves out what is not allowed": (
        [do("s3:*"), on("arn:aws:s3:::x/*", **DENY)],
        [on("arn:aws:s3:::y/*", Action="s3:*")],
        "no",
        "yes",
    ),
    # Conditions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    "fewer values": ([when("StringEquals", REGION, "a", "b")], [when("StringEquals", REGION, "a")], "no", "yes"),
    "if exists": ([when("StringEquals", REGION, "a")], [when("StringEqualsIfExists", REGION, "a")], "yes", "no"),
    "not equal takes absent": ([when("Null", REGION, "false")], [when("StringNotEquals", REGION, "a")], "yes", "yes"),
    "like": ([when("StringLike", REGION, "eu-*")], [when("StringEquals", REGION, "eu-west-1")], "no", "yes"),
    "case of values": ([when("StringEquals", REGION, "A")], [when("StringEqualsIgnoreCase", REGION, "a")], "yes", "no"),
    "star is presence": ([when("StringLike", REGION, "*")], [when("Null", REGION, "false")], "no", "no"),
    "arn segments": (
        [when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*")],
        [when("StringLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*")],
        "yes",
        "no",
    ),
    "networks": (
        [when("IpAddress", "aws:SourceIp", "10.0.0.0/8")],
        [when("IpAddress", "aws:SourceIp", "10.0.0.0/9", "10.128.0.0/9")],
        "no",
        "no",
    ),
    "all of IPv4 is not all": (
        [when("IpAddress", "aws:SourceIp", "0.0.0.0/0")],
        [when("Null", "aws:SourceIp", "false")],
        "yes",
        "no",
    ),
    "numbers": (
        [when("NumericLessThanEquals", "s3:max-keys", 10)],
        [when("NumericLessThan", "s3:max-keys", 10)],
        "no",
        "yes",
    ),
    "between two numbers": (
        [when("NumericLessThan", "s3:max-keys", 1), when("NumericGreaterThan", "s3:max-keys", 2)],
        [when("NumericNotEquals", "s3:max-keys", 1, 2)],
        "yes",
        "no",
    ),
    "dates": (
        [when("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z")],
        [when("DateLessThan", "aws:CurrentTime", "2030-01-01T01:00:00+01:00")],
        "no",
        "no",
    ),
    "booleans": (
        [when("Bool", "aws:MultiFactorAuthPresent", True)],
        [when("BoolIfExists", "aws:MultiFactorAuthPresent", True)],
        "yes",
        "no",
    ),
    "mfa by deny": ([when("Bool", MFA, "true")], [{}, when("BoolIfExists", MFA, "false", **DENY)], "no", "no"),
    "conditions on two keys": (
        [{"Condition": {"StringEquals": {REGION: "a"}, "Bool": {"aws:SecureTransport": "true"}}}],
        [when("StringEquals", REGION, "a")],
        "yes",
        "no",
    ),
    # A value is of its key's type: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    "mfa by deny, or absent": (
        [when("BoolIfExists", MFA, "true")],
        [{}, when("Bool", MFA, "false", **DENY)],
        "no",
        "no",
    ),
    "transport by deny": ([{}, when("Bool", TLS, "false", **DENY)], [when("BoolIfExists", TLS, "true")], "no", "no"),
    "true, false or absent": ([when("Null", MFA, "false")], [when("Bool", MFA, "true", "false")], "no", "no"),
    "every mfa": (
        [when("Bool", MFA, "true")],
        [{"Condition": {"ForAllValues:Bool": {MFA: "true"}, "Null": {MFA: "false"}}}],
        "no",
        "no",
    ),
    "booleans as texts": ([when("StringEquals", TLS, "true")], [when("Bool", TLS, "true")], "no", "no"),
    "booleans with variables": ([when("StringNotEquals", TLS, "${aws:userid}")], [{}], "yes", "no"),
    "all addresses": (
        [when("Null", "aws:SourceIp", "false")],
        [when("IpAddress", "aws:SourceIp", "0.0.0.0/0", "::/0")],
        "no",
        "no",
    ),
    "all numbers": (
        [when("Null", "s3:max-keys", "false")],
        [when("NumericLessThan", "s3:max-keys", 5), when("NumericGreaterThanEquals", "s3:max-keys", 5)],
        "no",
        "no",
    ),
    "all numbers but one": (
        [when("NumericNotEquals", AGE, 5)],
        [when("NumericLessThan", AGE, 5), when("NumericGreaterThan", AGE, 5), when("Null", AGE, "true")],
        "no",
        "no",
    ),
    "all dates": (
        [when("Null", "aws:TokenIssueTime", "false")],
        [
            when("DateLessThan", "aws:TokenIssueTime", "2026-01-01"),
            when("DateGreaterThanEquals", "aws:TokenIssueTime", "2026-01-01"),
        ],
        "no",
        "no",
    ),
    "numbers of no known type": (
        [when("NumericLessThan", TAG, 5), when("NumericGreaterThanEquals", TAG, 5)],
        [when("Null", TAG, "false")],
        "yes",
        "no",
    ),
    # Sets: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    "an empty text is no list": (
        [when("ForAnyValue:StringEquals", "aws:TagKeys", "a", "b")],
        [
            {
                "Condition": {
                    "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]},
                    "Null": {"aws:TagKeys": "false"},
                }
            }
        ],
        "no",
        "yes",
    ),
    "a list of an empty text is null": (
        [when("StringLike", "aws:TagKeys", "?*")],
        [{"Condition": {"StringLike": {"aws:TagKeys": "*"}, "Null": {"aws:TagKeys": "false"}}}],
        "no",
        "no",
    ),
    "any and all of a list": (
        [when("ForAnyValue:StringEquals", "aws:TagKeys", "a", "b")],
        [when("ForAllValues:StringEquals", "aws:TagKeys", "a", "b")],
        "yes",
        "yes",
    ),
    "all of a shorter list": (
        [when("ForAllValues:StringEquals", "aws:TagKeys", "a", "b")],
        [when("ForAllValues:StringEquals", "aws:TagKeys", "a")],
        "no",
        "yes",
    ),
    "a deny of any other is an allow of all": (
        [when("ForAllValues:StringEquals", "aws:TagKeys", "a")],
        [{}, when("ForAnyValue:StringNotEquals", "aws:TagKeys", "a", **DENY)],
        "no",
        "no",
    ),
    # Variables: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    "same variable": ([on("arn:aws:s3:::b/${aws:username}/*")], [on("arn:aws:s3:::b/${aws:username}/*")], "no", "no"),
    "variable within star": ([on("arn:aws:s3:::b/*")], [on("arn:aws:s3:::b/${aws:username}/*")], "no", "yes"),
    "variable may be a name": ([on("arn:aws:s3:::b/alice/*")], [on("arn:aws:s3:::b/${aws:username}/*")], "yes", "yes"),
    "variable may be what was denied": (
        [on("arn:aws:s3:::b/*"), on("arn:aws:s3:::b/alice/x", **DENY)],
        [on("arn:aws:s3:::b/${aws:username}/x")],
        "yes",
        "yes",
    ),
    "tags that match, by allow and by deny": (
        [when("StringEquals", TAG, OWN_TAG)],
        [{}, when("StringNotEquals", TAG, OWN_TAG, **DENY)],
        "no",
        "no",
    ),
    "tags that match": ([when("StringEquals", TAG, OWN_TAG)], [{}], "yes", "no"),
    "escaped star": ([on("arn:aws:s3:::b/${*}")], [on("arn:aws:s3:::b/*")], "yes", "no"),
}


@pytest.mark.parametrize(("old", "new", "forth", "back"), IDENTITY.values(), ids=IDENTITY)
def test_identity_policies(old: list[dict[str, Any]], new: list[dict[str, Any]], forth: str, back: str) -> None:
    before, after = policy(*old), policy(*new)
    for one, other, answer in ((before, after, forth), (after, before, back)):
        found = compare(one, other)
        assert found.answer == answer
        assert (found.witness is not None) is (answer == "yes")
        assert found.reason
        if found.witness:
            assert granted(found.witness, other)
            assert not granted(found.witness, one)


def granted(request: Request, made: Policy) -> bool:
    return evaluate(request, Policies(identity=(made,))).answer is Answer.ALLOW


def test_a_witness_is_a_request_that_aws_could_see() -> None:
    found = compare(policy(do("s3:Get*")), policy(do("s3:*")))
    assert found.witness is not None
    assert (found.witness.action, found.witness.resource) == ("s3:ListBucket", "arn:aws:s3:::example")
    assert found.reason == "allowed now, and not before"


def test_what_was_denied_is_told_from_what_was_not_allowed() -> None:
    found = compare(policy({}, do("iam:*", **DENY)), policy({}))
    assert found.reason == "allowed now, and denied before"
    assert found.witness is not None
    assert found.witness.action == "iam:GetUser"


def test_actions_that_aws_does_not_document_are_told_from_others() -> None:
    found = compare(policy(do(*(f"s3:{name}" for name in actions_of("s3")))), policy(do("s3:*")))
    assert found.reason == "allowed now, and not before; only for actions that AWS does not document"


def test_without_a_version_there_are_no_variables() -> None:
    plain = policy(on("arn:aws:s3:::b/${aws:username}"), version="2008-10-17")
    found = compare(policy(on("arn:aws:s3:::b/${aws:username}")), plain)
    assert found.witness is not None
    assert found.witness.resource == "arn:aws:s3:::b/${aws:username}"


def test_several_policies_are_one() -> None:
    assert compare([policy(do("s3:*")), policy(do("iam:*"))], policy(do("iam:*", "s3:*"))).answer == "no"
    assert compare(policy({}), [policy({}), policy(DENY)]).answer == "no"
    assert compare([policy({}), policy(DENY)], policy(do("s3:GetObject"))).answer == "yes"
    assert compare([], []).answer == "no"


@pytest.mark.parametrize(
    ("operator", "pattern"),
    [
        ("StringLike", "*/${aws:PrincipalTag/name}"),
        ("StringLike", "arn:aws:iam::*:user/${aws:PrincipalTag/name}"),
        ("ArnLike", "arn:aws:iam::*:user/${aws:PrincipalTag/name}"),
    ],
)
@pytest.mark.parametrize("user", [USER, "arn:aws:iam::111122223333:user/team/ops-1"])
def test_a_witness_keeps_what_is_known_of_its_caller(user: str, operator: str, pattern: str) -> None:
    named = when(operator, "aws:PrincipalArn", pattern, Principal={"AWS": user})
    found = compare(policy(kind=Kind.RESOURCE), policy(named, kind=Kind.RESOURCE))
    assert found.witness is not None
    assert found.witness.context["aws:principalarn"] == (user,)


def test_kinds_are_not_mixed() -> None:
    with pytest.raises(NotComparable, match="identity, resource"):
        compare(policy({}), policy({}, kind=Kind.RESOURCE))


def test_a_deny_that_is_lost_leaves_a_doubt() -> None:
    lost = Policy.of(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny"}],
        }
    )
    found = compare(lost, policy({}))
    assert (found.answer, found.witness) == ("may", None)
    assert "cannot be understood" in found.reason


def test_two_variables_that_may_be_equal_leave_a_doubt_or_a_proof() -> None:
    found = compare(policy(on("arn:aws:s3:::${aws:userid}")), policy(on("arn:aws:s3:::${aws:username}")))
    assert found.answer in ("yes", "may")
    assert compare(policy(on("arn:aws:s3:::${aws:PrincipalTag/a}x${aws:username}")), policy(on("*"))).answer == "yes"


ROLE = {"Principal": {"AWS": "arn:aws:iam::111122223333:role/path/admin"}}
SESSION = {"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/admin/alice"}}
ACCOUNT = {"Principal": {"AWS": "111122223333"}}
ROOT = {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
ALICE = {"Principal": {"AWS": USER}}
PRINCIPAL_ARN = "aws:PrincipalArn"

RESOURCE = {
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    "everyone, written otherwise": ([{}], [{"Principal": {"AWS": "*"}}], "no", "no"),
    "an account, written otherwise": ([ACCOUNT], [ROOT], "no", "no"),
    "a user of an account": ([ACCOUNT], [ALICE], "no", "yes"),
    "a session of a role": ([ROLE], [SESSION], "no", "yes"),
    "a service": ([{}], [{"Principal": {"Service": "s3.amazonaws.com"}}], "no", "yes"),
    "two services": (
        [{"Principal": {"Service": "s3.amazonaws.com"}}],
        [{"Principal": {"Service": "ec2.amazonaws.com"}}],
        "yes",
        "yes",
    ),
    "another account": ([ACCOUNT], [{"Principal": {"AWS": "444455556666"}}], "yes", "yes"),
    "not an account": ([{}], [{"NotPrincipal": ACCOUNT["Principal"]}], "no", "yes"),
    "a canonical user": ([{}], [{"Principal": {"CanonicalUser": "ab" * 32}}], "no", "yes"),
    "a deny for all but a role": (
        [{}],
        [{}, {"NotPrincipal": {"AWS": [*ROLE["Principal"].values(), *ROOT["Principal"].values()]}, **DENY}],
        "no",
        "yes",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    "a user by its key": ([ALICE], [when("ArnEquals", PRINCIPAL_ARN, USER)], "no", "no"),
    "a role by its key": ([ROLE], [when("ArnEquals", PRINCIPAL_ARN, *ROLE["Principal"].values())], "no", "no"),
    "an account by its key": ([ACCOUNT], [when("StringEquals", "aws:PrincipalAccount", "111122223333")], "no", "no"),
    "roles of an account": (
        [ACCOUNT],
        [when("ArnLike", PRINCIPAL_ARN, "arn:aws:iam::111122223333:role/*")],
        "no",
        "yes",
    ),
    "roles of any account": ([ACCOUNT], [when("ArnLike", PRINCIPAL_ARN, "arn:aws:iam::*:role/admin")], "yes", "yes"),
    "a key that anonymous callers lack": (
        [when("StringEquals", "aws:PrincipalOrgID", "o-1")],
        [when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1")],
        "yes",
        "no",
    ),
    "services by their key": (
        [{"Principal": {"Service": "s3.amazonaws.com"}}],
        [when("Bool", "aws:PrincipalIsAWSService", "true")],
        "yes",
        "no",
    ),
}


@pytest.mark.parametrize(("old", "new", "forth", "back"), RESOURCE.values(), ids=RESOURCE)
def test_resource_policies(old: list[dict[str, Any]], new: list[dict[str, Any]], forth: str, back: str) -> None:
    object_ = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    before, after = (policy(*({**object_, **item} for item in items), kind=Kind.RESOURCE) for items in (old, new))
    for one, other, answer in ((before, after, forth), (after, before, back)):
        found = compare(one, other)
        assert found.answer == answer
        if found.witness:
            assert allowed([other], found.witness)
            assert not allowed([one], found.witness)


def test_trust_policies_have_no_resource() -> None:
    wide = policy({**ROOT, "Action": "sts:AssumeRole"}, kind=Kind.TRUST)
    narrow = policy({**ALICE, "Action": "sts:AssumeRole"}, kind=Kind.TRUST)
    assert compare(wide, narrow).answer == "no"
    found = compare(narrow, wide)
    assert found.witness is not None
    assert found.witness.action == "sts:AssumeRole"
    assert found.witness.principal.account == "111122223333"


def test_service_control_policies() -> None:
    everything, leave = policy({}, kind=Kind.SCP), do("organizations:LeaveOrganization", **DENY)
    limited = policy({}, leave, kind=Kind.SCP)
    assert compare(everything, limited).answer == "no"
    found = compare(limited, everything)
    assert found.witness is not None
    assert found.witness.action == "organizations:LeaveOrganization"


@pytest.mark.parametrize(
    ("statements", "actions", "resource", "answer"),
    [
        ([do("s3:*")], ["iam:*"], "*", "no"),
        ([do("s3:*")], ["s3:DeleteBucket"], "*", "yes"),
        ([do("*"), do("s3:Delete*", **DENY)], ["s3:DeleteBucket", "s3:DeleteObject"], "*", "no"),
        ([{"NotAction": "iam:*"}], ["iam:PassRole"], "*", "no"),
        ([do("s3:GetObject", Resource="arn:aws:s3:::b/*")], ["s3:GetObject"], "arn:aws:s3:::b/private/*", "yes"),
        ([do("s3:GetObject", Resource="arn:aws:s3:::b/public/*")], ["s3:*"], "arn:aws:s3:::b/private/*", "no"),
        ([when("Bool", "aws:MultiFactorAuthPresent", "true")], ["iam:CreateUser"], "*", "yes"),
    ],
)
def test_check_access(statements: list[dict[str, Any]], actions: list[str], resource: str, answer: str) -> None:
    """https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html"""
    made = policy(*statements)
    found = check_access(made, actions, resource)
    assert found.answer == answer
    assert found.reason == {"no": "none of the actions is granted", "yes": "granted"}[answer]
    if found.witness:
        assert granted(found.witness, made)


def test_check_access_of_resource_policies() -> None:
    made = policy({**ACCOUNT, "Action": "s3:*"}, kind=Kind.RESOURCE)
    assert check_access(made, ["s3:PutBucketPolicy"]).answer == "yes"
    assert check_access([made], ["sqs:*"]).answer == "no"


def test_ten_thousand_statements() -> None:
    statements = [on(f"arn:aws:s3:::bucket-{number}/*", Action="s3:GetObject") for number in range(10_000)]
    large = policy(*statements)
    assert compare(large, policy(*reversed(statements))).answer == "no"
    assert compare(policy(*statements[1:]), large).answer in ("yes", "may")


@pytest.mark.parametrize(
    "statements",
    [
        [when("StringEquals", TAG, str(number), Action="s3:GetObject") for number in range(3_000)],
        [when("ForAnyValue:StringLike", "aws:TagKeys", f"{number}*") for number in range(3_000)],
        [on(f"{number}*", Condition={"StringEquals": {TAG: str(number % 7)}}) for number in range(3_000)],
    ],
    ids=["one key", "one list", "many resources"],
)
def test_many_conditions_are_decided_or_refused(statements: list[dict[str, Any]]) -> None:
    found = compare(policy(*statements), policy(*statements[::-1], when("Bool", "aws:SecureTransport", "true")))
    assert found.answer in ("yes", "may")
    assert found.witness or found.reason.startswith("too large")


def test_many_principals_are_refused() -> None:
    users = [{"Principal": {"AWS": f"{USER}-{number}"}} for number in range(3_000)]
    found = compare(policy(*users[1:], kind=Kind.RESOURCE), policy(*users, kind=Kind.RESOURCE))
    assert (found.answer, found.reason) == ("may", "too large to decide: there are too many principals")


@pytest.mark.no_cover  # a million steps over the same lines, which other tests cover
def test_patterns_that_overlap_without_end_are_refused() -> None:
    stars = [on(f"*{letter}*{letter}*{letter}*") for letter in "abcdefghijklmnopqrst"]
    found = compare(policy(*stars, {"NotResource": [it["Resource"][0] for it in stars]}), policy({}))
    assert (found.answer, found.witness) == ("may", None)
    assert found.reason.startswith("too large")


def test_of_patterns_that_overlap_without_end_a_request_may_show_the_difference() -> None:
    stars = [on(f"*{letter}*{letter}*{letter}*") for letter in "abcdefghijklmnopqrst"]
    found = compare(policy(*stars[1:]), policy(*stars))
    assert found.witness is not None
    assert found.witness.resource.count("a") > 2


@pytest.mark.parametrize("seed", range(40))
def test_edits_of_lifelike_policies(seed: int) -> None:
    chance = random.Random(seed)
    made = bench.document(chance)
    old, new = Policy.of(made), Policy.of(bench.variant(chance, made))
    reordered = Policy.of({**made, "Statement": made["Statement"][::-1]})
    assert compare(old, reordered).answer == "no"
    found = compare(old, new)
    assert found.answer in ("yes", "no")
    assert repr(found) == repr(compare(old, new))
    if found.witness:
        assert proof([old], [new], found.witness) is not Proof.NONE


ACTIONS = ["s3:GetObject", "s3:PutObject", "iam:GetUser"]
RESOURCES = ["a", "ab", "abb", "ba", "bob"]
KEY_VALUES: dict[str, list[Any]] = {
    REGION: [None, "a", "A", "b", "ab", ""],
    "s3:max-keys": [None, "1", "2", "2.5", "3", "x"],
    "aws:TagKeys": [None, ["a"], ["b"], ["c"], ["a", "b"], ["a", "c"], ["a", "b", "c"]],
    "aws:SourceIp": [None, "10.0.0.1", "10.1.0.1", "11.0.0.1", "2001:db8::1"],
    "aws:username": ["bob", "a"],
}
VALUES = {
    REGION: ["a", "b", "a*", "?", "*"],
    "s3:max-keys": ["1", "2", "3"],
    "aws:SourceIp": ["10.0.0.0/16", "10.0.0.0/8"],
}
OPERATORS = {
    REGION: [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringLikeIfExists",
    ],
    "s3:max-keys": ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEqualsIfExists"],
    "aws:TagKeys": [
        *("ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals"),
        *("ForAllValues:StringNotLike", "StringEquals", "StringNotEquals"),
    ],
    "aws:SourceIp": ["IpAddress", "NotIpAddress", "IpAddressIfExists"],
}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for _ in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from(list(OPERATORS)))
        if draw(st.integers(0, 6)) == 0:
            block.setdefault("Null", {})[key] = draw(st.sampled_from(["true", "false"]))
        else:
            values = draw(st.lists(st.sampled_from(VALUES.get(key, ["a", "b"])), min_size=1, max_size=2))
            block.setdefault(draw(st.sampled_from(OPERATORS[key])), {})[key] = values
    return block


@st.composite
def statements(draw: st.DrawFn, *, variables: bool = False) -> dict[str, Any]:
    actions = st.sampled_from(["s3:GetObject", "s3:*", "*", "s3:Put*", "iam:*", "*:Get*"])
    patterns = ["*", "a*", "ab", "?b*", "*b", "ba"] + ["${aws:username}", "*${aws:username}"] * variables
    lists = st.lists(st.sampled_from(patterns), min_size=1, max_size=2)
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): [draw(actions)],
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(lists),
        "Condition": draw(conditions()),
    }


def made_of(items: list[dict[str, Any]]) -> Policy:
    return Policy.parse(json.dumps({"Version": "2012-10-17", "Statement": items}))


def world(*policies: Policy) -> list[Request]:
    """Requests with every combination of values of the keys that the policies read."""
    text = "".join(made.source.text for made in policies)
    keys = [key for key in KEY_VALUES if key in text]
    contexts = [dict(zip(keys, values, strict=True)) for values in product(*(KEY_VALUES[key] for key in keys))]
    return [
        Request(USER, action, resource, "111122223333", context)
        for action, resource, context in product(ACTIONS, RESOURCES, contexts)
    ]


def some_difference(old: Policy, new: Policy) -> bool:
    return any(allowed([new], request) and not allowed([old], request) for request in world(old, new))


PEOPLE = [
    *("111122223333:root", "111122223333:user/alice", "111122223333:user/example", "111122223333:role/admin"),
    *("444455556666:root", "444455556666:user/alice", "444455556666:role/admin"),
]
CALLERS = [
    Principal.anonymous(),
    *(Principal.parse(f"arn:aws:iam::{name}") for name in PEOPLE if ":role/" not in name),
    Principal.parse("arn:aws:sts::111122223333:assumed-role/admin/alice"),
    Principal.parse("arn:aws:sts::111122223333:assumed-role/admin/bob"),
    Principal.parse("arn:aws:sts::444455556666:assumed-role/admin/bob"),
    Principal.parse("arn:aws:iam::777788889999:user/alice"),
    Principal.parse("s3.amazonaws.com"),
    Principal.parse("ec2.amazonaws.com"),
]
NAMES = [
    {"AWS": "*"},
    *({"AWS": f"arn:aws:iam::{name}"} for name in PEOPLE),
    {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/admin"]},
    {"AWS": "arn:aws:sts::111122223333:assumed-role/admin/alice"},
    {"Service": "s3.amazonaws.com"},
]
OF_CALLERS = {
    "aws:PrincipalAccount": (["StringEquals", "StringNotEquals"], ["111122223333", "444455556666"]),
    "aws:PrincipalArn": (
        ["ArnLike", "ArnNotLike", "StringLike", "StringLikeIfExists"],
        ["arn:aws:iam::111122223333:*", "arn:aws:iam::*:role/*", "arn:aws:iam::444455556666:user/alice", "*"],
    ),
    "aws:PrincipalIsAWSService": (["Bool", "BoolIfExists"], ["true", "false"]),
    "aws:PrincipalType": (["StringEquals", "StringNotEquals"], ["User", "Account", "Anonymous"]),
    "aws:username": (["StringLike", "StringNotEquals"], ["alice", "a*"]),
}


@st.composite
def resource_statements(draw: st.DrawFn) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(list(OF_CALLERS)), max_size=2)):
        operators, values = OF_CALLERS[key]
        block.setdefault(draw(st.sampled_from(operators)), {})[key] = draw(st.sampled_from(values))
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"])): draw(st.sampled_from(NAMES)),
        "Action": draw(st.sampled_from(["s3:*", "s3:Get*"])),
        "Resource": "*",
        "Condition": block,
    }


@settings(max_examples=120, deadline=None)
@given(st.lists(resource_statements(), min_size=1, max_size=3), st.lists(resource_statements(), min_size=1, max_size=3))
def test_answers_agree_with_every_caller_of_a_small_world(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    old, new = (Policy.of({"Version": "2012-10-17", "Statement": items}, Kind.RESOURCE) for items in (first, second))
    found = compare(old, new)
    requests = [
        Request(caller, action, "a", "777788889999")
        for caller in CALLERS
        for action in ("s3:GetObject", "s3:PutObject")
    ]
    if any(allowed([new], request) and not allowed([old], request) for request in requests):
        assert found.answer == "yes"
    if found.witness:
        assert allowed([new], found.witness)
        assert not allowed([old], found.witness)
    assert found.answer != "may"


LISTS = st.lists(statements(), min_size=1, max_size=3)


@pytest.mark.no_cover  # thousands of requests over the same lines, which other tests cover
@settings(max_examples=120, deadline=None)
@given(LISTS, LISTS)
def test_answers_agree_with_every_request_of_a_small_world(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    old, new = made_of(first), made_of(second)
    found = compare(old, new)
    if some_difference(old, new):
        assert found.answer == "yes"
    if found.witness:
        assert granted(found.witness, new)
        assert not granted(found.witness, old)
    assert found.answer != "may"


@pytest.mark.no_cover  # thousands of requests over the same lines, which other tests cover
@settings(max_examples=80, deadline=None)
@given(
    st.lists(statements(variables=True), min_size=1, max_size=3),
    st.lists(statements(variables=True), min_size=1, max_size=2),
)
def test_variables_never_lead_to_a_wrong_no(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    old, new = made_of(first), made_of(second)
    found = compare(old, new)
    if some_difference(old, new):
        assert found.answer in ("yes", "may")
    if found.witness:
        assert allowed([new], found.witness)
        assert not allowed([old], found.witness)


@settings(max_examples=80, deadline=None)
@given(st.lists(statements(variables=True), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_no_statement_adds_to_itself(items: list[dict[str, Any]], chance: Any) -> None:
    made = made_of(items)
    shuffled = chance.sample(items, len(items))
    assert compare(made, made).answer == "no"
    assert compare(made, made_of(shuffled)).answer == "no"
    denies = [item for item in items if item["Effect"] == "Deny"]
    assert compare(made, made_of([*chance.sample(items, len(items) - 1), *denies])).answer == "no"


@settings(max_examples=60, deadline=None)
@given(LISTS, LISTS, LISTS)
def test_answers_are_transitive(
    one: list[dict[str, Any]], two: list[dict[str, Any]], three: list[dict[str, Any]]
) -> None:
    least, more, most = made_of(one), made_of(one + [{**it, "Effect": "Allow"} for it in two]), made_of([])
    denied = made_of(one + [{**it, "Effect": "Deny"} for it in three])
    assert compare(more, least).answer == "no"
    assert compare(least, denied).answer == "no"
    assert compare(more, denied).answer == "no"
    assert compare(least, most).answer == "no"
