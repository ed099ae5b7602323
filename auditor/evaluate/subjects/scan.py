"""The scan itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.evaluate.subjects.base import Field, Source, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.evaluate.subjects.account import Account


class Scan(Subject):
    """The scan itself: under which identity it ran."""

    type = "AWS::STS::Caller"
    noun = "scanning identity"
    sections = ("sts.caller_identity",)

    caller_arn: Field[str] = Field("caller", "arn")
    caller_account: Field[str] = Field("caller", "account")

    @classmethod
    def all(cls, account: Account) -> Iterator[Scan]:
        """The caller, where one looked; a snapshot made from files has none."""
        if (caller := account.read("sts.caller_identity")) is not None:
            yield cls(account, caller.arn, caller.arn)

    def source(self, name: str) -> Source:
        """`caller`. Raises NotCollected."""
        return Source("/sts/caller_identity", self.account.read("sts.caller_identity"))
