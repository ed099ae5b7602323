"""One account's snapshot, or several accounts', as the policy engine sees it: who there is, and what each may do."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from auditor.access.actors import Actor, Limits, actors
from auditor.access.examples import examples
from auditor.access.holdings import Grant, Holdings, Library, consenting, place_of
from auditor.access.solve import Facts, Outcome, solve
from auditor.access.targets import Targets
from auditor.policy.document import Policy
from auditor.policy.layers import Policies
from auditor.policy.principals import Principal
from auditor.policy.specials import BY_TRUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.findings.model import Blind
    from auditor.policy.decide import Decision
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


class Group(NamedTuple):
    """A group of IAM users."""

    arn: str
    name: str
    account: str
    policies: tuple[Policy, ...]
    sources: tuple[Grant, ...]
    blind: tuple[Blind, ...]
    members: tuple[str, ...]
    """ARNs of users."""


class ManagedPolicy(NamedTuple):
    """A customer managed policy."""

    arn: str
    account: str
    document: Policy | None
    """None where it cannot be read."""
    holders: tuple[str, ...]
    """ARNs of the users and roles that hold it, users through their groups as well."""


class World:
    """Accounts as they were seen at one moment each. Not to be changed."""

    def __init__(self, snapshots: Iterable[Snapshot], limits: Mapping[str, Limits] | None = None) -> None:
        """Look at some snapshots. `limits` are those of accounts of which more is known than their snapshots tell."""
        self._facts: dict[str, Facts] = {}
        self.partitions: dict[str, str] = {}
        self.limits: dict[str, Limits] = {}
        self.providers: dict[str, str] = {}
        """ARNs of SAML and OIDC providers, and the accounts that they are in."""
        self._passwords: dict[str, bool] = {}
        found: list[Actor] = []
        groups: list[Group] = []
        policies: list[ManagedPolicy] = []
        for snapshot in snapshots:
            account = snapshot.account
            self.partitions[account] = snapshot.partition
            self._facts[account] = Facts(snapshot.collection.taken_at.isoformat())
            limit = (limits or {}).get(account) or organization_levels(snapshot)
            self.limits[account] = limit
            here = list(actors(snapshot, limit, _shared(snapshot)))
            found += here
            groups += _groups(snapshot)
            policies += _policies(snapshot, here)
            self._passwords |= _passwords(snapshot)
            providers = (*snapshot.iam.saml_providers, *snapshot.iam.oidc_providers)
            self.providers |= dict.fromkeys(providers, account)
        self.actors = tuple(sorted(found, key=lambda actor: actor.arn))
        self.groups = {group.arn: group for group in groups}
        self.policies = {policy.arn: policy for policy in policies}
        self._by_arn = {actor.arn: actor for actor in self.actors}
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
            found = self._principals[actor.arn] = Principal.parse(actor.arn, actor.account)
        return found

    @cached_property
    def users(self) -> int:
        """The users, as a set of targets."""
        return self.targets.bits(actor.arn for actor in self.actors if actor.kind == "user")

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
        policies = actor.policies._replace(resource=consent)
        if target is not None and target.policies.rcps is not policies.rcps:
            policies = policies._replace(rcps=target.policies.rcps)
        known: dict[str, Given] = {**actor.context, **(target.marks if target else {}), **context}
        if action.startswith("iam:"):
            known.setdefault("aws:requestedregion", _IAM_REGION.get(self.partitions[actor.account], "us-east-1"))
        facts = self._facts[actor.account]._replace(tags_free=actor.tags_free, marked=target is not None)
        account = target.account if target else ""
        found = solve(self.principal(actor), action, resource, account, known, policies, facts)
        return _with_doubt(actor, found)

    def anywhere(self, actor: Actor, action: str, context: Context = ()) -> Access:
        """Whether an actor may do something with any resource that the action takes.

        Where the action takes resources of several types at once, one of each is needed; the answer tells of the
        last. What is allowed for nobody's reasons but a circumstance's is `conditional`.
        """
        partition = self.partitions[actor.account]
        best: Access | None = None
        for alternatives in examples(actor.policies, self.principal(actor), action, partition):
            found = self._first(actor, action, alternatives, context)
            if not found.granted:
                return found
            if best is None or found.answer == "conditional":
                best = found
        assert best is not None
        return best

    def _first(self, actor: Actor, action: str, resources: Iterable[str], context: Context) -> Access:
        best: Access | None = None
        # A key's policy leaves the key to its account, as the policy that AWS gives every new key does.
        consent = consenting(actor.account) if action.startswith("kms:") else None
        for resource in resources:
            found = self.decide(actor, action, resource, dict(context), consent)
            if found.answer == "yes":
                return found
            if best is None or (found.granted and not best.granted):
                best = found
        assert best is not None
        return best

    def can_on(self, actor: Actor, action: str, resources: Iterable[str]) -> tuple[str, ...]:
        """Those of some resources with which an actor may do something, at least under some circumstances."""
        return tuple(resource for resource in resources if self.may(actor, action, resource).granted)


def _with_doubt(actor: Actor, found: Outcome) -> Access:
    answer = found.answer
    unless = actor.unless
    if answer == "no" and actor.blind:
        answer = "unknown"
    elif answer in ("yes", "conditional") and actor.blind:
        unless = " or ".join(filter(None, (unless, "a policy that was not seen denies it")))
        if actor.blind_boundary:
            answer = "unknown"
    return Access(answer, found.witness, found.decision, found.given, unless)


_SOMEONE: Final = "whoever-holds-it"
_PLAIN: Final[Mapping[str, Given]] = {"aws:securetransport": "true"}


def _someone(account: str, partition: str) -> str:
    return f"arn:{partition}:iam::{account}:user/{_SOMEONE}"


_IAM_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where requests to IAM are made in a partition, if not in us-east-1."""


