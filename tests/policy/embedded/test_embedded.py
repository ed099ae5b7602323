"""Policies inside templates and plans: which are found, what is said of them, and at which lines of the file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.elements import Kind
from auditor.policy.embedded import LONGEST, EmbeddedError, embedded, holds_policies
from auditor.policy.linting.issue import OPAQUE

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: !Sub "ec2.${AWS::URLSuffix}"}
            Action: sts:AssumeRolee
          - Effect: Allow
            Principal:
              AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
            Action: sts:AssumeRole
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - s3:GetObjet
                  - !If [Write, s3:PutObject, !Ref AWS::NoValue]
                  - !If [Write, !Ref AWS::NoValue, !Ref AWS::NoValue]
                  - s3:ListBucket
                Resource:
                  - !Sub "arn:aws:s3:::${Bucket}/*"
                  - !GetAtt Other.Arn
                  - !Join ["", ["arn:aws:s3:::", !Ref Bucket]]
                  - !Join [":", !Ref Parts]
                  - !Sub ["arn:aws:s3:::${name}/*", {name: x}]
                  - !Sub "arn:aws:s3:::home/${!aws:username}/*"
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          Effect: Allow
          Principal: {AWS: !Ref Account}
          Action: sqs:SendMessage
          Resource: !Sub "${Bucket.Arn}/*"
          Condition:
            Bool:
              aws:SecureTransprt: true
  Topic:
    Type: AWS::SNS::Topic
"""


def places(text, found):
    """Each issue as resource, check, line, column and the element blamed."""
    return [
        (one.name, issue.check.id, issue.span.line, issue.span.column, text[issue.span.start : issue.span.end])
        for one in found
        for issue in one.lint()
    ]


def test_a_yaml_template_is_judged_at_its_own_lines():
    found = embedded(TEMPLATE)
    assert [(one.name, one.kind, one.policy.resource_type) for one in found] == [
        ("Reader", Kind.TRUST, ""),
        ("Reader", Kind.IDENTITY, ""),
        ("BucketPolicy", Kind.RESOURCE, "s3-bucket"),
    ]
    assert places(TEMPLATE, found) == [
        ("Reader", "policy-action-unknown", 11, 21, "sts:AssumeRolee"),
        ("Reader", "policy-action-unknown", 23, 21, "s3:GetObjet"),
        ("BucketPolicy", "policy-action-foreign", 43, 19, "sqs:SendMessage"),
        ("BucketPolicy", "policy-key-global-unknown", 47, 15, "aws:SecureTransprt"),
    ]


PUBLIC = """\
Resources:
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: {action}
            Resource: {resource}
"""


@pytest.mark.parametrize(
    ("action", "resource", "message"),
    [
        ("s3:GetObject", '!Sub "${B.Arn}/*"', "s3:GetObject on ${B.Arn}/*"),
        ("s3:GetObject", "!GetAtt B.Arn", "s3:GetObject on ${Fn..GetAtt.B.Arn}"),
        ("s3:GetObject", '!Sub "arn:aws:s3:::${B}/*"', "s3:GetObject on arn:aws:s3:::${B}/*"),
        ("s3:GetObject", '[!Sub "${B.Arn}/*", "arn:aws:s3:::b/*"]', "s3:GetObject on arn:aws:s3:::b/example"),
        ("s3:GetObject", '!Sub "arn:aws:s3:::b/${!aws:username}"', "s3:GetObject on arn:aws:s3:::b/example"),
        ('!Sub "s3:${A}"', "arn:aws:s3:::b/*", "s3:${A} on arn:aws:s3:::b/example"),
    ],
)
def test_what_is_public_is_named_as_the_template_does(action, resource, message):
    (found,) = embedded(PUBLIC.format(action=action, resource=resource))
    messages = {issue.check.id: issue.message for issue in found.lint()}
    assert messages["policy-public"].lower() == f"anyone is allowed {message}".lower()


def test_a_json_template_is_judged_as_the_same_in_yaml():
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Nope", "Resource": {"Ref": "R"}}],
    }
    template = {"Resources": {"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": document}}}}
    text = json.dumps(template, indent=2)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "s3:Nope" in row)
    assert places(text, embedded(text)) == [("P", "policy-action-unknown", line, 25, '"s3:Nope"')]


