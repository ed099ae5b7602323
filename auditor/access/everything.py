"""Which policies allow everything."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.actions import everything, statement_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.world import World
    from auditor.policy.document import Policy
    from auditor.policy.layers import Policies

_OF_AWS: Final = ("AdministratorAccess", "IAMFullAccess")
"""AWS's own policies that make an administrator."""

STRONG_OF_AWS: Final = (
    *("AWSManagedAccountManagementAccess", "AWSMcpServiceActionsFullAccess", "AdministratorAccess-Amplify"),
    *("WellArchitectedConsoleFullAccess", "service-role/AWSCodeStarServiceRole"),
)
"""Those of the rest whose holder can give itself everything."""


def administrative(world: World) -> list[str]:
    """Managed policies that allow everything."""
    partitions = sorted(set(world.partitions.values()))
    aws = [f"arn:{name}:iam::aws:policy/{policy}" for name in partitions for policy in _OF_AWS]
    own = [arn for arn, policy in sorted(world.policies.items()) if policy.document and _is_everything(policy.document)]
    return [*aws, *own]


def strong_aws_policies(world: World) -> Iterator[str]:
    """AWS's own policies whose holder can give itself everything, though they do not seem to say so."""
    return (
        f"arn:{name}:iam::aws:policy/{policy}"
        for name in sorted(set(world.partitions.values()))
        for policy in STRONG_OF_AWS
    )


def covers_everything(policies: Policies) -> bool:
    """Whether no action is left out by the identity policies, and none by the boundary."""
    layers = [policies.identity, *([policies.boundaries] if policies.boundaries else [])]
    return all(_all_actions(layer) for layer in layers)


@lru_cache(maxsize=8_192)
def _all_actions(layer: tuple[Policy, ...]) -> bool:
    covered = 0
    for policy in layer:
        for statement in policy.statements:
            if not statement.allow and not statement.conditions:
                return False
            if statement.allow and "*" in (statement.resources or ()):
                covered |= statement_mask(statement.actions, statement.not_actions)
    return covered == everything()


@lru_cache(maxsize=2_048)
def _is_everything(policy: Policy) -> bool:
    return _all_actions((policy,)) and not any(statement.conditions for statement in policy.statements)
