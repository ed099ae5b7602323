"""Service control policies and resource control policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.policy import service_data
from auditor.policy.elements import Kind
from auditor.policy.linting.action_names import action_places, is_exact
from auditor.policy.linting.grammar import raw_statement
from auditor.policy.linting.issue import Flaw, error, general_warning, shown
from auditor.policy.linting.service_principals import SOURCE_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Problem, Statement

SCP_PRINCIPAL: Final = error(
    "policy-scp-principal",
    "SCP_SYNTAX_ERROR_PRINCIPAL",
    "A Principal in a service control policy",
    "An SCP is about all principals of the accounts below it; Organizations refuses one that names any.",
    "Remove the element, and test aws:PrincipalArn in a condition.",
)
SCP_WILDCARD: Final = error(
    "policy-scp-action-wildcard",
    "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
    "An action of a service control policy has a wildcard before its end",
    "Until September 2025 Organizations took wildcards only at the end of an action; Access Analyzer still says so.",
    "List the actions, or end the pattern with the wildcard.",
    severity="low",
)
RCP_PRINCIPAL: Final = error(
    "policy-rcp-principal",
    "RCP_SYNTAX_ERROR_PRINCIPAL",
    "A resource control policy names principals",
    'Organizations takes "Principal": "*" in an RCP and nothing else.',
    'Write "Principal": "*", and test keys such as aws:PrincipalArn in a condition.',
)
RCP_ALLOW: Final = error(
    "policy-rcp-allow",
    "RCP_SYNTAX_ERROR_ALLOW",
    "A resource control policy allows something",
    "RCPs only take away; Allow stands in the one that AWS attaches itself, for everything and without condition.",
    "Write what is to be denied.",
)
RCP_NOT_ACTION: Final = error(
    "policy-rcp-not-action",
    "RCP_SYNTAX_ERROR_NOTACTION",
    "NotAction in a resource control policy",
    "Organizations refuses NotAction in an RCP.",
    "List the actions in Action.",
)
RCP_ACTION: Final = error(
    "policy-rcp-action-unsupported",
    "RCP_SYNTAX_ERROR_ACTION",
    "A resource control policy names a service that honours none",
    "RCPs apply to some services only, and each action has to name its service; a lone * is refused.",
    "Name actions of the services that AWS lists for RCPs.",
)
RCP_NEEDS_NO_SERVICE: Final = general_warning(
    "policy-rcp-principal-key-hits-services",
    "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    "A resource control policy tests a key of principals without sparing AWS services",
    "Calls that AWS services make by themselves lack the key, so they are denied with the rest.",
    'Add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}.',
    severity="medium",
)
RCP_NEEDS_SERVICE: Final = general_warning(
    "policy-rcp-source-key-hits-principals",
    "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
    "A resource control policy tests a source key without sparing users and roles",
    "Calls of users and roles lack the key, so they are denied with the rest.",
    'Add "Bool": {"aws:PrincipalIsAWSService": "true"}.',
    severity="medium",
)
RCP_NEEDS_NULL: Final = general_warning(
    "policy-rcp-source-key-without-null",
    "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
    "A resource control policy tests a source key that some calls of services lack",
    "Not every call of a service is on behalf of an account; without a test for presence those are denied as well.",
    'Add "Null": {"aws:SourceAccount": "false"}.',
    severity="medium",
)

_PRINCIPAL_KEYS: Final = (
    *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/"),
    *("aws:principaltype", "aws:userid", "aws:username"),
)
"""How keys begin that users and roles have and services have not."""
_IS_SERVICE: Final = "aws:principalisawsservice"


def malformed(_policy: Policy, problem: Problem) -> Iterator[Flaw]:
    """A Principal that was found when an SCP was read."""
    if problem.code == SCP_PRINCIPAL.code:
        yield Flaw(SCP_PRINCIPAL, problem.path, problem.message, at_key=True)


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """A statement of an SCP or RCP."""
    if policy.kind is Kind.SCP:
        for path, text in action_places(statement):
            if not is_exact(text[:-1]) or text.endswith("?"):
                yield Flaw(SCP_WILDCARD, path, f"{shown(text)} has a wildcard before its end")
    elif policy.kind is Kind.RCP:
        yield from _syntax(policy, statement)
        if not statement.allow:
            yield from _guards(statement)


def _syntax(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    path = statement.path
    raw = raw_statement(policy, statement)
    is_default = statement.actions == ("*",) and statement.resources == ("*",) and not statement.conditions
    if statement.allow and not is_default:
        yield Flaw(RCP_ALLOW, (*path, "Effect"), "an RCP denies", '"Deny"')
    for element in ("Principal", "NotPrincipal"):
        if element in raw and (element, raw[element]) != ("Principal", "*"):
            yield Flaw(RCP_PRINCIPAL, (*path, element), "the principal of an RCP is *", '"*"')
    if statement.not_actions is not None:
        yield Flaw(RCP_NOT_ACTION, (*path, "NotAction"), "an RCP lists its actions", at_key=True)
    if statement.allow:
        return
    for position, text in enumerate(statement.actions or ()):
        service = text.partition(":")[0]
        if text == "*" or not is_exact(service):
            yield Flaw(RCP_ACTION, (*path, "Action", position), f"{shown(text)} does not name its service")
        elif service_data.is_service(service) and not service_data.honours_rcps(service):
            yield Flaw(RCP_ACTION, (*path, "Action", position), f"RCPs do not apply to {shown(service)}")


def _guards(statement: Statement) -> Iterator[Flaw]:
    """Keys that are absent from some calls, in a deny that an absent key meets."""
    conditions = statement.conditions
    if not conditions:
        return
    present = {
        condition.key for condition in conditions if condition.operator == "null" and "false" in condition.values
    }
    for condition in conditions:
        if "not" not in condition.operator:
            continue
        written = shown(condition.written[1])
        if condition.key.startswith(_PRINCIPAL_KEYS) and not _is_service(conditions, "false"):
            message = f"AWS services that call by themselves lack {written} and are denied"
            yield Flaw(RCP_NEEDS_NO_SERVICE, condition.path, message, at_key=True)
        elif condition.key in SOURCE_KEYS:
            if not _is_service(conditions, "true"):
                message = f"users and roles lack {written} and are denied"
                yield Flaw(RCP_NEEDS_SERVICE, condition.path, message, at_key=True)
            if present.isdisjoint(SOURCE_KEYS):
                message = f"calls of services on behalf of no account lack {written} and are denied"
                yield Flaw(RCP_NEEDS_NULL, condition.path, message, at_key=True)


def _is_service(conditions: tuple[Condition, ...], value: str) -> bool:
    return any(
        condition.key == _IS_SERVICE and condition.operator == "bool" and value in map(str.lower, condition.values)
        for condition in conditions
    )
