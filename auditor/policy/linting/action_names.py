"""Whether AWS has the actions that a statement names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import actions, service_data
from auditor.policy.linting.issue import Flaw, error, ours, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.linting.issue import Check
    from auditor.policy.source import Path

UNKNOWN: Final = error(
    "policy-action-unknown",
    "INVALID_ACTION",
    "There is no such action",
    "A statement allows or denies what the action's name says only if AWS has such an action; this one does nothing.",
    "Correct the name of the action.",
    severity="high",
)
UNKNOWN_SERVICE: Final = error(
    "policy-action-service-unknown",
    "INVALID_SERVICE_IN_ACTION",
    "There is no service with the prefix of an action",
    "An action of a service that AWS does not have allows and denies nothing.",
    "Correct the prefix.",
    severity="high",
)
WILDCARD_SERVICE: Final = suggestion(
    "policy-action-service-wildcard",
    "WILDCARD_IN_SERVICE_NAME",
    "A wildcard in the name of a service",
    "The pattern also takes in services of a similar name, among them those that AWS has yet to build.",
    "Write the prefix of each service out.",
    severity="low",
)
RETIRED: Final = ours(
    "policy-action-retired",
    "info",
    "AWS has retired a service or action",
    "The service has ended, or AWS does not document the action any more; as a rule the name does nothing.",
    "Remove the action.",
    "reference_policies_elements_action.html",
)


_LONGEST: Final = 512
"""Longer texts are no actions; AWS's longest names have some 80 characters."""
_MOST: Final = 1_000
"""In longer lists no near names are looked for, which takes longest of all; no policy within AWS's quotas has one."""


def statement(_policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The actions of a statement, one by one."""
    suggest = len(statement.actions or statement.not_actions or ()) <= _MOST
    for path, text in action_places(statement):
        for check, message, instead in _mistakes(text, suggest):
            yield Flaw(check, path, message, instead)


def action_places(statement: Statement) -> Iterator[tuple[Path, str]]:
    """Each entry of Action or NotAction with its path."""
    for element, listed in (("Action", statement.actions), ("NotAction", statement.not_actions)):
        for position, text in enumerate(listed or ()):
            yield (*statement.path, element, position), text


def is_exact(pattern: str) -> bool:
    """Whether a pattern has no wildcard."""
    return "*" not in pattern and "?" not in pattern


@lru_cache(maxsize=8_192)
def named(pattern: str) -> frozenset[str]:
    """The documented actions that a pattern matches, in AWS's spelling."""
    if len(pattern) > _LONGEST or (is_exact(pattern) and not _is_known(pattern)):
        return frozenset()
    return frozenset(actions.expand(pattern))


@lru_cache(maxsize=16_384)
def _mistakes(text: str, suggest: bool) -> tuple[tuple[Check, str, str], ...]:
    """What is wrong with an action or pattern of actions: the check, the message, and what may be meant."""
    service, colon, _ = text.partition(":")
    if text == "*" or (is_exact(text) and _is_known(text) and not service_data.retired(service)):
        return ()
    if not colon or len(text) > _LONGEST:
        return ((UNKNOWN, f"{shown(text)} is not of the form service:action", ""),)
    if not is_exact(service):
        wide = (WILDCARD_SERVICE, f"{shown(service)} names more than one service", "")
        return (wide,) if named(text) else (wide, (UNKNOWN, f"{shown(text)} matches no action", ""))
    if gone := service_data.retired(text):
        return ((RETIRED, f"{shown(text)}: {gone}", ""),)
    if not service_data.is_service(service):
        near = service_data.nearest_service(service) if suggest else ""
        message = f"there is no service {shown(service)}" + (f"; did you mean {near}?" if near else "")
        return ((UNKNOWN_SERVICE, message, f'"{near}:{shown(text.partition(":")[2])}"' if near else ""),)
    if is_exact(text):
        near = service_data.nearest_action(text) if suggest else ""
        message = f"{service.lower()} has no action {shown(text)}" + (f"; did you mean {near}?" if near else "")
        return ((UNKNOWN, message, f'"{near}"' if near else ""),)
    return () if named(text) else ((UNKNOWN, f"{shown(text)} matches no action", ""),)


def _is_known(text: str) -> bool:
    service, _, name = text.lower().partition(":")
    return name in _names(service)


@lru_cache(maxsize=1_024)
def _names(service: str) -> frozenset[str]:
    """The actions of a service in lower case; asking for names alone spares decoding the service's details."""
    return frozenset(name.lower() for name in service_data.actions_of(service))
