"""Groups, roles, and what principals are granted."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject
from auditor.findings.model import Blind, Place
from auditor.policy.administrator import grants_administration
from auditor.policy.documents import Malformed, Statement, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.users import User
    from auditor.snapshot.iam import AttachedPolicy, InlinePolicy

INLINE = {"iam.users": "user_policy_list", "iam.groups": "group_policy_list", "iam.roles": "role_policy_list"}


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
    def statements(self) -> tuple[Statement, ...]:
        """The policy's statements. Raises NotCollected where the text was not seen or is no policy."""
        if self.text is None:
            raise NotCollected(*self.blind)
        try:
            return statements(self.text)
        except Malformed as error:
            raise NotCollected(Blind(f"policy {self.policy} cannot be read: {error}")) from error


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
        return (*self._inline_grants(), *self._attached_grants())

    def _inline_grants(self) -> Iterator[Grant]:
        alias = type(self.details.model).model_fields[INLINE[self.section]].alias
        for index, policy in enumerate(self.inline):
            pointer = f"{self.details.pointer}/{alias}/{index}"
            yield Grant(policy.policy_name, "", Place(pointer, policy.policy_name), policy.policy_document)

    def _attached_grants(self) -> Iterator[Grant]:
        for index, policy in enumerate(self.attached):
            pointer = f"{self.details.pointer}/AttachedManagedPolicies/{index}"
            text, blind = self.account.policy_text(policy.policy_arn)
            yield Grant(policy.policy_arn, "", Place(pointer, policy.policy_arn), text, blind)

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

    @property
    def is_administrator(self) -> bool:
        """Whether the principal can do everything. Raises NotCollected."""
        return bool(self.administrative_grants)

    def is_declared(self, patterns: Iterable[str]) -> bool:
        """Whether the configuration names the principal, by its name or by a glob over its name or ARN."""
        return any(fnmatchcase(self.name, glob) or fnmatchcase(self.arn, glob) for glob in patterns)


def administrative(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """The grants that give administration. Raises NotCollected where none does and one could not be read."""
    found: list[Grant] = []
    blind: list[Blind] = []
    try:
        for grant in grants:
            try:
                if grant.policy.endswith(":aws:policy/AdministratorAccess") or grants_administration(grant.statements):
                    found.append(grant)
            except NotCollected as error:
                blind.extend(error.blind)
    except NotCollected as error:
        blind.extend(error.blind)
    if blind and not found:
        raise NotCollected(*blind)
    return tuple(found)


class Group(Principal):
    """An IAM group."""

    type = "AWS::IAM::Group"
    noun = "group"
    sections = ("iam.groups",)
    section = "iam.groups"

    @classmethod
    def all(cls, account: Account) -> Iterator[Group]:
        """Every group that was seen."""
        for name, source in account.entries("iam.groups"):
            yield cls(account, source.model.arn, name)

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the users in the group. Raises NotCollected where not all users were seen."""
        return self.account.members.get(self.name, ())


class Role(Principal):
    """An IAM role."""

    type = "AWS::IAM::Role"
    noun = "role"
    sections = ("iam.roles",)
    section = "iam.roles"

    path: Field[str] = Field("details")
    trust_policy: Field[str] = Field("details", "assume_role_policy_document")

    @classmethod
    def all(cls, account: Account) -> Iterator[Role]:
        """Every role that was seen."""
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


class Administrator(NamedTuple):
    """A principal with administrator permissions, and the policies that give them."""

    principal: User | Role
    grants: tuple[Grant, ...]
