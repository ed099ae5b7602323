"""What IAM knows of the account as a whole: summary, password policy, aliases, providers, certificates."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ..iam_shapes import id_of, no_such_entity, tags
from ..operations import AWSError, operation
from .iam_users import by_path, listed

if TYPE_CHECKING:
    from ..state import Account

QUOTAS = {
    "UsersQuota": 5000,
    "GroupsQuota": 300,
    "RolesQuota": 1000,
    "PoliciesQuota": 1500,
    "InstanceProfilesQuota": 1000,
    "ServerCertificatesQuota": 20,
    "UserPolicySizeQuota": 2048,
    "GroupPolicySizeQuota": 5120,
    "RolePolicySizeQuota": 10240,
    "PolicySizeQuota": 6144,
    "AssumeRolePolicySizeQuota": 2048,
    "PolicyVersionsInUseQuota": 10000,
    "VersionsPerPolicyQuota": 5,
    "AttachedPoliciesPerUserQuota": 10,
    "AttachedPoliciesPerGroupQuota": 10,
    "AttachedPoliciesPerRoleQuota": 20,
    "AccessKeysPerUserQuota": 2,
    "SigningCertificatesPerUserQuota": 2,
    "GroupsPerUserQuota": 10,
}


@operation("iam", "GetAccountSummary")
def get_account_summary(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """34 keys: the quotas, what exists, and the facts about root."""
    root = account.root
    assigned = len(root.mfa) + sum(len(user.mfa) for user in account.users)
    counts = {
        "Users": len(account.users),
        "Groups": len(account.groups),
        "Roles": len(account.roles),
        "Policies": len(account.policies),
        "PolicyVersionsInUse": sum(len(policy.versions) for policy in account.policies),
        "InstanceProfiles": sum(len(role.instance_profiles) for role in account.roles),
        "ServerCertificates": len(account.server_certificates),
        "Providers": len(account.saml_providers) + len(account.oidc_providers),
        "MFADevices": assigned + len(account.unassigned_mfa),
        "MFADevicesInUse": assigned,
        "AccountMFAEnabled": int(bool(root.mfa)),
        "AccountPasswordPresent": int(root.password is not None),
        "AccountAccessKeysPresent": int(bool(root.keys)),
        "AccountSigningCertificatesPresent": int(bool(root.certificates)),
        "GlobalEndpointTokenVersion": 1,
    }
    return {"SummaryMap": {**QUOTAS, **counts, **account.summary}}


@operation("iam", "GetAccountPasswordPolicy")
def get_account_password_policy(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    policy = account.password_policy
    if policy is None:
        raise no_such_entity(f"The Password Policy with domain name {account.id} cannot be found.")
    answer: dict[str, Any] = {
        "MinimumPasswordLength": policy.minimum_length,
        "RequireSymbols": policy.symbols,
        "RequireNumbers": policy.numbers,
        "RequireUppercaseCharacters": policy.uppercase,
        "RequireLowercaseCharacters": policy.lowercase,
        "AllowUsersToChangePassword": policy.users_may_change,
        "ExpirePasswords": policy.max_age is not None,
        "HardExpiry": policy.hard_expiry,
    }
    if policy.max_age is not None:
        answer["MaxPasswordAge"] = policy.max_age
    if policy.reuse_prevention is not None:
        answer["PasswordReusePrevention"] = policy.reuse_prevention
    return {"PasswordPolicy": answer}


@operation("iam", "ListAccountAliases")
def list_account_aliases(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    return listed(account, params, "AccountAliases", account.aliases, lambda alias: alias)


@operation("iam", "ListServerCertificates")
def list_server_certificates(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    return listed(
        account,
        params,
        "ServerCertificateMetadataList",
        by_path(account.server_certificates, params),
        lambda certificate: {
            "Path": certificate.path,
            "ServerCertificateName": certificate.name,
            "ServerCertificateId": id_of(account, certificate),
            "Arn": account.arn_of(certificate),
            "UploadDate": certificate.uploaded,
            "Expiration": certificate.expires,
        },
    )


@operation("iam", "ListSAMLProviders")
def list_saml_providers(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """All of them in one answer: this operation doesn't page."""
    providers = [
        {"Arn": arn, "ValidUntil": provider.valid_until, "CreateDate": provider.created}
        for arn, provider in _saml(account).items()
    ]
    return {"SAMLProviderList": providers}


@operation("iam", "GetSAMLProvider")
def get_saml_provider(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    arn = params["SAMLProviderArn"]
    provider = _saml(account).get(arn)
    if provider is None:
        raise no_such_entity(f"Manifest not found for arn {arn}")
    mode = {"AssertionEncryptionMode": provider.encryption} if provider.encryption else {}
    return {
        "SAMLProviderUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, arn)),
        "SAMLMetadataDocument": provider.metadata,
        "CreateDate": provider.created,
        "ValidUntil": provider.valid_until,
        "Tags": tags(provider.tags),
        **mode,
    }


@operation("iam", "ListOpenIDConnectProviders")
def list_open_id_connect_providers(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """All of them in one answer: this operation doesn't page."""
    return {"OpenIDConnectProviderList": [{"Arn": arn} for arn in _oidc(account)]}


@operation("iam", "GetOpenIDConnectProvider")
def get_open_id_connect_provider(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    arn = params["OpenIDConnectProviderArn"]
    provider = _oidc(account).get(arn)
    if provider is None:
        raise no_such_entity(f"OpenIDConnect Provider not found for arn {arn}")
    return {
        "Url": provider.url,
        "ClientIDList": list(provider.client_ids),
        "ThumbprintList": list(provider.thumbprints),
        "CreateDate": provider.created,
        "Tags": tags(provider.tags),
    }


@operation("iam", "ListOrganizationsFeatures")
def list_organizations_features(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The features of centralized root access; each of its errors says something else about the account."""
    organization = account.organization
    if organization is None:
        raise AWSError(
            "OrganizationNotFoundException",
            "The request was rejected because no organization is associated with your account.",
        )
    if organization.seat == "member":
        raise AWSError(
            "AccountNotManagementOrDelegatedAdministratorException",
            "The request was rejected because the account making the request is not the management account or "
            "delegated administrator account for centralized root access.",
        )
    if organization.feature_set != "ALL":
        raise AWSError(
            "OrganizationNotInAllFeaturesModeException",
            "The request was rejected because your organization does not have All features enabled.",
        )
    if organization.features is None:
        raise AWSError(
            "ServiceAccessNotEnabledException",
            "The request was rejected because trusted access is not enabled for IAM in Organizations.",
        )
    return {"OrganizationId": organization.id, "EnabledFeatures": list(organization.features)}


def _saml(account: Account) -> dict[str, Any]:
    return {account.arn("iam", f"saml-provider/{each.name}"): each for each in account.saml_providers}


def _oidc(account: Account) -> dict[str, Any]:
    return {account.arn("iam", f"oidc-provider/{each.url}"): each for each in account.oidc_providers}