OPEN = """\
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: !Ref Version
        Statement:
          - Effect: !Ref Effect
            Action: !Ref Action
            Resource: !Ref Resource
          - Effect: Allow
            Action: [!Ref Action, !Sub "${Service}:*", !Select [0, !Ref Actions]]
            Resource: [!ImportValue Arn, !Join [",", [!Ref A, [1]]], "Fn::GetAtt": [A, B]]
            Condition:
              StringEquals: {"aws:PrincipalOrgID": !Ref Organization}
              StringLike: {"aws:PrincipalAccount": !Sub "${Account}*"}
              IpAddress: {"aws:SourceIp": !Ref Range}
              Bool: {"aws:SecureTransport": !Ref Secure}
          - !If [A, {Effect: Allow, Action: "s3:Nope", Resource: "*"}, !Ref AWS::NoValue]
"""


def test_nothing_is_said_of_what_is_filled_in_later():
    assert places(OPEN, embedded(OPEN)) == [("P", "policy-action-unknown", 19, 45, '"s3:Nope"')]
    assert OPAQUE in embedded(OPEN)[0].policy.source.value["Statement"][0]["Resource"]


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("AWS::Organizations::Policy", {"Type": "SERVICE_CONTROL_POLICY", "Content": {"Statement": []}}, [Kind.SCP]),
        ("AWS::Organizations::Policy", {"Type": "RESOURCE_CONTROL_POLICY", "Content": {"Statement": []}}, [Kind.RCP]),
        ("AWS::Organizations::Policy", {"Type": "TAG_POLICY", "Content": {"Statement": []}}, []),
        ("AWS::EC2::VPCEndpoint", {"PolicyDocument": {"Statement": []}}, [Kind.VPC_ENDPOINT]),
        ("AWS::Logs::ResourcePolicy", {"PolicyDocument": '{"Statement": []}'}, [Kind.RESOURCE]),
        ("AWS::Logs::ResourcePolicy", {"PolicyDocument": "no policy"}, []),
        ("AWS::Logs::ResourcePolicy", {"PolicyDocument": ["no policy"]}, []),
        (
            "AWS::Serverless::Function",
            {"Policies": ["AWSLambdaExecute", {"Statement": []}, {"Other": {}}]},
            [Kind.IDENTITY],
        ),
        ("AWS::IAM::User", {"Policies": "none"}, []),
        ("AWS::IAM::Policy", {"PolicyDocument": {"Fn::Transform": "x"}}, []),
        ("AWS::IAM::Policy", {}, []),
        ("AWS::IAM::Policy", None, []),
        (None, {"PolicyDocument": {"Statement": []}}, []),
    ],
)
def test_policies_are_found_where_their_resource_has_them(kind, properties, expected):
    text = json.dumps({"Resources": {"R": {"Type": kind, "Properties": properties}, "S": "text"}})
    assert [one.kind for one in embedded(text)] == expected


def plan(*resources, child=(), **others):
    module = {"resources": list(resources), "child_modules": [{"resources": list(child)}, "none"]}
    return json.dumps({"format_version": "1.2", "planned_values": {"root_module": module}} | others, indent=1)


def resource(kind, address="a", **values):
    return {"address": address, "type": kind, "values": values}


ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "é\U0001f600\n", "Effect": "Allow", "Action": "s3:Nope", "Resource": "*"}],
}


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_plan_is_judged_within_the_text_of_its_policies(ascii_only):
    inner = json.dumps(ALLOW, ensure_ascii=ascii_only)
    text = plan(resource("aws_iam_policy", "aws_iam_policy.p", policy=inner))
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "Nope" in row)
    found = places(text, embedded(text))
    assert [(one[:3], one[4]) for one in found] == [
        (("aws_iam_policy.p", "policy-sid-characters", line), found[0][4]),
        (("aws_iam_policy.p", "policy-action-unknown", line), '\\"s3:Nope\\"'),
    ]
    assert text.splitlines()[line - 1][found[1][3] - 1 :].startswith('\\"s3:Nope')


