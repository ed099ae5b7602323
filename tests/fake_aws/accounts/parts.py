"""Building blocks of accounts: documents, trusts, and the roles that AWS itself makes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..entities import Document, KeyUse, MFADevice, Role, RoleUse, SAMLProvider, days_ago
from .saml import EXPIRES_2036_11_17, metadata

if TYPE_CHECKING:
    from datetime import datetime

Statement = dict[str, Any]

SSO_PROVIDER = "AWSSSO_0a1b2c3d4e5f6789_DO_NOT_DELETE"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def aws(name: str, path: str = "/") -> str:
    """The ARN of an AWS managed policy."""
    return f"arn:aws:iam::aws:policy{path}{name}"


def document(*statements: Statement, version: str = "2012-10-17") -> Document:
    return {"Version": version, "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(
    principal: Any, *, action: str | list[str] = "sts:AssumeRole", condition: dict[str, Any] | None = None
) -> Document:
    """A trust policy of one statement."""
    statement: Statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return document(statement)


def external_id(value: str) -> dict[str, Any]:
    return {"StringEquals": {"sts:ExternalId": value}}


def with_mfa() -> dict[str, Any]:
    return {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def service_role(service: str, name: str, policy: str, *, created: datetime) -> Role:
    """A service-linked role, `service` like "support"."""
    return Role(
        name,
        trust({"Service": f"{service}.amazonaws.com"}),
        created=created,
        path=f"/aws-service-role/{service}.amazonaws.com/",
        attached=(aws(policy, "/aws-service-role/"),),
    )


def default_roles(created: datetime) -> tuple[Role, ...]:
    """The service-linked roles that every account has from its first minute."""
    return (
        service_role("support", "AWSServiceRoleForSupport", "AWSSupportServiceRolePolicy", created=created),
        service_role(
            "trustedadvisor", "AWSServiceRoleForTrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy", created=created
        ),
    )


def sso_role(
    account_id: str, permission_set: str, suffix: str, attached: tuple[str, ...], *, used_days_ago: float | None
) -> Role:
    """The role that Identity Center makes for a permission set; `suffix` is 16 hexadecimal digits."""
    provider = f"arn:aws:iam::{account_id}:saml-provider/{SSO_PROVIDER}"
    return Role(
        f"AWSReservedSSO_{permission_set}_{suffix}",
        trust(
            {"Federated": provider},
            action=["sts:AssumeRoleWithSAML", "sts:TagSession"],
            condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        ),
        path="/aws-reserved/sso.amazonaws.com/",
        attached=attached,
        max_session=43200,
        used=None if used_days_ago is None else RoleUse(days_ago(used_days_ago)),
    )


def key_use(days: float, service: str = "s3", region: str = "us-east-1") -> KeyUse:
    """A use so many days ago, at the quarter of an hour to which AWS rounds."""
    date = days_ago(days)
    return KeyUse(date - timedelta(minutes=date.minute % 15, seconds=date.second), service, region)


def virtual_mfa(account_id: str, name: str, days: float) -> MFADevice:
    """A virtual device, enabled so many days ago."""
    return MFADevice(f"arn:aws:iam::{account_id}:mfa/{name}", days_ago(days))


def security_key(account_id: str, user: str, label: str, days: float) -> MFADevice:
    """A FIDO security key or passkey of a user."""
    return MFADevice(f"arn:aws:iam::{account_id}:u2f/user/{user}/{label}-0A1B2C3D4E5F", days_ago(days))


def sso_provider(days: float) -> SAMLProvider:
    """The provider that Identity Center makes in an account, valid for a hundred years."""
    created = days_ago(days)
    valid_until = days_ago(-36500, before=created)
    document = metadata("portal.sso.us-east-1.amazonaws.com", EXPIRES_2036_11_17)
    return SAMLProvider(SSO_PROVIDER, created, valid_until, document)
