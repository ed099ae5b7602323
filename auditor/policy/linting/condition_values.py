"""The values of conditions: whether they can be read, and whether comparing with them says anything.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.policy.linting.issue import Flaw, error, general_warning, shown, suggestion
from auditor.policy.values import boolean, moment, number, octets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement
    from auditor.policy.linting.issue import Check

NOT_BOOLEAN: Final = general_warning(
    "policy-value-not-boolean",
    "TYPE_MISMATCH_BOOLEAN",
    "A Boolean condition with a value that is neither true nor false",
    "The request holds true or false, so a condition with anything else never holds.",
    'Write "true" or "false".',
    severity="medium",
)
NOT_DATE: Final = general_warning(
    "policy-value-not-date",
    "TYPE_MISMATCH_DATE",
    "A date condition with a value that is no date",
    "What cannot be read as a date compares with nothing.",
    "Write the date as YYYY-MM-DD, or with time and zone as YYYY-MM-DDThh:mm:ssZ.",
    severity="medium",
)
ODD_DATE: Final = general_warning(
    "policy-value-odd-date",
    "INVALID_DATE_VALUE",
    "A date that may be read in another way than meant",
    "Epoch times and shortened dates are read by rules that few readers of the policy have in mind.",
    "Write the date as YYYY-MM-DD, or with time and zone as YYYY-MM-DDThh:mm:ssZ.",
)
NOT_NUMBER: Final = general_warning(
    "policy-value-not-number",
    "TYPE_MISMATCH_NUMBER",
    "A numeric condition with a value that is no number",
    "What cannot be read as a number compares with nothing.",
    "Write an integer or a decimal number.",
    severity="medium",
)
NOT_BASE_64: Final = general_warning(
    "policy-value-not-base64",
    "TYPE_MISMATCH_STRING",
    "A binary condition with a value that is not base64",
    "The bytes of a binary value are written in base64; anything else compares with nothing.",
    "Write the value in base64.",
    severity="medium",
)
NO_VALUES: Final = suggestion(
    "policy-condition-no-values",
    "EMPTY_ARRAY_CONDITION",
    "A condition lists no value",
    "There is nothing that the key could equal, so the condition says nothing that was meant.",
    "List the values that are meant, or remove the key.",
    severity="low",
)
NO_VALUES_FOR_ALL: Final = suggestion(
    "policy-condition-no-values-forallvalues",
    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    "ForAllValues with no value",
    "The condition holds exactly where the key is absent.",
    'Write "Null": {"<key>": "true"} if that is meant.',
    severity="low",
)
NO_VALUES_FOR_ANY: Final = suggestion(
    "policy-condition-no-values-foranyvalue",
    "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    "ForAnyValue with no value",
    "The condition never holds, so the statement has no effect.",
    "List the values that are meant, or remove the statement.",
    severity="low",
)
NO_VALUES_IF_EXISTS: Final = suggestion(
    "policy-condition-no-values-ifexists",
    "EMPTY_ARRAY_CONDITION_IFEXISTS",
    "IfExists with no value",
    "The condition holds exactly where the key is absent.",
    'Write "Null": {"<key>": "true"} if that is meant.',
    severity="low",
)
REDUNDANT_BOUND: Final = suggestion(
    "policy-bound-redundant",
    "REDUNDANT_CONDITION_VALUE_NUM",
    "Several bounds of which one decides",
    "It is enough that one of the values matches, so of several upper bounds only the greatest counts.",
    "Keep the bound that counts.",
    severity="low",
)
ONLY_PRESENCE: Final = suggestion(
    "policy-condition-only-presence",
    "EQUIVALENT_TO_NULL_FALSE",
    "A pattern that only asks whether the key is present",
    "A lone * matches every value, so the condition holds wherever the request has the key.",
    'Write "Null": {"<key>": "false"} if that is meant, or the values that are.',
)
ONLY_ABSENCE: Final = suggestion(
    "policy-condition-only-absence",
    "EQUIVALENT_TO_NULL_TRUE",
    "A pattern that only asks whether the key is absent",
    "No value escapes a lone *, so the negated condition holds only where the request lacks the key.",
    'Write "Null": {"<key>": "true"} if that is meant, or the values that are.',
)
ALWAYS: Final = suggestion(
    "policy-condition-always-true",
    "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    "A condition that always holds",
    "With a lone * the condition holds for each value, and where the key is absent as well; it restricts nothing.",
    "Write the values that are meant, or remove the key.",
    severity="medium",
)
NEVER: Final = suggestion(
    "policy-condition-never-true",
    "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
    "A condition that never holds",
    "No value escapes a lone *, and an absent key does not meet the condition either; so the statement does nothing.",
    "Write the values that are meant, or remove the statement.",
    severity="medium",
)
NOT_KMS_KEY: Final = error(
    "policy-kms-key-not-arn",
    "INVALID_KMS_KEY_VALUE",
    "A condition on a KMS key names no key ARN",
    "The service compares the full ARN of the key; an id or an alias never equals it.",
    "Write the ARN, as arn:aws:kms:<Region>:<account>:key/<id>.",
)

_READERS: Final[tuple[tuple[str, Callable[[str], object], Check, str], ...]] = (
    ("bool", boolean, NOT_BOOLEAN, "true or false"),
    ("null", boolean, NOT_BOOLEAN, "true or false"),
    ("numeric", number, NOT_NUMBER, "a number"),
    ("date", moment, NOT_DATE, "a date"),
    ("binary", octets, NOT_BASE_64, "base64"),
)
_PLAIN_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_KMS_KEYS: Final = frozenset({"s3:x-amz-server-side-encryption-aws-kms-key-id"})
_KMS_ARN: Final = re.compile(r"arn:[^:]*:kms:[^:]*:[^:]*:key/.*", re.DOTALL)
_ALWAYS_PRESENT: Final = frozenset(
    {
        *("aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:requestedregion", "aws:viaawsservice"),
        *("aws:userid", "aws:principaltype", "aws:useragent", "aws:principalaccount"),
    }
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, "always included"."""


