"""What one policy document may allow by itself: circumstances are taken to be as its conditions ask for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from auditor.access.broad import UNNAMED
from auditor.access.wide import NOBODY
from auditor.policy.decide import Answer, evaluate
from auditor.policy.document import Policy
from auditor.policy.layers import Policies
from auditor.policy.matching import rules
from auditor.policy.patterns import STAR, tokens
from auditor.policy.request import UNKNOWN, Request
from auditor.policy.service_data import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.policy.elements import Statement

_ACCOUNT: Final = "111122223333"
_CALLER: Final = f"arn:aws:iam::{_ACCOUNT}:user/{NOBODY}"
_SHOWN: Final = 3


def may_allow(policy: Policy, action: str, resource: str = "*") -> bool:
    """Whether an identity policy allows an action on a resource, under some conditions at least."""
    if not any(rule.allow for rule in rules(policy, action.lower())):
        return False
    request = Request(_CALLER, action, resource, _ACCOUNT, otherwise=UNKNOWN)
    return evaluate(request, Policies(identity=(policy,))).answer in (Answer.ALLOW, Answer.CONDITIONAL)


def keeping(policy: Policy, wanted: Callable[[Statement], bool]) -> Policy:
    """The same policy with those alone of the statements that can be understood which are wanted."""
    kept = [_written(policy)[statement.index] for statement in policy.statements if wanted(statement)]
    return Policy.of({"Version": policy.version, "Statement": kept}, policy.kind, policy.resource_type)


def _written(policy: Policy) -> list[dict[str, Any]]:
    listed = policy.source.value.get("Statement", [])
    return listed if isinstance(listed, list) else [listed]


def without_everything(policy: Policy) -> Policy:
    """The same policy without the statements that allow what nobody has named, with any resource: all there is."""
    whole = {rule.statement.index for rule in rules(policy, UNNAMED) if rule.allow and _is_anywhere(rule.statement)}
    return keeping(policy, lambda statement: statement.index not in whole) if whole else policy


def _is_anywhere(statement: Statement) -> bool:
    """Whether a statement takes in resources that nobody has named."""
    alone = Policy.of({"Statement": {**_ANY, **_resources(statement)}})
    return may_allow(alone, UNNAMED, f"arn:aws:{NOBODY}:us-east-1:{_ACCOUNT}:{NOBODY}")


_ANY: Final = {"Effect": "Allow", "Action": "*"}


def _resources(statement: Statement) -> dict[str, list[str]]:
    if statement.resources is not None:
        return {"Resource": list(statement.resources)}
    return {"NotResource": list(statement.not_resources or ())}


@lru_cache(maxsize=4_096)
def whole_services(policy: Policy) -> tuple[str, ...]:
    """What a policy allows of services whatever their actions are called, as `s3:*`, `*` or `all but iam:*`; sorted.

    An action that AWS will add next year stands for all: no pattern that names actions allows it.
    """
    return tuple(sorted({text for it in policy.statements if it.allow for text in _whole(policy, it)}))


def _whole(policy: Policy, statement: Statement) -> Iterator[str]:
    resources = [_filled(pattern) for pattern in statement.resources or ("*",)]
    of_statement = keeping(policy, lambda it: it is statement or not it.allow)

    def allowed(action: str) -> bool:
        return any(may_allow(of_statement, action, resource) for resource in resources)

    if allowed(UNNAMED):
        excluded = ", ".join((statement.not_actions or ())[:_SHOWN])
        yield f"all but {excluded}" if excluded else "*"
        return
    named = (pattern.partition(":")[0].lower() for pattern in statement.actions or ())
    for service in dict.fromkeys((*(it for it in named if not _has_wildcard(it)), *services())):
        if service and allowed(f"{service}:{NOBODY}"):
            yield f"{service}:*"


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _filled(pattern: str) -> str:
    """A resource that the pattern matches, which nobody would name."""
    if pattern == "*":
        return f"arn:aws:{NOBODY}:us-east-1:{_ACCOUNT}:{NOBODY}"
    return "".join(token if isinstance(token, str) else NOBODY if token == STAR else "x" for token in tokens(pattern))
