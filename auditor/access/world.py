"""One account's snapshot, or several accounts', as the policy engine sees it: who there is, and what each may do."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from auditor.access.actors import Actor, actors
from auditor.access.examples import Asker, examples, kinds
from auditor.access.holdings import consenting
from auditor.access.listed import groups_of, passwords_of, policies_of
from auditor.access.organizations import organization_levels
from auditor.access.reach import allowed_actions
from auditor.access.solve import Facts, Outcome, solve
from auditor.access.targets import Targets
from auditor.policy.actions import mask
from auditor.policy.arns import parse
from auditor.policy.atoms import TooLarge
from auditor.policy.layers import Policies
from auditor.policy.principals import Grade, Principal
from auditor.policy.service_data import action as documented
from auditor.policy.service_data import honours_rcps
from auditor.policy.specials import BY_TRUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.access.holdings import Grant
    from auditor.access.listed import Group, ManagedPolicy
    from auditor.access.organizations import Limits
    from auditor.policy.decide import Decision
    from auditor.policy.document import Policy
    from auditor.policy.request import Given, Request
    from auditor.snapshot.snapshot import Snapshot

Context = tuple[tuple[str, str | None], ...]
"""Context keys of a request, in lower case, and their values, None for an absent key; a tuple, so that answers can be
kept by it."""


class Access(NamedTuple):
    """Whether an actor may do something."""

    answer: Literal["yes", "no", "conditional", "unknown"]
    """`unknown` where a policy that was not seen could change it."""
    witness: Request | None
    """A request that is allowed."""
    decision: Decision
    given: tuple[tuple[str, str], ...] = ()
    """Under which circumstances it is allowed: context keys and values that the caller cannot choose."""
    unless: str = ""
    """What may forbid it nevertheless, as it was not seen."""

    @property
    def granted(self) -> bool:
        """Whether it is allowed, at least under some circumstances."""
        return self.answer in ("yes", "conditional")


class World:
    """Accounts as they were seen at one moment each. Not to be changed."""

    def __init__(self, snapshots: Iterable[Snapshot], limits: Mapping[str, Limits] | None = None) -> None:
        """Look at some snapshots. `limits` are those of accounts of which they are known already."""
        self._facts: dict[str, Facts] = {}
        self.partitions: dict[str, str] = {}
        self.limits: dict[str, Limits] = {}
        self.of_resources: dict[str, dict[str, Given]] = {}
        """Keys of every request about an account's resources."""
        self.providers: dict[str, str] = {}
        """ARNs of SAML and OIDC providers, and the accounts that they are in."""
        self._passwords: dict[str, bool] = {}
        self._given_up: dict[str | Policies, dict[str, Access]] = {}
        found: list[Actor] = []
        groups: list[Group] = []
        policies: list[ManagedPolicy] = []
        seen = tuple(snapshots)
        for snapshot in seen:
            account = snapshot.account
            self.partitions[account] = snapshot.partition
            self._facts[account] = Facts(snapshot.collection.taken_at.isoformat())
            limit = (limits or {}).get(account) or organization_levels(snapshot, seen)
            self.limits[account] = limit
            self.of_resources[account] = limit.keys("resource")
            here = list(actors(snapshot, limit, _shared(limit)))
            found += here
            groups += groups_of(snapshot)
            policies += policies_of(snapshot, here)
            self._passwords |= passwords_of(snapshot)
            providers = (*snapshot.iam.saml_providers, *snapshot.iam.oidc_providers)
            self.providers |= dict.fromkeys(providers, account)
        self.actors = tuple(sorted(found, key=lambda actor: actor.arn))
        self.groups = {group.arn: group for group in groups}
        self.policies = {policy.arn: policy for policy in policies}
        self._by_arn = {actor.arn: actor for actor in self.actors}
        self.sessions = dict(_sessions(self.actors))
        """The ARNs of sessions that trust policies let in, and those of their roles."""
        self._principals: dict[str, Principal] = {}
        someone = (_someone(account, partition) for account, partition in self.partitions.items())
        self.targets = Targets((*self._by_arn, *self.groups, *self.policies, *self.providers, *someone))

    @classmethod
    def of(cls, snapshot: Snapshot) -> World:
        """The world of one account."""
        return cls((snapshot,))

    @classmethod
    def of_many(cls, snapshots: Iterable[Snapshot]) -> World:
        """The world of several accounts, which may trust one another."""
        return cls(snapshots)

    def actor(self, arn: str) -> Actor | None:
        """The user or role of that ARN."""
        return self._by_arn.get(arn)

    def holder(
        self, account: str, policies: tuple[Policy, ...], sources: tuple[Grant, ...] = (), groups: tuple[str, ...] = ()
    ) -> Actor:
        """A user who exists nowhere and holds nothing but some policies: what these are worth by themselves."""
        limits = self.limits[account]
        made = Policies(policies, scps=limits.scps, rcps=limits.rcps, management_account=limits.management_account)
        arn = _someone(account, self.partitions[account])
        return Actor(arn, "user", _SOMEONE, account, made, sources, groups, context=_PLAIN, unless=limits.unless)

    def principal(self, actor: Actor) -> Principal:
        """The actor as the caller of a request."""
        found = self._principals.get(actor.arn)
        if found is None:
            found = Principal.parse(actor.arn, actor.account)
            # Whoever uses a role chooses the names of its sessions, and so may be each of these.
            chosen = tuple((("AWS", arn), Grade.DIRECT) for arn, role in self.sessions.items() if role == actor.arn)
            found = self._principals[actor.arn] = found._replace(names=(*chosen, *found.names))
        return found

    @cached_property
    def users(self) -> int:
        """The users, as a set of targets."""
        return self.targets.bits(actor.arn for actor in self.actors if actor.kind == "user")

    @cached_property
    def principals(self) -> int:
        """The users and roles, as a set of targets."""
        return self.targets.bits(self._by_arn)

    def passwords(self, *, there: bool) -> int:
        """The users that have a password, or have none, or of whom that was not seen, as a set of targets."""
        users = (actor.arn for actor in self.actors if actor.kind == "user")
        return self.targets.bits(arn for arn in users if self._passwords.get(arn, there) is there)

    @cached_property
    def bounded(self) -> int:
        """The users and roles that have a permissions boundary, as a set of targets."""
        return self.targets.bits(actor.arn for actor in self.actors if actor.boundary)

    def facts(self, account: str) -> Facts:
        """What is known of every request in an account."""
        return self._facts[account]

    def may(
        self, actor: Actor, action: str, resource: str = "*", context: Mapping[str, Given] | Context | None = None
    ) -> Access:
        """Whether an actor may do something with a resource, which is taken as it stands.

        Keys of the context that are not given are known from the snapshot, or may have any value. A role's trust
        policy has its say where the resource is a role that was seen.
        """
        target = self._by_arn.get(resource)
        trust = target.trust if target and action.lower() in BY_TRUST else None
        return self.decide(actor, action, resource, dict(context or ()), trust)

    def decide(
        self, actor: Actor, action: str, resource: str, context: Mapping[str, Given], consent: Policy | None = None
    ) -> Access:
        """The same, with a given policy of the resource."""
        target = self._by_arn.get(resource)
        if target == actor:
            target = actor
        policies = actor.policies._replace(resource=consent)
        if target is not None and target.policies.rcps is not policies.rcps:
            policies = policies._replace(rcps=target.policies.rcps)
        owner = target.account if target else _owner(resource) or actor.account
        about = self.of_resources.get(owner, {})
        known: dict[str, Given] = {**actor.context, **about, **(target.marks if target else {}), **context}
        if action.startswith("iam:"):
            known.setdefault("aws:requestedregion", _IAM_REGION.get(self.partitions[actor.account], "us-east-1"))
            if not _is_about_boundaries(action):
                known["iam:permissionsboundary"] = None
        forwarded = bool(allowed_actions(actor.policies) & mask("cloudformation:CreateStack"))
        facts = self._facts[actor.account]._replace(
            tags_free=actor.tags_free,
            marked=target is not None and not target.marks_free,
            forwarded=forwarded,
            may_tag=actor.free_tags(target),
            unique_id=actor.unique_id,
        )
        account = target.account if target else ""
        outcome = solve(self.principal(actor), action, resource, account, known, policies, facts)
        found = _with_doubt(actor, outcome, self._unless_resource(actor, action, owner))
        return self._gave_up(actor, action, found) if outcome.answer == "unknown" else found

    def _gave_up(self, actor: Actor, action: str, found: Access) -> Access:
        # Those who hold the same share answers, and are not asked about one by one.
        for key in (actor.arn, actor.policies):
            self._given_up.setdefault(key, {})[action] = found
        return found

    @property
    def gave_up(self) -> bool:
        """Whether something could not be found out, so far."""
        return bool(self._given_up)

    def given_up(self, actor: Actor) -> Mapping[str, Access]:
        """The actions of which it could not be found out, as far as was asked, whether an actor is allowed them.

        The search for a context was given up, for the actor as it is, or as it would be after some change.
        """
        return {**self._given_up.get(actor.policies, {}), **self._given_up.get(actor.arn, {})}

    def _unless_resource(self, actor: Actor, action: str, account: str) -> str:
        """What may forbid an action on a resource of an account, as it was not seen."""
        limits = self.limits.get(account)
        hidden = limits.unless_resource if limits and actor.aws_made != "service-linked" else ""
        return hidden if hidden and honours_rcps(action.partition(":")[0]) else ""

    def asker(self, actor: Actor) -> Asker:
        """The actor as one for whom resources are thought of."""
        return Asker(actor.policies, self.principal(actor), actor.context, self.partitions[actor.account])

    def anywhere(self, actor: Actor, action: str, context: Context = ()) -> Access:
        """Whether an actor may do something with any resource that the action takes.

        Where the action takes resources of several types at once, one of each is needed; the answer tells of the
        last, or of the one that is hardest to come by. What is allowed for nobody's reasons but a circumstance's is
        `conditional`.
        """
        asker = self.asker(actor)
        found = self._each(actor, action, examples(asker, action), context)
        if found.answer != "no":
            return found
        try:
            further = list(kinds(asker, action))
        except TooLarge:
            return self._gave_up(actor, action, found._replace(answer="unknown"))
        return self._each(actor, action, further, context) if all(further) else found

    def _each(self, actor: Actor, action: str, types: Iterable[Iterable[str]], context: Context) -> Access:
        """The answer for the first of the resources of each type that an action is allowed with; all are needed."""
        worst: Access | None = None
        for resources in types:
            found = self._first(actor, action, resources, context)
            if found.answer == "no":
                return found
            if worst is None or _RANKS[found.answer] <= _RANKS[worst.answer]:
                worst = found
        assert worst is not None
        return worst

    def _first(self, actor: Actor, action: str, resources: Iterable[str], context: Context) -> Access:
        best: Access | None = None
        # A key's policy leaves the key to its account, as the policy that AWS gives every new key does.
        consent = consenting(actor.account) if action.startswith("kms:") else None
        for resource in resources:
            found = self.decide(actor, action, resource, dict(context), consent)
            if found.answer == "yes":
                return found
            if best is None or _RANKS[found.answer] > _RANKS[best.answer]:
                best = found
        assert best is not None
        return best

    def can_on(self, actor: Actor, action: str, resources: Iterable[str]) -> tuple[str, ...]:
        """Those of some resources with which an actor may do something, at least under some circumstances."""
        return tuple(resource for resource in resources if self.may(actor, action, resource).granted)


