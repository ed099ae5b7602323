"""Resources that events show, as patterns for a Resource element."""

import pytest

from auditor.access.least_privilege.events import event_of
from auditor.access.least_privilege.resources import example, literal, partition_of, shown
from tests.access.least_privilege.records import ACCOUNT, REGION, record

HERE = f"{REGION}:{ACCOUNT}"
FUNCTION = f"arn:aws:lambda:{HERE}:function:f:PROD"
INSTANCES = {"instancesSet": {"items": [{"instanceId": "i-1"}]}}


def found(action, service, name, parameters=None, *arns, **more):
    listed = shown(event_of(record(service, name, parameters, *arns, **more)), action)
    return sorted(pattern for patterns in listed.values() for pattern in patterns)


@pytest.mark.parametrize(
    ("action", "parameters", "expected"),
    [
        ("s3:PutBucketPolicy", {"bucketName": "b"}, "arn:aws:s3:::b"),
        ("s3:PutObject", {"bucketName": "b", "key": "x/y"}, "arn:aws:s3:::b/x/y"),
        ("s3:PutObject", {"bucketName": "b", "key": "a*?$"}, "arn:aws:s3:::b/a${*}${?}${$}"),
        ("dynamodb:PutItem", {"tableName": "T"}, f"arn:aws:dynamodb:{HERE}:table/T"),
        ("sqs:SendMessage", {"queueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"}, f"arn:aws:sqs:{HERE}:q"),
        ("ssm:GetParameter", {"name": "/app/key"}, f"arn:aws:ssm:{HERE}:parameter/app/key"),
        ("secretsmanager:GetSecretValue", {"secretId": "db"}, f"arn:aws:secretsmanager:{HERE}:secret:db-??????"),
        ("kms:Decrypt", {"keyId": "1234"}, f"arn:aws:kms:{HERE}:key/1234"),
        ("logs:FilterLogEvents", {"logGroupName": "/g"}, f"arn:aws:logs:{HERE}:log-group:/g:*"),
        ("ecs:UpdateService", {"cluster": "c", "service": "s"}, f"arn:aws:ecs:{HERE}:service/c/s"),
        (
            "ecs:UpdateService",
            {"cluster": f"arn:aws:ecs:{HERE}:cluster/c", "service": "s"},
            f"arn:aws:ecs:{HERE}:service/c/s",
        ),
        ("cloudformation:DeleteStack", {"stackName": "s"}, f"arn:aws:cloudformation:{HERE}:stack/s/*"),
        ("iam:DeleteRole", {"roleName": "r"}, f"arn:aws:iam::{ACCOUNT}:role/r"),
        ("sts:AssumeRole", {"roleArn": "arn:aws:iam::444455556666:role/p/r"}, "arn:aws:iam::444455556666:role/p/r"),
        ("ec2:TerminateInstances", INSTANCES, f"arn:aws:ec2:{HERE}:instance/i-1"),
        ("lambda:InvokeFunction", {"functionName": FUNCTION}, FUNCTION),
    ],
)
def test_resources_in_the_parameters(action, parameters, expected):
    service, name = action.split(":")
    assert found(action, service, name, parameters) == [expected]


def test_several_of_one_type():
    items = [{"instanceId": "i-2"}, {"instanceId": "i-1"}]
    assert found("ec2:StopInstances", "ec2", "StopInstances", {"instancesSet": {"items": items}}) == [
        f"arn:aws:ec2:{HERE}:instance/i-1",
        f"arn:aws:ec2:{HERE}:instance/i-2",
    ]


def test_arns_in_the_record_come_before_names_among_the_parameters():
    arn = "arn:aws:dynamodb:us-east-1:444455556666:table/T"
    assert found("dynamodb:PutItem", "dynamodb", "PutItem", {"tableName": "T"}, arn) == [arn]


def test_of_the_listed_resources_each_goes_to_its_type():
    arns = ("arn:aws:s3:::b", "arn:aws:s3:::b/k")
    assert found("s3:GetObject", "s3", "GetObject", None, *arns) == ["arn:aws:s3:::b/k"]
    assert found("s3:ListBucket", "s3", "ListObjects", None, *arns) == ["arn:aws:s3:::b"]


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        {"keyId": "alias/app"},
        {"keyId": "arn:aws:s3:::b"},
        {"keyId": ""},
    ],
)
def test_what_is_no_name_of_a_resource_shows_none(parameters):
    assert found("kms:Decrypt", "kms", "Decrypt", parameters) == []


def test_a_resource_with_two_names_is_shown_by_both_alone():
    assert found("ecs:UpdateService", "ecs", "UpdateService", {"service": "s"}) == []
    many = {"cluster": ["a", "b"], "service": ["c", "d"]}
    assert found("ecs:UpdateService", "ecs", "UpdateService", many) == []


def test_what_a_request_makes_is_not_taken_from_its_response():
    made = {"instancesSet": {"items": [{"instanceId": "i-new", "imageId": "ami-1"}]}}
    arn = f"arn:aws:ec2:{HERE}:launch-template/lt-1"
    listed = found("ec2:RunInstances", "ec2", "RunInstances", {}, responseElements={**made, "used": arn})
    assert listed == [arn]


def test_the_source_of_a_copy():
    parameters = {"bucketName": "to", "key": "new", "x-amz-copy-source": "/from/a%20b?versionId=7"}
    assert found("s3:GetObject", "s3", "CopyObject", parameters, "arn:aws:s3:::to/new") == ["arn:aws:s3:::from/a b"]
    assert found("s3:PutObject", "s3", "CopyObject", parameters) == ["arn:aws:s3:::to/new"]


def test_roles_that_are_passed():
    role = f"arn:aws:iam::{ACCOUNT}:role/exec"
    parameters = {"functionName": "f", "role": role}
    assert found("iam:PassRole", "lambda", "CreateFunction20150331", parameters) == [role]


def test_an_undocumented_action_has_no_known_resources():
    assert found("ec2:NoSuchThing", "ec2", "NoSuchThing", {"instanceId": "i-1"}) == []


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("", "aws")],
)
def test_partitions(region, partition):
    assert partition_of(region) == partition
    arns = found("s3:PutBucketPolicy", "s3", "PutBucketPolicy", {"bucketName": "b"}, awsRegion=region)
    assert arns == [f"arn:{partition}:s3:::b"]


@pytest.mark.parametrize("text", ["plain", "a*b?c$d", "${*}", "$"])
def test_a_text_is_what_its_literal_means(text):
    assert example(literal(text)) == text
    assert example("a*-??") == "ax-xx"
