"""Which techniques work for an actor, on whom, and the requests that prove it."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final

from auditor.access.everything import administrative, covers_everything
from auditor.access.examples import examples
from auditor.access.holdings import consenting, trusting
from auditor.access.reach import Reach, allowed_actions, parted
from auditor.access.technique import ADMINISTRATION, Scope, Technique
from auditor.access.techniques import TECHNIQUES
from auditor.access.trusts import ASSUME, Trusts
from auditor.policy.actions import mask

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.technique import Need
    from auditor.access.world import Access, Context, World
    from auditor.policy.layers import Policies

AMONG_PRINCIPALS: Final = frozenset(
    {
        *(Scope.USER, Scope.USER_WITH_PASSWORD, Scope.USER_WITHOUT_PASSWORD, Scope.ROLE),
        *(Scope.TRUSTING_ROLE, Scope.MFA_ROLE),
        *(Scope.SERVICE_ROLE, Scope.FEDERATED_ROLE, Scope.CENTER_ROLE),
    }
)
"""Scopes whose targets are other users and roles."""

_TRUSTING: Final = (Scope.TRUSTING_ROLE, Scope.MFA_ROLE)

NEW: Final = frozenset({Scope.NEW_USER, Scope.NEW_ROLE})

_AWS_ALONE: Final = frozenset({"service-linked", "identity-center"})
"""Roles that AWS lets nobody edit in the account.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html"""

_REPLACING: Final = ("iam:PutUserPermissionsBoundary", "iam:PutRolePermissionsBoundary")

_TELLING: Final = (
    *("iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreatePolicyVersion"),
    *("iam:CreateUser", "iam:CreateRole", "iam:UpdateAssumeRolePolicy"),
)
"""Without any of these nobody administers an account, whatever else is allowed."""


class Attempts:
    """What the actors of a world can do by the techniques."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reach = Reach(world)
        self.trusts = Trusts(world, self.reach)
        self._created: dict[Hashable, tuple[Access, ...]] = {}
        self._administrative = administrative(world)
        self._roles = world.targets.bits(
            actor.arn for actor in world.actors if actor.kind == "role" and actor.aws_made not in _AWS_ALONE
        )
        self._center = world.targets.bits(actor.arn for actor in world.actors if actor.aws_made == "identity-center")
        self._with_password = world.passwords(there=True)
        self._without_password = world.passwords(there=False)
        self._groups = world.targets.bits(world.groups)

    # -- does it work ------------------------------------------------------------------------------------------

    def targets(self, actor: Actor, technique: Technique) -> int:
        """Those on whom the technique works; of scopes without a target none."""
        bits = self._candidates(actor, technique)
        by_trust = technique.scope in _TRUSTING
        for need in technique.needs:
            # A role that trusts the actor by name needs no permission of the actor's.
            if bits and need.on == "trusts":
                bits = self._once_trusted(actor, bits)
            elif bits and need.on != "any" and not (by_trust and need.action == ASSUME):
                bits &= self._allowed_on(actor, need)
        if bits and all(self._somewhere(actor, need) for need in technique.needs if need.on == "any"):
            return bits
        return 0

    def works(self, actor: Actor, technique: Technique) -> bool:
        """Whether a technique without a target works."""
        if technique.scope in NEW:
            return bool(self.created(actor, technique))
        if technique.id == "allow-everything":
            return self.everything(actor) is not None
        if technique.id.startswith("sso-") and not self._is_management(actor):
            return False
        return all(self._somewhere(actor, need) for need in technique.needs)

    def _is_management(self, actor: Actor) -> bool:
        """Whether the account surely is the organization's management account, where Identity Center is run."""
        return self.world.limits[actor.account].management_account == actor.account

    def _somewhere(self, actor: Actor, need: Need) -> bool:
        return self.reach.somewhere(actor, need.action, need.context)

    def _allowed_on(self, actor: Actor, need: Need) -> int:
        """The targets on which a need is met."""
        targets = self.world.targets
        if need.on == "self":
            met = self.reach.on(actor, need.action) & targets.bit(actor.arn)
            return targets.all if met else 0
        found = 0
        for context in self._contexts(need):
            found |= self.reach.on(actor, need.action, context)
        if need.on == "its-policy":
            return targets.bits(arn for policy in targets.members(found) for arn in self._holders(policy))
        if need.on == "its-provider":
            return self._union(self.trusts.serving, targets.members(found))
        return found

    def _once_trusted(self, actor: Actor, roles: int) -> int:
        """Those of some roles that an actor may assume if they trust it by name."""
        found, trust = 0, trusting(actor.arn)
        for alike in parted(roles, self.reach.told_apart(actor, ASSUME)):
            role = next(self.world.targets.members(alike))
            if self.world.decide(actor, ASSUME, role, {}, trust).granted:
                found |= alike
        return found

    def _contexts(self, need: Need) -> Iterator[Context]:
        """The contexts in which a need may be met: one for each policy that allows everything."""
        if all(value != ADMINISTRATION for _, value in need.context):
            yield need.context
            return
        for arn in self._administrative:
            yield tuple((key, arn if value == ADMINISTRATION else value) for key, value in need.context)

    def raising(self, action: str) -> Context:
        """The context in which a boundary is replaced by one that allows everything; of other actions none."""
        return (("iam:permissionsboundary", self._administrative[0]),) if action in _REPLACING else ()

    def _holders(self, policy: str) -> tuple[str, ...]:
        known = self.world.policies.get(policy)
        return known.holders if known else ()

    def _union(self, find: Callable[[str], int], names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= find(name)
        return found

    def _candidates(self, actor: Actor, technique: Technique) -> int:
        """Whom a technique is about, before it is asked what is allowed."""
        targets = self.world.targets
        itself, here = targets.bit(actor.arn), self.reach.account(actor.account)
        match technique.scope:
            case Scope.SELF_USER:
                return itself if actor.kind == "user" else 0
            case Scope.SELF_ROLE:
                return itself if actor.kind == "role" and actor.aws_made not in _AWS_ALONE else 0
            case Scope.OWN_GROUP:
                return targets.bits(actor.groups)
            case Scope.OWN_POLICY:
                return targets.bits(grant.policy for grant in actor.sources)
            case Scope.OTHER_GROUP:
                return self._groups & here & ~targets.bits(actor.groups) if actor.kind == "user" else 0
            case Scope.USER:
                return self.world.users & here & ~itself
            case Scope.USER_WITH_PASSWORD:
                return self._with_password & here & ~itself
            case Scope.USER_WITHOUT_PASSWORD:
                return self._without_password & here & ~itself
            case Scope.ROLE:
                return self._roles & here & ~itself
            case Scope.TRUSTING_ROLE:
                return self._assumable(actor, technique)
            case Scope.MFA_ROLE:
                return self.trusts.assumable(actor) & self.trusts.gated_by_mfa if actor.kind == "user" else 0
            case Scope.SERVICE_ROLE:
                return self._union(self.trusts.serving, technique.services) & here & ~itself
            case Scope.FEDERATED_ROLE:
                return self._union(self.trusts.serving, self.trusts.providers()) & here & ~itself
            case Scope.CENTER_ROLE:
                return self._center & here if self._is_management(actor) else 0
        return 0

    def _assumable(self, actor: Actor, technique: Technique) -> int:
        """All that is asked besides is asked first, as who may assume what takes longest."""
        others = [need for need in technique.needs if need.action != ASSUME]
        if all(need.action == "sts:TagSession" or self._allowed_on(actor, need) for need in others):
            return self.trusts.assumable(actor)
        return 0

    # -- new principals, and everything ------------------------------------------------------------------------

    def created(self, actor: Actor, technique: Technique) -> tuple[Access, ...]:
        """The requests by which a new principal is made an administrator; nothing where that does not work."""
        key = (self.reach.key(actor), technique.id)
        found = self._created.get(key)
        if found is None:
            found = self._created[key] = self._create(actor, technique)
        return found

    def _create(self, actor: Actor, technique: Technique) -> tuple[Access, ...]:
        boundaries = (None, *self._administrative)
        for arn, boundary in product(self._names(actor, technique), boundaries):
            steps: list[Access] = []
            for need in technique.needs:
                bounded = tuple((key, boundary if value is None else value) for key, value in need.context)
                found = self._met(actor, need._replace(context=bounded), arn)
                if found is None:
                    break
                steps.append(found)
            else:
                return tuple(steps)
        return ()

    def _names(self, actor: Actor, technique: Technique) -> Iterable[str]:
        """ARNs that a new principal could have."""
        partition = self.world.partitions[actor.account]
        caller = self.world.principal(actor)
        found: dict[str, None] = {}
        for need in technique.needs:
            for alternatives in examples(actor.policies, caller, need.action, partition):
                found |= dict.fromkeys(alternatives)
        return [arn for arn in found if self.world.actor(arn) is None]

    def _met(self, actor: Actor, need: Need, arn: str) -> Access | None:
        trust = trusting(actor.arn) if need.on == "trusts" else None
        for context in self._contexts(need):
            found = self.world.decide(actor, need.action, arn, dict(context), trust)
            if found.granted:
                return found
        return None

    def everything(self, actor: Actor) -> Access | None:
        """Proof that an actor may do all there is, if only under some circumstances."""
        if not covers_everything(actor.policies):
            return None
        for action in _TELLING:
            found = self.world.anywhere(actor, action)
            if found.granted:
                return found
        return None

    # -- proof -------------------------------------------------------------------------------------------------

    def steps(self, actor: Actor, technique: Technique, target: str) -> tuple[Access, ...]:
        """One decision for each need of a technique that works, in their order."""
        if technique.scope in NEW:
            return self.created(actor, technique)
        if technique.id == "allow-everything":
            found = self.everything(actor)
            return (found,) if found else ()
        by_trust = technique.scope in _TRUSTING
        return tuple(self._proof(actor, need, target, by_trust=by_trust) for need in technique.needs)

    def _proof(self, actor: Actor, need: Need, target: str, *, by_trust: bool) -> Access:
        if need.on == "any":
            return self.world.anywhere(actor, need.action, need.context)
        if need.action.startswith("sts:") and need.on != "trusts":
            # A trust policy that does not let the actor in yet is changed before it is asked.
            known = self.world.actor(target)
            trust = known.trust if known and by_trust else consenting(actor.account)
            return self.world.decide(actor, need.action, target, dict(need.context), trust)
        found = (self._met(actor, need, resource) for resource in self._resources(need, target, actor))
        proof = next((access for access in found if access is not None), None)
        assert proof is not None, (actor.arn, need, target)
        return proof

    def _resources(self, need: Need, target: str, actor: Actor) -> Iterable[str]:
        if need.on == "its-policy":
            return [arn for arn in sorted(self.world.policies) if target in self._holders(arn)]
        if need.on == "its-provider":
            bit = self.world.targets.bit(target)
            return [arn for arn in self.trusts.providers() if self.trusts.serving(arn) & bit]
        return [actor.arn if need.on == "self" else target]


@lru_cache(maxsize=16_384)
def plausible(policies: Policies) -> tuple[Technique, ...]:
    """The techniques all of whose actions are allowed on something, denials and conditions left aside."""
    allowed = allowed_actions(policies)
    return tuple(technique for technique, wanted in _wanted() if wanted & allowed == wanted)


@lru_cache(maxsize=1)
def _wanted() -> tuple[tuple[Technique, int], ...]:
    found = []
    for technique in TECHNIQUES:
        actions = 0
        for need in technique.needs:
            # The caller needs no permission of its own where the role's trust policy names it.
            actions |= mask(need.action) if need.action not in ("*", ASSUME) else 0
        found.append((technique, actions))
    return tuple(found)
