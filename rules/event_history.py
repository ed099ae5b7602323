"""What CloudTrail's event history tells of people's habits: root's work, shared keys, old tools.

All of it needs `--with root-events`: AWS answers two look-ups a second in each region.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import (
    CREDENTIALS,
    KEY_USES,
    ROOT_EVENTS,
    NotApplicable,
    NotCollected,
    Options,
    Place,
    Root,
    User,
    key_uses,
    root_events,
    rule,
    sift,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Blind, Finding, SeenEvent, SeenUse

_IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_TAGS = ("cloudtrail", "events")
_SHOWN = 20

ROOT_TASKS = (
    "signin:*",
    "account:AcceptPrimaryEmailUpdate", "account:CloseAccount", "account:PutAccountName",
    "account:StartPrimaryEmailUpdate",
    "iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:UpdateAccessKey",
    "iam:CreateVirtualMFADevice", "iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice", "iam:EnableMFADevice",
    "iam:ResyncMFADevice",
    "iam:DeleteLoginProfile", "iam:DeleteSigningCertificate", "iam:UpdateSigningCertificate",
    "s3:DeleteBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketVersioning",
    "sqs:SetQueueAttributes",
)  # fmt: skip
"""Events of what only root can do: its own credentials, the account itself, a policy that locked everybody out."""


class Tasks(Options):
    """`more_tasks`: further events that are right for root here, as globs over "service:Event"."""

    more_tasks: tuple[str, ...] = ()


@rule(
    "root-used-for-nonroot-task",
    severity="high",
    over=Root,
    needs=(ROOT_EVENTS,),
    options=Tasks,
    claims=("S7", "S8"),
    tags=("root", *_TAGS),
    title="Root user did what others could have done",
    fix="Find out who it was, give that person's administrator the permission, and keep root for what needs root.",
    docs=f"{_IAM_GUIDE}/root-user-tasks.html",
    cli="aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root",
)
def root_used_for_nonroot_task(root: Root, tasks: Tasks) -> Iterator[Finding]:
    """AWS lists the few tasks that take root: everything else it did shows that root is somebody's everyday identity.

    Only changes are weighed, since looking at the console's pages reads by itself; what a service did on root's behalf
    is not. Signing in is the matter of root-user-recently-used. The history goes back 90 days.
    """
    found, blind = sift(root_events(root.account), lambda seen: _is_work(seen, tasks))
    by_name: dict[str, list[SeenEvent]] = {}
    for seen in found:
        by_name.setdefault(_name(seen), []).append(seen)
    for name, events in sorted(by_name.items()):
        last = max(events, key=lambda seen: seen.event.event_time)
        yield root.finding(
            f"root did {name} {_times(len(events))}, last on {last.event.event_time:%Y-%m-%d} in {last.region}",
            at=[seen.place._replace(pointer=f"{seen.place.pointer}/EventName") for seen in events[:_SHOWN]],
            discriminator=name,
        )
    if blind:
        raise NotCollected(*blind)


def _is_work(seen: SeenEvent, tasks: Tasks) -> bool:
    event = seen.event
    if event.read_only or event.invoked_by or event.event_type == "AwsServiceEvent":
        return False
    return not any(fnmatchcase(_name(seen), glob) for glob in (*ROOT_TASKS, *tasks.more_tasks))


def _name(seen: SeenEvent) -> str:
    """What was done, in the form of an IAM action, which it mostly is."""
    return f"{seen.event.event_source.partition('.')[0]}:{seen.event.event_name}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


@rule(
    "root-console-login-without-mfa",
    severity="critical",
    over=Root,
    needs=(ROOT_EVENTS,),
    claims=("S10",),
    tags=("root", "mfa", *_TAGS),
    title="Root user signed in without MFA",
    fix="Make sure that it was one of yours, change root's password, and register MFA devices at once.",
    docs=f"{_IAM_GUIDE}/enable-mfa-for-root.html",
    cli="aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=ConsoleLogin",
)
def root_console_login_without_mfa(root: Root) -> Iterator[Finding]:
    """Somebody had the whole account for an e-mail address and a password, and might not have been you.

    Only sign-ins that succeeded count. MFA that was turned on since then does not undo it, so the finding stays for
    the 90 days of the history.
    """
    found, blind = sift(root_events(root.account), _is_login_without_mfa)
    if found:
        last = max(found, key=lambda seen: seen.event.event_time)
        yield root.finding(
            f"root signed in without MFA {_times(len(found))}, last on {last.event.event_time:%Y-%m-%d}",
            at=[Place(f"{seen.place.pointer}/MfaUsed", seen.event.mfa_used) for seen in found[:_SHOWN]],
        )
    elif blind:
        raise NotCollected(*blind)


def _is_login_without_mfa(seen: SeenEvent) -> bool:
    event = seen.event
    return event.event_name == "ConsoleLogin" and event.outcome == "Success" and event.mfa_used == "No"


class Networks(Options):
    """`max_networks`: from so many networks one key may be used within `window_days`."""

    max_networks: int = 5
    window_days: int = 30


@rule(
    "user-key-used-from-many-places",
    severity="low",
    over=User,
    needs=(KEY_USES, *CREDENTIALS),
    options=Networks,
    claims=("S37",),
    tags=("iam", "credentials", *_TAGS),
    title="Access key is used from many networks",
    fix="Ask its owner: give everybody who has a copy an identity of their own, or rotate the key if nobody knows.",
    docs=f"{_IAM_GUIDE}/id_credentials_access-keys.html",
    cli="aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=AKIA...",
    confidence="medium",
)
def user_key_used_from_many_places(user: User, limit: Networks) -> Iterator[Finding]:
    """A key that appears in ten networks a month has more than one owner, or an owner that you do not know.

    It is a suspicion, from the latest hundred events of the user in each region: people travel, and more may have
    happened before. Networks are the /24 of an address, the /48 of IPv6; private ones count as one, and calls that
    AWS's services made for the user do not count. The events of 50 users with active keys are looked up.
    """
    uses, blind = _recent(user, limit.window_days)
    networks: dict[str, dict[str, Place]] = {}
    for seen in uses:
        networks.setdefault(seen.use.access_key_id, {}).setdefault(seen.use.network, seen.place)
    many = {key: places for key, places in networks.items() if len(places) > limit.max_networks}
    for key, places in sorted(many.items()):
        yield user.finding(
            f"access key {key} of user {user.name} was used from {len(places)} networks in {limit.window_days} days",
            at=list(places.values())[:_SHOWN],
            discriminator=key,
        )
    if blind and not many:
        raise NotCollected(*blind)


class Client(Options):
    """`min_major`: the oldest major version of the AWS CLI that is right, of calls within `window_days`."""

    min_major: int = 2
    window_days: int = 30


@rule(
    "cli-outdated-user-agent",
    severity="low",
    over=User,
    needs=(KEY_USES, *CREDENTIALS),
    options=Client,
    claims=("S23",),
    tags=("iam", *_TAGS),
    title="Calls come from an outdated AWS CLI",
    fix="Install version 2 of the AWS CLI, and sign in with `aws login` or `aws configure sso` instead of a key.",
    docs="https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration.html",
)
def cli_outdated_user_agent(user: User, limit: Client) -> Iterator[Finding]:
    """Version 1 is in maintenance, knows neither `aws login` nor Identity Center well, and tempts to long-term keys.

    The latest hundred events of the user in each region are looked at: those of users with active keys, whose CLI
    keeps a key on somebody's disk, and of 50 of them. Sessions of roles and of Identity Center are not looked up.
    """
    uses, blind = _recent(user, limit.window_days)
    old = {seen.use.client: seen.place for seen in uses if 0 < _major(seen.use.client) < limit.min_major}
    if old:
        yield user.finding(f"user {user.name} calls AWS by {', '.join(sorted(old))}", at=list(old.values())[:_SHOWN])
    elif blind:
        raise NotCollected(*blind)


def _major(client: str) -> int:
    """The major version in "aws-cli/1.18.69"; 0 for other clients."""
    number = client.removeprefix("aws-cli/").partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _recent(user: User, days: int) -> tuple[tuple[SeenUse, ...], tuple[Blind, ...]]:
    """The uses of the user's keys within so many days, and what may hide more. Raises NotApplicable, NotCollected."""
    if not user.active_keys:
        raise NotApplicable(f"user {user.name} has no active access key")
    return sift(key_uses(user.account, user.name), lambda seen: user.account.age(seen.use.last).days < days)
