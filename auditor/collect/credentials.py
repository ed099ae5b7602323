"""Credentials of root and users: the credential report, devices, certificates, federation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any

from auditor.aws.account import Unseen
from auditor.aws.errors import CallFailed
from auditor.collect.collector import collector
from auditor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account
    from auditor.snapshot.iam import CredentialReport

    Entries = Iterator[tuple[str, Any] | Unseen]

PAGE = 1000
NOT_READY = ("ReportInProgress", "ReportNotPresent", "ReportExpired")
PAUSES = (0.5, 1, 2, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5)
"""Seconds between looks at a report in the making: it takes about two for an account of fifty users."""

MOST_RECENT_USERS = 25
"""How many users younger than the report are looked up one by one; beyond that the report is called stale."""


@collector(produces="iam.credential_report", calls=("iam:GenerateCredentialReport", "iam:GetCredentialReport"))
def credential_report(aws: Account) -> CredentialReport:
    """The credential report, newly made or up to four hours old."""
    from auditor.snapshot.credential_report import parse

    aws.ask("iam:GenerateCredentialReport", "State")
    for pause in PAUSES:
        if answer := aws.call("iam:GetCredentialReport", "Content", absent=NOT_READY):
            return parse(answer["Content"], answer["GeneratedTime"])
        sleep(pause)
    raise CallFailed("iam:GetCredentialReport", "timed-out", "ReportInProgress", "the report is still being made")


@collector(
    produces="iam.recent_users",
    calls=(
        "iam:GetAccessKeyLastUsed",
        "iam:GetLoginProfile",
        "iam:GetUser",
        "iam:ListAccessKeys",
        "iam:ListMFADevices",
        "iam:ListSigningCertificates",
    ),
    after=("iam.credential_report", "iam.users"),
)
def recent_users(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Rows like the credential report's for users that it does not list: it may be four hours old."""
    if "iam.credential_report" not in seen:
        return
    rows = seen["iam.credential_report"].rows
    missing = sorted(name for name in seen.get("iam.users", ()) if name not in rows)
    for name in missing[MOST_RECENT_USERS:]:
        words = (
            f"the credential report is older than user {name}: scan again when AWS makes a new one, within four hours"
        )
        yield Unseen(name, CallFailed("iam:GetCredentialReport", "stale", "ReportStale", words))
    yield from aws.each(lambda name: _row(aws, name), missing[:MOST_RECENT_USERS])


def _row(aws: Account, name: str) -> dict[str, Any]:
    user = aws.ask("iam:GetUser", "User", UserName=name)["User"]
    login = aws.call("iam:GetLoginProfile", "LoginProfile", UserName=name, absent=("NoSuchEntity",))
    devices = list(aws.pages("iam:ListMFADevices", "MFADevices", UserName=name))
    keys = sorted(aws.pages("iam:ListAccessKeys", "AccessKeyMetadata", UserName=name), key=lambda k: k["AccessKeyId"])
    certificates = list(aws.pages("iam:ListSigningCertificates", "Certificates", UserName=name))
    row = {
        "user": name,
        "arn": user["Arn"],
        "user_creation_time": user["CreateDate"],
        "password_enabled": login is not None,
        "password_last_used": user.get("PasswordLastUsed") if login else None,
        "password_last_changed": login["LoginProfile"]["CreateDate"] if login else None,
        "password_next_rotation": None,
        "mfa_active": bool(devices),
    }
    for slot in (1, 2):
        row |= _key_columns(aws, slot, keys[slot - 1] if len(keys) >= slot else None)
        certificate = certificates[slot - 1] if len(certificates) >= slot else None
        row |= {
            f"cert_{slot}_active": bool(certificate and certificate["Status"] == "Active"),
            f"cert_{slot}_last_rotated": certificate["UploadDate"] if certificate else None,
        }
    return row


def _key_columns(aws: Account, slot: int, key: dict[str, Any] | None) -> dict[str, Any]:
    used = _last_use(aws, key["AccessKeyId"]) if key else {}
    return {
        f"access_key_{slot}_active": bool(key and key["Status"] == "Active"),
        f"access_key_{slot}_last_rotated": key["CreateDate"] if key else None,
        f"access_key_{slot}_last_used_date": used.get("LastUsedDate"),
        f"access_key_{slot}_last_used_region": used.get("Region"),
        f"access_key_{slot}_last_used_service": used.get("ServiceName"),
    }


