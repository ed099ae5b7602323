"""Events that CloudTrail still knows of: 90 days of management events, at two requests a second in each region.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network
from itertools import islice
from typing import TYPE_CHECKING, Any

from auditor.collect.collector import collector
from auditor.snapshot.credential_report import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from auditor.aws.account import Account, Unseen

    Entries = Iterator[tuple[str, Any] | Unseen]

LOOKUP = "cloudtrail:LookupEvents"
PAGE = 50
MOST_ROOT_EVENTS = 1000
"""So many of root's events are read in a region, the latest ones."""

MOST_USERS = 50
"""The events of so many users are looked up."""

MOST_USER_EVENTS = 100
"""So many of a user's events are read in a region, the latest ones."""

_CLI = re.compile(r"\[?(aws-cli/[0-9]{1,4}(?:\.[0-9A-Za-z]{1,20}){0,4})")


@collector(produces="cloudtrail.root_events", calls=(LOOKUP,), scope="region")
def root_events(aws: Account) -> Entries:
    """What the root user did."""
    listed = list(islice(_events(aws, "root"), MOST_ROOT_EVENTS + 1))
    records = (json.loads(event["CloudTrailEvent"]) for event in listed[:MOST_ROOT_EVENTS])
    events = [_root_event(record) for record in records if record["userIdentity"].get("type") == "Root"]
    yield aws.region, {"Events": events, "More": len(listed) > MOST_ROOT_EVENTS}


def _events(aws: Account, user: str) -> Iterator[dict[str, Any]]:
    """Events of whoever has that name, the latest first; users and sessions of roles may share it."""
    attribute = {"AttributeKey": "Username", "AttributeValue": user}
    return aws.pages(LOOKUP, "Events", LookupAttributes=[attribute], MaxResults=PAGE)


def _root_event(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "EventId": record["eventID"],
        "EventTime": record["eventTime"],
        "EventSource": record["eventSource"],
        "EventName": record["eventName"],
        "EventType": record.get("eventType", ""),
        "ReadOnly": record.get("readOnly") or False,
        "ErrorCode": record.get("errorCode") or "",
        "InvokedBy": record["userIdentity"].get("invokedBy") or "",
        "MfaUsed": (record.get("additionalEventData") or {}).get("MFAUsed") or "",
        "Outcome": (record.get("responseElements") or {}).get("ConsoleLogin") or "",
    }


@collector(
    produces="cloudtrail.key_uses",
    calls=(LOOKUP,),
    after=("iam.credential_report", "iam.recent_users"),
    scope="region",
)
def key_uses(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """From where, and by which AWS CLI, the keys of users were used."""
    names = _with_active_key(seen)[:MOST_USERS]
    uses = [use for name in names for use in _uses(aws, name)]
    yield aws.region, {"LookedUp": names, "Uses": uses}


def _with_active_key(seen: Mapping[str, Any]) -> list[str]:
    report = seen.get("iam.credential_report")
    rows = {name: row.model_dump() for name, row in report.rows.items()} if report else {}
    rows |= seen.get("iam.recent_users", {})
    return sorted(
        name
        for name, row in rows.items()
        if name != ROOT and (row.get("access_key_1_active") or row.get("access_key_2_active"))
    )


def _uses(aws: Account, user: str) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str], tuple[int, datetime]] = {}
    for event in islice(_events(aws, user), MOST_USER_EVENTS):
        record = json.loads(event["CloudTrailEvent"])
        who = record["userIdentity"]
        network = _network(str(record.get("sourceIPAddress")))
        if who.get("type") != "IAMUser" or not str(who.get("accessKeyId")).startswith("AKIA") or not network:
            continue
        key = who["accessKeyId"], network, _client(str(record.get("userAgent")))
        count, last = found.get(key, (0, event["EventTime"]))
        found[key] = count + 1, max(last, event["EventTime"])
    return [
        {"UserName": user, "AccessKeyId": key, "Network": network, "Client": client, "Count": count, "Last": last}
        for (key, network, client), (count, last) in sorted(found.items())
    ]


def _network(address: str) -> str:
    """The network of an address, "private" for all that are not on the Internet; empty for AWS's own services."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if parsed.is_private:
        return "private"
    return str(ip_network(f"{address}/{24 if parsed.version == 4 else 48}", strict=False))


def _client(agent: str) -> str:
    match = _CLI.match(agent)
    return match[1] if match else ""
