"""Trust in identity providers: whom conditions let in, operator by operator."""

import json

import pytest

from auditor.policy.documents import statements
from auditor.policy.trust import Test as ClaimTest
from auditor.policy.trust import federations, matches

ACCOUNT = "arn:aws:iam::111122223333"
GITHUB = f"{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
GITLAB = f"{ACCOUNT}:oidc-provider/gitlab.com"
OKTA = f"{ACCOUNT}:saml-provider/okta"
SUB = "token.actions.githubusercontent.com:sub"
MAIN = "repo:octo/app:ref:refs/heads/main"


def statement(provider=GITHUB, action="sts:AssumeRoleWithWebIdentity", effect="Allow", condition=None, **more):
    element = {"Effect": effect, "Principal": {"Federated": provider}, "Action": action, **more}
    return element | ({"Condition": condition} if condition else {})


def trusts(*elements):
    return list(federations(statements(json.dumps({"Statement": list(elements)}))))


def trust(*elements):
    (found,) = trusts(*elements)
    return found


@pytest.mark.parametrize(
    ("provider", "action"),
    [
        (GITHUB, "sts:AssumeRoleWithWebIdentity"),
        (GITHUB, "STS:assumerolewithwebidentity"),
        (GITHUB, ["sts:TagSession", "sts:AssumeRoleWith*"]),
        (GITHUB, "*"),
        (OKTA, "sts:AssumeRoleWithSAML"),
        ("cognito-identity.amazonaws.com", "sts:AssumeRoleWithWebIdentity"),
    ],
)
def test_trust_in_a_provider_by_the_action_of_its_kind(provider, action):
    assert trust(statement(provider, action)).provider == provider


@pytest.mark.parametrize(
    "element",
    [
        statement(OKTA, "sts:AssumeRoleWithWebIdentity"),
        statement(GITHUB, "sts:AssumeRoleWithSAML"),
        statement(GITHUB, "sts:AssumeRole"),
        statement(effect="Deny"),
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRoleWithWebIdentity"},
        {"Effect": "Allow", "Principal": "*", "Action": "sts:*"},
        {"Effect": "Allow", "Principal": {"Federated": GITHUB}, "NotAction": "sts:AssumeRoleWith*"},
        {"Effect": "Allow", "Principal": {"Federated": GITHUB}},
    ],
)
def test_what_lets_no_identity_of_a_provider_in(element):
    assert trusts(element) == []


def test_every_action_but_others_lets_in():
    element = {"Effect": "Allow", "Principal": {"Federated": GITHUB}, "NotAction": "sts:AssumeRole"}
    assert trust(element).provider == GITHUB


def test_each_provider_of_a_list_is_trusted():
    assert [found.provider for found in trusts(statement([GITHUB, GITLAB]))] == [GITHUB, GITLAB]


def test_a_wanted_claim_of_one_provider_keeps_the_others_out():
    element = statement([GITHUB, GITLAB], condition={"StringLike": {SUB: "repo:octo/*"}})
    assert [found.provider for found in trusts(element)] == [GITHUB]


@pytest.mark.parametrize("operator", ["StringLikeIfExists", "ForAllValues:StringLike", "StringNotLike"])
def test_a_test_that_holds_for_missing_claims_keeps_no_other_provider_out(operator):
    element = statement([GITHUB, GITLAB], condition={operator: {SUB: "repo:octo/*"}})
    assert [found.provider for found in trusts(element)] == [GITHUB, GITLAB]


@pytest.mark.parametrize(
    ("operator", "wildcards"),
    [
        ("StringEquals", False),
        ("stringequals", False),
        ("StringEqualsIgnoreCase", False),
        ("StringEqualsIfExists", False),
        ("ForAnyValue:StringEquals", False),
        ("StringLike", True),
        ("StringLikeIfExists", True),
        ("ForAllValues:StringLikeIfExists", True),
    ],
)
def test_operators_that_name_what_a_claim_must_be(operator, wildcards):
    found = trust(statement(condition={operator: {SUB: [MAIN, "*"]}}))
    assert found.tests("sub") == (ClaimTest((MAIN, "*"), wildcards),)
    assert found.demands("sub") is not wildcards


