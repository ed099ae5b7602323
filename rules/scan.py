"""The scan itself: under whose identity it runs, and whether it looks at the right account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import Account, Blind, NotApplicable, NotCollected, Place, Scan, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding


@rule(
    "scan-run-with-long-term-key",
    severity="low",
    confidence="medium",
    over=Scan,
    claims=("S20", "S22"),
    tags=("scan", "credentials", "access-keys"),
    title="The scan runs as an IAM user",
    fix="Run the scan under a role: by `aws sso login` for people, by OpenID Connect for pipelines.",
    docs="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html",
    cli="""\
aws configure sso
aws sso login --profile audit""",
)
def scan_run_with_long_term_key(scan: Scan) -> Iterator[Finding]:
    """The key of an auditor reads the whole account's configuration, so it is worth stealing, and it does not end.

    What `aws configure` stores stays on the disk in plain text. A role gives the same view for an hour at a time. The
    caller's ARN tells a user from a role; it does not tell a user's key from a session that was made with it, which
    does end but needs the key all the same.
    """
    if ":user/" in scan.caller_arn:
        name = scan.caller_arn.rpartition("/")[2]
        yield scan.finding(f"the scan ran as IAM user {name}, whose credentials are long-term", at="caller_arn")


@rule(
    "scan-account-unexpected",
    severity="critical",
    over=Account,
    claims=("S3",),
    tags=("scan",),
    title="The scanned account is not the expected one",
    fix="Check the profile or role that the scan uses, or correct the account id in the configuration.",
    docs="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html",
    cli="aws sts get-caller-identity",
)
def scan_account_unexpected(account: Account) -> Iterator[Finding]:
    """A clean report on the wrong account is worse than none: everybody believes that the right one was looked at.

    A pipeline that names the account it means finds out at once when its credentials lead elsewhere. Where the
    configuration expects no account, there is nothing to compare. Strict redaction replaces the id, and then nobody
    can tell.
    """
    if not account.declared.account:
        raise NotApplicable("the configuration does not say which account to expect")
    if account.snapshot.collection.redacted == "strict":
        raise NotCollected(Blind("the account's id was redacted"))
    if account.id != account.declared.account:
        yield account.finding(
            f"account {account.id} was scanned, but {account.declared.account} was expected",
            at=Place("/account", account.id),
        )
