"""iam:GetAccountAuthorizationDetails: the whole graph of an account, in chains of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import policies
from ..entities import Group, ManagedPolicy, Role, User
from ..iam_shapes import (
    attached,
    boundary,
    group_core,
    inline,
    instance_profile,
    policy_core,
    role_core,
    role_last_used,
    tags,
    text,
    user_core,
    version_shape,
)
from ..operations import AWSError, operation
from ..paging import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..state import Account

FILTERS = ("User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy")
_LISTS = {User: "UserDetailList", Group: "GroupDetailList", Role: "RoleDetailList", ManagedPolicy: "Policies"}
_ENVELOPE = 900  # bytes of an entity without its documents
_ENCODING = 1.6  # what percent-encoding does to the length of a document

Entity = User | Group | Role | ManagedPolicy


@operation("iam", "GetAccountAuthorizationDetails")
def get_account_authorization_details(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """One page of the entities that `Filter` names, of all five kinds without one."""
    chosen = params.get("Filter") or list(FILTERS)
    if unknown := [name for name in chosen if name not in FILTERS]:
        raise AWSError(
            "ValidationError",
            f"1 validation error detected: Value '{unknown}' at 'filter' failed to satisfy constraint: Member must "
            f"satisfy enum value set: [{', '.join(FILTERS)}]",
        )
    entities = [entity for name in FILTERS if name in chosen for entity in _entities(account, name)]
    page, more = cut(
        entities,
        params,
        binding=[account.id, "details", sorted(chosen)],
        mismatch="Marker and Filter do not match",
        weigh=_weight,
    )
    answer: dict[str, Any] = {name: [] for name in _LISTS.values()}
    for entity in page:
        answer[_LISTS[type(entity)]].append(_shape(account, entity))
    return answer | more


def _entities(account: Account, kind: str) -> Sequence[Entity]:
    if kind == "AWSManagedPolicy":
        return policies.attached_aws(account)
    lists: dict[str, Sequence[Entity]] = {
        "User": account.users,
        "Group": account.groups,
        "Role": account.roles,
        "LocalManagedPolicy": account.policies,
    }
    return sorted(lists[kind], key=lambda entity: entity.name.lower())


def _weight(entity: Entity) -> int:
    """About how many bytes an entity takes on the wire; to encode everything just to count would be a waste."""
    if isinstance(entity, ManagedPolicy):
        documents = [version.document for version in entity.versions]
    else:
        documents = [policy.document for policy in entity.inline]
    if isinstance(entity, Role):
        documents.append(entity.trust)
    return _ENVELOPE + int(_ENCODING * sum(len(text(document)) for document in documents))


def _shape(account: Account, entity: Entity) -> dict[str, Any]:
    match entity:
        case User():
            return _user(account, entity)
        case Group():
            return _group(account, entity)
        case Role():
            return _role(account, entity)
        case ManagedPolicy():
            return _policy(account, entity)


def _user(account: Account, user: User) -> dict[str, Any]:
    return {
        **user_core(account, user),
        "UserPolicyList": inline(user.inline),
        "GroupList": list(user.groups),
        "AttachedManagedPolicies": attached(user.attached),
        **boundary(user.boundary),
        "Tags": tags(user.tags),
    }


def _group(account: Account, group: Group) -> dict[str, Any]:
    return {
        **group_core(account, group),
        "GroupPolicyList": inline(group.inline),
        "AttachedManagedPolicies": attached(group.attached),
    }


def _role(account: Account, role: Role) -> dict[str, Any]:
    return {
        **role_core(account, role),
        "InstanceProfileList": [instance_profile(account, name, role) for name in role.instance_profiles],
        "RolePolicyList": inline(role.inline),
        "AttachedManagedPolicies": attached(role.attached),
        **boundary(role.boundary),
        "Tags": tags(role.tags),
        "RoleLastUsed": role_last_used(role),
    }


def _policy(account: Account, policy: ManagedPolicy) -> dict[str, Any]:
    return {
        **policy_core(account, policy, policies.uses(account, account.arn_of(policy))),
        "PolicyVersionList": [version_shape(policy, version) for version in policy.versions],
    }
