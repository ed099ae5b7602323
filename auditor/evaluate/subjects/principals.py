"""Groups, roles, and what principals are granted."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject, certain, escape, sift
from auditor.findings.model import Blind, Place
from auditor.policy.administrator import grants_administration
from auditor.policy.documents import Malformed, Statement, statements
from auditor.policy.mfa import refuses_without_mfa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.users import User
    from auditor.snapshot.iam import AttachedPolicy, InlinePolicy

INLINE = {"iam.users": "user_policy_list", "iam.groups": "group_policy_list", "iam.roles": "role_policy_list"}

_ADMINISTRATOR_ACCESS = "aws:policy/AdministratorAccess"
"""AWS's own policy by the end of its ARN, which differs between partitions only before; its text need not be seen."""

GRANTS = ("iam.groups", "iam.policies", "iam.aws_managed_policies")
"""The sections, besides its own, that a principal's grants come from."""

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
    def statements(self) -> tuple[Statement, ...]:
        """The policy's statements. Raises NotCollected where the text was not seen or is no policy."""
        if self.text is None:
            raise NotCollected(*self.blind)
        try:
            return statements(self.text)
        except Malformed as error:
            raise NotCollected(Blind(f"policy {self.policy} cannot be read: {error}")) from error

    @property
    def refuses_without_mfa(self) -> bool:
        """Whether some statement denies all that a user asks for without MFA. Raises NotCollected."""
        return any(map(refuses_without_mfa, self.statements))


class Principal(Subject):
    """A user, group or role: something that policies are attached to."""

    section: ClassVar[str]

    attached: Field[tuple[AttachedPolicy, ...]] = Field("details", "attached_managed_policies")

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
        alias = type(self.details.model).model_fields[INLINE[self.section]].alias
        base = f"{self.details.pointer}/{alias}"
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
        """The policies that make the principal an administrator; empty where it surely is none.

        Raises NotCollected where none was found and a policy could not be read.
        """
        return administrative(self.grants)

    @cached_property
    def own_administrative_grants(self) -> tuple[Grant, ...]:
        """The policies on the principal itself that make it an administrator, those of its groups apart.

        Raises NotCollected where none was found and a policy could not be read.
        """
        return administrative(self.own_grants)

    @property
    def is_administrator(self) -> bool:
        """Whether the principal can do everything. Raises NotCollected."""
        return bool(self.administrative_grants)

    def is_declared(self, patterns: Iterable[str]) -> bool:
        """Whether the configuration names the principal, by its name or by a glob over its name or ARN."""
        return any(fnmatchcase(self.name, glob) or fnmatchcase(self.arn, glob) for glob in patterns)


def administrative(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """The grants that give administration. Raises NotCollected where none does and one could not be read."""
    return certain(
        grants,
        lambda grant: (
            grant.policy.split(":", 4)[-1] == _ADMINISTRATOR_ACCESS
            or grants_administration(grant.statements) is not None
        ),
    )


class Group(Principal):
    """An IAM group."""

    type = "AWS::IAM::Group"
    noun = "group"
    sections = ("iam.groups",)
    section = "iam.groups"

    created: Field[datetime] = Field("details", "create_date")

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


class Role(Principal):
    """An IAM role."""

    type = "AWS::IAM::Role"
    noun = "role"
    sections = ("iam.roles",)
    section = "iam.roles"

    path: Field[str] = Field("details")
    trust_policy: Field[str] = Field("details", "assume_role_policy_document")

    @classmethod
    def all(cls, account: Account) -> Iterable[Role]:
        """Every role that was seen. The account keeps them, so that no rule judges anew what another one judged."""
        return account.roles

    @classmethod
    def listed(cls, account: Account) -> Iterator[Role]:
        """Every role of the authorization details."""
        for name, source in account.entries("iam.roles"):
            yield cls(account, source.model.arn, name)

    @property
    def is_identity_center(self) -> bool:
        """Whether IAM Identity Center made the role for a permission set."""
        return self.path.startswith("/aws-reserved/sso.amazonaws.com/") and self.name.startswith("AWSReservedSSO_")

    @property
    def is_service_linked(self) -> bool:
        """Whether the role is linked to an AWS service, which alone can use it."""
        return self.path.startswith("/aws-service-role/")

    @property
    def trust(self) -> tuple[Statement, ...]:
        """The trust policy's statements. Raises NotCollected where it is no policy."""
        try:
            return statements(self.trust_policy)
        except Malformed as error:
            raise NotCollected(Blind(f"the trust policy of {self.name} cannot be read: {error}")) from error

    @property
    def trusts_people(self) -> bool:
        """Whether accounts or identity providers may assume the role, and so people; not AWS services alone.

        Raises NotCollected where the trust policy is no policy.
        """
        return any(statement.effect == "Allow" and _names_people(statement.principal) for statement in self.trust)


def _names_people(principal: object) -> bool:
    """A principal element that is more than a list of services; one that is absent stands beside NotPrincipal."""
    return not isinstance(principal, dict) or bool(principal.keys() & {"AWS", "Federated"})


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
