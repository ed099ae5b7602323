"""Roles as callers from outside meet them: whom the trust policy lets in, decided by the policy engine."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.errors import NotApplicable, NotCollected
from auditor.findings.model import Blind, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from auditor.access.exposure import Barred, Doorway, Trust
    from auditor.access.strangers import Strangers
    from auditor.evaluate.subjects.roles import Role
    from auditor.findings.model import Finding
    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.principals import Principal
    from auditor.policy.request import Given, Request

TRUSTS = ("organizations.organization",)
"""The sections, besides its own, that tell whom a role lets in."""


_MEMBERS: Final = "organizations.accounts"
"""The section that lists an organization's accounts, which only some of them may ask for."""
_EVERYBODY: Final = "*"
_UNIQUE_ID: Final = re.compile(r"A(?:ID|RO)A[A-Z0-9]{12,124}")


class Exposure:
    """Whom one role lets in."""

    def __init__(self, role: Role) -> None:
        self.role = role

    @cached_property
    def policy(self) -> Policy:
        """The trust policy. Raises NotCollected where it is no policy."""
        from auditor.policy.document import Kind, Policy, SourceError

        try:
            return Policy.parse(self.role.trust_policy, Kind.TRUST)
        except SourceError as error:
            raise NotCollected(Blind(f"the trust policy of {self.role.name} cannot be read: {error}")) from error

    @cached_property
    def trust(self) -> Trust:
        """The trust policy, with what else decides on callers. Raises NotCollected where it is no policy."""
        from auditor.access.exposure import trust_of

        self.role.account.touched.update(TRUSTS)
        return trust_of(self.role.account.snapshot, self.role.details.model, self.policy)

    @property
    def unless(self) -> str:
        """What may keep callers out nevertheless, as it was not seen; empty where there is nothing of the kind."""
        from auditor.access.world import organization_levels

        hidden = organization_levels(self.role.account.snapshot).unless
        return " unless a resource control policy forbids it" if hidden else ""

    @cached_property
    def strangers(self) -> Strangers:
        """Whether callers of accounts that nobody named get in, by whichever statement. Raises NotCollected."""
        return self._strangers(lambda it: it.principals is None or it.principals.anyone)

    @cached_property
    def strangers_by_wildcard(self) -> Strangers:
        """Whether callers of accounts that nobody named get in by a Principal that is anyone. Raises NotCollected."""
        return self._strangers(lambda it: it.principals is not None and it.principals.anyone)

    @cached_property
    def strangers_by_exception(self) -> Strangers:
        """Whether they get in by a NotPrincipal. Raises NotCollected."""
        return self._strangers(lambda it: it.not_principals is not None)

    def _strangers(self, wanted: Callable[[Statement], bool]) -> Strangers:
        from auditor.access.strangers import Strangers, strangers

        if not any(it.allow and wanted(it) for it in self.policy.statements):
            return Strangers("nobody")
        found = strangers(self.trust.keeping(wanted))
        if found.answer == "unknown":
            raise NotCollected(*self.role.account.snapshot.blind("organizations.organization"), Blind(found.reason))
        return found

    def doorways(
        self, contexts: Iterable[Mapping[str, Given]] = ({},), barred: Barred | None = None
    ) -> Iterator[Doorway]:
        """The users and roles that get in and that the trust policy tells apart, with one of some contexts."""
        from auditor.access.exposure import doorways

        yield from doorways(self.trust, contexts, barred)

    def by_account(self, doorways: Iterable[Doorway]) -> dict[str, Doorway]:
        """The first of some callers for each account but the role's own."""
        found: dict[str, Doorway] = {}
        for doorway in doorways:
            if doorway.caller.account != self.trust.account:
                found.setdefault(doorway.caller.account, doorway)
        return found

    @cached_property
    def outside(self) -> dict[str, Doorway]:
        """The other accounts that get in, each with one of its callers. Raises NotCollected."""
        return self.by_account(self.doorways())

    def without_external_id(self) -> dict[str, Doorway]:
        """The same of accounts that need no external id that was agreed on. Raises NotCollected."""
        from auditor.access.exposure import NO_EXTERNAL_ID

        return self.by_account(self.doorways(NO_EXTERNAL_ID))

    def whole_accounts(self) -> dict[str, Doorway]:
        """The accounts of which any user or role gets in that may assume roles at all. Raises NotCollected."""
        from auditor.access.exposure import tags_named

        found = self.doorways(barred=tags_named(self.trust.policy))
        return {doorway.caller.account: doorway for doorway in found if doorway.whole_account}

    def users_without_mfa(self) -> Iterator[Request]:
        """Requests by which IAM users get in without MFA; those of the role's own account there are, of others may be.

        Raises NotCollected.
        """
        from auditor.access.exposure import NO_MFA

        ours: set[str] = set()
        for doorway in self.doorways(NO_MFA):
            if doorway.caller.kind != "user":
                continue
            if doorway.caller.account != self.trust.account:
                yield doorway.witness
            else:
                ours.add(_EVERYBODY if doorway.whole_account else doorway.caller.text)
        if ours:
            yield from self._own_users(ours)

    def _own_users(self, let_in: set[str]) -> Iterator[Request]:
        """The same of the users that there are, with all their policies, out of those that the trust policy lets in."""
        from auditor.access.exposure import ASSUME, NO_MFA

        account = self.role.account
        account.touched.update(("iam.users", "iam.groups", "iam.policies", "iam.aws_managed_policies"))
        world, reach = account.access.world, account.access.attempts.reach
        role = world.targets.bit(self.role.arn)
        for user in (actor for actor in world.actors if actor.kind == "user"):
            allowed = _EVERYBODY in let_in and (user.blind or reach.on(user, ASSUME) & role)
            for context in NO_MFA if allowed or user.arn in let_in else ():
                found = world.may(user, ASSUME, self.role.arn, context)
                if found.answer == "unknown":
                    raise NotCollected(*user.blind)
                if found.witness:
                    yield found.witness

    @cached_property
    def services(self) -> tuple[Principal, ...]:
        """The services that get in and that the trust policy names. Raises NotCollected."""
        from auditor.access.deputies import services

        return tuple(service for service in services(self.trust) if self.trust.lets(service).witness)

    @property
    def compute_service(self) -> Request | None:
        """A request by which a service gets in that hands the role to a customer's code. Raises NotCollected."""
        from auditor.access.deputies import COMPUTE

        compute = (service for service in self.services if service.text.removesuffix(".cn") in COMPUTE)
        return next((self.trust.lets(service).witness for service in compute), None)

    def confused(self, service: Principal) -> Request | None:
        """A request of a service for a resource of somebody else's; None where it does not get in."""
        from auditor.access.deputies import confused

        outcome = confused(self.trust, service)
        return outcome.witness if outcome else None

    @property
    def deleted_principals(self) -> tuple[str, ...]:
        """The unique ids of users and roles that stand in the trust policy. Raises NotCollected.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
        """
        named = (it.principals or it.not_principals for it in self.policy.statements)
        values = (value for element in named if element for _, value in element.entries)
        return tuple(dict.fromkeys(value for value in values if _UNIQUE_ID.fullmatch(value)))

    @property
    def roles_anywhere(self) -> Request | None:
        """A request of Roles Anywhere for any certificate; None where it does not get in.

        Raises NotApplicable where it gets in for none, NotCollected where the trust policy is no policy.
        """
        from auditor.access.deputies import ROLES_ANYWHERE, unscoped

        if not any(service.text == ROLES_ANYWHERE for service in self.services):
            raise NotApplicable("IAM Roles Anywhere cannot assume the role")
        outcome = unscoped(self.trust)
        return outcome.witness if outcome else None

    def is_of_organization(self, account: str) -> bool:
        """Whether an account is in the organization of the role's. Raises NotCollected."""
        organization = self.role.account.organization
        if organization is None or account == organization.master_account_id:
            return organization is not None
        snapshot = self.role.account.snapshot
        if snapshot.is_set(_MEMBERS) and account in snapshot.seen(_MEMBERS):
            return True
        if blind := snapshot.blind(_MEMBERS):
            hidden = Blind(f"whether account {account} is in the organization is not seen from this account")
            raise NotCollected(*([gap for gap in blind if gap.operation] or [hidden]))
        return False

    def told(self, witness: Request) -> str:
        """A request in words, and what may forbid it."""
        from auditor.access.exposure import told

        return f"{told(witness, self.trust.policy)}{self.unless}"

    def finding(self, message: str, witness: Request, *, discriminator: str = "") -> Finding:
        """A finding about the trust policy, with a request that proves it."""
        place = self.role.place("trust_policy")
        told = self.told(witness)
        found = self.role.finding(f"{message}: for example, {told}", at=place, discriminator=discriminator)
        return found._replace(flow=(Stage(told, place),))
