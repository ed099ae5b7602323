"""IAM roles, groups and managed policies one list at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import policies
from ..entities import Group, Role, User
from ..iam_shapes import (
    attached,
    boundary,
    encoded,
    find,
    group_core,
    id_of,
    instance_profile,
    no_such_entity,
    policy_core,
    role_last_used,
    role_shape,
    tags,
    user_shape,
    version_shape,
)
from ..operations import operation
from ..paging import cut
from .iam_users import by_path, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..entities import ManagedPolicy
    from ..state import Account

_KINDS: dict[str, type] = {"User": User, "Group": Group, "Role": Role}


@operation("iam", "ListRoles")
def list_roles(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    return listed(account, params, "Roles", by_path(account.roles, params), lambda role: role_shape(account, role))


@operation("iam", "GetRole")
def get_role(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """One role with everything that ListRoles leaves out."""
    role = find(account, Role, params["RoleName"])
    more = {"Tags": tags(role.tags), "RoleLastUsed": role_last_used(role)}
    return {"Role": role_shape(account, role) | boundary(role.boundary) | more}


@operation("iam", "ListInstanceProfiles")
def list_instance_profiles(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    profiles = [(name, role) for role in by_path(account.roles, params) for name in role.instance_profiles]
    return listed(account, params, "InstanceProfiles", profiles, lambda pair: instance_profile(account, *pair))


@operation("iam", "ListGroups")
def list_groups(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    return listed(account, params, "Groups", by_path(account.groups, params), lambda group: group_core(account, group))


@operation("iam", "GetGroup")
def get_group(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """A group and the users that belong to it."""
    group = find(account, Group, params["GroupName"])
    members = [user for user in account.users if group.name in user.groups]
    answer = listed(account, params, "Users", members, lambda user: user_shape(account, user))
    return {"Group": group_core(account, group), **answer}


def _register_policies_of(kind: str) -> None:
    """The three operations about the policies of a user, a group or a role, which differ in words only."""

    @operation("iam", f"ListAttached{kind}Policies")
    def list_attached(account: Account, params: dict[str, Any]) -> dict[str, Any]:
        entity = find(account, _KINDS[kind], params[f"{kind}Name"])
        return listed(account, params, "AttachedPolicies", attached(entity.attached), lambda each: each)

    @operation("iam", f"List{kind}Policies")
    def list_inline(account: Account, params: dict[str, Any]) -> dict[str, Any]:
        entity = find(account, _KINDS[kind], params[f"{kind}Name"])
        return listed(account, params, "PolicyNames", entity.inline, lambda policy: policy.name)

    @operation("iam", f"Get{kind}Policy")
    def get_inline(account: Account, params: dict[str, Any]) -> dict[str, Any]:
        entity, name = find(account, _KINDS[kind], params[f"{kind}Name"]), params["PolicyName"]
        for policy in entity.inline:
            if policy.name == name:
                return {f"{kind}Name": entity.name, "PolicyName": name, "PolicyDocument": encoded(policy.document)}
        raise no_such_entity(f"The {kind.lower()} policy with name {name} cannot be found.")


for _kind in _KINDS:
    _register_policies_of(_kind)


@operation("iam", "ListPolicies")
def list_policies(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Managed policies by Scope (All by default); OnlyAttached and PolicyUsageFilter keep those in use."""
    scope, usage = params.get("Scope", "All"), params.get("PolicyUsageFilter")
    used = params.get("OnlyAttached", False) or usage is not None
    found: Sequence[ManagedPolicy] = () if scope == "AWS" else account.policies
    if scope != "Local":
        found = [*found, *(policies.attached_aws(account) if used else policies.all_aws())]
    if used:
        which = 1 if usage == "PermissionsBoundary" else 0
        found = [policy for policy in found if policies.uses(account, account.arn_of(policy))[which]]
    return listed(account, params, "Policies", by_path(found, params), lambda policy: _core(account, policy))


@operation("iam", "GetPolicy")
def get_policy(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """One policy with the description and the tags that no list has."""
    policy = policies.find(account, params["PolicyArn"])
    description = {"Description": policy.description} if policy.description else {}
    return {"Policy": _core(account, policy) | description | {"Tags": tags(policy.tags)}}


@operation("iam", "GetPolicyVersion")
def get_policy_version(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    policy = policies.find(account, params["PolicyArn"])
    for version in policy.versions:
        if version.id == params["VersionId"]:
            return {"PolicyVersion": version_shape(policy, version)}
    raise no_such_entity(f"Policy {params['PolicyArn']} version {params['VersionId']} does not exist.")


@operation("iam", "ListPolicyVersions")
def list_policy_versions(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Versions without their documents."""
    policy = policies.find(account, params["PolicyArn"])
    return listed(
        account, params, "Versions", policy.versions, lambda version: version_shape(policy, version, document=False)
    )


@operation("iam", "ListEntitiesForPolicy")
def list_entities_for_policy(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Who has the policy attached, in one chain of pages over three lists."""
    arn = account.arn_of(policies.find(account, params["PolicyArn"]))
    chosen = params.get("EntityFilter")
    entities = [
        (kind, entity)
        for kind, every in (("Group", account.groups), ("User", account.users), ("Role", account.roles))
        for entity in every
        if arn in entity.attached and chosen in {None, kind}
    ]
    page, more = cut(entities, params, binding=[account.id, "entities", arn, chosen])
    answer: dict[str, Any] = {f"Policy{kind}s": [] for kind in _KINDS}
    for kind, entity in page:
        answer[f"Policy{kind}s"].append({f"{kind}Name": entity.name, f"{kind}Id": id_of(account, entity)})
    return answer | more


def _core(account: Account, policy: ManagedPolicy) -> dict[str, Any]:
    return policy_core(account, policy, policies.uses(account, account.arn_of(policy)))
