"""Who may assume which role, by the roles' trust policies.

Trust policies are few and shared by many roles, so each is taken apart once; only what they say under conditions, or of
a named caller, is put to the engine.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from auditor.access.holdings import EVERYTHING
from auditor.access.reach import parted, reads_marks
from auditor.access.sessions import actions_to_set, set_for_session
from auditor.access.solve import Outcome, solve
from auditor.policy.conditions import depends_on
from auditor.policy.document import Policy
from auditor.policy.layers import Policies
from auditor.policy.matching import rules
from auditor.policy.principals import Principal, PrincipalError, PrincipalKind

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.reach import Reach
    from auditor.access.world import World
    from auditor.policy.elements import Condition

ASSUME: Final = "sts:AssumeRole"
_MFA: Final = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_ANYONE: Final = ""


class Trusts:
    """The trust policies of a world's roles."""

    def __init__(self, world: World, reach: Reach) -> None:
        self._world = world
        self._reach = reach
        self._roles: dict[Policy, int] = {}
        self._plain: dict[str, int] = {}
        """Account -> roles that leave it to that account, without conditions, who may assume them."""
        self._doubtful: dict[str, int] = {}
        """The same, with conditions or denials. Under _ANYONE: roles open to principals whom they don't name."""
        self._naming: dict[str, int] = {}
        """The ARN of a user, role or identity provider, or the name of a service -> roles that name it."""
        self._serving: dict[str, int] = {}
        self._valued: dict[str, int] = {}
        self._lets: dict[Hashable, bool] = {}
        self._given_up: dict[str, dict[str, None]] = {}
        self.gated_by_mfa = 0
        self._under_rcps = world.targets.bits(actor.arn for actor in world.actors if actor.policies.rcps)
        for actor in world.actors:
            if actor.trust is not None:
                self._roles[actor.trust] = self._roles.get(actor.trust, 0) | world.targets.bit(actor.arn)
        for policy, roles in self._roles.items():
            self._take_apart(policy, roles)

    def _take_apart(self, policy: Policy, roles: int) -> None:
        denies = any(not statement.allow for statement in policy.statements)
        for statement in policy.statements:
            if any(condition.key in _MFA for condition in statement.conditions):
                self.gated_by_mfa |= roles
            if not statement.allow:
                continue
            if statement.principals is None or statement.principals.anyone:
                _add(self._doubtful, _ANYONE, roles)
            for kind, value in statement.principals.entries if statement.principals else ():
                account = _account(kind, value)
                if not account:
                    named = value.removesuffix(".cn")
                    _add(self._naming, self._world.sessions.get(named, named), roles)
                elif denies or statement.conditions or not _is_about(policy, ASSUME):
                    _add(self._doubtful, account, roles)
                else:
                    _add(self._plain, account, roles)

    def assumable(self, actor: Actor) -> int:
        """The roles that an actor may assume, at least under some circumstances."""
        own = self._reach.on(actor, ASSUME)
        surely = own & self._plain.get(actor.account, 0) & ~self._under_rcps
        accounts = self._plain.get(actor.account, 0) | self._doubtful.get(actor.account, 0)
        open_ = self._naming.get(actor.arn, 0) | self._doubtful.get(_ANYONE, 0)
        doubtful = ((own & accounts) | open_) & ~surely & ~self._world.targets.bit(actor.arn)
        for alike in parted(doubtful, self._told_apart(actor, doubtful)) if doubtful else ():
            arn = next(self._world.targets.members(alike))
            if self._lets_in(actor, arn) and self._may_assume(actor, arn):
                surely |= alike
        return surely & ~self._world.targets.bit(actor.arn)

    def left_to_account(self, actor: Actor) -> int:
        """The roles of which the actor's account alone decides who may assume them."""
        return self._plain.get(actor.account, 0) & ~self._under_rcps

    def _may_assume(self, actor: Actor, arn: str) -> bool:
        """Whether an actor may assume a role, with tags of the session and a source identity that it may set."""
        found = self._world.may(actor, ASSUME, arn)
        carried = set_for_session(found.witness) if found.granted else {}
        if all(self._world.may(actor, action, arn, carried).granted for action in actions_to_set(carried)):
            return found.granted
        return self._world.may(actor, ASSUME, arn, dict.fromkeys(carried)).granted

    def _lets_in(self, actor: Actor, arn: str) -> bool:
        """Whether the trust policy would let the actor in if all else did: a quick test that errs on yes.

        One answer is kept for all actors who are the same in what the policy asks for.
        """
        role = self._world.actor(arn)
        if role is None or role.trust is None or role.policies.rcps or _reads_marks(role.trust):
            return True
        keys = _keys(role.trust)
        personal = not keys.isdisjoint(_OWN) or bool(self._naming.get(actor.arn, 0))
        who = actor.arn if personal else actor.kind
        values = tuple(actor.context.get(key) for key in sorted(keys))
        asked = (role.trust, role.account, who, actor.account, actor.tags_free, values)
        if asked not in self._lets:
            strong = replace(actor.unbounded(), policies=Policies(identity=(Policy.parse(EVERYTHING),)))
            self._lets[asked] = self._world.decide(strong, ASSUME, arn, {}, role.trust).answer != "no"
        return self._lets[asked]

    def _told_apart(self, actor: Actor, doubtful: int) -> list[int]:
        concerned = [(policy, roles) for policy, roles in self._roles.items() if roles & doubtful]
        told = [*(roles for _, roles in concerned), *self._reach.told_apart(actor, ASSUME)]
        if any(_reads_marks(policy) for policy, _ in concerned):
            told.extend(self._reach.alike)
        return told

    def serving(self, name: str) -> int:
        """The roles that a service, or whoever comes by an identity provider, may assume."""
        found = self._serving.get(name)
        if found is None:
            found = 0
            for roles in self._roles.values():
                named = roles & (self._naming.get(name, 0) | self._doubtful.get(_ANYONE, 0))
                for alike in self._alike(named):
                    if self.trusted(name, next(self._world.targets.members(alike))).answer in _GRANTED:
                        found |= alike
            self._serving[name] = found
        return found

    def _alike(self, roles: int) -> Iterator[int]:
        """Some roles of one trust policy, by their accounts, and those under resource control policies one by one."""
        for account in self._world.partitions:
            if plain := roles & ~self._under_rcps & self._reach.account(account):
                yield plain
        for arn in self._world.targets.members(roles & self._under_rcps):
            yield self._world.targets.bit(arn)

    @property
    def given_up(self) -> Iterator[tuple[Actor, str]]:
        """The roles of which it could not be found out, as far as was asked, whether somebody else may assume them."""
        for arn, names in sorted(self._given_up.items()):
            if role := self._world.actor(arn):
                yield from ((role, name) for name in names)

    def trusted(self, name: str, arn: str) -> Outcome:
        """Whether the trust policy of a role lets a service, or whoever comes by an identity provider, assume it."""
        role = self._world.actor(arn)
        assert role is not None
        caller = Principal.parse(name)
        action = _action_of(name, caller)
        policies = Policies(resource=role.trust, rcps=role.policies.rcps)
        facts = self._world.facts(role.account)
        known = {**self._world.of_resources[role.account], **role.marks}
        if caller.kind is PrincipalKind.SERVICE:
            # Roles are passed within their account, so what the service acts for belongs to it.
            known["aws:sourceaccount"] = role.account
            facts = facts._replace(barred=lambda key, value: key == "aws:sourcearn" and not _is_of(value, role.account))
        found = solve(caller, action, arn, role.account, known, policies, facts)
        if found.answer == "unknown":
            self._given_up.setdefault(arn, {})[name] = None
        return found

    @cached_property
    def by_tags(self) -> bool:
        """Whether some trust policy asks for tags of whoever assumes the role."""
        return any(key.startswith("aws:principaltag/") for policy in self._roles for key in _keys(policy))

    def naming(self, ending: str) -> int:
        """The roles whose trust policies let in only some values of a context key, by its end."""
        found = self._valued.get(ending)
        if found is None:
            found = 0
            for policy, roles in self._roles.items():
                allowing = (statement for statement in policy.statements if statement.allow)
                if all(any(_names_value(it, ending) for it in statement.conditions) for statement in allowing):
                    found |= roles
            self._valued[ending] = found
        return found

    def providers(self) -> list[str]:
        """The identity providers that some role names and the snapshot shows, sorted."""
        return sorted(arn for arn in self._naming if arn in self._world.providers)


