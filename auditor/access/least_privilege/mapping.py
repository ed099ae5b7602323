"""From the name of an event to the actions that its caller was allowed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from auditor.access.least_privilege.event_tables import METHODS, PREFIXES
from auditor.access.least_privilege.events import fold
from auditor.access.least_privilege.exceptions import ACTIONS, BESIDES, FREE, OF_VERSIONS, SOURCES
from auditor.policy.service_data import action, is_service, services

if TYPE_CHECKING:
    from auditor.access.least_privilege.events import Event

_NOT_CALLS: Final = frozenset({"AwsConsoleSignIn", "AwsServiceEvent"})
"""What CloudTrail logs beside calls of an API. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html"""

_HOST = re.compile(r"(.+?)\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)")
_DATE = re.compile(r"(?:20[0-9]{6}|_?20[0-9]{2}_[0-9]{2}_[0-9]{2})(?:v[0-9]+)?")
"""The date of an API's version at the end of a name: `Invoke20150331`, `UpdateDistribution2020_05_31`."""

_ROLE = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/.+", re.DOTALL)


def actions_of(event: Event) -> tuple[str, ...] | None:
    """The actions that an event needs, in AWS's spelling, sorted; None where they are not known.

    None at all where no permission is needed. Where an event needs one or another, all of them are listed.
    """
    if event.type in _NOT_CALLS:
        return ()
    found = _named(event.source, event.name)
    if found is None:
        return None
    if "versionid" in event.parameters and (of_versions := _of_versions(event, found)):
        found = of_versions
    return tuple(sorted({*found, *_besides(event, found)}))


@lru_cache(maxsize=8_192)
def _named(source: str, name: str) -> tuple[str, ...] | None:
    """What a name stands for in one of the services that a source may mean."""
    plain = name.lower()
    undated = _DATE.sub("", plain) if _DATE.search(plain) else plain
    for prefix in prefixes(source):
        for candidate in dict.fromkeys((plain, undated)):
            if f"{prefix}:{candidate}" in FREE:
                return ()
            if found := _action_of(prefix, candidate):
                return found
    return None


def _action_of(prefix: str, name: str) -> tuple[str, ...]:
    if names := ACTIONS.get(prefix, {}).get(name):
        return tuple(f"{prefix}:{one}" for one in names.split())
    if known := action(f"{prefix}:{name}"):
        return (f"{prefix}:{known.name}",)
    return tuple(f"apigateway:{method}" for method in _methods().get(name, ())) if prefix == "apigateway" else ()


@lru_cache(maxsize=2_048)
def prefixes(source: str) -> tuple[str, ...]:
    """The prefixes of the actions that may be meant by the source of an event, the likeliest first."""
    host = _HOST.fullmatch(source)
    label = host[1] if host else source
    folded = fold(label)
    if folded in SOURCES:
        return SOURCES[folded]
    if is_service(label):
        return (label,)
    found = _folded().get(folded)
    return (found,) if found else ()


@cache
def _folded() -> dict[str, str]:
    pairs = (pair.partition("=") for pair in PREFIXES.split())
    return {label: prefix for label, _, prefix in pairs} | {fold(prefix): prefix for prefix in services()}


@cache
def _methods() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for method, names in METHODS.items():
        for name in names.split():
            found[name] = (*found.get(name, ()), method)
    return found


def _of_versions(event: Event, found: tuple[str, ...]) -> tuple[str, ...]:
    names = OF_VERSIONS.get(event.name.lower(), "") if found and found[0].startswith("s3:") else ""
    return tuple(f"s3:{name}" for name in names.split())


def _besides(event: Event, found: tuple[str, ...]) -> set[str]:
    """What is needed as well and has no event of its own; for whatever is given a role, iam:PassRole."""
    wanted = {
        needed
        for (start, parameter), needed in BESIDES.items()
        if parameter in event.parameters and any(name.lower().startswith(start) for name in found)
    }
    return wanted | {"iam:PassRole"} if roles_passed(event, found) else wanted


def roles_passed(event: Event, found: tuple[str, ...]) -> tuple[str, ...]:
    """The ARNs of the roles that a request hands to a service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    if event.read_only or any(name.startswith(("iam:", "sts:")) for name in found):
        return ()
    return tuple(value for values in event.parameters.values() for value in values if _ROLE.fullmatch(value))
