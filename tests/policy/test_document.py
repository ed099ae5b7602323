import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.conditions import OPERATORS as EVALUATED
from auditor.policy.document import OPERATORS, Kind, Policy, Principals, SourceError

STATEMENT = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def parse(statement, kind=Kind.IDENTITY, **elements):
    return Policy.parse(json.dumps({"Version": "2012-10-17", "Statement": statement, **elements}), kind)


def codes(policy):
    return [(problem.code, problem.path) for problem in policy.problems]


def test_every_operator_can_be_evaluated():
    assert EVALUATED.keys() | {"null"} == OPERATORS


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
def test_one_item_needs_no_list():
    single = parse(STATEMENT).statements[0]
    several = parse([{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]).statements[0]
    assert single == several
    assert (single.actions, single.not_actions, single.resources) == (("s3:*",), None, ("*",))
    assert (single.index, single.path, single.sid, single.allow) == (0, ("Statement", 0), "", True)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
@pytest.mark.parametrize(
    ("document", "version"),
    [
        ({"Version": "2012-10-17"}, "2012-10-17"),
        ({"Version": "2008-10-17"}, "2008-10-17"),
        ({}, "2008-10-17"),
        ({"Version": "2012-10-18"}, "2008-10-17"),
        ({"Version": 2012}, "2008-10-17"),
        ({"Version": ["2012-10-17"]}, "2008-10-17"),
    ],
)
def test_no_version_means_the_old_one(document, version):
    policy = Policy.of({**document, "Statement": STATEMENT})
    assert policy.version == version
    assert bool(policy.problems) is (document.get("Version", version) != version)
    assert len(policy.statements) == 1


def test_conditions_are_taken_apart():
    block = {
        "ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]},
        "numericlessthan": {"s3:Max-Keys": 1.50},
        "BOOL": {"aws:SecureTransport": [True, "False"]},
        "Null": {"aws:x": False},
        "foranyvalue:StringEquals": {},
    }
    found = parse({**STATEMENT, "Condition": block}).statements[0].conditions
    assert [(one.operator, one.quantifier, one.if_exists, one.key, one.values) for one in found] == [
        ("stringlike", "forallvalues", True, "aws:tagkeys", ("a", "b")),
        ("numericlessthan", "", False, "s3:max-keys", ("1.5",)),
        ("bool", "", False, "aws:securetransport", ("true", "False")),
        ("null", "", False, "aws:x", ("false",)),
    ]
    assert found[1].written == ("numericlessthan", "s3:Max-Keys")
    assert found[1].path == ("Statement", 0, "Condition", "numericlessthan", "s3:Max-Keys")


def test_numbers_are_kept_as_written():
    condition = '{"NumericEquals": {"a:b": 1.50}}'
    text = f'{{"Statement": {{"Effect": "Deny", "Action": [], "Resource": "*", "Condition": {condition}}}}}'
    assert Policy.parse(text).statements[0].conditions[0].values == ("1.50",)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
@pytest.mark.parametrize(
    ("principal", "read"),
    [
        ("*", Principals(True, ())),
        ({"AWS": "*"}, Principals(True, ())),
        ({"AWS": ["*", "111122223333"]}, Principals(True, (("AWS", "111122223333"),))),
        ({"Service": "*"}, Principals(False, (("Service", "*"),))),
        (
            {"Service": "a.amazonaws.com", "AWS": ["b"]},
            Principals(False, (("Service", "a.amazonaws.com"), ("AWS", "b"))),
        ),
        ({}, Principals(False, ())),
        ({"AWS": []}, Principals(False, ())),
    ],
)
def test_principals(principal, read):
    statement = {**STATEMENT, "Principal": principal}
    assert parse(statement, Kind.RESOURCE).statements[0].principals == read
    statement["NotPrincipal"] = statement.pop("Principal")
    assert parse(statement, Kind.RESOURCE).statements[0].not_principals == read


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"Effect": "allow"}, "INVALID_EFFECT", ("Effect",)),
        ({"Effect": ["Allow"]}, "INVALID_EFFECT", ("Effect",)),
        ({"Effect": None}, "MISSING_EFFECT", ()),
        ({"Action": None}, "MISSING_ACTION", ()),
        ({"Resource": None}, "MISSING_RESOURCE", ()),
        ({"NotAction": "a:b"}, "UNSUPPORTED_ELEMENT_COMBINATION", ("NotAction",)),
        ({"NotResource": "*"}, "UNSUPPORTED_ELEMENT_COMBINATION", ("NotResource",)),
        ({"Action": 7}, "DATA_TYPE_MISMATCH", ("Action", 0)),
        ({"Resource": ["*", {}]}, "DATA_TYPE_MISMATCH", ("Resource", 1)),
        ({"Principal": "*"}, "UNSUPPORTED_PRINCIPAL", ("Principal",)),
        ({"NotPrincipal": "*"}, "UNSUPPORTED_PRINCIPAL", ("NotPrincipal",)),
        ({"Condition": []}, "DATA_TYPE_MISMATCH", ("Condition",)),
        ({"Condition": {"StringEquals": "a"}}, "DATA_TYPE_MISMATCH", ("Condition", "StringEquals")),
        ({"Condition": {"Equals": {}}}, "INVALID_CONDITION_OPERATOR", ("Condition", "Equals")),
        ({"Condition": {"Bool:Bool": {}}}, "INVALID_CONDITION_OPERATOR", ("Condition", "Bool:Bool")),
        ({"Condition": {":Bool": {}}}, "INVALID_CONDITION_OPERATOR", ("Condition", ":Bool")),
        ({"Condition": {"NullIfExists": {}}}, "NULL_WITH_IF_EXISTS", ("Condition", "NullIfExists")),
        ({"Condition": {"Bool": {"k": [None]}}}, "DATA_TYPE_MISMATCH", ("Condition", "Bool", "k", 0)),
        ({"Condition": {"Bool": {"k": {}}}}, "DATA_TYPE_MISMATCH", ("Condition", "Bool", "k", 0)),
    ],
)
def test_a_malformed_statement_is_a_problem_and_counts_for_nothing(change, code, path):
    malformed = {name: value for name, value in {**STATEMENT, **change}.items() if value is not None}
    policy = parse([malformed, STATEMENT])
    assert codes(policy) == [(code, ("Statement", 0, *path))]
    assert [statement.index for statement in policy.statements] == [1]


