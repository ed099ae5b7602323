"""Actions that AWS decides by rules of their own. All names are in lower case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.policy.principals import PrincipalKind

if TYPE_CHECKING:
    from auditor.policy.principals import Principal
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

MADE_BY: dict[str, frozenset[PrincipalKind]] = {
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    "sts:assumerole": frozenset({PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.SERVICE}),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
    "sts:assumerolewithsaml": frozenset({PrincipalKind.PROVIDER}),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    "sts:assumerolewithwebidentity": frozenset({PrincipalKind.PROVIDER}),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    "sts:getfederationtoken": frozenset({PrincipalKind.USER, PrincipalKind.ROOT}),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    "sts:getsessiontoken": frozenset({PrincipalKind.USER, PrincipalKind.ROOT}),
}
"""Whose credentials, or tokens, an action takes, where it does not take all."""

WITHOUT_STS = frozenset({PrincipalKind.FEDERATED, PrincipalKind.ANONYMOUS})
"""Who can ask nothing of STS but what is always allowed.
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"""

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


def can_make(caller: Principal, action: str) -> bool:
    """Whether a caller can make a request for an action of STS at all, whatever policies say.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    """
    if caller.kind in WITHOUT_STS:
        return False
    if caller.kind is PrincipalKind.PROVIDER and action in BY_TRUST_ALONE:
        return (":saml-provider/" in caller.text) is (action == "sts:assumerolewithsaml")
    return action not in MADE_BY or caller.kind in MADE_BY[action]


def needs_resource_policy(request: Request) -> bool:
    """Whether nobody has access, not even in the same account, unless the resource's own policy allows it.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if request.service == "kms":
        return request.resource.split(":", 5)[-1].startswith("key/")
    return request.action_key in BY_TRUST
