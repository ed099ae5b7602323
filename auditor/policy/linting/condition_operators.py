"""Condition operators, and whether they fit the key and the values that they are given.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import service_data
from auditor.policy.linting.grammar import raw_statement
from auditor.policy.linting.issue import Flaw, error, general_warning, security_warning, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Problem, Statement

UNKNOWN: Final = error(
    "policy-operator-unknown",
    "INVALID_CONDITION_OPERATOR",
    "There is no such condition operator",
    "AWS refuses a condition whose operator it does not know.",
    "Write one of AWS's operators.",
)
NULL_IF_EXISTS: Final = error(
    "policy-null-if-exists",
    "NULL_WITH_IF_EXISTS",
    "Null with IfExists",
    "Null asks whether a key is present, so IfExists, which is about keys that are not, makes no sense with it.",
    "Write Null.",
)
NULL_QUANTIFIED: Final = suggestion(
    "policy-null-quantified",
    "NULL_WITH_QUALIFIER",
    "Null with ForAllValues or ForAnyValue",
    "With ForAllValues the condition always holds, with ForAnyValue it never does.",
    "Write Null without the qualifier.",
    severity="medium",
)
NO_QUALIFIER: Final = error(
    "policy-qualifier-missing",
    "MISSING_QUALIFIER",
    "A key with many values is compared without a qualifier",
    "A request may carry several values of the key, and the condition does not say how many of them must match.",
    "Write ForAllValues: or ForAnyValue: before the operator.",
)
FOR_ALL_OF_ONE: Final = security_warning(
    "policy-forallvalues-single-valued",
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    "ForAllValues on a key that has one value",
    "ForAllValues also holds where the request lacks the key, so the condition lets through what it was to stop.",
    "Remove ForAllValues:.",
)
SEVERAL_BOOLEANS: Final = error(
    "policy-boolean-several",
    "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    "Several values for a Boolean key",
    "A Boolean key is true or false; a list of both always matches, and any other list says the same twice.",
    "Keep one value.",
)
MIXED_TYPES: Final = error(
    "policy-condition-mixed-types",
    "INVALID_CONDITION_DATA_TYPE",
    "The values of one key have different JSON types",
    "Values of one key are all strings, all numbers or all Booleans.",
    "Write all of them as strings.",
)
MISMATCH: Final = general_warning(
    "policy-operator-mismatch",
    "TYPE_MISMATCH",
    "An operator does not fit the type of its key",
    "An operator reads values as its own type, so on a key of another type the condition may never, or always, hold.",
    "Use an operator of the type that the key has.",
    severity="medium",
)
STRING_LIKE_ON_ARN: Final = security_warning(
    "policy-string-like-on-arn",
    "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
    "StringLike on a key that holds an ARN",
    "In a string a wildcard runs over the colons of an ARN, so the pattern also matches other accounts and services.",
    "Use the ARN operator, whose wildcards stay within a segment.",
    severity="medium",
)
WILDCARD_IS_PLAIN: Final = general_warning(
    "policy-wildcard-is-plain",
    "WILDCARD_WITHOUT_LIKE_OPERATOR",
    "A wildcard under an operator that has none",
    "StringEquals compares * and ? as plain characters, so the condition matches that text only.",
    "Use StringLike, or write the characters as ${*} and ${?} if they are meant.",
    severity="medium",
)

_NAMES: Final = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"),
    *("StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
    *("NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan"),
    *("DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress"),
    *("NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "Null"),
)
_TYPES: Final = (
    ("string", ("String", "ARN")),
    ("numeric", ("Numeric",)),
    ("date", ("Date",)),
    ("bool", ("Bool",)),
    ("binary", ("Binary",)),
    ("ip", ("IPAddress",)),
    ("notip", ("IPAddress",)),
    ("arn", ("ARN",)),
)
"""How an operator begins, and the types of keys that it is for; a String operator may be used on an ARN as well."""
_OPERATOR_OF: Final = {
    "String": ("StringEquals", "StringNotEquals"),
    "ARN": ("ArnLike", "ArnNotLike"),
    "Numeric": ("NumericEquals", "NumericNotEquals"),
    "Date": ("DateEquals", "DateNotEquals"),
    "Bool": ("Bool", ""),
    "Binary": ("BinaryEquals", ""),
    "IPAddress": ("IpAddress", "NotIpAddress"),
}
"""Type of a key -> the operator to suggest, and the one where the mistaken operator is negated."""
_LIKE: Final = {"stringlike": "ArnLike", "stringnotlike": "ArnNotLike"}
_EXACT: Final = {
    "stringequals": "StringLike",
    "stringnotequals": "StringNotLike",
    "stringequalsignorecase": "StringLike",
    "stringnotequalsignorecase": "StringNotLike",
}
_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}")


def malformed(_policy: Policy, problem: Problem) -> Iterator[Flaw]:
    """Operators that could not be understood when the document was read."""
    path, message, code = problem
    if code == UNKNOWN.code:
        yield Flaw(UNKNOWN, path, message, _nearest(str(path[-1])), at_key=True)
    elif code == NULL_IF_EXISTS.code:
        yield Flaw(NULL_IF_EXISTS, path, message, '"Null"', at_key=True)


def _nearest(written: str) -> str:
    from auditor.policy.nearest import nearest

    qualifier, colon, base = written.rpartition(":")
    if_exists = "IfExists" if base.lower().endswith("ifexists") else ""
    found = nearest(base[: len(base) - len(if_exists)], _NAMES)
    return f'"{shown(qualifier)}{colon}{found}{if_exists}"' if found else ""


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """Each condition of a statement by itself."""
    for condition in statement.conditions:
        yield from _qualifier(condition)
        if len(condition.values) > 1:
            yield from _several(policy, statement, condition)
        if condition.operator != "null":
            yield from _type(condition)


def _qualifier(condition: Condition) -> Iterator[Flaw]:
    path, key = condition.path[:-1], condition.key
    written, shown_key = condition.written[0], shown(condition.written[1])
    known = service_data.condition_key(key)
    if condition.operator == "null":
        if condition.quantifier:
            yield Flaw(NULL_QUANTIFIED, path, f"{shown(written)} does not depend on the request", '"Null"', at_key=True)
    elif known is None:
        return
    elif known.multi_valued and not condition.quantifier:
        message = f"{shown_key} may have several values: say how many must match"
        yield Flaw(NO_QUALIFIER, path, message, f'"ForAnyValue:{written}"', at_key=True)
    elif not known.multi_valued and condition.quantifier == "forallvalues" and not key.endswith(":aud"):
        message = f"{shown_key} has one value; ForAllValues also holds where it is absent"
        yield Flaw(FOR_ALL_OF_ONE, path, message, f'"{written.partition(":")[2]}"', at_key=True)


def _several(policy: Policy, statement: Statement, condition: Condition) -> Iterator[Flaw]:
    operator, key = condition.written
    if condition.operator == "bool":
        yield Flaw(SEVERAL_BOOLEANS, condition.path, f"{shown(key)} is compared with {len(condition.values)} Booleans")
    values = raw_statement(policy, statement)["Condition"][operator][key]
    if len({type(value) for value in values}) > 1:
        yield Flaw(MIXED_TYPES, condition.path, f"the values of {shown(key)} have different JSON types")


def _type(condition: Condition) -> Iterator[Flaw]:
    operator, key = (shown(text) for text in condition.written)
    types = _types_of(condition.key)
    path = condition.path[:-1]
    if types and not _fits(condition.operator, types):
        message = f"{operator} is not for {key}, which is of type {' or '.join(types)}"
        base = _OPERATOR_OF.get(types[0], ("", ""))["not" in condition.operator]
        yield Flaw(MISMATCH, path, message, _rewritten(condition, base), at_key=True)
    elif types == ("ARN",) and condition.operator in _LIKE:
        message = f"the wildcards of {operator} run over the colons of {key}"
        yield Flaw(STRING_LIKE_ON_ARN, path, message, _rewritten(condition, _LIKE[condition.operator]), at_key=True)
    if like := _EXACT.get(condition.operator):
        for position, text in enumerate(condition.values):
            plain = _VARIABLE.sub("", text)
            if "*" in plain or "?" in plain:
                message = f"{operator} compares the wildcard as a plain character; {like} would not"
                yield Flaw(WILDCARD_IS_PLAIN, (*condition.path, position), message)


def _rewritten(condition: Condition, base: str) -> str:
    """The operator of a condition with another base, its qualifier and IfExists kept."""
    qualifier, colon, _ = condition.written[0].rpartition(":")
    return f'"{qualifier}{colon}{base}{"IfExists" if condition.if_exists else ""}"' if base else ""


def _types_of(key: str) -> tuple[str, ...]:
    """The types of a key; none for what is not known, and for tags and their like, which may hold anything."""
    known = service_data.condition_key(key)
    return () if known is None or "${" in known.name or "<" in known.name else known.types


@lru_cache(maxsize=1_024)
def _fits(operator: str, types: tuple[str, ...]) -> bool:
    accepted = next(accepted for beginning, accepted in _TYPES if operator.startswith(beginning))
    return not set(types).isdisjoint(accepted)
