"""Authorization details as `aws iam get-account-authorization-details` prints them, of the accounts of scenarios."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access.worlds import Builder

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_LINKED = "arn:aws:iam::{}:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"


def export(made: Builder) -> str:
    """The account with what each account has besides: a role linked to a service, and a policy of AWS."""
    iam = made.iam
    linked = {
        "RoleName": "AWSServiceRoleForSupport",
        "Arn": _LINKED.format(made.account),
        "CreateDate": "2025-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "support.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        },
        "AttachedManagedPolicies": [],
    }
    details = {
        "UserDetailList": [_decoded(user, "UserPolicyList") for user in iam["users"].values()],
        "GroupDetailList": [_decoded(group, "GroupPolicyList") for group in iam["groups"].values()],
        "RoleDetailList": [*(_decoded(role, "RolePolicyList") for role in iam["roles"].values()), linked],
        "Policies": [
            *map(_policy, iam["policies"].values()),
            _policy({"Arn": _ADMINISTRATOR, "DefaultVersionId": "v1", "Document": json.dumps(_EVERYTHING)}),
        ],
    }
    return json.dumps(details)


def _decoded(entry: dict[str, Any], member: str) -> dict[str, Any]:
    inline = [{**policy, "PolicyDocument": json.loads(policy["PolicyDocument"])} for policy in entry[member]]
    found = {**entry, member: inline}
    if "AssumeRolePolicyDocument" in entry:
        found["AssumeRolePolicyDocument"] = json.loads(entry["AssumeRolePolicyDocument"])
    return found


def _policy(policy: dict[str, Any]) -> dict[str, Any]:
    versions = [{"VersionId": "v1", "IsDefaultVersion": True, "Document": json.loads(policy["Document"])}]
    others = [
        {**version, "IsDefaultVersion": False, "Document": json.loads(version["Document"])}
        for version in policy.get("OtherVersions", ())
    ]
    kept = {key: value for key, value in policy.items() if key not in ("Document", "OtherVersions")}
    return {**kept, "PolicyName": policy["Arn"].rpartition("/")[2], "PolicyVersionList": [*versions, *others]}
