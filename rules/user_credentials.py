"""Other credentials of IAM users: for single services, certificates and SSH keys; leaked ones, and none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import CREDENTIALS, Blind, NotCollected, Place, ServiceCredential, User, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_EXPIRING = {"bedrock.amazonaws.com": "Amazon Bedrock", "logs.amazonaws.com": "CloudWatch Logs"}
"""Services whose credentials can be given an end when they are made."""


@rule(
    "user-service-credential-active",
    severity="medium",
    over=ServiceCredential,
    needs=("iam.users",),
    claims=("S19",),
    tags=("iam", "credentials"),
    title="Long-term credential for a single service is active",
    fix="Use temporary credentials of a role for the service, then deactivate and delete this one.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html",
    cli="""\
aws iam update-service-specific-credential --user-name NAME --service-specific-credential-id ID --status Inactive
aws iam delete-service-specific-credential --user-name NAME --service-specific-credential-id ID""",
)
def user_service_credential_active(credential: ServiceCredential) -> Iterator[Finding]:
    """User names and API keys for CodeCommit, Keyspaces, Bedrock or CloudWatch Logs are passwords outside all reports.

    Neither the credential report nor the rotation of access keys knows them, and a Bedrock API key alone is enough to
    run up a bill. Keys for Bedrock and CloudWatch Logs can be made to end; one that was not never does. A credential
    that is inactive, or whose end has passed, opens nothing.
    """
    expires, taken_at = credential.expires, credential.account.taken_at
    if credential.status in {"Inactive", "Expired"} or (expires is not None and expires <= taken_at):
        return
    service = _EXPIRING.get(credential.service_name, credential.service_name)
    words = [f"{credential.user_name} has an active credential for {service} ({credential.name})"]
    if credential.created is not None:
        words.append(f"made {credential.account.age(credential.created).days} days ago")
    if expires is not None:
        words.append(f"valid until {expires:%Y-%m-%d}")
    elif credential.service_name in _EXPIRING:
        words.append("without an end")
    yield credential.finding(", ".join(words), at=("status", "service_name", "expires"), discriminator=credential.name)


@rule(
    "user-signing-certificate-active",
    severity="medium",
    over=User,
    needs=CREDENTIALS,
    claims=("S19",),
    tags=("iam", "credentials", "certificates"),
    title="User has an active X.509 signing certificate",
    fix="Make sure that nothing signs SOAP requests any more, then deactivate and delete the certificate.",
    docs="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SigningCertificate.html",
    cli="""\
aws iam list-signing-certificates --user-name NAME
aws iam update-signing-certificate --user-name NAME --certificate-id ID --status Inactive
aws iam delete-signing-certificate --user-name NAME --certificate-id ID""",
)
def user_signing_certificate_active(user: User) -> Iterator[Finding]:
    """Signing certificates served the SOAP interfaces that AWS has all but retired; their private keys never change.

    Hardly anything uses them, so that one that was stolen would not be missed. Each active one is a finding; inactive
    ones open nothing.
    """
    for slot, active in ((1, user.certificate_1_active), (2, user.certificate_2_active)):
        if active:
            yield user.finding(
                f"signing certificate {slot} of {user.name} is active",
                at=(f"certificate_{slot}_active", f"certificate_{slot}_changed"),
                discriminator=f"certificate-{slot}",
            )


@rule(
    "user-ssh-key-active",
    severity="info",
    over=User,
    needs=("iam.ssh_public_keys",),
    claims=("S19",),
    tags=("iam", "credentials", "codecommit"),
    title="User has an active SSH key for CodeCommit",
    fix="Use git-remote-codecommit with temporary credentials, then deactivate and delete the key.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html",
    cli="""\
aws iam update-ssh-public-key --user-name NAME --ssh-public-key-id ID --status Inactive
aws iam delete-ssh-public-key --user-name NAME --ssh-public-key-id ID""",
)
def user_ssh_key_active(user: User) -> Iterator[Finding]:
    """The private half of an SSH key lies on some disk, and opens repositories until the public half is deleted.

    Such keys stand in no report, so each active one is told of here, for the inventory. Listing them costs a call for
    each user, so they are looked at only when that is asked for; where the call for a user did not answer, the
    question stays open.
    """
    listed = user.account.entry("iam.ssh_public_keys", user.name)
    if listed is None:
        raise NotCollected(Blind(f"the SSH keys of {user.name} were not listed"))
    for index, key in enumerate(listed.model):
        if key.status != "Inactive":
            made = f", uploaded {key.upload_date:%Y-%m-%d}" if key.upload_date else ""
            yield user.finding(
                f"{user.name} has the active SSH key {key.ssh_public_key_id}{made}",
                at=Place(f"{listed.pointer}/{index}/Status", key.status),
                discriminator=key.ssh_public_key_id,
            )


@rule(
    "user-key-quarantined",
    severity="critical",
    over=User,
    claims=("S37",),
    tags=("iam", "credentials", "access-keys", "incident"),
    title="AWS has quarantined a leaked access key",
    fix="Treat the key as stolen: make a new one, delete the old one, look in CloudTrail for what it did, then detach.",
    docs="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",
    cli="""\
aws iam list-access-keys --user-name NAME
aws iam update-access-key --user-name NAME --access-key-id KEY_ID --status Inactive
aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=KEY_ID
aws iam delete-access-key --user-name NAME --access-key-id KEY_ID
aws iam detach-user-policy --user-name NAME --policy-arn POLICY_ARN""",
)
def user_key_quarantined(user: User) -> Iterator[Finding]:
    """AWS found a key of this user in public and attached a policy to the user that denies the costliest abuses.

    Everything that the policy does not deny still works for the thief, and the support case that AWS opened expects
    an answer. There are several versions of the policy; each that is attached counts. A policy of your own that
    bears the same name is not AWS's doing.
    """
    for place in user.quarantine_places:
        arn = str(place.value)
        yield user.finding(
            f"AWS attached {arn.rpartition('/')[2]} to {user.name}: a key of this user was found in public",
            at=place,
            discriminator=arn,
        )


@rule(
    "user-without-credentials",
    severity="info",
    over=User,
    needs=(*CREDENTIALS, "iam.service_specific_credentials"),
    claims=("S38",),
    tags=("iam", "unused"),
    title="User has no credentials",
    fix="Delete the user if nothing refers to it.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_remove.html",
    cli="aws iam delete-user --user-name NAME",
)
def user_without_credentials(user: User) -> Iterator[Finding]:
    """A user that nobody can sign in as serves nothing, yet its permissions wait for whoever may give it a key.

    A password, an access key, a signing certificate or a credential for a single service counts, active or not, since
    an inactive one can be switched on again. SSH keys count where they were listed, which happens only on demand.
    """
    certificates = ("certificate_1_active", "certificate_2_active", "certificate_1_changed", "certificate_2_changed")
    places = [user.place(name) for name in ("password_enabled", *certificates)]
    if user.keys or any(place.value for place in places):
        return
    if user.name in user.account.service_credential_users:
        return
    user.account.read("iam.service_specific_credentials")
    if not (user.account.optional("iam.ssh_public_keys") or {}).get(user.name):
        yield user.finding(
            f"{user.name} has no password, access key, certificate or service credential", at="password_enabled"
        )
