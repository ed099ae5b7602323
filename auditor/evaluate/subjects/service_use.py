"""Users and roles by the services that they use, where IAM's last-accessed reports were asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.base import Subject
from auditor.evaluate.subjects.roles import Role
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.users import User
    from auditor.findings.model import Resource

LAST_ACCESSED = "iam.last_accessed"


class AllowedService(NamedTuple):
    """A service that a principal's policies allow: its prefix, its last use within 400 days, and where that stands."""

    prefix: str
    last_use: datetime | None
    place: Place


class Grantee(Subject):
    """A user or role, by the services that its policies allow."""

    type = "AWS::IAM::Principal"
    noun = "user or role"
    sections: ClassVar[tuple[str, ...]] = ("iam.users", "iam.roles")

    def __init__(self, account: Account, principal: User | Role) -> None:
        super().__init__(account, principal.arn, principal.name)
        self.principal = principal
        self.label = f"{principal.noun} {principal.name}"

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every user and role that was seen."""
        account.touched.update(cls.sections)
        principals: tuple[User | Role, ...] = (*account.users, *account.roles)
        for principal in principals:
            yield cls(account, principal)

    @cached_property
    def resource(self) -> Resource:
        """The user or role."""
        return self.principal.resource

    @property
    def age_days(self) -> int:
        """How long ago the principal was made. Raises NotCollected."""
        return self.account.age(self.principal.created).days

    def own(self) -> Self:
        """The principal, if the account decides what it holds. Raises NotApplicable for a role that AWS made."""
        if isinstance(self.principal, Role) and (maker := self.principal.made_by):
            raise NotApplicable(f"{maker} made the role")
        return self

    @property
    def services(self) -> tuple[AllowedService, ...]:
        """Every service that the policies allow. Raises NotCollected where IAM's report was not seen."""
        source = self.account.entry(LAST_ACCESSED, self.arn)
        if source is None:
            raise NotCollected(Blind(f"IAM was not asked when {self.label} used what"))
        return tuple(
            AllowedService(
                service.service_namespace,
                service.last_authenticated,
                _place(
                    f"{source.pointer}/ServicesLastAccessed/{index}",
                    service.service_namespace,
                    service.last_authenticated,
                ),
            )
            for index, service in enumerate(source.model.services_last_accessed)
        )


def _place(pointer: str, prefix: str, last_use: datetime | None) -> Place:
    """The last use, or where there is none the service."""
    if last_use is None:
        return Place(f"{pointer}/ServiceNamespace", prefix)
    return Place(f"{pointer}/LastAuthenticated", last_use)
