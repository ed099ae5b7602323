"""IAM as the snapshot holds it. Maps are keyed by the name AWS keeps unique, so places in the file are stable.

Shapes follow the API reference: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Types.html
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from auditor.snapshot.last_accessed import LastAccessed  # noqa: TC001 - pydantic reads it at run time
from auditor.snapshot.model import OWN_NAMES, Model, PolicyText, Text, Timestamp


class Tag(Model):
    """One tag of a user or role."""

    key: Text
    value: Text = ""


class InlinePolicy(Model):
    """A policy embedded in a user, group or role."""

    policy_name: Text
    policy_document: PolicyText


class AttachedPolicy(Model):
    """A managed policy attached to a user, group or role."""

    policy_arn: Text
    policy_name: Text = ""


class PermissionsBoundary(Model):
    """The managed policy that bounds what a principal may be granted."""

    permissions_boundary_arn: Text
    permissions_boundary_type: Text = "Policy"


class User(Model):
    """A user as GetAccountAuthorizationDetails shows it."""

    user_name: Text
    user_id: Text = ""
    arn: Text
    path: Text = "/"
    create_date: Timestamp | None = None
    user_policy_list: tuple[InlinePolicy, ...] = ()
    group_list: tuple[Text, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: PermissionsBoundary | None = None
    tags: tuple[Tag, ...] = ()


class Group(Model):
    """A group as GetAccountAuthorizationDetails shows it; its members stand in the users' group lists."""

    group_name: Text
    group_id: Text = ""
    arn: Text
    path: Text = "/"
    create_date: Timestamp | None = None
    group_policy_list: tuple[InlinePolicy, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()


class RoleLastUsed(Model):
    """When and where a role was last used; both empty for one not used in AWS's tracking period."""

    last_used_date: Timestamp | None = None
    region: Text | None = None


class Role(Model):
    """A role as GetAccountAuthorizationDetails shows it."""

    role_name: Text
    role_id: Text = ""
    arn: Text
    path: Text = "/"
    create_date: Timestamp | None = None
    assume_role_policy_document: PolicyText = ""
    role_policy_list: tuple[InlinePolicy, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: PermissionsBoundary | None = None
    role_last_used: RoleLastUsed = RoleLastUsed()
    tags: tuple[Tag, ...] = ()


class RoleSettings(Model):
    """What only ListRoles shows of a role. `max_session_duration` is in seconds."""

    max_session_duration: int = 3600
    description: Text = ""


class PolicyVersion(Model):
    """A version of a managed policy."""

    version_id: Text
    document: PolicyText


class ManagedPolicy(Model):
    """A managed policy with the document of its default version, and the versions that could be made the default.

    `other_versions` is None where they were not listed.
    """

    arn: Text
    policy_name: Text = ""
    default_version_id: Text
    attachment_count: int | None = None
    permissions_boundary_usage_count: int | None = None
    create_date: Timestamp | None = None
    update_date: Timestamp | None = None
    document: PolicyText
    other_versions: tuple[PolicyVersion, ...] | None = None


class PasswordPolicy(Model):
    """The account's own password policy; lengths in characters, ages in days."""

    minimum_password_length: int = 6
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase_characters: bool = False
    require_lowercase_characters: bool = False
    allow_users_to_change_password: bool = False
    expire_passwords: bool = False
    max_password_age: int | None = None
    password_reuse_prevention: int | None = None
    hard_expiry: bool | None = None


def _report_value(value: object) -> object:
    """The credential report's ways to say nothing: N/A, no_information, not_supported, an empty cell."""
    if isinstance(value, str):
        folded = value.strip().casefold()
        if folded in {"", "n/a", "no_information", "not_supported"}:
            return None
        if folded in {"true", "false"}:
            return folded == "true"
    return value


ReportFlag = Annotated[bool | None, BeforeValidator(_report_value)]
ReportTime = Annotated[Timestamp | None, BeforeValidator(_report_value)]
ReportText = Annotated[Text | None, BeforeValidator(_report_value)]


class CredentialReportRow(Model):
    """One user's line of the credential report, under the report's own column names.

    None stands for N/A, no_information and not_supported.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
    """

    model_config = OWN_NAMES

    user: Text
    arn: Text
    user_creation_time: Timestamp
    password_enabled: ReportFlag
    password_last_used: ReportTime
    password_last_changed: ReportTime
    password_next_rotation: ReportTime
    mfa_active: ReportFlag
    access_key_1_active: ReportFlag
    access_key_1_last_rotated: ReportTime
    access_key_1_last_used_date: ReportTime
    access_key_1_last_used_region: ReportText
    access_key_1_last_used_service: ReportText
    access_key_2_active: ReportFlag
    access_key_2_last_rotated: ReportTime
    access_key_2_last_used_date: ReportTime
    access_key_2_last_used_region: ReportText
    access_key_2_last_used_service: ReportText
    cert_1_active: ReportFlag
    cert_1_last_rotated: ReportTime
    cert_2_active: ReportFlag
    cert_2_last_rotated: ReportTime


class CredentialReport(Model):
    """The credential report: when AWS made it (up to four hours before the scan), and a row for each user."""

    model_config = OWN_NAMES

    generated_time: Timestamp
    rows: dict[Text, CredentialReportRow]


class DeviceUser(Model):
    """Who a virtual MFA device is assigned to; the root user has an ARN and no name."""

    arn: Text
    user_name: Text | None = None


class VirtualMFADevice(Model):
    """A virtual MFA device, assigned or not."""

    serial_number: Text
    enable_date: Timestamp | None = None
    user: DeviceUser | None = None


class MFADevice(Model):
    """A device of one user, of any kind: the serial number of a FIDO key is an ARN with `u2f` in it."""

    serial_number: Text
    enable_date: Timestamp | None = None


class AccessKeyMetadata(Model):
    """An access key of one user."""

    access_key_id: Text
    status: Text
    create_date: Timestamp | None = None


class SSHPublicKey(Model):
    """A CodeCommit SSH key of one user."""

    ssh_public_key_id: Annotated[Text, Field(alias="SSHPublicKeyId")]
    status: Text
    upload_date: Timestamp | None = None


class ServiceSpecificCredential(Model):
    """A long-term credential for one service: CodeCommit, Keyspaces, Bedrock or CloudWatch Logs."""

    service_specific_credential_id: Text
    user_name: Text
    service_name: Text
    status: Text
    create_date: Timestamp | None = None
    expiration_date: Timestamp | None = None


class ServerCertificate(Model):
    """A TLS certificate stored in IAM."""

    server_certificate_name: Text
    arn: Text
    upload_date: Timestamp | None = None
    expiration: Timestamp | None = None


class SAMLProvider(Model):
    """A SAML identity provider."""

    arn: Text
    valid_until: Timestamp | None = None
    create_date: Timestamp | None = None


class SAMLCertificate(Model):
    """A certificate that a SAML provider may sign with, by its end."""

    not_after: Timestamp


class SAMLProviderDetails(Model):
    """What only GetSAMLProvider shows; `assertion_encryption_mode` is "Required", "Allowed" or not set.

    Of the metadata the ends of the signing certificates are kept.
    """

    arn: Text
    assertion_encryption_mode: Text | None = None
    signing_certificates: tuple[SAMLCertificate, ...] = ()


class OIDCProvider(Model):
    """An OpenID Connect identity provider."""

    arn: Text
    url: Text = ""
    client_id_list: Annotated[tuple[Text, ...], Field(alias="ClientIDList")] = ()
    thumbprint_list: tuple[Text, ...] = ()
    create_date: Timestamp | None = None


class OrganizationsFeatures(Model):
    """Central root access of the organization.

    `status` tells what the answer means: "enabled" (features listed), "trusted-access-off", "not-in-organization",
    or "member" where only the management account may ask.
    """

    status: Literal["enabled", "trusted-access-off", "not-in-organization", "member"]
    enabled_features: tuple[Text, ...] = ()


class IAM(Model):
    """All that was collected of IAM. A section that is not set was not seen; None means that AWS has none."""

    model_config = OWN_NAMES

    account_summary: dict[Text, int] = Field(default_factory=dict)
    credential_report: CredentialReport | None = None
    recent_users: dict[Text, CredentialReportRow] = Field(default_factory=dict)
    users: dict[Text, User] = Field(default_factory=dict)
    groups: dict[Text, Group] = Field(default_factory=dict)
    roles: dict[Text, Role] = Field(default_factory=dict)
    role_settings: dict[Text, RoleSettings] = Field(default_factory=dict)
    policies: dict[Text, ManagedPolicy] = Field(default_factory=dict)
    aws_managed_policies: dict[Text, ManagedPolicy] = Field(default_factory=dict)
    password_policy: PasswordPolicy | None = None
    virtual_mfa_devices: dict[Text, VirtualMFADevice] = Field(default_factory=dict)
    service_specific_credentials: dict[Text, ServiceSpecificCredential] = Field(default_factory=dict)
    server_certificates: dict[Text, ServerCertificate] = Field(default_factory=dict)
    saml_providers: dict[Text, SAMLProvider] = Field(default_factory=dict)
    saml_provider_details: dict[Text, SAMLProviderDetails] = Field(default_factory=dict)
    oidc_providers: dict[Text, OIDCProvider] = Field(default_factory=dict)
    account_aliases: tuple[Text, ...] = ()
    organizations_features: OrganizationsFeatures | None = None
    access_keys: dict[Text, tuple[AccessKeyMetadata, ...]] = Field(default_factory=dict)
    mfa_devices: dict[Text, tuple[MFADevice, ...]] = Field(default_factory=dict)
    ssh_public_keys: dict[Text, tuple[SSHPublicKey, ...]] = Field(default_factory=dict)
    last_accessed: dict[Text, LastAccessed] = Field(default_factory=dict)
