"""Roles as callers from outside meet them: whom the trust policy lets in, decided by the policy engine."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.base import certain, sift
from auditor.evaluate.subjects.organizations import GUARDRAILS
from auditor.findings.model import Blind, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from auditor.access.exposure import Barred, Doorway, Trust
    from auditor.access.federation import Federation
    from auditor.access.strangers import Strangers
    from auditor.evaluate.subjects.roles import Role
    from auditor.findings.model import Finding
    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.principals import Principal
    from auditor.policy.request import Given, Request

TRUSTS = GUARDRAILS
"""The sections, besides its own, that tell whom a role lets in."""


_MEMBERS: Final = "organizations.accounts"
"""The section that lists an organization's accounts, which only some of them may ask for."""
_EVERYBODY: Final = "*"
_UNIQUE_ID: Final = re.compile(r"A(?:ID|RO)A[A-Z0-9]{12,124}")


def _is_open(statement: Statement) -> bool:
    return statement.principals is None or statement.principals.anyone


class Exposure:
    """Whom one role lets in."""

    def __init__(self, role: Role) -> None:
        self.role = role

    @cached_property
    def policy(self) -> Policy:
        """The trust policy. Raises NotCollected where it is no policy."""
        from auditor.access.holdings import parsed
        from auditor.policy.document import Kind, Policy

        found = parsed(self.role.trust_policy, f"the trust policy of {self.role.name}", Kind.TRUST)
        if not isinstance(found, Policy):
            raise NotCollected(*found)
        return found

    @cached_property
    def trust(self) -> Trust:
        """The trust policy, with what else decides on callers. Raises NotCollected where it is no policy."""
        from auditor.access.exposure import trust_of

        self.role.account.touched.update(TRUSTS)
        account = self.role.account
        return trust_of(account.snapshot, self.role.details.model, self.policy, account.limits)

    def unless(self, caller: Principal) -> str:
        """What may keep a caller out nevertheless, as it was not seen; empty where there is nothing of the kind."""
        limits = self.role.account.limits
        of_caller = limits.unless if caller.account == self.role.account.id else ""
        hidden = " or ".join(filter(None, (of_caller, limits.unless_resource)))
        return f" unless {hidden}" if hidden else ""

    @cached_property
    def strangers(self) -> Strangers:
        """Whether callers of accounts that nobody named get in, by whichever statement. Raises NotCollected."""
        return self._strangers(_is_open)

    @cached_property
    def fellow(self) -> Request | None:
        """How users or roles of any account of the organization get in that nobody named. Raises NotCollected."""
        from auditor.access.strangers import fellow

        return self._settled(fellow(self.trust)) if self._lets_unnamed else None

    @property
    def _lets_unnamed(self) -> bool:
        """Whether somebody whom nobody named may get in at all: a quick test that errs on yes."""
        return any(it.allow and _is_open(it) for it in self.policy.statements)

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
        self._settled(found)
        return found

    def _settled(self, found: Strangers) -> Request | None:
        """The request that was found. Raises NotCollected where it is not known whether there is one."""
        if found.answer == "unknown":
            raise NotCollected(*self.role.account.snapshot.blind("organizations.organization"), Blind(found.reason))
        return found.witness

    def doorways(
        self, contexts: Iterable[Mapping[str, Given]] = ({},), barred: Barred | None = None
    ) -> Iterator[Doorway]:
        """The users and roles that get in and that the trust policy tells apart, with one of some contexts.

        Raises NotCollected, at the end, where of others that could not be decided.
        """
        from auditor.access.exposure import doorways

        undecided: dict[str, None] = {}
        for doorway in doorways(self.trust, contexts, barred):
            if doorway.is_undecided:
                undecided[doorway.caller.text] = None
            else:
                yield doorway
        if undecided:
            words = f"whether {next(iter(undecided))} may assume it, under more conditions than can be tried"
            raise NotCollected(Blind(words))

    def by_account(self, doorways: Iterable[Doorway]) -> dict[str, Doorway]:
        """The first of some callers for each account but the role's own. Raises NotCollected."""
        found = certain(doorways, lambda doorway: doorway.caller.account != self.trust.account)
        return {doorway.caller.account: doorway for doorway in reversed(found)}

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

        found = certain(self.doorways(barred=tags_named(self.trust.policy)), lambda doorway: doorway.whole_account)
        return {doorway.caller.account: doorway for doorway in found}

    def users_without_mfa(self) -> Iterator[Request]:
        """Requests by which IAM users get in without MFA; those of the role's own account there are, of others may be.

        Raises NotCollected.
        """
        from auditor.access.exposure import NO_MFA

        ours: set[str] = set()
        found, blind = sift(self.doorways(NO_MFA), lambda doorway: doorway.caller.kind == "user")
        for doorway in found:
            if doorway.caller.account != self.trust.account:
                yield doorway.witness
            else:
                ours.add(_EVERYBODY if doorway.whole_account else doorway.caller.text)
        unnamed, hidden = sift(self._unnamed_users(), bool)
        yield from unnamed
        if ours or self._lets_unnamed:
            yield from self._own_users(ours)
        if blind or hidden:
            raise NotCollected(*blind, *hidden)

    def _unnamed_users(self) -> Iterator[Request]:
        from auditor.access.exposure import NO_MFA
        from auditor.access.strangers import users

        witness = self._settled(users(self.trust, NO_MFA)) if self._lets_unnamed else None
        if witness:
            yield witness

    def _own_users(self, let_in: set[str]) -> Iterator[Request]:
        """The same of the users that there are, with all their policies, out of those that the trust policy lets in."""
        from auditor.access.exposure import ASSUME, NO_MFA

        account = self.role.account
        account.touched.update(("iam.users", "iam.groups", "iam.policies", "iam.aws_managed_policies"))
        world, reach = account.access.world, account.access.attempts.reach
        role = world.targets.bit(self.role.arn)
        for user in (actor for actor in world.actors if actor.kind == "user"):
            allowed = _EVERYBODY in let_in and (user.blind or reach.on(user, ASSUME) & role)
            for context in NO_MFA if allowed or user.arn in let_in or self._lets_unnamed else ():
                found = world.may(user, ASSUME, self.role.arn, context)
                if found.answer == "unknown":
                    intricate = Blind(f"whether user {user.name} may assume the role, under too many conditions")
                    raise NotCollected(*(user.blind or (intricate,)))
                if found.witness:
                    yield found.witness

    @cached_property
    def federations(self) -> tuple[Federation, ...]:
        """The trust in identity providers by which somebody gets in, each statement by itself. Raises NotCollected."""
        from auditor.access.federation import federations

        return tuple(federations(self.trust))

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
        from auditor.access.deputies import unscoped
        from auditor.access.service_principals import ROLES_ANYWHERE

        if not any(service.text == ROLES_ANYWHERE for service in self.services):
            raise NotApplicable("IAM Roles Anywhere cannot assume the role")
        outcome = unscoped(self.trust)
        return outcome.witness if outcome else None

    def is_of_organization(self, account: str) -> bool:
        """Whether an account, or whoever of it gets in, is in the organization of the role's. Raises NotCollected."""
        organization = self.role.account.organization
        if organization is None or account == organization.master_account_id:
            return organization is not None
        snapshot = self.role.account.snapshot
        if snapshot.is_set(_MEMBERS) and account in snapshot.seen(_MEMBERS):
            return True
        blind = snapshot.blind(_MEMBERS)
        if blind and account in self._from_beyond:
            hidden = Blind(f"whether account {account} is in the organization is not seen from this account")
            raise NotCollected(*([gap for gap in blind if gap.operation] or [hidden]))
        return bool(blind)

    @cached_property
    def _from_beyond(self) -> frozenset[str]:
        """The accounts of which somebody gets in, or may, who is not of the organization. Raises NotCollected."""
        from auditor.access.exposure import doorways, outside

        barred = outside(self.trust.organization) if self.trust.organization else None
        return frozenset(doorway.caller.account for doorway in doorways(self.trust, barred=barred))

    def told(self, witness: Request) -> str:
        """A request in words, and what may forbid it."""
        from auditor.access.exposure import told

        return f"{told(witness, self.trust.policy)}{self.unless(witness.principal)}"

    def finding(self, message: str, witness: Request, *, discriminator: str = "") -> Finding:
        """A finding about the trust policy, with a request that proves it."""
        told = self.told(witness)
        return self._proven(f"{message}: for example, {told}", told, discriminator)

    def proven(self, message: str, witness: Request, *, discriminator: str = "") -> Finding:
        """The same, with the request beside the message and not in it."""
        return self._proven(message, self.told(witness), discriminator)

    def _proven(self, message: str, told: str, discriminator: str) -> Finding:
        place = self.role.place("trust_policy")
        found = self.role.finding(message, at=place, discriminator=discriminator)
        return found._replace(flow=(Stage(told, place),))
