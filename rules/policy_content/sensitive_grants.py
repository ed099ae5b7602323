"""Actions that lead further than they seem to, allowed with every resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.api import OwnPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_LEAST = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
_TAGS = ("iam", "permissions", "least-privilege")

BULK_READS: Final = (
    *("s3:GetObject", "s3:GetObjectVersion", "dynamodb:Scan", "dynamodb:BatchGetItem"),
    *("dynamodb:ExportTableToPointInTime", "ebs:GetSnapshotBlock", "rds:StartExportTask", "rds:CopyDBSnapshot"),
    *("rds-data:ExecuteStatement", "kinesis:GetRecords", "sqs:ReceiveMessage", "codecommit:GitPull"),
    *("secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
)
"""Actions that hand out what is stored, whole tables, objects, disks and secrets of it."""

CREDENTIALS: Final = (
    *("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    *("iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential"),
    *("ec2:GetPasswordData", "lightsail:GetInstanceAccessDetails"),
    *("lightsail:GetRelationalDatabaseMasterUserPassword", "mediapackage:RotateIngestEndpointCredentials"),
    *("rds-db:connect", "redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM"),
    *("redshift-serverless:GetCredentials", "secretsmanager:GetSecretValue"),
)
"""Actions whose answer is a credential of somebody else's, or that sign in as somebody else."""


@rule(
    "policy-passrole-star",
    severity="high",
    over=OwnPolicy,
    claims=("S41",),
    tags=(*_TAGS, "privilege-escalation"),
    title="Policy allows passing every role to any service",
    fix="Name the roles in Resource, and the service that they are for in iam:PassedToService.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
)
def policy_passrole_star(policy: OwnPolicy) -> Iterator[Finding]:
    """Whoever may pass a role to a service acts through that service with all that the role may do.

    The question is whether the document allows it for a role that it does not name and a service that it does not
    name. A condition on iam:PassedToService that any service meets holds nothing back.
    """
    yield from policy.allowing("allows {actions} for every role and service", policy.broad(("iam:PassRole",)))


@rule(
    "policy-assume-role-star",
    severity="high",
    over=OwnPolicy,
    claims=("S41",),
    tags=(*_TAGS, "privilege-escalation"),
    title="Policy allows assuming every role",
    fix="Name the roles in Resource.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",
)
def policy_assume_role_star(policy: OwnPolicy) -> Iterator[Finding]:
    """Every role that trusts the account is open to whoever holds the policy, those made tomorrow as well.

    Roles of other accounts are too, where they trust this one.
    """
    yield from policy.allowing("allows {actions} for every role", policy.broad(("sts:AssumeRole",)))


@rule(
    "policy-resource-exposure",
    severity="high",
    over=OwnPolicy,
    claims=("S38",),
    tags=_TAGS,
    title="Policy allows changing the permissions of every resource",
    fix="Name the resources, or leave permissions to those who administer them.",
    docs=_LEAST,
)
def policy_resource_exposure(policy: OwnPolicy) -> Iterator[Finding]:
    """With such actions a resource is opened to other accounts or to the public: its policy is rewritten or shared.

    Judged are the actions whose access level AWS gives as permissions management, as far as they take resources.
    """
    found = policy.some_of_level("Permissions management")
    yield from policy.allowing("allows changing the permissions of every resource, such as by {actions}", found)


@rule(
    "policy-credentials-exposure",
    severity="high",
    over=OwnPolicy,
    claims=("S38",),
    tags=_TAGS,
    title="Policy allows actions that return credentials, with every resource",
    fix="Name the users, databases and secrets whose credentials are needed.",
    docs=_LEAST,
)
def policy_credentials_exposure(policy: OwnPolicy) -> Iterator[Finding]:
    """What these actions return lets one act as somebody else, and goes on working when the permission is gone.

    Meant are access keys, passwords, database sign-ins and secrets. Actions that only return credentials of the
    caller's own, such as sts:GetSessionToken, are not.
    """
    yield from policy.allowing("gives credentials of every resource by {actions}", policy.broad(CREDENTIALS))


@rule(
    "policy-data-exfiltration",
    severity="medium",
    over=OwnPolicy,
    claims=("S38",),
    tags=_TAGS,
    title="Policy allows reading data in bulk from every resource",
    fix="Name the buckets, tables, queues and secrets that the work takes.",
    docs=_LEAST,
)
def policy_data_exfiltration(policy: OwnPolicy) -> Iterator[Finding]:
    """One stolen session of such a principal takes all data of the account with it.

    Meant are actions that return stored data or copies of it: objects, tables, disks, streams and secrets.
    """
    yield from policy.allowing("lets data be read from every resource by {actions}", policy.broad(BULK_READS))
