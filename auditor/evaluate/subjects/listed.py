"""Subjects that are one entry of one section, and the regions that regional sections were collected in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.evaluate.subjects.base import Source, Subject
from auditor.snapshot.snapshot import region_of

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
    """A region that the account uses: one that is enabled and was looked at."""

    type = "AWS::Region"
    noun = "region"
    sections = ("account_management.regions",)

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every region that was looked at. What hides regions is told by the section that a rule reads of them."""
        for name in account.snapshot.collection.regions:
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
