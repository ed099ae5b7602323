"""Groups, and what principals are granted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from auditor.access.holdings import parsed
from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject, Told, certain, escape, sift, written_name
from auditor.evaluate.subjects.organizations import GUARDRAILS
from auditor.findings.model import Blind, Place
from auditor.policy.document import Kind, Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pydantic import BaseModel

    from auditor.access.actors import Actor
    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.roles import Role
    from auditor.evaluate.subjects.users import User
    from auditor.snapshot.iam import AttachedPolicy, InlinePolicy

INLINE = {"iam.users": "user_policy_list", "iam.groups": "group_policy_list", "iam.roles": "role_policy_list"}

GRANTS = ("iam.groups", "iam.policies", "iam.aws_managed_policies", *GUARDRAILS)
"""The sections, besides its own, that tell what a principal's grants come to."""

ADMINISTRATORS = ("iam.users", "iam.roles", *GRANTS)
"""The sections that the account's administrators are found in."""


class Grant(NamedTuple):
    """A policy that a principal holds: where it hangs, by which way, and its text (None: not seen)."""

    policy: str
    via: str
    place: Place
    text: str | None
    blind: tuple[Blind, ...] = ()

    @property
    def inline(self) -> bool:
        """Whether the policy is embedded rather than attached."""
        return not self.policy.startswith("arn:")

    @property
    def label(self) -> str:
        """How sentences name the grant: the policy's name, and the group that it comes by."""
        name = f"inline policy {self.policy}" if self.inline else self.policy.rpartition("/")[2]
        return f"{name} through group {self.via}" if self.via else name

    @property
    def document(self) -> Policy:
        """The policy, as the engine reads it. Raises NotCollected where the text was not seen or is no policy."""
        if self.text is None:
            raise NotCollected(*self.blind)
        found = parsed(self.text, f"policy {self.policy}", Kind.IDENTITY)
        if not isinstance(found, Policy):
            raise NotCollected(*found)
        return found

    @property
    def readable(self) -> bool:
        """True. Raises NotCollected where the text was not seen or is no policy."""
        return self.document is not None


class Principal(Subject):
    """A user, group or role: something that policies are attached to."""

    type = "AWS::IAM::Principal"
    noun = "user, group or role"
    sections: ClassVar[tuple[str, ...]] = ("iam.users", "iam.groups", "iam.roles")
    section: ClassVar[str]

    attached: Field[tuple[AttachedPolicy, ...]] = Field("details", "attached_managed_policies")

    @classmethod
    def all(cls, account: Account) -> Iterable[Principal]:
        """Every user, group and role that was seen, each as what it is."""
        return (*account.users, *account.groups, *account.roles)

    @cached_property
    def details(self) -> Source:
        """What the authorization details say. Raises NotCollected."""
        source = self.account.entry(self.section, self.name)
        if source is None:
            raise NotCollected(Blind(f"the authorization details do not list {self.name}"))
        return source

    def source(self, name: str) -> Source:
        """`details`. Raises NotCollected."""
        return self.details

    @property
    def inline(self) -> tuple[InlinePolicy, ...]:
        """The policies embedded in the principal. Raises NotCollected."""
        value: tuple[InlinePolicy, ...] = getattr(self.details.model, INLINE[self.section])
        return value

    @cached_property
    def own_grants(self) -> tuple[Grant, ...]:
        """Every policy embedded in or attached to the principal itself. Raises NotCollected."""
        return (*self.inline_grants, *self._attached_grants())

    @property
    def inline_grants(self) -> Iterator[Grant]:
        """Every policy embedded in the principal. Raises NotCollected."""
        for place, policy in zip(self.inline_places, self.inline, strict=True):
            yield Grant(policy.policy_name, "", place, policy.policy_document)

    def _attached_grants(self) -> Iterator[Grant]:
        for place, policy in zip(self.attached_places, self.attached, strict=True):
            text, blind = self.account.policy_text(policy.policy_arn)
            yield Grant(policy.policy_arn, "", place, text, blind)

    @property
    def inline_places(self) -> tuple[Place, ...]:
        """Where each embedded policy stands, by its name. Raises NotCollected."""
        kind: type[BaseModel] = type(self.details.model)
        base = f"{self.details.pointer}/{written_name(kind, INLINE[self.section])}"
        return tuple(Place(f"{base}/{index}", policy.policy_name) for index, policy in enumerate(self.inline))

    @property
    def attached_places(self) -> tuple[Place, ...]:
        """Where each attached policy stands, by its ARN. Raises NotCollected."""
        base = f"{self.details.pointer}/AttachedManagedPolicies"
        return tuple(Place(f"{base}/{index}", policy.policy_arn) for index, policy in enumerate(self.attached))

    @property
    def grants(self) -> Iterator[Grant]:
        """Every policy that the principal holds, a user's through groups as well. Raises NotCollected."""
        yield from self.own_grants

    @cached_property
    def administrative_grants(self) -> tuple[Grant, ...]:
        """The policies by which the principal can do, or give itself, everything; empty where it surely cannot.

        Raises NotCollected where what was seen does not make it an administrator, and a policy could not be read.
        """
        return self._administrative(self._actor, self.grants)

    @cached_property
    def own_administrative_grants(self) -> tuple[Grant, ...]:
        """The same of the policies on the principal itself, those of its groups apart. Raises NotCollected."""
        if not self.own_grants:
            return ()
        actor = self._actor
        own = actor and actor.keeping(source for source in actor.sources if not source.via)
        return self._administrative(own, self.own_grants)

    @property
    def _actor(self) -> Actor | None:
        """The principal as it acts."""
        return self.account.access.world.actor(self.arn)

    def _administrative(self, actor: Actor | None, grants: Iterable[Grant]) -> tuple[Grant, ...]:
        administration = self.account.access.administration
        proof = administration.proof(actor) if actor else None
        proven = {(grant.policy, grant.via) for grant in proof.grants} if proof else set()

        def gives(grant: Grant) -> bool:
            """Raises NotCollected where the policy could not be read, and so may give what no other does."""
            return (grant.policy, grant.via) in proven or not grant.readable

        found = certain(grants, gives)
        if actor and not proof and actor.blind_boundary and administration.judge(actor.unbounded()):
            raise NotCollected(*actor.blind)
        if actor and not found and self.account.limits.organization is None and self._would_administer(actor):
            raise NotCollected(*self.account.snapshot.blind("organizations.organization"))
        return found

    def _would_administer(self, actor: Actor) -> bool:
        """Whether the principal administers if its account manages the organization, and with it Identity Center."""
        from auditor.access.techniques import plausible

        runs_identity_center = any(technique.id.startswith("sso-") for technique in plausible(actor.policies))
        return runs_identity_center and self.account.access_of_management.administration.judge(actor) is not None

    @property
    def is_refused_without_mfa(self) -> bool:
        """Whether denials refuse the principal all that it asks for without MFA. Raises NotCollected."""
        from auditor.access.mfa_refusal import passing_without_mfa

        actor = self._actor
        if actor is None:
            raise NotCollected(Blind(f"the authorization details do not list {self.name}"))
        self.account.touched.update(GRANTS)
        found = passing_without_mfa(actor)
        if found.answer == "no":
            return True
        if actor.blind:
            raise NotCollected(*actor.blind)
        if found.answer == "may":
            raise NotCollected(Blind(f"whether {self.name} is refused without MFA is {found.reason}"))
        return False

    @property
    def caveat(self) -> str:
        """What may forbid whatever the principal is allowed, as it was not seen; the end of a sentence, or empty."""
        hidden = self.account.limits.unless
        return f", unless {hidden}" if hidden else ""

    @property
    def is_administrator(self) -> bool:
        """Whether the principal can do everything. Raises NotCollected."""
        return bool(self.administrative_grants)


