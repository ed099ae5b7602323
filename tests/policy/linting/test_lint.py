"""What holds of lint as a whole, and cases that a pair of fixtures has no room for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.linting import guess_kind, key_uses, lint, lint_text

MANAGED = Path(__file__).parents[3] / "auditor" / "data" / "aws_managed_policies.gz"


def statement(**elements):
    given_ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"} | elements
    return {name: value for name, value in given_.items() if value is not None}


def text(*statements, **elements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | elements)


def ids(document, kind=Kind.IDENTITY, resource_type=""):
    return [issue.check.id for issue in lint_text(document, kind, resource_type)]


def condition(operator, key, *values, **elements):
    return statement(Condition={operator: {key: list(values)}}, **elements)


def trust(principal, action="sts:AssumeRole", **elements):
    return {"Effect": "Allow", "Principal": principal, "Action": action} | elements


def test_a_clean_policy_has_no_issue():
    assert lint_text(text(statement(), condition("Bool", "aws:SecureTransport", "true"))) == ()


def test_issues_come_in_the_order_of_the_text_and_are_the_same_each_time():
    document = text(statement(Action=["s3:Nope", "iam:*"], Resource="*"), statement(Effect="Maybe"), Statemen=1)
    policy = Policy.parse(document)
    issues = lint(policy)
    assert [issue.span.start for issue in issues] == sorted(issue.span.start for issue in issues)
    assert len(issues) >= 4
    lint.cache_clear()
    assert lint(Policy.parse(document)) == issues


@pytest.mark.parametrize(
    ("document", "line", "column"),
    [('{"a": 1,\n "b" 2}', 2, 6), ("", 1, 1), ("[1]", 1, 1), ('"text"', 1, 1), ("{" * 200, 1, 1)],
)
def test_what_is_no_json_object_is_a_syntax_error_where_it_goes_wrong(document, line, column):
    (issue,) = lint_text(document)
    assert (issue.check.code, issue.span.line, issue.span.column) == ("JSON_SYNTAX_ERROR", line, column)


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"Statement": [statement()]}, Kind.IDENTITY),
        ({"Statement": statement(Principal="*")}, Kind.RESOURCE),
        ({"Statement": [statement(NotPrincipal="*")]}, Kind.RESOURCE),
        ({"Statement": [trust("*"), trust("*", ["sts:tagsession"])]}, Kind.TRUST),
        ({"Statement": [trust("*", ["sts:AssumeRole", "s3:GetObject"])]}, Kind.RESOURCE),
        ({"Statement": [{"Principal": "*"}]}, Kind.RESOURCE),
        ({"Statement": [{"Principal": "*", "Action": 1}]}, Kind.RESOURCE),
        ({"Statement": 1}, Kind.IDENTITY),
        ({}, Kind.IDENTITY),
        ([], Kind.IDENTITY),
    ],
)
def test_the_kind_is_guessed_by_principals_and_actions(document, kind):
    assert guess_kind(document) is kind


def test_without_a_kind_a_trust_policy_is_looked_at_as_one():
    document = text(trust("*"))
    assert "policy-trust-anyone" in [issue.check.id for issue in lint_text(document)]


@pytest.mark.parametrize(
    ("broken", "kind", "found"),
    [
        ({"Effect": "allow"}, Kind.IDENTITY, "policy-effect-unknown"),
        ({"Effect": None}, Kind.IDENTITY, "policy-effect-missing"),
        ({"Resource": None}, Kind.IDENTITY, "policy-resource-missing"),
        ({"NotAction": "s3:*"}, Kind.IDENTITY, "policy-element-combination"),
        ({"Principal": "*"}, Kind.IDENTITY, "policy-principal-unsupported"),
        ({"Principal": "*"}, Kind.SCP, "policy-scp-principal"),
        ({"Principal": {"AWS": [1]}}, Kind.RESOURCE, "policy-data-type"),
        ({"Principal": {"Users": "x"}}, Kind.RESOURCE, "policy-principal-type-unknown"),
        ({"Condition": {"StringEqual": {"aws:username": "a"}}}, Kind.IDENTITY, "policy-operator-unknown"),
        ({"Condition": {"Bool": {"aws:username": None}}}, Kind.IDENTITY, "policy-data-type"),
        ({"Condition": []}, Kind.IDENTITY, "policy-data-type"),
        ({"Resource": ["*", 1]}, Kind.IDENTITY, "policy-data-type"),
    ],
)
def test_one_mistake_hides_no_other(broken, kind, found):
    document = text(statement(), statement(Action=["s3:Nope"], **broken))
    issues = [issue for issue in lint_text(document, kind) if issue.path[:2] == ("Statement", 1)]
    assert {found, "policy-action-unknown"} <= {issue.check.id for issue in issues}
    assert [issue.path for issue in issues if issue.check.code == "INVALID_ACTION"] == [("Statement", 1, "Action", 0)]


def test_all_mistakes_of_a_statement_are_found():
    conditions = {"Is": {"a": "b"}, "Bool": {"a:b": [[]]}, "Null": {"c": "true"}}
    found = ids(text({"Effect": "permit", "Action": 1, "Resource": [2], "Condition": conditions}))
    expected = ["policy-data-type"] * 3 + ["policy-effect-unknown", "policy-key-format", "policy-operator-unknown"]
    assert sorted(found) == expected


def test_a_statement_with_countless_mistakes_is_given_up():
    operators = {f"Operator{number}": {} for number in range(100)}
    assert 10 < len(ids(text(statement(Action="s3:Nope", Condition=operators)))) < 30


@pytest.mark.parametrize(
    ("action", "suggestion"),
    [("s3:GetObjet", '"s3:GetObject"'), ("s33:GetObject", '"s3:GetObject"'), ("s3:Zzzzzzzzz", "")],
)
def test_a_near_name_is_suggested(action, suggestion):
    (issue,) = lint_text(text(statement(Action=action)))
    assert issue.suggestion == suggestion


@pytest.mark.parametrize(
    ("operator", "suggestion"),
    [
        ("StringEqual", '"StringEquals"'),
        ("ForAnyValue:StringLiek", '"ForAnyValue:StringLike"'),
        ("ArnLikesIfExists", '"ArnLikeIfExists"'),
        ("Zzzzz", ""),
    ],
)
def test_a_near_operator_is_suggested(operator, suggestion):
    (issue,) = lint_text(text(condition(operator, "aws:username", "a")))
    assert (issue.check.code, issue.suggestion) == ("INVALID_CONDITION_OPERATOR", suggestion)


@pytest.mark.parametrize(
    ("operator", "key", "suggestion"),
    [
        ("StringEquals", "aws:MultiFactorAuthPresent", '"Bool"'),
        ("StringNotEqualsIfExists", "aws:SourceIp", '"NotIpAddressIfExists"'),
        ("StringNotEquals", "aws:SecureTransport", ""),
        ("NumericEquals", "aws:username", '"StringEquals"'),
    ],
)
def test_an_operator_of_the_right_type_is_suggested(operator, key, suggestion):
    issues = [issue for issue in lint_text(text(condition(operator, key, "1"))) if issue.check.code == "TYPE_MISMATCH"]
    assert [issue.suggestion for issue in issues] == [suggestion]


@pytest.mark.parametrize("key", ["aws:ResourceTag/x", "aws:RequestTag/x", "kms:EncryptionContext:x"])
def test_a_tag_may_hold_anything(key):
    assert "policy-operator-mismatch" not in ids(text(condition("ArnLike", key, "arn:aws:s3:::a", Action="kms:*")))


def test_messages_show_hostile_text_printable_and_short():
    (issue,) = lint_text(text(statement(Action="s3:\x1b[31m" + "x" * 5_000)))
    assert issue.message.isprintable()
    assert len(issue.message) < 300


def test_an_epoch_time_condition_takes_dates_and_numbers():
    for operator, value in (("DateLessThan", "2030-01-01"), ("NumericLessThan", "1893456000")):
        assert ids(text(condition(operator, "aws:EpochTime", value))) == []


def test_the_api_gateway_form_of_a_resource_is_known_where_it_is_allowed():
    document = text(
        statement(Principal={"AWS": "111122223333"}, Action="execute-api:Invoke", Resource="execute-api:/prod/*")
    )
    assert ids(document, Kind.RESOURCE, "api-gateway-rest-api") == []
    assert "policy-arn-prefix" in ids(text(statement(Action="execute-api:Invoke", Resource="execute-api:/prod/*")))


def test_a_long_arn_is_judged_as_a_short_one():
    assert ids(text(statement(Resource="arn:aws:s3:::reports/" + "a" * 300))) == []
    assert ids(text(statement(Resource="arn:aws:s3::111122223333:reports/" + "a" * 300))) == [
        "policy-arn-account-not-allowed"
    ]


def test_a_retired_service_is_no_mistake():
    assert ids(text(statement(Action="codestar:*", Resource="*"))) == ["policy-action-retired"]
    assert ids(text(statement(Action="*", Effect="Deny", Resource="arn:aws:codestar:*:*:project/x"))) == []


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ("arn:aws:iam::*:role/*", True),
        ("arn:aws:iam::*:*", True),
        ("arn:aws:iam::111122223333:ro*", True),
        ("arn:aws:iam::111122223333:role/?*", True),
        ("arn:aws:iam::*:role/app/*", False),
        ("arn:aws:iam::111122223333:role/app", False),
    ],
)
def test_any_role_is_one_whose_name_is_left_open(resource, found):
    assert ("policy-pass-role-any" in ids(text(statement(Action="iam:PassRole", Resource=resource)))) is found


@pytest.mark.parametrize("value", ["*", "**"])
def test_any_service_restricts_no_role(value):
    document = text(condition("StringLike", "iam:PassedToService", value, Action="iam:PassRole", Resource="*"))
    assert "policy-pass-role-any" in ids(document)


@pytest.mark.parametrize("kind", [Kind.BOUNDARY, Kind.SCP, Kind.SESSION])
def test_what_only_limits_grants_nothing(kind):
    assert ids(text(statement(Action="*", Resource="*")), kind) == []


def test_conditions_of_others_beside_a_service_are_not_judged_for_the_service_alone():
    principals = {"Service": "cloudtrail.amazonaws.com", "AWS": "111122223333"}
    document = text(condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", Principal=principals))
    assert "policy-service-principal-key-unsupported" not in ids(document, Kind.RESOURCE)


def test_a_source_organization_does_not_come_from_cloudfront():
    document = text(
        condition("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5", Principal={"Service": "cloudfront.amazonaws.com"})
    )
    assert ids(document, Kind.RESOURCE) == ["policy-service-principal-key-unsupported"]


@pytest.mark.parametrize(
    ("actions", "key", "absent"),
    [
        (["ec2:RunInstances"], "s3:prefix", True),
        (["ec2:*", "kms:Decrypt"], "s3:prefix", True),
        (["s3:Get*"], "s3:prefix", True),
        (["s3:GetObject"], "kms:ViaService", True),
        (["s3:GetObject"], "kms:EncryptionContext:team", True),
        (["lambda:CreateFunction"], "iam:PassedToService", True),
        (["apigateway:GET"], "s3:signatureversion", True),
        (["s3:*"], "s3:prefix", False),
        (["*"], "s3:prefix", False),
        (["ec?:RunInstances"], "s3:prefix", False),
        (["ec2:RunInstances", "s3:ListBucket"], "s3:prefix", False),
        (["nobody:KnowsThis"], "s3:prefix", False),
        (["ec2:NobodyKnowsThis"], "s3:prefix", False),
        (["sts:AssumeRole"], "iam:ResourceTag/team", False),
        (["s3:GetObject"], "ec2:ResourceTag/team", False),
        (["s3:GetObject"], "ec2:SourceInstanceARN", False),
        (["s3:GetObject"], "identitystore:UserId", False),
        (["s3:GetObject"], "aws:PrincipalOrgID", False),
    ],
)
def test_a_key_of_another_service_is_absent_where_no_action_is_for_it(actions, key, absent):
    named = {"Action": actions, "Resource": "*"}
    assert ("policy-key-not-for-action" in ids(text(condition("StringLike", key, "x", **named)))) is absent
    assert "policy-key-not-for-action" not in ids(text(condition("StringLikeIfExists", key, "x", **named)))
    others = {"Action": None, "NotAction": actions, "Resource": "*"}
    assert "policy-key-not-for-action" not in ids(text(condition("StringLike", key, "x", **others)))


def test_no_policy_of_aws_has_a_key_that_none_of_its_actions_is_for():
    for line in gzip.decompress(MANAGED.read_bytes()).decode().splitlines()[1:]:
        arn, _, document = line.split("\t")
        policy = Policy.parse(document)
        flaws = (flaw for statement in policy.statements for flaw in key_uses.statement(policy, statement))
        assert not [flaw for flaw in flaws if "of the statement" in flaw.message], arn


def test_the_default_rcp_is_fine():
    document = text({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    assert ids(document, Kind.RCP) == []


def test_a_positive_test_in_an_rcp_needs_no_guard():
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    document = text({**denied, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}})
    assert ids(document, Kind.RCP) == []


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_a_trust_policy_has_no_resource(element):
    assert "policy-trust-resource" in ids(text(trust({"AWS": "111122223333"}, **{element: "*"})), Kind.TRUST)


@pytest.mark.parametrize(
    ("actions", "foreign"),
    [
        (["sts:AssumeRole", "s3:GetObject"], [1]),
        (["sts:AssumeRole", "sts:TagSession"], []),
        (["*"], []),
        (["STS:assumerole", "IAM:PassRole", "s3:*"], [1, 2]),
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_trust_policy_decides_on_actions_of_sts_alone(actions, foreign, effect):
    issues = lint_text(text(trust({"AWS": "111122223333"}, actions, Effect=effect)), Kind.TRUST)
    assert [it.path[-1] for it in issues if it.check.code == "UNSUPPORTED_ACTION_IN_POLICY"] == foreign


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html
@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ("arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31", []),
        ("arn:aws:cloudformation:*:aws:transform/*", []),
        ("arn:aws:cloudformation:us-east-1:aws:stacks/x", ["policy-arn-resource-format"]),
        ("arn:aws:cloudformation:us-east-1:111122223333:transform/x", ["policy-arn-resource-format"]),
    ],
)
def test_transforms_are_of_aws(resource, found):
    listed = [resource, "arn:aws:cloudformation:us-east-1:111122223333:stack/x/*"]
    assert ids(text(statement(Action="cloudformation:CreateChangeSet", Resource=listed))) == found
    assert ids(text(statement(Action="cloudformation:CreateChangeSet", Resource=resource))) == found


def test_roles_anywhere_may_get_its_actions_by_a_pattern():
    document = text(trust({"Service": "rolesanywhere.amazonaws.com"}, "sts:*"))
    assert ids(document, Kind.TRUST) == []


def test_federated_users_of_aws_itself_are_named_by_domain():
    document = text(
        trust(
            {"Federated": "cognito-identity.amazonaws.com"},
            "sts:AssumeRoleWithWebIdentity",
            Condition={"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:0a1b2c3d"}},
        )
    )
    assert ids(document, Kind.TRUST) == []


@pytest.mark.parametrize(
    ("listed", "redundant"),
    [
        (["s3:Get*", "s3:get*"], [1]),
        (["s3:*", "s3:*"], [1]),
        (["s3:Get?bject", "s3:GetObject"], [1]),
        (["s3:Get*", "s3:**Get*"], [0]),
        (["s3:Get*", "s3:*Tagging"], []),
        (["s3:PutObject", "s3:GetObject", "s3:*Object"], [0, 1]),
    ],
)
def test_redundant_actions_are_those_that_another_covers(listed, redundant):
    issues = lint_text(text(statement(Action=listed, Resource="*")))
    assert [issue.path[-1] for issue in issues if issue.check.id == "policy-action-redundant"] == redundant


def test_statements_are_redundant_in_any_order_of_their_lists():
    first = statement(Action=["s3:GetObject", "s3:PutObject"])
    second = statement(Action=["s3:putobject", "s3:GetObject"], Sid="Again")
    assert ids(text(first, second)) == ["policy-statement-redundant"]
    assert ids(text(first, {**second, "Effect": "Deny"})) == []


def test_a_quota_counts_no_white_space():
    padded = json.dumps(json.loads(text(statement())), indent=400)
    assert len(padded) > 6_144
    assert ids(padded) == []


def test_a_resource_policy_of_unknown_type_has_no_quota():
    document = text(*[statement(Principal="*", Sid=f"S{n}", Action=f"s3:Get{'?' * n}*") for n in range(1, 400)])
    assert "policy-too-long-resource" not in ids(document, Kind.RESOURCE)


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[]], {"a": {"b": []}}, True])
@pytest.mark.parametrize(
    "element", ["Statement", "Sid", "Effect", "Principal", "Action", "Resource", "Condition", "NotPrincipal", "Version"]
)
@pytest.mark.parametrize("kind", Kind)
def test_no_shape_of_any_element_raises(element, value, kind):
    document = {"Version": "2012-10-17", "Statement": [statement(Principal="*")]}
    if element in ("Statement", "Version"):
        document[element] = value
    else:
        document["Statement"][0][element] = value
    for issue in lint_text(json.dumps(document), kind, "s3-bucket"):
        assert issue.span.line == 1


TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *(
                "*",
                "s3:*",
                "s3:Get*",
                "iam:PassRole",
                "arn:aws:s3:::b/*",
                "arn:aws:iam::1:role/x",
                "${aws:username}",
                "${",
            ),
            *(
                "10.0.0.0/8",
                "1.2.3.4/33",
                "true",
                "2030-01-01",
                "AROA12345678",
                "arn:",
                "arn:aws:::::",
                ":",
                "a:b:c:d:e:f",
            ),
            *("execute-api:/", "sts:AssumeRoleWithSAML", "accounts.google.com", "rolesanywhere.amazonaws.com"),
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            *(
                "aws:SourceIp",
                "aws:TagKeys",
                "aws:ResourceTag",
                "aws:ResourceTag/x",
                "s3:prefix",
                "dynamodb:Attributes",
            ),
            *(
                "dynamodb:Attributes",
                "iam:PassedToService",
                "aws:PrincipalOrgID",
                "a.b:aud",
                "aws:userid",
                "aws:VpceOrgID",
                "aws:ARN",
            ),
        ]
    ),
)
OPERATORS = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            *(
                "StringLike",
                "StringEquals",
                "ForAllValues:StringNotLikeIfExists",
                "Null",
                "Bool",
                "IpAddress",
                "DateLessThan",
            ),
            *(
                "DateLessThan",
                "NumericGreaterThan",
                "ArnLike",
                "BinaryEquals",
                "ForAnyValue:Null",
                "NullIfExists",
                "NotIpAddress",
            ),
        ]
    ),
)
LISTS = st.one_of(TEXTS, st.lists(TEXTS, max_size=4), VALUES)
CONDITIONS = st.one_of(VALUES, st.dictionaries(OPERATORS, st.dictionaries(KEYS, LISTS, max_size=3), max_size=3))
PRINCIPALS = st.one_of(
    VALUES,
    st.dictionaries(st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser", "Other"]), LISTS, max_size=3),
)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "Sid": TEXTS,
        "Effect": st.sampled_from(["Allow", "Deny", "Allowed"]),
        "Principal": PRINCIPALS,
        "NotPrincipal": PRINCIPALS,
        "Action": LISTS,
        "NotAction": LISTS,
        "Resource": LISTS,
        "NotResource": LISTS,
        "Condition": CONDITIONS,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"Statement": st.one_of(VALUES, STATEMENTS, st.lists(STATEMENTS, max_size=3))},
    optional={"Version": st.one_of(VALUES, st.sampled_from(["2012-10-17", "2008-10-17"])), "Id": VALUES},
)


@given(DOCUMENTS, st.one_of(st.none(), st.sampled_from(Kind)), st.sampled_from(["", "s3-bucket", "kms-key", "?"]))
def test_no_document_raises(document, kind, resource_type):
    document = json.dumps(document)
    for issue in lint_text(document, kind, resource_type):
        assert 0 <= issue.span.start <= issue.span.end <= len(document)
        assert issue.message.isprintable()


@given(st.one_of(st.text(), st.binary()))
def test_no_text_raises(text):
    assert all(issue.check.code for issue in lint_text(text))
