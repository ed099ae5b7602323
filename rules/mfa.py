"""Multi-factor authentication of IAM users: who has it, of what kind, and whether anything asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import CREDENTIALS, GRANTS, NotApplicable, User, VirtualMFADevice, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

MFA_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html"
NOT_ADMINISTRATOR = "the user is no administrator"
CLI = (
    "aws iam enable-mfa-device --user-name NAME --serial-number ARN"
    " --authentication-code1 123456 --authentication-code2 654321"
)


@rule(
    "user-console-mfa-missing",
    severity="high",
    over=User,
    needs=CREDENTIALS,
    tags=("mfa", "credentials"),
    title="Console user has no MFA device",
    fix="Have the user register an MFA device, or take the console password away.",
    docs=MFA_GUIDE,
    cli=CLI,
)
def user_console_mfa_missing(user: User) -> Iterator[Finding]:
    """A password alone falls to phishing, to reuse and to guessing: with MFA, knowing it is not enough.

    Users without a console password have nothing to sign in with here; user-mfa-missing looks at those with keys.
    """
    if not user.has_password:
        raise NotApplicable("the user has no console password")
    if not user.mfa_active:
        yield user.finding(
            f"user {user.name} can sign in to the console without MFA", at=("password_enabled", "mfa_active")
        )


@rule(
    "user-mfa-missing",
    severity="low",
    over=User,
    needs=CREDENTIALS,
    tags=("mfa", "credentials"),
    title="User has no MFA device",
    fix="Register an MFA device for the user, and let policies ask for it where keys are used.",
    docs=MFA_GUIDE,
    cli=CLI,
)
def user_mfa_missing(user: User) -> Iterator[Finding]:
    """Policies can ask keys for MFA too, but only of users who have a device.

    A user with neither a console password nor an active access key has nothing to protect.
    """
    if not _can_act(user):
        raise NotApplicable("the user has neither a console password nor an active access key")
    if not user.mfa_active:
        means = "a console password" if user.has_password else "an active access key"
        yield user.finding(f"user {user.name} has {means} and no MFA device", at="mfa_active")


def _can_act(user: User) -> bool:
    return user.has_password or bool(user.active_keys)


@rule(
    "admin-user-mfa-missing",
    severity="critical",
    over=User,
    needs=(*CREDENTIALS, *GRANTS),
    claims=("S39",),
    tags=("mfa", "credentials", "administrators"),
    title="Administrator has no MFA device",
    fix="Have the administrator register an MFA device today; better, move administration to IAM Identity Center.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    cli=CLI,
)
def admin_user_mfa_missing(user: User) -> Iterator[Finding]:
    """An administrator's password or key opens as much as root's, so one secret must never be enough.

    It makes no difference whether the permissions are attached, embedded or come through a group. An administrator
    with neither a console password nor an active access key cannot act.
    """
    if not user.is_administrator:
        raise NotApplicable(NOT_ADMINISTRATOR)
    if not _can_act(user):
        raise NotApplicable("the administrator has neither a console password nor an active access key")
    if not user.mfa_active:
        grant = user.administrative_grants[0]
        yield user.finding(
            f"administrator {user.name} (by {grant.label}) has no MFA device", at=("mfa_active", grant.place)
        )


@rule(
    "user-mfa-not-phishing-resistant",
    severity="low",
    confidence="medium",
    over=User,
    needs=(*CREDENTIALS, *GRANTS, "iam.virtual_mfa_devices"),
    tags=("mfa", "administrators"),
    title="Administrator signs in with a virtual MFA device",
    fix="Register a FIDO security key or passkey for the administrator, then remove the virtual device.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_fido.html",
)
def user_mfa_not_phishing_resistant(user: User) -> Iterator[Finding]:
    """Six digits can be typed into a fake sign-in page and passed on within seconds; a security key refuses to.

    In bulk AWS lists virtual devices alone: an administrator with one is reported, whatever the older credential
    report says; one without, to whom the report gives MFA, is taken to have hardware. With every device collected
    (`--with mfa-devices`) the answer is exact: a security key, passkey or hardware token is enough, whatever lies
    beside it; text messages are not.
    """
    if not user.is_administrator:
        raise NotApplicable(NOT_ADMINISTRATOR)
    devices = user.mfa_devices
    if devices is None:
        yield from _judged_in_bulk(user)
    elif not devices:
        raise NotApplicable("the administrator has no MFA device")
    elif not any(device.is_hardware for device in devices):
        yield user.finding(
            f"administrator {user.name} has no MFA device but {', '.join(device.serial for device in devices)}",
            at=[device.place for device in devices],
        )


def _judged_in_bulk(user: User) -> Iterator[Finding]:
    if virtual := VirtualMFADevice.of(user.account, user.arn):
        yield user.finding(
            f"administrator {user.name} signs in with virtual MFA device {', '.join(d.name for d in virtual)}",
            at=[device.owner_place for device in virtual],
        )
    elif not user.mfa_active:
        raise NotApplicable("the administrator has no MFA device")


@rule(
    "user-mfa-single-device",
    severity="info",
    over=User,
    needs=(*GRANTS, "iam.mfa_devices"),
    tags=("mfa", "administrators"),
    title="Administrator has only one MFA device",
    fix="Register a second device and keep it in another place; IAM takes up to eight.",
    docs=MFA_GUIDE,
)
def user_mfa_single_device(user: User) -> Iterator[Finding]:
    """Who loses the only device is locked out, often at the worst moment, and MFA is then taken off in a hurry.

    An administrator without any device is reported by admin-user-mfa-missing.
    """
    if not user.is_administrator:
        raise NotApplicable(NOT_ADMINISTRATOR)
    user.account.entry("iam.mfa_devices", user.name)  # raises what hides the devices
    devices = user.mfa_devices
    if not devices:
        raise NotApplicable("the administrator has no MFA device")
    if len(devices) == 1:
        yield user.finding(
            f"administrator {user.name} has a single MFA device, {devices[0].serial}", at=devices[0].place
        )


@rule(
    "mfa-not-enforced-by-policy",
    severity="low",
    over=User,
    needs=(*CREDENTIALS, *GRANTS),
    claims=("S41",),
    tags=("mfa", "access-keys"),
    title="No policy asks a key user for MFA",
    fix="Attach the self-management policy of the IAM User Guide, which denies all else without MFA, to a group.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html",
    terraform="""\
