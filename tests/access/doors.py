"""Roles as callers from outside meet them, made of the statements of their trust policies."""

from __future__ import annotations

from typing import Any

from auditor.access.exposure import Trust
from auditor.policy.document import Policy
from auditor.policy.elements import Kind

ACCOUNT = "111122223333"
OTHER = "999988887777"
ORGANIZATION = "o-own1234567"
ANYONE = {"AWS": "*"}


def let(principal: Any = None, action: Any = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    """One statement that allows; keyword arguments are condition operators with their keys and values."""
    made: dict[str, Any] = {"Effect": "Allow", "Principal": principal or ANYONE, "Action": action}
    return {**made, "Condition": condition} if condition else made


def refuse(action: Any = "sts:*", **condition: Any) -> dict[str, Any]:
    """One statement that denies everyone."""
    return {**let("*", action, **condition), "Effect": "Deny"}


def door(*statements: dict[str, Any], organization: str | None = ORGANIZATION, **more: Any) -> Trust:
    """A role with a trust policy of these statements."""
    policy = Policy.of({"Version": "2012-10-17", "Statement": list(statements)}, Kind.TRUST)
    arn, taken_at = f"arn:aws:iam::{ACCOUNT}:role/door", "2026-11-20T12:00:00+00:00"
    return Trust(arn, ACCOUNT, policy, taken_at, organization=organization, **more)