_RANKS: Final = {"no": 0, "unknown": 1, "conditional": 2, "yes": 3}


@lru_cache(maxsize=1_024)
def _is_about_boundaries(action: str) -> bool:
    """Whether requests for an action tell the boundary of the user or role that they are about."""
    found = documented(action)
    return found is None or "iam:PermissionsBoundary" in found.condition_keys


def _sessions(actors: Iterable[Actor]) -> Iterable[tuple[str, str]]:
    known = tuple(actors)
    roles = {(actor.account, actor.name): actor.arn for actor in known if actor.kind == "role"}
    policies = dict.fromkeys(actor.trust for actor in known if actor.trust)
    allowing = (statement for policy in policies for statement in policy.statements if statement.allow)
    named = (entry for statement in allowing if statement.principals for entry in statement.principals.entries)
    for _, arn in named:
        head, _, session = arn.partition(":assumed-role/")
        role = roles.get((head.rpartition(":")[2], session.partition("/")[0]))
        if role:
            yield arn, role


def _with_doubt(actor: Actor, found: Outcome, unless_resource: str) -> Access:
    if found.answer == "no":
        return Access("unknown" if actor.blind else "no", None, found.decision)
    unless = [actor.unless, unless_resource, "a policy that was not seen denies it" if actor.blind else ""]
    answer = "unknown" if actor.blind_boundary else found.answer
    return Access(answer, found.witness, found.decision, found.given, " or ".join(filter(None, unless)))


def _owner(resource: str) -> str:
    """The account that an ARN names; empty where it names none."""
    found = parse(resource)
    return found.account if found else ""


_SOMEONE: Final = "whoever-holds-it"
_PLAIN: Final[Mapping[str, Given]] = {"aws:securetransport": "true"}


def _someone(account: str, partition: str) -> str:
    return f"arn:{partition}:iam::{account}:user/{_SOMEONE}"


_IAM_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where requests to IAM are made in a partition, if not in us-east-1."""


def _shared(limits: Limits) -> dict[str, Given]:
    """Keys of every request of an account's principals."""
    return {"aws:securetransport": "true", **limits.keys("principal")}
