"""What a document allows with resources that it does not name."""

import pytest

from auditor.access.broad import (
    UNNAMED,
    Home,
    allows_everything,
    as_told,
    broad,
    full_services,
    of_level,
    some_broad,
    unconditional,
)
from auditor.access.holdings import consenting
from auditor.access.wide import undenied
from auditor.policy import Answer, Policies, Policy, evaluate
from auditor.policy.actions import mask, names

HOME = Home("aws", "111122223333", "o-example", "2026-11-20T12:00:00+00:00")


def policy(*statements, version="2012-10-17"):
    return Policy.of({"Version": version, "Statement": list(statements)})


def allow(action, resource="*", **condition):
    return {
        "Effect": "Allow",
        "Action": action,
        "Resource": resource,
        **({"Condition": condition} if condition else {}),
    }


def deny(action, resource="*", **condition):
    return {**allow(action, resource, **condition), "Effect": "Deny"}


OPEN = [
    (allow("s3:GetObject"),),
    (allow("s3:Get*", "arn:aws:s3:::*"),),
    (allow("s3:GetObject", "arn:aws:s3:::*/*"),),
    ({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::secret/*"},),
    (allow("s3:GetObject"), deny("s3:GetObject", "arn:aws:s3:::secret/*")),
    (allow("s3:GetObject"), deny("s3:PutObject")),
    (allow("s3:GetObject"), deny("*", IpAddress={"aws:SourceIp": "198.51.100.0/24"})),
    (allow("s3:GetObject"), deny("*", Bool={"aws:SecureTransport": "false"})),
    (allow("s3:GetObject"), deny("*", StringNotEquals={"aws:RequestedRegion": "eu-west-1"})),
    (allow("s3:GetObject", StringEquals={"aws:PrincipalOrgID": "o-example"}),),
    (allow("s3:GetObject", StringEquals={"aws:ResourceAccount": "111122223333"}),),
    (allow("s3:GetObject", StringEqualsIfExists={"aws:ResourceTag/team": "a"}),),
    (allow("s3:GetObject", DateGreaterThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"}),),
]
OPEN += [
    (allow("s3:GetObject"), deny("*", StringNotEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}"})),
    (allow("s3:GetObject", StringEquals={"aws:ResourceOrgID": "o-example"}),),
    (allow("s3:GetObject", Bool={"aws:ViaAWSService": "false"}),),
    (allow("s3:GetObject", StringEquals={"s3:ResourceAccount": HOME.account}),),
]
HELD = [
    (allow("s3:GetObject", "arn:aws:s3:::own/*"),),
    (allow("s3:PutObject"),),
    (allow("s3:GetObject"), deny("s3:Get*")),
    (allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::*")),
    (allow("s3:GetObject"), {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::own/*"}),
    (allow("s3:GetObject"), deny("*", NotIpAddress={"aws:SourceIp": "198.51.100.0/24"})),
    (allow("s3:GetObject"), deny("*", BoolIfExists={"aws:MultiFactorAuthPresent": "false"})),
    (allow("s3:GetObject", IpAddress={"aws:SourceIp": "198.51.100.0/24"}),),
    (allow("s3:GetObject", StringEquals={"aws:PrincipalOrgID": "o-other"}),),
    (allow("s3:GetObject", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"}),),
]


@pytest.mark.parametrize("statements", OPEN)
def test_what_nothing_holds_back_is_proved_by_a_request(statements):
    document = policy(*statements)
    (found,) = broad(document, ("s3:GetObject",), HOME)
    assert found.statement.allow
    assert evaluate(found.request, Policies(identity=(document,))).answer is Answer.ALLOW
    assert some_broad(document, mask("s3:GetObject"), HOME, 3) == (found,)


@pytest.mark.parametrize("statements", HELD)
def test_what_something_holds_back(statements):
    document = policy(*statements)
    assert broad(document, ("s3:GetObject",), HOME) == ()
    assert some_broad(document, mask("s3:GetObject"), HOME, 3) == ()


def test_actions_that_aws_does_not_document_are_judged_as_well():
    document = policy(allow(["newservice:*", "s3:GetObject"]))
    found = broad(document, ("s3:GetObject", "newservice:DoIt"), HOME)
    assert [each.action for each in found] == ["s3:GetObject", "newservice:DoIt"]
    assert broad(policy(allow("newservice:*")), ("newservice:DoIt",), HOME)
    assert not broad(policy(allow("newservice:*")), ("otherservice:DoIt",), HOME)


def test_keys_and_roles_are_taken_to_leave_themselves_to_the_account():
    document = policy(allow(["kms:Decrypt", "sts:AssumeRole"]))
    found = broad(document, ("kms:Decrypt", "sts:AssumeRole"), HOME)
    assert [each.action for each in found] == ["kms:Decrypt", "sts:AssumeRole"]
    for each in found:
        consent = Policies(identity=(document,), resource=consenting(HOME.account))
        assert evaluate(each.request, consent).answer is Answer.ALLOW


def test_all_resources_of_one_region_are_all_resources():
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/{}"
    assert broad(policy(allow("dynamodb:BatchGetItem", arn.format("*"))), ("dynamodb:BatchGetItem",), HOME)
    assert not broad(policy(allow("dynamodb:BatchGetItem", arn.format("own-*"))), ("dynamodb:BatchGetItem",), HOME)


def test_the_partition_is_the_accounts():
    home = HOME._replace(partition="aws-cn", organization="")
    (found,) = broad(policy(allow("sqs:ReceiveMessage", "arn:aws-cn:sqs:*:*:*")), ("sqs:ReceiveMessage",), home)
    assert found.request.resource.startswith("arn:aws-cn:sqs:cn-north-1:111122223333:")
    assert not broad(policy(allow("sqs:ReceiveMessage", "arn:aws:sqs:*:*:*")), ("sqs:ReceiveMessage",), home)


@pytest.mark.parametrize(
    "statements",
    [
        (allow("*"),),
        (allow("*:*"),),
        ({"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"},),
        (allow("*"), deny("iam:PutUserPolicy")),
    ],
)
def test_everything(statements):
    assert allows_everything(policy(*statements), HOME)


@pytest.mark.parametrize(
    "statements",
    [
        (allow("iam:*"),),
        (allow("*", "arn:aws:s3:::*"),),
        (allow("*"), deny("iam:*")),
        (allow("*"), {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}),
        (allow("*", Bool={"aws:MultiFactorAuthPresent": "true"}),),
    ],
)
def test_less_than_everything(statements):
    assert allows_everything(policy(*statements), HOME) is None


def test_some_are_of_different_lots_and_no_more_than_asked_for():
    found = some_broad(policy(allow(["s3:*", "sqs:*"])), of_level("Write"), HOME, 3)
    assert len(found) == 3
    assert len({each.request.resource for each in found}) == 3


def test_a_level_has_only_actions_that_take_resources_unless_services_are_named():
    writes = of_level("Write")
    assert mask("ec2:TerminateInstances") & writes
    assert not mask("aws-marketplace:Subscribe") & writes
    assert not mask("ec2:DescribeInstances") & writes
    assert mask("kms:CreateKey") & of_level("Write", among=("kms",))
    assert {name.partition(":")[0] for name in names(of_level("Write", among=("kms",)))} == {"kms"}


def test_an_outright_denial_is_taken_away_and_a_narrow_one_is_not():
    document = policy(allow("s3:*"), deny("s3:Put*"), deny("s3:Get*", "arn:aws:s3:::own/*"))
    assert not mask("s3:PutObject") & undenied(document)
    assert mask("s3:GetObject") & undenied(document)


def test_what_is_allowed_with_the_resources_that_are_named():
    own = policy(allow("iam:CreateAccessKey", "arn:aws:iam::111122223333:user/${aws:username}"))
    (found,) = unconditional(own, mask("iam:*"), HOME, 3)
    assert found.action == "iam:CreateAccessKey"
    assert unconditional(own, 0, HOME, 3) == ()
    assert as_told(own, own.statements[0], "iam:DeleteUser", HOME) is None
    all_but = policy({"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*"})
    assert as_told(all_but, all_but.statements[0], UNNAMED, HOME)


def test_no_more_unconditional_actions_than_asked_for():
    assert len(unconditional(policy(allow("iam:*"), deny("s3:*")), mask("iam:*"), HOME, 2)) == 2


@pytest.mark.parametrize(
    ("statements", "position"),
    [
        ((allow("s3:*"), allow("sqs:*")), 0),
        ((allow("sqs:*"), allow("s3:*")), 1),
        ((allow("s3:Get*", "arn:aws:s3:::a"), allow("s3:*")), 1),
    ],
)
def test_what_one_statement_allows_is_blamed_on_it_in_each_policy(statements, position):
    found = dict(full_services(policy(*statements), HOME))["s3"].statement
    assert (found.index, found.path) == (position, ("Statement", position))


def test_services_that_two_statements_allow_together():
    reads = allow(["sqs:Get*", "sqs:List*", "sqs:Receive*"])
    rest = {"Effect": "Allow", "NotAction": ["sqs:Get*", "sqs:List*", "sqs:Receive*"], "Resource": "*"}
    assert "sqs" in dict(full_services(policy(reads, rest), HOME))
    assert "sqs" not in dict(full_services(policy(rest), HOME))


def test_a_denial_keeps_statements_from_being_judged_alone():
    held = policy(allow("sqs:*"), allow("s3:*"), deny("sqs:DeleteQueue"))
    assert [service for service, _ in full_services(held, HOME)] == ["s3"]


def test_statements_are_judged_together_in_each_region():
    images, others = "arn:aws:ec2:us-west-2::image/*", "arn:aws:ec2:{}:1*:*/*"
    west = [allow("ec2:RunInstances", images), allow("ec2:RunInstances", others.format("us-west-2"))]
    apart = [allow("ec2:RunInstances", images), allow("ec2:RunInstances", others.format("us-east-1"))]
    assert broad(policy(*west), ("ec2:RunInstances",), HOME)
    assert not broad(policy(*apart), ("ec2:RunInstances",), HOME)


def test_the_same_conditions_hold_alone_and_together():
    gate = allow("s3:GetObject", StringEquals={"aws:PrincipalTag/team": "a"}, NumericLessThan={"aws:x": 3})
    assert broad(policy(gate), ("s3:GetObject",), HOME) == ()
    found = broad(policy(gate, allow("s3:GetObject", Null={"aws:TokenIssueTime": True})), ("s3:GetObject",), HOME)
    assert [each.statement.index for each in found] == [1]