def statement(_policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The values of each condition of a statement."""
    for condition in statement.conditions:
        if not condition.values:
            yield _nothing(condition)
            continue
        yield from _unreadable(condition)
        yield from _lone_star(condition)
        if len(condition.values) > 1:
            yield from _bounds(condition)
        if condition.key in _KMS_KEYS and condition.operator.startswith(("string", "arn")):
            for position, text in enumerate(condition.values):
                if not text.startswith(("*", "${")) and not _KMS_ARN.fullmatch(text):
                    yield Flaw(NOT_KMS_KEY, (*condition.path, position), f"{shown(text)} is not the ARN of a key")


def _nothing(condition: Condition) -> Flaw:
    written = shown(condition.written[1])
    if condition.quantifier == "forallvalues":
        return Flaw(NO_VALUES_FOR_ALL, condition.path, f"the condition holds only where {written} is absent")
    if condition.quantifier == "foranyvalue":
        return Flaw(NO_VALUES_FOR_ANY, condition.path, "the condition never holds")
    if condition.if_exists:
        return Flaw(NO_VALUES_IF_EXISTS, condition.path, f"the condition holds only where {written} is absent")
    return Flaw(NO_VALUES, condition.path, f"there is no value for {written}")


def _unreadable(condition: Condition) -> Iterator[Flaw]:
    for beginning, read, check, expected in _READERS:
        if not condition.operator.startswith(beginning):
            continue
        for position, text in enumerate(condition.values):
            path = (*condition.path, position)
            if "${" in text:
                continue
            if read(text) is None:
                yield Flaw(check, path, f"{shown(text)} is not {expected}")
            elif beginning == "date" and not _PLAIN_DATE.fullmatch(text):
                yield Flaw(ODD_DATE, path, f"{shown(text)} is not of the form YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ")


def _lone_star(condition: Condition) -> Iterator[Flaw]:
    if "*" not in condition.values or not condition.operator.startswith(("stringlike", "stringnotlike", "arn")):
        return
    path, key = (*condition.path, condition.values.index("*")), shown(condition.written[1])
    when_absent = condition.if_exists or condition.quantifier == "forallvalues"
    if "not" not in condition.operator:
        always = when_absent or condition.key in _ALWAYS_PRESENT
        if always:
            yield Flaw(ALWAYS, path, f"the condition holds whatever {key} is")
        else:
            yield Flaw(ONLY_PRESENCE, path, f"the condition holds wherever the request has {key}")
    elif condition.quantifier == "foranyvalue" or condition.key in _ALWAYS_PRESENT:
        yield Flaw(NEVER, path, f"the condition holds for no value of {key}")
    else:
        yield Flaw(ONLY_ABSENCE, path, f"the condition holds only where the request lacks {key}")


def _bounds(condition: Condition) -> Iterator[Flaw]:
    """Several values under an operator of order: one matching is enough, so the widest decides."""
    operator = condition.operator
    read: Callable[[str], object] | None = None
    if operator.startswith(("numericless", "numericgreater")):
        read = number
    elif operator.startswith(("dateless", "dategreater")):
        read = moment
    values = [read(text) for text in condition.values] if read else []
    if not values or None in values:
        return
    widest = (max if "less" in operator else min)(values)  # type: ignore[type-var]
    kept = values.index(widest)
    for position in range(len(values)):
        if position != kept:
            message = f"{shown(condition.values[kept])} alone has the same effect"
            yield Flaw(REDUNDANT_BOUND, (*condition.path, position), message)
