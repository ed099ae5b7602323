"""The directory behind IAM Identity Center, as the snapshot holds it: no more of people than rules judge.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Types.html
"""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text


class User(Model):
    """A user. `user_status` is "ENABLED" or "DISABLED"; of the addresses it is only kept whether there is one."""

    user_id: Text
    user_name: Text = ""
    user_status: Text = ""
    has_email: bool


class Group(Model):
    """A group; its members are in `memberships` where the group has access to this account."""

    group_id: Text
    display_name: Text = ""


class IdentityStore(Model):
    """What the identity store told: users and groups by id, and ids of members by id of group."""

    model_config = OWN_NAMES

    users: dict[Text, User] = Field(default_factory=dict)
    groups: dict[Text, Group] = Field(default_factory=dict)
    memberships: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
