"""What service control policies keep an account from doing, whatever its own administrators allow.

The policies are asked about callers who are allowed everything otherwise. Denials that let some go by still count
where they name whom by who they are: a guardrail that nobody can mend is not kept for long. So whoever calls is nobody
in particular, and carries no tags.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.comparison import compare
from auditor.policy.decide import Answer, evaluate
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.layers import Policies
from auditor.policy.matching import rules
from auditor.policy.patterns import STAR, tokens
from auditor.policy.request import UNKNOWN, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.layers import Level
    from auditor.policy.request import Given

    Levels = tuple[Level, ...]
    """From the root of the organization down to the account."""

_NOBODY: Final = "zq-nobody-names-this"
_ANY_ACTION: Final = f"{_NOBODY}:{_NOBODY}"
"""An action of a service that nobody has named, so that only what is about all services is about it."""

_EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_REGION: Final = "aws:requestedregion"
_TAG: Final = "aws:principaltag/"
_PLAIN: Final[dict[str, Given]] = {
    "aws:assumedroot": None,
    "aws:calledvia": None,
    "aws:calledviafirst": None,
    "aws:calledvialast": None,
    "aws:userid": f"AROA{_NOBODY.upper()}:{_NOBODY}",
    "aws:viaawsservice": "false",
}
"""What tells AWS's own doing, that of the management account, and that of named principals from that of all others."""


@lru_cache(maxsize=4_096)
def limits(level: Level) -> bool:
    """Whether the policies of one level allow less than everything, on some condition at least."""
    everything = Policy.of({"Version": "2012-10-17", "Statement": _EVERYTHING}, Kind.SCP)
    return compare(level.policies, everything).answer != "no"


@lru_cache(maxsize=4_096)
def denies(levels: Levels, account: str, action: str) -> bool:
    """Whether nobody in the account may take the action, on some resources at least, whatever else the request says."""
    return any(_denied(levels, _role(account), action, it) for it in _resources(levels, action))


@lru_cache(maxsize=4_096)
def denies_regions(levels: Levels, account: str) -> bool:
    """Whether some regions are closed to services at large, and others are not."""
    regions = {
        value
        for level in levels
        for policy in level.policies
        for statement in policy.statements
        for condition in statement.conditions
        for value in condition.values
        if condition.key == _REGION
    }
    asked = (_filled(region) for region in (*sorted(regions), _NOBODY))
    denied = [_denied(levels, _role(account), _ANY_ACTION, "*", {_REGION: region}) for region in asked]
    return any(denied) and not all(denied)


@lru_cache(maxsize=4_096)
def denies_root(levels: Levels, account: str) -> bool:
    """Whether the root user, and only it, may do nothing, or nothing but a few things."""
    root = f"arn:aws:iam::{account}:root"
    return _denied(levels, root, _ANY_ACTION, "*") and not _denied(levels, _role(account), _ANY_ACTION, "*")


def _role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/{_NOBODY}"


def _denied(levels: Levels, caller: str, action: str, resource: str, context: dict[str, Given] | None = None) -> bool:
    tags = dict.fromkeys(key for key in _keys(levels) if key.startswith(_TAG))
    request = Request(caller, action, resource, context={**_PLAIN, **tags, **(context or {})}, otherwise=UNKNOWN)
    own = Policy.of({"Version": "2012-10-17", "Statement": _EVERYTHING})
    answer = evaluate(request, Policies(identity=(own,), scps=levels)).answer
    return answer in (Answer.EXPLICIT_DENY, Answer.IMPLICIT_DENY)


def _keys(levels: Levels) -> Iterator[str]:
    for level in levels:
        for policy in level.policies:
            for statement in policy.statements:
                yield from (condition.key for condition in statement.conditions)


def _resources(levels: Levels, action: str) -> list[str]:
    """Resources that the denials of an action may be about."""
    found = {"*": None}
    for level in levels:
        for policy in level.policies:
            for rule in rules(policy, action.lower()):
                if not rule.allow:
                    found |= dict.fromkeys(map(_filled, rule.statement.resources or ()))
    return list(found)


def _filled(pattern: str) -> str:
    """A text that the pattern matches, and that nobody would name."""
    if pattern == "*":
        return pattern
    return "".join(token if isinstance(token, str) else _NOBODY if token == STAR else "x" for token in tokens(pattern))
