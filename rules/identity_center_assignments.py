"""Assignments of IAM Identity Center in the account: to whom, and to how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    ASSIGNMENTS,
    PERMISSION_SET_POLICIES,
    Account,
    Assignment,
    NotApplicable,
    NotCollected,
    Options,
    rule,
    sift,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/singlesignon/latest/userguide"
_ASSIGNING = f"{_GUIDE}/useraccess.html"
_SHOWN_AS_EVIDENCE = 20
_TAKE_AWAY = """\
aws sso-admin delete-account-assignment --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN \\
  --target-type AWS_ACCOUNT --target-id ACCOUNT_ID --principal-type USER --principal-id USER_ID"""


def _is_break_glass(assignment: Assignment) -> bool:
    """Whether the configuration declares the user as an emergency identity, which should depend on no group."""
    declared = assignment.account.declared.break_glass
    return assignment.to_user and assignment.principal_is_declared(declared)


class AdministratorPeople(Options):
    """`max_people`: how many people may be assigned administrator permissions."""

    max_people: int = 5


@rule(
    "idc-admin-assignment-broad",
    severity="high",
    over=Account,
    needs=(*ASSIGNMENTS, *PERMISSION_SET_POLICIES, "identitystore.memberships"),
    options=AdministratorPeople,
    claims=("S39",),
    tags=("identity-center", "administrators", "least-privilege"),
    title="Too many people are assigned administrator permissions",
    fix="Give most of them a permission set for what they do, and keep the administrators' group small.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
)
def idc_admin_assignment_broad(account: Account, limit: AdministratorPeople) -> Iterator[Finding]:
    """Each person who may administer the account is one more whose laptop opens all of it.

    People are counted once, however many groups they come by. Where a group or a policy could not be seen, those
    that are known may already be too many; else the question stays open.
    """
    admins, blind = sift(Assignment.all(account), lambda assignment: assignment.permission_set.is_administrator)
    people: set[str] = set()
    hidden = [*blind, *(each for section in ASSIGNMENTS for each in account.snapshot.blind(section))]
    for assignment in admins:
        try:
            people.update(assignment.people)
        except NotCollected as signal:
            hidden.extend(signal.blind)
    if len(people) > limit.max_people:
        yield account.finding(
            f"{'at least ' if hidden else ''}{len(people)} people are assigned administrator permissions, more than "
            f"{limit.max_people}: {', '.join(sorted({each.name for each in admins})[:5])}",
            at=[each.principal_place for each in admins][:_SHOWN_AS_EVIDENCE],
        )
    elif hidden:
        raise NotCollected(*hidden)


@rule(
    "idc-admin-assigned-to-user",
    severity="medium",
    over=Assignment,
    needs=PERMISSION_SET_POLICIES,
    claims=("S14",),
    tags=("identity-center", "administrators"),
    title="Administrator permission set is assigned to a user rather than a group",
    fix="Assign the permission set to an administrators' group, put the person there, and take this assignment away.",
    docs=_ASSIGNING,
    cli=_TAKE_AWAY,
)
def idc_admin_assigned_to_user(assignment: Assignment) -> Iterator[Finding]:
    """Whoever looks at the administrators' group to see who administers the account misses this one.

    An assignment to a person outlasts a change of job: nobody takes it away with the group. Users that are declared
    as break-glass identities are meant to depend on nothing else, so they may have it by themselves.
    """
    if assignment.to_user and not _is_break_glass(assignment) and assignment.permission_set.is_administrator:
        yield assignment.finding(
            f"user {assignment.principal} has administrator permission set {assignment.permission_set.name} directly",
            at=assignment.principal_place,
        )


@rule(
    "idc-user-assignment",
    severity="low",
    over=Assignment,
    claims=("S14",),
    tags=("identity-center",),
    title="Permission set is assigned to a user rather than a group",
    fix="Assign the permission set to a group, put the person there, and take this assignment away.",
    docs=_ASSIGNING,
    cli=_TAKE_AWAY,
)
def idc_user_assignment(assignment: Assignment) -> Iterator[Finding]:
    """Groups say why somebody has access, and lose members when people move on; assignments to users do neither.

    Users that are declared as break-glass identities may have theirs by themselves.
    """
    if assignment.to_user and not _is_break_glass(assignment):
        yield assignment.finding(
            f"user {assignment.principal} has permission set {assignment.permission_set.name} directly",
            at=assignment.principal_place,
        )


class BroadGroup(Options):
    """`max_members`: how many people a group may have that administers the management account."""

    max_members: int = 5


@rule(
    "idc-admin-on-management-account",
    severity="high",
    over=Assignment,
    needs=(*PERMISSION_SET_POLICIES, "identitystore.memberships"),
    options=BroadGroup,
    claims=("S39",),
    tags=("identity-center", "administrators", "organization"),
    title="A broad group administers the management account",
    fix="Make a small group for the management account alone, and take this assignment away.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html",
    cli=_TAKE_AWAY.replace("USER", "GROUP"),
)
def idc_admin_on_management_account(assignment: Assignment, limit: BroadGroup) -> Iterator[Finding]:
    """No guardrail of the organization holds in its management account, and from there every account can be entered.

    So few people should administer it, and the group of those who administer everything else is mostly too large.
    Assignments to single users are the matter of idc-admin-assigned-to-user; in other accounts the question does not
    arise.
    """
    if assignment.account.read("organizations.seat").kind != "management":
        raise NotApplicable("this is not the management account")
    if assignment.to_user or not assignment.permission_set.is_administrator:
        return
    members = len(assignment.people)
    if members > limit.max_members:
        yield assignment.finding(
            f"group {assignment.principal} of {members} people administers the management account with "
            f"{assignment.permission_set.name}",
            at=assignment.principal_place,
        )