EMPTY = '{"Version": "2012-10-17", "Statement": []}'


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            resource("aws_iam_role", assume_role_policy=EMPTY, inline_policy=[{"policy": EMPTY}]),
            [Kind.TRUST, Kind.IDENTITY],
        ),
        (resource("aws_iam_role", assume_role_policy=None, inline_policy="none"), []),
        (resource("aws_organizations_policy", content=EMPTY), [Kind.SCP]),
        (resource("aws_organizations_policy", content=EMPTY, type="RESOURCE_CONTROL_POLICY"), [Kind.RCP]),
        (resource("aws_organizations_policy", content=EMPTY, type="TAG_POLICY"), []),
        (resource("aws_sqs_queue", policy="no policy"), []),
        (resource("aws_vpc_endpoint", policy=EMPTY), [Kind.VPC_ENDPOINT]),
        (resource("aws_instance", policy=EMPTY), []),
        ({"type": "aws_iam_policy"}, []),
        ("text", []),
    ],
)
def test_policies_are_found_in_all_modules_of_a_plan(item, expected):
    assert [one.kind for one in embedded(plan(item))] == expected
    assert [one.kind for one in embedded(plan(child=[item]))] == expected


def test_a_plan_without_planned_values_is_read_by_its_changes():
    change = {"address": "p", "type": "aws_iam_policy", "change": {"after": {"policy": EMPTY}}}
    gone = {"address": "q", "type": "aws_iam_policy", "change": {"after": None}}
    text = json.dumps({"format_version": "1.2", "resource_changes": [change, gone]})
    assert [one.name for one in embedded(text)] == ["p"]
    assert embedded('{"format_version": "1.2", "resource_changes": 1}') == ()
    assert embedded('{"format_version": "1.2", "planned_values": {"root_module": 1}}') == ()


def test_a_text_over_several_lines_is_blamed_as_a_whole():
    text = """\
Resources:
  L:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyDocument: |
        {"Version": "2012-10-17", "Statement":
          []}
"""
    assert [(issue.span.line, issue.span.column) for issue in embedded(text)[0].lint()] == [(5, 23)]


def test_merged_mappings_are_read():
    text = """\
Base: &base {Effect: Allow, Resource: "*"}
Resources:
  P:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{<<: *base, Action: "s3:Nope"}]
"""
    assert places(text, embedded(text)) == [("P", "policy-action-unknown", 8, 41, '"s3:Nope"')]


@pytest.mark.parametrize(
    "text", ["", "a: b", "[]", "- a", "text", '{"Statement": []}', '{"Resources": {"a": 1}}', "null"]
)
def test_a_file_that_is_neither_has_none(text):
    assert embedded(text) == ()


def test_a_flow_mapping_is_yaml_though_it_looks_like_json():
    assert [
        one.name
        for one in embedded("{Resources: {P: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}}}")
    ] == ["P"]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "too many elements"),
        ("- " * 3_000, "nested too deeply"),
        ("[" * 3_000, "nested deeper"),
        ("[1", "Expecting"),
        ("a: [1\nb: 2", "expected"),
        ("a: 1\n---\nb: 2", "another document"),
        ("a: \x00", "not YAML"),
        ("a: *missing", "undefined alias"),
        ("a: b\n" * 250_000, "more than 1,000,000 characters"),
        (" " * (LONGEST + 1), "longer than"),
    ],
    ids=lambda value: value[:12],
)
def test_hostile_text_is_refused(text, message):
    with pytest.raises(EmbeddedError, match=message) as refused:
        embedded(text)
    assert refused.value.line >= 1
    assert refused.value.column >= 1


def test_the_look_of_a_file_tells_whether_it_holds_policies():
    assert holds_policies({"Resources": {"A": {"Type": "x"}}})
    assert holds_policies({"format_version": "1.2", "planned_values": {}})
    assert not holds_policies({"Statement": []})
    assert not holds_policies([])


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("${X}")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["Ref", "Fn::Sub", "Fn::If", "Fn::Join", "Effect", "Action"]), inner, max_size=3
        ),
    ),
    max_leaves=12,
)


@given(VALUES)
def test_no_template_raises(value):
    document = {"Version": "2012-10-17", "Statement": value}
    template = {"Resources": {"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": document}}}}
    for one in embedded(json.dumps(template)):
        one.lint()


@given(st.text())
def test_no_text_raises_another_error(text):
    try:
        embedded(text)
    except EmbeddedError as error:
        assert str(error)
