"""Patterns on keys whose values tell one customer of AWS from another.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.policy.elements import Kind
from auditor.policy.linting.issue import Flaw, error, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement

WILDCARD: Final = error(
    "policy-sensitive-key-wildcard",
    "WILDCARD_USAGE_TOO_PERMISSIVE",
    "A wildcard in the value of a sensitive key",
    "These values are random or those of strangers, so a pattern with little plain text also matches values of others.",
    "Write the values out, or at least six plain characters before each wildcard.",
    severity="high",
)
VARIABLE: Final = error(
    "policy-sensitive-key-variable",
    "VARIABLE_USAGE_TOO_PERMISSIVE",
    "A variable in the value of a sensitive key",
    "Whoever sets the value of the variable chooses what the key is compared with.",
    "Write the values out, or at least six plain characters before the variable.",
    severity="high",
)

SENSITIVE: Final = frozenset(
    {
        *("aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid"),
        *(
            "aws:sourceaccount",
            "aws:sourceorgid",
            "aws:sourcevpc",
            "aws:sourcevpce",
            "aws:vpceaccount",
            "aws:vpceorgid",
        ),
    }
)
_LEAST: Final = 6
"""Plain characters that make a pattern specific."""
_VARIABLE: Final = re.compile(r"\$\{\s*([^{},\s]+)[^{}]*\}")
_ESCAPE: Final = re.compile(r"\$\{([*?$])\}")


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The sensitive keys of a statement."""
    for condition in statement.conditions:
        key = condition.key
        claim = policy.kind is Kind.TRUST and key.endswith(":sub") and "." in key
        if key in SENSITIVE or key == "aws:userid" or claim:
            yield from _values(condition)


def _values(condition: Condition) -> Iterator[Flaw]:
    if not condition.operator.startswith("string"):
        return
    written = shown(condition.written[1])
    for position, text in enumerate(condition.values):
        path = (*condition.path, position)
        plain = _ESCAPE.sub(".", text)
        if condition.key == "aws:userid":
            plain = plain.partition(":")[0] if "${" not in plain else plain
        if "like" in condition.operator and _is_wide(_VARIABLE.sub("x" * _LEAST, plain)):
            yield Flaw(WILDCARD, path, f"{shown(text)} also matches a {written} of others")
        end = 0
        for found in _VARIABLE.finditer(plain):
            if found[1].lower() not in SENSITIVE and found.start() - end < _LEAST:
                yield Flaw(VARIABLE, path, f"whoever sets {shown(found[1])} chooses the {written}")
                break
            end = found.end()


def _is_wide(pattern: str) -> bool:
    """Whether a wildcard has less plain text before it than makes the pattern specific."""
    *before, _ = re.split(r"[*?]+", pattern)
    return any(len(text) < _LEAST for text in before)
