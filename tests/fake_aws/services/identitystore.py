"""The identity store of IAM Identity Center: users, groups and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation
from .sso_admin import instance_of, page

if TYPE_CHECKING:
    from ..identity_center import IdentityCenter
    from ..state import Account

REVISION = "0b6f3a52-7a5e-5f0e-9d7c-3a2b1c0d9e8f"
"""The state that an entry is in: no entry here ever changes."""


@operation("identitystore", "ListUsers")
def list_users(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    center = _center(account, params, request)
    users = [
        {
            **_identified(center, "User", person.name),
            "Revision": REVISION,
            "UserName": person.name,
            "DisplayName": person.name.title(),
            "UserStatus": "ENABLED" if person.enabled else "DISABLED",
            **({"Emails": [{"Value": person.email, "Type": "work", "Primary": True}]} if person.email else {}),
        }
        for person in center.people
    ]
    return page("Users", users, params)


@operation("identitystore", "ListGroups")
def list_groups(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    center = _center(account, params, request)
    groups = [
        {**_identified(center, "Group", name), "Revision": REVISION, "DisplayName": name} for name in center.groups
    ]
    return page("Groups", groups, params)


@operation("identitystore", "ListGroupMemberships")
def list_group_memberships(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    center = _center(account, params, request)
    members = {center.id_of(name): who for name, who in center.groups.items()}.get(params["GroupId"])
    if members is None:
        raise AWSError("ResourceNotFoundException", "GROUP not found.")
    memberships = [
        {
            "GroupId": params["GroupId"],
            "MemberId": {"UserId": center.id_of(name)},
            **_identified(center, "Membership", f"{params['GroupId']}/{name}"),
        }
        for name in members
    ]
    return page("GroupMemberships", memberships, params)


def _identified(center: IdentityCenter, kind: str, name: str) -> dict[str, str]:
    """What every entry has: the store, its id and its ARN."""
    key = center.id_of(name)
    return {
        "IdentityStoreId": center.store,
        f"{kind}Id": key,
        f"{kind}Arn": f"arn:aws:identitystore:::{kind.lower()}/{key}",
    }


def _center(account: Account, params: dict[str, Any], request: Request) -> IdentityCenter:
    center = instance_of(account, {}, request.region)
    if params["IdentityStoreId"] != center.store:
        raise AWSError("ResourceNotFoundException", "IDENTITY_STORE not found.")
    return center
