"""Whom AWS reaches about the account: the primary contact, and those for security, billing and operations."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from auditor.api import Account, Blind, NotApplicable, NotCollected, Place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_PRIMARY = "account_management.contact_information"
_ALTERNATE = "account_management.alternate_contacts"
_UPDATE_ALTERNATE = "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html"
_UPDATE_PRIMARY = "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-primary.html"
_PUT = (
    "aws account put-alternate-contact --alternate-contact-type {} --name TEAM --title TEAM"
    " --email-address ADDRESS --phone-number NUMBER"
)


@rule(
    "account-security-contact-missing",
    severity="medium",
    over=Account,
    needs=(_ALTERNATE,),
    claims=("S31",),
    tags=("account", "contacts"),
    title="Account has no alternate contact for security",
    fix="Register a mailbox and a phone that the security team answers.",
    docs=_UPDATE_ALTERNATE,
    cli=_PUT.format("SECURITY"),
)
def account_security_contact_missing(account: Account) -> Iterator[Finding]:
    """AWS writes about leaked keys and abuse to this contact; without one, only the root user's mailbox hears of it."""
    yield from _missing(account, "SECURITY")


@rule(
    "account-billing-contact-missing",
    severity="low",
    over=Account,
    needs=(_ALTERNATE,),
    claims=("S31",),
    tags=("account", "contacts"),
    title="Account has no alternate contact for billing",
    fix="Register a mailbox and a phone of those who pay.",
    docs=_UPDATE_ALTERNATE,
    cli=_PUT.format("BILLING"),
)
def account_billing_contact_missing(account: Account) -> Iterator[Finding]:
    """A failed payment ends in a suspended account; who can pay should hear of it before that."""
    yield from _missing(account, "BILLING")


@rule(
    "account-operations-contact-missing",
    severity="low",
    over=Account,
    needs=(_ALTERNATE,),
    claims=("S31",),
    tags=("account", "contacts"),
    title="Account has no alternate contact for operations",
    fix="Register a mailbox and a phone of those who run the account.",
    docs=_UPDATE_ALTERNATE,
    cli=_PUT.format("OPERATIONS"),
)
def account_operations_contact_missing(account: Account) -> Iterator[Finding]:
    """AWS announces to this contact what it will switch off, retire or restart."""
    yield from _missing(account, "OPERATIONS")


def _missing(account: Account, kind: str) -> Iterator[Finding]:
    if account.entry(_ALTERNATE, kind) is None:
        others = tuple(sorted(account.optional(_ALTERNATE) or ()))
        yield account.finding(
            f"the account has no alternate contact for {kind.lower()}",
            at=Place("/account_management/alternate_contacts", others),
        )


@rule(
    "account-contacts-identical",
    severity="low",
    over=Account,
    needs=(_PRIMARY, _ALTERNATE),
    claims=("S31",),
    tags=("account", "contacts"),
    title="Contacts of the account lead to the same place",
    fix="Give each contact a mailbox of the team that it is about.",
    docs=_UPDATE_ALTERNATE,
)
def account_contacts_identical(account: Account) -> Iterator[Finding]:
    """Contacts are several so that a message reaches somebody when one mailbox is not read.

    Two alternate contacts are the same when they have one e-mail address. The primary contact is told without one: an
    alternate contact repeats it when name and phone number are the same.
    """
    contacts = sorted(account.read(_ALTERNATE).items())
    if not contacts:
        raise NotApplicable("the account has no alternate contacts")
    base = "/account_management/alternate_contacts"
    for (one, first), (other, second) in combinations(contacts, 2):
        if first.email_address and first.email_address.casefold() == second.email_address.casefold():
            yield account.finding(
                f"the contacts for {one.lower()} and {other.lower()} have one e-mail address",
                at=[Place(f"{base}/{kind}/EmailAddress", first.email_address) for kind in (one, other)],
                discriminator=f"{one} {other}",
            )
    primary = account.read(_PRIMARY)
    for kind, contact in contacts:
        same_phone = primary and _digits(primary.phone_number) == _digits(contact.phone_number)
        if same_phone and primary.full_name.casefold() == contact.contact_name.casefold():
            yield account.finding(
                f"the contact for {kind.lower()} repeats the primary contact",
                at=[
                    Place(f"{base}/{kind}/ContactName", contact.contact_name),
                    Place("/account_management/contact_information/FullName", primary.full_name),
                ],
                discriminator=kind,
            )


_REQUIRED = {
    "full_name": ("FullName", "name"),
    "phone_number": ("PhoneNumber", "phone number"),
    "address_line1": ("AddressLine1", "address"),
    "city": ("City", "city"),
    "postal_code": ("PostalCode", "postal code"),
    "country_code": ("CountryCode", "country"),
}
"""Field -> AWS's name of it, and ours."""

_NO_NAME = re.compile(r"(account|admin(istrator)?|aws|changeme|n/?a|none|owner|root|test|todo|unknown|user|x+|-+|\.+)")
_NO_NUMBER = re.compile(r"(\d)\1*|0*(123456789?0?|5550+\d{0,4}|15550+\d{0,4})")


@rule(
    "account-primary-contact-incomplete",
    severity="low",
    confidence="medium",
    over=Account,
    needs=(_PRIMARY,),
    claims=("S2", "S31"),
    tags=("account", "contacts"),
    title="Primary contact of the account is incomplete",
    fix="Give the name, address and phone number by which AWS reaches you, and keep them current.",
    docs=_UPDATE_PRIMARY,
    cli="aws account put-contact-information --contact-information file://contact.json",
)
def account_primary_contact_incomplete(account: Account) -> Iterator[Finding]:
    """When root's password or MFA device is lost, AWS proves who owns the account by what stands here.

    A name, a phone number and an address have to be there. A name such as "admin" and a number of one digit repeated
    are placeholders. Whether somebody answers that phone no API can tell.
    """
    contact = account.read(_PRIMARY)
    if contact is None:
        yield account.finding("the account has no primary contact", at=Place(_pointer("")))
        return
    lacking = [(alias, words) for field, (alias, words) in _REQUIRED.items() if not getattr(contact, field).strip()]
    if lacking:
        yield account.finding(
            f"the primary contact has no {', '.join(words for _, words in lacking)}",
            at=[Place(_pointer(alias), "") for alias, _ in lacking],
        )
    elif account.is_redacted:
        raise NotCollected(Blind("the primary contact is redacted, so that placeholders cannot be told"))
    elif _NO_NAME.fullmatch(contact.full_name.strip().casefold()):
        yield account.finding(
            f'the name of the primary contact is a placeholder: "{contact.full_name}"',
            at=Place(_pointer("FullName"), contact.full_name),
        )
    elif len(number := _digits(contact.phone_number)) < 7 or _NO_NUMBER.fullmatch(number):
        yield account.finding(
            f'the phone number of the primary contact is none: "{contact.phone_number}"',
            at=Place(_pointer("PhoneNumber"), contact.phone_number),
        )


def _pointer(field: str) -> str:
    return "/account_management/contact_information" + (f"/{field}" if field else "")


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
