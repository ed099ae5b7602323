"""Amazon Resource Names: their six parts, the formats that resource types have, and which patterns can match them.

In a Resource element `*` and `?` match across the colons of an ARN as well as within its parts, so a pattern is held
against a whole format at a time.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auditor.policy.data.partitions import REGIONS
from auditor.policy.globs import Hole, fits
from auditor.policy.patterns import glob, tokens
from auditor.policy.service_data import ResourceType, resource_type, resource_types, table
from auditor.policy.service_data import action as documented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.policy.globs import Format

_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_OPEN = re.compile(r"[*?$]")
_HOLE = re.compile(r"\$\{(\w+)\}|\*")
_WITHOUT_SLASH = frozenset({"BucketName", "TableBucketName", "TableName"})
"""Variables of ARN formats whose values never have a slash, which tells a bucket from an object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""
_WITHOUT_COLON = frozenset(
    {
        # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
        "ecr",
        # https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
        "kinesis",
        # https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
        "kms",
        # https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
        "lambda",
        # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
        "logs",
        # https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
        "secretsmanager",
        # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
        "sns",
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
        "sqs",
    }
)
"""Services in whose ARNs no name has a colon, so that what follows a wildcard for the Region is no part of one."""
_QUALIFIED = frozenset({"lambda", "logs", "sns"})
"""Of these, services whose actions take ARNs with one more colon than the format has, and a name after it: of a
function's version, a group's log streams, a topic's subscription."""


class Arn(NamedTuple):
    """The parts of an ARN, or of a pattern of ARNs that has all of them."""

    partition: str
    service: str
    region: str
    """Empty where the resource is not of one Region."""
    account: str
    """Empty where the resource's name is unique in its partition; `aws` for what AWS owns."""
    resource: str
    """May hold more colons."""


def parse(text: str) -> Arn | None:
    """The parts of a text that begins with `arn:` and has all six."""
    prefix, *parts = text.split(":", 5)
    return Arn(*parts) if prefix == "arn" and len(parts) == 5 else None


def is_partition(name: str) -> bool:
    """Whether there is such a partition."""
    return name in REGIONS


def is_region(name: str, partition: str = "") -> bool:
    """Whether there is such a Region, in a partition or in any."""
    return name in REGIONS.get(partition, ()) if partition else any(name in regions for regions in REGIONS.values())


@lru_cache(maxsize=1_024)
def types_of(service: str) -> tuple[ResourceType, ...]:
    """The resource types, of whatever service, whose ARNs name this service; none where no ARN does."""
    owners = table().arn_owners.get(service, (service,))
    listed = [known for owner in owners for known in resource_types(owner)]
    return tuple(known for known in listed if known.arn_format.split(":")[2] == service)


def has_region(service: str) -> bool | None:
    """Whether the ARNs that name a service have a Region; None where not all agree, or none is known."""
    return _agreed({known.arn_format.split(":")[3] != "" for known in types_of(service)})


def has_account(service: str) -> bool | None:
    """Whether the ARNs that name a service have an account; None where not all agree, or none is known."""
    return _agreed({known.arn_format.split(":")[4] != "" for known in types_of(service)})


def _agreed(answers: set[bool]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


def is_known_format(pattern: str) -> bool:
    """Whether some ARN of a resource type can match a pattern whose service part has no wildcard."""
    arn = parse(pattern)
    return arn is not None and any(fits_format(pattern, known.arn_format) for known in types_of(arn.service))


def could_match(pattern: str, actions: frozenset[str]) -> bool:
    """Whether a pattern of a Resource element can match any resource that a request for one of some actions can have.

    An action without resource types has the resource `*` alone. Of an action that AWS does not document nothing is
    known, so any pattern could match.
    """
    if pattern == "*":
        return True
    anything, star_alone, formats = _taken_by(actions)
    if anything or (star_alone and glob(pattern)("*")):
        return True
    arn = parse(pattern)
    if arn is None or _OPEN.search(f"{arn.partition}:{arn.service}"):
        return any(fits_format(pattern, form) for listed in formats.values() for form in listed)
    return any(fits_format(pattern, form) for form in (*formats.get(arn.service, ()), *formats.get("", ())))


class _Taken(NamedTuple):
    """The resources that some actions take."""

    anything: bool
    """Whether AWS does not document some of the actions."""
    star_alone: bool
    """Whether some of them take `*` alone."""
    formats: dict[str, tuple[str, ...]]
    """Service -> the formats that name it; under "" those that leave it open."""


@lru_cache(maxsize=8_192)
def _taken_by(actions: frozenset[str]) -> _Taken:
    known = [documented(action) for action in actions]
    formats: dict[str, tuple[str, ...]] = {}
    for form in dict.fromkeys(form for action in sorted(actions) for form in formats_of(action)):
        service = form.split(":")[2]
        key = "" if _OPEN.search(service) else service
        formats[key] = (*formats.get(key, ()), form)
    return _Taken(None in known, any(it is not None and not it.resource_types for it in known), formats)


@lru_cache(maxsize=8_192)
def formats_of(action: str) -> tuple[str, ...]:
    """The ARN formats of the resource types of an action, in the order of its `resource_types`."""
    known = documented(action)
    listed = known.resource_types if known else ()
    types = (resource_type(action.partition(":")[0], name) for name, _ in listed)
    return tuple(found.arn_format for found in types if found)


@lru_cache(maxsize=8_192)
def fits_format(pattern: str, arn_format: str) -> bool:
    """Whether a pattern can match an ARN of a format. Policy variables in the pattern stand for any text."""
    pattern = _VARIABLE.sub("*", pattern)
    *parts, resource = pattern.split(":", 5)
    *format_parts, resource_format = arn_format.split(":", 5)
    head_form, resource_form = _head(":".join(format_parts)), _resource(resource_format)
    if len(parts) == 5 and not _OPEN.search(head := ":".join(parts)):
        return fits(tokens(resource), resource_form) and fits((head,), head_form)
    pairs = [*zip(parts, map(_head, format_parts), strict=False), (resource, resource_form)]
    if len(parts) == 5 and all(fits(tokens(part), form) for part, form in pairs):
        return True
    # A wildcard can match a colon, so that the pattern's colons need not be those of the format.
    if format_parts[2] not in _WITHOUT_COLON:
        return fits(tokens(pattern), (*head_form, ":", *resource_form))
    whole = (*head_form, ":", *_resource(resource_format, ":"))
    forms = [whole, (*whole, ":", Hole(":", 1))] if format_parts[2] in _QUALIFIED else [whole]
    return any(fits(tokens(pattern), form) for form in forms)


@cache
def _head(text: str) -> Format:
    """Partition, service, Region and account of a format: no value has a colon."""
    return tuple(_parts(text, lambda _: Hole(excluded=":")))


@cache
def _resource(text: str, excluded: str = "") -> Format:
    """The resource of a format: no variable of it is empty, and none has the letters that are excluded."""

    def hole(name: str) -> Hole:
        return Hole(f"{excluded}/" if name in _WITHOUT_SLASH else excluded, least=1 if name else 0)

    return tuple(_parts(text, hole))


def _parts(text: str, hole_of: Callable[[str], Hole]) -> Iterator[str | Hole]:
    """Text, and a hole for each variable by its name, for each `*` by the name ""."""
    end = 0
    for found in _HOLE.finditer(text):
        yield text[end : found.start()]
        yield hole_of(found[1] or "")
        end = found.end()
    yield text[end:]
