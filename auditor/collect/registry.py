"""All collectors, what each needs, and the permissions that follow."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from auditor.collect.collector import Collector
from auditor.snapshot.opt_in import OPT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable

MODULES = (
    *("access_analyzer", "account_management", "cloudtrail", "config", "credentials", "event_history", "identity"),
    *("identitystore", "last_accessed", "logs", "organizations", "policy_validation", "principals"),
    *("resource_policies", "sagemaker", "spending", "sso", "support", "trail_buckets", "workloads"),
)
"""The modules of this package that have collectors."""

ALWAYS = ("sts.caller_identity",)
"""Sections that every look takes: a report must say whose account it is about."""

ACTIONS = {
    "access-analyzer:ListFindingsV2": "access-analyzer:ListFindings",
    "budgets:DescribeBudgets": "budgets:ViewBudget",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "sts:GetCallerIdentity": "",
}
"""Operations that an IAM action of another name allows; STS tells every caller who it is.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""


@cache
def collectors() -> dict[str, Collector]:
    """Every collector, by the section that it fills."""
    modules = (import_module(f"auditor.collect.{name}") for name in MODULES)
    found = (value for module in modules for value in vars(module).values())
    return {value.produces: value for value in found if isinstance(value, Collector)}


def default_sections() -> tuple[str, ...]:
    """Every section except those that cost a call for each user, sorted."""
    return tuple(sorted(section for section in collectors() if section not in OPT_IN))


def closure(sections: Iterable[str]) -> tuple[str, ...]:
    """The sections, those that every look takes, and those that they start from; sorted."""
    known = collectors()
    found: set[str] = set()
    waiting = [*sections, *ALWAYS]
    while waiting:
        section = waiting.pop()
        if section not in found:
            found.add(section)
            waiting.extend(known[section].starts_from)
    return tuple(sorted(found))


def action(operation: str) -> str:
    """The IAM action that allows an operation; empty where it needs none."""
    return ACTIONS.get(operation, operation)


def operations(sections: Iterable[str]) -> tuple[str, ...]:
    """The operations that collecting the sections may call, sorted."""
    known = collectors()
    return tuple(sorted({call for section in closure(sections) for call in known[section].calls}))


def permissions(sections: Iterable[str]) -> tuple[str, ...]:
    """The IAM actions that collecting the sections needs, sorted."""
    return tuple(sorted({action(call) for call in operations(sections)} - {""}))


def organization_permissions(sections: Iterable[str]) -> tuple[str, ...]:
    """Those of the permissions that serve only to ask about the organization, sorted.

    AWS answers such calls in the management account and to delegated administrators alone.
    """
    known = collectors()
    elsewhere = {
        call for section in closure(sections) if known[section].scope != "organization" for call in known[section].calls
    }
    return tuple(sorted(set(permissions(sections)) - {action(call) for call in elsewhere}))