data "aws_iam_policy_document" "mfa" {
  statement {
    effect      = "Deny"
    not_actions = ["iam:ListMFADevices", "iam:EnableMFADevice", "iam:CreateVirtualMFADevice", "sts:GetSessionToken"]
    resources   = ["*"]
    condition {
      test     = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["false"]
    }
  }
}
""",
)
def mfa_not_enforced_by_policy(user: User) -> Iterator[Finding]:
    """A device alone protects the console only: a stolen access key works without it until a policy says no.

    What counts are denials: all of the user's policies together must refuse every action on every resource, but for
    reading IAM and enrolling a device. Plain Bool on aws:MultiFactorAuthPresent never holds for a key, whose requests
    lack that value: it takes BoolIfExists. Null holds for the key, but not for a session opened with it, and no policy
    keeps a user from sts:GetSessionToken. A condition on an Allow protects only what it stands on. Users
    without an active key are not asked about.
    """
    if not user.active_keys:
        raise NotApplicable("the user has no active access key")
    if not user.is_refused_without_mfa:
        yield user.finding(
            f"none of the policies of user {user.name}, who has an active access key, refuses requests without MFA",
            at=[key.place("active") for key in user.active_keys],
        )


@rule(
    "mfa-virtual-device-unassigned",
    severity="info",
    over=VirtualMFADevice,
    tags=("mfa",),
    title="Virtual MFA device belongs to nobody",
    fix="Delete the device; whoever began to set it up makes a new one.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html",
    cli="aws iam delete-virtual-mfa-device --serial-number ARN",
)
def mfa_virtual_device_unassigned(device: VirtualMFADevice) -> Iterator[Finding]:
    """Somebody began to set MFA up and did not finish: that user may believe to have it.

    The name stays taken, so that a second attempt fails. Devices of users and of root are in use.
    """
    if not device.is_assigned:
        yield device.finding(f"virtual MFA device {device.name} is assigned to nobody", at="serial")
