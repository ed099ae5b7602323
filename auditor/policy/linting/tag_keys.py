"""Conditions on tags, with actions whose requests carry none.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import service_data
from auditor.policy.linting.action_names import named
from auditor.policy.linting.issue import Flaw, security_warning, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement

DENY: Final = security_warning(
    "policy-tag-deny-unsupported",
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "A deny by tag names actions that know no tags",
    "Requests for these actions never carry the tag, so they are not denied, whatever the resource is tagged with.",
    "Deny these actions in a statement of their own, by the names of the resources.",
)
DENY_NOT_ACTION: Final = security_warning(
    "policy-tag-deny-not-action",
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "A deny by tag with NotAction",
    "Of all the actions that NotAction takes in, those whose requests carry no tag are not denied.",
    "List the actions to be denied in Action.",
)
ALLOW: Final = suggestion(
    "policy-tag-allow-unsupported",
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "An allow by tag names actions that know no tags",
    "Requests for these actions never carry the tag, so they are never allowed by this statement.",
    "Allow these actions in a statement of their own, by the names of the resources.",
    severity="low",
)
ALLOW_NOT_ACTION: Final = suggestion(
    "policy-tag-allow-not-action",
    "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "An allow by tag with NotAction",
    "Of all the actions that NotAction takes in, only those whose requests carry the tag are allowed.",
    "List the actions to be allowed in Action.",
    severity="low",
)

_FAMILIES: Final = ("aws:resourcetag/", "aws:requesttag/")


def statement(_policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The tag conditions of a statement that a request without the tag does not meet."""
    for condition in statement.conditions:
        if condition.key.startswith(_FAMILIES) and _needs_tag(condition):
            yield from _unsupported(statement, condition)


def _needs_tag(condition: Condition) -> bool:
    absent_is_enough = condition.if_exists or condition.quantifier == "forallvalues" or "not" in condition.operator
    return not absent_is_enough and condition.operator != "null"


def _unsupported(statement: Statement, condition: Condition) -> Iterator[Flaw]:
    written = shown(condition.written[1])
    if statement.not_actions is not None:
        check = ALLOW_NOT_ACTION if statement.allow else DENY_NOT_ACTION
        effect = "allowed" if statement.allow else "denied"
        yield Flaw(check, condition.path, f"actions that do not know {written} are not {effect}", at_key=True)
        return
    family = condition.key.partition("/")[0]
    lacking = {
        text.partition(":")[0].lower()
        for text in statement.actions or ()
        if text != "*" and (known := named(text)) and not any(_carries(name, family) for name in sorted(known))
    }
    if lacking:
        check = ALLOW if statement.allow else DENY
        effect = "allowed" if statement.allow else "denied"
        services = ", ".join(sorted(shown(service) for service in lacking))
        message = f"requests for actions of {services} never carry {written}, so they are not {effect}"
        yield Flaw(check, condition.path, message, at_key=True)


@lru_cache(maxsize=32_768)
def _carries(action: str, family: str) -> bool:
    known = service_data.action(action)
    return known is None or any(key.lower().startswith(family + "/") for key in known.condition_keys)
