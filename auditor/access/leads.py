"""Where the techniques lead the actors of a world: whom each comes to act as, and who has everything by it.

A technique may lead farther once the actor changed itself, and to more once it made its target stronger.
"""

from __future__ import annotations

from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.admins import Administration
from auditor.access.attempts import AMONG_PRINCIPALS, Attempts
from auditor.access.changes import preceded
from auditor.access.reach import is_personal
from auditor.access.technique import Power, Technique, together
from auditor.access.techniques import plausible, strengthening, undoing
from auditor.access.ways import Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.changes import Change
    from auditor.access.world import World

_ORDER: Final = {kind: rank for rank, kind in enumerate(("assume", "credential", "pass", "edit", "federate", "run"))}
"""Of several techniques the plainest is told: what needs nothing to be there yet before what does."""


class Leads(NamedTuple):
    """Where one technique leads an actor, as sets of the world's targets."""

    technique: Technique
    acting: int
    """Those that it comes to act as."""
    raised: int
    """Those of them that have then, or can give themselves, everything."""


class Leading:
    """Where the techniques lead each actor of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.attempts = Attempts(world)
        self.administration = Administration(self.attempts)
        self._leads: dict[str, tuple[Leads, ...]] = {}

    @cached_property
    def admins(self) -> dict[str, Way]:
        """Every administrator by ARN, service-linked roles apart."""
        found = ((who.arn, self.administration.proof(who)) for who in self.people)
        return {arn: proof for arn, proof in found if proof is not None}

    @cached_property
    def people(self) -> tuple[Actor, ...]:
        """All that can be used by more than the AWS service that owns it."""
        return tuple(actor for actor in self.world.actors if actor.aws_made != "service-linked")

    @cached_property
    def administering(self) -> int:
        """The administrators, as a set of the world's targets."""
        return self.world.targets.bits(self.admins)

    def leads(self, actor: Actor) -> tuple[Leads, ...]:
        """Where each technique leads an actor. Of an administrator nothing is told: it has everything already."""
        found = self._leads.get(actor.arn)
        if found is None:
            found = () if actor.arn in self.admins else tuple(self.leads_of(actor))
            self._leads[actor.arn] = found
        return found

    def ways_up(self, actor: Actor) -> Iterator[Way]:
        """The techniques that make an administrator of an actor in one step, to assume a role apart.

        Of one that does everything, or gives it to itself, nothing is told of what it may take over besides.
        """
        found = False
        for way in self.administration.ways(actor):
            found = True
            yield way
        for leads in () if found else self._leads_of_any(actor):
            up = leads.raised | (leads.acting & self.administering)
            if up and leads.technique.id != "assume-role":
                yield Way(actor, leads.technique, next(self.world.targets.members(up)), self.attempts)

    def _leads_of_any(self, actor: Actor) -> Iterable[Leads]:
        return self.leads(actor) if self.world.actor(actor.arn) is actor else self.leads_of(actor)

    def leads_of(self, actor: Actor) -> Iterator[Leads]:
        """The same for an actor with policies of any kind."""
        acting = raised = 0
        for leads in self._direct(actor):
            acting, raised = acting | leads.acting, raised | leads.raised
            yield leads
        for changed, made in self.attempts.changes.all_of(actor):
            for leads in self._direct(changed):
                new, up = leads.acting & ~acting, leads.raised & ~raised
                if new or up:
                    chosen = self._least(actor, made, leads._replace(acting=new, raised=up))
                    if chosen:
                        yield chosen
                        acting, raised = acting | new, raised | up

    def _least(self, actor: Actor, made: tuple[Change, ...], wanted: Leads) -> Leads | None:
        """Where a technique leads an actor after few of the changes that it can make to itself."""

        def leads_there(changed: Actor) -> bool:
            found = [it for it in self._direct(changed) if it.technique.id == wanted.technique.id]
            return any(not (wanted.acting & ~it.acting or wanted.raised & ~it.raised) for it in found)

        least = self.attempts.changes.least(actor, made, leads_there)
        return wanted._replace(technique=preceded(least[1], wanted.technique)) if least else None

    def _direct(self, actor: Actor) -> Iterator[Leads]:
        """Where each technique leads an actor as it is."""
        found: list[Leads] = []
        for technique in sorted(plausible(actor.policies), key=lambda it: _ORDER.get(it.kind, 0)):
            if technique.scope in AMONG_PRINCIPALS and technique.power is not Power.DATA:
                acting = self.attempts.targets(actor, technique)
                if acting:
                    found.append(Leads(technique, acting, self._raised(actor, technique, acting)))
        yield from found
        yield from self._strengthened(actor, found)

    def _strengthened(self, actor: Actor, found: list[Leads]) -> Iterator[Leads]:
        """Where the same techniques lead once the actor made the target stronger, or rid it of what limits it."""
        done = self.administering
        for leads in found:
            done |= leads.raised
        stronger, freed = self.made_stronger(actor), self._freed(actor)
        unbound = [(free, bits) for free, bits in freed if free.power is Power.UNBOUNDED]
        for leads in found:
            if leads.technique.power is not Power.ACT or not leads.acting & ~done:
                continue
            ways = [
                *(((give,), bits & ~self.low_ceilings) for give, bits in stronger),
                *(
                    ((free,), self._administering_freed(actor, free, leads.acting & bits & ~done))
                    for free, bits in freed
                ),
                *(((free, give), bits & others) for free, bits in unbound for give, others in stronger),
            ]
            for firsts, bits in ways:
                if raised := leads.acting & bits & ~done:
                    done |= raised
                    yield Leads(together(*firsts, leads.technique), raised, raised)

    def made_stronger(self, actor: Actor) -> list[tuple[Technique, int]]:
        """Whom an actor can give everything but for their boundaries, by each technique."""
        return [(it, self.attempts.targets(actor, it)) for it in strengthening(actor.policies)]

    def _freed(self, actor: Actor) -> list[tuple[Technique, int]]:
        """Whom an actor can rid of what limits them, by each technique."""
        return [(it, self.attempts.targets(actor, it)) for it in undoing(actor.policies)]

    def _administering_freed(self, actor: Actor, technique: Technique, bits: int) -> int:
        """Those who would administer after an actor's technique."""
        freed = ((who.arn, self.attempts.changes.of_other(actor, technique, who)) for who in self.members(bits))
        return self.world.targets.bits(arn for arn, who in freed if who and self.administration.judge(who, 1))

    def _raised(self, actor: Actor, technique: Technique, acting: int) -> int:
        targets = self.world.targets
        if technique.power is Power.ACT:
            return 0
        if technique.power is Power.EVERYTHING:
            return acting & ~self.low_ceilings
        found = 0
        for arn in targets.members(acting & ~self.administering):
            target = self.world.actor(arn)
            if target is not None and self._is_raised(actor, technique, target):
                found |= targets.bit(arn)
        return found

    def _is_raised(self, actor: Actor, technique: Technique, target: Actor) -> bool:
        if technique.power is Power.UNBOUNDED:
            return bool(target.boundary) and self.administration.judge(target.unbounded(), 1) is not None
        if not (self.attempts.trusts.by_tags or is_personal(target.policies)):
            return False
        if not self.world.may(actor, "sts:TagSession", target.arn).granted:
            return False
        tagged = target.retagged(cache(partial(self._may_tag_session, actor, target)), session=True)
        return self.administration.judge(tagged, 1) is not None or any(
            leads.technique.power is not Power.RETAGGED and (leads.raised or leads.acting & self.administering)
            for leads in self._direct(tagged)
        )

    def _may_tag_session(self, actor: Actor, role: Actor, name: str, value: str | None) -> bool:
        """Whether a session of a role has a tag, or whoever assumes it may give it one; None for being without it."""
        if role.tag(name) == value or value is None:
            return role.tag(name) == value
        context = (("aws:tagkeys", name), (f"aws:requesttag/{name}", value))
        return self.world.may(actor, "sts:TagSession", role.arn, context).granted

    @cached_property
    def low_ceilings(self) -> int:
        """Those whom boundary or organization keeps from everything, whatever policies they are given."""
        bounded = (actor for actor in self.people if actor.boundary or actor.policies.scps)
        return self.world.targets.bits(who.arn for who in bounded if not self.administration.ceiling(who))

    def stronger_by(self, actor: Actor) -> int:
        """Those that an actor can give everything, whether it can act as them or not."""
        found = 0
        for _, bits in self.made_stronger(actor):
            found |= bits
        return found & ~self.low_ceilings

    def members(self, bits: int) -> Iterator[Actor]:
        """The users and roles in a set of the world's targets."""
        for arn in self.world.targets.members(bits):
            actor = self.world.actor(arn)
            if actor is not None:
                yield actor
