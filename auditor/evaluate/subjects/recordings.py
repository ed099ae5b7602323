"""Which events CloudTrail's selectors record, basic and advanced ones put into one form.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from auditor.findings.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.snapshot.cloudtrail import AdvancedEventSelector, EventSelector, FieldSelector

MANAGEMENT = "Management"
DATA = "Data"
S3_OBJECT = "AWS::S3::Object"
_EVERY_BUCKET = re.compile(r"arn:aws[a-z-]*:s3(:::)?")


class Recording(NamedTuple):
    """What one selector records.

    `category` is "Management" or "Data" (AWS knows others); `resource_type` is that of data events, such as
    "AWS::S3::Object". `whole` says that nothing but reading or writing, and the event sources `left_out`, narrows it.
    """

    category: str
    resource_type: str
    reads: bool
    writes: bool
    whole: bool
    left_out: frozenset[str]
    place: Place


DEFAULT = Recording(MANAGEMENT, "", reads=True, writes=True, whole=True, left_out=frozenset(), place=Place(""))
"""What a trail records that was given no selectors: every management event."""


def basic(selectors: Iterable[EventSelector], base: str) -> Iterator[Recording]:
    """What basic selectors record; `base` is the pointer to their list."""
    for index, selector in enumerate(selectors):
        reads, writes = (selector.read_write_type in ("All", only) for only in ("ReadOnly", "WriteOnly"))
        place = Place(f"{base}/{index}")
        if selector.include_management_events:
            left_out = frozenset(selector.exclude_management_event_sources)
            yield Recording(MANAGEMENT, "", reads, writes, True, left_out, place)
        for resource in selector.data_resources:
            whole = any(_EVERY_BUCKET.fullmatch(value) for value in resource.values)
            yield Recording(DATA, resource.type, reads, writes, whole, frozenset(), place)


def advanced(selectors: Iterable[AdvancedEventSelector], base: str) -> Iterator[Recording]:
    """What advanced selectors record; `base` is the pointer to their list."""
    for index, selector in enumerate(selectors):
        fields = {field.field: field for field in selector.field_selectors}
        twice = len(fields) < len(selector.field_selectors)
        read_only = fields.get("readOnly")
        values = set(read_only.equals) if read_only else {"true", "false"}
        source = fields.get("eventSource")
        left_out = frozenset(source.not_equals) if source else frozenset[str]()
        whole = not twice and all(_leaves_whole(field) for field in selector.field_selectors)
        for category in _equals(fields, "eventCategory"):
            for resource_type in _equals(fields, "resources.type") or ("",):
                yield Recording(
                    category, resource_type, "true" in values, "false" in values, whole, left_out,
                    Place(f"{base}/{index}"),
                )  # fmt: skip


def _equals(fields: dict[str, FieldSelector], name: str) -> tuple[str, ...]:
    return fields[name].equals if name in fields else ()


def _leaves_whole(field: FieldSelector) -> bool:
    """Whether a field selector is one that a Recording tells of, and not one that narrows it further."""
    others = (field.starts_with, field.ends_with, field.not_starts_with, field.not_ends_with)
    match field.field:
        case "eventCategory" | "resources.type" | "readOnly":
            return bool(field.equals) and not any((*others, field.not_equals))
        case "eventSource":
            return bool(field.not_equals) and not any((*others, field.equals))
        case "resources.ARN":
            wide = any(_EVERY_BUCKET.fullmatch(value) for value in field.starts_with)
            return wide and not any((*others[1:], field.equals, field.not_equals))
    return False
