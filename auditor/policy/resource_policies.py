"""The types of resources that can have a policy of their own, and what such a policy can speak of.

Types have the names of Access Analyzer and CloudFormation, and short ones of ours.
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from auditor.policy.data.resource_policies import ROWS


class ResourcePolicy(NamedTuple):
    """A type of resource policy."""

    name: str
    """Short, such as `s3-bucket`."""
    type: str
    """As Access Analyzer or CloudFormation names the resource, such as `AWS::S3::Bucket`; "" where neither does."""
    services: tuple[str, ...]
    """The prefixes of the actions that the policy can allow or deny."""
    resources: tuple[str, ...]
    """What the policy can name as a resource: resource types, as `service/type`, of the service data. Empty for a
    policy without Resource."""
    quota: int | None
    """The longest policy that is accepted by default, in characters, white space included but for a role's trust
    policy; None where AWS documents none."""
    check_public: bool
    """Whether Access Analyzer's CheckNoPublicAccess takes the type."""
    docs: str
    """The page that documents the policy, and its quota if there is one."""


def resource_policies() -> tuple[ResourcePolicy, ...]:
    """All types, sorted by name."""
    return tuple(sorted({policy.name: policy for policy in _by_name().values()}.values()))


def resource_policy(name: str) -> ResourcePolicy | None:
    """The type that has this name, short or long, in any case."""
    return _by_name().get(name.lower())


def nearest_resource_policy(name: str) -> str:
    """The short name that a mistaken one may stand for; "" where none is near."""
    from auditor.policy.nearest import nearest

    near = resource_policy(nearest(name, _by_name()))
    return near.name if near else ""


@cache
def _by_name() -> dict[str, ResourcePolicy]:
    listed = [
        ResourcePolicy(
            name=name,
            type=kind,
            services=tuple(services.split()),
            resources=tuple(resources.split("|")) if resources else (),
            quota=quota,
            check_public=check_public,
            docs=f"https://docs.aws.amazon.com/{page}",
        )
        for name, kind, services, resources, quota, check_public, page in ROWS
    ]
    return {name.lower(): policy for policy in listed for name in (policy.name, policy.type) if name}
