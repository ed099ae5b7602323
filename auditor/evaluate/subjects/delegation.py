"""Which account administers a service for the organization, and so is the one to judge its set-up there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import NotApplicable

if TYPE_CHECKING:
    from auditor.evaluate.subjects.account import Account

DELEGATION = ("organizations.seat", "organizations.organization", "organizations.delegated_administrators")
"""The sections that tell it."""


def require_administration(account: Account, service: str) -> None:
    """Raise NotApplicable where another account administers a service ("config.amazonaws.com") for the organization.

    That is the delegated administrator of the service where there is one, else the management account. Raises
    NotCollected where it is not known.
    """
    account.require_organization_view()
    administrators = account.read("organizations.delegated_administrators")
    delegated = sorted(id for id, administrator in administrators.items() if service in administrator.services)
    if delegated and account.id not in delegated:
        raise NotApplicable(f"account {delegated[0]} administers {service} for the organization")
    if not delegated and account.read("organizations.seat").kind != "management":
        management = account.read("organizations.organization").master_account_id
        raise NotApplicable(f"management account {management} administers {service} for the organization")
