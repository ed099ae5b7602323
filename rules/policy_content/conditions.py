"""Conditions that are missing, or that do not hold what they seem to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import OwnPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_TAGS = ("iam", "permissions", "conditions")
_SENSITIVE = ("iam", "sts", "kms", "organizations")


@rule(
    "policy-sensitive-action-no-condition",
    severity="low",
    over=OwnPolicy,
    claims=("S41",),
    tags=_TAGS,
    title="Policy allows changing IAM, STS, KMS or Organizations under no condition",
    fix="Add a condition that the work meets and a thief does not: MFA, a network, a tag, the organization.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#use-policy-conditions",
)
def policy_sensitive_action_no_condition(policy: OwnPolicy) -> Iterator[Finding]:
    """Who is who, and who reads what, is decided in these services: a stolen key alone should not be enough there.

    Judged are the actions that write or manage permissions. Conditions of an Allow count, and those of a Deny, if a
    plain request without MFA, tags or a network fails them. A policy that allows everything is not judged here.
    """
    found = policy.limited().unconditional(*_SENSITIVE)
    yield from policy.allowing("allows sensitive actions under no condition, such as {actions}", found)


@rule(
    "policy-mfa-condition-ineffective",
    severity="medium",
    over=OwnPolicy,
    claims=("S41",),
    tags=(*_TAGS, "mfa"),
    title="Policy asks for MFA in a way that access keys get around",
    fix='In an Allow use Bool, in a Deny BoolIfExists with "false", on aws:MultiFactorAuthPresent.',
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
)
def policy_mfa_condition_ineffective(policy: OwnPolicy) -> Iterator[Finding]:
    """A request that is signed with a user's access key has no aws:MultiFactorAuthPresent at all, not even as false.

    So a Deny with Bool and "false" lets such requests through, and so does an Allow whose condition holds where the
    key is absent: BoolIfExists, Null, or an operator that is negated. Each condition on aws:MultiFactorAuthPresent or
    aws:MultiFactorAuthAge is tried on such a request. A Deny is made up for by another statement of the same effect
    that catches what it misses.
    """
    if found := policy.mfa_gaps:
        span = policy.document.source.span(found[0].path)
        effect = "an Allow holds" if found[0].allow else "a Deny does not hold"
        yield policy.finding(
            f"{policy.label}: {effect} for requests signed with an access key, in spite of its condition on MFA "
            f"(statement {found[0].index + 1}, line {span.line}, column {span.column} of the document)",
            at=policy.grant.place,
        )
