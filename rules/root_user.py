"""The account's root user: nobody's everyday identity, and the one that nothing limits."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import Blind, NotApplicable, NotCollected, Options, Place, Root, Scan, VirtualMFADevice, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from auditor.api import Finding

SUMMARY_OR_REPORT = ("iam.account_summary", "iam.credential_report")
BEST_PRACTICES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"
NO_CREDENTIALS = "the root user has no password and no access key"


@rule(
    "root-access-key-present",
    severity="critical",
    over=Root,
    needs=SUMMARY_OR_REPORT,
    claims=("S4", "S6"),
    tags=("root", "credentials"),
    title="Root user has an access key",
    fix="Give what uses the key a role of its own, then sign in as root and deactivate and delete the key.",
    docs=BEST_PRACTICES,
    cli="aws iam delete-access-key --access-key-id AKIA...  # signed with root's own credentials",
)
def root_access_key_present(root: Root) -> Iterator[Finding]:
    """A root access key opens the whole account to whoever copies it: no policy can narrow it and it never expires.

    An inactive key counts as well, because one click makes it work again. Nothing that a program does needs root.
    """
    if places := root.access_key_places:
        yield root.finding(f"root user has an access key{_which_keys(root)}", at=places)


def _which_keys(root: Root) -> str:
    """What the credential report tells of the keys; it may be older than the summary, or missing."""
    try:
        states = [f"{key.slot} is {'active' if key.active else 'inactive'}" for key in root.keys]
    except NotCollected:
        return ""
    return f": key {', key '.join(states)}" if states else ""


@rule(
    "root-mfa-missing",
    severity="critical",
    over=Root,
    needs=SUMMARY_OR_REPORT,
    claims=("S10",),
    tags=("root", "mfa"),
    title="Root user has no MFA device",
    fix="Sign in as root, open Security credentials, and register at least two MFA devices.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",
)
def root_mfa_missing(root: Root) -> Iterator[Finding]:
    """Whoever learns the root password owns the account: no policy limits what root may do.

    A member account whose root credentials were removed cannot be signed in to, so the question does not apply
    there; with an access key left it does. The account summary decides, since it is fresh; the credential report, up
    to four hours old, serves where the summary was not seen.
    """
    if not root.has_credentials:
        raise NotApplicable(NO_CREDENTIALS)
    if not root.mfa:
        yield root.finding("root user can sign in without MFA", at="mfa")


@rule(
    "root-mfa-not-hardware",
    severity="medium",
    over=Root,
    needs=(*SUMMARY_OR_REPORT, "iam.virtual_mfa_devices"),
    claims=("S11",),
    tags=("root", "mfa"),
    title="Root user's MFA is a virtual device",
    fix="Register two FIDO security keys for root, lock one away off site, then remove the virtual device.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_fido.html",
)
def root_mfa_not_hardware(root: Root) -> Iterator[Finding]:
    """A virtual device is a secret in somebody's phone: it can be copied, backed up and typed into a fake page.

    A security key answers only to AWS's own page and cannot be copied. One virtual device beside security keys is
    enough to sign in with, so it is reported too, whatever its name. A virtual device that was never enrolled opens
    nothing. Root without any MFA is reported by root-mfa-missing.
    """
    if not root.has_credentials:
        raise NotApplicable(NO_CREDENTIALS)
    if not root.mfa:
        raise NotApplicable("the root user has no MFA device at all")
    for device in VirtualMFADevice.of(root.account, root.arn):
        yield root.finding(
            f"root user can sign in with virtual MFA device {device.name}",
            at=device.owner_place,
            discriminator=device.arn,
        )


class LookBack(Options):
    """How far back a use of root counts, in days."""

    window_days: int = 30


@rule(
    "root-user-recently-used",
    severity="high",
    over=Root,
    needs=SUMMARY_OR_REPORT,
    options=LookBack,
    claims=("S5", "S48"),
    tags=("root",),
    title="Root user was used recently",
    fix="Find out who signed in and for what, move that work to an administrator, and keep root for what needs root.",
    docs=BEST_PRACTICES,
)
def root_user_recently_used(root: Root, look_back: LookBack) -> Iterator[Finding]:
    """Root is for a handful of tasks a year; seen more often, it has become somebody's everyday identity.

    The password and both access keys are weighed, each on its own. The window is 30 days unless `window_days` says
    otherwise: no benchmark names a number. Uses younger than the credential report, which AWS renews every four
    hours, are not in it, and neither are root sessions that the management account opened.
    """
    used = False
    for name, moment, place in _uses(root):
        days = root.account.age(moment).days
        if days < look_back.window_days:
            used = True
            yield root.finding(
                f"root user's {name} was used on {moment:%Y-%m-%d}, {_days(days)} before the scan",
                at=place,
                discriminator=name,
            )
    if not used and not root.has_credentials:
        raise NotApplicable(NO_CREDENTIALS)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _uses(root: Root) -> Iterator[tuple[str, datetime, Place]]:
    """Every credential of root that was ever used: its name, when, and where that stands."""
    if (moment := root.password_last_used) is not None:
        yield "password", moment, root.place("password_last_used")
    for key in root.keys:
        if (moment := key.last_used) is not None:
            yield f"access key {key.slot}", moment, key.place("last_used")


@rule(
    "root-signing-certificate-present",
    severity="high",
    over=Root,
    needs=SUMMARY_OR_REPORT,
    claims=("S6",),
    tags=("root", "credentials"),
    title="Root user has an X.509 signing certificate",
    fix="Sign in as root and delete the certificates; what still signs with them gets a role.",
    docs=BEST_PRACTICES,
    cli="aws iam delete-signing-certificate --certificate-id ID  # signed with root's own credentials",
)
def root_signing_certificate_present(root: Root) -> Iterator[Finding]:
    """A signing certificate is a long-term credential of root, left over from SOAP and from early EC2 tools.

    It does not expire with the password and asks for no MFA. An inactive one can be activated again, so it counts.
    """
    if places := root.certificate_places:
        yield root.finding("root user has an X.509 signing certificate", at=places)


@rule(
    "root-password-in-managed-member",
    severity="medium",
    over=Root,
    needs=(*SUMMARY_OR_REPORT, "iam.organizations_features", "organizations.organization"),
    claims=("S6", "S53"),
    tags=("root", "credentials", "organization"),
    title="Member account keeps a root password although root is managed centrally",
    fix="From the management account, open a root session on this account and delete its login profile.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html",
    cli="aws sts assume-root --target-principal ACCOUNT"
    " --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials\n"
    "aws iam delete-login-profile  # with the credentials that assume-root gave",
)
def root_password_in_managed_member(root: Root) -> Iterator[Finding]:
    """A password that is not there cannot be stolen, and central management makes it unnecessary in members.

    The organization's settings are told only to its management account and to a delegated administrator: any other
    member learns here which account to ask, unless its root has no password, which is right either way. The
    management account itself cannot be managed like this.
    """
    organization = root.account.organization
    if organization is None:
        raise NotApplicable("the account is in no organization")
    if organization.master_account_id == root.account.id:
        raise NotApplicable("this is the management account, whose root user no other account manages")
    if (password := root.password) is None:
        raise NotCollected(Blind("AWS does not say whether the root user has a password"))
    if not password:
        return
    features = root.account.organizations_features
    if features.status == "member":
        raise NotApplicable(
            f"only management account {organization.master_account_id} and delegated administrators are told whether "
            "root is managed centrally"
        )
    if "RootCredentialsManagement" not in features.enabled_features:
        raise NotApplicable("the organization does not manage root credentials centrally")
    yield root.finding("root user has a password although the organization manages root centrally", at="password")


FREE_MAIL = (
    "126.com", "163.com", "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.*", "googlemail.com", "hey.com",
    "hotmail.*", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com",
    "msn.com", "outlook.*", "pm.me", "proton.me", "protonmail.*", "qq.com", "t-online.de", "tuta.io", "tutanota.*",
    "web.de", "yahoo.*", "yandex.*", "ymail.com", "zoho.com",
)  # fmt: skip
"""Domains on which anybody gets an address."""


@rule(
    "root-email-not-organizational",
    severity="low",
    over=Root,
    needs=("organizations.organization",),
    claims=("S9",),
    tags=("root", "contacts"),
    title="Root user's e-mail address is not the organization's own",
    fix="Change the account's e-mail address to a group mailbox on a domain that you control.",
    docs=BEST_PRACTICES,
)
def root_email_not_organizational(root: Root) -> Iterator[Finding]:
    """Root signs in with the account's e-mail address, and whoever reads that mailbox can reset its password.

    A private mailbox leaves with its owner. Where `email_domains` are declared, the address must be on one of them;
    elsewhere, it must not be on a free-mail domain. The management account's address is told to all members; that of
    another account to the management account and to delegated administrators, of whom each answers for itself.
    """
    place = _address(root)
    local, _, domain = str(place.value).casefold().rpartition("@")
    if not local or not domain:
        raise NotCollected(Blind("AWS gave no e-mail address"))
    if root.account.is_redacted:
        raise NotCollected(Blind("the e-mail address is redacted"))
    if declared := root.account.declared.email_domains:
        if _on(domain, declared):
            return
        problem = "which is not a declared domain"
    elif _on(domain, FREE_MAIL):
        problem = "where anybody gets an address"
    else:
        return
    yield root.finding(f"root user's e-mail address is on {domain}, {problem}", at=place)


def _address(root: Root) -> Place:
    """The account's e-mail address, where AWS tells it to this account."""
    account, organization = root.account, root.account.organization
    if organization is None:
        raise NotApplicable("AWS tells the address of an account outside an organization only to its root user")
    if organization.master_account_id == account.id:
        return Place("/organizations/organization/MasterAccountEmail", organization.master_account_email)
    listed = (account.optional("organizations.accounts") or {}).get(account.id)
    if listed is None:
        raise NotApplicable(f"the address can be asked for in management account {organization.master_account_id}")
    return Place(f"/organizations/accounts/{account.id}/Email", listed.email)


def _on(domain: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(domain, pattern.casefold()) for pattern in patterns)


@rule(
    "scan-run-as-root",
    severity="critical",
    over=Scan,
    claims=("S5", "S48"),
    tags=("root", "scan"),
    title="The audit itself runs as root",
    fix="Give the audit a role with the read permissions that `auditor permissions` prints, and delete root's key.",
    docs=BEST_PRACTICES,
)
def scan_run_as_root(scan: Scan) -> Iterator[Finding]:
    """An audit only reads. Root's credentials on the machine that runs it can be stolen there, and nothing limits them.

    A snapshot that was put together from files was taken by nobody.
    """
    if scan.caller_arn.endswith(":root"):
        yield scan.finding(f"the scan was run as {scan.caller_arn}", at="caller_arn")
