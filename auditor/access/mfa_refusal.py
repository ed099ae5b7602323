"""Whether denials refuse a user all that it asks for without having presented MFA.

What a request carries decides. One that is signed with a user's access key has no `aws:MultiFactorAuthPresent` at
all; one from a session that was opened without MFA has it as false; neither has `aws:MultiFactorAuthAge`. No policy
keeps a user from opening such a session.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from auditor.access.exposure import items
from auditor.policy.actions import everything, shared, statement_mask
from auditor.policy.comparison import Comparison, compare
from auditor.policy.conditions import depends_on
from auditor.policy.document import Policy
from auditor.policy.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.actors import Actor

_PRESENT: Final = "aws:MultiFactorAuthPresent"
_AGE: Final = "aws:MultiFactorAuthAge"

_SELF_SERVICE: Final = (
    *("iam:ChangePassword", "iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice", "iam:EnableMFADevice"),
    *("iam:Get*", "iam:List*", "iam:ResyncMFADevice", "sts:GetCallerIdentity", "sts:GetSessionToken"),
)
"""What may be left out of the refusal: reading IAM, the first password, a user's way to its first device.

Taking a device away is not in the list, and neither is sts:AssumeRole: a stolen key could do both.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
"""

_WITHOUT_MFA: Final = (
    {"Bool": {"aws:ViaAWSService": "false"}, "Null": {_PRESENT: "true", _AGE: "true", "aws:CalledVia": "true"}},
    {"Bool": {"aws:ViaAWSService": "false", _PRESENT: "false"}, "Null": {_AGE: "true", "aws:CalledVia": "true"}},
)
"""What requests carry that a user sends itself: no service makes one for a user whom it did not let in."""

_TAG: Final = "aws:principaltag/"
_OF_USER: Final = ("aws:principalaccount", "aws:principalarn", "aws:userid", "aws:username")
_EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class Passing(NamedTuple):
    """Whether some request gets past all denials, and where that is not known why."""

    answer: Literal["no", "yes", "may"]
    reason: str = ""


def passing_without_mfa(actor: Actor) -> Passing:
    """Whether a request without MFA gets past all denials, if nothing else keeps the user from what it asks for.

    `no` where they refuse everything but self-service. Denials count whatever policy they stand in, and together.
    """
    above = (policy for level in actor.policies.scps for policy in level.policies)
    policies = (*actor.policies.identity, *actor.policies.boundaries, *above)
    if everything() & ~statement_mask(_SELF_SERVICE, None) & ~reduce(or_, map(_denied, policies), 0):
        return Passing("yes")
    denials = tuple(filter(None, map(_denials, policies)))
    found = _compared(denials, tuple(_others(actor, denials)))
    return Passing(found.answer, found.reason)


@lru_cache(maxsize=2_048)
def _denied(policy: Policy) -> int:
    """The actions that a document denies in some requests at least."""
    denying = (statement for statement in policy.statements if not statement.allow)
    return shared(reduce(or_, (statement_mask(it.actions, it.not_actions) for it in denying), 0))


@lru_cache(maxsize=4_096)
def _compared(denials: tuple[Policy, ...], others: tuple[tuple[str, str, str], ...]) -> Comparison:
    """Everything without MFA is allowed, less the denials; self-service, and what others ask for, is no concern."""
    asked = [{**_EVERYTHING, "Condition": condition} for condition in _WITHOUT_MFA]
    of_others = [{**_EVERYTHING, "Condition": {operator: {key: value}}} for operator, key, value in others]
    accepted: list[dict[str, Any]] = [{**_EVERYTHING, "Action": list(_SELF_SERVICE)}, *of_others]
    return compare(_policy(accepted), (_policy(asked), *denials))


def _policy(statements: list[dict[str, Any]]) -> Policy:
    return Policy.of({"Version": "2012-10-17", "Statement": statements})


@lru_cache(maxsize=2_048)
def _denials(policy: Policy) -> Policy | None:
    """A policy of a document's denials alone; None where it has none."""
    understood = {statement.index for statement in policy.statements if not statement.allow}
    kept = [item for index, item in enumerate(items(policy)) if index in understood]
    return Policy.of({"Version": policy.version, "Statement": kept}) if kept else None


def _others(actor: Actor, denials: tuple[Policy, ...]) -> Iterator[tuple[str, str, str]]:
    """Conditions that only requests of others meet, on what the denials ask of who calls."""
    implied = Request(actor.arn, "any:Action").context
    known = {**{key: implied.get(key) for key in _OF_USER}, **actor.context}
    read = {
        key
        for policy in denials
        for statement in policy.statements
        for condition in statement.conditions
        for key in depends_on(condition, policy.version)
    }
    for key in sorted(read):
        value = known.get(key)
        if value is not None:
            yield "StringNotEquals", key, value[0] if isinstance(value, tuple) else str(value)
        elif key.startswith(_TAG):
            yield "Null", key, "false"
