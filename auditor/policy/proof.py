"""What a request proves about policies: that some allow it and others do not."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from auditor.policy.decide import Answer, evaluate
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.layers import Level, Policies
from auditor.policy.matching import rules
from auditor.policy.principals import Grade
from auditor.policy.ternary import YES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.policy.request import Request


class Proof(IntEnum):
    """How well a request shows a difference."""

    NONE = 0
    BY_STATEMENTS = 1
    """The statements of the policies show it, whatever AWS requires besides."""
    WITH_HELP = 2
    """AWS's decision shows it, given the consent of the other side: a key's policy, a role's trust policy, or the
    policies of a caller in another account."""
    ALONE = 3
    """AWS's decision shows it with these policies alone."""


def proof(old: Sequence[Policy], new: Sequence[Policy], request: Request) -> Proof:
    """How well a request shows that the new policies, all of one kind, allow what the old ones do not."""
    if not allowed(new, request) or allowed(old, request):
        return Proof.NONE
    kind = new[0].kind
    for strength in (Proof.ALONE, Proof.WITH_HELP):
        helped = strength is Proof.WITH_HELP
        if _decided(kind, new, request, helped=helped) and not _decided(kind, old, request, helped=helped):
            return strength
    return Proof.BY_STATEMENTS


def allowed(policies: Iterable[Policy], request: Request) -> bool:
    """Whether the statements of some policies, taken together, allow a request."""
    granted = False
    for policy in policies:
        for rule in rules(policy, request.action_key):
            if rule.grade(request.principal) != Grade.NONE and rule.holds(request) == YES:
                if not rule.allow:
                    return False
                granted = True
    return granted


def denied(policies: Iterable[Policy], request: Request) -> bool:
    """Whether a statement of some policies denies a request."""
    return any(
        not rule.allow and rule.grade(request.principal) != Grade.NONE and rule.holds(request) == YES
        for policy in policies
        for rule in rules(policy, request.action_key)
    )


def _decided(kind: Kind, policies: Sequence[Policy], request: Request, *, helped: bool) -> bool:
    all_ = tuple(policies)
    if kind in (Kind.RESOURCE, Kind.TRUST):
        if len(all_) > 1:
            return False
        made = Policies(identity=(_everything(""),) if helped else (), resource=all_[0] if all_ else None)
    else:
        consent = _everything(request.principal.account) if helped else None
        own = (_everything(""),)
        made = {
            Kind.IDENTITY: Policies(identity=all_, resource=consent),
            Kind.SCP: Policies(identity=own, scps=(Level("", all_),), resource=consent),
            Kind.RCP: Policies(identity=own, rcps=(Level("", all_),), resource=consent),
            Kind.BOUNDARY: Policies(identity=own, boundaries=all_, resource=consent),
            Kind.SESSION: Policies(identity=own, session=all_, resource=consent),
            Kind.VPC_ENDPOINT: Policies(identity=own, endpoint=all_, resource=consent),
        }.get(kind, Policies())
    return evaluate(request, made).answer is Answer.ALLOW


@cache
def _everything(account: str) -> Policy:
    """An identity policy that allows all, or a resource policy that leaves all to an account's own policies."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if account:
        return Policy.of({"Statement": {**statement, "Principal": {"AWS": account}}}, Kind.RESOURCE)
    return Policy.of({"Statement": statement})
