"""Managed policies of an account: which there are, which are attached, how often."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING

from .aws_managed import aws_managed, names
from .iam_shapes import no_such_entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .entities import ManagedPolicy
    from .state import Account


def uses(account: Account, arn: str) -> tuple[int, int]:
    """How many entities have the policy attached, and how many have it as a boundary."""
    attachments, boundaries = _counts(account)
    return attachments[arn], boundaries[arn]


def find(account: Account, arn: str) -> ManagedPolicy:
    """The local or AWS managed policy of that ARN, or NoSuchEntity."""
    policy = _local(account).get(arn) or aws_managed(arn.rpartition("/")[2])
    if policy is None or account.arn_of(policy) != arn:
        raise no_such_entity(f"Policy {arn} does not exist or is not attachable.")
    return policy


def attached_aws(account: Account) -> Sequence[ManagedPolicy]:
    """The AWS managed policies that something in the account uses, sorted by name."""
    attachments, boundaries = _counts(account)
    owned = f"arn:{account.partition}:iam::aws:"
    return [
        find(account, arn)
        for arn in sorted({*attachments, *boundaries}, key=lambda arn: arn.rpartition("/")[2].lower())
        if arn.startswith(owned)
    ]


def all_aws() -> Sequence[ManagedPolicy]:
    """The whole catalogue of AWS managed policies."""
    return [policy for name in names() if (policy := aws_managed(name))]


@functools.lru_cache(maxsize=64)
def _counts(account: Account) -> tuple[Counter[str], Counter[str]]:
    principals = (*account.users, *account.roles)
    attachments = Counter(arn for entity in (*principals, *account.groups) for arn in entity.attached)
    return attachments, Counter(entity.boundary for entity in principals if entity.boundary)


@functools.lru_cache(maxsize=64)
def _local(account: Account) -> dict[str, ManagedPolicy]:
    return {account.arn_of(policy): policy for policy in account.policies}
