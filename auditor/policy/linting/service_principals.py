"""Resource policies that let AWS services in: on whose behalf a service may come.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.policy.elements import Kind
from auditor.policy.linting.issue import Flaw, error, security_warning, shown, suggestion
from auditor.policy.linting.principals import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement

UNRESTRICTED: Final = security_warning(
    "policy-service-principal-unrestricted",
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    "A service is let in on behalf of anyone",
    "Any customer of the service can point it at this resource, and it comes with the same name for all of them.",
    "Test aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths.",
    severity="medium",
)
BETTER_KEY: Final = suggestion(
    "policy-service-principal-weak-key",
    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    "A service is restricted by a key that is not made for that",
    "aws:SourceArn and its like are set by the services themselves; the key used here says less, or can be forged.",
    "Test aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths instead.",
    severity="low",
)
NEVER_SET: Final = error(
    "policy-service-principal-key-unsupported",
    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    "A condition key that calls of the service never carry",
    "A service that calls by itself is no member of an account or organization, so the key is absent from its calls.",
    "Test aws:SourceAccount, aws:SourceOrgID or aws:SourceArn instead.",
    severity="high",
)

SOURCE_KEYS: Final = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn"""
_WEAK_KEYS: Final = frozenset({"aws:referer", "kms:calleraccount"})
_OF_MEMBERS: Final = ("aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/", "aws:username")
"""How keys begin that only users and roles have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
"""
_NOT_OF: Final = {"cloudfront.amazonaws.com": frozenset({"aws:sourceorgid", "aws:sourceorgpaths"})}
"""Service -> the source keys that it does not set."""


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """A statement of a resource policy that allows services."""
    principals = statement.principals
    if policy.kind is not Kind.RESOURCE or not statement.allow or principals is None:
        return
    services = [(path, text) for path, kind, text in places(policy, statement) if kind == "Service"]
    if not services:
        return
    keys = {condition.key for condition in statement.conditions if condition.operator != "null"}
    weak = [condition for condition in statement.conditions if condition.key in _WEAK_KEYS]
    if keys.isdisjoint(SOURCE_KEYS):
        for condition in weak:
            message = f"{shown(condition.written[1])} is not made to tell on whose behalf a service comes"
            yield Flaw(BETTER_KEY, condition.path, message, at_key=True)
        for path, text in services if not weak else ():
            yield Flaw(UNRESTRICTED, path, f"{shown(text)} may come on behalf of any account")
    if len(services) == len(principals.entries) and not principals.anyone:
        yield from _never_set(statement.conditions, [text for _, text in services])


def _never_set(conditions: tuple[Condition, ...], services: list[str]) -> Iterator[Flaw]:
    for condition in conditions:
        if condition.if_exists or condition.operator == "null":
            continue
        key = condition.key
        lacking = [text for text in services if key.startswith(_OF_MEMBERS) or key in _NOT_OF.get(text, ())]
        if lacking:
            message = f"calls of {shown(lacking[0])} never carry {shown(condition.written[1])}"
            yield Flaw(NEVER_SET, condition.path, message, at_key=True)
