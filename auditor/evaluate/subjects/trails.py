"""CloudTrail's trails and event data stores, the buckets that trails deliver to, and log groups."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.base import Field, Source
from auditor.evaluate.subjects.listed import Listed
from auditor.evaluate.subjects.recordings import DEFAULT, Recording, advanced, basic
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from auditor.evaluate.subjects.account import Account

RECORDERS_OF_EVENTS = (
    "cloudtrail.trails",
    "cloudtrail.status",
    "cloudtrail.event_selectors",
    "cloudtrail.event_data_stores",
)
"""The sections that tell which events are recorded."""

_SECTIONS = {
    "status": "cloudtrail.status",
    "selectors": "cloudtrail.event_selectors",
    "exposure": "cloudtrail.bucket_exposure",
    "logging": "cloudtrail.bucket_logging",
    "protection": "cloudtrail.bucket_protection",
}
"""Name of a source -> the section that holds it."""


class _Described(Listed):
    """An entry of one section that other sections tell more about."""

    def source(self, name: str) -> Source:
        """The `entry`, or what another section says about the same thing. Raises NotCollected."""
        if name == "entry":
            return self.entry
        source = self.account.entry(_SECTIONS[name], self.key)
        if source is None:
            raise NotCollected(Blind(f"{_SECTIONS[name]} does not tell of {self.name}"))
        return source

    @property
    def key(self) -> str:
        """Under which name the sections hold it."""
        return self.arn


class Trail(_Described):
    """A trail that records something in this account; `of_others` are the organization's, seen from a member."""

    type = "AWS::CloudTrail::Trail"
    noun = "trail"
    sections = ("cloudtrail.trails",)

    is_multi_region: Field[bool] = Field("entry", "is_multi_region_trail")
    is_organization_trail: Field[bool] = Field("entry")
    global_events: Field[bool] = Field("entry", "include_global_service_events")
    validates_log_files: Field[bool] = Field("entry", "log_file_validation_enabled")
    has_insights: Field[bool] = Field("entry", "has_insight_selectors")
    has_selectors: Field[bool | None] = Field("entry", "has_custom_event_selectors")
    kms_key_id: Field[str] = Field("entry")
    bucket: Field[str] = Field("entry", "s3_bucket_name")
    log_group: Field[str] = Field("entry", "cloud_watch_logs_log_group_arn")
    is_logging: Field[bool] = Field("status")
    delivery_error: Field[str] = Field("status", "latest_delivery_error")
    digest_error: Field[str] = Field("status", "latest_digest_delivery_error")
    logs_error: Field[str] = Field("status", "latest_cloud_watch_logs_delivery_error")
    logs_delivered: Field[datetime | None] = Field("status", "latest_cloud_watch_logs_delivery_time")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every trail that was seen."""
        for arn, entry in account.entries(cls.sections[0]):
            yield cls(account, arn, entry.model.name, entry)

    @property
    def owner(self) -> str:
        """The id of the account that the trail belongs to."""
        return self.arn.split(":")[4]

    @property
    def is_own(self) -> bool:
        """Whether it is this account's."""
        return self.owner == self.account.id

    def require_own(self) -> None:
        """Raise NotApplicable for another account's trail, which that account sees and changes."""
        if not self.is_own:
            raise NotApplicable(f"trail {self.name} belongs to account {self.owner}, which is to be asked")

    @property
    def recordings_are_hidden(self) -> bool:
        """Whether only the trail's owner is told what it records. Raises NotCollected."""
        if self.is_own:
            return False
        if self.has_selectors is None:
            raise NotCollected(Blind(f"AWS does not say whether trail {self.name} has event selectors"))
        return self.has_selectors

    @cached_property
    def recordings(self) -> tuple[Recording, ...]:
        """What the trail records; nothing where that is hidden. Raises NotCollected."""
        if not self.is_own:
            place = self.place("has_selectors")
            return () if self.recordings_are_hidden else (DEFAULT._replace(place=place),)
        source = self.source("selectors")
        return (
            *basic(source.model.event_selectors, f"{source.pointer}/EventSelectors"),
            *advanced(source.model.advanced_event_selectors, f"{source.pointer}/AdvancedEventSelectors"),
        )


class EventDataStore(Listed):
    """A store of CloudTrail Lake, which records events as a trail does."""

    type = "AWS::CloudTrail::EventDataStore"
    noun = "event data store"
    sections = ("cloudtrail.event_data_stores",)

    is_multi_region: Field[bool] = Field("entry", "multi_region_enabled")
    status: Field[str] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every store that was seen."""
        for arn, entry in account.entries(cls.sections[0]):
            yield cls(account, arn, entry.model.name, entry)

    @property
    def is_logging(self) -> bool:
        """Whether it takes events in."""
        return self.status == "ENABLED"

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """What it records."""
        return tuple(
            advanced(self.entry.model.advanced_event_selectors, f"{self.entry.pointer}/AdvancedEventSelectors")
        )


class TrailBucket(_Described):
    """A bucket that a trail of this account delivers to; another account's is to be judged there."""

    type = "AWS::S3::Bucket"
    noun = "bucket of a trail"
    sections = ("cloudtrail.buckets",)

    is_owned: Field[bool] = Field("entry", "owned")
    public_grants: Field[tuple[str, ...]] = Field("exposure")
    policy_is_public: Field[bool] = Field("exposure")
    ignores_public_acls: Field[bool] = Field("exposure", "ignore_public_acls")
    restricts_public_policy: Field[bool] = Field("exposure", "restrict_public_buckets")
    log_target: Field[str] = Field("logging", "target_bucket")
    mfa_delete: Field[str] = Field("protection")
    object_lock: Field[str] = Field("protection")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every bucket that trails deliver to."""
        for name, entry in account.entries(cls.sections[0]):
            yield cls(account, f"arn:{account.snapshot.partition}:s3:::{name}", name, entry)

    @property
    def key(self) -> str:
        """Its name."""
        return self.name

    @property
    def region(self) -> str:
        """Where it is."""
        return self.entry.model.region or "global"

    def require_own(self) -> None:
        """Raise NotApplicable for another account's bucket."""
        if not self.is_owned:
            raise NotApplicable(f"bucket {self.name} is not this account's: its owner is to be asked")


class LogGroup(Listed):
    """A group of logs in CloudWatch."""

    type = "AWS::Logs::LogGroup"
    noun = "log group"
    sections = ("logs.log_groups",)

    retention: Field[int | None] = Field("entry", "retention_in_days")
    log_class: Field[str] = Field("entry", "log_group_class")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every log group that was seen."""
        for arn, entry in account.entries(cls.sections[0]):
            yield cls(account, arn, entry.model.log_group_name, entry)


def shown_by(recordings: tuple[Recording, ...]) -> tuple[Place, ...]:
    """The selectors that prove what is recorded, each once."""
    return tuple(dict.fromkeys(recording.place for recording in recordings))
