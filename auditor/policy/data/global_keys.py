"""Condition keys that stand in the IAM User Guide but not, or not fully, in the Service Authorization Reference.

Types are those of the reference: String, ARN, Numeric, Bool, Date, IPAddress, and ArrayOf... for a multi-valued key.
"""

from __future__ import annotations

GLOBAL_KEYS: dict[str, tuple[str, ...]] = {
    # Properties of the principal
    "aws:PrincipalArn": ("ARN",),
    "aws:PrincipalAccount": ("String",),
    "aws:PrincipalOrgPaths": ("ArrayOfString",),
    "aws:PrincipalOrgID": ("String",),
    "aws:PrincipalTag/${TagKey}": ("String",),
    "aws:PrincipalIsAWSService": ("Bool",),
    "aws:PrincipalServiceName": ("String",),
    "aws:PrincipalServiceNamesList": ("ArrayOfString",),
    "aws:PrincipalType": ("String",),
    "aws:userid": ("String",),
    "aws:username": ("String",),
    # Properties of a role session
    "aws:AssumedRoot": ("Bool",),
    "aws:FederatedProvider": ("String", "ARN"),
    "aws:TokenIssueTime": ("Date",),
    "aws:SignInSessionArn": ("ARN",),
    "aws:MultiFactorAuthAge": ("Numeric",),
    "aws:MultiFactorAuthPresent": ("Bool",),
    "aws:ChatbotSourceArn": ("ARN",),
    "aws:Ec2InstanceSourceVpc": ("String",),
    "aws:Ec2InstanceSourcePrivateIPv4": ("IPAddress",),
    "aws:SourceIdentity": ("String",),
    # Properties of the network
    "aws:SourceIp": ("IPAddress",),
    "aws:SourceVpc": ("String",),
    "aws:SourceVpcArn": ("ARN",),
    "aws:SourceVpce": ("String",),
    "aws:VpceAccount": ("String",),
    "aws:VpceOrgID": ("String",),
    "aws:VpceOrgPaths": ("ArrayOfString",),
    "aws:VpcSourceIp": ("IPAddress",),
    # Properties of the resource
    "aws:ResourceAccount": ("String",),
    "aws:ResourceOrgID": ("String",),
    "aws:ResourceOrgPaths": ("ArrayOfString",),
    "aws:ResourceTag/${TagKey}": ("String",),
    # Properties of the request
    "aws:CalledVia": ("ArrayOfString",),
    "aws:CalledViaFirst": ("String",),
    "aws:CalledViaLast": ("String",),
    "aws:CalledViaAWSMCP": ("String",),
    "aws:ViaAWSService": ("Bool",),
    "aws:ViaAWSMCPService": ("Bool",),
    "aws:CurrentTime": ("Date",),
    "aws:EpochTime": ("Date", "Numeric"),
    "aws:referer": ("String",),
    "aws:RequestedRegion": ("String",),
    "aws:RequestTag/${TagKey}": ("String",),
    "aws:TagKeys": ("ArrayOfString",),
    "aws:SecureTransport": ("Bool",),
    "aws:SourceAccount": ("String",),
    "aws:SourceArn": ("ARN",),
    "aws:SourceOrgID": ("String",),
    "aws:SourceOrgPaths": ("ArrayOfString",),
    "aws:UserAgent": ("String",),
    "aws:IsMcpServiceAction": ("Bool",),
    # Set by SNS alone, superseded by aws:SourceAccount, and in the policy that SNS gives every new topic:
    # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner
    "aws:SourceOwner": ("String",),
}
"""Key, in the guide's spelling, -> its types; the second is one that the guide lets be compared as well.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

OIDC_CLAIMS: dict[str, tuple[str, ...]] = {
    "amr": ("ArrayOfString",),
    "aud": ("String",),
    "azp": ("String",),
    "email": ("String",),
    "oaud": ("String",),
    "sub": ("String",),
}
"""Claims that are keys for every OpenID Connect provider, as `<URL of the provider without https://>:<claim>`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""

LIST_KEYS = frozenset(
    {
        "cognito-identity.amazonaws.com:amr",
        "saml:commonname",
        "saml:givenname",
        "saml:mail",
        "saml:name",
        "saml:organizationstatus",
        "saml:primarygroupsid",
        "saml:surname",
        "saml:uid",
        "saml:x500uniqueidentifier",
    }
)
"""Keys, in lower case, that the guide calls lists and the reference plain strings.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
"""
