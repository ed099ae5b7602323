"""Whom a statement names in Principal and NotPrincipal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.policy.elements import Kind
from auditor.policy.linting.grammar import raw_statement
from auditor.policy.linting.issue import Flaw, error, general_warning, ours, security_warning, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Problem, Statement
    from auditor.policy.linting.issue import Check
    from auditor.policy.source import Path

FORMAT: Final = error(
    "policy-principal-format",
    "INVALID_PRINCIPAL_FORMAT",
    "A Principal is neither * nor an object",
    "Principals are listed under their type; a bare ARN or account is not understood, and AWS refuses the document.",
    'Write the type before the principal, as {"AWS": "123456789012"}.',
)
TYPE: Final = error(
    "policy-principal-type-unknown",
    "INVALID_PRINCIPAL_KEY",
    "There is no such type of principal",
    "The types are AWS, CanonicalUser, Federated and Service; AWS refuses any other.",
    "Write one of the four types.",
)
WILDCARD: Final = error(
    "policy-principal-wildcard",
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    "A wildcard within a principal",
    "Only a lone * stands for anyone; within an ARN or a name it is no wildcard, and AWS refuses the document.",
    "Name the principals, or name the account and test aws:PrincipalArn in a condition.",
)
ROLE_ID: Final = general_warning(
    "policy-principal-role-id",
    "INVALID_ROLE_REFERENCE",
    "A principal is the id of a role",
    "An id instead of an ARN is what is left of a role that was deleted; a new role of its name does not match.",
    "Write the ARN of the role.",
    severity="medium",
)
USER_ID: Final = general_warning(
    "policy-principal-user-id",
    "INVALID_USER_REFERENCE",
    "A principal is the id of a user",
    "An id instead of an ARN is what is left of a user that was deleted; a new user of its name does not match.",
    "Write the ARN of the user.",
    severity="medium",
)
ALLOW_NOT: Final = security_warning(
    "policy-allow-not-principal",
    "ALLOW_WITH_NOT_PRINCIPAL",
    "Allow with NotPrincipal",
    "Everyone but those named is allowed, anonymous callers and other accounts among them.",
    "Name those who are to have access in Principal.",
    severity="critical",
)
SERVICE_FORMAT: Final = error(
    "policy-service-principal-format",
    "INVALID_SERVICE_PRINCIPAL_FORMAT",
    "A service principal is misspelt",
    "A service calls under its own name, such as ec2.amazonaws.com; any other name is that of nobody.",
    "Write the name of the service as service.amazonaws.com.",
)
FEDERATED: Final = error(
    "policy-federated-unsupported",
    "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
    "A Federated principal outside a trust policy",
    "Only the trust policy of a role can name an identity provider; its users come to other resources as the role.",
    "Name the role that federated users assume.",
)
NOBODY: Final = ours(
    "policy-principal-invalid",
    "medium",
    "A principal is nobody who can make requests",
    "Principals are accounts, users, roles and sessions; a group, another resource or a misspelt ARN is none of them.",
    "Write the ARN of an account, user, role or session.",
    "reference_policies_elements_principal.html",
)

_PROBLEMS: Final = {FORMAT.code: FORMAT, TYPE.code: TYPE}
_UNIQUE_ID: Final = re.compile(r"(AROA|AIDA)[A-Z0-9]{8,124}(?::.+)?")
_PRINCIPAL_ARN: Final = re.compile(
    r"arn:(?:aws[a-z-]*|\$\{[^}]*\}):(?:iam::(?:[0-9]{12}|cloudfront|\$\{[^}]*\}):(?:root|user/.+|role/.+)"
    r"|sts::(?:[0-9]{12}|\$\{[^}]*\}):"
    r"(?:assumed-role/[^/]+/.+|federated-user/.+|self))",
    re.DOTALL,
)
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_SERVICE: Final = re.compile(
    r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|amazon\.com|aws\.internal|aws\.com"
    r"|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_REGIONAL: Final = re.compile(
    r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]+(?:-[a-z]+)+-[0-9]+\.(?:[a-z0-9-]+\.)+[a-z]+"
)
"""https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service"""
_SERVICE_KEYS: Final = frozenset(
    {
        *("iam:passedtoservice", "iam:awsservicename", "kms:viaservice", "aws:calledvia", "aws:calledviafirst"),
        *("aws:calledvialast", "aws:principalservicename", "aws:principalservicenameslist"),
        *("secretsmanager:viaservice", "organizations:serviceprincipal"),
    }
)
"""Keys whose values are names of services."""


def malformed(_policy: Policy, problem: Problem) -> Iterator[Flaw]:
    """Principals that could not be understood when the document was read."""
    if check := _PROBLEMS.get(problem.code):
        yield Flaw(check, problem.path, problem.message, at_key=check is TYPE)


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The principals of a statement, and the services that its conditions name."""
    if statement.allow and statement.not_principals is not None:
        message = "everyone but those named is allowed, anonymous callers included"
        yield Flaw(ALLOW_NOT, (*statement.path, "NotPrincipal"), message, at_key=True)
    for path, kind, text in places(policy, statement):
        if mistake := _mistake(policy.kind, kind, text):
            yield Flaw(mistake[0], path, mistake[1])
    for condition in statement.conditions:
        if condition.key in _SERVICE_KEYS and condition.operator.startswith("string"):
            regional = condition.key == "kms:viaservice"
            known, example = (_REGIONAL, "s3.eu-west-1.amazonaws.com") if regional else (_SERVICE, "ec2.amazonaws.com")
            for position, text in enumerate(condition.values):
                if "*" not in text and "?" not in text and "${" not in text and not known.fullmatch(text):
                    message = f"{shown(text)} is no name of a service, such as {example}"
                    yield Flaw(SERVICE_FORMAT, (*condition.path, position), message)


def places(policy: Policy, statement: Statement) -> Iterator[tuple[Path, str, str]]:
    """Each principal of a statement: its path, its type, and itself."""
    if statement.principals is None and statement.not_principals is None:
        return
    raw = raw_statement(policy, statement)
    for element in ("Principal", "NotPrincipal"):
        listed = raw.get(element)
        if isinstance(listed, dict):
            for kind, entries in listed.items():
                for position, text in enumerate(entries if isinstance(entries, list) else [entries]):
                    if isinstance(text, str):
                        yield (*statement.path, element, kind, position), kind, text


def _mistake(policy_kind: Kind, kind: str, text: str) -> tuple[Check, str] | None:
    """Why a principal is not as AWS asks."""
    if kind == "Federated" and policy_kind is not Kind.TRUST:
        return FEDERATED, f"a policy of kind {policy_kind} cannot name an identity provider"
    if ("*" in text or "?" in text) and not (kind == "AWS" and text == "*"):
        return WILDCARD, f"{shown(text)} is not a pattern: only a lone * under AWS stands for anyone"
    if kind == "Service" and not _SERVICE.fullmatch(text):
        return SERVICE_FORMAT, f"{shown(text)} is no name of a service, such as ec2.amazonaws.com"
    if kind != "AWS" or text == "*":
        return None
    if found := _UNIQUE_ID.fullmatch(text):
        check, of = (ROLE_ID, "role") if found[1] == "AROA" else (USER_ID, "user")
        return check, f"{shown(text)} is the id of a {of}, as a rule of one that was deleted"
    if not _PRINCIPAL_ARN.fullmatch(text) and not _ACCOUNT.fullmatch(text) and "${" not in text:
        return NOBODY, f"{shown(text)} is no account, user, role or session"
    return None
