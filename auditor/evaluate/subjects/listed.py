"""Subjects that are one entry of one section, and the regions that regional sections were collected in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Source, Subject
from auditor.findings.model import Blind
from auditor.snapshot.regions import ENABLED, region_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account


class Listed(Subject):
    """A subject that is one entry of one map section. The entry of a regional section tells its region by its ARN."""

    def __init__(self, account: Account, arn: str, name: str, entry: Source) -> None:
        super().__init__(account, arn, name)
        self.entry = entry

    def source(self, name: str) -> Source:
        """The `entry`."""
        return self.entry

    @property
    def region(self) -> str:
        """The region that the ARN tells."""
        return region_of(self.arn) or "global"


class Region(Subject):
    """A region that the account uses: one that is enabled, and not left out on purpose."""

    type = "AWS::Region"
    noun = "region"
    sections = ("account_management.regions",)

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every region that one looked at, or tried to: what a section says of the latter is not known."""
        tried = {gap.region for gap in account.snapshot.gaps} - {"global"}
        for name in sorted({*account.snapshot.collection.regions, *tried}):
            yield cls(account, f"arn:{account.snapshot.partition}:account::{account.id}:region/{name}", name)

    @property
    def region(self) -> str:
        """Its name."""
        return self.name

    def entry(self, section: str) -> Source | None:
        """What a section that is kept by region says of this one; None where there surely is nothing.

        Raises NotCollected.
        """
        return self.account.entry(section, self.name)

    def require(self, section: str) -> None:
        """Raise NotCollected where this region's part of a section was not seen."""
        self.entry(section)


def require_every_region(account: Account) -> None:
    """Raise NotCollected where a region is enabled and was not looked at: something may be there.

    It is for questions that one region can answer for all, such as "is there an aggregator".
    """
    regions = account.read("account_management.regions")
    enabled = {name for name, region in regions.items() if region.region_opt_status in ENABLED}
    if missing := sorted(enabled - set(account.snapshot.collection.regions)):
        raise NotCollected(*(Blind(f"region {name} was not looked at") for name in missing))
