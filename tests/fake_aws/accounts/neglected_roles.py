"""The roles of `neglected()`."""

from __future__ import annotations

from ..entities import InlinePolicy, Role, RoleUse, days_ago
from .parts import ADMINISTRATOR, allow, aws, default_roles, document, external_id, sso_role, trust, with_mfa

PARTNER = "999988887777"


def roles(account_id: str) -> tuple[Role, ...]:
    """Roles for services, for strangers, for federated people, and those that AWS made."""
    return (
        *default_roles(days_ago(2190)),
        *_of_services(account_id),
        *_of_strangers(account_id),
        *_of_people(account_id),
    )


def _of_services(account_id: str) -> tuple[Role, ...]:
    return (
        Role(  # whoever may change the function is an administrator
            "lambda-everything",
            trust({"Service": "lambda.amazonaws.com"}),
            created=days_ago(900),
            attached=(f"arn:aws:iam::{account_id}:policy/everything",),
            used=RoleUse(days_ago(0.2), "eu-west-1"),
        ),
        Role(
            "web-server",
            trust({"Service": "ec2.amazonaws.com"}),
            created=days_ago(1400),
            inline=(InlinePolicy("assume", document(allow("sts:AssumeRole"))),),
            attached=(aws("AmazonEC2FullAccess"),),
            instance_profiles=("web-server",),
            used=RoleUse(days_ago(210)),
            description="front ends <img src=x onerror=alert(1)>",
        ),
        Role(
            "AmazonSageMaker-ExecutionRole-20260301T101010",
            trust({"Service": "sagemaker.amazonaws.com"}),
            created=days_ago(264),
            path="/service-role/",
            attached=(aws("AmazonSageMakerFullAccess"), f"arn:aws:iam::{account_id}:policy/sagemaker-domain"),
            used=RoleUse(days_ago(1), "us-west-2"),
        ),
        Role(  # a notebook that started as a quick experiment
            "notebook-admin",
            trust({"Service": "sagemaker.amazonaws.com"}),
            created=days_ago(230),
            attached=(ADMINISTRATOR,),
            used=RoleUse(days_ago(2), "us-west-2"),
        ),
        Role(
            "image-labels",
            trust({"Service": "sagemaker.amazonaws.com"}),
            created=days_ago(220),
            inline=(InlinePolicy("buckets", document(allow(["s3:GetObject", "s3:PutObject", "s3:ListBucket"]))),),
            used=RoleUse(days_ago(100), "us-west-2"),
        ),
        Role("old-analytics", trust({"Service": "glue.amazonaws.com"}), created=days_ago(1700)),
    )


def _of_strangers(account_id: str) -> tuple[Role, ...]:
    return (
        Role("open-door", trust({"AWS": "*"}), created=days_ago(700), attached=(aws("AmazonS3ReadOnlyAccess"),)),
        Role(
            "vendor-monitoring",
            trust({"AWS": f"arn:aws:iam::{PARTNER}:root"}),
            created=days_ago(800),
            attached=(aws("ReadOnlyAccess"),),
            used=RoleUse(days_ago(3)),
            tags={"vendor": "=HYPERLINK()"},
        ),
        Role(
            "vendor-backup",
            trust({"AWS": f"arn:aws:iam::{PARTNER}:root"}, condition=external_id("a1b2c3")),
            created=days_ago(400),
            attached=(ADMINISTRATOR,),
            max_session=43200,
            used=RoleUse(days_ago(12)),
        ),
        Role("gone", trust({"AWS": "AROAXMPLEDELETEDROLE1"}), created=days_ago(1000)),
        Role(
            "github-deploy",
            trust(
                {"Federated": f"arn:aws:iam::{account_id}:oidc-provider/token.actions.githubusercontent.com"},
                action="sts:AssumeRoleWithWebIdentity",
                condition={"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
            ),
            created=days_ago(500),
            attached=(aws("PowerUserAccess"),),
            used=RoleUse(days_ago(0.1)),
        ),
        Role(
            "github-preview",
            trust(
                {"Federated": f"arn:aws:iam::{account_id}:oidc-provider/token.actions.githubusercontent.com"},
                action="sts:AssumeRoleWithWebIdentity",
                condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:neglected*"}},
            ),
            created=days_ago(200),
            attached=(aws("AmazonS3ReadOnlyAccess"),),
            used=RoleUse(days_ago(2)),
        ),
    )


def _of_people(account_id: str) -> tuple[Role, ...]:
    here = f"arn:aws:iam::{account_id}:root"
    okta = {"Federated": f"arn:aws:iam::{account_id}:saml-provider/okta"}
    return (
        Role("okta-admin", trust(okta, action="sts:AssumeRoleWithSAML"), attached=(ADMINISTRATOR,)),
        sso_role(account_id, "AdministratorAccess", "9f86d081884c7d65", (ADMINISTRATOR,), used_days_ago=190),
        sso_role(
            account_id,
            "Developers",
            "84c7d659f86d0818",
            (aws("PowerUserAccess"), aws("AmazonS3FullAccess")),
            used_days_ago=None,
        ),
        Role("SecurityAudit", trust({"AWS": here}, condition=external_id("audit")), attached=(aws("SecurityAudit"),)),
        Role(  # its assumption needs MFA, and an external id: the one careful role of the account
            "OrganizationAccountAccessRole",
            trust({"AWS": here}, condition=external_id("careful") | with_mfa()),
            attached=(ADMINISTRATOR,),
            description="::error::left over from an organization",
        ),
    )
