"""Who can become whom: the actors of a world, the techniques that lead from one to another, and the shortest ways.

Edges are kept as sets: for each actor and technique the actors that it leads to. A way is found breadth first.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.admins import Administration
from auditor.access.attempts import AMONG_PRINCIPALS, Attempts, plausible
from auditor.access.holdings import EVERYTHING
from auditor.access.reach import allowed_actions
from auditor.access.technique import Power, Scope, Technique
from auditor.access.techniques import TECHNIQUES
from auditor.policy.document import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.actors import Actor
    from auditor.access.admins import AdminProof
    from auditor.access.world import Access, World
    from auditor.findings.model import Blind

ADMIN: Final = "admin"
"""The end of a path that leads to any administrator."""

_ORDER: Final = {kind: rank for rank, kind in enumerate(("assume", "credential", "pass", "edit", "federate", "run"))}
"""Of several techniques the plainest is told: what needs nothing to be there yet before what does."""


_ADMINISTER: Final = Technique(
    "administer", "act as {target}, as whoever administers an account can", "grant", Scope.ACCOUNT, Power.ACT, ()
)
"""How an administrator becomes anyone in its account; no technique to be looked for."""


class Leads(NamedTuple):
    """Where one technique leads an actor, as sets of the world's targets."""

    technique: Technique
    acting: int
    """Those that it comes to act as."""
    raised: int
    """Those of them that have then, or can give themselves, everything."""


class Edge(NamedTuple):
    """That one actor can become another."""

    source: Actor
    technique: Technique
    target: Actor
    raises: bool
    """Whether the target administers after it, if it did not before."""


class Step(NamedTuple):
    """One edge of a path, and its proof."""

    edge: Edge
    accesses: tuple[Access, ...]
    """One decision for each permission that the technique takes."""

    @property
    def words(self) -> str:
        """What is done, as a sentence."""
        target = f"{self.edge.target.kind} {self.edge.target.name}"
        return f"{self.edge.source.name} can {self.edge.technique.words.format(target=target)}"


class Path(NamedTuple):
    """A way from one actor to another, or to everything."""

    source: Actor
    steps: tuple[Step, ...]
    administers: AdminProof | None
    """How the last one administers, where it does without the last step's raising it."""

    @property
    def end(self) -> Actor:
        """Where it leads."""
        return self.steps[-1].edge.target if self.steps else self.source


class Graph:
    """The actors of a world, and which of them can become which."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.attempts = Attempts(world)
        self.administration = Administration(self.attempts)
        self._leads: dict[str, tuple[Leads, ...]] = {}

    @cached_property
    def admins(self) -> dict[str, AdminProof]:
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

    def leads_of(self, actor: Actor) -> Iterator[Leads]:
        """The same for an actor with policies of any kind."""
        techniques = sorted(plausible(actor.policies), key=lambda it: _ORDER.get(it.kind, 0))
        for technique in techniques:
            if technique.scope in AMONG_PRINCIPALS and technique.power is not Power.DATA:
                acting = self.attempts.targets(actor, technique)
                if acting:
                    yield Leads(technique, acting, self._raised(actor, technique, acting))

    def _raised(self, actor: Actor, technique: Technique, acting: int) -> int:
        targets = self.world.targets
        if technique.power is Power.ACT:
            return 0
        if technique.power is Power.EVERYTHING:
            return acting & ~self._low_ceilings
        found = 0
        for arn in targets.members(acting & ~self.administering):
            target = self.world.actor(arn)
            if target is not None and self._is_raised(actor, technique, target):
                found |= targets.bit(arn)
        return found

    def _is_raised(self, actor: Actor, technique: Technique, target: Actor) -> bool:
        if technique.power is Power.UNBOUNDED:
            return bool(target.boundary) and self.administration.judge(target.unbounded(), 1) is not None
        tagged = self.world.may(actor, "sts:TagSession", target.arn).granted
        return tagged and self.administration.judge(target.retagged(), 1) is not None

    @cached_property
    def _low_ceilings(self) -> int:
        """Those whose boundary keeps them from everything, whatever policies they are given."""
        bounded = (actor for actor in self.people if actor.boundary)
        return self.world.targets.bits(who.arn for who in bounded if not self.administration.ceiling(who))

    def edges(self) -> Iterator[Edge]:
        """Every edge, by the ARNs of source and target; for one pair the plainest technique."""
        for actor in self.people:
            chosen: dict[str, Edge] = {}
            for leads in self.leads(actor):
                for target in self.members(leads.acting):
                    raises = bool(leads.raised & self.world.targets.bit(target.arn))
                    known = chosen.get(target.arn)
                    if known is None or (raises and not known.raises):
                        chosen[target.arn] = Edge(actor, leads.technique, target, raises)
            yield from (chosen[arn] for arn in sorted(chosen))

    def members(self, bits: int) -> Iterator[Actor]:
        """The users and roles in a set of the world's targets."""
        for arn in self.world.targets.members(bits):
            actor = self.world.actor(arn)
            if actor is not None:
                yield actor

    def onward(self, actor: Actor) -> tuple[Leads, ...]:
        """Where an actor can get, also if it administers its account: then to everyone there."""
        if actor.arn not in self.admins:
            return self.leads(actor)
        targets = self.world.targets
        everyone = targets.bits(who.arn for who in self.people if who.account == actor.account)
        return (Leads(_ADMINISTER, everyone & ~targets.bit(actor.arn), 0), *self._abroad(actor))

    def _abroad(self, actor: Actor) -> Iterator[Leads]:
        """The roles of other accounts that an administrator may assume, once it has given itself what that takes."""
        strong = actor.holding(Policy.parse(EVERYTHING))
        acting = self.attempts.trusts.assumable(strong) & ~self.attempts.reach.account(actor.account)
        if acting:
            yield Leads(next(it for it in TECHNIQUES if it.id == "assume-role"), acting, 0)

    def step(self, edge: Edge) -> Step:
        """An edge with its proof."""
        if edge.technique is _ADMINISTER:
            return Step(edge, self.admins[edge.source.arn].steps)
        if edge.source.arn in self.admins:
            strong = edge.source.holding(Policy.parse(EVERYTHING))
            return Step(edge, self.attempts.steps(strong, edge.technique, edge.target.arn))
        return Step(edge, self.attempts.steps(edge.source, edge.technique, edge.target.arn))

    @cached_property
    def escalating(self) -> frozenset[str]:
        """The ARNs of all that are no administrators and can become one."""
        reaching, waiting = self.administering, []
        for actor in self.people:
            leads = self.leads(actor)
            raised = any(it.raised for it in leads)
            acting = 0
            for it in leads:
                acting |= it.acting
            if acting:
                waiting.append((self.world.targets.bit(actor.arn), -1 if raised else acting))
        found = 0
        while arrived := [entry for entry in waiting if entry[1] < 0 or entry[1] & reaching]:
            for bit, _ in arrived:
                found |= bit
                reaching |= bit
            done = {bit for bit, _ in arrived}
            waiting = [entry for entry in waiting if entry[0] not in done]
        return frozenset(self.world.targets.members(found))

    def is_stronger(self, arn: str, actor: Actor) -> bool:
        """Whether a principal administers, can come to, or is allowed an action that an actor is allowed nowhere."""
        other = self.world.actor(arn)
        if other is None:
            return False
        more = allowed_actions(other.policies) & ~allowed_actions(actor.policies)
        return bool(more) or bool(self.administering & self.world.targets.bit(arn)) or arn in self.escalating

    def blind_ahead(self, actor: Actor) -> tuple[Blind, ...]:
        """What was not seen of the policies of those that an actor can become, one after the other."""
        targets = self.world.targets
        blind = targets.bits(who.arn for who in self.people if who.blind)
        seen, front = targets.bit(actor.arn), [actor] if blind else []
        while front:
            acting = 0
            for who in front:
                for leads in self.leads(who):
                    acting |= leads.acting
            front = list(self.members(acting & ~seen))
            seen |= acting
        known = self.members(seen & blind)
        return tuple(dict.fromkeys(spot for who in known for spot in who.blind))


