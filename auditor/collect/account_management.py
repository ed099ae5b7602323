"""AWS Account Management: regions and contacts.

https://docs.aws.amazon.com/accounts/latest/reference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.account import Unseen
from auditor.collect.collector import REGIONS, collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.aws.account import Account


@collector(produces=REGIONS, calls=("account:ListRegions",))
def regions(aws: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every region, and whether the account has opted in to it."""
    for region in aws.pages("account:ListRegions", "Regions", MaxResults=50):
        yield region["RegionName"], region


KINDS = ("BILLING", "OPERATIONS", "SECURITY")
"""Types of alternate contacts."""

ABSENT = ("ResourceNotFoundException",)
"""What AWS answers where a contact was never given."""


@collector(produces="account_management.contact_information", calls=("account:GetContactInformation",))
def contact_information(aws: Account) -> dict[str, Any] | None:
    """The primary contact."""
    answer = aws.call("account:GetContactInformation", "ContactInformation", absent=ABSENT)
    return answer["ContactInformation"] if answer else None


@collector(produces="account_management.alternate_contacts", calls=("account:GetAlternateContact",))
def alternate_contacts(aws: Account) -> Iterator[tuple[str, dict[str, Any]] | Unseen]:
    """The alternate contacts that were given."""

    def contact(kind: str) -> dict[str, Any] | None:
        operation, member = "account:GetAlternateContact", "AlternateContact"
        answer = aws.call(operation, member, absent=ABSENT, AlternateContactType=kind)
        return {**answer[member], "ContactName": answer[member].get("Name", "")} if answer else None

    for found in aws.each(contact, KINDS):
        if isinstance(found, Unseen):
            yield found
        elif found[1] is not None:
            yield found[0], found[1]