@pytest.mark.parametrize(
    ("principal", "code", "path"),
    [
        (None, "MISSING_PRINCIPAL", ()),
        ("111122223333", "INVALID_PRINCIPAL_FORMAT", ("Principal",)),
        (["*"], "INVALID_PRINCIPAL_FORMAT", ("Principal",)),
        ({"aws": "*"}, "INVALID_PRINCIPAL_KEY", ("Principal", "aws")),
        ({"AWS": 111122223333}, "DATA_TYPE_MISMATCH", ("Principal", "AWS", 0)),
    ],
)
@pytest.mark.parametrize("kind", [Kind.RESOURCE, Kind.TRUST, Kind.RCP, Kind.VPC_ENDPOINT])
def test_malformed_principals(kind, principal, code, path):
    statement = STATEMENT if principal is None else {**STATEMENT, "Principal": principal}
    assert codes(parse(statement, kind)) == [(code, ("Statement", 0, *path))]


def test_an_scp_has_no_principal():
    assert codes(parse({**STATEMENT, "Principal": "*"}, Kind.SCP))[0][0] == "SCP_SYNTAX_ERROR_PRINCIPAL"


@pytest.mark.parametrize("kind", [Kind.RESOURCE, Kind.TRUST])
def test_the_resource_may_be_implied(kind):
    policy = parse({"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}, kind)
    assert policy.statements[0].resources is None
    assert not policy.problems


def test_mistakes_that_change_no_meaning_leave_the_statement():
    policy = parse([{**STATEMENT, "Sid": 7, "Conditions": {}}], Id=[], Author="x")
    assert len(policy.statements) == 1
    assert codes(policy) == [
        ("DATA_TYPE_MISMATCH", ("Id",)),
        ("INVALID_POLICY_ELEMENT", ("Author",)),
        ("INVALID_POLICY_ELEMENT", ("Statement", 0, "Conditions")),
        ("DATA_TYPE_MISMATCH", ("Statement", 0, "Sid")),
    ]


@pytest.mark.parametrize("statement", ["s3:*", 7, None, True, ["a"]])
def test_a_statement_is_an_object(statement):
    policy = parse([statement])
    assert policy.statements == ()
    assert codes(policy) == [("DATA_TYPE_MISMATCH", ("Statement", 0))]


def test_no_statement_is_a_problem():
    assert codes(Policy.parse("{}")) == [("MISSING_STATEMENT", ())]


@pytest.mark.parametrize("text", ["", "[]", '"s3:*"', "null", "1", "{", b"\xff"])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(SourceError):
        Policy.parse(text)


def test_one_text_is_one_policy():
    text = json.dumps({"Statement": STATEMENT})
    assert Policy.parse(text) is Policy.parse(text)
    assert Policy.parse(text) is not Policy.parse(text, Kind.SCP)
    assert Policy.of({"Statement": STATEMENT}) is Policy.parse(text)
    assert repr(Policy.parse(text)) == "<Policy identity of 1 statements>"
    assert Policy.parse(text, Kind.RESOURCE, "s3-bucket").resource_type == "s3-bucket"


def test_what_json_has_not_is_refused():
    with pytest.raises(SourceError):
        Policy.of({"Statement": {1, 2}})
    with pytest.raises(SourceError):
        Policy.of({"Statement": float("nan")})


def test_ten_thousand_statements_and_ten_megabytes():
    statements = [{**STATEMENT, "Resource": [f"arn:aws:s3:::bucket-{index}/{'x' * 900}"]} for index in range(10_000)]
    policy = parse(statements)
    assert len(policy.source.text) > 9_000_000
    assert len(policy.statements) == 10_000
    assert policy.source.span(("Statement", 9_999, "Resource", 0)).line == 1


NAMES = st.sampled_from(
    [
        *("Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "AWS", "Service", "Other"),
        *("Action", "NotAction", "Resource", "NotResource", "Condition"),
        *("StringEquals", "ForAllValues:Bool", "NullIfExists", "Null", "aws:x"),
    ]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["*", "Allow", "Deny", ""])
)
SHAPES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)
STATEMENTS = st.dictionaries(NAMES, SHAPES, max_size=8)


@given(
    st.dictionaries(NAMES, SHAPES, max_size=5) | st.fixed_dictionaries({"Statement": STATEMENTS}), st.sampled_from(Kind)
)
def test_no_object_raises_and_every_statement_is_read_or_blamed(document, kind):
    policy = Policy.parse(json.dumps(document, allow_nan=False) if _finite(document) else "{}", kind)
    for problem in policy.problems:
        assert policy.source.span(problem.path).start >= 0
    listed = policy.source.value.get("Statement", [])
    read = {statement.index for statement in policy.statements}
    blamed = {problem.path[1] for problem in policy.problems if len(problem.path) > 1}
    assert read | blamed >= set(range(len(listed) if isinstance(listed, list) else 1))


def _finite(value):
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    if isinstance(value, list):
        return all(map(_finite, value))
    return not isinstance(value, float) or abs(value) != float("inf")
