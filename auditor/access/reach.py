"""On which users, roles, groups and policies an actor may do something: all at once, by sets.

Statements without conditions are united and cut as sets. Only what hangs on a condition is put to the engine, one
ARN for all that the statements and conditions cannot tell apart. Actors who hold the same policies, in which nothing
depends on who they are, share one answer.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auditor.access.holdings import consenting
from auditor.policy.actions import mask, shared, statement_mask
from auditor.policy.conditions import depends_on
from auditor.policy.layers import Layer, groups
from auditor.policy.matching import rules
from auditor.policy.request import Request
from auditor.policy.specials import BY_TRUST
from auditor.policy.variables import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.world import Context, World
    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.layers import Group, Policies

_PERSONAL = ("aws:principalarn", "aws:principaltag/", "aws:userid", "aws:username")
"""Keys that differ between callers of one kind in one account."""

_MARKS = ("resourcetag/", "iam:permissionsboundary")
"""Keys that differ between the principals that requests are about."""


class _Sets(NamedTuple):
    """What some policies of one layer say of the targets: each a set."""

    allowed: int
    perhaps: int
    """Allowed besides, if conditions hold."""
    denied: int
    perhaps_denied: int


class Reach:
    """What the actors of a world may do with its users, roles, groups and policies."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._found: dict[Hashable, tuple[int, tuple[int, ...]]] = {}
        self._somewhere: dict[Hashable, bool] = {}
        self._keys: dict[Hashable, Hashable] = {}
        self._of_account: dict[str, int] = {}
        for arn in world.targets.arns:
            account = arn.split(":")[4]
            self._of_account[account] = self._of_account.get(account, 0) | world.targets.bit(arn)
        self.alike = _classes(world)
        levels = (level for limits in world.limits.values() for level in limits.rcps)
        self._rcps = tuple(dict.fromkeys(policy for level in levels for policy in level.policies))
        self._by_caller = any(map(_is_personal, self._rcps))

    def account(self, account: str) -> int:
        """The targets of an account."""
        return self._of_account.get(account, 0)

    def may(self, actor: Actor, action: str) -> bool:
        """Whether some statement of the actor's policies allows the action: a quick test that errs on yes."""
        wanted = mask(action)
        return not wanted or bool(wanted & allowed_actions(actor.policies))

    def somewhere(self, actor: Actor, action: str, context: Context = ()) -> bool:
        """Whether the actor may do something with any resource, at least under some circumstances."""
        if not self.may(actor, action):
            return False
        key = (self.key(actor), action, _relevant(actor.policies, action, context))
        found = self._somewhere.get(key)
        if found is None:
            found = self._by_one_policy(actor, action, context) or self._world.anywhere(actor, action, context).granted
            self._somewhere[key] = found
        return found

    def _by_one_policy(self, actor: Actor, action: str, context: Context) -> bool:
        """Whether one of several policies allows it by itself, and nothing limits it: many actors share policies."""
        policies = actor.policies
        if len(policies.identity) < 2 or actor.blind_boundary or policies.boundaries or policies.scps or policies.rcps:
            return False
        by_policy = [(policy, rules(policy, action.lower())) for policy in policies.identity]
        if not all(rule.allow for _, found in by_policy for rule in found):
            return False
        alone = (replace(actor, policies=policies._replace(identity=(policy,))) for policy, found in by_policy if found)
        return any(self.somewhere(who, action, context) for who in alone)

    def on(self, actor: Actor, action: str, context: Context = ()) -> int:
        """The targets with which the actor may do something, at least under some circumstances.

        For `sts:AssumeRole` this is the actor's side alone: what trust policies say comes on top.
        """
        return self._looked_up(actor, action, context)[0]

    def told_apart(self, actor: Actor, action: str) -> tuple[int, ...]:
        """The sets of targets that the statements about an action tell apart: the actor's, and for actions that a
        role's trust policy allows those of resource control policies."""
        return self._looked_up(actor, action, ())[1]

    def _told_apart_by_owners(self, request: Request) -> Iterator[int]:
        """The sets of targets that whose they are, and the resource control policies there, tell apart."""
        yield from self._of_account.values()
        for policy in self._rcps:
            for rule in rules(policy, request.action_key):
                yield self._world.targets.of(policy, rule.statement, request)[0]
                if reads_marks(policy, rule.statement):
                    yield from self.alike

    def _looked_up(self, actor: Actor, action: str, context: Context) -> tuple[int, tuple[int, ...]]:
        # Who is named by a trust policy needs no permission of its own, but its denials count.
        if not self.may(actor, action) and action.lower() not in BY_TRUST:
            return 0, ()
        context = _relevant(actor.policies, action, context)
        key = (self.key(actor), action, context)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(actor, action, context)
        return found

    def key(self, actor: Actor) -> Hashable:
        """The same for actors who may do the same, so that answers can be kept by it."""
        who = actor.arn if self._by_caller or is_personal(actor.policies) else actor.kind
        key = (actor.policies, who, actor.account, actor.tags_free, actor.blind_boundary)
        return self._keys.setdefault(key, key)  # one object, as very many answers are kept by it

    def _search(self, actor: Actor, action: str, context: Context) -> tuple[int, tuple[int, ...]]:
        caller = self._world.principal(actor)
        request = Request(caller, action, "*", "", {**actor.context, **dict(context)}, UNKNOWN)
        targets = self._world.targets
        surely = possible = targets.all if action.lower() in BY_TRUST else self.account(actor.account)
        told: list[int] = []
        by_marks = False
        # What resource control policies say of roles that are assumed is asked with the roles' trust policies.
        policies = actor.policies._replace(rcps=()) if action.lower() in BY_TRUST else actor.policies
        for group in groups(request, policies):
            sets = self._sets(group, request)
            surely &= sets.allowed & ~(sets.denied | sets.perhaps_denied)
            possible &= (sets.allowed | sets.perhaps) & ~sets.denied
            for policy in group.policies:
                for rule in rules(policy, request.action_key):
                    told.append(targets.of(policy, rule.statement, request)[0])
                    by_marks = by_marks or reads_marks(policy, rule.statement)
        if not actor.policies.identity:
            possible = 0
        if actor.blind_boundary or not actor.policies.identity:
            surely = 0
        if action.lower() in BY_TRUST:
            told.extend(self._told_apart_by_owners(request))
        if by_marks:
            told.extend(self.alike)
        for alike in parted(possible & ~surely, told):
            if self._decide(actor, action, next(targets.members(alike)), context):
                surely |= alike
        return surely, tuple(dict.fromkeys(told))

    def _sets(self, group: Group, request: Request) -> _Sets:
        allowed = perhaps = denied = perhaps_denied = 0
        for policy in group.policies:
            for rule in rules(policy, request.action_key):
                named, maybe = self._world.targets.of(policy, rule.statement, request)
                if rule.statement.conditions:
                    named, maybe = 0, named | maybe
                if rule.allow:
                    allowed, perhaps = allowed | named, perhaps | maybe
                else:
                    denied, perhaps_denied = denied | named, perhaps_denied | maybe
        if group.layer is Layer.RCP:
            allowed = self._world.targets.all
        return _Sets(allowed, perhaps, denied, perhaps_denied)

    def _decide(self, actor: Actor, action: str, arn: str, context: Context) -> bool:
        consent = consenting(actor.account) if action.lower() in BY_TRUST else None
        return self._world.decide(actor, action, arn, dict(context), consent).granted


