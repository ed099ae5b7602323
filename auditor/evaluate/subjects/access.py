"""Users and roles by what they can do, all their policies taken together."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from auditor.access.naming import caveats, named
from auditor.access.ways import Way
from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.base import Subject
from auditor.evaluate.subjects.organizations import GUARDRAILS
from auditor.evaluate.subjects.ways import Doing, proofs, stages
from auditor.findings.model import Blind, Finding, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.graph import Graph, Path
    from auditor.access.world import Context
    from auditor.evaluate.subjects.account import Account

PRINCIPALS = ("iam.users", "iam.roles", "iam.groups", "iam.policies", "iam.aws_managed_policies", *GUARDRAILS)
"""The sections that tell who can do what."""

MAKERS = {
    "service-linked": "an AWS service",
    "identity-center": "IAM Identity Center",
    "control-tower": "AWS Control Tower",
    "stacksets": "CloudFormation StackSets",
    "organization-access": "AWS Organizations",
}
"""Who made a role, as sentences name it."""


def _undecided(actor: Actor, what: str) -> Blind:
    return Blind(f"of {actor.kind} {actor.name} it could not be found out {what}")


class Identity(Subject):
    """A user or role, by all its policies together."""

    type = "AWS::IAM::Principal"
    noun = "user or role"
    sections = ("iam.users", "iam.roles")

    def __init__(self, account: Account, actor: Actor) -> None:
        super().__init__(account, actor.arn, actor.name)
        self.actor = actor

    @classmethod
    def all(cls, account: Account) -> Iterator[Identity]:
        """Every user and role of the authorization details. Nobody keeps them: their ways and proofs take much room."""
        account.touched.update(PRINCIPALS)
        for actor in account.access.world.actors:
            yield cls(account, actor)

    @cached_property
    def resource(self) -> Resource:
        """The user or the role."""
        kind = "AWS::IAM::User" if self.actor.kind == "user" else "AWS::IAM::Role"
        return Resource(self.arn, kind, self.name, self.account.id)

    @property
    def label(self) -> str:
        """How sentences name it."""
        maker = MAKERS.get(self.actor.aws_made)
        return f"{self.actor.kind} {self.name}" + (f", which {maker} made," if maker else "")

    @property
    def graph(self) -> Graph:
        """Who can become whom in the account."""
        return self.account.access

    @cached_property
    def proof(self) -> Way | None:
        """How it administers the account; None where nothing seen shows that it does."""
        return self.graph.administration.proof(self.actor)

    @property
    def other_users(self) -> int:
        """All users but this one, as a set of targets."""
        world = self.graph.world
        return world.users & ~world.targets.bit(self.arn)

    def limited(self) -> Actor:
        """The actor, if more power would be news. Raises NotApplicable for who has it all, or is AWS's alone."""
        if self.actor.aws_made == "service-linked":
            raise NotApplicable("only the AWS service that the role is linked to can use it")
        if self.proof is not None:
            raise NotApplicable("it administers the account")
        return self.actor

    def not_all_powerful(self) -> Actor:
        """The same, but for who has to give itself the power first. Raises NotApplicable."""
        if self.actor.aws_made == "service-linked":
            raise NotApplicable("only the AWS service that the role is linked to can use it")
        if self.proof is not None and self.proof.does_everything:
            raise NotApplicable("it is allowed everything")
        return self.actor

    @cached_property
    def ways_up(self) -> tuple[Way, ...]:
        """How the principal comes to administer the account in one step, other than by assuming a role."""
        return tuple(way for way in self.graph.ways_up(self.actor) if not way.does_everything)

    @cached_property
    def path(self) -> Path | None:
        """The shortest way to administration."""
        from auditor.access.graph import path

        return path(self.graph, self.actor)

    def way_to_stronger(self, service: str) -> Way | None:
        """A technique with an action of a service that leads to a role which allows what the principal may not do."""
        targets = self.graph.world.targets
        for leads in self.graph.leads(self.actor):
            if any(need.action.startswith(f"{service}:") for need in leads.technique.needs):
                for target in targets.members(leads.acting):
                    if self.graph.is_stronger(target, self.actor):
                        return Way(self.actor, leads.technique, target, self.graph.attempts)
        return None

    def along(self, path: Path) -> Finding:
        """A finding about a chain of steps."""
        steps = path.steps
        told = "; then ".join(step.words for step in steps)
        end = f"; {path.administers.words_of_end}" if path.administers else ""
        accesses = [access for step in steps for access in step.accesses]
        flow = tuple(stage for step in steps for stage in stages(step.edge.source, step.accesses))
        found = self.finding(f"{told}{end}{caveats(accesses)}", at=proofs(self.actor, steps[0].accesses))
        return found._replace(flow=flow)

    def may_anywhere(self, actions: Iterable[str], context: Context = ()) -> list[Doing]:
        """Those of some actions that the principal may do with any resource, in a context."""
        possible = [action for action in actions if self.graph.attempts.reach.somewhere(self.actor, action)]
        found = [Doing(action, "", self.graph.world.anywhere(self.actor, action, context)) for action in possible]
        return [doing for doing in found if doing.access.granted]

    def may_on(self, actions: Iterable[str], among: int) -> list[Doing]:
        """Those of some actions that the principal may do with any of some users and roles, a set of targets.

        A boundary is replaced by one that allows everything.
        """
        world, attempts = self.graph.world, self.graph.attempts
        found: list[Doing] = []
        for action in actions:
            context = attempts.raising(action)
            target = next(world.targets.members(attempts.reach.on(self.actor, action, context) & among), "")
            if target:
                found.append(Doing(action, target, world.decide(self.actor, action, target, dict(context))))
        return found

    def others_doing(self, doings: list[Doing], words: str) -> Iterator[Finding]:
        """A finding about what the principal may do to others. `{target}` in the words is the first of these.

        Raises NotCollected where it may do nothing by what was seen, and a policy was not seen.
        """
        if not doings:
            self.refuse_if_blind()
            return
        steps = [doing.access for doing in doings]
        target = named(doings[0].target) if doings[0].target else ""
        by = ", ".join(doing.action for doing in doings)
        message = f"{self.label} can {words.format(target=target)} by {by}{caveats(steps)}"
        yield self.finding(message, at=proofs(self.actor, steps))._replace(flow=tuple(stages(self.actor, steps)))

    def open_questions(self) -> tuple[Blind, ...]:
        """What keeps a "no" from being sure: policies that were not seen, its own and of those it can become, and
        what could not be found out of them."""
        from auditor.access.queries import undecided_ways

        snapshot = self.account.snapshot
        sections = (*snapshot.blind("iam.users"), *snapshot.blind("iam.roles"))
        undecided = (_undecided(who, what) for who, what in undecided_ways(self.graph, (), self.arn))
        return tuple(dict.fromkeys((*self.actor.blind, *sections, *self.graph.blind_ahead(self.actor), *undecided)))

    def refuse_if_blind(self) -> None:
        """Raises NotCollected where a policy of the principal was not seen, or what it allows was not found out."""
        from auditor.access.queries import given_up

        undecided = (_undecided(self.actor, given_up(action)) for action in self.graph.world.given_up(self.actor))
        if blind := (*self.actor.blind, *undecided):
            raise NotCollected(*blind)

    def escalation(self, message: str, way: Way, *, discriminator: str = "") -> Finding:
        """A finding about a technique that works."""
        found = self.finding(f"{message}{way.caveats}", at=proofs(self.actor, way.steps), discriminator=discriminator)
        return found._replace(flow=tuple(stages(self.actor, way.steps)))
