"""IAM Identity Center: an instance with its permission sets, people, assignments and applications."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .entities import days_ago

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .entities import Document


_CREATED = days_ago(300)


def digits(*parts: str) -> str:
    """Sixteen hexadecimal digits, as AWS's ids of permission sets and instances have."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class PermissionSet:
    """A permission set. `accounts` are those it is provisioned to besides those of the assignments.

    `customer` are names of customer managed policies, `boundary` such a name or the ARN of an AWS managed policy,
    `outdated` the accounts that run an older version.
    """

    name: str
    managed: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    inline: Document | None = None
    boundary: str = ""
    session: str = "PT1H"
    accounts: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Person:
    """A user of the identity store."""

    name: str
    email: str = ""
    enabled: bool = True


@dataclass(frozen=True)
class Assignment:
    """A permission set given to a user or group, by name, in an account."""

    permission_set: str
    principal: str
    account: str
    to_user: bool = False


@dataclass(frozen=True)
class Application:
    """An application of `account`; with `open`, it lets in whoever can sign in."""

    name: str
    account: str
    open: bool = False


@dataclass(frozen=True)
class IdentityCenter:
    """An instance: the organization's where `owner` is the management account, else one of that account alone.

    `groups` maps names to names of members, `issuers` names of trusted token issuers to their addresses.
    """

    owner: str
    region: str = "us-east-1"
    permission_sets: tuple[PermissionSet, ...] = ()
    people: tuple[Person, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    applications: tuple[Application, ...] = ()
    issuers: Mapping[str, str] = field(default_factory=dict)
    created: datetime = _CREATED

    @property
    def id(self) -> str:
        return f"ssoins-{digits(self.owner, self.region)}"

    @property
    def arn(self) -> str:
        return f"arn:aws:sso:::instance/{self.id}"

    @property
    def store(self) -> str:
        """The id of the identity store."""
        return f"d-{digits(self.id)[:10]}"

    def id_of(self, principal: str) -> str:
        """The id of a user or group, by name."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.id}/{principal}"))

    def arn_of(self, permission_set: str) -> str:
        """The ARN of a permission set, by name."""
        return f"arn:aws:sso:::permissionSet/{self.id}/ps-{digits(self.id, permission_set)}"

    def accounts_of(self, permission_set: PermissionSet) -> list[str]:
        """The accounts that a permission set is provisioned to."""
        assigned = (each.account for each in self.assignments if each.permission_set == permission_set.name)
        return sorted({*permission_set.accounts, *permission_set.outdated, *assigned})
