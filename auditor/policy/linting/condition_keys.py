"""Whether AWS has the condition keys that a statement names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import service_data
from auditor.policy.linting.issue import Flaw, error, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement
    from auditor.policy.linting.issue import Check

FORMAT: Final = error(
    "policy-key-format",
    "INVALID_CONDITION_KEY_FORMAT",
    "A condition key is not of the form service:name",
    "Each key has the prefix aws or that of its service; a key without one is in no request.",
    "Write the prefix before the name, such as aws:SourceIp.",
)
UNKNOWN_GLOBAL: Final = error(
    "policy-key-global-unknown",
    "INVALID_GLOBAL_CONDITION_KEY",
    "AWS has no such global condition key",
    "A key that does not exist is in no request: a positive condition never holds, a negated one always does.",
    "Correct the name of the key.",
    severity="high",
)
UNKNOWN: Final = error(
    "policy-key-unknown",
    "INVALID_SERVICE_CONDITION_KEY",
    "The service has no such condition key",
    "A key that does not exist is in no request: a positive condition never holds, a negated one always does.",
    "Correct the name of the key.",
    severity="high",
)
UNKNOWN_SERVICE: Final = error(
    "policy-service-unknown",
    "INVALID_SERVICE",
    "There is no such service",
    "AWS documents no service of this prefix, so no request has such a key and no resource such an ARN.",
    "Correct the prefix of the service.",
)
NO_TAG: Final = error(
    "policy-key-tag-missing",
    "MISSING_TAG_KEY_IN_CONDITION",
    "A tag condition does not say which tag",
    "Each tag is a key of its own, written with the name of the tag after a slash; without it nothing is compared.",
    "Add the tag, as in aws:ResourceTag/team.",
)
ARN_UNSUPPORTED: Final = error(
    "policy-key-arn-unsupported",
    "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    "The key aws:ARN is not supported",
    "Requests do not carry aws:ARN any more, so the condition does not do what it says.",
    "Use aws:PrincipalArn for who asks, aws:SourceArn for the resource on whose behalf a service asks.",
)
TWICE: Final = error(
    "policy-key-case-repeated",
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    "A condition key stands twice in different case",
    "Keys fold case, so the two are one key, and AWS refuses the document.",
    "Merge the values under one spelling.",
)


def statement(_policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The keys of a statement, one by one."""
    spelt: dict[tuple[str, str], Condition] = {}
    for condition in statement.conditions:
        if mistake := _mistake(condition.written[1]):
            check, message, instead = mistake
            yield Flaw(check, condition.path, message, instead, at_key=True)
        first = spelt.setdefault((condition.written[0], condition.key), condition)
        if first is not condition:
            written = shown(condition.written[1])
            yield Flaw(TWICE, condition.path, f"{written} stands above as {shown(first.written[1])}", at_key=True)


@lru_cache(maxsize=8_192)
def _mistake(written: str) -> tuple[Check, str, str] | None:
    """Why there is no such key: the check, the message, and what may be meant."""
    prefix, colon, name = written.partition(":")
    if not colon or not prefix or not name:
        return FORMAT, f"{shown(written)} is not of the form service:name", ""
    if written.lower() == "aws:arn":
        return ARN_UNSUPPORTED, "requests do not carry aws:ARN", '"aws:PrincipalArn"'
    if service_data.condition_key(written):
        return None
    if service_data.condition_key(written.rstrip("/") + "/tag"):
        return NO_TAG, f"{shown(written)} does not say which tag", ""
    near = service_data.nearest_key(written)
    instead = f'"{near}"' if near else ""
    meant = f"; did you mean {near}?" if near else ""
    if prefix.lower() == "aws":
        return UNKNOWN_GLOBAL, f"AWS has no key {shown(written)}{meant}", instead
    if "." in prefix:
        return None
    if service_data.is_service(prefix) or prefix.lower() in service_data.table().key_owners:
        return UNKNOWN, f"{shown(prefix)} has no key {shown(written)}{meant}", instead
    if service_data.retired(prefix):
        return None
    return UNKNOWN_SERVICE, f"there is no service {shown(prefix)}{meant}", instead