def graph(world: World) -> Graph:
    """The graph of a world. What is asked of it is worked out when it is asked."""
    return Graph(world)


def path(graph: Graph, source: Actor, to: str = ADMIN) -> Path | None:
    """The shortest way from an actor to another one, by its ARN, or to any administrator; None if there is none."""
    world = graph.world
    if to == ADMIN and source.arn in graph.admins:
        return Path(source, (), graph.admins[source.arn])
    wanted = graph.administering if to == ADMIN else world.targets.bit(to)
    came: dict[str, Edge] = {}
    seen, front = world.targets.bit(source.arn), [source]
    while front:
        reached: list[Actor] = []
        for actor in front:
            for leads in graph.onward(actor):
                arriving = (leads.raised if to == ADMIN else 0) | (leads.acting & wanted)
                if arriving:
                    target = next(graph.members(arriving))
                    raises = bool(leads.raised & world.targets.bit(target.arn))
                    return _path(graph, source, came, Edge(actor, leads.technique, target, raises))
                for target in graph.members(leads.acting & ~seen):
                    came[target.arn] = Edge(actor, leads.technique, target, raises=False)
                    reached.append(target)
                seen |= leads.acting
        front = sorted(reached, key=lambda actor: actor.arn)
    return None


def _path(graph: Graph, source: Actor, came: dict[str, Edge], last: Edge) -> Path:
    edges = [last]
    while edges[-1].source != source:
        edges.append(came[edges[-1].source.arn])
    steps = tuple(graph.step(edge) for edge in reversed(edges))
    return Path(source, steps, None if last.raises else graph.admins.get(last.target.arn))


def paths(graph: Graph, from_: str = "", to: str = ADMIN) -> list[Path]:
    """The shortest path for each actor that has one, or from one actor; by the ARNs of the sources.

    Of those who administer the account where the paths lead none is told, unless they are asked about by name.
    """
    if from_:
        source = graph.world.actor(from_)
        found = path(graph, source, to) if source else None
        return [found] if found else []
    if to == ADMIN:
        sources = [actor for actor in graph.people if actor.arn in graph.escalating]
    else:
        end = graph.world.actor(to)
        settled = {arn for arn, proof in graph.admins.items() if end and proof.actor.account == end.account}
        sources = [actor for actor in graph.people if actor.arn != to and actor.arn not in settled]
    found_paths = (path(graph, actor, to) for actor in sources)
    return [found for found in found_paths if found is not None]
