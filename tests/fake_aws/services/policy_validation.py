"""Access Analyzer's validation of policy documents: a few of its checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..operations import operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..state import Account

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"


@operation("accessanalyzer", "ValidatePolicy")
def validate_policy(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """What there is to say about a document."""
    text = params["policyDocument"]
    found = [_finding(text, *each) for each in _checked(text)]
    asked = {"NextToken": params.get("nextToken"), "MaxResults": params.get("maxResults", 100)}
    page, more = cut_by_token(found, asked, largest=100, binding=text)
    return {"findings": page, **({"nextToken": more["NextToken"]} if more else {})}


def _checked(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Type, code and words of each finding, and what in the text it points at."""
    try:
        document = json.loads(text)
    except ValueError:
        yield "ERROR", "JSON_SYNTAX_ERROR", "Fix the JSON syntax error.", ""
        return
    if "Version" not in document:
        yield "WARNING", "MISSING_VERSION", "We recommend that you specify the Version element.", ""
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        yield from _of_statement(statement)


def _of_statement(statement: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    actions = statement.get("Action", [])
    actions = actions if isinstance(actions, list) else [actions]
    if statement["Effect"] == "Allow" and statement.get("Resource") in ("*", ["*"]):
        if "iam:PassRole" in actions:
            words = "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive."
            yield "SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE", words, "iam:PassRole"
        elif {"*", "iam:*"} & set(actions):
            words = "Using wildcards (*) in the action and the resource can be overly permissive."
            yield "SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", words, "Action"
    if statement.get("Resource") == []:
        yield "SUGGESTION", "EMPTY_ARRAY_RESOURCE", "The empty array does nothing.", "Resource"


def _finding(text: str, kind: str, code: str, words: str, at: str) -> dict[str, Any]:
    start = max(text.find(at), 0)
    return {
        "findingType": kind,
        "issueCode": code,
        "findingDetails": words,
        "learnMoreLink": f"{GUIDE}#access-analyzer-reference-policy-checks-{code.lower().replace('_', '-')}",
        "locations": [
            {
                "path": [{"value": "Statement"}],
                "span": {"start": _position(text, start), "end": _position(text, start + len(at))},
            }
        ],
    }


def _position(text: str, offset: int) -> dict[str, int]:
    line = text.count("\n", 0, offset)
    return {"line": line + 1, "column": offset - text.rfind("\n", 0, offset) - 1, "offset": offset}
