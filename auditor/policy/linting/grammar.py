"""The shape of a document and of its statements.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from auditor.policy.elements import Kind
from auditor.policy.linting.issue import Flaw, error, general_warning, ours, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Problem, Statement
    from auditor.policy.linting.issue import Check
    from auditor.policy.source import Path

SYNTAX: Final = error(
    "policy-json-syntax",
    "JSON_SYNTAX_ERROR",
    "The text is not a JSON object",
    "AWS refuses a policy that is not JSON, so whatever the text was meant to allow or deny is not in force.",
    "Mend the text at the place named; a policy is one JSON object.",
    severity="high",
)
DATA_TYPE: Final = error(
    "policy-data-type",
    "DATA_TYPE_MISMATCH",
    "An element has a value of the wrong JSON type",
    "AWS refuses the document: a number, a list or an object stands where the grammar asks for something else.",
    "Write the value in the type that the grammar gives for the element.",
)
UNKNOWN_ELEMENT: Final = error(
    "policy-element-unknown",
    "INVALID_POLICY_ELEMENT",
    "There is no such policy element",
    "The names of elements are fixed and their case counts; AWS refuses a document with any other.",
    "Correct the name, or remove the element.",
)
NO_STATEMENT: Final = error(
    "policy-statement-missing",
    "MISSING_STATEMENT",
    "The document has no Statement",
    "A policy without statements allows and denies nothing, and AWS refuses to store it.",
    "Add a Statement with at least one statement.",
)
NO_ACTION: Final = error(
    "policy-action-missing",
    "MISSING_ACTION",
    "A statement has neither Action nor NotAction",
    "Without one of the two a statement is about nothing, and AWS refuses the document.",
    "Add an Action with the actions that are meant.",
)
NO_RESOURCE: Final = error(
    "policy-resource-missing",
    "MISSING_RESOURCE",
    "A statement has neither Resource nor NotResource",
    "Only a policy that is attached to a resource may leave out what it is about.",
    "Add a Resource with the ARNs that are meant.",
)
NO_EFFECT: Final = error(
    "policy-effect-missing",
    "MISSING_EFFECT",
    "A statement has no Effect",
    "There is no default effect: AWS refuses a statement that does not say whether it allows or denies.",
    'Add "Effect": "Allow" or "Effect": "Deny".',
)
UNKNOWN_EFFECT: Final = error(
    "policy-effect-unknown",
    "INVALID_EFFECT",
    "Effect is neither Allow nor Deny",
    "The two effects are written exactly so; a deny that is misspelt denies nothing.",
    "Write Allow or Deny.",
    severity="high",
)
NO_PRINCIPAL: Final = error(
    "policy-principal-missing",
    "MISSING_PRINCIPAL",
    "A statement of a resource policy has no Principal",
    "A policy that is attached to a resource has to say whom it is about.",
    "Add a Principal.",
)
PRINCIPAL_UNSUPPORTED: Final = error(
    "policy-principal-unsupported",
    "UNSUPPORTED_PRINCIPAL",
    "A policy for an identity has a Principal",
    "What an identity policy is attached to is its principal; AWS refuses one that names another.",
    "Remove the element, or put the statement into the policy of the resource.",
)
COMBINATION: Final = error(
    "policy-element-combination",
    "UNSUPPORTED_ELEMENT_COMBINATION",
    "A statement has an element and its opposite",
    "Action and NotAction, Resource and NotResource, Principal and NotPrincipal exclude each other.",
    "Keep one of the two, and split the statement where both are needed.",
)
UNKNOWN_VERSION: Final = error(
    "policy-version-unknown",
    "INVALID_VERSION",
    "Version is no version of the policy language",
    "Version is the date of the language, not of the document: AWS knows 2012-10-17 and 2008-10-17 only.",
    'Write "Version": "2012-10-17".',
)
NO_VERSION: Final = general_warning(
    "policy-version-missing",
    "MISSING_VERSION",
    "The document has no Version",
    "Without Version the rules of 2008 hold: policy variables such as ${aws:username} are plain text.",
    'Add "Version": "2012-10-17" before Statement.',
)
KEY_TWICE: Final = ours(
    "policy-json-key-repeated",
    "high",
    "An object has the same key twice",
    "JSON parsers keep one of the two, so a part of the policy that a reader sees is not in force.",
    "Merge the two values under one key.",
    "reference_policies_grammar.html",
)
SID_CHARACTERS: Final = error(
    "policy-sid-characters",
    "UNSUPPORTED_SID",
    "A Sid has characters other than letters and digits",
    "IAM takes the letters a to z in either case and the digits 0 to 9 in a Sid, and refuses anything else.",
    "Remove the other characters from the Sid.",
    severity="low",
)
SID_TWICE: Final = error(
    "policy-sid-repeated",
    "UNIQUE_SIDS_REQUIRED",
    "Two statements have the same Sid",
    "In this kind of policy each Sid may stand once; AWS refuses the document.",
    "Give each statement a Sid of its own, or none.",
)
SID_TWICE_IN_RESOURCE_POLICY: Final = general_warning(
    "policy-sid-ambiguous",
    "UNIQUE_SIDS_RECOMMENDED",
    "Two statements of a resource policy have the same Sid",
    "A Sid names the statement in logs and in calls that remove permissions; two of a name can't be told apart.",
    "Give each statement a Sid of its own.",
)
EMPTY_SID: Final = suggestion(
    "policy-sid-empty",
    "EMPTY_SID_VALUE",
    "A Sid is empty",
    "An empty Sid names nothing.",
    "Give the statement a name, or remove the element.",
)
EMPTY_ACTION: Final = suggestion(
    "policy-action-empty",
    "EMPTY_ARRAY_ACTION",
    "A statement lists no action",
    "With an empty list the statement is about no action at all; after NotAction it is about every one.",
    "List the actions that are meant, or remove the statement.",
    severity="low",
)
EMPTY_RESOURCE: Final = suggestion(
    "policy-resource-empty",
    "EMPTY_ARRAY_RESOURCE",
    "A statement lists no resource",
    "With an empty list the statement is about no resource at all; after NotResource it is about every one.",
    "List the resources that are meant, or remove the statement.",
    severity="low",
)
EMPTY_PRINCIPALS: Final = suggestion(
    "policy-principal-empty-list",
    "EMPTY_ARRAY_PRINCIPAL",
    "A type of principal lists nobody",
    "An empty list names nobody.",
    "List the principals that are meant, or remove the list.",
    severity="low",
)
EMPTY_PRINCIPAL: Final = suggestion(
    "policy-principal-empty",
    "EMPTY_OBJECT_PRINCIPAL",
    "A Principal is empty",
    "An empty object names nobody, so the statement has no effect.",
    "Name the principals that are meant, or remove the statement.",
    severity="low",
)
EMPTY_CONDITION: Final = suggestion(
    "policy-condition-empty",
    "EMPTY_OBJECT_CONDITION",
    "A Condition is empty",
    "An empty object restricts nothing: the statement holds as if it had no condition.",
    "Write the conditions that are meant, or remove the element.",
    severity="low",
)

_PROBLEMS: Final = {
    check.code: check
    for check in (
        *(DATA_TYPE, UNKNOWN_ELEMENT, NO_STATEMENT, NO_ACTION, NO_RESOURCE, NO_EFFECT, UNKNOWN_EFFECT, NO_PRINCIPAL),
        *(PRINCIPAL_UNSUPPORTED, COMBINATION, UNKNOWN_VERSION),
    )
}
_KEYS_TO_BLAME: Final = frozenset({UNKNOWN_ELEMENT.code, COMBINATION.code, PRINCIPAL_UNSUPPORTED.code})
_EFFECTS: Final = {"allow": '"Allow"', "deny": '"Deny"'}
_SID: Final = re.compile(r"[A-Za-z0-9]*")
_FREE_SIDS: Final = frozenset({Kind.RESOURCE, Kind.VPC_ENDPOINT})
"""Kinds that other services than IAM and Organizations store; each of these has its own rules for a Sid."""


def malformed(policy: Policy, problem: Problem) -> Iterator[Flaw]:
    """What was noted when the document was read, in the words of this table."""
    path, message, code = problem
    if check := _PROBLEMS.get(code):
        yield Flaw(check, path, message, _instead(policy, check, path), code in _KEYS_TO_BLAME)


def _instead(policy: Policy, check: Check, path: Path) -> str:
    if check is UNKNOWN_VERSION:
        return '"2012-10-17"'
    if check is UNKNOWN_EFFECT:
        written = policy.source.text[slice(*policy.source.span(path)[:2])]
        return _EFFECTS.get(written.strip('" ').lower(), "")
    return ""


def document(policy: Policy) -> Iterator[Flaw]:
    """Version, repeated keys, and Sids that stand twice."""
    if "Version" not in policy.source.value:
        yield Flaw(NO_VERSION, (), "Version is missing, so the rules of 2008-10-17 hold")
    if policy.source.value.get("Statement") == []:
        yield Flaw(NO_STATEMENT, ("Statement",), "Statement lists no statement")
    for repeated in policy.source.duplicates():
        message = f"the key {shown(str(repeated.path[-1]))} stands twice; the later value counts"
        yield Flaw(KEY_TWICE, repeated.path, message, at_key=True)
    twice = SID_TWICE_IN_RESOURCE_POLICY if policy.kind in _FREE_SIDS else SID_TWICE
    first: dict[str, int] = {}
    for statement in policy.statements:
        if statement.sid and statement.sid in first:
            message = f"statement {first[statement.sid] + 1} has the Sid {shown(statement.sid)} already"
            yield Flaw(twice, (*statement.path, "Sid"), message)
        first.setdefault(statement.sid, statement.index)


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The Sid, and elements that hold nothing."""
    path = statement.path
    if policy.kind not in _FREE_SIDS and not _SID.fullmatch(statement.sid):
        clean = re.sub("[^A-Za-z0-9]", "", statement.sid)
        yield Flaw(SID_CHARACTERS, (*path, "Sid"), "a Sid is letters and digits", f'"{clean}"' if clean else "")
    raw = raw_statement(policy, statement)
    if not statement.sid and raw.get("Sid") == "":
        yield Flaw(EMPTY_SID, (*path, "Sid"), "the Sid is empty")
    for name in ("Action", "NotAction"):
        if raw.get(name) == []:
            yield Flaw(EMPTY_ACTION, (*path, name), f"{name} lists no action")
    for name in ("Resource", "NotResource"):
        if raw.get(name) == []:
            yield Flaw(EMPTY_RESOURCE, (*path, name), f"{name} lists no resource")
    conditions = raw.get("Condition")
    if conditions == {}:
        yield Flaw(EMPTY_CONDITION, (*path, "Condition"), "the condition is empty and restricts nothing")
    for operator, block in conditions.items() if isinstance(conditions, dict) else ():
        if block == {}:
            yield Flaw(
                EMPTY_CONDITION, (*path, "Condition", operator), f"{shown(operator)} has no key and restricts nothing"
            )
    for name in ("Principal", "NotPrincipal"):
        yield from _empty_principals(raw.get(name), (*path, name))


def _empty_principals(value: Any, path: Path) -> Iterator[Flaw]:
    if value == {}:
        yield Flaw(EMPTY_PRINCIPAL, path, f"{path[-1]} names nobody")
    if isinstance(value, dict):
        for kind, listed in value.items():
            if listed == []:
                yield Flaw(EMPTY_PRINCIPALS, (*path, kind), f"{shown(kind)} lists nobody")


def raw_statement(policy: Policy, statement: Statement) -> dict[str, Any]:
    """A statement as it stands in the JSON."""
    listed = policy.source.value["Statement"]
    raw: dict[str, Any] = listed[statement.index] if isinstance(listed, list) else listed
    return raw
