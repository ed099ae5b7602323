"""Resource policies and trust policies that let the public in.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.policy.actions import matches
from auditor.policy.elements import Kind
from auditor.policy.linting.issue import OPAQUE, Flaw, ours, shown
from auditor.policy.patterns import glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement

PUBLIC: Final = ours(
    "policy-public",
    "high",
    "A resource policy lets the public in",
    "Anyone, with an account of AWS or without, can make the request that the message shows.",
    "Name those who are to have access, or test a key that only they have, such as aws:PrincipalOrgID.",
    "reference_policies_elements_principal.html#principal-anonymous",
)

_OF_RESOURCES: Final = frozenset({Kind.RESOURCE, Kind.TRUST})
_LONGEST: Final = 131_072
"""Longer documents are not asked about: AWS takes none, and to decide one could take long."""


def document(policy: Policy) -> Iterator[Flaw]:
    """One request of a stranger that the policy allows, at the first statement that allows it."""
    open_to_anyone = [statement for statement in policy.statements if _is_open(statement)]
    if policy.kind not in _OF_RESOURCES or not open_to_anyone or len(policy.source.text) > _LONGEST:
        return
    from auditor.policy.public import check_public

    request = check_public(policy).witness
    if request is None:
        return
    action = request.action
    allowing = [statement for statement in open_to_anyone if _names(statement, action)] or open_to_anyone
    element = "Principal" if allowing[0].principals else "NotPrincipal"
    message = f"anyone is allowed {shown(action)} on {shown(_as_written(allowing[0], request.resource))}"
    yield Flaw(PUBLIC, (*allowing[0].path, element), message)


def _as_written(statement: Statement, resource: str) -> str:
    """A resource of an example; the pattern that stands for it where only the deployment fills the pattern in."""
    patterns = statement.resources or ()
    if any(OPAQUE not in pattern and glob(pattern)(resource) for pattern in patterns):
        return resource
    return next((pattern for pattern in patterns if OPAQUE in pattern), resource)


def _is_open(statement: Statement) -> bool:
    principals = statement.principals
    return statement.allow and (statement.not_principals is not None or (principals is not None and principals.anyone))


def _names(statement: Statement, action: str) -> bool:
    if statement.actions is not None:
        return any(matches(pattern, action) for pattern in statement.actions)
    return not any(matches(pattern, action) for pattern in statement.not_actions or ())