def _classes(world: World) -> list[int]:
    """The principals, parted from all else, and by their tags and boundaries."""
    found: dict[Hashable, int] = {(): world.targets.bits(actor.arn for actor in world.actors)}
    for actor in world.actors:
        marks = tuple(sorted((key, str(value)) for key, value in actor.marks.items() if value is not None))
        if marks:
            found[marks] = found.get(marks, 0) | world.targets.bit(actor.arn)
    return list(found.values())


def parted(everything: int, sets: Iterable[int]) -> Iterator[int]:
    """The parts of a set that none of some sets tells apart."""
    parts = [everything] if everything else []
    for one in dict.fromkeys(sets):
        parts = [piece for part in parts for piece in (part & one, part & ~one) if piece]
    yield from parts


@lru_cache(maxsize=1_024)
def allowed_actions(policies: Policies) -> int:
    """The actions that every layer of an actor's own limits allows on something, less those denied on everything."""
    found = _allowed(policies.identity)
    if policies.boundaries:
        found &= _allowed(policies.boundaries)
    for level in policies.scps:
        found &= _allowed(level.policies)
    of_organization = (policy for level in policies.scps for policy in level.policies)
    for policy in (*policies.identity, *policies.boundaries, *of_organization):
        found &= ~_denied(policy)
    return shared(found)


def _allowed(policies: Iterable[Policy]) -> int:
    found = 0
    for policy in policies:
        found |= _allowed_by(policy)
    return found


@lru_cache(maxsize=2_048)
def _allowed_by(policy: Policy) -> int:
    found = 0
    for statement in policy.statements:
        if statement.allow:
            found |= statement_mask(statement.actions, statement.not_actions)
    return shared(found)


@lru_cache(maxsize=2_048)
def _denied(policy: Policy) -> int:
    found = 0
    for statement in policy.statements:
        if not statement.allow and not statement.conditions and "*" in (statement.resources or ()):
            found |= statement_mask(statement.actions, statement.not_actions)
    return found


@lru_cache(maxsize=16_384)
def is_personal(policies: Policies) -> bool:
    """Whether what some policies allow depends on which of an account's users or roles asks."""
    levels = (policy for level in (*policies.scps, *policies.rcps) for policy in level.policies)
    return any(map(_is_personal, (*policies.identity, *policies.boundaries, *levels)))


@lru_cache(maxsize=16_384)
def _is_personal(policy: Policy) -> bool:
    return any(
        condition.key.startswith(_PERSONAL) or "${" in "".join(condition.values)
        for statement in policy.statements
        for condition in statement.conditions
    ) or any(
        "${" in pattern
        for statement in policy.statements
        for pattern in (*(statement.resources or ()), *(statement.not_resources or ()))
    )


def _relevant(policies: Policies, action: str, context: Context) -> Context:
    """The part of a context that conditions of the policies on the action read."""
    if not context:
        return context
    keys = keys_read(policies, action.lower())
    return tuple(pair for pair in context if pair[0] in keys)


@lru_cache(maxsize=4_096)
def keys_read(policies: Policies, action: str) -> frozenset[str]:
    """The context keys that conditions on an action, in lower case, read in an actor's own limits and the levels'."""
    levels = (policy for level in (*policies.scps, *policies.rcps) for policy in level.policies)
    conditions = (
        (condition, policy.version)
        for policy in (*policies.identity, *policies.boundaries, *levels)
        for rule in rules(policy, action)
        for condition in rule.statement.conditions
    )
    return frozenset(key for condition, version in conditions for key in depends_on(condition, version))


def reads_marks(policy: Policy, statement: Statement) -> bool:
    """Whether what the statement says depends on tags or boundaries of those whom requests are about."""
    return any(
        mark in key for condition in statement.conditions for key in depends_on(condition, policy.version)
        for mark in _MARKS
    )  # fmt: skip
