"""Resources with a policy of their own, and whom those policies let in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source, Subject
from auditor.findings.model import Blind, Finding, Resource, Stage
from auditor.policy.document import Policy, SourceError
from auditor.policy.elements import Kind
from auditor.policy.resource_policies import resource_policy
from auditor.snapshot.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.policy.elements import Statement
    from auditor.policy.request import Request
    from auditor.snapshot.snapshot import Snapshot


class _Sort(NamedTuple):
    """The resources of one section: their short type, their noun, and what stands before the name in an ARN."""

    type: str
    noun: str
    prefix: str = ""


_BUCKETS = "resource_policies.buckets"
_ACCOUNT_BLOCK = "resource_policies.account_public_access"
_SORTS = {
    _BUCKETS: _Sort("s3-bucket", "bucket"),
    "resource_policies.queues": _Sort("sqs-queue", "queue"),
    "resource_policies.topics": _Sort("sns-topic", "topic"),
    "resource_policies.functions": _Sort("lambda-function", "function", "function:"),
    "resource_policies.keys": _Sort("kms-key", "key", "key/"),
    "resource_policies.secrets": _Sort("secret", "secret", "secret:"),
    "resource_policies.event_buses": _Sort("events-event-bus", "event bus", "event-bus/"),
    "resource_policies.repositories": _Sort("ecr-repository", "repository", "repository/"),
    "resource_policies.backup_vaults": _Sort("backup-vault", "backup vault", "backup-vault:"),
}

RESOURCE_POLICIES = (*_SORTS, _ACCOUNT_BLOCK)
"""The sections that tell of resource policies; all of them are collected only when asked for."""


class PublicGrant(NamedTuple):
    """What a policy allows the public: a request that proves it, and the statement that allows it."""

    request: Request
    statement: Statement


class PolicyResource(Subject):
    """A resource of a service whose resources have policies. One that was listed, but whose policy could not be read,
    is a subject too: every question about it stays open."""

    type = "AWS::Resource"
    noun = "resource that can have a policy"
    sections = tuple(_SORTS)

    document: Field[str | None] = Field("entry", "policy_document")

    def __init__(self, account: Account, arn: str, section: str, entry: Source | None) -> None:
        sort = _SORTS[section]
        super().__init__(account, arn, arn.split(":", 5)[-1].removeprefix(sort.prefix))
        self.section = section
        self.sort = sort
        self.entry = entry

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every resource that was listed."""
        for section in cls.sections:
            for arn, entry in account.entries(section):
                yield cls(account, arn, section, entry)
            for arn in _unread(account.snapshot, section):
                yield cls(account, arn, section, None)

    @classmethod
    def unlisted(cls, account: Account) -> Iterable[Blind]:
        """What may hide resources: lists that did not answer, and sections that were not collected."""
        snapshot = account.snapshot
        for section in cls.sections:
            yield from (gap.blind() for gap in snapshot.gaps if gap.section == section and not gap.resource)
            if not snapshot.is_set(section):
                yield from snapshot.blind(section)

    @property
    def region(self) -> str:
        """Where it is; for a bucket that could not be read not known."""
        there = self.entry.model.region if self.section == _BUCKETS and self.entry else region_of(self.arn)
        return there or "global"

    @cached_property
    def resource(self) -> Resource:
        """What findings about it are about: a resource of its own type."""
        known = resource_policy(self.sort.type)
        return Resource(self.arn, known.type if known else self.type, self.name, self.account.id, self.region)

    @property
    def label(self) -> str:
        """How sentences name it."""
        return f"{self.sort.noun} {self.name}"

    def source(self, name: str) -> Source:
        """The `entry`. Raises NotCollected where the policy could not be read."""
        if self.entry is None:
            raise NotCollected(*self.account.snapshot.blind_entry(self.section, self.arn))
        return self.entry

    @cached_property
    def policy(self) -> Policy | None:
        """Its policy as the engine reads it; None where it has none. Raises NotCollected."""
        if self.document is None:
            return None
        try:
            return Policy.parse(self.document, Kind.RESOURCE, self.sort.type)
        except SourceError as error:
            raise NotCollected(Blind(f"the policy of {self.label} cannot be read: {error}")) from error

    @cached_property
    def public_grant(self) -> PublicGrant | None:
        """What its policy allows the public; None where that is nothing. Raises NotCollected.

        A public access block of a bucket or of its account keeps the public out, whatever the policy says.
        """
        from auditor.policy.matching import rules
        from auditor.policy.principals import Grade
        from auditor.policy.public import check_public
        from auditor.policy.ternary import YES

        if self.policy is None or (found := check_public(self.policy)).answer == "no":
            self._require_understood()
            return None
        request = found.witness
        if request is None:
            raise NotCollected(Blind(f"whether the policy of {self.label} lets in the public: {found.reason}"))
        if self.section == _BUCKETS and self._is_blocked:
            return None
        statement = next(
            rule.statement
            for rule in rules(self.policy, request.action_key)
            if rule.allow and rule.grade(request.principal) != Grade.NONE and rule.holds(request) == YES
        )
        return PublicGrant(request, statement)

    def _require_understood(self) -> None:
        """Raise NotCollected where a part of the policy was left out, as it could not be understood."""
        if self.policy is not None and self.policy.problems:
            problem = self.policy.problems[0].message
            raise NotCollected(Blind(f"the policy of {self.label} cannot be understood: {problem}"))

    @property
    def _is_blocked(self) -> bool:
        """Whether a public access block keeps the public from the bucket. Raises NotCollected."""
        if self.source("entry").model.restrict_public_buckets:
            return True
        of_account = self.account.entry(_ACCOUNT_BLOCK, self.account.id)
        return of_account is not None and of_account.model.restrict_public_buckets

    def letting_in(self, grant: PublicGrant) -> Finding:
        """A finding about what the policy allows the public."""
        assert self.policy is not None
        from auditor.access.exposure import asked

        request, statement, place = grant.request, grant.statement, self.place("document")
        number = f"statement {statement.index + 1}{f' ({statement.sid})' if statement.sid else ''}"
        told = f"{_public(request)} may call {asked(request, self.policy)}"
        found = self.finding(f"{number} of the policy of {self.label} lets in the public: {told}", at="document")
        return found._replace(flow=(Stage(told, place),))


def _public(request: Request) -> str:
    """How sentences name the caller of a request of the public's, who may be one of any account."""
    from auditor.policy.principals import PrincipalKind

    caller = request.principal
    match caller.kind:
        case PrincipalKind.ANONYMOUS:
            return "anyone"
        case PrincipalKind.SERVICE:
            return f"{caller.text}, for anyone,"
        case PrincipalKind.PROVIDER:
            return f"whoever {caller.text} vouches for"
        case _:
            return "any AWS account"


def _unread(snapshot: Snapshot, section: str) -> list[str]:
    """The ARNs of the resources that were listed, and whose policy could not be read."""
    return sorted({gap.resource for gap in snapshot.gaps if gap.section == section and gap.resource})
