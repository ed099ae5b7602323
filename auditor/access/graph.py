"""Who can become whom: the actors of a world, the techniques that lead from one to another, and the shortest ways.

Edges are kept as sets: for each actor and technique the actors that it leads to. A way is found breadth first.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.holdings import EVERYTHING
from auditor.access.leads import Leading, Leads
from auditor.access.reach import allowed_actions
from auditor.access.technique import Power, Scope, Technique
from auditor.access.techniques import TECHNIQUES
from auditor.policy.document import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.actors import Actor
    from auditor.access.ways import Way
    from auditor.access.world import Access, World
    from auditor.findings.model import Blind

ADMIN: Final = "admin"
"""The end of a path that leads to any administrator."""

_ADMINISTER: Final = Technique(
    "administer", "act as {target}, as whoever administers an account can", "grant", Scope.ACCOUNT, Power.ACT, ()
)
"""How an administrator becomes anyone in its account; no technique to be looked for."""


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
    administers: Way | None
    """How the last one administers, where it does without the last step's raising it."""

    @property
    def end(self) -> Actor:
        """Where it leads."""
        return self.steps[-1].edge.target if self.steps else self.source


class Graph(Leading):
    """The actors of a world, and which of them can become which."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._reached: dict[str, int] = {}

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
        left = self.members(sum(bit for bit, _ in waiting)) if self._strengthening else ()
        found |= self.world.targets.bits(actor.arn for actor in left if self._has_detour(actor))
        return frozenset(self.world.targets.members(found))

    @cached_property
    def _strengthening(self) -> dict[str, int]:
        """The ARNs of all who can make others stronger, and whom."""
        found = ((actor.arn, self.stronger_by(actor)) for actor in self.people if actor.arn not in self.admins)
        return {arn: bits for arn, bits in found if bits}

    def _has_detour(self, source: Actor) -> bool:
        """Whether one of those that an actor can become, or itself, makes one of them stronger."""
        ahead = self._ahead(source)
        able = self.world.targets.bits(self._strengthening) & ahead
        return any(self._strengthening[arn] & ahead for arn in self.world.targets.members(able))

    def detour(self, source: Actor) -> tuple[Edge, Edge] | None:
        """How one of those that an actor can become, or itself, makes another one of them stronger; None if it can't.

        The first edge is the strengthening, the second the last one on the way to whoever is stronger by it.
        """
        reached, came = {source.arn: source}, self.came(source)
        reached |= {edge.target.arn: edge.target for edge in came.values()}
        acting = self.world.targets.bits(reached)
        for actor in reached.values():
            for technique, bits in self.made_stronger(actor):
                target = next(self.members(bits & acting & ~self.low_ceilings), None)
                if target == source:
                    return (Edge(actor, technique, source, raises=True),) * 2
                if target:
                    return Edge(actor, technique, target, raises=False), came[target.arn]._replace(raises=True)
        return None

    def came(self, source: Actor) -> dict[str, Edge]:
        """By ARN all that an actor can become, one after the other, each with the last step on the shortest way."""
        targets = self.world.targets
        came: dict[str, Edge] = {}
        seen, front = targets.bit(source.arn), [source]
        while front:
            reached: list[Actor] = []
            for actor in front:
                for leads in self.leads(actor):
                    for target in self.members(leads.acting & ~seen):
                        came[target.arn] = Edge(actor, leads.technique, target, raises=False)
                        reached.append(target)
                    seen |= leads.acting
            front = sorted(reached, key=lambda actor: actor.arn)
        return came

    def is_stronger(self, arn: str, actor: Actor) -> bool:
        """Whether a principal administers, can come to, or is allowed an action that an actor is allowed nowhere."""
        other = self.world.actor(arn)
        if other is None:
            return False
        more = allowed_actions(other.policies) & ~allowed_actions(actor.policies)
        return bool(more) or bool(self.administering & self.world.targets.bit(arn)) or arn in self.escalating

    def blind_ahead(self, actor: Actor) -> tuple[Blind, ...]:
        """What was not seen of the policies of those that an actor can become, one after the other."""
        blind = self._ahead(actor) & self._blind if self._blind else 0
        return tuple(dict.fromkeys(spot for who in self.members(blind) for spot in who.blind))

    @cached_property
    def _blind(self) -> int:
        """Those of whose policies something was not seen."""
        return self.world.targets.bits(who.arn for who in self.people if who.blind)

    def ahead(self, actor: Actor) -> Iterator[Actor]:
        """Those that an actor can become, one after the other, and itself."""
        return self.members(self._ahead(actor))

    def _ahead(self, actor: Actor) -> int:
        found = self._reached.get(actor.arn)
        if found is not None:
            return found
        seen, front = self.world.targets.bit(actor.arn), [actor]
        while front:
            reached = 0
            for who in front:
                known = self._reached.get(who.arn)
                if known is None:
                    for leads in self.leads(who):
                        reached |= leads.acting
                else:  # nobody whom it reaches is to be gone through once more
                    seen |= known
            new = reached & ~seen
            front = list(self.members(new))
            seen |= new
        self._reached[actor.arn] = seen
        return seen


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
    return _by_detour(graph, source) if to == ADMIN and source.arn in graph.escalating else None


def _path(graph: Graph, source: Actor, came: dict[str, Edge], last: Edge) -> Path:
    steps = tuple(map(graph.step, _edges(source, came, last)))
    return Path(source, steps, None if last.raises else graph.admins.get(last.target.arn))


def _by_detour(graph: Graph, source: Actor) -> Path | None:
    """The way by which an actor makes one of those that it can become stronger, as another of them."""
    detour = graph.detour(source)
    if detour is None:
        return None
    strengthening, last = detour
    came = graph.came(source)
    first = _edges(source, came, strengthening)
    if any(edge.target == strengthening.target for edge in first[:-1]):
        edges = [*first[:-1], strengthening._replace(raises=True)]
    else:
        edges = list(dict.fromkeys((*first, *_edges(source, came, last))))
    return Path(source, tuple(map(graph.step, edges)), None)


def _edges(source: Actor, came: dict[str, Edge], last: Edge) -> list[Edge]:
    """The edges of a way, up to its last one."""
    edges = [last]
    while edges[-1].source != source:
        edges.append(came[edges[-1].source.arn])
    return edges[::-1]


def paths(graph: Graph, from_: str = "", to: str = ADMIN) -> list[Path]:
    """The shortest path for each actor that has one, or from one actor; by the ARNs of the sources.

    Whoever gives itself everything has a path to administration, without a step. Of those who are allowed everything
    already, and of administrators of the account where paths to somebody else lead, none is told, unless they are asked
    about by name.
    """
    if from_:
        source = graph.world.actor(from_)
        found = path(graph, source, to) if source else None
        return [found] if found else []
    if to == ADMIN:
        rising = {arn for arn, way in graph.admins.items() if not way.does_everything}
        sources = [actor for actor in graph.people if actor.arn in graph.escalating or actor.arn in rising]
    else:
        end = graph.world.actor(to)
        settled = {arn for arn, proof in graph.admins.items() if end and proof.actor.account == end.account}
        sources = [actor for actor in graph.people if actor.arn != to and actor.arn not in settled]
    found_paths = (path(graph, actor, to) for actor in sources)
    return [found for found in found_paths if found is not None]
