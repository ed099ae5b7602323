"""Names of events and the actions that they need."""

import pytest

from auditor.access.least_privilege.events import event_of
from auditor.access.least_privilege.mapping import actions_of, prefixes
from tests.access.least_privilege.records import ACCOUNT, record

EXEC = f"arn:aws:iam::{ACCOUNT}:role/exec"


def actions(service, name, parameters=None, **more):
    return actions_of(event_of(record(service, name, parameters, **more)))


@pytest.mark.parametrize(
    ("service", "name", "expected"),
    [
        ("s3", "PutBucketPolicy", ("s3:PutBucketPolicy",)),
        ("s3", "ListObjectsV2", ("s3:ListBucket",)),
        ("s3", "GetBucketEncryption", ("s3:GetEncryptionConfiguration",)),
        ("s3", "GetBucketCors", ("s3:GetBucketCORS",)),
        ("s3", "CopyObject", ("s3:GetObject", "s3:PutObject")),
        ("s3express", "CreateSession", ("s3express:CreateSession",)),
        ("lambda", "Invoke", ("lambda:InvokeFunction",)),
        ("lambda", "ListFunctions20150331", ("lambda:ListFunctions",)),
        ("lambda", "UpdateFunctionCode20150331v2", ("lambda:UpdateFunctionCode",)),
        ("cloudfront", "UpdateDistribution2020_05_31", ("cloudfront:UpdateDistribution",)),
        ("monitoring", "PutMetricAlarm", ("cloudwatch:PutMetricAlarm",)),
        ("tagging", "GetResources", ("tag:GetResources",)),
        ("email", "SendEmail", ("ses:SendEmail",)),
        ("ses", "SendEmail", ("ses:SendEmail",)),
        ("rdsdata", "ExecuteStatement", ("rds-data:ExecuteStatement",)),
        ("elasticloadbalancing", "CreateLoadBalancer", ("elasticloadbalancing:CreateLoadBalancer",)),
        ("autoscaling", "RegisterScalableTarget", ("application-autoscaling:RegisterScalableTarget",)),
        ("autoscaling", "CreateAutoScalingGroup", ("autoscaling:CreateAutoScalingGroup",)),
        ("kms", "ReEncrypt", ("kms:ReEncryptFrom", "kms:ReEncryptTo")),
        ("apigateway", "GetRestApis", ("apigateway:GET",)),
        ("apigateway", "TagResource", ("apigateway:POST", "apigateway:PUT")),
        ("apigateway", "CreatePortal", ("apigateway:CreatePortal",)),
        ("comprehendmedical", "DetectEntitiesV2", ("comprehendmedical:DetectEntitiesV2",)),
        ("sts", "GetCallerIdentity", ()),
        ("ec2", "NoSuchThing", None),
        ("nosuchservice", "GetThing", None),
    ],
)
def test_events_and_their_actions(service, name, expected):
    assert actions(service, name) == expected


@pytest.mark.parametrize("kind", ["AwsConsoleSignIn", "AwsServiceEvent"])
def test_what_is_no_call_needs_nothing(kind):
    assert actions("kms", "RotateKey", eventType=kind) == ()


@pytest.mark.parametrize(
    ("service", "name", "parameters", "further"),
    [
        ("s3", "GetObject", {"key": "k", "versionId": "3"}, "s3:GetObjectVersion"),
        ("sts", "AssumeRole", {"roleArn": EXEC, "tags": [{"key": "a", "value": "b"}]}, "sts:TagSession"),
        ("lambda", "CreateFunction20150331", {"functionName": "f", "role": EXEC}, "iam:PassRole"),
        ("ec2", "RunInstances", {"iamInstanceProfile": {"name": "web"}}, "iam:PassRole"),
        ("ec2", "RunInstances", {"tagSpecificationSet": {"items": [{"resourceType": "instance"}]}}, "ec2:CreateTags"),
    ],
)
def test_parameters_that_need_more(service, name, parameters, further):
    assert further in actions(service, name, parameters)


def test_the_version_of_an_object_takes_the_place_of_the_object():
    assert actions("s3", "GetObject", {"key": "k", "versionId": "3"}) == ("s3:GetObjectVersion",)


def test_a_source_identity_has_an_action_of_its_own():
    found = actions("sts", "AssumeRole", {"roleArn": EXEC, "sourceIdentity": "ann"})
    assert found == ("sts:AssumeRole", "sts:SetSourceIdentity")


def test_a_role_that_is_only_read_or_changed_is_not_passed():
    assert actions("iam", "GetRole", {"roleName": EXEC}) == ("iam:GetRole",)
    assert actions("ssm", "GetParameter", {"name": EXEC}) == ("ssm:GetParameter",)
    assert actions("sts", "AssumeRole", {"roleArn": EXEC}) == ("sts:AssumeRole",)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("s3.amazonaws.com", "s3"),
        ("s3.amazonaws.com.cn", "s3"),
        ("s3", "s3"),
        ("", None),
        (".amazonaws.com", None),
        ("evil.example.com", None),
    ],
)
def test_sources(source, expected):
    assert (prefixes(source)[:1] or (None,))[0] == expected
