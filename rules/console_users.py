"""Console passwords of IAM users: who has one, and who should not."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import CREDENTIALS, Blind, NotApplicable, NotCollected, Options, Place, User, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Account, Finding

_BEST_PRACTICES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
_NO_PASSWORD = "aws iam delete-login-profile --user-name NAME"


class Idle(Options):
    """`max_unused_days`: a password that was not used for so many whole days counts as unused."""

    max_unused_days: int = 45


@rule(
    "user-console-password-unused",
    severity="medium",
    over=User,
    needs=CREDENTIALS,
    options=Idle,
    claims=("S38",),
    tags=("iam", "credentials", "passwords", "unused"),
    title="Console password is not used",
    fix="Take the password away; it can be set anew if the person comes back.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",
    cli=_NO_PASSWORD,
)
def user_console_password_unused(user: User, limit: Idle) -> Iterator[Finding]:
    """A password that its owner forgot is one whose theft its owner will not notice.

    Often the owner has left or moved on to another way in. A password that was never used counts from the day when it
    was set; where AWS says neither when it was used nor when it was set, the question stays open. Users without a
    password are not asked about.
    """
    if not user.has_password:
        raise NotApplicable(f"{user.name} has no console password")
    if user.password_last_used is not None:
        days = user.account.age(user.password_last_used).days
        words = f"last signed in {days} days ago ({user.password_last_used:%Y-%m-%d})"
    elif user.password_last_changed is not None:
        days = user.account.age(user.password_last_changed).days
        words = f"was given a password {days} days ago ({user.password_last_changed:%Y-%m-%d}) and has not signed in"
    else:
        raise NotCollected(Blind(f"AWS says neither when the password of {user.name} was used nor when it was set"))
    if days >= limit.max_unused_days:
        yield user.finding(f"{user.name} {words}", at=("password_last_used", "password_last_changed"))


@rule(
    "user-password-and-key",
    severity="low",
    over=User,
    needs=CREDENTIALS,
    claims=("S19",),
    tags=("iam", "credentials", "passwords", "access-keys"),
    title="User has both a console password and an active access key",
    fix="Let the person get keys from `aws login` or Identity Center, and give what runs unattended a role of its own.",
    docs=f"{_BEST_PRACTICES}#bp-workloads-use-roles",
    cli="aws iam update-access-key --user-name NAME --access-key-id KEY_ID --status Inactive",
)
def user_password_and_key(user: User) -> Iterator[Finding]:
    """One identity for a person and for programs makes it impossible to tell in the logs who acted.

    It also widens what a theft of either opens: a key carries all that the person may do, and rarely asks for MFA.
    Only active keys count; a user with either the one or the other is as it should be.
    """
    keys = user.active_keys
    if user.has_password and keys:
        count = "an active access key" if len(keys) == 1 else "two active access keys"
        yield user.finding(
            f"{user.name} has a console password and {count}",
            at=("password_enabled", *(key.place("active") for key in keys)),
        )


class MachineSigns(Options):
    """What marks a user as a machine's: globs over its name, and over its tags as key=value; letter case is ignored."""

    names: tuple[str, ...] = (
        "svc-*", "svc_*", "svc.*", "*-svc", "*_svc", "service-account-*", "bot-*", "*-bot", "*_bot", "ci-*", "*-ci",
        "jenkins*", "terraform*", "github-actions*", "gitlab-*",
    )  # fmt: skip
    tags: tuple[str, ...] = ("*type=machine", "*type=service", "*type=service-account", "*type=bot", "*type=robot")


@rule(
    "user-service-account-with-password",
    severity="medium",
    confidence="medium",
    over=User,
    needs=CREDENTIALS,
    options=MachineSigns,
    claims=("S33",),
    tags=("iam", "credentials", "passwords", "workloads"),
    title="Machine identity has a console password",
    fix="Take the password away, and replace the user by a role where its workload can assume one.",
    docs=f"{_BEST_PRACTICES}#bp-workloads-use-roles",
    cli=_NO_PASSWORD,
)
def user_service_account_with_password(user: User, signs: MachineSigns) -> Iterator[Finding]:
    """No program types a password, so the password of a machine's user is for people who then act as the machine.

    Several people tend to know it, nobody's name stands behind it, and it rarely has MFA. A user counts as a machine's
    where the configuration declares it in `service_users`, or else by its name or a tag: the last two can err, so name
    the patterns of your own in the options. Where names and tags were redacted, the question stays open
    for whoever has a password.
    """
    if not user.has_password:
        return
    if user.account.is_redacted:
        raise NotCollected(Blind("names and tags are redacted, and nothing else tells a machine's user"))
    if sign := _machine_sign(user, signs):
        words, *places = sign
        yield user.finding(f"{user.name} has a console password, but {words}", at=("password_enabled", *places))


def _machine_sign(user: User, signs: MachineSigns) -> tuple[str] | tuple[str, Place] | None:
    """What tells that a user is a machine's, in words and, where that is a tag, its place; None where nothing does."""
    if user.is_declared(user.account.declared.service_users):
        return ("is declared as a service user",)
    if _matches(user.name, signs.names):
        return ("its name is that of a machine",)
    tags = user.place("tags")
    for index, tag in enumerate(user.tags):
        if _matches(f"{tag.key}={tag.value}", signs.tags):
            return f"is tagged {tag.key}={tag.value}", Place(f"{tags.pointer}/{index}/Value", tag.value)
    return None


def _matches(text: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text.casefold(), glob.casefold()) for glob in globs)


@rule(
    "user-console-access-when-federated",
    severity="medium",
    over=User,
    needs=(*CREDENTIALS, "iam.roles", "iam.saml_providers"),
    claims=("S13", "S33"),
    tags=("iam", "credentials", "passwords", "identity-center"),
    title="IAM user keeps a console password although people can federate",
    fix="Let the person sign in through the identity provider and take the password away.",
    docs=f"{_BEST_PRACTICES}#bp-users-federation-idp",
    cli=_NO_PASSWORD,
)
def user_console_access_when_federated(user: User) -> Iterator[Finding]:
    """A password in IAM is a second door beside the guarded one, and it stays open when the person leaves.

    The identity provider knows who works here, asks for MFA and ends sessions; IAM knows nothing of that. That people
    can federate shows in a role made by IAM Identity Center or in a SAML provider. Where there is neither, the
    question does not arise, nor does it where the configuration declares the practice of IAM users. Users that are
    declared as break-glass identities are meant to work when the identity provider does not.
    """
    user.account.require_federated_practice()
    if not user.has_password:
        return
    if user.is_declared(user.account.declared.break_glass):
        raise NotApplicable(f"{user.name} is declared as a break-glass identity")
    words, place = _federation(user.account)
    yield user.finding(f"{user.name} has a console password, although {words}", at=("password_enabled", place))


def _federation(account: Account) -> tuple[str, Place]:
    """What lets people federate, in words and where it stands. Raises NotApplicable where nothing does."""
    if roles := account.identity_center_roles:
        return f"Identity Center reaches the account ({roles[0].name})", roles[0].place("path")
    for arn, source in account.entries("iam.saml_providers"):
        name = arn.rpartition("/")[2]
        return f"people can sign in through the SAML provider {name}", Place(f"{source.pointer}/Arn", arn)
    account.read("iam.roles")
    account.read("iam.saml_providers")
    raise NotApplicable("the account has neither a SAML provider nor a role made by Identity Center")
