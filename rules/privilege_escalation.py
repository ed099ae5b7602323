"""Privilege escalation: who can come by permissions that nobody gave them, and by which policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import PRINCIPALS, CustomerPolicy, Identity, InlinePolicy, NotCollected, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_PASSROLE_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_LEAST = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
_TAGS = ("iam", "permissions", "privilege-escalation")


@rule(
    "privesc-managed-policy",
    severity="high",
    over=CustomerPolicy,
    needs=PRINCIPALS,
    claims=("S38",),
    tags=_TAGS,
    title="Customer managed policy makes an administrator of whoever holds it",
    fix="Limit the actions that the finding names to the resources that the work takes, or take them out.",
    docs=_LEAST,
)
def privesc_managed_policy(policy: CustomerPolicy) -> Iterator[Finding]:
    """A policy that allows a known way to more permissions allows everything, whatever else it says.

    The policy is judged as if a user held nothing else: its own denials, conditions and resources count, and a role
    that it lets be passed or assumed matters only if that role administers the account. A policy that allows
    everything in plain words is not judged here.
    """
    if way := policy.way_up:
        yield policy.escalation(f"whoever holds policy {policy.name} can {way.words}", way)


@rule(
    "privesc-inline-policy",
    severity="high",
    over=InlinePolicy,
    needs=PRINCIPALS,
    claims=("S38",),
    tags=_TAGS,
    title="Inline policy alone makes an administrator",
    fix="Limit the actions that the finding names to the resources that the work takes, or take them out.",
    docs=_LEAST,
)
def privesc_inline_policy(policy: InlinePolicy) -> Iterator[Finding]:
    """An inline policy escapes the lists of managed ones, so that a way to more permissions in it is easily missed.

    It is judged by itself, within the permissions boundary of its user or role, and for a group as a member holds it.
    """
    if way := policy.way_up:
        yield policy.escalation(f"inline policy {policy.name} is enough to {way.words}", way)


@rule(
    "privesc-effective-principal",
    severity="critical",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S38",),
    tags=_TAGS,
    title="Principal can make itself an administrator",
    fix="Take away one of the permissions that the finding names, or limit it to the resources that the work takes.",
    docs=_LEAST,
)
def privesc_effective_principal(identity: Identity) -> Iterator[Finding]:
    """Some permissions are worth all others: who may edit its own policies, or steer a stronger role, has everything.

    All policies count together, those of groups as well, less denials, conditions, the permissions boundary and what
    of the organization was seen. Permissions that are harmless one by one are found where they meet. What a user or
    role can take over must administer the account; what runs already with a role is not seen, so that a role which
    trusts a service is taken for one that the service uses. Principals that are allowed everything in plain words, and
    roles that they may simply assume, are not told here.
    """
    identity.not_all_powerful()
    if ways := identity.ways_up:
        first, others = ways[0], len(ways) - 1
        more = f", and in {others} other way{'s' if others > 1 else ''}" if others else ""
        yield identity.escalation(f"{identity.label} can {first.words}{more}", first)
    else:
        _certain(identity)


def _certain(identity: Identity) -> None:
    """Raises NotCollected where what was not seen may make a difference."""
    if blind := identity.open_questions():
        raise NotCollected(*blind)


@rule(
    "privesc-path-to-admin",
    severity="high",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S38",),
    tags=_TAGS,
    title="A chain of steps leads a principal to administration",
    fix="Break the chain at one step: a trust policy, a role that can be passed, a credential that can be made.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html#iam-term-role-chaining",
)
def privesc_path_to_admin(identity: Identity) -> Iterator[Finding]:
    """No step of such a chain looks like administration, and its end is.

    The shortest chain is told step by step: roles that are assumed, passed or edited, credentials that are made,
    identity providers that are changed. Each step is a request that the policies allow.
    """
    identity.limited()
    if found := identity.path:
        yield identity.along(found)
    else:
        _certain(identity)


@rule(
    "privesc-passrole-to-admin",
    severity="high",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S38",),
    tags=_TAGS,
    title="Principal can pass an administrator role to a service that it can start",
    fix="Allow iam:PassRole for the roles that the work takes alone, with iam:PassedToService.",
    docs=_PASSROLE_GUIDE,
)
def privesc_passrole_to_admin(identity: Identity) -> Iterator[Finding]:
    """Whoever passes a role to a function, instance or job of its own acts as that role.

    The role must trust the service, the service must be one that the principal can start, and the role must
    administer the account, by what it is allowed or can give itself.
    """
    identity.limited()
    passing = [way for way in identity.ways_up if way.technique.kind == "pass"]
    if passing:
        yield identity.escalation(f"{identity.label} can {passing[0].words}", passing[0])
    else:
        _certain(identity)


@rule(
    "privesc-sagemaker",
    severity="high",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S25",),
    tags=(*_TAGS, "sagemaker"),
    title="SageMaker runs code as a role that is stronger than its user",
    fix="Limit sagemaker actions to the user's own domain and profile, and the execution role to what users may do.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html",
)
def privesc_sagemaker(identity: Identity) -> Iterator[Finding]:
    """A notebook, a job or Studio runs code as its execution role, whoever opens it.

    A role counts as stronger if it allows an action that its user is not allowed anywhere. Signed addresses of
    notebooks and of Studio domains count as well. Which role a domain has is not seen: a role that trusts SageMaker
    is taken for one that is in use.
    """
    yield from _through(identity, "sagemaker")


@rule(
    "privesc-servicecatalog",
    severity="medium",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S26",),
    tags=(*_TAGS, "service-catalog"),
    title="Service Catalog provisions with a role that is stronger than its user",
    fix="Limit the launch role to what its products need, and who may provision to those products.",
    docs="https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html",
)
def privesc_servicecatalog(identity: Identity) -> Iterator[Finding]:
    """A product is provisioned with its launch role: whoever shapes what is provisioned acts as that role.

    A role counts as stronger if it allows an action that its user is not allowed anywhere. Which role a product has
    is not seen: a role that trusts Service Catalog is taken for one that is in use.
    """
    yield from _through(identity, "servicecatalog")


def _through(identity: Identity, service: str) -> Iterator[Finding]:
    """A technique with an action of the service that makes a stronger role work."""
    identity.limited()
    if way := identity.way_to_stronger(service):
        yield identity.escalation(f"{identity.label} can {way.words}, which is stronger", way)
    else:
        _certain(identity)
