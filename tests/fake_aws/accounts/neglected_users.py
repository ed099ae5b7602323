"""The users of `neglected()`."""

from __future__ import annotations

from typing import Any

from ..entities import (
    AccessKey,
    InlinePolicy,
    MFADevice,
    Password,
    ServiceCredential,
    ServiceUse,
    SigningCertificate,
    SSHKey,
    User,
    days_ago,
    unique_id,
)
from .parts import ADMINISTRATOR, allow, aws, document, key_use, security_key, virtual_mfa

HOSTILE_TAGS = {
    "owner": "<script>alert(1)</script>",
    "note": "\x9b31mred\x9b0m | pipes | `ticks` | \u202egnp.exe",
    "cell": "=cmd|'/C calc'!A0",
    "workflow": "::error file=a.py,line=1::not yours%0A::set-output name=x::y",
    "ünïcode": "naïve\u2028line\nbreak",
}
"""What must not get out of a report unescaped. XML can't carry ESC itself, but it can carry the 8-bit CSI."""


def users(account_id: str) -> tuple[User, ...]:
    """Sixteen users; the name or the comment says what is wrong with each."""
    return (*_administrators(account_id), *_machines(account_id), *_people(account_id))


def _key(account_id: str, user: str, number: int, days: float, **more: Any) -> AccessKey:
    return AccessKey(unique_id("AKIA", account_id, user, str(number)), days_ago(days), **more)


def _administrators(account_id: str) -> tuple[User, ...]:
    return (
        User(  # attached directly, no MFA, two active keys, one of them in use today
            "claire.admin",
            created=days_ago(1900),
            attached=(ADMINISTRATOR,),
            password=Password(days_ago(1900), changed=days_ago(700), used=days_ago(2)),
            keys=(
                _key(account_id, "claire.admin", 1, 1850, used=key_use(0.02, "iam")),
                _key(account_id, "claire.admin", 2, 430, used=key_use(300, "ec2", "eu-central-1")),
            ),
            accessed=(
                ServiceUse("iam", days_ago(0.02), ("CreateUser", "ListUsers")),
                ServiceUse("ec2", days_ago(300)),
            ),
        ),
        User(  # inline, and a key made together with the user that never signed anything
            "bob",
            created=days_ago(600),
            inline=(InlinePolicy("god-mode", document(allow("*", Sid="TemporaryFixPleaseRemove"))),),
            password=Password(days_ago(600)),
            keys=(_key(account_id, "bob", 1, 600),),
        ),
        User(  # through a group, with hostile tags and a name of all the characters that IAM allows
            "o+=,.@-k",
            created=days_ago(800),
            path="/people/",
            groups=("Administrators",),
            password=Password(days_ago(800), used=days_ago(5)),
            mfa=(virtual_mfa(account_id, "o+=,.@-k", 790),),
            tags=HOSTILE_TAGS,
        ),
        User(  # an administrator by iam:PutUserPolicy on everybody, through a customer managed policy
            "helpdesk",
            created=days_ago(500),
            attached=(f"arn:aws:iam::{account_id}:policy/helpdesk",),
            groups=("Protected",),
            password=Password(days_ago(500), used=days_ago(100)),
        ),
    )


def _machines(account_id: str) -> tuple[User, ...]:
    return (
        User(  # a machine that can sign in at the console
            "svc-deploy",
            created=days_ago(1000),
            path="/machines/",
            attached=(f"arn:aws:iam::{account_id}:policy/teams/deploy", aws("PowerUserAccess")),
            password=Password(days_ago(990)),
            keys=(_key(account_id, "svc-deploy", 1, 1000, used=key_use(0.1, "lambda")),),
            tags={"type": "service", "owner": "platform"},
        ),
        User(  # a key of four years; S3 has no region in the report
            "legacy-backup",
            created=days_ago(1500),
            attached=(aws("AmazonS3FullAccess"),),
            keys=(_key(account_id, "legacy-backup", 1, 1500, used=key_use(60, "s3", "N/A")),),
        ),
        User("batch-import", created=days_ago(200), keys=(_key(account_id, "batch-import", 1, 200),)),
        User(
            "BedrockAPIKey-x7k2",
            created=days_ago(90),
            attached=(aws("AmazonBedrockLimitedAccess"),),
            service_credentials=(
                ServiceCredential(
                    "ACCAXMPLEBEDROCK0001", "bedrock.amazonaws.com", days_ago(90), expires=days_ago(-275)
                ),
                ServiceCredential("ACCAXMPLEBEDROCK0002", "bedrock.amazonaws.com", days_ago(60)),
            ),
        ),
        _committer(),
    )


def _committer() -> User:
    """SSH keys, HTTPS credentials and signing certificates: all that the lists of keys don't show."""
    return User(
        "git.pusher",
        created=days_ago(1300),
        attached=(aws("AWSCodeCommitPowerUser"),),
        ssh_keys=(SSHKey("APKAXMPLESSHKEY00001", days_ago(1200)),),
        certificates=(
            SigningCertificate("XMPLECERT1XMPLECERT1XMPL", days_ago(1250)),
            SigningCertificate("XMPLECERT2XMPLECERT2XMPL", days_ago(1290), active=False),
        ),
        service_credentials=(
            ServiceCredential("ACCAXMPLECODECOMMIT1", "codecommit.amazonaws.com", days_ago(1200)),
            ServiceCredential("ACCAXMPLECODECOMMIT2", "codecommit.amazonaws.com", days_ago(1250), active=False),
        ),
    )


def _people(account_id: str) -> tuple[User, ...]:
    long_name = "a-name-as-long-as-iam-allows-because-somebody-always-makes-one-x"
    return (
        User(  # AWS saw the key in public
            "intern",
            created=days_ago(150),
            groups=("Developers",),
            attached=(aws("AWSCompromisedKeyQuarantineV2"),),
            password=Password(days_ago(150), used=days_ago(20), reset_required=True),
            keys=(_key(account_id, "intern", 1, 140, used=key_use(3, "ec2", "ap-southeast-1")),),
        ),
        User(long_name, created=days_ago(350), groups=("Developers",), password=Password(days_ago(350))),
        User(  # left long ago; the inactive keys keep their dates in the report
            "former.employee",
            created=days_ago(1600),
            groups=("Developers", "Protected"),
            password=Password(days_ago(1600), used=days_ago(420)),
            keys=(
                _key(account_id, "former.employee", 1, 1600, active=False, used=key_use(500)),
                _key(account_id, "former.employee", 2, 1200, active=False),
            ),
        ),
        User("nobody", created=days_ago(40)),
        User(  # the good one: security key, boundary; but somebody else's address as a name
            "contractor@partner.example",
            created=days_ago(80),
            groups=("Developers",),
            boundary=f"arn:aws:iam::{account_id}:policy/boundaries/contractor",
            password=Password(days_ago(80), used=days_ago(0.5)),
            mfa=(security_key(account_id, "contractor@partner.example", "yubi", 79),),
            tags={"owner": "partner", "until": "2027-01-31"},
        ),
        User(  # a hardware token, and a user-level policy for a retired service
            "vision-lab",
            created=days_ago(1200),
            attached=(aws("AmazonLookoutVisionFullAccess"), aws("Billing", "/job-function/")),
            password=Password(days_ago(1200), used=days_ago(400)),
            mfa=(MFADevice("GAHT12345678", days_ago(1100)),),
        ),
        User("Temp-User", created=days_ago(20), password=Password(days_ago(20)), tags={"owner": "claire"}),
    )
