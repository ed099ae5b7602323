"""AWS Config, as the snapshot holds it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, CamelModel, Model, Text


class ExclusionByResourceTypes(CamelModel):
    """Types that a recorder leaves out."""

    resource_types: tuple[Text, ...] = ()


class RecordingStrategy(CamelModel):
    """By which part of the recording group a recorder goes."""

    use_only: Text = ""


class RecordingGroup(CamelModel):
    """What a recorder records.

    https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html
    """

    all_supported: bool = False
    include_global_resource_types: bool = False
    resource_types: tuple[Text, ...] = ()
    exclusion_by_resource_types: ExclusionByResourceTypes = ExclusionByResourceTypes()
    recording_strategy: RecordingStrategy = RecordingStrategy()


class ConfigurationRecorder(CamelModel):
    """The customer managed recorder of a region: there is at most one.

    https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorder.html
    """

    name: Text
    role_arn: Annotated[Text, Field(alias="roleARN")] = ""
    recording_group: RecordingGroup = RecordingGroup()


class ConfigurationRecorderStatus(CamelModel):
    """Whether a recorder records, and how its latest recording ended: "Success", "Failure" ...

    https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorderStatus.html
    """

    recording: bool
    last_status: Text = ""
    last_error_code: Text = ""


class DeliveryInfo(CamelModel):
    """How the latest delivery of one kind ended."""

    last_status: Text = ""
    last_error_code: Text = ""


class DeliveryChannelStatus(CamelModel):
    """How the latest deliveries to a region's bucket and topic ended.

    https://docs.aws.amazon.com/config/latest/APIReference/API_DeliveryChannelStatus.html
    """

    name: Text = ""
    config_snapshot_delivery_info: DeliveryInfo = DeliveryInfo()
    config_history_delivery_info: DeliveryInfo = DeliveryInfo()
    config_stream_delivery_info: DeliveryInfo = DeliveryInfo()


class OrganizationAggregationSource(Model):
    """An aggregator's right to collect from all accounts of the organization."""

    role_arn: Text = ""
    all_aws_regions: bool = False


class ConfigurationAggregator(Model):
    """An aggregator. https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationAggregator.html"""

    configuration_aggregator_name: Text
    configuration_aggregator_arn: Text
    organization_aggregation_source: OrganizationAggregationSource | None = None


class Config(Model):
    """What AWS Config told: by region, aggregators by ARN."""

    model_config = OWN_NAMES

    recorders: dict[Text, ConfigurationRecorder] = Field(default_factory=dict)
    recorder_status: dict[Text, ConfigurationRecorderStatus] = Field(default_factory=dict)
    delivery_status: dict[Text, DeliveryChannelStatus] = Field(default_factory=dict)
    aggregators: dict[Text, ConfigurationAggregator] = Field(default_factory=dict)
