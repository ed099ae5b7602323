"""The directory behind the organization's instance of IAM Identity Center: users, groups, memberships.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.collect.collector import collector
from auditor.collect.organizations import ORGANIZATION
from auditor.collect.sso import ASSIGNMENTS, INSTANCES, PAGE, USERS, organization_instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account, Unseen

    Entries = Iterator[tuple[str, Any] | Unseen]
    Seen = Mapping[str, Any]


def _store(aws: Account, seen: Seen) -> Iterator[tuple[Account, str]]:
    """The identity store, if there is one, with where to ask."""
    if instance := organization_instance(seen):
        yield aws.in_region(instance["PrimaryRegion"]), instance["IdentityStoreId"]


@collector(produces=USERS, calls=("identitystore:ListUsers",), after=(INSTANCES, ORGANIZATION), scope="organization")
def users(aws: Account, seen: Seen) -> Entries:
    """Every user, in pages of a hundred; of the personal data nothing is kept but the name to sign in with."""
    for at, store in _store(aws, seen):
        for user in at.pages("identitystore:ListUsers", "Users", IdentityStoreId=store, MaxResults=PAGE):
            has_email = any(email.get("Value") for email in user.get("Emails", ()))
            kept = {key: user.get(key, "") for key in ("UserId", "UserName", "UserStatus")}
            yield user["UserId"], {**kept, "HasEmail": has_email}


@collector(
    produces="identitystore.groups",
    calls=("identitystore:ListGroups",),
    after=(INSTANCES, ORGANIZATION),
    scope="organization",
)
def groups(aws: Account, seen: Seen) -> Entries:
    """Every group, without its members."""
    for at, store in _store(aws, seen):
        for group in at.pages("identitystore:ListGroups", "Groups", IdentityStoreId=store, MaxResults=PAGE):
            yield group["GroupId"], group


@collector(
    produces="identitystore.memberships",
    calls=("identitystore:ListGroupMemberships",),
    after=(INSTANCES, ORGANIZATION, ASSIGNMENTS),
    scope="organization",
)
def memberships(aws: Account, seen: Seen) -> Entries:
    """The members of each group that has access to this account: a call for a hundred of them."""
    assigned = [item for items in seen.get(ASSIGNMENTS, {}).values() for item in items]
    wanted = {str(item["PrincipalId"]) for item in assigned if item["PrincipalType"] == "GROUP"}
    for at, store in _store(aws, seen):

        def members(group: str, at: Account = at, store: str = store) -> list[str]:
            listed = at.pages(
                "identitystore:ListGroupMemberships", "GroupMemberships",
                IdentityStoreId=store, GroupId=group, MaxResults=PAGE,
            )  # fmt: skip
            return sorted(str(each["MemberId"]["UserId"]) for each in listed)

        yield from at.each(members, sorted(wanted))
