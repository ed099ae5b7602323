"""The state of a fake AWS account: one tree of plain, frozen data.

Every answer of every operation is derived from this one description, so that the credential report, the
authorization details, the lists and the counts of the summary can't contradict each other. Where AWS itself
contradicts itself (a credential report that is four hours old), a field of `Account` says so.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .entities import (
    NOW,
    Group,
    ManagedPolicy,
    OIDCProvider,
    PasswordPolicy,
    Role,
    Root,
    SAMLProvider,
    ServerCertificate,
    User,
)
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .analyzers import AccessAnalyzer
    from .identity_center import IdentityCenter
    from .organization import Organization
    from .recording import Bucket, CloudTrail, Config, LogGroup
    from .sagemaker import SageMaker

_ROOT_WITHOUT_CREDENTIALS = Root()
_NO_SETTINGS = Settings()

_KINDS: dict[type, str] = {
    User: "user",
    Group: "group",
    Role: "role",
    ManagedPolicy: "policy",
    ServerCertificate: "server-certificate",
}


ENABLED_BY_DEFAULT = (
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Account:
    """A whole account. Compared by identity: serialised answers are kept per account object.

    `regions` are those that are enabled: the ones that every account has, and opt-in regions. `caller` is the
    principal that the credentials of `FakeAWS.env` belong to. `summary` overrides keys of GetAccountSummary.
    `mfa_code` is the one code that every MFA device of the account shows.

    `resource_policies` are the policies of queues, topics, keys and the like by ARN, None for a resource without one;
    the ARN of a bucket gives one of `buckets` its policy, and that of a function need not stand in the settings.
    `blocks_public_buckets` is the account's own public access block.

    The credential report: cold, unless `report_generated` says when an earlier one was made. A cold one needs
    `report_polls` further polls (of either operation) after the first. `created_after_report` names users that the
    report doesn't have yet, `deleted_after_report` holds users that only the report still has. `report_capitals`
    gives TRUE and FALSE, `report_extra_column` the 23rd column: the forms that the manual describes. Nobody has written
    down what AWS does with a comma in a user's name: it is quoted as CSV wants it, or left bare with `report_unquoted`.

    `last_accessed_polls`: so often a last-accessed report is looked at before it is there.
    """

    id: str
    now: datetime = NOW
    partition: str = "aws"
    name: str = "fake"
    email: str = "aws@example.com"
    aliases: tuple[str, ...] = ()
    caller: str = ""
    root: Root = _ROOT_WITHOUT_CREDENTIALS
    regions: tuple[str, ...] = ENABLED_BY_DEFAULT
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[ManagedPolicy, ...] = ()
    unassigned_mfa: tuple[str, ...] = ()
    password_policy: PasswordPolicy | None = None
    server_certificates: tuple[ServerCertificate, ...] = ()
    saml_providers: tuple[SAMLProvider, ...] = ()
    oidc_providers: tuple[OIDCProvider, ...] = ()
    settings: Settings = _NO_SETTINGS
    organization: Organization | None = None
    identity_center: IdentityCenter | None = None
    sagemaker: SageMaker | None = None
    access_analyzer: AccessAnalyzer | None = None
    cloudtrail: CloudTrail | None = None
    config: Config | None = None
    buckets: tuple[Bucket, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()
    resource_policies: Mapping[str, str | None] = field(default_factory=dict)
    blocks_public_buckets: bool = False
    summary: Mapping[str, int] = field(default_factory=dict)
    mfa_code: str = "123456"
    report_polls: int = 1
    report_generated: datetime | None = None
    report_capitals: bool = False
    report_extra_column: bool = False
    report_unquoted: bool = False
    created_after_report: frozenset[str] = frozenset()
    deleted_after_report: tuple[User, ...] = ()
    last_accessed_polls: int = 0

    def __post_init__(self) -> None:
        if not self.caller:
            object.__setattr__(self, "caller", self.arn("sts", "assumed-role/SecurityAudit/auditor"))
        self._check_references()

    def _check_references(self) -> None:
        """ValueError for a group or a customer managed policy that is named but isn't there."""
        principals = (*self.users, *self.roles)
        groups = {name for user in self.users for name in user.groups}
        arns = {arn for entity in (*principals, *self.groups) for arn in entity.attached}
        arns |= {entity.boundary for entity in principals if entity.boundary}
        missing = groups - {group.name for group in self.groups}
        missing |= {arn for arn in arns if "::aws:" not in arn} - {self.arn_of(policy) for policy in self.policies}
        if missing:
            raise ValueError(f"account {self.id} names what it doesn't have: {sorted(missing)}")

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
