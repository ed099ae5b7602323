"""The state of a fake AWS account: one tree of plain, frozen data.

Every answer of every operation is derived from this one description, so that the credential report, the
authorization details, the lists and the counts of the summary can't contradict each other. Where AWS itself
contradicts itself (a credential report that is four hours old), a field of `Account` says so.

Dates are absolute and normally written relative to `NOW`, the time at which every account stands still.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
"""The clock of every account that doesn't set its own."""

Document = Mapping[str, Any] | str
"""A policy document: a mapping, or the exact text where the text matters (spaces, duplicate keys, broken JSON)."""

Tags = Mapping[str, str]


def days_ago(days: float, *, before: datetime = NOW) -> datetime:
    """`before` minus so many days; negative days lie in the future."""
    return before - timedelta(days=days)


@functools.cache
def unique_id(prefix: str, *parts: str) -> str:
    """An id as IAM makes them ("AIDA..."), derived from `parts` so that it is the same in every run.

    21 characters for entities; 20 for access keys (prefix AKIA or ASIA), as in AWS.
    """
    length = 20 if prefix in {"AKIA", "ASIA"} else 21
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return prefix + base64.b32encode(digest).decode()[: length - len(prefix)]


@dataclass(frozen=True)
class KeyUse:
    """The last use of an access key. `region` is N/A where the service has none (S3 in the report)."""

    date: datetime
    service: str = "s3"
    region: str = "us-east-1"


@dataclass(frozen=True)
class AccessKey:
    """A long-term access key; `used` is None for a key that never signed a request."""

    id: str
    created: datetime
    active: bool = True
    used: KeyUse | None = None


@dataclass(frozen=True)
class Password:
    """A console password (an IAM login profile, or the root user's password).

    `changed` None means never since `created`. `used` None means no sign-in since AWS began to record.
    """

    created: datetime
    changed: datetime | None = None
    used: datetime | None = None
    reset_required: bool = False


@dataclass(frozen=True)
class MFADevice:
    """An MFA device; the serial says which kind.

    `arn:aws:iam::<account>:mfa/<name>` is virtual, `arn:aws:iam::<account>:u2f/user/<user>/<id>` is a FIDO security
    key or a passkey, anything else is the serial number of a hardware token.
    """

    serial: str
    enabled: datetime

    @property
    def virtual(self) -> bool:
        return ":mfa/" in self.serial


@dataclass(frozen=True)
class SSHKey:
    id: str
    uploaded: datetime
    active: bool = True


@dataclass(frozen=True)
class SigningCertificate:
    id: str
    uploaded: datetime
    active: bool = True


@dataclass(frozen=True)
class ServiceCredential:
    """A service-specific credential; `service` like "bedrock.amazonaws.com" or "codecommit.amazonaws.com"."""

    id: str
    service: str
    created: datetime
    active: bool = True
    expires: datetime | None = None


@dataclass(frozen=True)
class InlinePolicy:
    name: str
    document: Document


@dataclass(frozen=True)
class PolicyVersion:
    id: str
    document: Document
    created: datetime


@dataclass(frozen=True)
class ManagedPolicy:
    """A managed policy with all its versions, newest first. `aws` for one that AWS owns."""

    name: str
    versions: tuple[PolicyVersion, ...]
    default: str = "v1"
    path: str = "/"
    description: str = ""
    tags: Tags = field(default_factory=dict)
    aws: bool = False

    @classmethod
    def of(cls, name: str, document: Document, *, created: datetime | None = None, **fields: Any) -> ManagedPolicy:
        """A policy with the one version v1."""
        return cls(name, (PolicyVersion("v1", document, created or days_ago(400)),), **fields)

    @property
    def created(self) -> datetime:
        return min(version.created for version in self.versions)

    @property
    def updated(self) -> datetime:
        return max(version.created for version in self.versions)


@dataclass(frozen=True)
class User:
    """An IAM user. `attached` and `boundary` are policy ARNs, `groups` are names."""

    name: str
    created: datetime = days_ago(400)
    path: str = "/"
    groups: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()
    boundary: str | None = None
    tags: Tags = field(default_factory=dict)
    password: Password | None = None
    mfa: tuple[MFADevice, ...] = ()
    keys: tuple[AccessKey, ...] = ()
    ssh_keys: tuple[SSHKey, ...] = ()
    certificates: tuple[SigningCertificate, ...] = ()
    service_credentials: tuple[ServiceCredential, ...] = ()


@dataclass(frozen=True)
class Group:
    """An IAM group; who belongs to it stands at the users."""

    name: str
    created: datetime = days_ago(400)
    path: str = "/"
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()


@dataclass(frozen=True)
class RoleUse:
    date: datetime
    region: str = "us-east-1"


