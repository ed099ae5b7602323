"""Roles: who made them, whom they let in, when they were used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Told
from auditor.evaluate.subjects.principals import Principal
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from auditor.access.actors import Actor
    from auditor.evaluate.subjects.access import Identity
    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.exposure import Exposure
    from auditor.policy.elements import Principals
    from auditor.snapshot.iam import RoleLastUsed, Tag


class Role(Principal):
    """An IAM role."""

    type = "AWS::IAM::Role"
    noun = "role"
    sections: ClassVar[tuple[str, ...]] = ("iam.roles",)
    section = "iam.roles"

    path: Field[str] = Field("details")
    created: Told[datetime] = Told("details", "create_date")
    tags: Field[tuple[Tag, ...]] = Field("details")
    last_used: Field[RoleLastUsed] = Field("details", "role_last_used")
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
    def last_use(self) -> datetime | None:
        """When the role was last used; None for not within the last 400 days. Raises NotCollected."""
        if "role_last_used" not in self.details.model.model_fields_set:
            raise NotCollected(Blind(f"the last use of role {self.name} is not told"))
        return self.last_used.last_used_date

    @property
    def max_session_place(self) -> Place:
        """How many seconds a session may last, and where that stands. Raises NotCollected."""
        source = self.account.entry("iam.role_settings", self.name)
        if source is None:
            raise NotCollected(Blind(f"the settings of role {self.name} were not listed"))
        return Place(f"{source.pointer}/MaxSessionDuration", source.model.max_session_duration)

    @cached_property
    def made_by(self) -> str:
        """Which part of AWS made the role, by its path, name and trust policy; empty for all other roles."""
        from auditor.access.aws_made import maker
        from auditor.evaluate.subjects.access import MAKERS
        from auditor.policy.document import Kind, Policy, SourceError

        try:
            trust = Policy.parse(self.trust_policy, Kind.TRUST)
        except SourceError:
            trust = None
        return MAKERS.get(maker(self.arn, self.name, trust), "")

    @property
    def identity(self) -> Identity:
        """The role by all its policies together. What it works out is not kept with the role."""
        from auditor.evaluate.subjects.access import PRINCIPALS, Identity

        self.account.touched.update(PRINCIPALS)
        return Identity(self.account, self._actor)

    @property
    def _actor(self) -> Actor:
        actor = super()._actor
        assert actor is not None, "the roles of an account are actors of its world"
        return actor

    @cached_property
    def exposure(self) -> Exposure:
        """Whom the trust policy lets in."""
        from auditor.evaluate.subjects.exposure import Exposure

        return Exposure(self)

    @property
    def trusts_people(self) -> bool:
        """Whether accounts or identity providers may assume the role, and so people; not AWS services alone.

        Raises NotCollected where the trust policy is no policy.
        """
        return any(
            statement.allow and _names_people(statement.principals) for statement in self.exposure.policy.statements
        )


def _names_people(principals: Principals | None) -> bool:
    """A principal element that is more than a list of services; one that is absent stands beside NotPrincipal."""
    return (
        principals is None or principals.anyone or any(kind in ("AWS", "Federated") for kind, _ in principals.entries)
    )
