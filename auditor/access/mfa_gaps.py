"""Statements that ask for MFA, and do not of requests that are signed with a user's access key.

Such a request has no `aws:MultiFactorAuthPresent` at all; one from a session without MFA has it as false.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.actions import statement_mask
from auditor.policy.conditions import all_hold, compiled
from auditor.policy.request import Request
from auditor.policy.ternary import YES

if TYPE_CHECKING:
    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement

_PRESENT: Final = "aws:multifactorauthpresent"
_AGE: Final = "aws:multifactorauthage"
_CALLER: Final = "arn:aws:iam::111122223333:user/any"

_BY_KEY: Final = Request(_CALLER, "any:Action")
_WITHOUT: Final = Request(_CALLER, "any:Action", context={_PRESENT: "false"})
_WITH: Final = Request(_CALLER, "any:Action", context={_PRESENT: "true", _AGE: "1"})


@lru_cache(maxsize=2_048)
def mfa_gaps(policy: Policy) -> tuple[Statement, ...]:
    """The statements whose condition on MFA lets requests through that are signed with an access key.

    An Allow that holds for them as it does with MFA; a Deny that holds without MFA, but not for them, unless another
    Deny of at least the same actions and resources catches them.
    """
    asking = [it for it in policy.statements if any(condition.key in (_PRESENT, _AGE) for condition in it.conditions)]
    found = []
    for statement in asking:
        by_key, with_mfa = _holds(policy, statement, _BY_KEY), _holds(policy, statement, _WITH)
        if statement.allow:
            gap = by_key and with_mfa
        else:
            meant = _holds(policy, statement, _WITHOUT) and not with_mfa
            gap = meant and not by_key and not any(_makes_up(policy, it, statement) for it in asking)
        if gap:
            found.append(statement)
    return tuple(found)


def _holds(policy: Policy, statement: Statement, request: Request) -> bool:
    """Whether the conditions on MFA hold; all others are taken to."""
    tests = [compiled(it, policy.version) for it in statement.conditions if it.key in (_PRESENT, _AGE)]
    return all_hold(tests, request) == YES


def _makes_up(policy: Policy, other: Statement, statement: Statement) -> bool:
    """Whether another Deny catches the requests of access keys that this one misses."""
    if other.allow or not _holds(policy, other, _BY_KEY) or _holds(policy, other, _WITH):
        return False
    missed = statement_mask(statement.actions, statement.not_actions)
    caught = statement_mask(other.actions, other.not_actions)
    alike = (other.resources, other.not_resources) == (statement.resources, statement.not_resources)
    further = len(other.conditions) > sum(it.key in (_PRESENT, _AGE) for it in other.conditions)
    return not missed & ~caught and (alike or "*" in (other.resources or ())) and not further
