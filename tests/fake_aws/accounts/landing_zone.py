"""The management account of an organization as the documentation asks for it."""

from __future__ import annotations

import functools

from ..entities import Root, days_ago
from ..organization import MemberAccount, Organization, OrganizationPolicy, Unit
from ..state import Account
from .parts import default_roles, deny, document
from .well_kept import ID as MEMBER
from .well_kept import MANAGEMENT, settings

SECURITY = "222200002222"
SUSPENDED = Unit("ou-ab12-suspended", "Suspended")
SECURITY_UNIT = Unit("ou-ab12-security1", "Security")
WORKLOADS = Unit("ou-ab12-workloads", "Workloads")
DELEGATED = (
    "access-analyzer.amazonaws.com",
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "securityhub.amazonaws.com",
    "sso.amazonaws.com",
)


@functools.cache
def landing_zone() -> Account:
    """The account that manages the organization of the well kept one, with guardrails on every account.

    Nobody has a credential here that lasts, and nothing runs here. The delegated administrator and the trusted
    services are to be declared.
    """
    return Account(
        id=MANAGEMENT,
        name="management",
        email="aws-management@corp.example",
        root=Root(created=days_ago(900)),
        roles=default_roles(days_ago(900)),
        settings=settings(),
        organization=Organization(
            id="o-wellkept01",
            seat="management",
            management_id=MANAGEMENT,
            management_email="aws-management@corp.example",
            features=("RootCredentialsManagement", "RootSessions"),
            policy_types=(
                "AISERVICES_OPT_OUT_POLICY",
                "BACKUP_POLICY",
                "DECLARATIVE_POLICY_EC2",
                "RESOURCE_CONTROL_POLICY",
                "SERVICE_CONTROL_POLICY",
                "TAG_POLICY",
            ),
            units=(SECURITY_UNIT, SUSPENDED, WORKLOADS),
            accounts=(
                MemberAccount(MEMBER, "well-kept", "aws+well-kept@corp.example", WORKLOADS.path),
                MemberAccount(SECURITY, "security", "aws+security@corp.example", SECURITY_UNIT.path),
                MemberAccount("222200003333", "closed", "aws+closed@corp.example", SUSPENDED.path, "SUSPENDED"),
            ),
            policies=_policies(),
            delegated={SECURITY: DELEGATED},
            trusted=(*DELEGATED, "iam.amazonaws.com"),
            resource_policy=_delegation(),
        ),
        report_generated=days_ago(1 / 24),
        summary={"GlobalEndpointTokenVersion": 2},
    )


def _policies() -> tuple[OrganizationPolicy, ...]:
    root = ("r-ab12",)
    attached = {
        "guardrails": ("SERVICE_CONTROL_POLICY", _guardrails()),
        "regions": ("SERVICE_CONTROL_POLICY", _regions()),
        "own-principals": ("RESOURCE_CONTROL_POLICY", _own_principals()),
        "ec2-defaults": ("DECLARATIVE_POLICY_EC2", {"ec2_attributes": {"serial_console_access": {"status": "off"}}}),
        "ai-opt-out": (
            "AISERVICES_OPT_OUT_POLICY",
            {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}},
        ),
        "tags": ("TAG_POLICY", {"tags": {"owner": {"tag_key": {"@@assign": "owner"}}}}),
        "backup": ("BACKUP_POLICY", {"plans": {}}),
    }
    return tuple(
        OrganizationPolicy(f"p-kept{number:04}", name, kind, content, root)
        for number, (name, (kind, content)) in enumerate(attached.items())
    )


def _guardrails() -> dict[str, object]:
    team = {"ArnNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/platform-security"}}
    watching = [
        "cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "config:DeleteConfigurationRecorder",
        "config:StopConfigurationRecorder", "guardduty:DeleteDetector", "guardduty:Disassociate*",
        "securityhub:Disable*",
    ]  # fmt: skip
    return document(
        deny("organizations:LeaveOrganization", Sid="Stay"),
        deny(watching, Sid="KeepWatching", Condition=team),
        deny("*", Sid="NoRoot", Condition={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}),
    )


def _regions() -> dict[str, object]:
    return document(
        {
            "Sid": "OwnRegions",
            "Effect": "Deny",
            "NotAction": ["account:*", "budgets:*", "iam:*", "organizations:*", "sts:*", "support:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}},
        }
    )


def _own_principals() -> dict[str, object]:
    strangers = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-wellkept01"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    return document(deny(["s3:*", "sts:AssumeRole"], Principal="*", Condition=strangers))


def _delegation() -> dict[str, object]:
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{SECURITY}:root"},
            "Action": ["organizations:AttachPolicy", "organizations:CreatePolicy", "organizations:Describe*"],
            "Resource": "*",
        }
    )
