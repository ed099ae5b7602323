"""The account's root user."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, FirstOf, Source, Subject
from auditor.evaluate.subjects.credential_report import ROOT, report_row
from auditor.evaluate.subjects.users import AccessKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from auditor.evaluate.subjects.account import Account
    from auditor.findings.model import Place


class Root(Subject):
    """The account's root user. Facts come from the account summary (fresh) or else from the credential report."""

    type = "AWS::IAM::RootUser"
    noun = "root user"
    sections: ClassVar[tuple[str, ...]] = ()

    mfa: FirstOf[int | bool | None] = FirstOf(Field("summary", "AccountMFAEnabled"), Field("row", "mfa_active"))
    password: FirstOf[int | bool | None] = FirstOf(
        Field("summary", "AccountPasswordPresent"), Field("row", "password_enabled")
    )
    access_keys_present: Field[int] = Field("summary", "AccountAccessKeysPresent")
    certificates_present: Field[int] = Field("summary", "AccountSigningCertificatesPresent")
    password_last_used: Field[datetime | None] = Field("row")
    certificate_1_active: Field[bool | None] = Field("row", "cert_1_active")
    certificate_2_active: Field[bool | None] = Field("row", "cert_2_active")
    certificate_1_changed: Field[datetime | None] = Field("row", "cert_1_last_rotated")
    certificate_2_changed: Field[datetime | None] = Field("row", "cert_2_last_rotated")

    def __init__(self, account: Account) -> None:
        super().__init__(account, account.arn, "root")

    @classmethod
    def all(cls, account: Account) -> Iterable[Root]:
        """The one root user."""
        return (cls(account),)

    @property
    def has_password(self) -> bool:
        """Whether root has a console password. Raises NotCollected.

        Where AWS was asked and said nothing of a password (older reports call it not_supported), there is one: only
        central root management takes it away, and an account under it is told so.
        """
        try:
            password = self.password
        except NotCollected:
            self.account.read("iam.account_summary")
            return True
        return password is None or bool(password)

    @property
    def keys(self) -> tuple[AccessKey, ...]:
        """Root's access keys, active or not, from the credential report. Raises NotCollected."""
        return AccessKey.of(self)

    @property
    def access_key_places(self) -> tuple[Place, ...]:
        """What shows that root has an access key, active or not; empty where it has none. Raises NotCollected."""
        return self._shown_by("access_keys_present", lambda: (key.place("active") for key in self.keys))

    @property
    def certificate_places(self) -> tuple[Place, ...]:
        """What shows that root has a signing certificate, active or not. Raises NotCollected."""
        return self._shown_by("certificates_present", self._certificates)

    @property
    def has_access_key(self) -> bool:
        """Whether root has an access key, active or not. Raises NotCollected."""
        return bool(self.access_key_places)

    @property
    def has_credentials(self) -> bool:
        """Whether anybody can act as root: by its password or by an access key. Raises NotCollected."""
        return self.has_password or self.has_access_key

    def source(self, name: str) -> Source:
        """`summary`, or the `row` of the credential report. Raises NotCollected."""
        if name == "summary":
            return Source("/iam/account_summary", self.account.read("iam.account_summary"))
        return report_row(self.account, ROOT)

    def _shown_by(self, counter: str, reported: Callable[[], Iterable[Place]]) -> tuple[Place, ...]:
        """The count in the account summary, which is fresh, or else what the credential report lists."""
        try:
            count = self.place(counter)
        except NotCollected:
            return tuple(reported())
        return (count,) if count.value else ()

    def _certificates(self) -> Iterable[Place]:
        if self.certificate_1_active or self.certificate_1_changed:
            yield self.place("certificate_1_active")
        if self.certificate_2_active or self.certificate_2_changed:
            yield self.place("certificate_2_active")
