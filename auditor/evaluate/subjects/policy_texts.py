"""Policies by what they are worth to whoever holds them and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.access.naming import named
from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.access import PRINCIPALS
from auditor.evaluate.subjects.base import Subject, escape
from auditor.evaluate.subjects.ways import stages
from auditor.findings.model import Blind, Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.actors import Actor
    from auditor.access.holdings import Grant
    from auditor.access.ways import Way
    from auditor.evaluate.subjects.account import Account


class PolicyText(Subject):
    """A policy by itself, as if one user or role held nothing else."""

    def __init__(self, account: Account, arn: str, name: str, place: Place, actor: Actor | None) -> None:
        super().__init__(account, arn, name)
        self.at = place
        self._holder = actor

    @property
    def holder(self) -> Actor:
        """Whoever holds only this policy. Raises NotCollected where it cannot be read."""
        if self._holder is None:
            raise NotCollected(Blind(f"policy {self.name} cannot be read"))
        return self._holder

    @property
    def way_up(self) -> Way | None:
        """A technique by which the holder administers the account. Raises NotApplicable where it does so already."""
        way = next(self.account.access.ways_up(self.holder), None)
        if way and way.does_everything:
            raise NotApplicable("the policy allows everything")
        return way

    def escalation(self, message: str, way: Way) -> Finding:
        """A finding about a technique that works."""
        found = self.finding(f"{message}{way.caveats}", at=self.at)
        return found._replace(flow=tuple(stages(way.actor, way.steps)))


class CustomerPolicy(PolicyText):
    """A customer managed policy."""

    type = "AWS::IAM::ManagedPolicy"
    noun = "customer managed policy"
    sections = ("iam.policies",)

    @classmethod
    def all(cls, account: Account) -> Iterator[CustomerPolicy]:
        """Every customer managed policy that was seen."""
        from auditor.access.holdings import Grant

        account.touched.update(PRINCIPALS)
        world = account.access.world
        for arn, policy in sorted(world.policies.items()):
            place = Place(f"/iam/policies/{escape(arn)}/Document", arn)
            held = policy.document
            actor = world.holder(account.id, (held,), (Grant(arn, "", place),)) if held else None
            yield cls(account, arn, arn.rpartition("/")[2], place, actor)


class InlinePolicy(PolicyText):
    """A policy that is embedded in a user, group or role."""

    type = "AWS::IAM::Policy"
    noun = "inline policy"
    sections = ("iam.users", "iam.groups", "iam.roles")

    @classmethod
    def all(cls, account: Account) -> Iterator[InlinePolicy]:
        """Every inline policy that was seen and can be read."""
        account.touched.update(PRINCIPALS)
        world = account.access.world
        for actor in world.actors:
            for grant in actor.sources:
                if not grant.via and not grant.policy.startswith("arn:"):
                    yield cls._of(account, actor.arn, grant, actor.keeping((grant,)))
        for group in sorted(world.groups.values()):
            for grant, policy in zip(group.sources, group.policies, strict=True):
                if not grant.policy.startswith("arn:"):
                    held = world.holder(account.id, (policy,), (grant,), (group.arn,))
                    yield cls._of(account, group.arn, grant, held)

    @classmethod
    def _of(cls, account: Account, owner: str, grant: Grant, holder: Actor) -> InlinePolicy:
        return cls(account, owner, f"{grant.policy} of {named(owner)}", grant.place, holder)
