"""Actions that AWS decides by rules of their own. All names are in lower case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.policy.principals import PrincipalKind

if TYPE_CHECKING:
    from auditor.policy.request import Request

ALWAYS_ALLOWED: dict[str, frozenset[PrincipalKind]] = {
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    "sts:getcalleridentity": frozenset(
        {PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.FEDERATED, PrincipalKind.ROOT}
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
    "sts:getsessiontoken": frozenset({PrincipalKind.USER, PrincipalKind.ROOT}),
}
"""What no permission is needed for, and no Deny keeps from these callers."""

NOT_ACROSS_ACCOUNTS = frozenset(
    {
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
        "iam:passrole",
    }
)

NOT_FOR_ROOT = frozenset(
    {
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        "sts:assumerole",
    }
)

BY_TRUST_ALONE = frozenset(
    {
        # The caller has no AWS identity yet: of an account's policies only the role's trust policy decides.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
    }
)

BY_TRUST = BY_TRUST_ALONE | {"sts:assumerole", "sts:setcontext", "sts:setsourceidentity", "sts:tagsession"}
"""What a role's trust policy must allow, also within the account.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html"""

POLICY_OF_BUCKET = frozenset(
    {
        # A bucket policy can't lock out the root user of the bucket's account.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
        "s3:deletebucketpolicy",
        "s3:getbucketpolicy",
        "s3:putbucketpolicy",
    }
)

BEYOND_RCPS = frozenset(
    {
        # https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
        "kms:retiregrant",
    }
)


def needs_resource_policy(request: Request) -> bool:
    """Whether nobody has access, not even in the same account, unless the resource's own policy allows it.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if request.service == "kms":
        return request.resource.split(":", 5)[-1].startswith("key/")
    return request.action_key in BY_TRUST
