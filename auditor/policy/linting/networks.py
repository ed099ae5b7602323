"""Conditions on where a request comes from: addresses, VPCs and Regions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.policy.arns import is_region
from auditor.policy.linting.issue import Flaw, error, shown, suggestion
from auditor.policy.values import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement

NOT_A_RANGE: Final = error(
    "policy-value-not-ip-range",
    "TYPE_MISMATCH_IP_RANGE",
    "An address condition with a value that is no address or range",
    "What cannot be read as an address or a range in CIDR form matches no request.",
    "Write the range as 203.0.113.0/24 or 2001:db8:1234::/48.",
)
HOST_BITS: Final = suggestion(
    "policy-ip-range-host-bits",
    "IMPROVE_IP_RANGE",
    "A range of addresses with bits beyond its prefix",
    "The bits behind the prefix do not count, so the range is wider than the address makes it look.",
    "Write the first address of the range.",
)
PRIVATE: Final = error(
    "policy-source-ip-private",
    "PRIVATE_IP_ADDRESS",
    "aws:SourceIp is compared with private addresses only",
    "AWS sees public addresses in aws:SourceIp, so the condition never holds.",
    "Write public ranges, or test aws:VpcSourceIp together with aws:SourceVpc.",
    severity="high",
)
NOT_PRIVATE: Final = error(
    "policy-source-ip-not-private",
    "PRIVATE_NOT_IP_ADDRESS",
    "aws:SourceIp must differ from private addresses only",
    "AWS sees public addresses in aws:SourceIp, so the condition always holds.",
    "Write public ranges, or test aws:VpcSourceIp together with aws:SourceVpc.",
    severity="high",
)
SOME_PRIVATE: Final = suggestion(
    "policy-source-ip-some-private",
    "PRIVATE_IP_ADDRESS_SUBSET",
    "aws:SourceIp is compared with private addresses among others",
    "AWS sees public addresses in aws:SourceIp, so the private ranges never match.",
    "Test private ranges by aws:VpcSourceIp together with aws:SourceVpc.",
    severity="low",
)
SOME_NOT_PRIVATE: Final = suggestion(
    "policy-source-ip-some-not-private",
    "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    "aws:SourceIp must differ from private addresses among others",
    "AWS sees public addresses in aws:SourceIp, so naming the private ranges has no effect.",
    "Test private ranges by aws:VpcSourceIp together with aws:SourceVpc.",
    severity="low",
)
VPC_FORMAT: Final = error(
    "policy-vpc-format",
    "INVALID_VPC_FORMAT",
    "A value of aws:SourceVpc is no id of a VPC",
    "Ids of VPCs are vpc- and 8 or 17 letters and digits; no request has any other.",
    "Write the id of the VPC.",
)
VPCE_FORMAT: Final = error(
    "policy-vpce-format",
    "INVALID_VPCE_FORMAT",
    "A value of aws:SourceVpce is no id of a VPC endpoint",
    "Ids of VPC endpoints are vpce- and 8 or 17 letters and digits; no request has any other.",
    "Write the id of the VPC endpoint.",
)
UNKNOWN_REGION: Final = error(
    "policy-region-unknown",
    "INVALID_REGION",
    "A condition names a Region that AWS does not have",
    "No request goes to a Region that does not exist.",
    "Write the code of a Region, such as eu-central-1.",
)

_ID: Final = re.compile(r"(vpce?)-(?:[0-9a-zA-Z]{8}|[0-9a-zA-Z]{17})")
_REGION_KEYS: Final = frozenset({"aws:requestedregion", "ec2:region"})
_NO_REGION: Final = frozenset({"aws-global"})
"""What requests to services without Regions may carry."""
_PRIVATE_RANGES: Final = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
"""Ranges that never come from the internet: RFC 1918, 1122, 3927, 6598, 4193 and 4291."""


def statement(_policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The conditions of a statement that are about places."""
    for condition in statement.conditions:
        if condition.operator in ("ipaddress", "notipaddress"):
            yield from _ranges(condition)
        if not condition.operator.startswith("string"):
            continue
        if condition.key == "aws:sourcevpc":
            yield from _ids(condition, "vpc")
        elif condition.key == "aws:sourcevpce":
            yield from _ids(condition, "vpce")
        elif condition.key in _REGION_KEYS:
            for position, text in enumerate(condition.values):
                if not _is_pattern(text) and text not in _NO_REGION and not is_region(text):
                    yield Flaw(UNKNOWN_REGION, (*condition.path, position), f"AWS has no Region {shown(text)}")


def _ids(condition: Condition, prefix: str) -> Iterator[Flaw]:
    check = VPC_FORMAT if prefix == "vpc" else VPCE_FORMAT
    for position, text in enumerate(condition.values):
        match = _ID.fullmatch(text)
        if not _is_pattern(text) and (match is None or match[1] != prefix):
            yield Flaw(check, (*condition.path, position), f"{shown(text)} is not {prefix}- and 8 or 17 characters")


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text or "${" in text


def _ranges(condition: Condition) -> Iterator[Flaw]:
    ranges: list[Network | None] = []
    for position, text in enumerate(condition.values):
        if "${" in text:
            return
        path = (*condition.path, position)
        ranges.append(found := network(text))
        if found is None:
            yield Flaw(NOT_A_RANGE, path, f"{shown(text)} is neither an address nor a range in CIDR form")
        elif "/" in text and (better := _host_bits(text)):
            yield Flaw(HOST_BITS, path, f"{shown(text)} is read as {better}", f'"{better}"')
    if condition.key != "aws:sourceip" or not ranges or None in ranges:
        return
    private = [position for position, found in enumerate(ranges) if found and _is_private(found)]
    negated = condition.operator == "notipaddress"
    if len(private) == len(ranges):
        message = "the condition always holds" if negated else "the condition never holds"
        yield Flaw(NOT_PRIVATE if negated else PRIVATE, condition.path, f"all these addresses are private: {message}")
        return
    for position in private:
        message = f"{shown(condition.values[position])} is private and in no aws:SourceIp"
        yield Flaw(SOME_NOT_PRIVATE if negated else SOME_PRIVATE, (*condition.path, position), message)


def _host_bits(text: str) -> str:
    """The range as it is read, where the address that is written is not its first one."""
    from ipaddress import ip_interface

    interface = ip_interface(text)
    return "" if interface.ip == interface.network.network_address else str(interface.network)


def _is_private(found: Network) -> bool:
    return any(private.contains(found) for text in _PRIVATE_RANGES if (private := network(text)))
