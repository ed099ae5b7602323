"""TLS certificates that are stored in IAM rather than in ACM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import Blind, NotApplicable, NotCollected, Options, ServerCertificate, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from auditor.api import Finding

_DOCS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html"


def _time_left(certificate: ServerCertificate) -> timedelta:
    """How long the certificate is still valid; negative once it has expired. Raises NotCollected."""
    if certificate.expiration is None:
        raise NotCollected(Blind(f"AWS does not say when certificate {certificate.name} expires"))
    return certificate.expiration - certificate.account.taken_at


@rule(
    "server-certificate-expired",
    severity="medium",
    over=ServerCertificate,
    tags=("iam", "certificates"),
    title="Expired TLS certificate is stored in IAM",
    fix="Replace the certificate by one from ACM wherever it still serves, then delete it from IAM.",
    docs=_DOCS,
    cli="aws iam delete-server-certificate --server-certificate-name NAME",
)
def server_certificate_expired(certificate: ServerCertificate) -> Iterator[Finding]:
    """An expired certificate can be put on a load balancer by mistake, and every client then refuses to connect.

    One that still stands on a load balancer teaches people to click warnings away. IAM does not renew certificates
    and tells nobody that they end; ACM does both. Where AWS does not say when one ends, the question stays open.
    """
    left = _time_left(certificate)
    if left.total_seconds() <= 0:
        yield certificate.finding(
            f"certificate {certificate.name} expired on {certificate.expiration:%Y-%m-%d}, {(-left).days} days ago",
            at="expiration",
        )


class Window(Options):
    """`window_days`: a certificate that ends within so many days is to be replaced now."""

    window_days: int = 30


@rule(
    "server-certificate-expiring",
    severity="low",
    over=ServerCertificate,
    options=Window,
    tags=("iam", "certificates"),
    title="TLS certificate in IAM expires soon",
    fix="Request a certificate from ACM, which renews it by itself, and put it in the place of this one.",
    docs=_DOCS,
    cli="aws acm request-certificate --domain-name example.com --validation-method DNS",
)
def server_certificate_expiring(certificate: ServerCertificate, limit: Window) -> Iterator[Finding]:
    """IAM neither renews a certificate nor warns of its end, so the first to notice are the clients that it fails.

    A certificate that has already expired is the matter of server-certificate-expired.
    """
    left = _time_left(certificate)
    if left.total_seconds() <= 0:
        raise NotApplicable(f"certificate {certificate.name} has expired")
    if left.days < limit.window_days:
        yield certificate.finding(
            f"certificate {certificate.name} expires on {certificate.expiration:%Y-%m-%d}, in {left.days} days",
            at="expiration",
        )
