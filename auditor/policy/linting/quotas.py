"""How long a document may be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.elements import Kind
from auditor.policy.linting.issue import Flaw, error, general_warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.linting.issue import Check

_WHY: Final = "AWS refuses a document that is longer than the quota."
_FIX: Final = "Split the document, or use wildcards and fewer statements."

IDENTITY: Final = general_warning(
    "policy-too-long-identity",
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    "An identity policy is too long",
    _WHY,
    _FIX,
    severity="medium",
)
TRUST: Final = general_warning(
    "policy-too-long-trust",
    "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
    "A trust policy is too long",
    "The quota of an account is 2,048 characters, unless AWS raised it, to 4,096 at most.",
    _FIX,
    severity="medium",
)
RESOURCE: Final = general_warning(
    "policy-too-long-resource",
    "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
    "A resource policy is too long",
    _WHY,
    _FIX,
    severity="medium",
)
SCP: Final = error(
    "policy-too-long-scp",
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    "A service control policy is too long",
    _WHY,
    _FIX,
)
RCP: Final = error(
    "policy-too-long-rcp",
    "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
    "A resource control policy is too long",
    _WHY,
    _FIX,
)


class _Quota(NamedTuple):
    characters: int
    check: Check


_QUOTAS: Final = {
    Kind.IDENTITY: _Quota(6_144, IDENTITY),
    Kind.BOUNDARY: _Quota(6_144, IDENTITY),
    Kind.SESSION: _Quota(2_048, IDENTITY),
    Kind.TRUST: _Quota(2_048, TRUST),
    Kind.VPC_ENDPOINT: _Quota(20_480, RESOURCE),
    Kind.SCP: _Quota(10_240, SCP),
    Kind.RCP: _Quota(5_120, RCP),
}
"""By kind. The quota of SCPs was 5,120 until May 2026; that of VPC endpoint policies stands at
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html."""
_STRING_OR_SPACE: Final = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|\s+', re.DOTALL)


def document(policy: Policy) -> Iterator[Flaw]:
    """The length of a document without white space outside strings, which tools drop before they send it."""
    quota = _quota_of(policy)
    if quota is None or len(policy.source.text) <= quota.characters:
        return
    length = len(_STRING_OR_SPACE.sub(r"\1", policy.source.text))
    if length > quota.characters:
        yield Flaw(quota.check, (), f"the document has {length:,} characters; the quota is {quota.characters:,}")


def _quota_of(policy: Policy) -> _Quota | None:
    if policy.kind is not Kind.RESOURCE:
        return _QUOTAS[policy.kind]
    from auditor.policy.resource_policies import resource_policy

    known = resource_policy(policy.resource_type) if policy.resource_type else None
    return _Quota(known.quota, RESOURCE) if known and known.quota else None
