"""The groups and the managed policies of `neglected()`."""

from __future__ import annotations

from ..entities import Group, InlinePolicy, ManagedPolicy, PolicyVersion, days_ago
from .parts import ADMINISTRATOR, allow, aws, deny, document


def groups(account_id: str) -> tuple[Group, ...]:
    """Administrators; developers with an inline policy; one without members; one that a Deny hopes to protect."""
    developers = document(
        allow(["s3:*", "lambda:*", "logs:*"]),
        allow("iam:PassRole"),
        allow(["kms:Decrypt", "secretsmanager:GetSecretValue"], Sid="SecretsOfEverybody"),
    )
    return (
        Group("Administrators", attached=(ADMINISTRATOR,)),
        Group("Developers", inline=(InlinePolicy("developers", developers),), attached=(aws("IAMReadOnlyAccess"),)),
        Group("Interns", created=days_ago(1000), attached=(aws("ReadOnlyAccess"),)),
        Group("Protected", attached=(f"arn:aws:iam::{account_id}:policy/protect-members",)),
    )


def policies(account_id: str) -> tuple[ManagedPolicy, ...]:
    """Nine customer managed policies."""
    return (*_broad(), *_flawed(account_id), _deploy(), _contractor(account_id), _sagemaker())


def _broad() -> tuple[ManagedPolicy, ...]:
    full = document(allow("*"))
    return (
        ManagedPolicy.of("everything", full, description='Ask "Bob" | <b>before</b> you touch this'),
        ManagedPolicy.of("everything-spare", full),
        ManagedPolicy.of(
            "helpdesk",
            document(
                allow(["iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:PutUserPolicy", "iam:CreateAccessKey"]),
                allow(["iam:DeactivateMFADevice", "iam:List*", "iam:Get*"]),
            ),
            created=days_ago(500),
        ),
    )


def _flawed(account_id: str) -> tuple[ManagedPolicy, ...]:
    """Policies that don't do what their authors hoped; the last as text, to keep its escapes."""
    members = f"arn:aws:iam::{account_id}:group/Protected"
    text = (
        '{"Version":"2008-10-17","Statement":[{"Sid":"=HYPERLINK(\\"http://x\\")","Effect":"Allow",'
        '"Action":"lookoutvision:*","Resource":"*"},'
        '{"Sid":"\\u001b[2J\\u001b[31m::warning::|","Effect":"Allow","Action":["s3:GetObjekt","S3:getobject"],'
        '"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEqualz":{"aws:nope":"x"}}}]}'
    )
    return (
        ManagedPolicy.of(
            "protect-members", document(allow("iam:List*"), deny(["iam:DeleteUser", "iam:Delete*Policy"], members))
        ),
        ManagedPolicy.of(
            "all-but-iam",
            document({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}),
            description="\t=1+1",
        ),
        ManagedPolicy.of("retired", text, created=days_ago(1800)),
    )


def _deploy() -> ManagedPolicy:
    """Five versions, as many as IAM keeps; the default isn't the newest."""
    versions = tuple(
        PolicyVersion(
            f"v{number}",
            document(
                allow(["lambda:*", "cloudformation:*", "s3:*", "apigateway:*"][: number % 4 + 1]),
                allow("iam:PassRole", "arn:aws:iam::*:role/*"),
                allow(["iam:CreatePolicyVersion", "iam:AttachRolePolicy"]),
            ),
            days_ago(1000 - 50 * number),
        )
        for number in (9, 8, 7, 6, 4)
    )
    return ManagedPolicy("deploy", versions, default="v8", path="/teams/", tags={"team": "platform"})


def _contractor(account_id: str) -> ManagedPolicy:
    """A permissions boundary."""
    return ManagedPolicy.of(
        "contractor",
        document(allow(["s3:*", "lambda:*"], Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        path="/boundaries/",
        created=days_ago(85),
    )


def _sagemaker() -> ManagedPolicy:
    """The sample policy of the SageMaker guide, which people paste as it is."""
    resources = ["domain", "user-profile", "app", "flow-definition"]
    return ManagedPolicy.of(
        "sagemaker-domain",
        document(
            allow("sagemaker:*", [f"arn:aws:sagemaker:*:*:{resource}/*" for resource in resources]),
            allow(["iam:GetRole", "servicecatalog:*"], ["*"]),
        ),
        created=days_ago(240),
    )
