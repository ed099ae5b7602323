"""What can be read of a malformed statement once the mistake is left out, so that one mistake does not hide others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.policy.grammar import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Kind, Problem, Statement

_EMPTY: Final[dict[str, Any]] = {
    "Effect": "Deny",
    "Principal": {},
    "NotPrincipal": {},
    "Action": [],
    "NotAction": [],
    "Resource": [],
    "NotResource": [],
}
"""Element -> what stands in for it where it cannot be read; a statement without effect grants nothing."""
_MISSING: Final = {
    "MISSING_EFFECT": "Effect",
    "MISSING_ACTION": "Action",
    "MISSING_RESOURCE": "Resource",
    "MISSING_PRINCIPAL": "Principal",
}
_SUPERFLUOUS: Final = frozenset(
    {"UNSUPPORTED_ELEMENT_COMBINATION", "UNSUPPORTED_PRINCIPAL", "SCP_SYNTAX_ERROR_PRINCIPAL"}
)
"""Codes of problems with an element that should not be there."""
_MOST: Final = 20
"""Mistakes in one statement after which it is given up."""


class Repaired(NamedTuple):
    """A malformed statement as it reads without its mistakes, if it can be read, and all of these."""

    statement: Statement | None
    problems: tuple[Problem, ...]


def repaired(policy: Policy) -> Iterator[Repaired]:
    """The malformed statements of a policy."""
    listed = policy.source.value.get("Statement", []) if policy.problems else []
    read = {statement.index for statement in policy.statements}
    for index, item in enumerate(listed if isinstance(listed, list) else [listed]):
        if index not in read and isinstance(item, dict):
            yield _repaired(item, index, policy.kind)


def _repaired(item: dict[str, Any], index: int, kind: Kind) -> Repaired:
    problems: dict[Problem, None] = {}
    for _ in range(_MOST):
        reader = Reader(kind)
        found = reader.statements({"Statement": [item]})
        problems |= dict.fromkeys(_at(problem, index) for problem in reader.problems)
        if found:
            return Repaired(_moved(found[0], index), tuple(problems))
        item = _without(item, reader.problems[-1])
    return Repaired(None, tuple(problems))


def _without(item: dict[str, Any], problem: Problem) -> dict[str, Any]:
    """A statement without the element to blame, or with one that is missing."""
    if missing := _MISSING.get(problem.code):
        return item | {missing: _EMPTY[missing]}
    element, *inner = (str(step) for step in problem.path[2:])
    value = item[element]
    if problem.code == "INVALID_EFFECT" and isinstance(value, str):
        return item | {element: "Allow"}
    if inner and isinstance(value, dict):
        return item | {element: {name: part for name, part in value.items() if name != inner[0]}}
    if element in _EMPTY and problem.code not in _SUPERFLUOUS:
        return item | {element: _EMPTY[element]}
    return {name: part for name, part in item.items() if name != element}


def _at(problem: Problem, index: int) -> Problem:
    return problem._replace(path=("Statement", index, *problem.path[2:]))


def _moved(statement: Statement, index: int) -> Statement:
    """A statement that was read alone, at its place in the document."""
    conditions = (
        condition._replace(path=("Statement", index, *condition.path[2:])) for condition in statement.conditions
    )
    return statement._replace(index=index, path=("Statement", index), conditions=tuple(conditions))
