"""The typed values of conditions: numbers, dates, addresses, booleans and bytes, read from text.

Every reader answers None for a text that is no such value.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?")
_EPOCH = re.compile(r"(-?[0-9]{1,18})(?:\.([0-9]{1,18}))?")
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,18}))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_PREFIX = re.compile(r"[0-9]{1,3}")

_MILLISECONDS_FROM = 10**11
"""An epoch time as large as this (seconds of the year 5138) counts milliseconds."""

_SECOND = 10**9
_MAPPED = 0xFFFF << 32


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """An integer or decimal number, exactly."""
    from decimal import Decimal

    return Decimal(text) if _NUMBER.fullmatch(text) else None


def boolean(text: str) -> bool | None:
    """`true` or `false`, in any case."""
    return {"true": True, "false": False}.get(text.lower())


def octets(text: str) -> bytes | None:
    """Bytes that are written in base 64."""
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        return None


@lru_cache(maxsize=4096)
def moment(text: str) -> int | None:
    """A date in a W3C form of ISO 8601, or an epoch time: nanoseconds since 1970.

    A date without a time is its first moment; a time without a zone is UTC; four digits are a year.
    """
    if match := _DATE.fullmatch(text):
        return _calendar(*match.groups())
    if match := _EPOCH.fullmatch(text):
        whole, fraction = match.groups()
        unit = _SECOND // 1000 if abs(int(whole)) >= _MILLISECONDS_FROM else _SECOND
        return int(whole) * unit + (_fraction(fraction) * unit // _SECOND) * (-1 if whole.startswith("-") else 1)
    return None


def _calendar(
    year: str,
    month: str | None,
    day: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    fraction: str | None,
    zone: str | None,
) -> int | None:
    from datetime import date

    try:
        days = date(int(year), int(month or 1), int(day or 1)).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    if zone and zone != "Z":
        sign = -1 if zone[0] == "-" else 1
        hours -= sign * int(zone[1:3])
        minutes -= sign * int(zone[-2:])
    return ((days * 24 + hours) * 60 + minutes) * 60 * _SECOND + seconds * _SECOND + _fraction(fraction)


def _fraction(digits: str | None) -> int:
    return int((digits or "")[:9].ljust(9, "0"))


class Network(NamedTuple):
    """A range of addresses, both ends included. IPv4 written as IPv6 (`::ffff:...`) is IPv4."""

    version: int
    first: int
    last: int

    def contains(self, other: Network) -> bool:
        """Whether every address of the other range lies in this one."""
        return self.version == other.version and self.first <= other.first and other.last <= self.last


@lru_cache(maxsize=16_384)
def network(text: str) -> Network | None:
    """An address, or a range in CIDR form, whose bits beyond the prefix do not count."""
    from ipaddress import ip_network

    _, slash, prefix = text.partition("/")
    if "%" in text or (slash and not _PREFIX.fullmatch(prefix)):
        return None
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return None
    first, last = int(found.network_address), int(found.broadcast_address)
    if found.version == 6 and first >> 32 == 0xFFFF and last >> 32 == 0xFFFF:
        return Network(4, first - _MAPPED, last - _MAPPED)
    return Network(found.version, first, last)


def address(text: str) -> Network | None:
    """A single address."""
    return None if "/" in text else network(text)
