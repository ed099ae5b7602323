"""How IAM users come by their permissions: through groups and roles, or by policies of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import GRANTS, NotApplicable, Options, User, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GROUPS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html"


@rule(
    "user-direct-policy",
    severity="medium",
    over=User,
    claims=("S14", "S27"),
    tags=("iam", "permissions", "groups"),
    title="Managed policy is attached directly to a user",
    fix="Attach the policy to a group for the user's task, add the user to it, and detach it from the user.",
    docs=_GROUPS,
    cli="""\
aws iam attach-group-policy --group-name GROUP --policy-arn POLICY_ARN
aws iam add-user-to-group --group-name GROUP --user-name NAME
aws iam detach-user-policy --user-name NAME --policy-arn POLICY_ARN""",
    terraform="""\
resource "aws_iam_group_policy_attachment" "task" {
  group      = aws_iam_group.task.name
  policy_arn = "POLICY_ARN"
}

resource "aws_iam_user_group_membership" "person" {
  user   = aws_iam_user.person.name
  groups = [aws_iam_group.task.name]
}""",
)
def user_direct_policy(user: User) -> Iterator[Finding]:
    """Permissions given to persons one by one are forgotten one by one, when the task changes or the person moves on.

    A group says what its permissions are for, and whoever reviews it sees at a glance who has them. Each attached
    policy is a finding of its own. The policy by which AWS quarantines a leaked key is none: it must stay until the
    key is gone, and user-key-quarantined tells of it. A permissions boundary gives nothing, so it is none either.
    """
    quarantine = user.quarantine_places
    for place in user.attached_places:
        if place not in quarantine:
            arn = str(place.value)
            name = arn.rpartition("/")[2]
            yield user.finding(f"policy {name} is attached directly to {user.name}", at=place, discriminator=arn)


@rule(
    "user-inline-policy",
    severity="medium",
    over=User,
    claims=("S14",),
    tags=("iam", "permissions", "groups"),
    title="User carries an inline policy",
    fix="Make a managed policy of it, attach that to a group for the user's task, and delete the inline policy.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    cli="""\
aws iam get-user-policy --user-name NAME --policy-name POLICY --query PolicyDocument > policy.json
aws iam create-policy --policy-name POLICY --policy-document file://policy.json
aws iam attach-group-policy --group-name GROUP --policy-arn POLICY_ARN
aws iam delete-user-policy --user-name NAME --policy-name POLICY""",
)
def user_inline_policy(user: User) -> Iterator[Finding]:
    """A policy inside a user is seen by nobody who reviews policies, has no versions, and serves one person only.

    Such policies begin as an exception and stay. Each one is a finding of its own.
    """
    for place in user.inline_places:
        name = str(place.value)
        yield user.finding(f"{user.name} carries the inline policy {name}", at=place, discriminator=name)


@rule(
    "user-admin-direct",
    severity="high",
    over=User,
    needs=GRANTS,
    claims=("S14",),
    tags=("iam", "permissions", "administrators", "groups"),
    title="Administrator permissions are given directly to a user",
    fix="Give administration to a group such as Administrators, or better in Identity Center, not to the user.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-started_create-admin-group.html",
    cli="""\
aws iam attach-group-policy --group-name Administrators --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
aws iam add-user-to-group --group-name Administrators --user-name NAME
aws iam detach-user-policy --user-name NAME --policy-arn arn:aws:iam::aws:policy/AdministratorAccess""",
)
def user_admin_direct(user: User) -> Iterator[Finding]:
    """Who administers an account should be readable in one place: the members of the administrators' group.

    A policy on the user hides an administrator from whoever looks there, and stays when the membership ends. What
    counts is what a policy allows, not its name: AWS's AdministratorAccess, a policy of your own or an inline one
    that allows every action on every resource. An administrator by membership of a group is as it should be, and
    where a policy on the user could not be read and no other one gives administration, the question stays open.
    """
    for grant in user.own_administrative_grants:
        yield user.finding(
            f"{grant.label} makes {user.name} an administrator directly, not through a group{user.caveat}",
            at=grant.place,
            discriminator=grant.policy,
        )


@rule(
    "user-admin-outside-identity-center",
    severity="medium",
    over=User,
    needs=GRANTS,
    claims=("S13",),
    tags=("iam", "permissions", "administrators", "identity-center"),
    title="IAM user is an administrator outside Identity Center",
    fix="Assign the person an administrator permission set in Identity Center (a workload: a role); remove the user.",
    docs="https://docs.aws.amazon.com/singlesignon/latest/userguide/getting-started.html",
    cli="""\