_GRANTED: Final = ("yes", "conditional")
_NAMING: Final = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


def _names_value(condition: Condition, ending: str) -> bool:
    """Whether a condition holds for some values of a key alone, and not without the key."""
    holds_without = condition.if_exists or condition.quantifier == "forallvalues"
    named = condition.key.endswith(ending) and all(value.strip("*") for value in condition.values)
    return named and condition.operator in _NAMING and not holds_without


def _action_of(name: str, caller: Principal) -> str:
    if ":saml-provider/" in name:
        return "sts:AssumeRoleWithSAML"
    return "sts:AssumeRoleWithWebIdentity" if caller.kind is PrincipalKind.PROVIDER else ASSUME


def _is_of(arn: str, account: str) -> bool:
    """Whether the ARN may be one of an account's resources."""
    owner = arn.split(":")[4:5]
    return owner != [] and (owner[0] in ("", account) or not owner[0].isdigit())


def _add(index: dict[str, int], key: str, bits: int) -> None:
    index[key] = index.get(key, 0) | bits


def _account(kind: str, value: str) -> str:
    """The account that an entry leaves the decision to; empty where it names somebody else."""
    if kind != "AWS":
        return ""
    try:
        found = Principal.parse(value)
    except PrincipalError:
        return ""
    return found.account if found.kind is PrincipalKind.ROOT else ""


_OWN: Final = frozenset({"aws:principalarn", "aws:userid", "aws:username"})
"""Keys that are different for every user and role."""


@lru_cache(maxsize=4_096)
def _keys(policy: Policy) -> frozenset[str]:
    """The context keys that the conditions of a policy read."""
    conditions = (condition for statement in policy.statements for condition in statement.conditions)
    return frozenset(key for condition in conditions for key in depends_on(condition, policy.version))


@lru_cache(maxsize=4_096)
def _reads_marks(policy: Policy) -> bool:
    return any(reads_marks(policy, statement) for statement in policy.statements)


@lru_cache(maxsize=4_096)
def _is_about(policy: Policy, action: str) -> bool:
    """Whether every statement that allows is about the action."""
    return len(rules(policy, action.lower())) == len(policy.statements)
