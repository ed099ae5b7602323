"""Questions about who can do what, and their answers: who can do this, what can this one do, who administers, who can
become whom.

An answer is about what was seen: policies of resources are not in a snapshot, trust policies apart, so what they allow
besides, or deny, is not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.holdings import consenting
from auditor.access.reach import allowed_actions
from auditor.access.trusts import ASSUME
from auditor.access.ways import granting
from auditor.policy.actions import expand, mask, names
from auditor.policy.specials import ALWAYS_ALLOWED, BY_TRUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.graph import Graph
    from auditor.access.holdings import Grant
    from auditor.access.world import Access


class Answer(NamedTuple):
    """Whether an actor may take an action."""

    actor: Actor
    action: str
    access: Access

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The identity policies that allow it, each once."""
        return granting(self.actor, (self.access,)) if self.access.granted else ()


def who_can(graph: Graph, action: str, resource: str = "") -> list[Answer]:
    """Every user and role that may take an action, or for whom that is not known, sorted by ARN.

    `resource` is an ARN; without one the question is about any resource that the action takes.
    """
    written = spelled(action)
    asked = (ask(graph, actor, written, resource) for actor in graph.world.actors)
    return [answer for answer in asked if answer is not None]


def can(graph: Graph, actor: Actor, actions: Iterable[str] = ()) -> list[Answer]:
    """What an actor may do on any resource, sorted by action; of some actions, wildcards among them, or of all."""
    wanted = {name for pattern in actions for name in expand(pattern)}
    if not actions:
        # Where a policy was not seen every other action is open as well; that is told once, not for each of them.
        wanted = {*names(allowed_actions(actor.policies)), *map(spelled, (*BY_TRUST, *ALWAYS_ALLOWED))}
    asked = (ask(graph, actor, action) for action in sorted(wanted, key=str.lower))
    return [it for it in asked if it is not None and (it.access.granted or actions or not actor.blind)]


def ask(graph: Graph, actor: Actor, action: str, resource: str = "") -> Answer | None:
    """Whether an actor may take an action; None where it surely may not."""
    special = action.lower() in BY_TRUST or action.lower() in ALWAYS_ALLOWED
    if not special and not actor.blind and not graph.attempts.reach.may(actor, action):
        return None
    access = _decided(graph, actor, action, resource)
    return Answer(actor, action, access) if access is not None and access.answer != "no" else None


def _decided(graph: Graph, actor: Actor, action: str, resource: str) -> Access | None:
    world = graph.world
    if resource and action.lower().startswith("kms:"):
        # A key's policy leaves the key to its account, as the policy that AWS gives every new key does.
        return world.decide(actor, action, resource, {}, consenting(actor.account))
    if resource:
        return world.may(actor, action, resource)
    if action.lower() not in BY_TRUST:
        return world.anywhere(actor, action)
    best: Access | None = None
    for role in world.targets.members(graph.attempts.trusts.assumable(actor)):
        found = world.may(actor, action, role)
        if found.answer == "yes":
            return found
        best = found if found.granted or best is None else best
    return best or world.given_up(actor).get(ASSUME)


def spelled(action: str) -> str:
    """An action as AWS spells it; as it was given where AWS documents none of that name."""
    return next(iter(names(mask(action))), action)


def unseen(actors: Iterable[Actor]) -> Iterator[tuple[Actor, str]]:
    """What was not seen of some actors' policies, so that an answer about them may be wrong."""
    return ((actor, blind.reason) for actor in actors for blind in dict.fromkeys(actor.blind))


def unseen_ways(graph: Graph, from_: str = "") -> Iterator[tuple[Actor, str]]:
    """The same for an answer about paths: from one actor, by its ARN, what is not known of those that it can become."""
    source = graph.world.actor(from_)
    if source is None:
        return unseen(graph.people)
    return ((source, blind.reason) for blind in dict.fromkeys((*source.blind, *graph.blind_ahead(source))))


def undecided(answers: Iterable[Answer]) -> Iterator[tuple[Actor, str]]:
    """Those whose policies were all seen, and for whom it is not known nevertheless."""
    for answer in answers:
        if answer.access.answer == "unknown" and not answer.actor.blind:
            yield answer.actor, given_up(answer.action)


def undecided_ways(graph: Graph, arrived: Iterable[Actor], from_: str = "") -> Iterator[tuple[Actor, str]]:
    """The same of what was asked so far: of all but those who arrived, or of what one actor, by its ARN, may become."""
    source, done = graph.world.actor(from_), {actor.arn for actor in arrived}
    if source is not None and source.arn in done:
        return
    asked = graph.ahead(source) if source else graph.people
    for actor in asked if graph.world.gave_up else ():
        if actor.arn not in done:
            yield from ((actor, given_up(action)) for action in sorted(graph.world.given_up(actor)))
    for role, name in graph.attempts.trusts.given_up:
        yield role, f"whether {name} may assume it, {_TOO_MANY}"


def given_up(action: str) -> str:
    """That the search for a context was given up in which an action is allowed."""
    return f"whether {action} is allowed, {_TOO_MANY}"


_TOO_MANY: Final = "under more conditions than can be tried"
