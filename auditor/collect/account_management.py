"""AWS Account Management: regions and contacts.

https://docs.aws.amazon.com/accounts/latest/reference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.collect.collector import REGIONS, collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.aws.account import Account


@collector(produces=REGIONS, calls=("account:ListRegions",))
def regions(aws: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every region, and whether the account has opted in to it."""
    for region in aws.pages("account:ListRegions", "Regions", MaxResults=50):
        yield region["RegionName"], region
