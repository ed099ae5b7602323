"""CloudTrail's trails and stores. A trail that records many regions is asked about once, in its home region.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.aws.account import Account, Unseen

    Entries = Iterator[tuple[str, Any] | Unseen]

CALLER = "sts.caller_identity"
TRAILS = "cloudtrail.trails"


@collector(produces=TRAILS, calls=("cloudtrail:DescribeTrails", "cloudtrail:ListTrails"))
def trails(aws: Account) -> Entries:
    """Every trail that records something here, the organization's among them.

    One region shows the trails that are at home there, and all that record every region. The rest are those that
    ListTrails knows of besides; each is described at home.
    """
    described = _describe(aws)
    yield from described.items()
    listed = aws.pages("cloudtrail:ListTrails", "Trails")
    homes = {trail["HomeRegion"] for trail in listed if trail["TrailARN"] not in described}
    for region in sorted(homes):
        for arn, trail in _describe(aws.in_region(region)).items():
            if arn not in described:
                yield arn, trail


def _describe(aws: Account) -> dict[str, dict[str, Any]]:
    answer = aws.ask("cloudtrail:DescribeTrails", "trailList", includeShadowTrails=True)
    return {trail["TrailARN"]: trail for trail in answer["trailList"]}


@collector(produces="cloudtrail.status", calls=("cloudtrail:GetTrailStatus",), after=(TRAILS,))
def status(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Whether each trail is logging. Members may ask this about the organization's trail, too."""
    return _at_home(
        aws, seen.get(TRAILS, {}), lambda there, arn: there.ask("cloudtrail:GetTrailStatus", "IsLogging", Name=arn)
    )


@collector(produces="cloudtrail.event_selectors", calls=("cloudtrail:GetEventSelectors",), after=(CALLER, TRAILS))
def event_selectors(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """What each of the account's own trails records: AWS tells it to the trail's owner alone."""
    return _at_home(
        aws,
        own_trails(seen),
        lambda there, arn: there.ask("cloudtrail:GetEventSelectors", "TrailARN", TrailName=arn),
    )


def own_trails(seen: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The trails that belong to this account; all of them where it is not known which that is."""
    account = seen.get(CALLER, {}).get("Account")
    return {
        arn: trail for arn, trail in seen.get(TRAILS, {}).items() if account is None or arn.split(":")[4] == account
    }


def _at_home(aws: Account, trails: Mapping[str, Any], ask: Callable[[Account, str], dict[str, Any]]) -> Entries:
    """The answer about each trail, asked in its home region."""
    return aws.each(lambda arn: ask(aws.in_region(trails[arn]["HomeRegion"]), arn), sorted(trails))


@collector(
    produces="cloudtrail.event_data_stores",
    calls=("cloudtrail:GetEventDataStore", "cloudtrail:ListEventDataStores"),
    scope="region",
)
def event_data_stores(aws: Account) -> Entries:
    """Every event data store: the list says little more than that it is there."""
    listed = aws.pages("cloudtrail:ListEventDataStores", "EventDataStores")
    return aws.each(
        lambda arn: aws.ask("cloudtrail:GetEventDataStore", "EventDataStoreArn", EventDataStore=arn),
        sorted(store["EventDataStoreArn"] for store in listed),
    )
