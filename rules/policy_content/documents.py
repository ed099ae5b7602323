"""Documents that do not say what they seem to: what `auditor lint` finds in files, in the account's own policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.api import OwnManagedPolicy, OwnPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_GRAMMAR = _GUIDE + "reference_policies_grammar.html"
_TAGS = ("iam", "permissions", "documents")

UNKNOWN_ACTION: Final = ("policy-action-unknown", "policy-action-service-unknown")
NEVER_MATCHING: Final = (
    *("policy-resource-never-matches", "policy-resource-unused", "policy-arn-fields", "policy-arn-prefix"),
    *("policy-arn-partition", "policy-arn-resource-format", "policy-arn-region-not-allowed"),
    *("policy-arn-account-not-allowed", "policy-arn-account-invalid", "policy-arn-service-case"),
    *("policy-arn-account-missing", "policy-arn-region-missing", "policy-arn-region-unknown", "policy-service-unknown"),
)
FOREIGN_KEY: Final = (
    *("policy-key-unknown", "policy-key-global-unknown", "policy-key-not-for-action", "policy-key-irrelevant"),
    *("policy-key-format", "policy-key-arn-unsupported", "policy-key-tag-missing"),
)
MISTYPED: Final = (
    *("policy-operator-mismatch", "policy-operator-unknown", "policy-condition-mixed-types"),
    *("policy-value-not-boolean", "policy-value-not-date", "policy-value-not-ip-range", "policy-value-not-number"),
    *("policy-boolean-several", "policy-string-like-on-arn", "policy-null-if-exists", "policy-null-quantified"),
)
MALFORMED: Final = (
    *("policy-json-syntax", "policy-json-key-repeated", "policy-element-unknown", "policy-element-combination"),
    *("policy-statement-missing", "policy-effect-missing", "policy-effect-unknown", "policy-action-missing"),
    *("policy-resource-missing", "policy-data-type", "policy-version-unknown", "policy-sid-repeated"),
    *("policy-sid-characters", "policy-principal-unsupported", "policy-key-case-repeated"),
)


@rule(
    "policy-notaction-allow",
    severity="medium",
    over=OwnPolicy,
    claims=("S41",),
    tags=_TAGS,
    title="Policy allows every action but some",
    fix="Name the actions that are needed in Action; to forbid some, add a statement that denies them.",
    docs=_GUIDE + "reference_policies_elements_notaction.html",
)
def policy_notaction_allow(policy: OwnPolicy) -> Iterator[Finding]:
    """NotAction also allows the actions of all other services, and whatever AWS adds in time.

    A statement counts as long as it allows actions of services that nobody named: not where a condition has to be met
    first, nor where another statement denies all but some actions.
    """
    if policy.allows_unnamed:
        yield from policy.flawed("policy-notaction-allow")


@rule(
    "policy-notresource-allow",
    severity="medium",
    over=OwnPolicy,
    claims=("S41",),
    tags=_TAGS,
    title="Policy allows its actions on every resource but some",
    fix="Name the resources that are needed in Resource; to protect some, add a statement that denies them.",
    docs=_GUIDE + "reference_policies_elements_notresource.html",
)
def policy_notresource_allow(policy: OwnPolicy) -> Iterator[Finding]:
    """NotResource takes in all resources that have yet to be made, and those of other accounts.

    A statement counts if it allows something with a resource that nobody named: not where a condition has to be met
    first, nor where another statement denies all but some resources.
    """
    if policy.allows_unnamed_resources:
        yield from policy.flawed("policy-notresource-allow")


@rule(
    "policy-unknown-action",
    severity="low",
    over=OwnPolicy,
    tags=_TAGS,
    title="Policy names an action or service that does not exist",
    fix="Correct the spelling, or remove the action.",
    docs=_GUIDE + "reference_policies_elements_action.html",
)
def policy_unknown_action(policy: OwnPolicy) -> Iterator[Finding]:
    """A mistyped action allows nothing; in a Deny it forbids nothing, and that goes unnoticed.

    Actions and services that AWS has retired are another rule's.
    """
    yield from policy.flawed(*UNKNOWN_ACTION)


@rule(
    "policy-resource-mismatch",
    severity="low",
    over=OwnPolicy,
    tags=_TAGS,
    title="Policy has an action that can never match its resource",
    fix="Give each action the type of resource that it takes.",
    docs=_GUIDE + "reference_policies_elements_resource.html",
)
def policy_resource_mismatch(policy: OwnPolicy) -> Iterator[Finding]:
    """Such a statement does nothing for the action: an Allow that is missed, or a Deny that does not protect."""
    yield from policy.flawed(*NEVER_MATCHING)


@rule(
    "policy-unknown-condition-key",
    severity="medium",
    over=OwnPolicy,
    tags=_TAGS,
    title="Policy has a condition key that does not apply to its actions",
    fix="Use a key that AWS documents for the action, or split the statement.",
    docs=_GUIDE + "reference_policies_condition-keys.html",
)
def policy_unknown_condition_key(policy: OwnPolicy) -> Iterator[Finding]:
    """A key that a request never has makes a condition always false, or always true if it is negated or IfExists."""
    yield from policy.flawed(*FOREIGN_KEY)


@rule(
    "policy-condition-type-mismatch",
    severity="medium",
    over=OwnPolicy,
    tags=_TAGS,
    title="Policy has a condition operator that does not fit its key or value",
    fix="Use the operator for the type of the key, and a value of that type.",
    docs=_GUIDE + "reference_policies_elements_condition_operators.html",
)
def policy_condition_type_mismatch(policy: OwnPolicy) -> Iterator[Finding]:
    """What cannot be compared never matches: the statement allows nothing, or its Deny forbids nothing."""
    yield from policy.flawed(*MISTYPED)


@rule(
    "policy-malformed",
    severity="medium",
    over=OwnPolicy,
    tags=_TAGS,
    title="Stored policy is malformed",
    fix="Correct the document; IAM refuses one like it today.",
    docs=_GRAMMAR,
)
def policy_malformed(policy: OwnPolicy) -> Iterator[Finding]:
    """Policies that were stored long ago, or by other means, may have elements that IAM no longer understands.

    A statement that is malformed grants and refuses nothing in our reading.
    """
    yield from policy.unreadable() or policy.flawed(*MALFORMED)


@rule(
    "policy-old-version",
    severity="low",
    over=OwnPolicy,
    tags=_TAGS,
    title="Policy is of the old version of the language",
    fix='Set Version to "2012-10-17", and look for text of the form ${...}, which becomes a variable.',
    docs=_GUIDE + "reference_policies_elements_version.html",
)
def policy_old_version(policy: OwnPolicy) -> Iterator[Finding]:
    """With 2008-10-17, or with no Version, policy variables are plain text, so that statements miss what they mean."""
    if policy.document.version != "2012-10-17":
        yield policy.finding(f"{policy.label} has no Version of 2012-10-17", at=policy.grant.place)


@rule(
    "policy-retired-service-grant",
    severity="low",
    over=OwnPolicy,
    claims=("S50",),
    tags=_TAGS,
    title="Policy grants a service that AWS has retired",
    fix="Remove the action.",
    docs=_GUIDE + "best-practices.html#bp-remove-credentials",
)
def policy_retired_service_grant(policy: OwnPolicy) -> Iterator[Finding]:
    """A grant for a service that has ended serves nobody, and makes every review longer."""
    yield from policy.flawed("policy-action-retired")


@rule(
    "policy-wildcard-account-or-region-arn",
    severity="low",
    over=OwnPolicy,
    claims=("S25",),
    tags=_TAGS,
    title="Policy leaves the account or region of a resource open",
    fix="Write the account and the region that are meant.",
    docs=_GUIDE + "reference_arns.html",
)
def policy_wildcard_account_or_region_arn(policy: OwnPolicy) -> Iterator[Finding]:
    """An ARN with `*` for the account reaches what other accounts share, and `*` for the region where nobody looks.

    Judged are resources of Allow statements, of services whose ARNs have the part. A Resource of `*` is other rules'.
    """
    found = policy.open_arns
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield policy.finding(f"{policy.label} allows actions on {found[0]!a}{more}", at=policy.grant.place)


@rule(
    "policy-unused",
    severity="low",
    over=OwnManagedPolicy,
    claims=("S38",),
    tags=("iam", "permissions", "unused"),
    title="Customer managed policy is attached to nothing",
    fix="Delete the policy.",
    docs=_GUIDE + "access_policies_manage-delete.html",
    cli="aws iam delete-policy --policy-arn POLICY_ARN",
)
def policy_unused(policy: OwnManagedPolicy) -> Iterator[Finding]:
    """A policy that nobody has is one that nobody keeps up to date, until somebody attaches it.

    One that is used as a permissions boundary is in use.
    """
    if not policy.is_attached:
        yield policy.finding(f"{policy.label} is attached to nothing", at=policy.grant.place)
