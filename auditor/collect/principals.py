"""Users, groups, roles and policies, in bulk.

GetAccountAuthorizationDetails gives nearly all of it. It is asked for one kind at a time: each filter is a chain of
pages of its own, so four run at once, and without a filter AWS would add every version of every policy of its own.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.account import Unseen
from auditor.aws.errors import CallFailed
from auditor.collect import aws_managed_policies
from auditor.collect.collector import collector
from auditor.snapshot import authorization_details as shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.aws.account import Account

    Entries = Iterator[tuple[str, dict[str, Any]] | Unseen]

PAGE = 1000
DETAILS = "iam:GetAccountAuthorizationDetails"


def _details(aws: Account, kind: str, member: str) -> Iterator[dict[str, Any]]:
    return aws.pages(DETAILS, member, Filter=[kind], MaxItems=PAGE)


@collector(produces="iam.users", calls=(DETAILS,))
def users(aws: Account) -> Entries:
    """Every user with its policies, groups and tags."""
    return shape.users(_details(aws, "User", "UserDetailList"))


@collector(produces="iam.groups", calls=(DETAILS,))
def groups(aws: Account) -> Entries:
    """Every group with its policies."""
    return shape.groups(_details(aws, "Group", "GroupDetailList"))


@collector(produces="iam.roles", calls=(DETAILS,))
def roles(aws: Account) -> Entries:
    """Every role with its trust policy, policies and last use."""
    return shape.roles(_details(aws, "Role", "RoleDetailList"))


@collector(produces="iam.policies", calls=(DETAILS,))
def policies(aws: Account) -> Entries:
    """Every customer managed policy with the document of its default version."""
    return shape.policies(_details(aws, "LocalManagedPolicy", "Policies"))


@collector(produces="iam.role_settings", calls=("iam:ListRoles",))
def role_settings(aws: Account) -> Entries:
    """What the authorization details leave out of roles: session length and description."""
    for role in aws.pages("iam:ListRoles", "Roles", MaxItems=PAGE):
        yield role["RoleName"], role


@collector(produces="iam.aws_managed_policies", calls=("iam:ListPolicies", "iam:GetPolicyVersion"))
def aws_managed(aws: Account) -> Entries:
    """AWS's own policies that are attached here: one call tells their versions, and we carry most documents."""
    for policy in aws.pages("iam:ListPolicies", "Policies", Scope="AWS", OnlyAttached=True, MaxItems=PAGE):
        try:
            yield policy["Arn"], with_document(aws, policy)
        except CallFailed as failure:
            yield Unseen(policy["Arn"], failure)


def with_document(aws: Account, policy: dict[str, Any]) -> dict[str, Any]:
    """One of AWS's own policies with its document, asked for only where we do not carry it. Raises CallFailed."""
    arn, version = policy["Arn"], policy["DefaultVersionId"]
    document = aws_managed_policies.document(arn, version)
    if document is None:
        answer = aws.ask("iam:GetPolicyVersion", "PolicyVersion", PolicyArn=arn, VersionId=version)
        document = shape.document(answer["PolicyVersion"]["Document"])
    return {**policy, "Document": document}
