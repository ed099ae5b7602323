"""The organization of the account, as far as AWS tells this account about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject
from auditor.evaluate.subjects.listed import Listed
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.policy.document import Kind, Policy
    from auditor.policy.layers import Level

VIEW = ("organizations.organization", "organizations.seat")
"""The sections that tell whether the account sees its organization."""

GUARDRAILS = (*VIEW, "organizations.accounts", "organizations.policies")
"""The sections that tell what service and resource control policies forbid."""

SCP = "SERVICE_CONTROL_POLICY"

_FULL_ACCESS = "p-FullAWSAccess"
"""AWS's own SCP, which allows everything; its text is the same everywhere and need not be seen."""


class OrganizationPolicy(NamedTuple):
    """A policy of the organization, and where its document stands."""

    id: str
    name: str
    content: str
    place: Place

    def document(self, kind: Kind) -> Policy:
        """The policy, as the engine reads it. Raises NotCollected where the text is no policy."""
        from auditor.access.holdings import EVERYTHING, parsed
        from auditor.policy.document import Policy

        text = EVERYTHING if self.id == _FULL_ACCESS else self.content
        found = parsed(text, f"policy {self.id} of the organization", kind)
        if not isinstance(found, Policy):
            raise NotCollected(*found)
        return found


class Organization(Subject):
    """The organization that the account belongs to; none outside any."""

    type = "AWS::Organizations::Organization"
    noun = "organization"
    sections = ("organizations.organization",)

    feature_set: Field[str] = Field("organization")

    @classmethod
    def all(cls, account: Account) -> Iterable[Self]:
        """The one organization, which every member sees. Raises NotCollected."""
        if (organization := account.organization) is not None:
            yield cls(account, organization.arn, organization.id)

    def source(self, name: str) -> Source:
        """`organization`."""
        return Source("/organizations/organization", self.account.organization)

    @property
    def management_id(self) -> str:
        """The id of the account that manages it. Raises NotCollected."""
        organization = self.account.organization
        assert organization is not None
        return organization.master_account_id

    @property
    def policy_types(self) -> Place:
        """The types of policy, with their status.

        Raises NotApplicable where another account has to be asked, NotCollected where that is not known.
        """
        self.account.require_organization_view()
        root = self.account.read("organizations.seat").root
        if root is None:
            raise NotCollected(Blind("ListRoots gave no root"))
        return Place("/organizations/seat/Root/PolicyTypes", root.policy_types)

    def has_enabled(self, kind: str) -> bool:
        """Whether policies of a type are in force. Raises NotApplicable, NotCollected."""
        types: Any = self.policy_types.value
        return any(item.type == kind and item.status == "ENABLED" for item in types)

    @property
    def members(self) -> tuple[MemberAccount, ...]:
        """The accounts that work, but for the management account. Raises NotApplicable, NotCollected."""
        self.account.require_organization_view()
        self.account.read("organizations.accounts")
        return tuple(
            member
            for member in MemberAccount.all(self.account)
            if member.is_active and member.name != self.management_id
        )

    def allows_delegates(self, *actions: str) -> bool:
        """Whether the delegation policy lets some account take one of the actions.

        Raises NotApplicable, NotCollected.
        """
        from auditor.policy.comparison import check_access
        from auditor.policy.elements import Kind

        policy = self.delegation_policy
        if policy is None:
            return False
        found = check_access(policy.document(Kind.RESOURCE), actions)
        if found.answer == "may":
            raise NotCollected(Blind(f"what the {policy.name} allows is not known: {found.reason}"))
        return found.answer == "yes"

    def policies(self, kind: str) -> Iterator[Source]:
        """The policies of a type, AWS's own apart. Raises NotApplicable, NotCollected."""
        self.account.require_organization_view()
        self.account.read("organizations.policies")
        for _, source in self.account.entries("organizations.policies"):
            if source.model.type == kind and not source.model.aws_managed:
                yield source

    @property
    def delegation_policy(self) -> OrganizationPolicy | None:
        """The policy that lets member accounts manage policies; None where there is none.

        Raises NotApplicable, NotCollected.
        """
        self.account.require_organization_view()
        policy = self.account.read("organizations.resource_policy")
        if policy is None:
            return None
        place = Place("/organizations/resource_policy/Content", policy.content)
        return OrganizationPolicy(policy.arn, "delegation policy", policy.content, place)


