"""Resource policies that speak of what they are not attached to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import arns, service_data
from auditor.policy.elements import Kind
from auditor.policy.linting.action_names import action_places, is_exact
from auditor.policy.linting.issue import Flaw, error, shown
from auditor.policy.resource_policies import resource_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement

FOREIGN_ACTION: Final = error(
    "policy-action-foreign",
    "UNSUPPORTED_ACTION_IN_POLICY",
    "A resource policy names an action of another service",
    "The policy is asked about requests to its own resource only, so the action is never allowed or denied by it.",
    "Remove the action.",
)
FOREIGN_RESOURCE: Final = error(
    "policy-resource-foreign",
    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
    "A resource policy names a resource of another type",
    "The policy is asked about requests to its own resource only, so no request is about the one named.",
    "Write the ARN of the resource that the policy is attached to.",
)
_OF_TRUST: Final = "role-trust"


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The actions and resources of a trust policy, or of a policy whose resource type is known."""
    known = resource_policy(_OF_TRUST if policy.kind is Kind.TRUST else policy.resource_type)
    if policy.kind not in (Kind.RESOURCE, Kind.TRUST) or known is None:
        return
    for path, text in action_places(statement):
        service = text.partition(":")[0].lower()
        if is_exact(service) and service_data.is_service(service) and service not in known.services:
            about = f"on a resource of type {known.name}" if policy.kind is Kind.RESOURCE else "that assumes a role"
            yield Flaw(FOREIGN_ACTION, path, f"{shown(text)} is no action {about}")
    for element, listed in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
        for position, text in enumerate(listed or ()):
            if known.resources and text.startswith("arn:") and arns.parse(text) and not _fits(text, known.resources):
                message = f"{shown(text)} is no resource of type {known.name}"
                yield Flaw(FOREIGN_RESOURCE, (*statement.path, element, position), message)


@lru_cache(maxsize=4_096)
def _fits(text: str, types: tuple[str, ...]) -> bool:
    found = [service_data.resource_type(*name.split("/", 1)) for name in types]
    return any(arns.fits_format(text, known.arn_format) for known in found if known)
