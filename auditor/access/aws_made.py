"""Roles that AWS makes in accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditor.policy.document import Policy

_CONTROL_TOWER: Final = ("AWSControlTower", "aws-controltower-")
_OF_CONTROL_TOWER: Final = ("controltower", "cloudtrail", "config", "events", "lambda", "sns")
_STACK_SETS: Final = ("AWSCloudFormationStackSet", "stacksets-exec-")


def maker(arn: str, name: str, trust: Policy | None) -> str:
    """By which part of AWS a role was made: told by its path, its name and, where these can be chosen, its trust.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
    https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
    """
    path = arn.partition(":role")[2]
    if path.startswith("/aws-service-role/"):
        return "service-linked"
    if path.startswith("/aws-reserved/sso.amazonaws.com/") and name.startswith("AWSReservedSSO_"):
        return "identity-center"
    callers = _trusted(trust)
    if not callers:
        return ""
    foreign = all(_is_other_account(kind, value, arn) for kind, value in callers)
    services = {value for kind, value in callers if kind == "Service"}
    if name.startswith(_CONTROL_TOWER) and (foreign or _only(callers, services, *_OF_CONTROL_TOWER)):
        return "control-tower"
    if name.startswith(_STACK_SETS) and (foreign or _only(callers, services, "cloudformation")):
        return "stacksets"
    return "organization-access" if name == "OrganizationAccountAccessRole" and foreign else ""


def _trusted(trust: Policy | None) -> list[tuple[str, str]]:
    """Every principal that a trust policy allows; nothing where it allows anyone, or all but some."""
    callers: list[tuple[str, str]] = []
    for statement in trust.statements if trust else ():
        if statement.allow:
            if statement.principals is None or statement.principals.anyone:
                return []
            callers.extend(statement.principals.entries)
    return callers


def _is_other_account(kind: str, value: str, arn: str) -> bool:
    account = value.split(":")[4] if value.startswith("arn:") and value.count(":") >= 5 else value
    return kind == "AWS" and account != arn.split(":")[4]


def _only(callers: list[tuple[str, str]], services: set[str], *expected: str) -> bool:
    return len(callers) == len(services) and all(name.split(".")[0] in expected for name in services)
