"""An account as the documentation asks for: it should give no finding above low."""

from __future__ import annotations

import functools

from ..entities import (
    NOW,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Password,
    PasswordPolicy,
    Role,
    RoleUse,
    Root,
    ServiceUse,
    User,
    days_ago,
)
from ..identity_center import IdentityCenter
from ..organization import Organization
from ..settings import AdvisorCheck, AlternateContact, Contact, Settings
from ..state import Account
from .audit_logs import KEPT_LOG_GROUPS, kept_analyzers, kept_config, kept_trails
from .machine_learning import closed_in
from .parts import (
    ADMINISTRATOR,
    allow,
    aws,
    default_roles,
    document,
    security_key,
    service_role,
    sso_provider,
    sso_role,
    trust,
)
from .resource_policies import closed

ID = "222233334444"
MANAGEMENT = "222200001111"
BREAK_GLASS = "break-glass"
"""The emergency user, to be declared in the configuration."""

_OWNED = {"owner": "platform-security", "purpose": "operations"}


@functools.cache
def well_kept() -> Account:
    """A member of an organization that manages root credentials centrally: root has none here.

    People come through Identity Center, as administrators or with less. One break-glass user remains, with two
    security keys and the password tried three weeks ago; nobody has an access key.
    """
    return Account(
        id=ID,
        name="well-kept",
        email="aws+well-kept@corp.example",
        aliases=("corp-well-kept",),
        root=Root(created=days_ago(900)),
        users=_users(),
        groups=(
            Group("Administrators", days_ago(890), attached=(ADMINISTRATOR, f"arn:aws:iam::{ID}:policy/require-mfa")),
        ),
        roles=_roles(),
        policies=_policies(),
        password_policy=PasswordPolicy(
            minimum_length=16,
            symbols=True,
            numbers=True,
            uppercase=True,
            lowercase=True,
            users_may_change=True,
            max_age=90,
            reuse_prevention=24,
        ),
        saml_providers=(sso_provider(890),),
        settings=settings(),
        organization=Organization(
            id="o-wellkept01",
            seat="member",
            management_id=MANAGEMENT,
            management_email="aws-management@corp.example",
            features=("RootCredentialsManagement", "RootSessions"),
            path="r-ab12/ou-ab12-workloads/",
        ),
        identity_center=IdentityCenter(MANAGEMENT, "eu-west-1"),
        sagemaker=closed_in(ID),
        access_analyzer=kept_analyzers(),
        cloudtrail=kept_trails(ID, MANAGEMENT),
        config=kept_config(),
        log_groups=KEPT_LOG_GROUPS,
        resource_policies=closed(ID, "o-wellkept01"),
        blocks_public_buckets=True,
        report_generated=days_ago(1 / 24),
        summary={"GlobalEndpointTokenVersion": 2},
    )


def settings() -> Settings:
    """Contacts that are teams, and eyes on the bill."""
    kinds = ("BILLING", "OPERATIONS", "SECURITY")
    return Settings(
        contact=Contact("Cloud Platform Team", "+49 30 5550 1234", "Example Allee 1", "Berlin", "10115", "DE", "Corp"),
        alternates=tuple(
            AlternateContact(kind, f"{kind.title()} Team", f"aws-{kind.lower()}@corp.example") for kind in kinds
        ),
        budgets=("monthly",),
        monitors=("services",),
        advisor=(AdvisorCheck("Pfx0RwqBli", "Amazon S3 Bucket Permissions"),),
    )


def _users() -> tuple[User, ...]:
    return (
        User(
            BREAK_GLASS,
            created=days_ago(880),
            groups=("Administrators",),
            password=Password(days_ago(880), changed=days_ago(21), used=days_ago(21)),
            mfa=(security_key(ID, BREAK_GLASS, "safe-1", 879), security_key(ID, BREAK_GLASS, "safe-2", 879)),
            tags=_OWNED,
        ),
    )


def _roles() -> tuple[Role, ...]:
    hub = f"arn:aws:iam::{MANAGEMENT}:role/security/auditor-hub"
    support = (aws("AWSSupportAccess"), aws("ViewOnlyAccess", "/job-function/"))
    return (
        *default_roles(days_ago(900)),
        service_role("sso", "AWSServiceRoleForSSO", "AWSSSOServiceRolePolicy", created=days_ago(890)),
        service_role(
            "organizations",
            "AWSServiceRoleForOrganizations",
            "AWSOrganizationsServiceTrustPolicy",
            created=days_ago(900),
        ),
        sso_role(ID, "AdministratorAccess", "0123456789abcdef", (ADMINISTRATOR,), used_days_ago=6),
        sso_role(ID, "ViewAndSupport", "fedcba9876543210", support, used_days_ago=1),
        Role(
            "SecurityAudit",
            trust({"AWS": hub}, condition={"StringEquals": {"aws:PrincipalOrgID": "o-wellkept01"}}),
            created=days_ago(880),
            attached=(aws("SecurityAudit"),),
            used=RoleUse(NOW),
            tags=_OWNED,
            description="assumed by the auditor",
        ),
        *(_of_machine_learning(task) for task in ("research", "forecast")),
        Role(
            "orders-api",
            trust({"Service": "lambda.amazonaws.com"}, condition={"StringEquals": {"aws:SourceAccount": ID}}),
            created=days_ago(300),
            attached=(f"arn:aws:iam::{ID}:policy/orders-api",),
            used=RoleUse(days_ago(0.1), "eu-west-1"),
            tags=_OWNED,
            accessed=(ServiceUse("dynamodb", days_ago(0.1)),),
        ),
    )


def _of_machine_learning(task: str) -> Role:
    """A role of SageMaker that reaches the bucket of one task."""
    bucket = f"arn:aws:s3:::corp-ml-{task}"
    return Role(
        f"ml-{task}",
        trust({"Service": "sagemaker.amazonaws.com"}, condition={"StringEquals": {"aws:SourceAccount": ID}}),
        created=days_ago(300),
        inline=(
            InlinePolicy(
                "data", document(allow(["s3:GetObject", "s3:PutObject"], f"{bucket}/*"), allow("s3:ListBucket", bucket))
            ),
        ),
        used=RoleUse(days_ago(1), "eu-west-1"),
        tags=_OWNED,
    )


def _policies() -> tuple[ManagedPolicy, ...]:
    table = f"arn:aws:dynamodb:eu-west-1:{ID}:table/orders"
    logs = f"arn:aws:logs:eu-west-1:{ID}:log-group:/aws/lambda/orders-api:*"
    without_mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    enrolment = ["iam:ChangePassword", "iam:GetUser", "iam:ListMFADevices", "sts:GetSessionToken"]
    guard: dict[str, object] = {"Sid": "DenyWithoutMFA", "Effect": "Deny", "NotAction": enrolment, "Resource": "*"}
    return (
        ManagedPolicy.of(
            "orders-api",
            document(
                allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"], table),
                allow(["logs:CreateLogStream", "logs:PutLogEvents"], logs),
            ),
            created=days_ago(300),
            tags=_OWNED,
        ),
        ManagedPolicy.of(
            "require-mfa", document(guard | {"Condition": without_mfa}), created=days_ago(880), tags=_OWNED
        ),
    )
