"""Grants of whole services, and of writing to every resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import OwnInlinePolicy, OwnManagedPolicy, OwnPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_LEAST = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
_KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html"
_TAGS = ("iam", "permissions", "least-privilege")
_DECRYPT = ("kms:Decrypt", "kms:ReEncryptFrom")


@rule(
    "policy-service-wildcard",
    severity="medium",
    over=OwnPolicy,
    claims=("S25", "S41"),
    tags=_TAGS,
    title="Policy allows every action of a service on every resource",
    fix="Name the actions that the work takes, and the resources.",
    docs=_LEAST,
)
def policy_service_wildcard(policy: OwnPolicy) -> Iterator[Finding]:
    """Among all actions of a service are those that delete, share and reconfigure, and those that AWS adds tomorrow.

    How the grant is written makes no difference: a wildcard, NotAction or a list. A policy that denies one of the
    service's actions outright, or names resources, does not grant all. A policy that allows everything is not judged
    here.
    """
    found = policy.limited().full_services()
    if found:
        names = [service for service, _ in found]
        yield policy.granting_services(names, [broad for _, broad in found])


@rule(
    "policy-kms-decrypt-all-keys",
    severity="medium",
    over=OwnManagedPolicy,
    claims=("S41",),
    tags=(*_TAGS, "kms"),
    title="Customer managed policy allows decryption with every KMS key",
    fix="Name the keys in Resource.",
    docs=_KMS,
)
def policy_kms_decrypt_all_keys(policy: OwnManagedPolicy) -> Iterator[Finding]:
    """A key protects data from those who may read where it is stored; whoever may use every key undoes that.

    A key's policy has its say as well. It is taken to leave the key to the account's policies, as AWS writes it.
    """
    yield from policy.allowing("allows {actions} with every key", policy.broad(_DECRYPT))


@rule(
    "policy-kms-decrypt-all-keys-inline",
    severity="medium",
    over=OwnInlinePolicy,
    claims=("S41",),
    tags=(*_TAGS, "kms"),
    title="Inline policy allows decryption with every KMS key",
    fix="Name the keys in Resource.",
    docs=_KMS,
)
def policy_kms_decrypt_all_keys_inline(policy: OwnInlinePolicy) -> Iterator[Finding]:
    """The same as for customer managed policies, where lists of policies do not show it."""
    yield from policy.allowing("allows {actions} with every key", policy.broad(_DECRYPT))


@rule(
    "policy-kms-full-access",
    severity="medium",
    over=OwnPolicy,
    claims=("S41",),
    tags=(*_TAGS, "kms"),
    title="Policy allows every KMS action on every key",
    fix="Tell those who use keys from those who administer them, and name the keys.",
    docs=_KMS,
)
def policy_kms_full_access(policy: OwnPolicy) -> Iterator[Finding]:
    """Whoever uses keys need not be able to delete them or rewrite their policies.

    A policy that allows everything is not judged here.
    """
    yield from _whole(policy, "kms")


@rule(
    "policy-cloudtrail-full-access",
    severity="medium",
    over=OwnPolicy,
    claims=("S41",),
    tags=(*_TAGS, "cloudtrail"),
    title="Policy allows every CloudTrail action on every trail",
    fix="Allow reading trails and events; leave changing and stopping them to those who run the logs.",
    docs="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
)
def policy_cloudtrail_full_access(policy: OwnPolicy) -> Iterator[Finding]:
    """Whoever may stop a trail works unseen from then on.

    A policy that allows everything is not judged here.
    """
    yield from _whole(policy, "cloudtrail")


def _whole(policy: OwnPolicy, service: str) -> Iterator[Finding]:
    for name, broad in policy.limited().full_services():
        if name == service:
            yield policy.granting_services([name], [broad])


@rule(
    "policy-marketplace-subscribe-star",
    severity="medium",
    over=OwnPolicy,
    claims=("S1",),
    tags=(*_TAGS, "cost"),
    title="Policy allows subscribing to every product of AWS Marketplace",
    fix="Limit aws-marketplace:Subscribe by aws-marketplace:ProductId, or leave it to those who buy.",
    docs="https://docs.aws.amazon.com/marketplace/latest/buyerguide/buyer-iam-users-groups-policies.html",
)
def policy_marketplace_subscribe_star(policy: OwnPolicy) -> Iterator[Finding]:
    """A subscription costs money and brings in software of others. It takes no resource, so only a condition limits it.

    A policy that allows everything is not judged here.
    """
    found = policy.limited().broad(("aws-marketplace:Subscribe",))
    yield from policy.allowing("allows {actions} for every product", found)


@rule(
    "policy-write-resource-star",
    severity="medium",
    over=OwnPolicy,
    claims=("S41",),
    tags=_TAGS,
    title="Policy allows a write action on *, where it could name resources",
    fix="Name the resources in Resource.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
)
def policy_write_resource_star(policy: OwnPolicy) -> Iterator[Finding]:
    """Not every action takes a resource; where one does, `*` means that nobody thought about which.

    Judged are statements whose Resource is `*`, and actions whose access level AWS gives as write and that take
    resources. A policy that allows everything is not judged here.
    """
    found = [broad for broad in policy.limited().some_of_level("Write") if "*" in (broad.statement.resources or ())]
    yield from policy.allowing("allows writing to every resource, such as by {actions}, by the resource *", found)


@rule(
    "policy-infrastructure-modification",
    severity="low",
    over=OwnPolicy,
    claims=("S41",),
    tags=_TAGS,
    title="Policy allows changing or deleting every resource of a type",
    fix="Name the resources in Resource, or limit the statement by their tags.",
    docs=_LEAST,
)
def policy_infrastructure_modification(policy: OwnPolicy) -> Iterator[Finding]:
    """A mistake or a stolen session reaches all of the account's resources of that type, production among them.

    How every resource is written makes no difference: `*`, an ARN with wildcards or NotResource. Actions to write and
    to tag count, if they take resources. A policy that allows everything is not judged here.
    """
    found = policy.limited().some_of_level("Write", "Tagging")
    yield from policy.allowing("allows changing every resource, such as by {actions}", found)
