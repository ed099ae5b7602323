"""Trust policies of roles: who may assume a role, and with which sign-in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.policy.actions import matches
from auditor.policy.elements import Kind
from auditor.policy.linting.grammar import raw_statement
from auditor.policy.linting.issue import Flaw, error, general_warning, security_warning, shown, suggestion
from auditor.policy.linting.principals import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement
    from auditor.policy.source import Path

NOT_PRINCIPAL: Final = error(
    "policy-trust-not-principal",
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    "NotPrincipal in a trust policy",
    "IAM refuses a trust policy with NotPrincipal.",
    "Name those who may assume the role in Principal.",
)
ANYONE: Final = error(
    "policy-trust-anyone",
    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    "A trust policy with a bare * as its principal",
    "IAM does not take a bare * in a trust policy; what was meant is a role for anyone in any account.",
    "Name the accounts, roles or services that may assume the role.",
    severity="critical",
)
RESOURCE: Final = error(
    "policy-trust-resource",
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    "Resource in a trust policy",
    "The role is the resource of its own trust policy, and IAM refuses one that names another.",
    "Remove the element.",
)
FEDERATED_FORMAT: Final = error(
    "policy-trust-federated-format",
    "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
    "A Federated principal that is neither a domain nor a provider",
    "Identity providers are named by their domain, or by the ARN of the SAML or OIDC provider in the account.",
    "Write the ARN of the provider.",
)
WRONG_ACTION: Final = error(
    "policy-trust-action-mismatch",
    "MISMATCHED_ACTION_FOR_PRINCIPAL",
    "A provider with the sign-in of the other kind",
    "A SAML provider signs in with sts:AssumeRoleWithSAML only, an OIDC provider with sts:AssumeRoleWithWebIdentity.",
    "Use the action that belongs to the provider.",
)
ROLES_ANYWHERE: Final = error(
    "policy-trust-roles-anywhere",
    "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
    "A trust policy for Roles Anywhere lacks an action",
    "Roles Anywhere assumes the role, sets its source identity and tags the session; without one of them it cannot.",
    "Allow sts:AssumeRole, sts:SetSourceIdentity and sts:TagSession.",
)
SESSION: Final = suggestion(
    "policy-trust-session-redundant",
    "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    "A session stands beside its own role",
    "Whoever is trusted as a role is trusted in each session of it.",
    "Remove the session, or the role if only the session is meant.",
    severity="low",
)
OIDC: Final = security_warning(
    "policy-trust-oidc-unrestricted",
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    "An OIDC provider is trusted without a condition on its tokens",
    "Whoever can get a token from the provider can assume the role.",
    "Test the provider's aud and sub claims.",
    severity="critical",
)
GITHUB: Final = security_warning(
    "policy-trust-github-any-repository",
    "MISSING_GITHUB_REPO_CONDITION_KEY",
    "GitHub Actions are trusted without saying which repository",
    "Any workflow of anyone on GitHub can assume the role.",
    "Test token.actions.githubusercontent.com:sub for the repository and branch.",
    severity="critical",
)
GITHUB_WIDE: Final = general_warning(
    "policy-trust-github-wildcard",
    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
    "A wildcard in the GitHub repository or branch that is trusted",
    "Every branch, pull request or repository that the pattern takes in can assume the role.",
    "Name one repository and one branch or environment.",
    severity="medium",
)
ANY_AUDIENCE: Final = security_warning(
    "policy-trust-audience-foranyvalue",
    "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    "ForAnyValue on an audience that has one value",
    "The tokens of this provider have one audience; ForAnyValue lets in a token that is also meant for someone else.",
    "Remove ForAnyValue:.",
)
AUDIENCE: Final = suggestion(
    "policy-trust-audience-type",
    "CONFIRM_AUDIENCE_CLAIM_TYPE",
    "It depends on the provider whether a qualifier on the audience is right",
    "Some providers put one audience into a token, some several; the qualifier is right for the latter only.",
    "Look the provider's tokens up, and remove the qualifier if they have one audience.",
    severity="low",
)

_GITHUB: Final = "token.actions.githubusercontent.com"
_ONE_AUDIENCE: Final = frozenset(
    {
        *(_GITHUB, "accounts.google.com", "cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com"),
        *("gitlab.com", "app.terraform.io", "agent.buildkite.com"),
    }
)
"""Providers that document one audience a token."""
_SAML_ARN: Final = re.compile(r"arn:[^:]+:iam::[^:]+:saml-provider/.+")
_OIDC_ARN: Final = re.compile(r"arn:[^:]+:iam::[^:]+:oidc-provider/(.+)")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[^:\s]*)?")
_ROLE_ARN: Final = re.compile(r"arn:[^:]+:iam::([^:]+):role/(.+)")
_SESSION_ARN: Final = re.compile(r"arn:[^:]+:sts::([^:]+):assumed-role/([^/]+)/.+")
_ROLES_ANYWHERE: Final = ("Service", "rolesanywhere.amazonaws.com")
_FOR_ROLES_ANYWHERE: Final = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
_WEB, _SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """A statement of a trust policy."""
    if policy.kind is not Kind.TRUST:
        return
    path = statement.path
    raw = raw_statement(policy, statement)
    for element in ("Resource", "NotResource"):
        if element in raw:
            yield Flaw(RESOURCE, (*path, element), f"a trust policy has no {element}", at_key=True)
    if "NotPrincipal" in raw:
        yield Flaw(NOT_PRINCIPAL, (*path, "NotPrincipal"), "a trust policy has no NotPrincipal", at_key=True)
    if raw.get("Principal") == "*":
        yield Flaw(ANYONE, (*path, "Principal"), "a trust policy cannot have a bare * as its principal")
    listed = list(places(policy, statement))
    yield from _sessions(listed)
    if statement.allow:
        yield from _roles_anywhere(statement, listed)
        for place, kind, text in listed:
            if kind == "Federated":
                yield from _federated(statement, place, text)
    for condition in statement.conditions:
        if condition.key.endswith(":aud") and condition.quantifier and condition.operator != "null":
            yield _audience(condition)
        if condition.key == f"{_GITHUB}:sub" and statement.allow and "not" not in condition.operator:
            yield from _github(condition)


def _sessions(listed: list[tuple[Path, str, str]]) -> Iterator[Flaw]:
    roles = {
        (text.split(":")[4], text.rpartition("/")[2]) for _, _, text in listed if ":iam:" in text and ":role/" in text
    }
    for path, _, text in listed:
        if (found := _SESSION_ARN.fullmatch(text)) and (found[1], found[2]) in roles:
            yield Flaw(SESSION, path, f"the role {shown(found[2])} is trusted already, with all its sessions")


def _roles_anywhere(statement: Statement, listed: list[tuple[Path, str, str]]) -> Iterator[Flaw]:
    path = next(
        (path for path, kind, text in listed if (kind, text) == ("Service", "rolesanywhere.amazonaws.com")), None
    )
    if path is None or statement.actions is None:
        return
    lacking = [name for name in _FOR_ROLES_ANYWHERE if not any(matches(action, name) for action in statement.actions)]
    if lacking:
        yield Flaw(ROLES_ANYWHERE, (*statement.path, "Action"), f"Roles Anywhere needs {' and '.join(lacking)} as well")


def _federated(statement: Statement, path: Path, text: str) -> Iterator[Flaw]:
    saml = _SAML_ARN.fullmatch(text) is not None
    oidc = _OIDC_ARN.fullmatch(text)
    provider = oidc[1] if oidc else text
    if not saml and not oidc and not _DOMAIN.fullmatch(text):
        yield Flaw(FEDERATED_FORMAT, path, f"{shown(text)} is neither a domain nor the ARN of a provider")
        return
    wrong, right = (_WEB, _SAML) if saml else (_SAML, _WEB)
    for position, action in enumerate(statement.actions or ()):
        if action.lower() == wrong.lower():
            message = f"{shown(text)} signs in with {right}"
            yield Flaw(WRONG_ACTION, (*statement.path, "Action", position), message, f'"{right}"')
    if saml or not any(matches(action, _WEB) for action in statement.actions or ()):
        return
    keys = {condition.key for condition in statement.conditions if condition.operator != "null"}
    if not any(key.startswith(f"{provider.lower()}:") for key in keys):
        yield Flaw(OIDC, path, f"no condition tests the tokens of {shown(provider)}")
    if provider == _GITHUB and f"{_GITHUB}:sub" not in keys:
        yield Flaw(GITHUB, path, f"no condition tests {_GITHUB}:sub")


def _audience(condition: Condition) -> Flaw:
    provider = condition.key.removesuffix(":aud")
    path, written = condition.path[:-1], condition.written[0]
    if provider in _ONE_AUDIENCE and condition.quantifier == "foranyvalue":
        message = f"tokens of {shown(provider)} have one audience"
        return Flaw(ANY_AUDIENCE, path, message, f'"{written.partition(":")[2]}"', at_key=True)
    return Flaw(AUDIENCE, path, f"is {shown(condition.written[1])} one value or several?", at_key=True)


def _github(condition: Condition) -> Iterator[Flaw]:
    for position, text in enumerate(condition.values):
        if "*" in text or "?" in text:
            yield Flaw(GITHUB_WIDE, (*condition.path, position), f"{shown(text)} takes in more than one branch")
