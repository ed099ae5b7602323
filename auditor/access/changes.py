"""What an actor can change about itself, short of giving itself everything: groups that it joins or leaves, policies
that it attaches, its boundary, its tags. One change may make way for the next, and only all of them be a way up.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.holdings import EVERYTHING, Grant, parsed, place_of
from auditor.access.naming import named
from auditor.access.reach import is_personal
from auditor.access.technique import Power, Technique
from auditor.access.techniques import plausible
from auditor.findings.model import Place
from auditor.policy.document import Policy
from auditor.policy.elements import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.attempts import Attempts

CHANGING: Final = frozenset({Power.JOIN, Power.REVERTED, Power.UNBOUNDED, Power.UNREFUSED, Power.RETAGGED})

_NOWHERE: Final = Grant("", "", Place("", ""))


class Change(NamedTuple):
    """A technique by which an actor changes itself, and the ARN of its target."""

    technique: Technique
    target: str


def _pairs(actor: Actor) -> list[tuple[Policy, Grant]]:
    """The identity policies and where they hang; of those that an actor is only thought to hold nowhere."""
    sources = actor.sources or (_NOWHERE,) * len(actor.policies.identity)
    return list(zip(actor.policies.identity, sources, strict=True))


def _with_pairs(actor: Actor, pairs: list[tuple[Policy, Grant]]) -> Actor:
    policies = actor.policies._replace(identity=tuple(policy for policy, _ in pairs))
    return replace(actor, policies=policies, sources=tuple(grant for _, grant in pairs))


def _without_denials(actor: Actor, technique: Technique, target: str) -> Actor | None:
    """The actor without the policies that only deny, of those that the technique takes off."""
    group = named(target).removeprefix("group ") if ":group/" in target else ""
    leaves, inline = technique.id.startswith("leave-"), technique.id.startswith("delete-")
    pairs = _pairs(actor)
    if leaves and not any(grant.via == group and _denies(policy) for policy, grant in pairs):
        return None
    kept = [
        (policy, grant)
        for policy, grant in pairs
        if grant.via != group
        or (not leaves and (grant.policy.startswith("arn:") is inline or any(it.allow for it in policy.statements)))
    ]
    if len(kept) == len(pairs):
        return None
    found = _with_pairs(actor, kept)
    return replace(found, groups=tuple(arn for arn in actor.groups if arn != target)) if leaves else found


def _denies(policy: Policy) -> bool:
    return not all(statement.allow for statement in policy.statements)


def preceded(changes: tuple[Change, ...], technique: Technique) -> Technique:
    """A technique that works after some changes."""
    words = [change.technique.words.format(target=named(change.target)) for change in changes]
    return technique._replace(
        id="+".join([*(change.technique.id for change in changes), technique.id]),
        words=f"{', '.join(words)} and then {technique.words}",
        before=tuple(changes),
    )


class Changes:
    """The changes that the actors of a world can make to themselves, all together."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._world = attempts.world

    def after(self, actor: Actor, change: Change) -> Actor | None:
        """The actor as it is then; None where nothing is different."""
        technique, target = change
        match technique.power:
            case Power.JOIN:
                return self._joined(actor, target)
            case Power.REVERTED:
                return self._reverted(actor, target)
            case Power.UNBOUNDED:
                return actor.unbounded() if actor.boundary else None
            case Power.UNREFUSED:
                return _without_denials(actor, technique, target)
            case Power.RETAGGED:
                matters = is_personal(actor.policies) or self._attempts.trusts.by_tags
                may_tag = partial(self._attempts.needs.tagging.may_tag, actor)
                return actor.retagged(cache(may_tag)) if matters and not actor.tags_free else None
        return None

    def of_other(self, actor: Actor, technique: Technique, other: Actor) -> Actor | None:
        """Another user or role as it is after an actor's technique; None where nothing is different."""
        match technique.power:
            case Power.UNBOUNDED:
                return other.unbounded() if other.boundary else None
            case Power.UNREFUSED:
                return _without_denials(other, technique, other.arn)
        (need,) = technique.needs
        revertible = self._attempts.reach.on(actor, need.action)
        held = (other.boundary,) if need.on == "its-boundary" else (grant.policy for grant in other.sources)
        reverted: Actor | None = None
        for policy in self._world.targets.members(revertible & self._world.targets.bits(held)):
            reverted = self._reverted(reverted or other, policy) or reverted
        return reverted

    def _joined(self, actor: Actor, target: str) -> Actor | None:
        """The actor with the policies of a group, as its member, or with a managed policy."""
        if group := self._world.groups.get(target):
            pairs = [*_pairs(actor), *zip(group.policies, group.sources, strict=True)]
            return replace(_with_pairs(actor, pairs), groups=(*actor.groups, target))
        document = self._world.policies[target].document
        grant = Grant(target, "", Place(f"{place_of('policies', target)}/Document", target))
        return _with_pairs(actor, [*_pairs(actor), (document, grant)]) if document else None

    def _reverted(self, actor: Actor, target: str) -> Actor | None:
        """The actor with the other versions of a policy or boundary: any of them, as it can go from one to the next."""
        everything, others = Policy.parse(EVERYTHING), self._world.policies[target].others
        read = [parsed(text, target, Kind.IDENTITY) for text in others] if others is not None else [everything]
        versions = [policy if isinstance(policy, Policy) else everything for policy in read]
        chosen = [policy for policy in versions if not _denies(policy)] or versions
        pairs = [(policy, grant) for policy, grant in _pairs(actor) if grant.policy != target]
        held = [(policy, grant) for grant in actor.sources if grant.policy == target for policy in chosen]
        if not chosen or not (held or target == actor.boundary):
            return None
        changed = _with_pairs(actor, [*pairs, *held]) if held else actor
        if target != actor.boundary:
            return changed
        return replace(changed, policies=changed.policies._replace(boundaries=tuple(chosen)), blind_boundary=False)

    def all_of(self, actor: Actor) -> Iterator[tuple[Actor, tuple[Change, ...]]]:
        """The actor after every change that it can make, one making way for the next, and these changes in their order.

        Then the same without those that bring new denials, where there are any.
        """
        grown, made = self._grown(actor, denials=True)
        if made:
            yield grown, made
        if any(map(_denies, grown.policies.identity)):
            grown, others = self._grown(actor, denials=False)
            if others and others != made:
                yield grown, others

    def _grown(self, actor: Actor, *, denials: bool) -> tuple[Actor, tuple[Change, ...]]:
        made: dict[Change, None] = {}
        while True:
            before = len(made)
            for change in [it for it in self._possible(actor) if it not in made]:
                changed = self.after(actor, change)
                if changed is not None and (denials or not _brings_denials(actor, changed)):
                    actor = changed
                    made[change] = None
            if len(made) == before:
                return actor, tuple(made)

    def _possible(self, actor: Actor) -> Iterator[Change]:
        for technique in plausible(actor.policies):
            if technique.kind == "grant" and technique.power in CHANGING:
                bits = self._attempts.targets(actor, technique)
                yield from (Change(technique, target) for target in self._world.targets.members(bits))

    def least(
        self, actor: Actor, made: tuple[Change, ...], enough: Callable[[Actor], bool]
    ) -> tuple[Actor, tuple[Change, ...]] | None:
        """Few of some changes, and the actor after them, for whom something is true as it is after all of them.

        None where it is true of no such actor.
        """
        for change in made:
            alone = self._replayed(actor, (change,))
            if alone is not None and enough(alone):
                return alone, (change,)
        best = self._replayed(actor, made)
        if best is None or not enough(best):
            return None
        size = len(made) // 2
        while size:
            start = 0
            while start < len(made):
                fewer = (*made[:start], *made[start + size :])
                changed = self._replayed(actor, fewer)
                if changed is not None and enough(changed):
                    made, best = fewer, changed
                else:
                    start += size
            size //= 2
        return best, made

    def _replayed(self, actor: Actor, changes: Iterable[Change]) -> Actor | None:
        """The actor after some changes; None where one of them is not possible, or comes to nothing."""
        for change in changes:
            possible = self._attempts.targets(actor, change.technique) & self._world.targets.bit(change.target)
            changed = self.after(actor, change) if possible else None
            if changed is None:
                return None
            actor = changed
        return actor


def _brings_denials(actor: Actor, changed: Actor) -> bool:
    held = set(actor.policies.identity)
    return any(_denies(policy) for policy in changed.policies.identity if policy not in held)
