"""AWS Account Management, as the snapshot holds it."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text


class Region(Model):
    """A region. https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html"""

    region_name: Text
    region_opt_status: Text


class ContactInformation(Model):
    """The primary contact. https://docs.aws.amazon.com/accounts/latest/reference/API_ContactInformation.html"""

    full_name: Text = ""
    company_name: Text = ""
    phone_number: Text = ""
    address_line1: Text = ""
    city: Text = ""
    postal_code: Text = ""
    country_code: Text = ""


class AlternateContact(Model):
    """A further contact. https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html"""

    alternate_contact_type: Text
    contact_name: Text = ""
    title: Text = ""
    email_address: Text = ""
    phone_number: Text = ""


class AccountManagement(Model):
    """What AWS Account Management told: `regions` by name, `alternate_contacts` by type ("SECURITY").

    `contact_information` is None where the account has no primary contact.
    """

    model_config = OWN_NAMES

    regions: dict[Text, Region] = Field(default_factory=dict)
    contact_information: ContactInformation | None = None
    alternate_contacts: dict[Text, AlternateContact] = Field(default_factory=dict)
