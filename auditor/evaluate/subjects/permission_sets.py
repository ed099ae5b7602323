"""Permission sets of IAM Identity Center: their policies, and what these are worth wherever people have them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.access.holdings import ADMINISTRATOR_ACCESS, EVERYTHING
from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field
from auditor.evaluate.subjects.listed import Listed
from auditor.evaluate.subjects.organizations import VIEW
from auditor.evaluate.subjects.principals import Grant
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.any_account import AnyAccount, Held, WayAnywhere
    from auditor.access.ways import Way
    from auditor.evaluate.subjects.account import Account
    from auditor.policy.document import Policy
    from auditor.snapshot.sso import AttachedPolicy, PermissionsBoundary, PolicyReference

PERMISSION_SETS = (*VIEW, "sso.permission_sets")

PERMISSION_SET_POLICIES = ("iam.aws_managed_policies", "iam.policies", "sso.managed_policies")
"""The sections, besides its own, that a permission set's grants come from."""

_DURATION = re.compile(r"P(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,3})H)?(?:([0-9]{1,4})M)?(?:[0-9]{1,5}S)?)?")


class PermissionSet(Listed):
    """A permission set of the organization's instance."""

    type = "AWS::SSO::PermissionSet"
    noun = "permission set"
    sections = PERMISSION_SETS

    session: Field[str] = Field("entry", "session_duration")
    managed: Field[tuple[AttachedPolicy, ...]] = Field("entry", "attached_managed_policies")
    references: Field[tuple[PolicyReference, ...]] = Field("entry", "customer_managed_policy_references")
    inline: Field[str] = Field("entry", "inline_policy")
    boundary: Field[PermissionsBoundary | None] = Field("entry", "permissions_boundary")

    @classmethod
    def all(cls, account: Account) -> Iterable[PermissionSet]:
        """Every permission set that was seen. Raises NotApplicable where another account has to be asked."""
        account.require_organization_view()
        account.touched.update(cls.sections)
        return account.permission_sets.values()

    @classmethod
    def listed(cls, account: Account) -> Iterator[PermissionSet]:
        """Every permission set of the snapshot."""
        for arn, entry in account.entries(cls.sections[-1]):
            yield cls(account, arn, entry.model.permission_set_name, entry)

    @property
    def session_minutes(self) -> int:
        """How long a session may last. Raises NotCollected where AWS does not say so in a form that can be read."""
        parts = _DURATION.fullmatch(self.session)
        if parts is None or not any(parts.groups()):
            raise NotCollected(Blind(f"AWS does not say how long a session of {self.name} lasts"))
        days, hours, minutes = (int(part or 0) for part in parts.groups())
        return (days * 24 + hours) * 60 + minutes

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """Every policy of the permission set; customer managed ones as this account has them, if it has them."""
        return (*self.inline_grants, *self._managed_grants(), *self._customer_grants())

    @property
    def inline_grants(self) -> tuple[Grant, ...]:
        """The inline policy, if there is one."""
        return (Grant(self.name, "", self.place("inline"), self.inline),) if self.inline else ()

    def _managed_grants(self) -> Iterator[Grant]:
        base = self.place("managed").pointer
        for index, policy in enumerate(self.managed):
            text, blind = self._text_of(policy.arn)
            yield Grant(policy.arn, "", Place(f"{base}/{index}/Arn", policy.arn), text, blind)

    def _text_of(self, arn: str) -> tuple[str | None, tuple[Blind, ...]]:
        """The document of an AWS managed policy: attached in this account, or fetched for permission sets."""
        self.account.touched.update(PERMISSION_SET_POLICIES)
        attached = (self.account.optional("iam.aws_managed_policies") or {}).get(arn)
        if attached is not None:
            return attached.document, ()
        if arn.endswith(f"::aws:{ADMINISTRATOR_ACCESS}"):
            return EVERYTHING, ()
        try:
            source = self.account.entry("sso.managed_policies", arn)
        except NotCollected as signal:
            return None, signal.blind
        return (source.model.document, ()) if source else (None, (Blind(f"policy {arn} was not listed"),))

    def _customer_grants(self) -> Iterator[Grant]:
        for arn, place in self.customer_policies:
            try:
                policy = self.account.entry("iam.policies", arn)
            except NotCollected as signal:
                yield Grant(arn, "", place, None, signal.blind)
            else:
                if policy is not None:
                    yield Grant(arn, "", place, policy.model.document)

    @property
    def customer_policies(self) -> tuple[tuple[str, Place], ...]:
        """The ARN that each customer managed policy has in this account if it is there, and where it is named."""
        base = self.place("references").pointer
        return tuple(
            (self._arn_here(reference), Place(f"{base}/{index}/PolicyName", reference.policy_name))
            for index, reference in enumerate(self.references)
        )

    def _arn_here(self, reference: PolicyReference) -> str:
        account = self.account
        return (
            f"arn:{account.snapshot.partition}:iam::{account.id}:policy{reference.policy_path}{reference.policy_name}"
        )

    @property
    def whole_services(self) -> tuple[str, ...]:
        """What the inline policy allows of services whatever their actions are called, as `s3:*`.

        Raises NotCollected.
        """
        from auditor.access.single_policy import whole_services

        return tuple(text for grant in self.inline_grants for text in whole_services(grant.document))

    @cached_property
    def held(self) -> Held:
        """Its policies and its boundary, as whoever has the permission set holds them."""
        from auditor.access.any_account import Held
        from auditor.access.holdings import Grant as Hung

        blind: list[Blind] = []
        held: dict[Hung, Policy] = {}
        for grant in self.grants:
            try:
                held[Hung(grant.policy, "", grant.place)] = grant.document
            except NotCollected as signal:
                blind.extend(signal.blind)
        boundary = None
        try:
            boundary = self._boundary.document if self._boundary else None
        except NotCollected as signal:
            blind.extend(signal.blind)
        return Held(tuple(held.values()), tuple(held), boundary, self._boundary is not None, tuple(blind))

    @cached_property
    def _boundary(self) -> Grant | None:
        """What bounds it: a customer managed policy as this account has it."""
        bound = self.boundary
        if bound is None:
            return None
        place = self.place("boundary")
        reference = bound.customer_managed_policy_reference
        if reference is None:
            arn = bound.managed_policy_arn or ""
            return Grant(arn, "", place, *self._text_of(arn))
        arn = self._arn_here(reference)
        return Grant(arn, "", place, *self.account.policy_text(arn))

    @property
    def _any_account(self) -> AnyAccount:
        from auditor.access.any_account import AnyAccount

        account = self.account
        organization = account.organization
        manages = organization is not None and organization.master_account_id == account.id
        taken_at = account.taken_at.isoformat()
        return AnyAccount(account.id, account.snapshot.partition, taken_at, self.held, management=manages)

    @cached_property
    def administration(self) -> Way | None:
        """How the permission set lets people do, or give themselves, everything. Raises NotCollected."""
        found = self._any_account.administration(self.name)
        if found is None and self.held.blind:
            raise NotCollected(*self.held.blind)
        return found

    @property
    def is_administrator(self) -> bool:
        """Whether people can do everything with it, or give themselves everything. Raises NotCollected."""
        return self.administration is not None

    @property
    def allows_everything(self) -> bool:
        """Whether people can do everything with it as it is. Raises NotCollected."""
        return self.administration is not None and self.administration.does_everything

    @property
    def allows_unnamed(self) -> bool:
        """Whether it lets people do all there is, less what it leaves out. Raises NotCollected."""
        found = self._any_account.allows_unnamed()
        if not found and self.held.blind:
            raise NotCollected(*self.held.blind)
        return found

    @cached_property
    def way_up(self) -> WayAnywhere | None:
        """How people who have it come to administer an account in which they cannot do everything.

        Raises NotCollected where no way was found and a policy could not be read.
        """
        found = self._any_account.way_up()
        if found is None and self.held.blind:
            raise NotCollected(*self.held.blind)
        return found