def _last_use(aws: Account, key_id: str) -> dict[str, Any]:
    used: dict[str, Any] = aws.ask("iam:GetAccessKeyLastUsed", "AccessKeyLastUsed", AccessKeyId=key_id)[
        "AccessKeyLastUsed"
    ]
    return used


@collector(produces="iam.virtual_mfa_devices", calls=("iam:ListVirtualMFADevices",))
def virtual_mfa_devices(aws: Account) -> Entries:
    """Every virtual MFA device, assigned or not."""
    for device in aws.pages("iam:ListVirtualMFADevices", "VirtualMFADevices", AssignmentStatus="Any", MaxItems=PAGE):
        yield device["SerialNumber"], device


@collector(produces="iam.service_specific_credentials", calls=("iam:ListServiceSpecificCredentials",))
def service_specific_credentials(aws: Account) -> Entries:
    """Every user's credentials for single services, of all services at once."""
    for credential in aws.pages(
        "iam:ListServiceSpecificCredentials", "ServiceSpecificCredentials", AllUsers=True, MaxItems=PAGE
    ):
        yield credential["ServiceSpecificCredentialId"], credential


@collector(produces="iam.server_certificates", calls=("iam:ListServerCertificates",))
def server_certificates(aws: Account) -> Entries:
    """Every TLS certificate stored in IAM."""
    for certificate in aws.pages("iam:ListServerCertificates", "ServerCertificateMetadataList", MaxItems=PAGE):
        yield certificate["ServerCertificateName"], certificate


@collector(produces="iam.saml_providers", calls=("iam:ListSAMLProviders",))
def saml_providers(aws: Account) -> Entries:
    """Every SAML provider."""
    for provider in aws.pages("iam:ListSAMLProviders", "SAMLProviderList"):
        yield provider["Arn"], provider


@collector(produces="iam.saml_provider_details", calls=("iam:GetSAMLProvider",), after=("iam.saml_providers",))
def saml_provider_details(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every SAML provider's encryption and signing certificates; there is no call that describes several."""
    yield from aws.each(partial(_saml_provider, aws), sorted(seen.get("iam.saml_providers", ())))


def _saml_provider(aws: Account, arn: str) -> dict[str, Any]:
    from auditor.snapshot.saml import signing_certificates

    operation = "iam:GetSAMLProvider"
    answer = aws.ask(operation, "SAMLMetadataDocument", SAMLProviderArn=arn)
    try:
        certificates = signing_certificates(answer["SAMLMetadataDocument"])
    except InputError as error:
        raise CallFailed(operation, "failed", "UnexpectedAnswer", str(error)) from error
    return {
        "Arn": arn,
        "AssertionEncryptionMode": answer.get("AssertionEncryptionMode"),
        "SigningCertificates": certificates,
    }


@collector(produces="iam.oidc_providers", calls=("iam:ListOpenIDConnectProviders", "iam:GetOpenIDConnectProvider"))
def oidc_providers(aws: Account) -> Entries:
    """Every OpenID Connect provider; there is no call that describes several."""
    arns = [provider["Arn"] for provider in aws.pages("iam:ListOpenIDConnectProviders", "OpenIDConnectProviderList")]
    for result in aws.each(
        lambda arn: aws.ask("iam:GetOpenIDConnectProvider", "Url", OpenIDConnectProviderArn=arn), arns
    ):
        yield result if isinstance(result, Unseen) else (result[0], {**result[1], "Arn": result[0]})


@collector(produces="iam.access_keys", calls=("iam:ListAccessKeys",), after=("iam.users",))
def access_keys(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every user's access key ids: a call for each user."""
    return _of_each_user(aws, seen, "iam:ListAccessKeys", "AccessKeyMetadata", "AccessKeyId")


@collector(produces="iam.mfa_devices", calls=("iam:ListMFADevices",), after=("iam.users",))
def mfa_devices(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every user's MFA devices of all kinds: a call for each user."""
    return _of_each_user(aws, seen, "iam:ListMFADevices", "MFADevices", "SerialNumber")


@collector(produces="iam.ssh_public_keys", calls=("iam:ListSSHPublicKeys",), after=("iam.users",))
def ssh_public_keys(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every user's SSH keys for CodeCommit: a call for each user."""
    return _of_each_user(aws, seen, "iam:ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId")


def _of_each_user(aws: Account, seen: Mapping[str, Any], operation: str, member: str, key: str) -> Entries:
    def listed(name: str) -> list[dict[str, Any]]:
        return sorted(aws.pages(operation, member, UserName=name), key=lambda item: str(item[key]))

    yield from aws.each(listed, sorted(seen.get("iam.users", ())))
