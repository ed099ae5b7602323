"""AWS Config's recorders: at most one that customers manage in each region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source
from auditor.evaluate.subjects.listed import Listed
from auditor.findings.model import Blind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.config import DeliveryInfo, RecordingGroup

IAM_TYPES = frozenset({"AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"})
"""The global types that Config records in the regions where it is told to."""

_SECTIONS = {"status": "config.recorder_status", "delivery": "config.delivery_status"}


class ConfigRecorder(Listed):
    """The recorder of a region."""

    type = "AWS::Config::ConfigurationRecorder"
    noun = "configuration recorder"
    sections = ("config.recorders",)

    role: Field[str] = Field("entry", "role_arn")
    group: Field[RecordingGroup] = Field("entry", "recording_group")
    is_recording: Field[bool] = Field("status", "recording")
    last_status: Field[str] = Field("status")
    last_error: Field[str] = Field("status", "last_error_code")
    snapshot_delivery: Field[DeliveryInfo] = Field("delivery", "config_snapshot_delivery_info")
    history_delivery: Field[DeliveryInfo] = Field("delivery", "config_history_delivery_info")
    stream_delivery: Field[DeliveryInfo] = Field("delivery", "config_stream_delivery_info")

    def __init__(self, account: Account, region: str, entry: Source) -> None:
        self.home = region
        name = entry.model.name
        arn = f"arn:{account.snapshot.partition}:config:{region}:{account.id}:configuration-recorder/{name}"
        super().__init__(account, arn, f"{region}/{name}", entry)

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every recorder that was seen."""
        for region, entry in account.entries(cls.sections[0]):
            yield cls(account, region, entry)

    @property
    def has_channel(self) -> bool:
        """Whether the region has a delivery channel. Raises NotCollected."""
        return self.account.entry(_SECTIONS["delivery"], self.home) is not None

    def source(self, name: str) -> Source:
        """The `entry`, its `status`, or the `delivery` channel's. Raises NotCollected."""
        if name == "entry":
            return self.entry
        source = self.account.entry(_SECTIONS[name], self.home)
        if source is None:
            raise NotCollected(Blind(f"{_SECTIONS[name]} does not tell of {self.name}"))
        return source

    @property
    def left_out(self) -> frozenset[str] | None:
        """The types that the recorder leaves out; None where it names those that it records instead."""
        strategy = self.group.recording_strategy.use_only
        if self.group.all_supported or strategy == "ALL_SUPPORTED_RESOURCE_TYPES":
            return frozenset()
        if strategy == "EXCLUSION_BY_RESOURCE_TYPES":
            return frozenset(self.group.exclusion_by_resource_types.resource_types)
        return None

    @property
    def records_iam(self) -> bool:
        """Whether it records users, groups, roles and policies."""
        match self.left_out:
            case None:
                return frozenset(self.group.resource_types) >= IAM_TYPES
            case left_out if self.group.recording_strategy.use_only == "EXCLUSION_BY_RESOURCE_TYPES":
                return not left_out & IAM_TYPES
        return self.group.include_global_resource_types