@pytest.mark.parametrize(
    "operator", ["StringNotEquals", "StringNotLike", "Null", "ArnLike", "Bool", "NumericEquals", "made:up:Operator"]
)
def test_operators_that_do_not(operator):
    assert trust(statement(condition={operator: {SUB: "false"}})).tests("sub") == ()


@pytest.mark.parametrize("value", ["*", "**", "?*", "*?"])
def test_nothing_but_wildcards_demands_nothing(value):
    assert not trust(statement(condition={"StringLike": {SUB: value}})).demands("sub")
    assert trust(statement(condition={"StringEquals": {SUB: value}})).demands("sub")


def test_one_narrow_test_of_several_is_enough_and_one_open_value_too_many():
    both = {"StringLike": {SUB: "*"}, "StringEquals": {SUB: MAIN}}
    assert trust(statement(condition=both)).demands("sub")
    assert not trust(statement(condition={"StringLike": {SUB: [MAIN, "*"]}})).demands("sub")


def test_a_claim_that_may_be_missing_must_be_there_to_count():
    ref = "token.actions.githubusercontent.com:ref"
    assert trust(statement(condition={"StringEquals": {ref: "refs/heads/main"}})).demands("ref")
    assert not trust(statement(condition={"StringEqualsIfExists": {ref: "refs/heads/main"}})).demands("ref")
    assert not trust(statement(condition={"ForAllValues:StringEquals": {ref: "refs/heads/main"}})).demands("ref")


@pytest.mark.parametrize(
    ("values", "wildcards", "exact"),
    [(("a", "b"), True, True), (("a", "b*"), True, False), (("a?",), True, False), (("a*",), False, True)],
)
def test_exact_tests_name_texts_and_no_patterns(values, wildcards, exact):
    assert ClaimTest(values, wildcards).exact is exact


def test_keys_are_compared_whatever_their_case():
    assert trust(statement(condition={"StringEquals": {SUB.upper(): MAIN}})).demands("sub")
    found = trust(statement(OKTA, "sts:AssumeRoleWithSAML", condition={"StringEquals": {"saml:AUD": "x"}}))
    assert found.is_saml
    assert found.demands("aud")


def test_a_claim_of_another_issuer_says_nothing():
    other = {"StringEquals": {"gitlab.com:sub": "project_path:a/b"}}
    assert not trust(statement(condition=other)).demands("sub")


DENY = {"StringNotLike": {SUB: "repo:octo/*"}}


@pytest.mark.parametrize("principal", ["*", {"Federated": GITHUB}, {"Federated": [GITLAB, GITHUB]}])
@pytest.mark.parametrize("operator", ["StringNotLike", "StringNotEquals", "StringNotEqualsIgnoreCase"])
def test_a_deny_of_all_other_values_is_a_demand(principal, operator):
    deny = statement(effect="Deny", condition={operator: {SUB: "repo:octo/app"}}) | {"Principal": principal}
    assert trust(statement(), deny).tests("sub") == (ClaimTest(("repo:octo/app",), operator == "StringNotLike"),)


@pytest.mark.parametrize(
    "deny",
    [
        statement(GITLAB, effect="Deny", condition=DENY),
        statement(effect="Deny", action="sts:AssumeRole", condition=DENY),
        statement(effect="Deny", condition=DENY | {"Bool": {"aws:SecureTransport": "false"}}),
        statement(effect="Deny", condition={"StringLike": {SUB: "repo:evil/*"}}),
        statement(effect="Deny"),
    ],
)
def test_a_deny_that_takes_back_less_is_none(deny):
    assert trust(statement(), deny).tests("sub") == ()


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a*c", "abbc", True),
        ("a?c", "ac", False),
        ("a[bc]", "ab", False),
        ("a[bc]", "a[bc]", True),
        ("*" * 50 + "x", "y" * 5000, False),
    ],
)
def test_patterns_have_two_wildcards_and_no_others(pattern, text, expected):
    assert matches(pattern, text) is expected