@dataclass(frozen=True)
class Role:
    """An IAM role. `trust` decides who may assume it here: see `services/sts.py`."""

    name: str
    trust: Document
    created: datetime = days_ago(400)
    path: str = "/"
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()
    boundary: str | None = None
    tags: Tags = field(default_factory=dict)
    description: str = ""
    max_session: int = 3600
    used: RoleUse | None = None
    instance_profiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Root:
    """The root user. A member account of an organization may have no root credentials at all: `password` None."""

    created: datetime = days_ago(2000)
    password: Password | None = None
    mfa: tuple[MFADevice, ...] = ()
    keys: tuple[AccessKey, ...] = ()
    certificates: tuple[SigningCertificate, ...] = ()


@dataclass(frozen=True)
class PasswordPolicy:
    """A custom password policy; the defaults are what UpdateAccountPasswordPolicy sets without parameters."""

    minimum_length: int = 6
    symbols: bool = False
    numbers: bool = False
    uppercase: bool = False
    lowercase: bool = False
    users_may_change: bool = False
    max_age: int | None = None
    reuse_prevention: int | None = None
    hard_expiry: bool = False


@dataclass(frozen=True)
class ServerCertificate:
    name: str
    uploaded: datetime
    expires: datetime
    path: str = "/"


@dataclass(frozen=True)
class SAMLProvider:
    name: str
    created: datetime
    valid_until: datetime
    metadata: str = "<EntityDescriptor/>"
    encryption: str | None = None
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class OIDCProvider:
    """An OpenID Connect provider; `url` without scheme, as IAM shows it."""

    url: str
    client_ids: tuple[str, ...]
    thumbprints: tuple[str, ...]
    created: datetime
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Organization:
    """The organization as seen from one account.

    `seat` is what this account is in it: "management", "member", or "delegated" (delegated administrator of IAM).
    `features` are the enabled features of centralized root access; None when trusted access for IAM is off.
    """

    id: str
    seat: str
    management_id: str
    management_email: str
    features: tuple[str, ...] | None = None
    feature_set: str = "ALL"
    path: str = "r-ab12/"
    joined: datetime = days_ago(1000)


@dataclass(frozen=True, eq=False)
class Account:
    """A whole account. Compared by identity: serialised answers are kept per account object.

    `caller` is the principal that the credentials of `FakeAWS.env` belong to. `summary` overrides keys of
    GetAccountSummary. `mfa_code` is the one code that every MFA device of the account shows.

    The credential report: cold, unless `report_generated` says when an earlier one was made. A cold one needs
    `report_polls` further polls (of either operation) after the first. `created_after_report` names users that the
    report doesn't have yet, `deleted_after_report` holds users that only the report still has. `report_capitals`
    gives TRUE and FALSE, `report_extra_column` the 23rd column: the forms that the manual describes.
    """

    id: str
    now: datetime = NOW
    partition: str = "aws"
    name: str = "fake"
    email: str = "aws@example.com"
    aliases: tuple[str, ...] = ()
    caller: str = ""
    root: Root = Root()
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[ManagedPolicy, ...] = ()
    unassigned_mfa: tuple[str, ...] = ()
    password_policy: PasswordPolicy | None = None
    server_certificates: tuple[ServerCertificate, ...] = ()
    saml_providers: tuple[SAMLProvider, ...] = ()
    oidc_providers: tuple[OIDCProvider, ...] = ()
    organization: Organization | None = None
    summary: Mapping[str, int] = field(default_factory=dict)
    mfa_code: str = "123456"
    report_polls: int = 1
    report_generated: datetime | None = None
    report_capitals: bool = False
    report_extra_column: bool = False
    created_after_report: frozenset[str] = frozenset()
    deleted_after_report: tuple[User, ...] = ()

    def __post_init__(self) -> None:
        if not self.caller:
            object.__setattr__(self, "caller", self.arn("sts", "assumed-role/SecurityAudit/auditor"))
        groups = {group.name for group in self.groups}
        unknown = {name for user in self.users for name in user.groups} - groups
        if unknown:
            raise ValueError(f"account {self.id}: users belong to groups that don't exist: {sorted(unknown)}")

    def arn(self, service: str, resource: str, *, region: str = "") -> str:
        """`arn:<partition>:<service>:<region>:<account>:<resource>`."""
        return f"arn:{self.partition}:{service}:{region}:{self.id}:{resource}"

    def arn_of(self, entity: User | Group | Role | ManagedPolicy | ServerCertificate) -> str:
        """The ARN of an IAM entity of this account."""
        kind = _KINDS[type(entity)]
        owner = "aws" if isinstance(entity, ManagedPolicy) and entity.aws else self.id
        return f"arn:{self.partition}:iam::{owner}:{kind}{entity.path}{entity.name}"

    @functools.cached_property
    def by_name(self) -> Mapping[tuple[type, str], Any]:
        """(type, lower-case name) -> entity: IAM's names are unique whatever their case."""
        entities = (*self.users, *self.groups, *self.roles, *self.server_certificates)
        return {(type(entity), entity.name.lower()): entity for entity in entities}


_KINDS: dict[type, str] = {
    User: "user",
    Group: "group",
    Role: "role",
    ManagedPolicy: "policy",
    ServerCertificate: "server-certificate",
}
