"""IAM Identity Center: who has which permission set in this account, and what else people sign in to."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeVar

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject
from auditor.evaluate.subjects.listed import Listed
from auditor.evaluate.subjects.organizations import VIEW
from auditor.evaluate.subjects.permission_sets import PERMISSION_SETS
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.permission_sets import PermissionSet
    from auditor.snapshot.sso import AccountAssignment

ASSIGNMENTS = (*PERMISSION_SETS, "sso.assignments")
"""The sections that tell who is assigned what, the names of users and groups aside."""


def organization_instance(account: Account) -> Source | None:
    """The instance that gives access to the organization's accounts; None where there surely is none in sight.

    Raises NotCollected.
    """
    organization = account.organization
    for _, instance in account.entries("sso.instances"):
        if organization and instance.model.owner_account_id == organization.master_account_id:
            return instance
    account.read("sso.instances")
    return None


class Assignment(Subject):
    """A permission set that a user or group has in this account."""

    type = "AWS::SSO::Assignment"
    noun = "assignment in IAM Identity Center"
    sections = (*ASSIGNMENTS, "identitystore.users", "identitystore.groups")

    def __init__(self, permission_set: PermissionSet, assignment: AccountAssignment, place: Place) -> None:
        account = permission_set.account
        self.permission_set = permission_set
        self.principal_id = assignment.principal_id
        self.to_user = assignment.principal_type == "USER"
        self.principal = _principal_name(account, assignment)
        self.principal_place = place
        arn = f"{permission_set.arn}/{account.id}/{assignment.principal_type.lower()}/{assignment.principal_id}"
        super().__init__(account, arn, f"{self.principal} with {permission_set.name}")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every assignment that was seen. Raises NotApplicable where another account has to be asked, NotCollected."""
        account.require_organization_view()
        account.touched.update(ASSIGNMENTS)
        hidden: list[Blind] = []
        for arn, source in account.entries("sso.assignments"):
            if (permission_set := account.permission_sets.get(arn)) is None:
                hidden.append(Blind(f"permission set {arn} is assigned here and was not seen"))
                continue
            for index, assignment in enumerate(source.model):
                place = Place(f"{source.pointer}/{index}/PrincipalId", assignment.principal_id)
                yield cls(permission_set, assignment, place)
        if hidden:
            raise NotCollected(*hidden)

    def principal_is_declared(self, patterns: Iterable[str]) -> bool:
        """Whether the configuration names the user or group by a glob over its name."""
        return any(fnmatchcase(self.principal, glob) for glob in patterns)

    @property
    def people(self) -> frozenset[str]:
        """The ids of the users who have it, by themselves or as members of the group. Raises NotCollected."""
        if self.to_user:
            return frozenset((self.principal_id,))
        members = self.account.entry("identitystore.memberships", self.principal_id)
        if members is None:
            raise NotCollected(Blind(f"the members of group {self.principal} were not listed"))
        return frozenset(members.model)


def _principal_name(account: Account, assignment: AccountAssignment) -> str:
    """The name that people know a user or group by; the id where the directory was not seen."""
    if assignment.principal_type == "USER":
        user = (account.optional("identitystore.users") or {}).get(assignment.principal_id)
        return (user.user_name if user else "") or assignment.principal_id
    group = (account.optional("identitystore.groups") or {}).get(assignment.principal_id)
    return (group.display_name if group else "") or assignment.principal_id


class _DirectoryEntry(Listed):
    """A user or group of the identity store; it has no ARN that anybody uses, so its id is what counts."""

    @property
    def id(self) -> str:
        """The id in the identity store."""
        return self.arn.rpartition("/")[2]


class DirectoryUser(_DirectoryEntry):
    """A user of the identity store."""

    type = "AWS::IdentityStore::User"
    noun = "user in IAM Identity Center"
    sections = (*VIEW, "identitystore.users")

    status: Field[str] = Field("entry", "user_status")
    has_email: Field[bool] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every user that was seen. Raises NotApplicable where another account has to be asked."""
        account.require_organization_view()
        for id, entry in account.entries(cls.sections[-1]):
            yield cls(
                account,
                f"arn:{account.snapshot.partition}:identitystore:::user/{id}",
                entry.model.user_name or id,
                entry,
            )

    @property
    def is_disabled(self) -> bool:
        """Whether the user cannot sign in."""
        return self.status == "DISABLED"


class DirectoryGroup(_DirectoryEntry):
    """A group of the identity store."""

    type = "AWS::IdentityStore::Group"
    noun = "group in IAM Identity Center"
    sections = (*VIEW, "identitystore.groups")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every group that was seen. Raises NotApplicable where another account has to be asked."""
        account.require_organization_view()
        for id, entry in account.entries(cls.sections[-1]):
            arn = f"arn:{account.snapshot.partition}:identitystore:::group/{id}"
            yield cls(account, arn, entry.model.display_name or id, entry)


class IdentityCenterApplication(Listed):
    """An application that people reach through the organization's instance, or one of the account's own."""

    type = "AWS::SSO::Application"
    noun = "application in IAM Identity Center"
    sections = (*VIEW, "sso.applications")

    assignment_required: Field[bool] = Field("entry")
    status: Field[str] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every application that was seen. Raises NotApplicable where another account has to be asked for all."""
        yield from _of_instances(cls, account, "application_name")


class TrustedTokenIssuer(Listed):
    """An issuer outside AWS whose tokens applications may exchange for those of IAM Identity Center."""

    type = "AWS::SSO::TrustedTokenIssuer"
    noun = "trusted token issuer in IAM Identity Center"
    sections = (*VIEW, "sso.trusted_token_issuers")

    url: Field[str] = Field("entry", "issuer_url")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every issuer that was seen. Raises NotApplicable where another account has to be asked for all."""
        yield from _of_instances(cls, account, "trusted_token_issuer_name")


L = TypeVar("L", bound=Listed)


def _of_instances(kind: type[L], account: Account, name: str) -> Iterator[L]:
    """What hangs on instances: a member account has an instance of its own, or sees nothing of it."""
    none = True
    for arn, entry in account.entries(kind.sections[-1]):
        none = False
        yield kind(account, arn, getattr(entry.model, name) or arn.rpartition("/")[2], entry)
    if none:
        account.read(kind.sections[-1])
        account.require_organization_view()
