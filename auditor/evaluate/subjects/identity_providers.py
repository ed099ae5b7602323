"""Identity providers of the account's own: SAML and OpenID Connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.access.issuers import known_issuer
from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source
from auditor.evaluate.subjects.listed import Listed
from auditor.findings.model import Blind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.iam import SAMLCertificate


class SAMLProvider(Listed):
    """A SAML identity provider, the one that Identity Center makes among them."""

    type = "AWS::IAM::SAMLProvider"
    noun = "SAML provider"
    sections = ("iam.saml_providers",)

    valid_until: Field[datetime | None] = Field("entry")
    encryption: Field[str | None] = Field("details", "assertion_encryption_mode")
    certificates: Field[tuple[SAMLCertificate, ...]] = Field("details", "signing_certificates")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every provider that was seen."""
        for arn, entry in account.entries(cls.sections[0]):
            yield cls(account, arn, arn.rpartition("/")[2], entry)

    def source(self, name: str) -> Source:
        """`entry`, or the `details` that take a call for each provider. Raises NotCollected."""
        if name == "entry":
            return self.entry
        details = self.account.entry("iam.saml_provider_details", self.arn)
        if details is None:
            raise NotCollected(Blind(f"SAML provider {self.name} was not described"))
        return details

    @property
    def is_identity_center(self) -> bool:
        """Whether IAM Identity Center made the provider, and keeps it."""
        return self.name.startswith("AWSSSO_") and self.name.endswith("_DO_NOT_DELETE")


class OIDCProvider(Listed):
    """An OpenID Connect provider; its name is the issuer's address without https://."""

    type = "AWS::IAM::OIDCProvider"
    noun = "OpenID Connect provider"
    sections = ("iam.oidc_providers",)

    url: Field[str] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every provider that was seen."""
        for arn, entry in account.entries(cls.sections[0]):
            yield cls(account, arn, arn.partition(":oidc-provider/")[2], entry)

    @property
    def is_for_workloads(self) -> bool:
        """Whether it is known to issue tokens to workloads alone, such as GitHub Actions or EKS."""
        return known_issuer(self.name) is not None
