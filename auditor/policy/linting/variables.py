"""Policy variables: how they are written, and where they may stand.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.policy.linting.grammar import raw_statement
from auditor.policy.linting.issue import Flaw, error, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.linting.issue import Check
    from auditor.policy.source import Path

NO_BRACE: Final = error(
    "policy-variable-unclosed",
    "MISSING_BRACE_IN_VARIABLE",
    "A policy variable is not closed",
    "Without its closing brace the variable is plain text, which no request will ever match.",
    "Add } after the name of the variable.",
)
NO_QUOTE: Final = error(
    "policy-variable-default-unquoted",
    "MISSING_QUOTE_IN_VARIABLE",
    "The default of a policy variable is not in single quotes",
    "A default stands in single quotes; in any other form the variable is not understood.",
    "Write the variable as ${key, 'default'}.",
)
SPACE: Final = error(
    "policy-variable-space",
    "UNSUPPORTED_SPACE_IN_VARIABLE",
    "The name of a policy variable has a space in it",
    "Only the default of a variable may hold spaces; a name with one is not understood.",
    "Remove the space.",
)
EMPTY: Final = error(
    "policy-variable-empty",
    "EMPTY_VARIABLE",
    "A policy variable has no name",
    "${} stands for nothing and is not replaced by anything.",
    "Name a condition key between the braces, or remove the variable.",
)
WRONG_ELEMENT: Final = error(
    "policy-variable-wrong-element",
    "VARIABLE_UNSUPPORTED_IN_ELEMENT",
    "A policy variable stands where none is replaced",
    "Variables are replaced in resources and in the values of conditions; anywhere else they are plain text.",
    "Remove the variable, and test the value in a condition.",
)
WRONG_VERSION: Final = error(
    "policy-variable-wrong-version",
    "VARIABLE_UNSUPPORTED_IN_VERSION",
    "A policy variable under a Version that has none",
    "Only under Version 2012-10-17 are variables replaced; here the text is compared as it stands and never matches.",
    'Write "Version": "2012-10-17".',
    severity="high",
)
WRONG_OPERATOR: Final = error(
    "policy-variable-wrong-operator",
    "INVALID_VARIABLE_FOR_OPERATOR",
    "A policy variable under an operator that takes none",
    "Variables are replaced for String and ARN operators only; a number, date, address or Boolean is read as written.",
    "Use a String or ARN operator, or write the value itself.",
)

_FIXED: Final = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction")
_TAKES_VARIABLES: Final = ("string", "arn")
_ESCAPES: Final = frozenset({"*", "?", "$"})
_DEFAULT: Final = re.compile(r"\s*'[^']*'\s*")


def document(policy: Policy) -> Iterator[Flaw]:
    """All variables of a document; a text without `${` is not looked into."""
    if "${" not in policy.source.text:
        return
    for statement in policy.statements:
        yield from _statement(policy, statement)


def _statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    raw = raw_statement(policy, statement)
    for name in _FIXED:
        for path, text in _texts(raw.get(name), (*statement.path, name)):
            if "${" in text:
                yield Flaw(WRONG_ELEMENT, path, f"no variable is replaced in {name}")
    for name in ("Resource", "NotResource"):
        for path, text in _texts(raw.get(name), (*statement.path, name)):
            yield from _variables(policy, path, text)
    for condition in statement.conditions:
        for position, text in enumerate(condition.values):
            path = (*condition.path, position)
            if "${" in text and not condition.operator.startswith(_TAKES_VARIABLES):
                message = f"{shown(condition.written[0])} takes no variable"
                yield Flaw(WRONG_OPERATOR, path, message)
            else:
                yield from _variables(policy, path, text)


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """All strings of a value with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _texts(item, (*path, position))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))


def _variables(policy: Policy, path: Path, text: str) -> Iterator[Flaw]:
    """At most one flaw of each kind in a text."""
    if "${" not in text:
        return
    if policy.version != "2012-10-17":
        yield Flaw(WRONG_VERSION, path, f"under Version {policy.version} this is plain text, not a variable")
        return
    seen = set()
    for piece in text.split("${")[1:]:
        check = _mistake(piece)
        if check and check not in seen:
            seen.add(check)
            yield Flaw(check, path, f"in {shown('${' + piece)}: {check.title.lower()}")


def _mistake(piece: str) -> Check | None:
    """What is wrong with a variable, from the text after its opening brace."""
    inside, closed, _ = piece.partition("}")
    if not closed:
        return NO_BRACE
    name, comma, default = inside.partition(",")
    if not inside.strip():
        return EMPTY
    if name in _ESCAPES:
        return None
    if any(character.isspace() for character in name):
        return SPACE
    return NO_QUOTE if comma and not _DEFAULT.fullmatch(default) else None
