"""Policies by what their documents allow, and the policies of AWS's that principals are given."""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from auditor.access.broad import (
    UNNAMED,
    Broad,
    allows_everything,
    as_told,
    broad,
    full_services,
    of_level,
    some_broad,
    unconditional,
)
from auditor.access.mfa_gaps import mfa_gaps
from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.base import Subject
from auditor.evaluate.subjects.written_policies import WrittenPolicy
from auditor.findings.model import Finding, Resource, Stage
from auditor.policy.actions import statement_mask
from auditor.policy.document import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.evaluate.subjects.principals import Principal
    from auditor.findings.model import Place
    from auditor.policy.elements import Statement
    from auditor.policy.linting import Issue
    from auditor.policy.request import Request

_MANY = 50
"""How many actions are tried for one that a statement of interest allows."""
_NAMED = 3
"""How many actions a sentence names."""


class OwnPolicy(WrittenPolicy):
    """A policy that the account wrote, judged by what its document allows."""

    def broad(self, actions: Iterable[str]) -> tuple[Broad, ...]:
        """Those of some actions that it allows with any resource. Raises NotCollected."""
        return broad(self.document, tuple(actions), self.account.home)

    def some_of_level(self, *levels: str) -> tuple[Broad, ...]:
        """Some actions of AWS's access levels that take resources and that it allows with any. Raises NotCollected."""
        return some_broad(self.document, of_level(*levels), self.account.home, _NAMED)

    def unconditional(self, *services: str) -> tuple[Broad, ...]:
        """Some actions of services that write, and that it allows under no condition. Raises NotCollected."""
        wanted = of_level("Write", "Permissions management", among=services)
        return unconditional(self.document, wanted, self.account.home, _NAMED)

    @property
    def mfa_gaps(self) -> tuple[Statement, ...]:
        """The statements that ask for MFA, but not of requests signed with an access key. Raises NotCollected."""
        return mfa_gaps(self.document)

    def full_services(self) -> tuple[tuple[str, Broad], ...]:
        """The services all of whose actions it allows with any resource, each with one of them. Raises NotCollected."""
        return full_services(self.document, self.account.home)

    @property
    def everything(self) -> Broad | None:
        """That it allows everything, a few actions more or less. Raises NotCollected."""
        return allows_everything(self.document, self.account.home)

    def allowing_everything(self) -> Iterator[Finding]:
        """A finding that it allows everything, if it does."""
        if found := self.everything:
            yield self.proven(f"{self.label} allows every action on every resource", [found.request], found.statement)

    def limited(self) -> Self:
        """The policy, if what it allows can be told apart. Raises NotApplicable where it allows everything."""
        if self.everything:
            raise NotApplicable("the policy allows everything")
        return self

    @property
    def allows_unnamed(self) -> bool:
        """Whether it allows actions of services that nobody named, with the resources that it names.

        Raises NotCollected.
        """
        excluding = (it for it in self.document.statements if it.allow and it.not_actions is not None)
        return any(as_told(self.document, it, UNNAMED, self.account.home) for it in excluding)

    @property
    def allows_unnamed_resources(self) -> bool:
        """Whether a statement with NotResource allows something with resources that nobody named.

        Raises NotCollected.
        """
        return any(
            broad.statement.not_resources is not None
            for it in self.document.statements
            if it.allow and it.not_resources is not None
            for broad in some_broad(self.document, statement_mask(it.actions, it.not_actions), self.account.home, _MANY)
        )

    @property
    def open_arns(self) -> tuple[str, ...]:
        """The ARNs that leave the account or the region open, of statements that allow. Raises NotCollected."""
        listed = (text for it in self.document.statements if it.allow for text in it.resources or ())
        fields = ((text, text.split(":")) for text in dict.fromkeys(listed))
        return tuple(text for text, parts in fields if len(parts) > 5 and "*" in (parts[3], parts[4]))

    def unreadable(self) -> tuple[Finding, ...]:
        """A finding that the text is no policy at all, if it is none. Raises NotCollected where it was not seen."""
        from auditor.policy.source import SourceError

        try:
            Policy.parse(self.grant.text or "")
        except SourceError as error:
            return (self.finding(f"{self.label} cannot be read: {error}", at=self.grant.place),)
        return ()

    def issues(self, *checks: str) -> list[Issue]:
        """What some checks of policy documents find. Raises NotCollected."""
        from auditor.policy.linting import lint

        return [issue for issue in lint(self.document) if issue.check.id in checks]

    def flawed(self, *checks: str) -> Iterator[Finding]:
        """A finding about what some checks of policy documents find, if anything."""
        if found := self.issues(*checks):
            first, others = found[0], len(found) - 1
            more = f", and {others} more of the kind" if others else ""
            where = f"line {first.span.line}, column {first.span.column} of the document"
            yield self.finding(f"{self.label}: {first.message} ({where}){more}", at=self.grant.place)

    def allowing(self, words: str, found: Iterable[Broad]) -> Iterator[Finding]:
        """A finding about actions that are allowed with any resource, if there are some; `{actions}` names them."""
        if listed := tuple(found):
            told = words.format(actions=_told([each.action for each in listed]))
            yield self.proven(f"{self.label} {told}", [each.request for each in listed], listed[0].statement)

    def granting_services(self, services: list[str], found: list[Broad]) -> Finding:
        """A finding about services that are allowed as a whole."""
        words = f"{self.label} allows every action of {_told(services)} on every resource"
        return self.proven(words, [each.request for each in found[:_NAMED]], found[0].statement)

    def proven(self, message: str, requests: Iterable[Request], statement: Statement) -> Finding:
        """A finding with requests that the document allows, by a statement that the message locates."""
        span = self.document.source.span(statement.path)
        sid = f" {statement.sid}" if statement.sid else ""
        where = f"statement {statement.index + 1}{sid}, line {span.line}, column {span.column} of the document"
        hidden = self.account.optional_limits.unless
        unless = f", unless {hidden}" if hidden else ""
        flow = tuple(
            Stage(_may_call(request.action, request.resource, unless), self.grant.place) for request in requests
        )
        return self.finding(f"{message} ({where}){unless}", at=self.grant.place)._replace(flow=flow)


