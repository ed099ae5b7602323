"""Denials that aim at a group and mean its members.

A group is a resource of its own: `arn:aws:iam::111122223333:group/admins` names the group, never the users in it. An
action on users, such as iam:DeleteUser, asks about the ARN of a user, so a statement that denies it on the ARN of a
group denies nothing.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from auditor.access.wide import NOBODY
from auditor.policy.actions import mask, statement_mask
from auditor.policy.actions import names as listed
from auditor.policy.arns import fits_format
from auditor.policy.decide import Answer, evaluate
from auditor.policy.layers import Policies
from auditor.policy.matching import rules
from auditor.policy.request import UNKNOWN, Request
from auditor.policy.service_data import action as documented
from auditor.policy.service_data import actions_of, resource_type
from auditor.policy.ternary import NO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement

_ACCOUNT: Final = "111122223333"
_CALLER: Final = f"arn:aws:iam::{_ACCOUNT}:user/any"
_ANY_USER: Final = f"arn:aws:iam::{_ACCOUNT}:user/{NOBODY}"


@lru_cache(maxsize=2_048)
def denials(policy: Policy) -> tuple[tuple[Statement, tuple[str, ...]], ...]:
    """The statements of a policy that deny actions on users, and can be about groups, but about no user.

    Each with the action patterns by which it tries to keep users safe. A pattern that takes in actions on groups as
    well, such as `iam:*`, does something and is left out, as is one that the policy denies on any user besides.
    """
    found = ((it, tuple(_missing(policy, it))) for it in policy.statements if not it.allow)
    return tuple((statement, missing) for statement, missing in found if missing)


def _missing(policy: Policy, statement: Statement) -> Iterator[str]:
    if not _may_name(statement, "group") or _may_name(statement, "user"):
        return
    for pattern in statement.actions or ():
        actions = mask(pattern)
        on_users = actions & _taking("user")
        if on_users and not actions & _taking("group") and not all(_denied(policy, it) for it in listed(on_users)):
            yield pattern


def _denied(policy: Policy, action: str) -> bool:
    """Whether the policy denies an action on any user."""
    request = Request(_CALLER, action, _ANY_USER)
    return evaluate(request, Policies(identity=(policy,))).answer is Answer.EXPLICIT_DENY


def names(policy: Policy, statement: Statement, arn: str) -> bool:
    """Whether a statement of the policy is about the group of that ARN, whatever its conditions."""
    action = listed(statement_mask(statement.actions, statement.not_actions) & _taking("user"))[0]
    request = Request(_CALLER, action, arn, otherwise=UNKNOWN)
    return any(rule.holds(request) != NO for rule in rules(policy, action.lower()) if rule.statement is statement)


def _may_name(statement: Statement, kind: str) -> bool:
    """Whether the statement's Resource can be of a type."""
    known = resource_type("iam", kind)
    assert known is not None
    return any(fits_format(_in_account(pattern), known.arn_format) for pattern in statement.resources or ())


def _in_account(pattern: str) -> str:
    """The pattern with an account in the place of any: a wildcard there is not meant to reach into names."""
    parts = pattern.split(":", 5)
    if len(parts) == 6 and set(parts[4]) <= {"*", "?"}:
        parts[4] = _ACCOUNT
    return ":".join(parts)


@cache
def _taking(kind: str) -> int:
    """The set of IAM's actions that take a type of resource."""
    found = 0
    for name in actions_of("iam"):
        known = documented(f"iam:{name}")
        if known and any(of == kind for of, _ in known.resource_types):
            found |= mask(f"iam:{name}")
    return found
