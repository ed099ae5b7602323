"""An organization as one of its accounts sees it: a tree of units, the accounts in it, and the policies on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .entities import days_ago

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from .entities import Document

_JOINED = days_ago(1000)

FULL_ACCESS: Document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
FULL_ACCESS_TO_RESOURCES: Document = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
}


@dataclass(frozen=True)
class Unit:
    """An organizational unit. `parent` is the path to it: "r-ab12/" for one under the root."""

    id: str
    name: str
    parent: str = "r-ab12/"

    @property
    def path(self) -> str:
        return f"{self.parent}{self.id}/"


@dataclass(frozen=True)
class MemberAccount:
    """An account that the server does not serve, but the organization lists. `path` leads to its parent."""

    id: str
    name: str
    email: str
    path: str = "r-ab12/"
    state: str = "ACTIVE"
    joined: datetime = _JOINED


@dataclass(frozen=True)
class OrganizationPolicy:
    """A policy of any type. `targets` are ids of the root, of units and of accounts."""

    id: str
    name: str
    type: str
    content: Document
    targets: tuple[str, ...] = ()
    aws: bool = False
    description: str = ""


@dataclass(frozen=True)
class Organization:
    """The organization as seen from one account.

    `seat` is what this account is in it: "management", "member", or "delegated" (delegated administrator of IAM).
    `path` leads to the parent of this account. `features` are the enabled features of centralized root access; None
    when trusted access for IAM is off. `policy_types` are those enabled on the root. AWS's own policies, which allow
    everything, come with their types, on everything, unless `full_access` names what the one for service control
    policies is left on. `delegated` maps ids of accounts to service principals, `trusted` are service principals with
    trusted access, `invalid` maps types of policy to the ids of accounts where their effective policy is invalid.
    """

    id: str
    seat: str
    management_id: str
    management_email: str
    features: tuple[str, ...] | None = None
    feature_set: str = "ALL"
    policy_types: tuple[str, ...] = ("SERVICE_CONTROL_POLICY",)
    path: str = "r-ab12/"
    joined: datetime = _JOINED
    units: tuple[Unit, ...] = ()
    accounts: tuple[MemberAccount, ...] = ()
    policies: tuple[OrganizationPolicy, ...] = ()
    full_access: tuple[str, ...] | None = None
    delegated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trusted: tuple[str, ...] = ()
    resource_policy: Document | None = None
    invalid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The id of the root."""
        return self.path.partition("/")[0]

    def all_policies(self, account_ids: tuple[str, ...]) -> Iterator[OrganizationPolicy]:
        """The organization's policies with AWS's own, which stand on the root, on all units and on those accounts."""
        everything = (self.root, *(unit.id for unit in self.units), *account_ids)
        left = everything if self.full_access is None else self.full_access
        kind = "SERVICE_CONTROL_POLICY"
        yield OrganizationPolicy("p-FullAWSAccess", "FullAWSAccess", kind, FULL_ACCESS, left, aws=True)
        kind, document = "RESOURCE_CONTROL_POLICY", FULL_ACCESS_TO_RESOURCES
        yield OrganizationPolicy("p-RCPFullAWSAccess", "RCPFullAWSAccess", kind, document, everything, aws=True)
        yield from self.policies