class OwnManagedPolicy(OwnPolicy):
    """A customer managed policy."""

    type = "AWS::IAM::ManagedPolicy"
    noun = "customer managed policy"

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every one that was seen. Raises NotCollected, at the end, for what was not."""
        yield from (policy for policy in super().all(account) if not policy.inline)

    @property
    def is_attached(self) -> bool:
        """Whether a user, group or role has it, or is bounded by it.

        Raises NotCollected where none was seen to, and not all were seen.
        """
        if self.arn in self.account.policies_in_use:
            return True
        source = self.account.entry("iam.policies", self.arn)
        if source is not None and source.model.attachment_count is not None:
            return bool(source.model.attachment_count or source.model.permissions_boundary_usage_count)
        for section in AttachedAWSPolicy.sections:
            self.account.read(section)
        return False


class OwnInlinePolicy(OwnPolicy):
    """An inline policy."""

    noun = "inline policy"

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every one that was seen. Raises NotCollected, at the end, for what was not."""
        yield from (policy for policy in super().all(account) if policy.inline)


_MADE_BY_AWS = ("/aws-service-role/", "/aws-reserved/sso.amazonaws.com/")


class AttachedAWSPolicy(Subject):
    """A policy of AWS's that is attached to a user, group or role: once for each of these."""

    type = "AWS::IAM::Principal"
    noun = "attached AWS managed policy"
    sections: ClassVar[tuple[str, ...]] = ("iam.users", "iam.groups", "iam.roles")

    def __init__(self, account: Account, principal: Principal, place: Place) -> None:
        super().__init__(account, principal.arn, principal.name)
        self.principal = principal
        self.place_of_link = place
        self.policy = str(place.value)
        self.policy_name = self.policy.rpartition("/")[2]

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every one that was seen, but for roles that only an AWS service can use, and those of Identity Center.

        What the latter have is written in permission sets, and rules of their own judge these.
        """
        account.touched.update(cls.sections)
        holders: Iterable[Principal] = chain(account.users, account.groups, account.roles)
        for who in holders:
            if who.type == "AWS::IAM::Role" and who.arn.partition(":role")[2].startswith(_MADE_BY_AWS):
                continue
            for place in who.attached_places:
                if ":iam::aws:" in str(place.value):
                    yield cls(account, who, place)

    @cached_property
    def resource(self) -> Resource:
        """The principal that it is attached to."""
        return self.principal.resource

    @property
    def label(self) -> str:
        """How sentences name it."""
        from auditor.evaluate.subjects.roles import Role

        maker = self.principal.made_by if isinstance(self.principal, Role) else ""
        by = f", which {maker} made" if maker else ""
        return f"{self.policy_name} is attached to {self.principal.noun} {self.principal.name}{by}"

    def is_one_of(self, *names: str) -> bool:
        """Whether it is one of AWS's policies by the end of their ARNs, as in `job-function/Billing`."""
        return self.policy.partition(":iam::aws:policy/")[2] in names

    def attached(self, message: str) -> Finding:
        """A finding about the attachment."""
        return self.finding(message, at=self.place_of_link, discriminator=self.policy_name)

    @property
    def full_services(self) -> tuple[str, ...]:
        """The services all of whose actions it allows with any resource. Raises NotCollected."""
        text, blind = self.account.policy_text(self.policy)
        if text is None:
            raise NotCollected(*blind)
        return tuple(service for service, _ in full_services(Policy.parse(text), self.account.home))


@lru_cache(maxsize=16_384)
def _may_call(action: str, resource: str, unless: str) -> str:
    return f"whoever holds it may call {action} on {resource}{unless}"


def _told(actions: list[str]) -> str:
    named = ", ".join(actions[:_NAMED])
    more = len(actions) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
