"""What a service control policy keeps the accounts below it from doing.

Each question is of one statement that denies; that of `limits` is of all policies on one place. A statement that lets
some go by still counts where it names whom by who they are: a guardrail that nobody can mend is not kept for long.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.policy.administrator import grants_administration
from auditor.policy.reach import allows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.policy.documents import Statement

_ANY_ACTION = "any-service:AnyAction"
"""No action of AWS, so that only statements about every action, or all but a few, cover it."""

_OF_SESSIONS = ("aws:assumedroot", "aws:calledvia", "aws:principalisawsservice", "aws:viaawsservice")
"""Keys that tell AWS's own doing from that of a principal."""


def limits(statements: Iterable[Statement]) -> bool:
    """Whether the policies on one place, given by all their statements, allow less than everything."""
    listed = tuple(statements)
    return any(statement.effect == "Deny" for statement in listed) or not any(
        grants_administration((statement,)) and not statement.condition for statement in listed
    )


def denies_to_all(statement: Statement, action: str) -> bool:
    """Whether nobody may take the action, on some resources at least, except principals that the statement names."""
    return _denies(statement, action) and all(
        _is_exemption(operator, key) for operator, key, _ in _conditions(statement)
    )


def denies_regions(statement: Statement) -> bool:
    """Whether regions are closed to services at large, and not to one service alone."""
    return _denies(statement, _ANY_ACTION) and any(key == "aws:requestedregion" for _, key, _ in _conditions(statement))


def denies_root(statement: Statement) -> bool:
    """Whether root users, and only they, may do nothing, or nothing but a few things."""
    if not _denies(statement, _ANY_ACTION):
        return False
    conditions = list(_conditions(statement))
    names_root = any(
        key == "aws:principalarn" and "not" not in operator and all(value.endswith(":root") for value in values)
        for operator, key, values in conditions
    )
    return names_root and all(key in ("aws:principalarn", *_OF_SESSIONS) for _, key, _ in conditions)


def _denies(statement: Statement, action: str) -> bool:
    return statement.effect == "Deny" and allows(
        statement._replace(effect="Allow", resources=("*",), not_resources=None), action, "*"
    )


def _is_exemption(operator: str, key: str) -> bool:
    return key in _OF_SESSIONS or ("not" in operator and key.startswith("aws:principal"))


def _conditions(statement: Statement) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Operator, key and values of every condition, operators and keys in lower case."""
    for operator, block in statement.condition.items():
        for key, values in block.items():
            yield operator, key, values
