"""An account that nobody looked after: the demonstration, and the bad end of every scale."""

from __future__ import annotations

import functools

from ..entities import (
    AccessKey,
    OIDCProvider,
    Password,
    PasswordPolicy,
    Root,
    SAMLProvider,
    ServerCertificate,
    SigningCertificate,
    days_ago,
    unique_id,
)
from ..settings import AdvisorCheck, AlternateContact, Contact, Settings
from ..state import ENABLED_BY_DEFAULT, Account
from .audit_logs import (
    NEGLECTED_BUCKETS,
    NEGLECTED_LOG_GROUPS,
    neglected_analyzers,
    neglected_config,
    neglected_trails,
)
from .machine_learning import clicked_together
from .neglected_identity_center import identity_center
from .neglected_organization import organization
from .neglected_policies import groups, policies
from .neglected_roles import roles
from .neglected_users import users
from .parts import key_use, sso_provider
from .resource_policies import opened
from .saml import EXPIRES_2026_12_15, metadata

ID = "111122223333"
EMAIL = "someone@hotmail.example"


@functools.cache
def neglected() -> Account:
    """An account of six years with about every sin that IAM allows, from which a small organization is managed.

    The caller is `claire.admin`, an administrator with a long-term key.
    """
    return Account(
        id=ID,
        name="neglected",
        email=EMAIL,
        caller=f"arn:aws:iam::{ID}:user/claire.admin",
        root=_root(),
        users=users(ID),
        groups=groups(ID),
        roles=roles(ID),
        policies=policies(ID),
        unassigned_mfa=(f"arn:aws:iam::{ID}:mfa/never-finished",),
        password_policy=PasswordPolicy(minimum_length=6, lowercase=True, users_may_change=False),
        server_certificates=_certificates(),
        saml_providers=(
            SAMLProvider("okta", days_ago(1100), days_ago(-25), metadata("corp.okta.example", EXPIRES_2026_12_15)),
            sso_provider(300),
        ),
        oidc_providers=_oidc_providers(),
        regions=(*ENABLED_BY_DEFAULT, "af-south-1"),
        settings=_settings(),
        organization=organization(ID, EMAIL),
        identity_center=identity_center(ID),
        sagemaker=clicked_together(ID),
        access_analyzer=neglected_analyzers(ID),
        cloudtrail=neglected_trails(ID),
        config=neglected_config(),
        buckets=NEGLECTED_BUCKETS,
        log_groups=NEGLECTED_LOG_GROUPS,
        resource_policies=opened(ID),
    )


def _root() -> Root:
    """Root with an active key and a second one left inactive, both in the report; used yesterday, no MFA."""
    return Root(
        created=days_ago(2190),
        password=Password(created=days_ago(2190), used=days_ago(1)),
        keys=(
            AccessKey(unique_id("AKIA", ID, "root", "1"), days_ago(2100), used=key_use(1, "ec2", "eu-west-1")),
            AccessKey(unique_id("AKIA", ID, "root", "2"), days_ago(1500), active=False),
        ),
        certificates=(SigningCertificate("ROOTCERT7XMPLE2XMPLE3XMPLE4", days_ago(2000)),),
    )


def _settings() -> Settings:
    """Contacts that lead nowhere or to one person, no eye on the bill, and a server where there should be none."""
    return Settings(
        contact=Contact("Admin", "+1 555 000 0000", company=""),
        alternates=(
            AlternateContact("BILLING", "Some One", EMAIL),
            AlternateContact("OPERATIONS", "Some One", EMAIL),
        ),
        cost_explorer=False,
        advisor=(
            AdvisorCheck("Pfx0RwqBli", "Amazon S3 Bucket Permissions", status="error", flagged=2),
            AdvisorCheck("7DAFEmoDos", "MFA on Root Account", status="error", flagged=1),
            AdvisorCheck("1iG5NDGVre", "Security Groups - Unrestricted Access"),
            AdvisorCheck("Qch7DwouX1", "Low Utilization Amazon EC2 Instances", "cost_optimizing", "warning", 3),
        ),
        resources=(
            f"arn:aws:ec2:eu-west-1:{ID}:instance/i-0abc1234def567890",
            f"arn:aws:lambda:us-east-1:{ID}:function:aws-controltower-NotificationForwarder",
            f"arn:aws:lambda:eu-west-1:{ID}:function:nightly-report",
        ),
    )


def _certificates() -> tuple[ServerCertificate, ...]:
    return (
        ServerCertificate("shop.example.com", uploaded=days_ago(800), expires=days_ago(70)),
        ServerCertificate("api.example.com", uploaded=days_ago(350), expires=days_ago(-15)),
        ServerCertificate("cdn", uploaded=days_ago(30), expires=days_ago(-335), path="/cloudfront/"),
    )


def _oidc_providers() -> tuple[OIDCProvider, ...]:
    thumbprint = ("6938fd4d98bab03faadb97b34396831e3780aea1",)
    return (
        OIDCProvider("token.actions.githubusercontent.com", ("sts.amazonaws.com",), thumbprint, days_ago(500)),
        OIDCProvider("gitlab.example.com", ("https://gitlab.example.com",), thumbprint, days_ago(900)),
    )
