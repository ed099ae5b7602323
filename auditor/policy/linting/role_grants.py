"""Grants of iam:PassRole and iam:CreateServiceLinkedRole that are wider than the roles that were meant.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.actions import matches
from auditor.policy.elements import Kind
from auditor.policy.linting.action_names import is_exact
from auditor.policy.linting.issue import Flaw, general_warning, security_warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.linting.issue import Check
    from auditor.policy.source import Path

_PASS_WHY: Final = "Whoever may pass a role to a service can act through the service with all that the role may do."
_PASS_FIX: Final = "Name the roles in Resource, and the service that they are for in iam:PassedToService."
_LINK_WHY: Final = (
    "It also allows roles for services that nobody meant, with the permissions that those services define."
)
_LINK_FIX: Final = "Name the service-linked role in Resource, and its service in iam:AWSServiceName."

PASS_NOT_RESOURCE: Final = security_warning(
    "policy-pass-role-not-resource",
    "PASS_ROLE_WITH_NOT_RESOURCE",
    "iam:PassRole on all roles but some",
    _PASS_WHY,
    _PASS_FIX,
)
PASS_WILD_ACTION_NOT_RESOURCE: Final = security_warning(
    "policy-pass-role-wildcard-action-not-resource",
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    "An action wildcard takes in iam:PassRole on all roles but some",
    _PASS_WHY,
    _PASS_FIX,
)
PASS_NOT_ACTION_NOT_RESOURCE: Final = security_warning(
    "policy-pass-role-not-action-not-resource",
    "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    "NotAction takes in iam:PassRole on all roles but some",
    _PASS_WHY,
    _PASS_FIX,
)
PASS_ANY: Final = security_warning(
    "policy-pass-role-any",
    "PASS_ROLE_WITH_STAR_IN_RESOURCE",
    "iam:PassRole on any role",
    _PASS_WHY,
    _PASS_FIX,
)
PASS_WILD_ACTION_ANY: Final = security_warning(
    "policy-pass-role-wildcard-action-any",
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
    "An action wildcard takes in iam:PassRole on any role",
    _PASS_WHY,
    _PASS_FIX,
)
PASS_NOT_ACTION_ANY: Final = security_warning(
    "policy-pass-role-not-action-any",
    "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    "NotAction takes in iam:PassRole on any role",
    _PASS_WHY,
    _PASS_FIX,
)
LINK_NOT_RESOURCE: Final = general_warning(
    "policy-create-slr-not-resource",
    "CREATE_SLR_WITH_NOT_RESOURCE",
    "iam:CreateServiceLinkedRole for all services but some",
    _LINK_WHY,
    _LINK_FIX,
)
LINK_WILD_ACTION_NOT_RESOURCE: Final = general_warning(
    "policy-create-slr-wildcard-action-not-resource",
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    "An action wildcard takes in iam:CreateServiceLinkedRole for all services but some",
    _LINK_WHY,
    _LINK_FIX,
)
LINK_NOT_ACTION_NOT_RESOURCE: Final = general_warning(
    "policy-create-slr-not-action-not-resource",
    "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    "NotAction takes in iam:CreateServiceLinkedRole for all services but some",
    _LINK_WHY,
    _LINK_FIX,
)
LINK_ANY: Final = general_warning(
    "policy-create-slr-any",
    "CREATE_SLR_WITH_STAR_IN_RESOURCE",
    "iam:CreateServiceLinkedRole for any service",
    _LINK_WHY,
    _LINK_FIX,
)
LINK_WILD_ACTION_ANY: Final = general_warning(
    "policy-create-slr-wildcard-action-any",
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    "An action wildcard takes in iam:CreateServiceLinkedRole for any service",
    _LINK_WHY,
    _LINK_FIX,
)
LINK_NOT_ACTION_ANY: Final = general_warning(
    "policy-create-slr-not-action-any",
    "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    "NotAction takes in iam:CreateServiceLinkedRole for any service",
    _LINK_WHY,
    _LINK_FIX,
)


_BY_NAME, _BY_WILDCARD, _BY_NOT_ACTION = range(3)


class _Grant(NamedTuple):
    """An action that is about roles, and its checks by how it is granted: by name, by wildcard, by NotAction."""

    action: str
    key: str
    """The condition key that says which service the role is for."""
    beginnings: tuple[str, ...]
    """How the resource part of a role's ARN begins; what follows tells one role from another."""
    any_role: tuple[Check, Check, Check]
    all_but: tuple[Check, Check, Check]


_GRANTS: Final = (
    _Grant(
        "iam:PassRole",
        "iam:passedtoservice",
        ("role/",),
        (PASS_ANY, PASS_WILD_ACTION_ANY, PASS_NOT_ACTION_ANY),
        (PASS_NOT_RESOURCE, PASS_WILD_ACTION_NOT_RESOURCE, PASS_NOT_ACTION_NOT_RESOURCE),
    ),
    _Grant(
        "iam:CreateServiceLinkedRole",
        "iam:awsservicename",
        ("role/aws-service-role/", "role/"),
        (LINK_ANY, LINK_WILD_ACTION_ANY, LINK_NOT_ACTION_ANY),
        (LINK_NOT_RESOURCE, LINK_WILD_ACTION_NOT_RESOURCE, LINK_NOT_ACTION_NOT_RESOURCE),
    ),
)


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """Grants of an identity policy; policies of other kinds grant nothing of this sort."""
    if policy.kind is not Kind.IDENTITY or not statement.allow:
        return
    for grant in _GRANTS:
        found = _granted(statement, grant.action)
        if found is None:
            continue
        way, path = found
        any_role = any(_is_any(text, grant.beginnings) for text in statement.resources or ())
        if statement.not_resources is not None:
            check, message = grant.all_but[way], f"{grant.action} is allowed on all roles but those listed"
        elif any_role and not _names_service(statement, grant.key):
            check, message = grant.any_role[way], f"{grant.action} is allowed on any role"
        else:
            continue
        yield Flaw(check, path, message, at_key=way == _BY_NOT_ACTION)


def _granted(statement: Statement, action: str) -> tuple[int, Path] | None:
    """How a statement grants an action, and by which entry."""
    listed = [(position, text) for position, text in enumerate(statement.actions or ()) if matches(text, action)]
    for position, text in sorted(listed, key=lambda entry: not is_exact(entry[1])):
        return _BY_NAME if is_exact(text) else _BY_WILDCARD, (*statement.path, "Action", position)
    excluded = statement.not_actions
    if excluded is not None and not any(matches(text, action) for text in excluded):
        return _BY_NOT_ACTION, (*statement.path, "NotAction")
    return None


def _is_any(resource: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a resource leaves the name of the role open altogether."""
    if resource == "*":
        return True
    parts = resource.split(":", 5)
    name = parts[-1]
    if "*" not in name:
        return False
    for beginning in beginnings:
        name = name.removeprefix(beginning)
    return not name.strip("*?/") or "role/".startswith(name.strip("*?"))


def _names_service(statement: Statement, key: str) -> bool:
    return any(
        condition.key == key and "not" not in condition.operator and condition.operator != "null"
        for condition in statement.conditions
        if any(text.strip("*") for text in condition.values)
    )
