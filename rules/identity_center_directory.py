"""People and groups of IAM Identity Center."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import DirectoryGroup, DirectoryUser, NotApplicable, Place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/singlesignon/latest/userguide"


@rule(
    "idc-group-empty-assigned",
    severity="low",
    over=DirectoryGroup,
    needs=("identitystore.memberships", "sso.assignments"),
    claims=("S42",),
    tags=("identity-center", "unused"),
    title="A group with access to the account has no members",
    fix="Take the group's assignments away, or put into the group who should have the access.",
    docs=f"{_GUIDE}/useraccess.html",
)
def idc_group_empty_assigned(group: DirectoryGroup) -> Iterator[Finding]:
    """Whoever is put into the group next, perhaps for its name alone, gets access that nobody remembers granting.

    Only groups with access to this account are looked into; the others are not asked about.
    """
    members = group.account.entry("identitystore.memberships", group.id)
    if members is None:
        group.account.read("sso.assignments")
        raise NotApplicable(f"group {group.name} has no access to this account")
    if not members.model:
        yield group.finding(
            f"group {group.name} has access to this account and no members", at=Place(members.pointer, members.model)
        )


@rule(
    "idc-disabled-user-assigned",
    severity="low",
    over=DirectoryUser,
    needs=("sso.disabled_user_assignments",),
    claims=("S42",),
    tags=("identity-center", "unused"),
    title="A disabled user still has access assigned",
    fix="Take the user out of the groups and assignments, or delete the user.",
    docs=f"{_GUIDE}/disableuser.html",
)
def idc_disabled_user_assigned(user: DirectoryUser) -> Iterator[Finding]:
    """A disabled user can be enabled with one click, and then has everything back that was never taken away.

    Assignments count in whatever account, and those that come by groups as well. Only the management account is told
    of them.
    """
    if not user.is_disabled:
        return
    assigned = user.account.entry("sso.disabled_user_assignments", user.id)
    if assigned is not None and assigned.model:
        accounts = {assignment.account_id for assignment in assigned.model}
        direct = sum(assignment.principal_type == "USER" for assignment in assigned.model)
        yield user.finding(
            f"{user.name} is disabled and still has {len(assigned.model)} assignments in {len(accounts)} "
            f"account{'s' if len(accounts) > 1 else ''}, {direct} of them directly",
            at=("status", Place(assigned.pointer, len(assigned.model))),
        )


@rule(
    "idc-user-without-email",
    severity="low",
    over=DirectoryUser,
    claims=("S32",),
    tags=("identity-center",),
    title="User of IAM Identity Center has no e-mail address",
    fix="Give the user an address in the directory, or delete users that no person stands behind.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html",
)
def idc_user_without_email(user: DirectoryUser) -> Iterator[Finding]:
    """The invitation with the portal's address goes out by e-mail, and so do one-time passwords and new devices' codes.

    A user without an address got none of them, so somebody else set the password. Disabled users are not asked about.
    """
    if user.is_disabled:
        raise NotApplicable(f"{user.name} is disabled")
    if not user.has_email:
        yield user.finding(f"{user.name} has no e-mail address", at="has_email")
