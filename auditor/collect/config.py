"""AWS Config, region by region; one without a recorder takes one call.

https://docs.aws.amazon.com/config/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.collect.collector import SEAT, collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

    Entries = Iterator[tuple[str, dict[str, Any]]]

RECORDERS = "config.recorders"


@collector(produces=RECORDERS, calls=("config:DescribeConfigurationRecorders",), scope="region")
def recorders(aws: Account) -> Entries:
    """The recorder of the region, which is the only one that customers manage there."""
    return _only(aws, "config:DescribeConfigurationRecorders", "ConfigurationRecorders")


@collector(
    produces="config.recorder_status",
    calls=("config:DescribeConfigurationRecorderStatus",),
    after=(RECORDERS,),
    scope="region",
)
def recorder_status(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Whether the recorder is recording."""
    if aws.region in seen.get(RECORDERS, {}):
        yield from _only(aws, "config:DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus")


@collector(
    produces="config.delivery_status",
    calls=("config:DescribeDeliveryChannelStatus",),
    after=(RECORDERS,),
    scope="region",
)
def delivery_status(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """How what was recorded is delivered; nothing for a recorder without a delivery channel."""
    if aws.region in seen.get(RECORDERS, {}):
        yield from _only(aws, "config:DescribeDeliveryChannelStatus", "DeliveryChannelsStatus")


def _only(aws: Account, operation: str, member: str) -> Entries:
    for item in aws.ask(operation, member)[member][:1]:
        yield aws.region, item


@collector(
    produces="config.aggregators",
    calls=("config:DescribeConfigurationAggregators",),
    after=(SEAT,),
    scope="region",
)
def aggregators(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every aggregator, where the account is one that may collect from its organization."""
    if seen.get(SEAT, {}).get("Kind") in ("management", "delegated"):
        for aggregator in aws.pages("config:DescribeConfigurationAggregators", "ConfigurationAggregators"):
            yield aggregator["ConfigurationAggregatorArn"], aggregator
