"""Account Management: regions and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, operation
from ..paging import cut_by_token
from ..state import ENABLED_BY_DEFAULT

if TYPE_CHECKING:
    from ..state import Account

OPT_IN = ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1")


@operation("account", "ListRegions")
def list_regions(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Every region, opted in to or not, 50 a page."""
    page, more = cut_by_token(
        [_region(account, name) for name in sorted({*ENABLED_BY_DEFAULT, *OPT_IN, *account.regions})],
        params,
        largest=50,
        binding="regions",
    )
    return {"Regions": page, **more}


def _region(account: Account, name: str) -> dict[str, Any]:
    enabled = "ENABLED_BY_DEFAULT" if name in ENABLED_BY_DEFAULT else "ENABLED"
    return {"RegionName": name, "RegionOptStatus": enabled if name in account.regions else "DISABLED"}


@operation("account", "GetContactInformation")
def get_contact_information(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The primary contact."""
    contact = account.settings.contact
    if contact is None:
        raise _nothing("No contact information found for the inputs provided.")
    told = {
        "FullName": contact.full_name,
        "PhoneNumber": contact.phone,
        "AddressLine1": contact.address,
        "City": contact.city,
        "PostalCode": contact.postal_code,
        "CountryCode": contact.country,
        "CompanyName": contact.company,
    }
    return {"ContactInformation": {key: value for key, value in told.items() if value}}


@operation("account", "GetAlternateContact")
def get_alternate_contact(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """One of the three alternate contacts."""
    for contact in account.settings.alternates:
        if contact.kind == params["AlternateContactType"]:
            return {
                "AlternateContact": {
                    "AlternateContactType": contact.kind,
                    "Name": contact.name,
                    "Title": contact.title,
                    "EmailAddress": contact.email,
                    "PhoneNumber": contact.phone,
                }
            }
    raise _nothing("No contact of the inputted alternate contact type found.")


def _nothing(message: str) -> AWSError:
    return AWSError("ResourceNotFoundException", message, 404)
