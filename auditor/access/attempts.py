"""Which techniques work for an actor, on whom, and the requests that prove it."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final

from auditor.access.changes import Change, Changes
from auditor.access.everything import covers_everything
from auditor.access.examples import common, examples, type_needed
from auditor.access.holdings import consenting
from auditor.access.needs import Needs
from auditor.access.reach import Reach, keys_read
from auditor.access.technique import Power, Scope, Technique
from auditor.access.trusts import ASSUME, Trusts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from auditor.access.actors import Actor
    from auditor.access.technique import Need
    from auditor.access.ways import Way
    from auditor.access.world import Access, Context, World

AMONG_PRINCIPALS: Final = frozenset(
    {
        *(Scope.USER, Scope.USER_WITH_PASSWORD, Scope.USER_WITHOUT_PASSWORD, Scope.ROLE),
        *(Scope.TRUSTING_ROLE, Scope.MFA_ROLE, Scope.TAGGED_ROLE),
        *(Scope.SERVICE_ROLE, Scope.FEDERATED_ROLE, Scope.CENTER_ROLE),
    }
)
"""Scopes whose targets are other users and roles."""

_KEPT: Final = 64
"""Of so many ways the steps are kept."""

_TRUSTING: Final = (Scope.TRUSTING_ROLE, Scope.MFA_ROLE)

NEW: Final = frozenset({Scope.NEW_USER, Scope.NEW_ROLE, Scope.NEW_GROUP})

_AWS_ALONE: Final = frozenset({"service-linked", "identity-center"})
"""Roles that AWS lets nobody edit in the account.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html"""

_BOUNDARY: Final = "iam:permissionsboundary"
_DELETING: Final = ("iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary")
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
        self.needs = Needs(world, self.reach, self.trusts)
        self.changes = Changes(self)
        self._on_same: dict[Hashable, bool] = {}
        self._created: dict[Hashable, tuple[str, str | None] | None] = {}
        self._proofs: tuple[Hashable, dict[tuple[Need, str], tuple[Access, ...]]] = ((), {})
        self.steps_of = lru_cache(maxsize=_KEPT)(self._steps_of)
        """The steps of a way, kept while it is told of: those of all ways would take much room."""
        self._roles = world.targets.bits(
            actor.arn for actor in world.actors if actor.kind == "role" and actor.aws_made not in _AWS_ALONE
        )
        self._center = world.targets.bits(actor.arn for actor in world.actors if actor.aws_made == "identity-center")
        self._with_password = world.passwords(there=True)
        self._without_password = world.passwords(there=False)
        self._groups = world.targets.bits(world.groups)
        self._policies = world.targets.bits(world.policies)
        self._linked = world.targets.bits(actor.arn for actor in world.actors if actor.aws_made == "service-linked")

    # -- does it work ------------------------------------------------------------------------------------------

    def targets(self, actor: Actor, technique: Technique) -> int:
        """Those on whom the technique works; of scopes without a target none."""
        bits = self._candidates(actor, technique)
        if bits and technique.unless_named:
            bits &= ~self.trusts.naming(technique.unless_named)
        by_trust = technique.scope in _TRUSTING
        for need in technique.needs:
            # A role that trusts the actor by name needs no permission of the actor's.
            if bits and need.on != "any" and not (by_trust and need.action == ASSUME):
                bits = self.needs.met_on(actor, need, bits)
        return bits if bits and self._elsewhere(actor, technique) else 0

    def works(self, actor: Actor, technique: Technique) -> bool:
        """Whether a technique without a target works."""
        if technique.scope is Scope.NEW_GROUP and actor.kind != "user":
            return False
        if technique.scope in NEW:
            return self._creatable(actor, technique) is not None
        if technique.id == "allow-everything":
            return self.everything(actor) is not None
        if technique.id.startswith("sso-") and not self._is_management(actor):
            return False
        return self._elsewhere(actor, technique)

    def _elsewhere(self, actor: Actor, technique: Technique) -> bool:
        """Whether the needs are met that are about no user, role, group or policy."""
        needs = [need for need in technique.needs if need.on == "any"]
        return all(self._somewhere(actor, need) for need in needs) and self._on_the_same(actor, needs)

    def _on_the_same(self, actor: Actor, needs: list[Need]) -> bool:
        """Whether what is made, or changed, by one need can be what is run by another: the same job, say."""
        by_type: dict[str, list[Need]] = {}
        for need in needs:
            by_type.setdefault(type_needed(need.action), []).append(need)
        by_type.pop("", None)
        return all(self._on_one(actor, arn_format, alike) for arn_format, alike in by_type.items() if len(alike) > 1)

    def _on_one(self, actor: Actor, arn_format: str, needs: list[Need]) -> bool:
        """Whether some needs are met on one resource."""
        actions = tuple(need.action for need in needs)
        key = (self.reach.key(actor), actions)
        if key not in self._on_same:
            found = common(self.world.asker(actor), actions, arn_format)
            self._on_same[key] = not found or any(
                all(self.world.decide(actor, action, arn, {}).granted for action in actions) for arn in found
            )
        return self._on_same[key]

    def _is_management(self, actor: Actor) -> bool:
        """Whether the account surely is the organization's management account, where Identity Center is run."""
        return self.world.limits[actor.account].management_account == actor.account

    def _somewhere(self, actor: Actor, need: Need) -> bool:
        return self.reach.somewhere(actor, need.action, need.context)

    def raising(self, action: str) -> Context:
        """The context in which a boundary is replaced by one that allows everything; of other actions none."""
        return ((_BOUNDARY, self.needs.administrative[0]),) if action in _REPLACING else ()

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
            case Scope.OTHER_POLICY:
                return self._attachable(actor, technique)
            case Scope.OWN_BOUNDARY:
                return targets.bit(actor.boundary) if actor.boundary in self.world.policies else 0
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
            case Scope.TAGGED_ROLE:
                reads_tags = any("resourcetag/" in key for key in keys_read(actor.policies, ASSUME.lower()))
                return self.trusts.left_to_account(actor) & ~self.trusts.assumable(actor) if reads_tags else 0
            case Scope.SERVICE_ROLE:
                return self._union(self.trusts.serving, technique.services) & here & ~itself & ~self._linked
            case Scope.FEDERATED_ROLE:
                return self._union(self.trusts.serving, self.trusts.providers()) & here & ~itself
            case Scope.CENTER_ROLE:
                return self._center & here if self._is_management(actor) else 0
        return 0

    def _attachable(self, actor: Actor, technique: Technique) -> int:
        """Policies of the account that it may perhaps attach to itself, if conditions say which these are."""
        asked = technique.needs[0].action
        if asked.startswith("iam:AttachUser") is not (actor.kind == "user"):
            return 0
        if "iam:policyarn" not in keys_read(actor.policies, asked.lower()):
            return 0
        held = (grant.policy for grant in actor.sources)
        return self._policies & self.reach.account(actor.account) & ~self.world.targets.bits(held)

    def _union(self, find: Callable[[str], int], names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= find(name)
        return found

    def _assumable(self, actor: Actor, technique: Technique) -> int:
        """All that is asked besides is asked first, as who may assume what takes longest."""
        others = [need for need in technique.needs if need.action != ASSUME]
        everyone = self.world.targets.all
        if all(need.action == "sts:TagSession" or self.needs.met_on(actor, need, everyone) for need in others):
            return self.trusts.assumable(actor)
        return 0

    # -- new principals, and everything ------------------------------------------------------------------------

    def _creatable(self, actor: Actor, technique: Technique) -> tuple[str, str | None] | None:
        """A new principal, and its boundary, that can be made an administrator; None where that does not work."""
        key = (self.reach.key(actor), technique.id)
        if key not in self._created:
            able = self._elsewhere(actor, technique)
            tried = product(self._names(actor, technique), self._boundaries(actor, technique)) if able else ()
            self._created[key] = next((it for it in tried if self._creating(actor, technique, *it)), None)
        return self._created[key]

    def _creating(self, actor: Actor, technique: Technique, arn: str, boundary: str | None) -> tuple[Access, ...]:
        """The requests by which one new principal is made an administrator; nothing where that does not work."""
        steps: list[Access] = []
        for need in technique.needs:
            bounded = tuple((key, boundary if value is None else value) for key, value in need.context)
            found = self._proven(actor, need._replace(context=bounded), "" if need.on == "any" else arn)
            if not found:
                return ()
            steps += found
        return tuple(dict.fromkeys(steps))

    def _proven(self, actor: Actor, need: Need, target: str) -> tuple[Access, ...]:
        """The proof of a need, kept until another actor is asked about: many techniques need the same."""
        key = self.reach.key(actor)
        if self._proofs[0] != key:
            self._proofs = (key, {})
        known = self._proofs[1]
        if (need, target) not in known:
            known[need, target] = self.needs.proof(actor, need, target)
        return known[need, target]

    def _boundaries(self, actor: Actor, technique: Technique) -> tuple[str | None, ...]:
        """Boundaries that do not limit whoever is created: none, one that allows everything or can be rewritten, and
        where it is deleted at last any."""
        bounding = [need for need in technique.needs if (_BOUNDARY, None) in need.context]
        if not any(_BOUNDARY in keys_read(actor.policies, need.action.lower()) for need in bounding):
            return (None,)
        written = (arn for need in bounding for arn in self.needs.writable(actor, need))
        named: Iterable[str] = ()
        if any(need.action in (*_DELETING, *_REPLACING) for need in technique.needs):
            named = (arn for need in bounding for arn in self.needs.literals(actor, need.action, _BOUNDARY))
        return (None, *dict.fromkeys((*self.needs.administrative, *written, *named)))

    def _names(self, actor: Actor, technique: Technique) -> Iterable[str]:
        """ARNs that a new principal could have."""
        asker = self.world.asker(actor)
        found: dict[str, None] = {}
        actions = [need.action for need in technique.needs if need.on == "target"]
        for action in actions:
            for alternatives in examples(asker, action):
                found |= dict.fromkeys(alternatives)
        found |= dict.fromkeys(common(asker, actions, type_needed(actions[0])) or ())
        return [arn for arn in found if self.world.actor(arn) is None and arn not in self.world.groups]

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
        first: tuple[Access, ...] = ()
        for change in technique.before:
            first += self.steps(actor, *change)
            actor = self.changes.after(actor, Change(*change)) or actor
        if technique.before:
            return (*first, *self.steps(actor, technique._replace(before=()), target))
        if technique.scope in NEW:
            made = self._creatable(actor, technique)
            return self._creating(actor, technique, *made) if made else ()
        if technique.power is Power.EVERYTHING and technique.needs[0].action == "*":
            found = self.everything(actor)
            return (found,) if found else ()
        proofs = [self._proof(actor, need, target, technique.scope) for need in technique.needs]
        return tuple(access for proof in proofs for access in proof)

    def _steps_of(self, way: Way) -> tuple[Access, ...]:
        return self.steps(way.actor, way.technique, way.target)

    def _proof(self, actor: Actor, need: Need, target: str, scope: Scope) -> tuple[Access, ...]:
        if need.action.startswith("sts:") and need.on == "target" and scope is not Scope.TAGGED_ROLE:
            # A trust policy that does not let the actor in yet is changed before it is asked.
            known = self.world.actor(target)
            trust = known.trust if known and scope in _TRUSTING else consenting(actor.account)
            return (self.world.decide(actor, need.action, target, dict(need.context), trust),)
        found = self.needs.proof(actor, need, target)
        assert found, (actor.arn, need, target)
        return found