def organization_levels(snapshot: Snapshot) -> Limits:
    """The policies of the organization that limit the account, or what is to be said where they were not seen."""
    if snapshot.is_set("organizations.organization"):
        organization = snapshot.organizations.organization
        if organization is None:
            return Limits()
        if organization.master_account_id == snapshot.account:
            return Limits(management_account=snapshot.account)
        return Limits(unless="a service control policy forbids it")
    return Limits(unless="a service control policy forbids it")


def _shared(snapshot: Snapshot) -> dict[str, Given]:
    """Keys of every request of the account's principals."""
    keys: dict[str, Given] = {"aws:securetransport": "true"}
    if snapshot.is_set("organizations.organization"):
        organization = snapshot.organizations.organization
        keys["aws:principalorgid"] = organization.id if organization else None
    return keys


def _passwords(snapshot: Snapshot) -> dict[str, bool]:
    """The ARNs of users, and whether each has a password, as far as the credential report tells."""
    report = snapshot.iam.credential_report
    rows = {**(report.rows if report else {}), **snapshot.iam.recent_users}
    return {row.arn: row.password_enabled for row in rows.values() if row.password_enabled is not None}


def _groups(snapshot: Snapshot) -> Iterable[Group]:
    members: dict[str, list[str]] = {}
    for user in snapshot.iam.users.values():
        for name in user.group_list:
            members.setdefault(name, []).append(user.arn)
    library = Library(snapshot)
    for name, group in snapshot.iam.groups.items():
        held = Holdings(library)
        held.take(
            place_of("groups", name), "GroupPolicyList", group.group_policy_list, group.attached_managed_policies, name
        )
        policies, sources, blind = tuple(held.policies), tuple(held.sources), tuple(held.blind)
        of_group = tuple(sorted(members.get(name, ())))
        yield Group(group.arn, name, snapshot.account, policies, sources, blind, of_group)


def _policies(snapshot: Snapshot, here: Iterable[Actor]) -> Iterable[ManagedPolicy]:
    holders: dict[str, dict[str, None]] = {}
    for actor in here:
        for grant in actor.sources:
            if grant.policy.startswith("arn:"):
                holders.setdefault(grant.policy, {})[actor.arn] = None
    library = Library(snapshot)
    for arn in snapshot.iam.policies:
        found = library.managed(arn)
        document = found if isinstance(found, Policy) else None
        yield ManagedPolicy(arn, snapshot.account, document, tuple(holders.get(arn, ())))
