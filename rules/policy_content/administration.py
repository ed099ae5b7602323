"""Policies that allow everything, and AWS's own that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import AttachedAWSPolicy, NotApplicable, OwnInlinePolicy, OwnManagedPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_LEAST = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
_TAGS = ("iam", "permissions", "least-privilege")


@rule(
    "policy-full-admin-attached",
    severity="high",
    over=OwnManagedPolicy,
    claims=("S38", "S39"),
    tags=_TAGS,
    title="Attached customer managed policy allows everything",
    fix="Name the actions and resources that are needed; AdministratorAccess is plain to see.",
    docs=_LEAST,
    cli="aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://narrower.json --set-as-default",
)
def policy_full_admin_attached(policy: OwnManagedPolicy) -> Iterator[Finding]:
    """Whoever has such a policy administers the account, and its name may tell nothing of it.

    A policy that is used as a permissions boundary counts as attached. It allows everything by what it comes to:
    `*:*` and NotAction count like `*`, and a few denied actions do not make it less, as long as policies may be
    written. A condition that has to be met first, such as MFA, does.
    """
    if not policy.is_attached:
        raise NotApplicable("the policy is attached to nothing")
    yield from policy.allowing_everything()


@rule(
    "policy-full-admin-unattached",
    severity="low",
    over=OwnManagedPolicy,
    claims=("S38",),
    tags=_TAGS,
    title="Unattached customer managed policy allows everything",
    fix="Delete the policy.",
    docs=_LEAST,
    cli="aws iam delete-policy --policy-arn POLICY_ARN",
)
def policy_full_admin_unattached(policy: OwnManagedPolicy) -> Iterator[Finding]:
    """Nobody has the policy yet. Whoever may attach policies finds it ready, under a name that gives nothing away."""
    if policy.is_attached:
        raise NotApplicable("the policy is attached")
    yield from policy.allowing_everything()


@rule(
    "policy-full-admin-inline",
    severity="high",
    over=OwnInlinePolicy,
    claims=("S38", "S39"),
    tags=_TAGS,
    title="Inline policy allows everything",
    fix="Name the actions and resources that are needed; give administrators AdministratorAccess, through a group.",
    docs=_LEAST,
)
def policy_full_admin_inline(policy: OwnInlinePolicy) -> Iterator[Finding]:
    """Lists of managed policies do not show it: an inline policy makes an administrator where nobody looks.

    What counts as everything is the same as for customer managed policies. The policy is judged by itself, without
    the permissions boundary of whoever carries it.
    """
    yield from policy.allowing_everything()


@rule(
    "policy-aws-admin-attached",
    severity="medium",
    over=AttachedAWSPolicy,
    claims=("S14", "S39"),
    tags=_TAGS,
    title="AdministratorAccess is attached to a principal that is not declared as an administrator",
    fix="Detach the policy, or declare who must have it under administrators.",
    docs="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html",
    cli="aws iam detach-role-policy --role-name NAME --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
)
def policy_aws_admin_attached(link: AttachedAWSPolicy) -> Iterator[Finding]:
    """AdministratorAccess is for those who run the account, and they are few: everybody else needs less.

    Users, groups and roles that the configuration declares as administrators or for emergencies are meant to have it.
    Service-linked roles are left out. Of other roles that a part of AWS made, the finding says so.
    """
    declared = link.account.declared
    if not link.is_one_of("AdministratorAccess"):
        return
    if not link.principal.is_declared((*declared.administrators, *declared.break_glass)):
        yield link.attached(link.label)
