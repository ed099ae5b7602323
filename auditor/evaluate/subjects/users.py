"""IAM users and their access keys."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject, Told, sift
from auditor.evaluate.subjects.certificates import mfa_devices
from auditor.evaluate.subjects.credential_report import ROOT, report_row
from auditor.evaluate.subjects.principals import Principal
from auditor.findings.model import Blind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.certificates import MFADevice
    from auditor.evaluate.subjects.principals import Grant
    from auditor.evaluate.subjects.root import Root
    from auditor.findings.model import Finding, Place
    from auditor.snapshot.iam import AccessKeyMetadata, PermissionsBoundary, Tag

_QUARANTINE = re.compile(r"arn:[a-z-]+:iam::aws:policy/AWSCompromisedKeyQuarantine(V[0-9]+)?")

CREDENTIALS = ("iam.credential_report", "iam.recent_users")
"""The sections that a user's `row` comes from."""


class User(Principal):
    """An IAM user: what it may do from the authorization details, its credentials from the credential report."""

    type = "AWS::IAM::User"
    noun = "IAM user"
    sections = ("iam.users",)
    section = "iam.users"

    created: Told[datetime] = Told("details", "create_date")
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
    certificate_1_changed: Field[datetime | None] = Field("row", "cert_1_last_rotated")
    certificate_2_changed: Field[datetime | None] = Field("row", "cert_2_last_rotated")

    @classmethod
    def all(cls, account: Account) -> Iterable[User]:
        """Every user that was seen. The account keeps them, so that no rule judges anew what another one judged."""
        return account.users

    @classmethod
    def listed(cls, account: Account) -> Iterator[User]:
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

    @cached_property
    def row(self) -> Source:
        """What the credential report says. Raises NotCollected."""
        return report_row(self.account, self.name)

    def source(self, name: str) -> Source:
        """`details` of the authorization details, or the `row` of the credential report. Raises NotCollected."""
        return self.details if name == "details" else self.row

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
    def quarantine_places(self) -> tuple[Place, ...]:
        """Where the policies are attached by which AWS quarantines leaked keys. Raises NotCollected."""
        return tuple(place for place in self.attached_places if _QUARANTINE.fullmatch(str(place.value)))

    @property
    def mfa_devices(self) -> tuple[MFADevice, ...] | None:
        """The user's MFA devices of every kind; None where they were not collected."""
        return mfa_devices(self.account, self.name)

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
        """Every access key of every user whose credentials were seen; `unlisted` tells of the others."""
        for user in account.users:
            with suppress(NotCollected):
                yield from user.keys

    @classmethod
    def unlisted(cls, account: Account) -> Iterable[Blind]:
        """Besides gaps in the sections: users whose credentials nothing tells of, though there is no gap."""
        _, unseen = sift(account.users, lambda user: bool(user.row))
        return dict.fromkeys((*super().unlisted(account), *unseen))

    def finding(
        self, message: str, *, at: str | Place | Iterable[str | Place] = (), discriminator: str = ""
    ) -> Finding:
        """A finding about this key. Both keys of a user stand under the user's ARN: the slot tells them apart."""
        return super().finding(message, at=at, discriminator=discriminator or f"key-{self.slot}")

    def source(self, name: str) -> Source:
        """The user's `row`. Raises NotCollected."""
        return self.user.source(name)

    @property
    def exists(self) -> bool:
        """Whether there is a key in this slot; an inactive one keeps its date of rotation."""
        return bool(self.active) or self.last_rotated is not None

    @property
    def made(self) -> datetime:
        """When the key was made, or last changed. Raises NotCollected where AWS does not say."""
        if self.last_rotated is None:
            raise NotCollected(Blind(f"AWS does not say when access key {self.slot} of {self.user.name} was made"))
        return self.last_rotated

    @property
    def age_days(self) -> int:
        """Whole days since the key was made, or last changed. Raises NotCollected where AWS does not say."""
        return self.account.age(self.made).days

    @property
    def label(self) -> str:
        """How sentences name the key: by its slot, and by its id where ids were collected."""
        words = f"access key {self.slot} of {self.user.name}"
        return f"{words} ({self.id})" if self.id else words

    @cached_property
    def id(self) -> str | None:
        """The key's id; None where ids were not collected, or cannot surely be matched with the report's keys."""
        if not isinstance(self.user, User) or self.last_rotated is None:
            return None
        listed: dict[str, tuple[AccessKeyMetadata, ...]] = self.account.optional("iam.access_keys") or {}
        keys = listed.get(self.user.name, ())
        made_then = [key for key in keys if key.create_date == self.last_rotated]
        if len(made_then) == 1:
            return made_then[0].access_key_id
        # A date of rotation moves when a key is changed. The report's keys stand in the order of their ids.
        slots = [key.slot for key in self.user.keys]
        if len(keys) != len(slots):
            return None
        candidate = sorted(keys, key=lambda key: key.access_key_id)[slots.index(self.slot)]
        younger = candidate.create_date is not None and candidate.create_date > self.last_rotated
        return None if younger else candidate.access_key_id
