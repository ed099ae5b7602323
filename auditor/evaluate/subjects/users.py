"""IAM users and their access keys."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from auditor.errors import NotCollected
from auditor.evaluate.subjects.account import ROOT, report_row
from auditor.evaluate.subjects.base import Field, Source, Subject
from auditor.evaluate.subjects.principals import Principal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from auditor.evaluate.subjects.account import Account, Root
    from auditor.evaluate.subjects.principals import Grant
    from auditor.findings.model import Blind
    from auditor.snapshot.iam import PermissionsBoundary, Tag

CREDENTIALS = ("iam.credential_report", "iam.recent_users")
"""The sections that a user's `row` comes from."""


class User(Principal):
    """An IAM user: what it may do from the authorization details, its credentials from the credential report."""

    type = "AWS::IAM::User"
    noun = "IAM user"
    sections = ("iam.users",)
    section = "iam.users"

    created: Field[datetime] = Field("details", "create_date")
    groups: Field[tuple[str, ...]] = Field("details", "group_list")
    tags: Field[tuple[Tag, ...]] = Field("details")
    boundary: Field[PermissionsBoundary | None] = Field("details", "permissions_boundary")
    password_enabled: Field[bool | None] = Field("row")
    password_last_used: Field[datetime | None] = Field("row")
    password_last_changed: Field[datetime | None] = Field("row")
    mfa_active: Field[bool | None] = Field("row")
    created_by_report: Field[datetime] = Field("row", "user_creation_time")
    certificate_1_active: Field[bool | None] = Field("row", "cert_1_active")
    certificate_2_active: Field[bool | None] = Field("row", "cert_2_active")

    @classmethod
    def all(cls, account: Account) -> Iterator[User]:
        """Every user of the authorization details; where those were not seen, of the credential report too.

        (With the details at hand, a user that only the report lists has been deleted since.)
        """
        account.touched.update(cls.sections)
        snapshot = account.snapshot
        details = snapshot.seen("iam.users")
        arns = {name: user.arn for name, user in details.items()}
        report = snapshot.seen("iam.credential_report")
        if report is not None and snapshot.blind("iam.users"):
            for name, row in report.rows.items():
                if name != ROOT:
                    arns.setdefault(name, row.arn)
        for name in sorted(arns):
            yield cls(account, arns[name], name)

    def source(self, name: str) -> Source:
        """`details` of the authorization details, or the `row` of the credential report. Raises NotCollected."""
        return self.details if name == "details" else report_row(self.account, self.name)

    @property
    def has_password(self) -> bool:
        """Whether the user can sign in to the console. Raises NotCollected."""
        return bool(self.password_enabled)

    @cached_property
    def keys(self) -> tuple[AccessKey, ...]:
        """The user's access keys, active or not. Raises NotCollected."""
        return AccessKey.of(self)

    @property
    def active_keys(self) -> tuple[AccessKey, ...]:
        """The user's active access keys. Raises NotCollected."""
        return tuple(key for key in self.keys if key.active)

    @property
    def grants(self) -> Iterator[Grant]:
        """The user's own policies, then those of its groups. Raises NotCollected, at the end, for unseen groups."""
        yield from self.own_grants
        unseen: list[Blind] = []
        for name in self.groups:
            try:
                group = self.account.group(name)
                yield from (grant._replace(via=name) for grant in group.own_grants)
            except NotCollected as error:
                unseen.extend(error.blind)
        if unseen:
            raise NotCollected(*unseen)


class AccessKey(Subject):
    """One of the two access keys that a user may have, as the credential report numbers them."""

    type = "AWS::IAM::AccessKey"
    noun = "access key"
    sections = ("iam.users", *CREDENTIALS)

    active: Field[bool | None] = Field("row", "access_key_{slot}_active")
    last_rotated: Field[datetime | None] = Field("row", "access_key_{slot}_last_rotated")
    last_used: Field[datetime | None] = Field("row", "access_key_{slot}_last_used_date")

    def __init__(self, user: User | Root, slot: int) -> None:
        super().__init__(user.account, user.arn, f"{user.name}/{slot}")
        self.user = user
        self.slot = slot

    @classmethod
    def of(cls, user: User | Root) -> tuple[AccessKey, ...]:
        """The keys that a user, or root, has. Raises NotCollected."""
        return tuple(key for key in (cls(user, 1), cls(user, 2)) if key.exists)

    @classmethod
    def all(cls, account: Account) -> Iterator[AccessKey]:
        """Every access key of every user whose credentials were seen."""
        for user in account.users:
            try:
                yield from user.keys
            except NotCollected:
                continue  # the engine reports the section's gap

    def source(self, name: str) -> Source:
        """The user's `row`. Raises NotCollected."""
        return self.user.source(name)

    @property
    def exists(self) -> bool:
        """Whether there is a key in this slot; an inactive one keeps its date of rotation."""
        return bool(self.active) or self.last_rotated is not None

    @property
    def age_days(self) -> int:
        """Whole days since the key was made, changed or rotated; 0 where AWS does not say."""
        return self.account.age(self.last_rotated).days if self.last_rotated else 0

    @property
    def id(self) -> str | None:
        """The key's id, where ids were collected: the report numbers keys by ascending id."""
        source = self.account.entry("iam.access_keys", self.user.name)
        ids = sorted(key.access_key_id for key in source.model) if source else []
        return ids[self.slot - 1] if len(ids) >= self.slot else None
