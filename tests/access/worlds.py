"""Small accounts, made of what matters for access: users, roles, groups and their policies."""

from __future__ import annotations

import json
from typing import Any

from auditor.access.world import World
from auditor.snapshot.snapshot import Snapshot

ACCOUNT = "111122223333"
OTHER = "444455556666"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
_CREATED = "2025-01-01T00:00:00Z"


def allow(*actions: str, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """One Allow statement; keyword arguments are condition operators with their keys and values."""
    return _statement("Allow", actions, resource, condition)


def deny(*actions: str, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """One Deny statement."""
    return _statement("Deny", actions, resource, condition)


def _statement(effect: str, actions: tuple[str, ...], resource: Any, condition: dict[str, Any]) -> dict[str, Any]:
    made = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(*principals: str, actions: tuple[str, ...] = ("sts:AssumeRole",), **condition: Any) -> str:
    """A trust policy for services, accounts, users and roles; providers by their ARN or host."""
    statements = []
    for text in principals:
        action: Any = list(actions)
        if "-provider/" in text or text == "cognito-identity.amazonaws.com":
            action = "sts:AssumeRoleWithSAML" if ":saml-" in text else "sts:AssumeRoleWithWebIdentity"
            kind = "Federated"
        else:
            kind = "Service" if text.endswith(".amazonaws.com") else "AWS"
        made = {"Effect": "Allow", "Principal": {kind: text}, "Action": action}
        statements.append({**made, "Condition": condition} if condition else made)
    return document(*statements)


class Builder:
    """One account, put together step by step."""

    def __init__(self, account: str = ACCOUNT, organization: Any = None) -> None:
        self.account = account
        self.organization = organization
        self.iam: dict[str, dict[str, Any]] = {
            section: {} for section in ("users", "groups", "roles", "policies", "saml_providers", "oidc_providers")
        }
        self.iam["aws_managed_policies"] = {}
        self.view: dict[str, Any] = {}
        """What the account is told of its organization besides what every member is."""
        self.gaps: list[dict[str, Any]] = []

    def arn(self, kind: str, name: str, path: str = "/") -> str:
        return f"arn:aws:iam::{self.account}:{kind}{path}{name}"

    def user(self, name: str, *statements: dict[str, Any], groups: tuple[str, ...] = (), **more: Any) -> str:
        arn = self.arn("user", name)
        self.iam["users"][name] = {
            "UserName": name, "UserId": f"AIDA{name.upper()}", "Arn": arn, "CreateDate": _CREATED,
            "UserPolicyList": _inline(statements, more), "GroupList": list(groups), **_common(more),
        }  # fmt: skip
        return arn

    def role(self, name: str, trusts: str, *statements: dict[str, Any], path: str = "/", **more: Any) -> str:
        arn = self.arn("role", name, path)
        self.iam["roles"][name] = {
            "RoleName": name, "RoleId": f"AROA{name.upper()}", "Arn": arn, "CreateDate": _CREATED, "Path": path,
            "AssumeRolePolicyDocument": trusts, "RolePolicyList": _inline(statements, more), **_common(more),
        }  # fmt: skip
        return arn

    def group(self, name: str, *statements: dict[str, Any], attached: tuple[str, ...] = ()) -> str:
        arn = self.arn("group", name)
        self.iam["groups"][name] = {
            "GroupName": name, "Arn": arn, "CreateDate": _CREATED, "GroupPolicyList": _inline(statements),
            "AttachedManagedPolicies": _links(attached),
        }  # fmt: skip
        return arn

    def policy(self, name: str, *statements: dict[str, Any], others: Any = None) -> str:
        """A managed policy; `others` are the statements of its other versions, if these are known."""
        arn = self.arn("policy", name)
        made: dict[str, Any] = {"Arn": arn, "PolicyName": name, "DefaultVersionId": "v1"}
        if others is not None:
            made["OtherVersions"] = [
                {"VersionId": f"v{number}", "Document": document(*version)} for number, version in enumerate(others, 2)
            ]
        self.iam["policies"][arn] = {**made, "Document": document(*statements)}
        return arn

    def provider(self, kind: str, name: str) -> str:
        arn = self.arn(f"{kind}-provider", name)
        self.iam[f"{kind}_providers"][arn] = {"Arn": arn, **({"Url": name} if kind == "oidc" else {})}
        return arn

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot.model_validate(
            {
                "schema": "auditor/snapshot/v1",
                "account": self.account,
                "iam": self.iam,
                "organizations": {"organization": self.organization, **self.view},
                "gaps": self.gaps,
                "collection": {"taken_at": "2026-01-01T00:00:00Z", "tool_version": "1.0"},
            }
        )

    @property
    def world(self) -> World:
        return World.of(self.snapshot)


def _inline(statements: tuple[dict[str, Any], ...], more: Any = None) -> list[dict[str, Any]]:
    named = {"own": statements, "further": (more or {}).get("inline", ())}
    return [{"PolicyName": name, "PolicyDocument": document(*them)} for name, them in named.items() if them]


def _links(arns: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in arns]


def _common(more: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"AttachedManagedPolicies": _links(more.get("attached", ()))}
    if boundary := more.get("boundary"):
        made["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary}
    made["Tags"] = [{"Key": key, "Value": value} for key, value in more.get("tags", {}).items()]
    return made
