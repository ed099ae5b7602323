"""AWS Config in each region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import Request, operation
from ..paging import cut_by_token
from ..recording import Config

if TYPE_CHECKING:
    from ..recording import Aggregator, Recorder
    from ..state import Account

_NOTHING = Config()


@operation("config", "DescribeConfigurationRecorders")
def describe_configuration_recorders(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The region's customer managed recorder, if there is one."""
    return {
        "ConfigurationRecorders": [
            {
                "arn": _arn(account, recorder),
                "name": recorder.name,
                "roleARN": account.arn("iam", f"role/{recorder.role}"),
                "recordingGroup": recorder.group,
                "recordingScope": "PAID",
            }
            for recorder in _here(account, request)
        ]
    }


@operation("config", "DescribeConfigurationRecorderStatus")
def describe_configuration_recorder_status(
    account: Account, params: dict[str, Any], request: Request
) -> dict[str, Any]:
    """Whether it is recording."""
    return {
        "ConfigurationRecordersStatus": [
            {
                "arn": _arn(account, recorder),
                "name": recorder.name,
                "recording": recorder.recording,
                "lastStatus": recorder.status,
                **_error(recorder.status, "InternalError"),
            }
            for recorder in _here(account, request)
        ]
    }


@operation("config", "DescribeDeliveryChannelStatus")
def describe_delivery_channel_status(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """How the last deliveries went."""
    return {
        "DeliveryChannelsStatus": [
            {
                "name": recorder.name,
                "configSnapshotDeliveryInfo": {"lastStatus": "NOT_APPLICABLE"},
                "configHistoryDeliveryInfo": {
                    "lastStatus": recorder.delivery,
                    **_error(recorder.delivery, "NoSuchBucket"),
                },
                "configStreamDeliveryInfo": {"lastStatus": "NOT_APPLICABLE"},
            }
            for recorder in _here(account, request)
            if recorder.channel
        ]
    }


@operation("config", "DescribeConfigurationAggregators")
def describe_configuration_aggregators(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The region's aggregators."""
    aggregators = [each for each in _of(account).aggregators if each.region == request.region]
    page, more = cut_by_token(aggregators, {"NextToken": params.get("NextToken")}, largest=100)
    return {"ConfigurationAggregators": [_aggregator(account, each) for each in page], **more}


def _of(account: Account) -> Config:
    return account.config or _NOTHING


def _here(account: Account, request: Request) -> list[Recorder]:
    return [recorder for recorder in _of(account).recorders if recorder.region == request.region]


def _arn(account: Account, recorder: Recorder) -> str:
    return account.arn("config", f"configuration-recorder/{recorder.name}/abcdefghijklmnop", region=recorder.region)


def _error(status: str, code: str) -> dict[str, str]:
    return {"lastErrorCode": code, "lastErrorMessage": "Could not do it."} if status.casefold() == "failure" else {}


def _aggregator(account: Account, aggregator: Aggregator) -> dict[str, Any]:
    name = f"config-aggregator/config-aggregator-{aggregator.name}"
    role = account.arn("iam", "role/aws-service-role/organizations.amazonaws.com/Aggregator")
    sources: dict[str, Any] = {"AccountAggregationSources": [{"AccountIds": [account.id], "AllAwsRegions": True}]}
    if aggregator.organization:
        sources = {"OrganizationAggregationSource": {"RoleArn": role, "AllAwsRegions": aggregator.all_regions}}
    return {
        "ConfigurationAggregatorName": aggregator.name,
        "ConfigurationAggregatorArn": account.arn("config", name, region=aggregator.region),
        **sources,
    }
