"""What people reach through IAM Identity Center besides AWS accounts, and whose tokens it takes."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import IdentityCenterApplication, NotApplicable, TrustedTokenIssuer, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/singlesignon/latest/userguide"


@rule(
    "idc-application-open-assignment",
    severity="medium",
    over=IdentityCenterApplication,
    claims=("S34",),
    tags=("identity-center", "applications"),
    title="An application lets everybody in without assignment",
    fix="Require assignments, and assign the groups that need the application.",
    docs=f"{_GUIDE}/assignuserstoapp.html",
    cli="aws sso-admin put-application-assignment-configuration --application-arn ARN --assignment-required",
)
def idc_application_open_assignment(application: IdentityCenterApplication) -> Iterator[Finding]:
    """Whoever is in the directory can enter, guests and service users among them, whether they need it or not.

    Disabled applications let nobody in, so they are not asked about.
    """
    if application.status == "DISABLED":
        raise NotApplicable(f"application {application.name} is disabled")
    if not application.assignment_required:
        yield application.finding(
            f"application {application.name} lets in everybody who can sign in", at="assignment_required"
        )


@rule(
    "idc-trusted-token-issuer-undeclared",
    severity="low",
    over=TrustedTokenIssuer,
    claims=("S34",),
    tags=("identity-center", "applications"),
    title="A trusted token issuer is not declared",
    fix="Find out which application needs it; delete it, or declare it in trusted_token_issuers.",
    docs=f"{_GUIDE}/using-apps-with-trusted-token-issuer.html",
    cli="aws sso-admin delete-trusted-token-issuer --trusted-token-issuer-arn ARN",
)
def idc_trusted_token_issuer_undeclared(issuer: TrustedTokenIssuer) -> Iterator[Finding]:
    """Whoever controls the issuer can make tokens that name any user of the directory, and be that user.

    An issuer is as trusted as the identity source itself, and easily forgotten with the application it was made for.
    The configuration declares issuers by their names or addresses in `trusted_token_issuers`, so that every other one
    stands out.
    """
    declared = issuer.account.declared.trusted_token_issuers
    if not any(fnmatchcase(text, glob) for text in (issuer.name, issuer.url) for glob in declared):
        yield issuer.finding(f"tokens of {issuer.url} ({issuer.name}) are trusted and not declared", at="url")
