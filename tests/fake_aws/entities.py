"""The entities of an account as plain, frozen data: users, roles, policies and what hangs on them.

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


_CREATED = days_ago(400)
_FOUNDED = days_ago(2000)


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
class ServiceUse:
    """The last use of a service by a user or role, and of those of its actions that IAM tracks."""

    service: str
    date: datetime
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class User:
    """An IAM user. `attached` and `boundary` are policy ARNs, `groups` are names."""

    name: str
    created: datetime = _CREATED
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
    accessed: tuple[ServiceUse, ...] = ()


@dataclass(frozen=True)
class Group:
    """An IAM group; who belongs to it stands at the users."""

    name: str
    created: datetime = _CREATED
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
    created: datetime = _CREATED
    path: str = "/"
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()
    boundary: str | None = None
    tags: Tags = field(default_factory=dict)
    description: str = ""
    max_session: int = 3600
    used: RoleUse | None = None
    instance_profiles: tuple[str, ...] = ()
    accessed: tuple[ServiceUse, ...] = ()


@dataclass(frozen=True)
class Root:
    """The root user. A member account of an organization may have no root credentials at all: `password` None."""

    created: datetime = _FOUNDED
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
    metadata: str
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
