"""CloudTrail: trails at home and their shadows in other regions, event data stores, and the event history."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from ..entities import days_ago
from ..operations import AWSError, Request, operation
from ..paging import cut_by_token
from ..recording import CloudTrail

if TYPE_CHECKING:
    from ..recording import Event, EventDataStore, Trail
    from ..state import Account

_NOTHING = CloudTrail()
EVERYTHING = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]}
"""The selectors of a trail that was given none."""


@operation("cloudtrail", "ListTrails")
def list_trails(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Every trail of every region, by name and home."""
    page, more = cut_by_token(_of(account).trails, params, largest=100)
    return {
        "Trails": [{"TrailARN": _arn(account, trail), "Name": trail.name, "HomeRegion": trail.home} for trail in page],
        **more,
    }


@operation("cloudtrail", "DescribeTrails")
def describe_trails(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The region's trails and, unless told otherwise, the shadows of others that record it."""
    shadows = params.get("includeShadowTrails", True)
    shown = [
        trail
        for trail in _of(account).trails
        if (trail.home == request.region and trail.owner is None) or (shadows and _reaches(trail, request.region))
    ]
    return {"trailList": [_trail(account, trail) for trail in shown]}


@operation("cloudtrail", "GetTrailStatus")
def get_trail_status(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Whether a trail is logging, also the organization's, for members."""
    trail = _found(account, params["Name"], request)
    delivered = {"LatestDeliveryTime": days_ago(0.01)} if trail.logging else {"StopLoggingTime": days_ago(90)}
    error = {"LatestDeliveryError": trail.delivery_error} if trail.delivery_error else {}
    logs: dict[str, Any] = {}
    if trail.log_group and trail.logs_delivered_days_ago is not None:
        logs = {"LatestCloudWatchLogsDeliveryTime": days_ago(trail.logs_delivered_days_ago)}
    return {"IsLogging": trail.logging, **delivered, **error, **logs}


@operation("cloudtrail", "GetEventSelectors")
def get_event_selectors(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """What a trail records; members are not told of the organization's."""
    trail = _found(account, params["TrailName"], request)
    if trail.owner is not None:
        words = f"AccountID in ARN is wrong, you can only access resources with AccountID {account.id}."
        raise AWSError("CloudTrailARNInvalidException", words)
    return {"TrailARN": _arn(account, trail), **(trail.selectors or EVERYTHING)}


@operation("cloudtrail", "ListEventDataStores")
def list_event_data_stores(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The region's stores, by name and ARN."""
    stores = [store for store in _of(account).stores if store.region == request.region]
    page, more = cut_by_token(stores, params, largest=1000)
    return {"EventDataStores": [_identity(account, store) for store in page], **more}


@operation("cloudtrail", "GetEventDataStore")
def get_event_data_store(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """All that is known of a store."""
    for store in _of(account).stores:
        identity = _identity(account, store)
        if identity["EventDataStoreArn"] == params["EventDataStore"] and store.region == request.region:
            return {
                **identity,
                "Status": store.status,
                "MultiRegionEnabled": store.multi_region,
                "OrganizationEnabled": False,
                "RetentionPeriod": 366,
                "AdvancedEventSelectors": list(store.selectors),
            }
    raise AWSError("EventDataStoreNotFoundException", "The specified event data store was not found.")


@operation("cloudtrail", "LookupEvents")
def lookup_events(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The region's events of the last 90 days, the latest first, of one user name if it is asked for."""
    attributes = {each["AttributeKey"]: each["AttributeValue"] for each in params.get("LookupAttributes", ())}
    if len(attributes) > 1 or attributes.keys() - {"Username"}:
        raise AWSError("InvalidLookupAttributesException", "The lookup attribute is not supported here.")
    events = [
        event
        for event in _of(account).events
        if event.region == request.region
        and event.user == attributes.get("Username", event.user)
        and event.days_ago <= 90
    ]
    events.sort(key=lambda event: event.days_ago)
    page, more = cut_by_token(events, params, largest=50, binding=attributes)
    return {"Events": [_event(account, event) for event in page], **more}


def _of(account: Account) -> CloudTrail:
    return account.cloudtrail or _NOTHING


def _reaches(trail: Trail, region: str) -> bool:
    return trail.multi_region or (trail.owner is not None and trail.home == region)


def _found(account: Account, name: str, request: Request) -> Trail:
    """By ARN where it can be seen from the region, by name at home."""
    for trail in _of(account).trails:
        by_arn = name == _arn(account, trail) and (trail.home == request.region or _reaches(trail, request.region))
        if by_arn or (name == trail.name and trail.owner is None and trail.home == request.region):
            return trail
    raise AWSError("TrailNotFoundException", f"Unknown trail: {name} for the user: {account.id}")


def _arn(account: Account, trail: Trail) -> str:
    return f"arn:{account.partition}:cloudtrail:{trail.home}:{trail.owner or account.id}:trail/{trail.name}"


def _trail(account: Account, trail: Trail) -> dict[str, Any]:
    key = {"KmsKeyId": trail.kms_key} if trail.kms_key else {}
    logs = {"CloudWatchLogsLogGroupArn": trail.log_group} if trail.log_group else {}
    return {
        "Name": trail.name,
        "TrailARN": _arn(account, trail),
        "HomeRegion": trail.home,
        "S3BucketName": trail.bucket,
        "IsMultiRegionTrail": trail.multi_region,
        "IsOrganizationTrail": trail.organization,
        "IncludeGlobalServiceEvents": trail.global_events,
        "LogFileValidationEnabled": trail.validation,
        "HasCustomEventSelectors": trail.selectors is not None,
        "HasInsightSelectors": trail.insights,
        **key,
        **logs,
    }


def _identity(account: Account, store: EventDataStore) -> dict[str, Any]:
    arn = account.arn("cloudtrail", f"eventdatastore/{store.id}", region=store.region)
    return {"Name": store.name, "EventDataStoreArn": arn}


def _event(account: Account, event: Event) -> dict[str, Any]:
    moment = days_ago(event.days_ago, before=account.now)
    identity: dict[str, Any] = {"type": event.kind, "accountId": account.id}
    if event.kind == "IAMUser":
        identity["userName"] = event.user
    if event.key_id:
        identity["accessKeyId"] = event.key_id
    if event.invoked_by:
        identity["invokedBy"] = event.invoked_by
    id = str(uuid.uuid5(uuid.NAMESPACE_URL, repr(event)))
    record = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": event.source,
        "eventName": event.name,
        "awsRegion": event.region,
        "sourceIPAddress": event.address,
        "userAgent": event.agent,
        "requestParameters": None,
        "responseElements": {event.name: event.outcome} if event.mfa else None,
        "additionalEventData": {"MFAUsed": event.mfa} if event.mfa else None,
        "eventID": id,
        "readOnly": event.read_only,
        "eventType": event.type,
        "managementEvent": True,
        "recipientAccountId": account.id,
        "eventCategory": "Management",
    }
    return {
        "EventId": id,
        "EventName": event.name,
        "EventSource": event.source,
        "EventTime": moment.replace(microsecond=0),
        "ReadOnly": str(event.read_only).lower(),
        "Username": event.user,
        "CloudTrailEvent": json.dumps(record),
        **({"AccessKeyId": event.key_id} if event.key_id else {}),
    }
