"""The kinds of policies that may have a say in a request, and to which callers each applies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from auditor.policy.principals import PrincipalKind
from auditor.policy.specials import BEYOND_RCPS, BY_TRUST_ALONE, POLICY_OF_BUCKET

if TYPE_CHECKING:
    from auditor.policy.document import Policy
    from auditor.policy.request import Request


class Layer(StrEnum):
    """A kind of policies, in AWS's order of evaluation."""

    AWS = "aws"
    """No policy: what AWS grants or refuses whatever policies say."""
    RCP = "rcp"
    SCP = "scp"
    VPC_ENDPOINT = "vpc-endpoint"
    RESOURCE = "resource"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"


class Level(NamedTuple):
    """The policies attached at the root of an organization, to one of its units, or to an account."""

    id: str
    policies: tuple[Policy, ...]


class Policies(NamedTuple):
    """All policies that a request meets. What is empty, or None, does not exist and so doesn't limit."""

    identity: tuple[Policy, ...] = ()
    """Attached to the user, its groups, or the role."""
    boundaries: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    """Passed when the session was made."""
    scps: tuple[Level, ...] = ()
    """From the root down to the caller's account. An Allow is needed at each level."""
    rcps: tuple[Level, ...] = ()
    """From the root down to the resource's account. RCPFullAWSAccess is implied at each level."""
    resource: Policy | None = None
    """Attached to the resource; for `sts:AssumeRole` and its like the trust policy of the role."""
    endpoint: tuple[Policy, ...] = ()
    """Of the VPC endpoint that the request passes."""
    management_account: str = ""
    """Of the organization, whose principals SCPs, and whose resources RCPs, do not limit."""


class Group(NamedTuple):
    """Policies of a layer of which one Allow is enough."""

    layer: Layer
    level: str
    """The id of a level of SCPs or RCPs, else empty."""
    first: int
    """The position of the first policy among all policies of the layer."""
    policies: tuple[Policy, ...]


_WITH_OWN_POLICIES = frozenset({PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.FEDERATED})
"""Callers whom identity policies, boundaries and session policies are about."""
_LIMITED_BY_SCPS = frozenset({*_WITH_OWN_POLICIES, PrincipalKind.ROOT})


def groups(request: Request, policies: Policies) -> list[Group]:
    """The policies that apply to a request, in AWS's order of evaluation."""
    found: list[Group] = []
    caller = request.principal
    trusted_alone = request.action_key in BY_TRUST_ALONE
    if policies.rcps and _rcps_apply(request, policies):
        found.extend(_levels(Layer.RCP, policies.rcps))
    if policies.scps and not trusted_alone and _scps_apply(request, policies):
        found.extend(_levels(Layer.SCP, policies.scps))
    attached = [
        (Layer.VPC_ENDPOINT, policies.endpoint),
        (Layer.RESOURCE, (policies.resource,) if policies.resource else ()),
    ]
    if caller.kind in _WITH_OWN_POLICIES and not trusted_alone:
        attached += [
            (Layer.IDENTITY, policies.identity),
            (Layer.BOUNDARY, policies.boundaries),
            (Layer.SESSION, policies.session),
        ]
    found.extend(Group(layer, "", 0, listed) for layer, listed in attached if listed)
    return found


def _levels(layer: Layer, levels: tuple[Level, ...]) -> list[Group]:
    found, first = [], 0
    for level in levels:
        found.append(Group(layer, level.id, first, level.policies))
        first += len(level.policies)
    return found


def _scps_apply(request: Request, policies: Policies) -> bool:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"""
    caller = request.principal
    return (
        caller.kind in _LIMITED_BY_SCPS
        and not caller.service_linked
        and not (policies.management_account and caller.account == policies.management_account)
    )


def _rcps_apply(request: Request, policies: Policies) -> bool:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"""
    from auditor.policy.service_data import honours_rcps

    return (
        honours_rcps(request.service)
        and request.action_key not in BEYOND_RCPS
        and not request.principal.service_linked
        and not (policies.management_account and request.resource_account == policies.management_account)
    )


def beyond_resource_policy(request: Request) -> bool:
    """Whether a Deny in the resource policy doesn't bind the caller."""
    return (
        request.principal.kind is PrincipalKind.ROOT
        and request.action_key in POLICY_OF_BUCKET
        and request.principal.account == request.resource_account
    )
