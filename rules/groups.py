"""Groups of IAM users: who administers through them, who is in them, and what only seems to hold for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import GRANTS, Account, Group, NotApplicable, NotCollected, Options, User, certain, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

GROUPS_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html"
ADMIN_GROUP_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-started_create-admin-group.html"


@rule(
    "admins-group-missing",
    severity="medium",
    over=Account,
    needs=("iam.users", *GRANTS),
    claims=("S14", "S27"),
    tags=("groups", "administrators"),
    title="Administrators exist, but no administrators group",
    fix="Make a group with AdministratorAccess, add the administrators, and take the permissions off their users.",
    docs=ADMIN_GROUP_GUIDE,
    cli="aws iam create-group --group-name Administrators\n"
    "aws iam attach-group-policy --group-name Administrators --policy-arn arn:aws:iam::aws:policy/AdministratorAccess\n"
    "aws iam add-user-to-group --group-name Administrators --user-name NAME",
    terraform="""\
resource "aws_iam_group" "administrators" {
  name = "Administrators"
}

resource "aws_iam_group_policy_attachment" "administrators" {
  group      = aws_iam_group.administrators.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
""",
)
def admins_group_missing(account: Account) -> Iterator[Finding]:
    """With administration on one group, one list tells who administers, and leaving it ends the power.

    Where no IAM user is an administrator, as with IAM Identity Center, the account needs no such group. Any group
    that grants administration will do, whatever its name.
    """
    administrators = certain(account.users, lambda user: user.is_administrator, User.unlisted(account))
    if not administrators:
        raise NotApplicable("no IAM user is an administrator")
    if not certain(account.groups, lambda group: group.is_administrator, Group.unlisted(account)):
        names = ", ".join(user.name for user in administrators)
        yield account.finding(
            f"no group grants administration, but {len(administrators)} IAM users have it: {names}",
            at=[user.administrative_grants[0].place for user in administrators],
        )


class Size(Options):
    """The most members that an administrators group may have."""

    max_members: int = 5


@rule(
    "admins-group-too-large",
    severity="low",
    over=Group,
    needs=("iam.users", *GRANTS),
    options=Size,
    claims=("S39",),
    tags=("groups", "administrators", "least-privilege"),
    title="Administrators group has many members",
    fix="Keep those who administer the account, and give the others a group with what their work takes.",
    docs=ADMIN_GROUP_GUIDE,
    cli="aws iam remove-user-from-group --group-name NAME --user-name NAME",
)
def admins_group_too_large(group: Group, size: Size) -> Iterator[Finding]:
    """Each administrator is one more password and one more key that open everything, and everyday work needs neither.

    Five members are taken for enough unless `max_members` says otherwise. Other groups may be as large as they like.
    """
    if not group.is_administrator:
        raise NotApplicable("the group grants no administration")
    if len(group.members) > size.max_members:
        yield group.finding(
            f"administrators group {group.name} has {len(group.members)} members, more than {size.max_members}",
            at=group.member_places[: size.max_members + 1],
        )


@rule(
    "group-empty",
    severity="low",
    over=Group,
    needs=("iam.users",),
    tags=("groups",),
    title="Group has no members",
    fix="Delete the group, or add the users that it was made for.",
    docs=GROUPS_GUIDE,
    cli="aws iam delete-group --group-name NAME  # after its policies are detached and deleted",
)
def group_empty(group: Group) -> Iterator[Finding]:
    """Permissions that wait in an empty group are forgotten until somebody adds a user to it.

    Members are users: a group cannot hold roles or other groups.
    """
    if not group.members:
        yield group.finding(f"group {group.name} has no members", at="created")


@rule(
    "group-inline-policy",
    severity="low",
    over=Group,
    tags=("groups", "policies"),
    title="Group has an inline policy",
    fix="Make a customer managed policy of it, attach that to the group, and delete the inline one.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    cli="aws iam delete-group-policy --group-name NAME --policy-name POLICY",
)
def group_inline_policy(group: Group) -> Iterator[Finding]:
    """An inline policy has no versions, cannot be reused, and does not show in the account's list of policies.

    Each is a finding of its own. Managed policies, the account's own and AWS's, are fine here.
    """
    for grant in group.inline_grants:
        yield group.finding(f"group {group.name} has {grant.label}", at=grant.place, discriminator=grant.policy)


@rule(
    "group-admin-not-declared",
    severity="low",
    over=Group,
    needs=GRANTS,
    claims=("S14",),
    tags=("groups", "administrators"),
    title="Group grants administration without being declared to",
    fix="Name the group among the declared administrators, or take the administrator policy off it.",
    docs=ADMIN_GROUP_GUIDE,
    cli="aws iam detach-group-policy --group-name NAME --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
)
def group_admin_not_declared(group: Group) -> Iterator[Finding]:
    """An administrators group is how AWS's own guides set an account up; one that nobody knows of is a back door.

    The configuration declares `administrators` by name or by a glob over names and ARNs; a declared group passes.
    Administration that an inline or customer managed policy gives counts like AdministratorAccess.
    """
    if group.is_declared(group.account.declared.administrators):
        return
    for grant in group.administrative_grants:
        yield group.finding(
            f"group {group.name} grants administration by {grant.label} and is not declared{group.caveat}",
            at=grant.place,
            discriminator=grant.policy,
        )


@rule(
    "group-deny-misses-members",
    severity="medium",
    over=Group,
    needs=("iam.users", "iam.roles", "iam.policies"),
    tags=("groups", "policies"),
    title="Denial that names a group does not cover its members",
    fix="Name the users in Resource, by a path that they share (user/admins/*) or one by one, in place of the group.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html",
)
def group_deny_misses_members(group: Group) -> Iterator[Finding]:
    """A group's ARN names the group itself, never the users in it: denying iam:DeleteUser on it denies nothing.

    Whoever wrote it believes the members protected. Reported are actions on users, denied on nothing but groups, in
    any customer managed or inline policy, also by a pattern such as `group/*`. Actions on groups, such as
    iam:DeleteGroup, do work that way, and so does a statement that names users beside the group; what the policy denies
    on any user besides is not missed.
    """
    denials = group.account.group_denials
    for written, actions in denials.missing(group.arn):
        yield group.finding(
            f"{written.label} denies {', '.join(actions)} on group {group.name}, which does not cover its members",
            at=written.grant.place,
            discriminator=written.key,
        )
    if denials.blind:
        raise NotCollected(*denials.blind)