class Group(Principal):
    """An IAM group."""

    type = "AWS::IAM::Group"
    noun = "group"
    sections = ("iam.groups",)
    section = "iam.groups"

    created: Told[datetime] = Told("details", "create_date")

    @property
    def _actor(self) -> Actor | None:
        """A user who is in the group and holds nothing else."""
        world = self.account.access.world
        group = world.groups.get(self.arn)
        if group is None:
            return None
        sources = tuple(grant._replace(via="") for grant in group.sources)
        return world.holder(self.account.id, group.policies, sources, (group.arn,))

    @classmethod
    def all(cls, account: Account) -> Iterable[Group]:
        """Every group that was seen."""
        return account.groups

    @classmethod
    def listed(cls, account: Account) -> Iterator[Group]:
        """Every group of the authorization details."""
        for name, source in account.entries("iam.groups"):
            yield cls(account, source.model.arn, name)

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the users in the group. Raises NotCollected where not all users were seen."""
        return self.account.members.get(self.name, ())

    @property
    def member_places(self) -> tuple[Place, ...]:
        """Where each member's list of groups stands. Raises NotCollected where not all users were seen."""
        return tuple(Place(f"/iam/users/{escape(name)}/GroupList", self.name) for name in self.members)


class Administrator(NamedTuple):
    """A principal with administrator permissions, and the policies that give them."""

    principal: User | Role
    grants: tuple[Grant, ...]


class Administrators(NamedTuple):
    """The administrators that are known, and what may hide more of them."""

    known: tuple[Administrator, ...]
    blind: tuple[Blind, ...]


def find_administrators(account: Account) -> Administrators:
    """Every user and role that can do everything, AWS's own service roles apart."""
    people: list[User | Role] = [*account.users, *(role for role in account.roles if not role.is_service_linked)]
    known, blind = sift(people, lambda who: who.is_administrator)
    hidden = (*account.snapshot.blind("iam.users"), *account.snapshot.blind("iam.roles"), *blind)
    administrators = tuple(Administrator(who, who.administrative_grants) for who in known)
    return Administrators(administrators, tuple(dict.fromkeys(hidden)))
