"""IAM's entities in the shapes of botocore, shared by the operations of `services/iam_*.py`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from .entities import Group, Role, ServerCertificate, User, unique_id
from .operations import AWSError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .entities import Document, InlinePolicy, ManagedPolicy, PolicyVersion
    from .state import Account

Shape = dict[str, Any]
Entity = TypeVar("Entity", User, Group, Role, ServerCertificate)

_PREFIXES = {User: "AIDA", Group: "AGPA", Role: "AROA", ServerCertificate: "ASCA"}
_NOUNS = {User: "user", Group: "group", Role: "role", ServerCertificate: "Server Certificate"}


def text(document: Document) -> str:
    """The text of a document as IAM keeps it."""
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)


def encoded(document: Document) -> str:
    """A document as IAM sends it: percent-encoded after RFC 3986."""
    return quote(text(document), safe="")


def id_of(account: Account, entity: User | Group | Role | ServerCertificate) -> str:
    """The unique id ("AIDA...") of an entity."""
    return unique_id(_PREFIXES[type(entity)], account.id, entity.path, entity.name)


def find(account: Account, kind: type[Entity], name: str) -> Entity:
    """The entity of that name, or NoSuchEntity."""
    entity = account.by_name.get((kind, name.lower()))
    if entity is None:
        raise no_such_entity(f"The {_NOUNS[kind]} with name {name} cannot be found.")
    return entity


def no_such_entity(message: str) -> AWSError:
    return AWSError("NoSuchEntity", message, 404)


def tags(values: Mapping[str, str]) -> list[Shape]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def boundary(arn: str | None) -> Shape:
    """The member PermissionsBoundary where there is one. Live, its type is "Policy", not what the manual says."""
    if arn is None:
        return {}
    return {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}}


def inline(policies: tuple[InlinePolicy, ...]) -> list[Shape]:
    return [{"PolicyName": policy.name, "PolicyDocument": encoded(policy.document)} for policy in policies]


def attached(arns: tuple[str, ...]) -> list[Shape]:
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]


def user_core(account: Account, user: User) -> Shape:
    """What every description of a user begins with."""
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": id_of(account, user),
        "Arn": account.arn_of(user),
        "CreateDate": user.created,
    }


def user_shape(account: Account, user: User) -> Shape:
    """A user as in ListUsers: with PasswordLastUsed, without tags and boundary."""
    used = user.password.used if user.password else None
    return user_core(account, user) | ({"PasswordLastUsed": used} if used else {})


def group_core(account: Account, group: Group) -> Shape:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": id_of(account, group),
        "Arn": account.arn_of(group),
        "CreateDate": group.created,
    }


def role_core(account: Account, role: Role) -> Shape:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": id_of(account, role),
        "Arn": account.arn_of(role),
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": encoded(role.trust),
    }


def role_shape(account: Account, role: Role) -> Shape:
    """A role as in ListRoles: with MaxSessionDuration and Description, without boundary, tags and last use."""
    description = {"Description": role.description} if role.description else {}
    return role_core(account, role) | description | {"MaxSessionDuration": role.max_session}


def role_last_used(role: Role) -> Shape:
    """RoleLastUsed, empty for a role that nobody used in the tracking period."""
    return {"LastUsedDate": role.used.date, "Region": role.used.region} if role.used else {}


def instance_profile(account: Account, name: str, role: Role) -> Shape:
    return {
        "Path": role.path,
        "InstanceProfileName": name,
        "InstanceProfileId": unique_id("AIPA", account.id, name),
        "Arn": account.arn("iam", f"instance-profile{role.path}{name}"),
        "CreateDate": role.created,
        "Roles": [role_core(account, role)],
    }


def policy_core(account: Account, policy: ManagedPolicy, uses: tuple[int, int]) -> Shape:
    """A managed policy; `uses` are the counts of attachments and of boundaries."""
    arn = account.arn_of(policy)
    return {
        "PolicyName": policy.name,
        "PolicyId": unique_id("ANPA", arn),
        "Arn": arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default,
        "AttachmentCount": uses[0],
        "PermissionsBoundaryUsageCount": uses[1],
        "IsAttachable": True,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
    }


def version_shape(policy: ManagedPolicy, version: PolicyVersion, *, document: bool = True) -> Shape:
    return {
        **({"Document": encoded(version.document)} if document else {}),
        "VersionId": version.id,
        "IsDefaultVersion": version.id == policy.default,
        "CreateDate": version.created,
    }