aws sso-admin create-account-assignment --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN \\
  --target-type AWS_ACCOUNT --target-id ACCOUNT_ID --principal-type GROUP --principal-id GROUP_ID
aws iam remove-user-from-group --group-name Administrators --user-name NAME""",
)
def user_admin_outside_identity_center(user: User) -> Iterator[Finding]:
    """AWS wants administrators in Identity Center, where sessions end and people who leave lose their access.

    An IAM user keeps its password and keys until somebody remembers it, and those of an administrator open everything.
    All ways count: policies on the user and those of its groups. A user that is declared as a break-glass identity is
    meant to be one, and the question does not arise where the configuration declares the practice of IAM users.
    """
    user.account.require_federated_practice()
    if user.is_declared(user.account.declared.break_glass):
        raise NotApplicable(f"{user.name} is declared as a break-glass identity")
    if grants := user.administrative_grants:
        ways = ", ".join(grant.label for grant in grants)
        message = f"IAM user {user.name} is an administrator by {ways}{user.caveat}"
        yield user.finding(message, at=[grant.place for grant in grants])


@rule(
    "user-not-in-group",
    severity="low",
    over=User,
    claims=("S14",),
    tags=("iam", "permissions", "groups"),
    title="User belongs to no group",
    fix="Add the user to the group of its task, or delete it if it has none.",
    docs=_GROUPS,
    cli="aws iam add-user-to-group --group-name GROUP --user-name NAME",
)
def user_not_in_group(user: User) -> Iterator[Finding]:
    """A user outside all groups holds either nothing or what somebody gave to it alone, and no review by task finds it.

    One group is enough, whatever it grants: guardrails that deny are attached to groups as well.
    """
    if not user.groups:
        yield user.finding(f"{user.name} belongs to no group", at="groups")


class RequiredTags(Options):
    """`required_tags`: the keys that every user must be tagged with; letter case is ignored, as IAM does."""

    required_tags: tuple[str, ...] = ()


@rule(
    "user-untagged",
    severity="low",
    over=User,
    options=RequiredTags,
    claims=("S33",),
    tags=("iam", "tags"),
    title="User lacks a required tag",
    fix="Tag the user with its owner and purpose, or whatever else the configuration requires.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_users.html",
    cli="aws iam tag-user --user-name NAME --tags Key=owner,Value=TEAM",
    terraform="""\
resource "aws_iam_user" "person" {
  name = "NAME"
  tags = { owner = "TEAM", purpose = "PURPOSE" }
}""",
)
def user_untagged(user: User, wanted: RequiredTags) -> Iterator[Finding]:
    """A user that nobody owns is a user that nobody dares to delete, and so its credentials live for ever.

    Which tags there must be is for the configuration to say (`required_tags`); while it says nothing, the question
    does not arise. A tag without a value tells nothing, so it counts as missing.
    """
    if not wanted.required_tags:
        raise NotApplicable("the configuration requires no tags (option required_tags)")
    there = {tag.key.casefold() for tag in user.tags if tag.value.strip()}
    if missing := [key for key in wanted.required_tags if key.casefold() not in there]:
        yield user.finding(f"{user.name} lacks the required tags {', '.join(missing)}", at="tags")
