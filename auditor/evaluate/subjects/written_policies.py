"""The policies that an account wrote for itself: customer managed and inline ones."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from auditor.evaluate.subjects.base import Subject
from auditor.evaluate.subjects.group_denials import SECTIONS, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.group_denials import Written
    from auditor.findings.model import Finding, Place
    from auditor.policy.document import Policy


class WrittenPolicy(Subject):
    """A policy that the account wrote. An inline one stands under the ARN of the principal that carries it."""

    type = "AWS::IAM::Policy"
    noun = "policy of its own"
    sections = SECTIONS

    def __init__(self, account: Account, policy: Written) -> None:
        self.inline = policy.grant.inline
        arn = policy.key.rpartition("/")[0] if self.inline else policy.key
        super().__init__(account, arn, policy.key.rpartition("/")[2])
        self.label = policy.label
        self.grant = policy.grant

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every policy that was seen. Raises NotCollected, at the end, for what was not."""
        account.touched.update(SECTIONS)
        for policy in written(account):
            yield cls(account, policy)

    def finding(
        self, message: str, *, at: str | Place | Iterable[str | Place] = (), discriminator: str = ""
    ) -> Finding:
        """A finding about this policy. A principal may carry several inline ones: the name tells them apart."""
        own = self.name if self.inline else ""
        return super().finding(message, at=at, discriminator=" ".join(filter(None, (own, discriminator))))

    @property
    def document(self) -> Policy:
        """The policy, as the engine reads it. Raises NotCollected where the text is no policy."""
        return self.grant.document

    @cached_property
    def narrower(self) -> Policy:
        """The policy without the statements that allow all actions of all services. Raises NotCollected."""
        from auditor.access.single_policy import without_everything

        return without_everything(self.document)

    def narrower_allows(self, action: str, resource: str) -> bool:
        """Whether the rest allows an action on a resource, under some conditions at least. Raises NotCollected."""
        from auditor.access.single_policy import may_allow

        return may_allow(self.narrower, action, resource)
