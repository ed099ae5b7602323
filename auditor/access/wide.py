"""Which statements may allow something with resources that nobody named, and each of them as a policy of its own.

A document that denies nothing allows what one of its statements allows by itself. Accounts write few statements and
combine them into many documents, so whatever is asked of each distinct statement is asked once.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.actions import shared, statement_mask
from auditor.policy.document import Policy
from auditor.policy.patterns import glob
from auditor.policy.service_data import resource_types, services

if TYPE_CHECKING:
    from auditor.policy.elements import Statement

NOBODY: Final = "zq-nobody-names-this"
"""What a resource is called that no policy means in particular."""

_HOLE: Final = re.compile(r"\$\{[A-Za-z]+\}")


@lru_cache(maxsize=1_024)
def undenied(policy: Policy) -> int:
    """The set of actions that some statement allows with a pattern of resources, and none denies outright."""
    allowed = denied = 0
    for statement in policy.statements:
        if statement.allow and is_wide(statement):
            allowed |= mask_of(statement)
        elif not statement.allow and "*" in (statement.resources or ()) and not statement.conditions:
            denied |= mask_of(statement)
    return shared(allowed & ~denied)


@lru_cache(maxsize=1_024)
def wide(policy: Policy) -> tuple[Alone, ...]:
    """The statements that allow something with resources that nobody named; errs on more of them."""
    return tuple(alone(policy, it) for it in policy.statements if it.allow and is_wide(it))


def mask_of(statement: Statement) -> int:
    """The set of actions that a statement is about."""
    return statement_mask(statement.actions, statement.not_actions)


def is_wide(statement: Statement) -> bool:
    """Whether a statement may take in resources that nobody named; errs on yes."""
    return statement.not_resources is not None or any(_is_open(text) for text in statement.resources or ())


@lru_cache(maxsize=8_192)
def _is_open(pattern: str) -> bool:
    """Whether a pattern of resources matches one that nobody named; errs on yes."""
    if "*" not in pattern:
        return False
    fields = pattern.split(":", 5)
    if len(fields) < 6 or "$" in pattern or fields[2].lower() not in _formats():
        return True
    matches = glob(pattern)
    filling = {f"${{{name}}}": fields[at] for name, at in (("Partition", 1), ("Region", 3), ("Account", 4))}
    return any(matches(filled(arn_format, filling)) for arn_format in _formats()[fields[2].lower()])


@cache
def _formats() -> dict[str, tuple[str, ...]]:
    """What stands in the third field of an ARN -> the formats of the types of resources that have it."""
    listed = dict.fromkeys(kind.arn_format for service in services() for kind in resource_types(service))
    found: dict[str, tuple[str, ...]] = {}
    for arn_format in listed:
        named = arn_format.split(":")[2].lower() if arn_format.count(":") > 2 else ""
        found[named] = (*found.get(named, ()), arn_format)
    return found


@lru_cache(maxsize=1_024)
def masks(policy: Policy) -> tuple[int, ...]:
    """The sets of actions of the statements."""
    return tuple(dict.fromkeys(map(mask_of, policy.statements)))


def denies(policy: Policy) -> bool:
    """Whether some statement denies something."""
    return any(not statement.allow for statement in policy.statements)


class Alone(NamedTuple):
    """A statement that allows something, and a policy that holds nothing else."""

    statement: Statement
    policy: Policy


def alone(policy: Policy, statement: Statement) -> Alone:
    """A statement of a policy that allows something, alone."""
    conditions = tuple(condition._replace(path=()) for condition in statement.conditions)
    bare = statement._replace(index=0, sid="", path=(), conditions=conditions)
    return Alone(statement, _policy_of(bare, policy.version))


@lru_cache(maxsize=2_048)
def _policy_of(statement: Statement, version: str) -> Policy:
    """A policy of a statement that allows something, wherever that stands and however it is called."""
    condition: dict[str, dict[str, tuple[str, ...]]] = {}
    for it in statement.conditions:
        operator, key = it.written
        condition.setdefault(operator, {})[key] = it.values
    elements = {
        "Action": statement.actions,
        "NotAction": statement.not_actions,
        "Resource": statement.resources,
        "NotResource": statement.not_resources,
        "Condition": condition or None,
    }
    written = {name: value for name, value in elements.items() if value is not None}
    return Policy.of({"Version": version, "Statement": {"Effect": "Allow", **written}})


def filled(arn_format: str, filling: dict[str, str]) -> str:
    """An ARN of a format, with nobody's name in what is not given."""
    return _HOLE.sub(lambda hole: filling.get(hole[0], NOBODY), arn_format).replace("*", NOBODY)
