"""Who administers an account, by effect: whoever can do everything, or can give itself everything.

Each administrator comes with a proof: the way by which it does.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.access.attempts import NEW, Attempts
from auditor.access.changes import CHANGING, Change, preceded
from auditor.access.everything import strong_aws_policies
from auditor.access.holdings import EVERYTHING
from auditor.access.reach import allowed_actions
from auditor.access.technique import Power, Scope
from auditor.access.techniques import granting
from auditor.access.ways import Way
from auditor.policy.actions import everything
from auditor.policy.document import Policy
from auditor.policy.layers import Policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.actors import Actor
    from auditor.access.technique import Technique
    from auditor.access.world import World

_DEPTH: Final = 1
"""How often an actor is thought of with other policies or tags before its powers are judged."""


class Administration:
    """The administrators of a world, found one by one as they are asked about."""

    def __init__(self, attempts: Attempts) -> None:
        self.attempts = attempts
        self._world = attempts.world
        self._proofs: dict[str, Way | None] = {}
        self._ceilings: dict[object, bool] = {}
        attempts.needs.strong_groups = lambda: self.strong_groups
        attempts.needs.strong_policies = lambda key: self._strong_policies.get(key, ())

    def proof(self, actor: Actor) -> Way | None:
        """That an actor administers its account; None where nothing seen shows it. Kept for those of the world."""
        if self._world.actor(actor.arn) is not actor:
            return self.judge(actor)
        if actor.arn not in self._proofs:
            self._proofs[actor.arn] = self.judge(actor)
        return self._proofs[actor.arn]

    def judge(self, actor: Actor, depth: int = 0) -> Way | None:
        """The same for an actor with policies of any kind."""
        return next(self.ways(actor, depth), None)

    def ways(self, actor: Actor, depth: int = 0) -> Iterator[Way]:
        """Every technique by which an actor can do, or give itself, everything; if none does it, a row of changes."""
        found = False
        for technique in granting(actor.policies):
            if (target := self._leads(actor, technique, depth)) is not None:
                found = True
                yield Way(actor, technique, target, self.attempts)
        if not found and depth < _DEPTH:
            yield from self._after_changes(actor)

    def _after_changes(self, actor: Actor) -> Iterator[Way]:
        """The way to everything that takes several changes of the actor first."""

        def administers(changed: Actor) -> bool:
            return self.judge(changed, _DEPTH) is not None

        for grown, made in self.attempts.changes.all_of(actor):
            least = self.attempts.changes.least(actor, made, administers) if administers(grown) else None
            proof = self.judge(least[0], _DEPTH) if least else None
            if least and proof:
                technique = preceded(least[1], proof.technique)
                yield Way(actor, technique, proof.target, self.attempts)
                return

    def _leads(self, actor: Actor, technique: Technique, depth: int) -> str | None:
        """The target on which a technique leads to everything, empty where it has none; None where it doesn't."""
        if technique.scope in NEW or technique.scope is Scope.ACCOUNT:
            works = self.attempts.works(actor, technique)
            return "" if works and (technique.scope is not Scope.NEW_GROUP or self.ceiling(actor)) else None
        if technique.power in CHANGING and depth >= _DEPTH:
            return None
        for target in self._world.targets.members(self.attempts.targets(actor, technique)):
            if self._is_raised(actor, technique, target, depth):
                return target
        return None

    def _is_raised(self, actor: Actor, technique: Technique, target: str, depth: int) -> bool:
        """Whether, after the technique, the actor has everything or can give it to itself."""
        if technique.power in CHANGING:
            changed = self.attempts.changes.after(actor, Change(technique, target))
            return changed is not None and self.judge(changed, depth + 1) is not None
        return technique.power is Power.EVERYTHING and _is_of_use(actor, technique, target) and self.ceiling(actor)

    @cached_property
    def strong_groups(self) -> int:
        """The groups whose members administer, as a set of targets."""
        self.__dict__["strong_groups"] = 0  # while they are looked for, none is taken for granted
        strong = (
            group.arn
            for group in self._world.groups.values()
            if self.judge(self._world.holder(group.account, group.policies, group.sources, (group.arn,)), _DEPTH)
        )
        return self._world.targets.bits(strong)

    @cached_property
    def _strong_policies(self) -> dict[str, tuple[str, ...]]:
        """Policies whose holder administers, and those within which one does, by the context key that names them."""
        self.__dict__["_strong_policies"] = {}  # while they are looked for, none is taken for granted
        attached, bounding = [*strong_aws_policies(self._world)], []
        for arn, policy in sorted(self._world.policies.items()):
            if policy.document is None:
                continue
            holder = self._world.holder(policy.account, (policy.document,))
            if self.judge(holder, _DEPTH):
                attached.append(arn)
            within = holder.policies._replace(identity=(Policy.parse(EVERYTHING),), boundaries=(policy.document,))
            if self.judge(replace(holder, policies=within), _DEPTH):
                bounding.append(arn)
        self.attempts.needs.forget()
        return {"iam:policyarn": tuple(attached), "iam:permissionsboundary": tuple(bounding)}

    def ceiling(self, actor: Actor) -> bool:
        """Whether the actor would administer if its identity policies allowed everything."""
        if not actor.policies.boundaries and not actor.blind_boundary and not actor.policies.scps:
            return True
        key = (actor.policies.boundaries, actor.arn)
        if key not in self._ceilings:
            self._ceilings[key] = False  # what giving itself everything leads to is what is being asked
            self._ceilings[key] = self.judge(actor.holding(Policy.parse(EVERYTHING))) is not None
        return self._ceilings[key]


def _is_of_use(actor: Actor, technique: Technique, target: str) -> bool:
    """Whether denials that the technique leaves in force would not keep the actor from most of what it is given."""
    replaces = technique.id in ("put-user-policy", "put-role-policy")
    kept = [
        policy
        for policy, grant in zip(actor.policies.identity, actor.sources, strict=False)
        if grant.policy != target and not (replaces and not grant.via and not grant.policy.startswith("arn:"))
    ]
    left = allowed_actions(Policies(identity=(Policy.parse(EVERYTHING), *kept)))
    return left.bit_count() * 2 > everything().bit_count()


def administrators(world: World) -> dict[str, Way]:
    """The ARN of every user and role that administers its account, with the proof. AWS's service-linked roles apart."""
    administration = Administration(Attempts(world))
    found = ((actor.arn, administration.proof(actor)) for actor in world.actors if actor.aws_made != "service-linked")
    return {arn: proof for arn, proof in found if proof is not None}
