"""What AWS Support and Trusted Advisor tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import NotApplicable
from auditor.evaluate.subjects.base import Field
from auditor.evaluate.subjects.listed import Listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account


class TrustedAdvisorCheck(Listed):
    """A check of Trusted Advisor; its name is its id."""

    type = "AWS::TrustedAdvisor::Check"
    noun = "check of Trusted Advisor"
    sections = ("support.plan", "support.trusted_advisor_checks")

    title: Field[str] = Field("entry", "name")
    category: Field[str] = Field("entry")
    status: Field[str] = Field("entry")
    resources_flagged: Field[int] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every check that was seen. Raises NotApplicable where the support plan shows none, NotCollected."""
        if not account.read("support.plan").has_api:
            raise NotApplicable("the support plan does not open Trusted Advisor's checks to programs")
        for id, entry in account.entries(cls.sections[1]):
            yield cls(account, f"arn:{account.snapshot.partition}:trustedadvisor::{account.id}:check/{id}", id, entry)
