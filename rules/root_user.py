"""The account's root user: nobody's everyday identity, and the one that nothing limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import NotApplicable, Root, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding


@rule(
    "root-mfa-missing",
    severity="critical",
    over=Root,
    needs=("iam.account_summary", "iam.credential_report"),
    claims=("S10",),
    title="Root user has no MFA device",
    fix="Sign in as root, open Security credentials, and register at least two MFA devices.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",
)
def root_mfa_missing(root: Root) -> Iterator[Finding]:
    """Whoever learns the root password owns the account: no policy limits what root may do.

    A member account whose root credentials were removed cannot be signed in to, so the question does not apply there.
    """
    if not root.has_password and not root.has_access_key:
        raise NotApplicable("the root user has no password and no access key")
    if not root.mfa:
        yield root.finding("root user can sign in without MFA", at="mfa")
