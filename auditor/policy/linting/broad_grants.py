"""Statements that grant everything, or all but a list.

https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.policy.elements import Kind
from auditor.policy.linting.issue import Flaw, ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement

ADMINISTRATOR: Final = ours(
    "policy-admin",
    "high",
    "A statement allows every action on every resource",
    "Whoever has this policy is an administrator of the account and can undo every other control in it.",
    "Name the actions and resources that are needed.",
    "best-practices.html#grant-least-privilege",
)
ALL_BUT_ACTIONS: Final = ours(
    "policy-notaction-allow",
    "medium",
    "A statement allows every action but some",
    "It also allows the actions of all other services, and whatever AWS adds in time.",
    "Name the actions that are needed in Action; to forbid some, add a statement that denies them.",
    "reference_policies_elements_notaction.html",
)
ALL_BUT_RESOURCES: Final = ours(
    "policy-notresource-allow",
    "medium",
    "A statement allows its actions on every resource but some",
    "It also allows them on the resources of all other services and on those that have yet to be made.",
    "Name the resources that are needed in Resource; to protect some, add a statement that denies them.",
    "reference_policies_elements_notresource.html",
)

_GRANTING: Final = frozenset({Kind.IDENTITY, Kind.RESOURCE})


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """A statement that allows something."""
    if policy.kind not in _GRANTING or not statement.allow:
        return
    path = statement.path
    everything = [
        position for position, text in enumerate(statement.actions or ()) if text.strip("*") in ("", ":") and text
    ]
    if policy.kind is Kind.IDENTITY and everything and "*" in (statement.resources or ()) and not statement.conditions:
        yield Flaw(ADMINISTRATOR, (*path, "Action", everything[0]), "every action on every resource is allowed")
    if statement.not_actions is not None:
        yield Flaw(ALL_BUT_ACTIONS, (*path, "NotAction"), "every action but those listed is allowed", at_key=True)
    if statement.not_resources is not None:
        yield Flaw(ALL_BUT_RESOURCES, (*path, "NotResource"), "every resource but those listed is allowed", at_key=True)
