"""Which events CloudTrail records: management events, those of global services, of objects in S3, and insights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    DATA,
    MANAGEMENT,
    RECORDERS_OF_EVENTS,
    S3_OBJECT,
    Account,
    EventDataStore,
    NotApplicable,
    Place,
    Trail,
    certain,
    rule,
    shown_by,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.api import Finding, Recording

_TRAILS = "cloudtrail.trails"
_STATUS = "cloudtrail.status"
_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide"
_TAGS = ("cloudtrail", "logging")
_NOWHERE = Place("/cloudtrail/trails")


@rule(
    "cloudtrail-management-events-excluded",
    severity="medium",
    over=Trail,
    needs=("cloudtrail.event_selectors",),
    claims=("S47",),
    tags=_TAGS,
    title="Trail leaves management events out",
    fix="Record all management events, reads and writes, of all event sources, at least in one trail.",
    docs=f"{_GUIDE}/logging-management-events-with-cloudtrail.html",
    cli="aws cloudtrail put-event-selectors --trail-name TRAIL_ARN --event-selectors"
    ' \'[{"ReadWriteType": "All", "IncludeManagementEvents": true}]\'',
)
def cloudtrail_management_events_excluded(trail: Trail) -> Iterator[Finding]:
    """Reads show who looked around, KMS events who decrypted: both are what an investigation asks for first.

    They are left out to save money, since the first copy of management events is free and only more copies cost. A
    trail for data events alone records no management events by design, and is not asked. What one selector leaves out
    and another one records is recorded. Another account's trail is asked about there.
    """
    trail.require_own()
    management = tuple(recording for recording in trail.recordings if recording.category == MANAGEMENT)
    if not management:
        raise NotApplicable(f"trail {trail.name} records no management events")
    gaps = _left_out(management)
    if gaps:
        yield trail.finding(f"trail {trail.name} does not record {', '.join(gaps)}", at=shown_by(management))


def _left_out(management: tuple[Recording, ...]) -> tuple[str, ...]:
    """The management events that no selector records."""
    reads = [recording for recording in management if recording.reads and recording.whole]
    writes = [recording for recording in management if recording.writes and recording.whole]
    gaps = [words for words, kind in (("read events", reads), ("write events", writes)) if not kind]
    for kind in filter(None, (reads, writes)):
        gaps += sorted(frozenset.intersection(*(recording.left_out for recording in kind)))
    return tuple(dict.fromkeys(gaps))


@rule(
    "cloudtrail-global-events-missing",
    severity="medium",
    over=Account,
    needs=(_TRAILS, _STATUS),
    claims=("S47",),
    tags=_TAGS,
    title="No trail records the events of global services",
    fix="Make the trail multi-region, which includes global services, or turn them on for one trail of one region.",
    docs=f"{_GUIDE}/cloudtrail-concepts.html",
    cli="aws cloudtrail update-trail --name TRAIL_ARN --is-multi-region-trail --include-global-service-events",
)
def cloudtrail_global_events_missing(account: Account) -> Iterator[Finding]:
    """IAM, STS and CloudFront are global: who made a user or assumed a role is only in a trail that is told to look.

    A trail of all regions looks by itself. A trail that is not logging does not count, and the organization's trail
    counts for its members.
    """
    trails = certain(
        Trail.all(account),
        lambda trail: (trail.is_multi_region or trail.global_events) and trail.is_logging,
        account.snapshot.blind(_TRAILS),
    )
    if not trails:
        yield account.finding("no trail that is logging records the events of global services", at=_NOWHERE)


@rule(
    "cloudtrail-insights-missing",
    severity="low",
    over=Account,
    needs=(_TRAILS, _STATUS),
    tags=_TAGS,
    title="No trail looks for unusual activity",
    fix="Turn on Insights for call rates and error rates of one trail; AWS charges for the events analyzed.",
    docs=f"{_GUIDE}/logging-insights-events-with-cloudtrail.html",
    cli="aws cloudtrail put-insight-selectors --trail-name TRAIL_ARN --insight-selectors"
    ' \'[{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}]\'',
)
def cloudtrail_insights_missing(account: Account) -> Iterator[Finding]:
    """Insights learns how often which call is made, and speaks up when a thousand instances start at three at night.

    One trail that is logging is enough, also the organization's.
    """
    trails = certain(
        Trail.all(account), lambda trail: trail.has_insights and trail.is_logging, account.snapshot.blind(_TRAILS)
    )
    if not trails:
        yield account.finding("no trail that is logging has Insights", at=_NOWHERE)


@rule(
    "cloudtrail-s3-write-events-missing",
    severity="medium",
    over=Account,
    needs=RECORDERS_OF_EVENTS,
    tags=(*_TAGS, "s3"),
    title="Writes to objects in S3 are not recorded",
    fix="Record write data events of S3 objects for all buckets in a trail of all regions; AWS charges by event.",
    docs=f"{_GUIDE}/logging-data-events-with-cloudtrail.html",
    cli="aws cloudtrail put-event-selectors --trail-name TRAIL_ARN --advanced-event-selectors file://s3-writes.json",
)
def cloudtrail_s3_write_events_missing(account: Account) -> Iterator[Finding]:
    """Who overwrote or deleted an object is a data event, which no trail records unless it is told to.

    All buckets must be covered, also those to come, in all regions: by a trail that is logging, or by an event data
    store. What the organization's trail records only its owner is told, so where that is the hope of a member, the
    question goes there.
    """
    if not _recorded(account, lambda recording: recording.writes):
        yield account.finding("writes to objects are not recorded for all buckets in all regions", at=_NOWHERE)


@rule(
    "cloudtrail-s3-read-events-missing",
    severity="medium",
    over=Account,
    needs=RECORDERS_OF_EVENTS,
    tags=(*_TAGS, "s3"),
    title="Reads of objects in S3 are not recorded",
    fix="Record read data events of S3 objects for all buckets in a trail of all regions; AWS charges by event.",
    docs=f"{_GUIDE}/logging-data-events-with-cloudtrail.html",
    cli="aws cloudtrail put-event-selectors --trail-name TRAIL_ARN --advanced-event-selectors file://s3-reads.json",
)
def cloudtrail_s3_read_events_missing(account: Account) -> Iterator[Finding]:
    """After a leak the question is which objects were read, and only read data events answer it.

    All buckets must be covered, also those to come, in all regions: by a trail that is logging, or by an event data
    store. What the organization's trail records only its owner is told, so where that is the hope of a member, the
    question goes there.
    """
    if not _recorded(account, lambda recording: recording.reads):
        yield account.finding("reads of objects are not recorded for all buckets in all regions", at=_NOWHERE)


def _recorded(account: Account, wanted: Callable[[Recording], bool]) -> bool:
    """Whether the wanted data events of all objects are recorded in all regions. Raises NotCollected, NotApplicable."""
    trails = tuple(Trail.all(account))
    recorders: list[Trail | EventDataStore] = [*trails, *EventDataStore.all(account)]
    blind = (*account.snapshot.blind(_TRAILS), *account.snapshot.blind("cloudtrail.event_data_stores"))

    def records(recorder: Trail | EventDataStore) -> bool:
        return (
            recorder.is_multi_region
            and recorder.is_logging
            and any(_is_of_every_object(recording) and wanted(recording) for recording in recorder.recordings)
        )

    if certain(recorders, records, blind):
        return True
    for trail in trails:
        if trail.is_multi_region and trail.recordings_are_hidden and trail.is_logging:
            trail.require_own()
    return False


def _is_of_every_object(recording: Recording) -> bool:
    every = recording.whole and not recording.left_out
    return every and recording.category == DATA and recording.resource_type == S3_OBJECT
