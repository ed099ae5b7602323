"""Access keys of IAM users: secrets that stay valid until somebody changes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from auditor.api import CREDENTIALS, AccessKey, Options, User, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_ROTATION = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html"
_UNUSED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html"
_ROTATE = """\
aws iam create-access-key --user-name NAME
# hand the new key to whatever uses the old one, then:
aws iam update-access-key --user-name NAME --access-key-id OLD_ID --status Inactive
aws iam delete-access-key --user-name NAME --access-key-id OLD_ID"""
_DEACTIVATE = """\
aws iam update-access-key --user-name NAME --access-key-id KEY_ID --status Inactive
# once nothing has complained for a while:
aws iam delete-access-key --user-name NAME --access-key-id KEY_ID"""


class KeyAge(Options):
    """`max_age_days`: the age in whole days up to which a key is young enough."""

    max_age_days: int = 90


@rule(
    "user-key-not-rotated",
    severity="medium",
    over=AccessKey,
    options=KeyAge,
    claims=("S21",),
    tags=("iam", "credentials", "access-keys"),
    title="Active access key is past its rotation age",
    fix="Make a second key, move everything that uses the old one over to it, then deactivate and delete the old one.",
    docs=_ROTATION,
    cli=_ROTATE,
)
def user_key_not_rotated(key: AccessKey, limit: KeyAge) -> Iterator[Finding]:
    """Every copy of a key, in a laptop, a build log or an old backup, works until the key is changed.

    A key's age tells how many such copies there may be. Rotation makes all of them worthless at once, and shows that
    somebody still knows where the key is used.

    An inactive key opens nothing, so its age does not matter.
    """
    if key.active and key.age_days > limit.max_age_days:
        yield key.finding(
            f"{key.label} is {key.age_days} days old ({key.made:%Y-%m-%d}); "
            f"keys are to be rotated within {limit.max_age_days} days",
            at=("last_rotated", "active"),
        )


class KeyYears(Options):
    """`max_age_days`: the age in whole days beyond which a key counts as forgotten."""

    max_age_days: int = 365


@rule(
    "user-key-older-than-a-year",
    severity="high",
    over=AccessKey,
    options=KeyYears,
    claims=("S21",),
    tags=("iam", "credentials", "access-keys"),
    title="Active access key is older than a year",
    fix="Find out who uses the key, replace it by a role or at least by a new key, then deactivate and delete it.",
    docs=_ROTATION,
    cli=_ROTATE,
)
def user_key_older_than_a_year(key: AccessKey, limit: KeyYears) -> Iterator[Finding]:
    """A key that outlived a year of rotations is one that no rotation reaches.

    By then people have left, machines were replaced and repositories were copied, and each may have kept the secret.
    A key rotated in time but not within ninety days is the milder case of user-key-not-rotated.
    """
    if key.active and key.age_days > limit.max_age_days:
        yield key.finding(
            f"{key.label} is {key.age_days} days old: it has not changed since {key.made:%Y-%m-%d}",
            at=("last_rotated", "active"),
        )


class Overlap(Options):
    """`overlap_days`: for so many days after a second key was made, both may be active; 0 allows no overlap."""

    overlap_days: int = 0


@rule(
    "user-multiple-active-keys",
    severity="medium",
    over=User,
    needs=CREDENTIALS,
    options=Overlap,
    claims=("S21",),
    tags=("iam", "credentials", "access-keys"),
    title="User has two active access keys",
    fix="Keep the key that is in use, deactivate the other one, and delete it when nothing misses it.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    cli=_DEACTIVATE,
)
def user_multiple_active_keys(user: User, limit: Overlap) -> Iterator[Finding]:
    """The second key exists so that the first one can be replaced without a pause; it is not meant to stay.

    Where both stay active, one of them tends to be the key that was meant to go, and there are twice as many secrets
    to lose. A team that rotates by hand may allow a few days of overlap with `overlap_days`.
    """
    keys = user.active_keys
    if len(keys) < 2 or (limit.overlap_days and min(key.age_days for key in keys) < limit.overlap_days):
        return
    ages = " and ".join(f"key {key.slot} is {key.age_days} days old" for key in keys)
    yield user.finding(f"{user.name} has two active access keys: {ages}", at=[key.place("active") for key in keys])


class Setup(Options):
    """`setup_minutes`: a key made within so many minutes after its user counts as made together with it."""

    setup_minutes: int = 5


@rule(
    "user-key-created-at-setup",
    severity="low",
    over=AccessKey,
    options=Setup,
    claims=("S22",),
    tags=("iam", "credentials", "access-keys"),
    title="Access key was made along with a console user and never used",
    fix="Delete the key; whoever needs one can ask for it, or better sign in with `aws login` or Identity Center.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_create.html",
    cli="aws iam delete-access-key --user-name NAME --access-key-id KEY_ID",
)
def user_key_created_at_setup(key: AccessKey, limit: Setup) -> Iterator[Finding]:
    """A key that comes with the user unasked is one that nobody waits for, so nobody notices when it is taken.

    The console once offered the key by a tick box, and scripts still make both in one go. A person with a password
    who does need a key will ask for one later. What tells such a key is that it is as old as the user and has never
    been used; one that is in use, one that was made later, and one of a user without a password are no such keys.
    """
    user = key.user
    if not isinstance(user, User) or not key.active or key.last_used is not None or not user.has_password:
        return
    if key.made - user.created_by_report <= timedelta(minutes=limit.setup_minutes):
        yield key.finding(
            f"{key.label} was made together with the console user on {key.made:%Y-%m-%d} and never used",
            at=("last_rotated", "last_used", user.place("created_by_report"), user.place("password_enabled")),
        )


class Idle(Options):
    """`max_unused_days`: a key that was not used for so many whole days counts as unused."""

    max_unused_days: int = 45


@rule(
    "user-key-unused",
    severity="medium",
    over=AccessKey,
    options=Idle,
    claims=("S21", "S38"),
    tags=("iam", "credentials", "access-keys", "unused"),
    title="Active access key is no longer used",
    fix="Deactivate the key; delete it when nothing has missed it.",
    docs=_UNUSED,
    cli=_DEACTIVATE,
)
def user_key_unused(key: AccessKey, limit: Idle) -> Iterator[Finding]:
    """A key that nothing uses any more is all risk: its theft would break nothing, and so nobody would notice it.

    The day of the last use is AWS's own record. A key without any recorded use is the matter of
    user-key-never-used: the two rules together leave no key out. Inactive keys are out of reach for anybody.
    """
    if not key.active or key.last_used is None:
        return
    days = key.account.age(key.last_used).days
    if days >= limit.max_unused_days:
        yield key.finding(
            f"{key.label} was last used {days} days ago ({key.last_used:%Y-%m-%d})", at=("last_used", "active")
        )


class Grace(Options):
    """`grace_days`: a new key has so many whole days to be used for the first time."""

    grace_days: int = 45


@rule(
    "user-key-never-used",
    severity="medium",
    over=AccessKey,
    options=Grace,
    claims=("S21",),
    tags=("iam", "credentials", "access-keys", "unused"),
    title="Active access key has never been used",
    fix="Delete the key: nothing can depend on it.",
    docs=_UNUSED,
    cli="aws iam delete-access-key --user-name NAME --access-key-id KEY_ID",
)
def user_key_never_used(key: AccessKey, limit: Grace) -> Iterator[Finding]:
    """A key that was handed out and never used lies somewhere, in a mail or a download folder, and still works.

    AWS records uses since 22 April 2015, so an older key may have served before; it has not since. A key that is
    younger than the grace period may still be on its way to its first use. Where AWS does not say when the key was
    made, the question stays open.
    """
    if key.active and key.last_used is None and key.age_days >= limit.grace_days:
        yield key.finding(
            f"{key.label} is {key.age_days} days old and AWS has no record of its use", at=("last_used", "last_rotated")
        )


@rule(
    "user-long-term-key-exists",
    severity="low",
    over=AccessKey,
    claims=("S19", "S33"),
    tags=("iam", "credentials", "access-keys", "identity-center"),
    title="IAM user has a long-term access key",
    fix="Give people temporary credentials through Identity Center, and workloads a role; then delete the key.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp",
    cli=_DEACTIVATE,
)
def user_long_term_key_exists(key: AccessKey) -> Iterator[Finding]:
    """Credentials of a role end by themselves within hours; an access key works for whoever has it until it is deleted.

    The findings are the inventory of what remains to be moved to temporary credentials: each is one key that could be
    a role for a workload, `aws login` or Identity Center for a person. An inactive key is not in use, and is left out.
    """
    if key.active:
        used = f"last used {key.last_used:%Y-%m-%d}" if key.last_used else "never used"
        yield key.finding(f"{key.label} is a long-term credential ({used})", at=("active", "last_used"))
