"""How roles are kept: in use, in order, bounded, and there for the tasks that every account has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    PRINCIPALS,
    Account,
    Group,
    Identity,
    NotApplicable,
    Options,
    Place,
    Role,
    User,
    certain,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_TAGS = ("iam", "roles")


def _own(role: Role) -> Role:
    """Raises NotApplicable for a role that AWS made, and keeps."""
    if maker := role.made_by:
        raise NotApplicable(f"{maker} made the role")
    return role


_MAKE = ("iam:CreateRole",)
_FREE = (
    (("iam:permissionsboundary", None),),
    (("iam:permissionsboundary", "arn:aws:iam::aws:policy/AdministratorAccess"),),
)
"""Requests for a role without a boundary, and with one that bounds nothing."""


class RoleUse(Options):
    """`max_unused_days`: how long a role may lie unused."""

    max_unused_days: int = 90


@rule(
    "role-unused",
    severity="low",
    over=Role,
    options=RoleUse,
    claims=("S38",),
    tags=(*_TAGS, "unused"),
    title="Role has not been used for a long time",
    fix="Ask the role's owner, then delete it; while you wait, a trust policy that denies everyone stops its use.",
    docs=f"{_GUIDE}/access_policies_access-advisor.html",
    cli="aws iam delete-role --role-name NAME",
)
def role_unused(role: Role, limit: RoleUse) -> Iterator[Finding]:
    """A role that nobody uses is a way in that nobody watches, with permissions that nobody would miss.

    AWS tells the last use within the last 400 days. A role that was not used since then, or never, counts from when it
    was made, so one that was made within the window is left alone. Roles that AWS made, and removes, are not asked
    about.
    """
    _own(role)
    last = role.last_use
    idle = role.account.age(last or role.created).days
    if idle <= limit.max_unused_days:
        return
    if last:
        yield role.finding(f"role {role.name} was last used {idle} days ago", at=("last_used", "created"))
    elif idle > 400:
        yield role.finding(f"role {role.name} was not used within the last 400 days", at=("last_used", "created"))
    else:
        yield role.finding(f"role {role.name} is {idle} days old and was never used", at=("last_used", "created"))


@rule(
    "role-inline-policy",
    severity="low",
    over=Role,
    tags=(*_TAGS, "permissions"),
    title="Role carries an inline policy",
    fix="Make the policy a managed one: it can then be found, reviewed, compared and given back its former version.",
    docs=f"{_GUIDE}/access_policies_managed-vs-inline.html",
    cli="""\
aws iam create-policy --policy-name NAME --policy-document file://policy.json
aws iam attach-role-policy --role-name ROLE --policy-arn POLICY_ARN
aws iam delete-role-policy --role-name ROLE --policy-name NAME""",
)
def role_inline_policy(role: Role) -> Iterator[Finding]:
    """An inline policy is in no list of policies, has no versions, and is copied where it should be shared.

    Each is a finding of its own. Roles that AWS made, such as Identity Center's with the inline policies of their
    permission sets, are not asked about.
    """
    for place in _own(role).inline_places:
        name = str(place.value)
        yield role.finding(f"role {role.name} carries inline policy {name}", at=place, discriminator=name)


class RequiredTags(Options):
    """`required_tags`: keys of tags that every role must have."""

    required_tags: tuple[str, ...] = ()


@rule(
    "role-untagged",
    severity="low",
    over=Role,
    options=RequiredTags,
    tags=(*_TAGS, "tags"),
    title="Role lacks a required tag",
    fix="Tag the role with its owner and purpose, or whatever else the configuration requires.",
    docs=f"{_GUIDE}/id_tags_roles.html",
    cli="aws iam tag-role --role-name NAME --tags Key=owner,Value=TEAM",
    terraform="""\
