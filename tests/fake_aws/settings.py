"""What an account says of itself and its owners: contacts, budgets, support plan, and the resources that it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Contact:
    """The primary contact."""

    full_name: str
    phone: str
    address: str = "1 Example Street"
    city: str = "Seattle"
    postal_code: str = "98101"
    country: str = "US"
    company: str = ""


@dataclass(frozen=True)
class AlternateContact:
    """`kind` is "BILLING", "OPERATIONS" or "SECURITY"."""

    kind: str
    name: str
    email: str
    phone: str = "+1 206 555 0100"
    title: str = "Team"


@dataclass(frozen=True)
class AdvisorCheck:
    """A check of Trusted Advisor; `status` is "ok", "warning", "error" or "not_available"."""

    id: str
    name: str
    category: str = "security"
    status: str = "ok"
    flagged: int = 0


@dataclass(frozen=True)
class Settings:
    """`cost_explorer` tells whether somebody ever opened it, `advisor` is None where the support plan has no API.

    `resources` are ARNs of instances, of functions and of anything that has tags.
    """

    contact: Contact | None = None
    alternates: tuple[AlternateContact, ...] = ()
    budgets: tuple[str, ...] = ()
    monitors: tuple[str, ...] = ()
    cost_explorer: bool = True
    advisor: tuple[AdvisorCheck, ...] | None = None
    resources: tuple[str, ...] = ()

    def named(self, service: str, kind: str, region: str) -> list[str]:
        """The names of the resources of a kind ("instance/") in a region."""
        found = []
        for arn in self.resources:
            _, _, owner, where, _, name = arn.split(":", 5)
            if (owner, where) == (service, region) and name.startswith(kind):
                found.append(name.removeprefix(kind))
        return found