class MemberAccount(Listed):
    """An account of the organization, the management account included; its name is its id."""

    type = "AWS::Organizations::Account"
    noun = "account in its organization"
    sections = (*VIEW, "organizations.accounts")

    title: Field[str] = Field("entry", "account_name")
    email: Field[str] = Field("entry")
    state: Field[str] = Field("entry")
    paths: Field[tuple[str, ...]] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every account that was seen. Raises NotApplicable where another account has to be asked, NotCollected."""
        account.require_organization_view()
        for id, entry in account.entries(cls.sections[-1]):
            yield cls(account, entry.model.arn, id, entry)

    @property
    def is_active(self) -> bool:
        """Whether the account works: neither closed nor suspended, nor on the way there."""
        return self.state in ("", "ACTIVE")

    @property
    def manages(self) -> bool:
        """Whether it is the management account, which control policies do not bind. Raises NotCollected."""
        organization = self.account.organization
        return organization is not None and organization.master_account_id == self.name

    @property
    def label(self) -> str:
        """Its id, and the name that people know it by."""
        return f"{self.name} ({self.title})" if self.title else self.name

    @property
    def path(self) -> tuple[str, ...]:
        """Ids from the root down to the account itself. Raises NotCollected where AWS does not tell them."""
        if not self.paths:
            raise NotCollected(Blind(f"AWS does not say where in the organization account {self.name} is"))
        way = tuple(part for part in self.paths[0].split("/")[1:] if part)
        return way if way[-1:] == (self.name,) else (*way, self.name)

    @property
    def scps(self) -> tuple[Level, ...]:
        """The service control policies on the way from the root down to it. Raises NotCollected."""
        from auditor.policy.elements import Kind
        from auditor.policy.layers import Level

        attached = self.account.control_policies
        found = ((id, attached.get((SCP, id), ())) for id in self.path)
        return tuple(Level(id, tuple(it.document(Kind.SCP) for it in policies)) for id, policies in found if policies)


class DelegatedAdministrator(Listed):
    """A member account that administers services for the whole organization; its name is its id."""

    type = "AWS::Organizations::Account"
    noun = "delegated administrator"
    sections = (*VIEW, "organizations.delegated_administrators")

    title: Field[str] = Field("entry", "account_name")
    services: Field[tuple[str, ...]] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every one that was seen. Raises NotApplicable where another account has to be asked, NotCollected."""
        account.require_organization_view()
        for id, entry in account.entries(cls.sections[-1]):
            yield cls(account, entry.model.arn, id, entry)


class TrustedService(Listed):
    """A service that may work in every account of the organization; its name is its principal."""

    type = "AWS::Organizations::TrustedAccess"
    noun = "service with trusted access"
    sections = (*VIEW, "organizations.trusted_services")

    principal: Field[str] = Field("entry", "service_principal")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every one that was seen. Raises NotApplicable where another account has to be asked, NotCollected."""
        account.require_organization_view()
        for principal, entry in account.entries(cls.sections[-1]):
            yield cls(account, f"arn:{account.snapshot.partition}:organizations:::{principal}", principal, entry)


def control_policies(account: Account) -> dict[tuple[str, str], tuple[OrganizationPolicy, ...]]:
    """(type, target) -> policies. AWS's own resource control policy, which is everywhere, is left out.

    Raises NotCollected where not all policies and their targets were seen: one that is missing might deny anything.
    """
    account.read("organizations.policies")
    attached: dict[tuple[str, str], list[OrganizationPolicy]] = {}
    for id, source in account.entries("organizations.policies"):
        model = source.model
        place = Place(f"{source.pointer}/Content", model.content)
        policy = OrganizationPolicy(id, model.policy_name, model.content, place)
        for target in model.targets:
            attached.setdefault((model.type, target.target_id), []).append(policy)
    return {key: tuple(policies) for key, policies in attached.items()}