resource "aws_iam_role" "task" {
  name               = "NAME"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = { owner = "TEAM", purpose = "PURPOSE" }
}""",
)
def role_untagged(role: Role, wanted: RequiredTags) -> Iterator[Finding]:
    """A role that nobody owns is a role that nobody dares to delete.

    Which tags there must be is for the configuration to say (`required_tags`); while it says nothing, the question
    does not arise. A tag without a value tells nothing, so it counts as missing; upper and lower case are alike. Roles
    that AWS made are not asked about.
    """
    if not wanted.required_tags:
        raise NotApplicable("the configuration requires no tags (option required_tags)")
    there = {tag.key.casefold() for tag in _own(role).tags if tag.value.strip()}
    if missing := [key for key in wanted.required_tags if key.casefold() not in there]:
        yield role.finding(f"role {role.name} lacks the required tags {', '.join(missing)}", at="tags")


@rule(
    "role-boundary-missing-for-delegates",
    severity="low",
    over=Identity,
    needs=PRINCIPALS,
    claims=("S41",),
    tags=("iam", "permissions", "permissions-boundary"),
    title="Principal can make roles without a permissions boundary",
    fix="Allow iam:CreateRole only with a condition on iam:PermissionsBoundary that names one boundary.",
    docs=f"{_GUIDE}/access_policies_boundaries.html#access_policies_boundaries-delegate",
)
def role_boundary_missing_for_delegates(identity: Identity) -> Iterator[Finding]:
    """Who makes roles decides what they may do; a boundary keeps new roles within what the delegate may hand out.

    Asked of every user and role that may make roles, but for those that are allowed everything anyway. A condition
    that takes any boundary, or none at all, does not hold; one on a fixed boundary does, be it in a Deny, in the
    delegate's own boundary or in a service control policy.
    """
    identity.not_all_powerful()
    if not identity.may_anywhere(_MAKE):
        identity.refuse_if_blind()
        raise NotApplicable("the principal may not make roles")
    free = [doing for context in _FREE for doing in identity.may_anywhere(_MAKE, context)]
    yield from identity.others_doing(free[:1], "make roles without a fixed permissions boundary")


def _holds(policy: str) -> Callable[[User | Group | Role], bool]:
    """Whether one of AWS's managed policies is attached to a principal."""
    return lambda who: any(str(place.value).endswith(f":iam::aws:policy/{policy}") for place in who.attached_places)


@rule(
    "role-support-missing",
    severity="low",
    over=Account,
    needs=("iam.users", "iam.groups", "iam.roles"),
    tags=(*_TAGS, "support"),
    title="Nobody is named to work with AWS Support",
    fix="Attach AWSSupportAccess to a role, or a permission set, of those who handle incidents.",
    docs="https://docs.aws.amazon.com/awssupport/latest/user/accessing-support.html",
    cli="aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AWSSupportAccess",
    terraform="""\
resource "aws_iam_role_policy_attachment" "support" {
  role       = aws_iam_role.support.name
  policy_arn = "arn:aws:iam::aws:policy/AWSSupportAccess"
}""",
)
def role_support_missing(account: Account) -> Iterator[Finding]:
    """In an incident somebody must be able to open a case with AWS at once, without being an administrator or root.

    AWSSupportAccess attached to a role, a group or a user is enough; roles of Identity Center's permission sets count.
    """
    principals: list[User | Group | Role] = [*account.roles, *account.groups, *account.users]
    unlisted = [blind for kind in (Role, Group, User) for blind in kind.unlisted(account)]
    account.touched.update(("iam.users", "iam.groups", "iam.roles"))
    if not certain(principals, _holds("AWSSupportAccess"), unlisted):
        yield account.finding(
            "AWSSupportAccess is attached to no role, group or user",
            at=(Place("/iam/roles"), Place("/iam/groups"), Place("/iam/users")),
        )


@rule(
    "role-security-audit-missing",
    severity="info",
    over=Account,
    needs=("iam.roles",),
    tags=(*_TAGS, "audit"),
    title="No role is there for security reviews",
    fix="Make a role with SecurityAudit for those who review the account, people or tools.",
    docs=f"{_GUIDE}/access_policies_job-functions.html#jf_security-auditor",
    cli="aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/SecurityAudit",
)
def role_security_audit_missing(account: Account) -> Iterator[Finding]:
    """Who reviews an account needs to see how everything is set up, and neither its data nor any way to change it.

    Without such a role reviews are done as an administrator, or not at all. One role with AWS's SecurityAudit is
    enough, also of a permission set of Identity Center.
    """
    if not certain(account.roles, _holds("SecurityAudit"), Role.unlisted(account)):
        yield account.finding("SecurityAudit is attached to no role", at=Place("/iam/roles"))
