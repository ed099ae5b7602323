"""Credentials that are not passwords or access keys: certificates, devices, service-specific credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.evaluate.subjects.base import Field, Source, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.iam import DeviceUser


class Listed(Subject):
    """A subject that is one entry of one map section."""

    def __init__(self, account: Account, arn: str, name: str, entry: Source) -> None:
        super().__init__(account, arn, name)
        self.entry = entry

    def source(self, name: str) -> Source:
        """The `entry`."""
        return self.entry


class ServerCertificate(Listed):
    """A TLS certificate stored in IAM."""

    type = "AWS::IAM::ServerCertificate"
    noun = "server certificate"
    sections = ("iam.server_certificates",)

    expiration: Field[datetime | None] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every certificate that was seen."""
        for name, entry in account.entries(cls.sections[0]):
            yield cls(account, entry.model.arn, name, entry)


class VirtualMFADevice(Listed):
    """A virtual MFA device, assigned or not."""

    type = "AWS::IAM::VirtualMFADevice"
    noun = "virtual MFA device"
    sections = ("iam.virtual_mfa_devices",)

    user: Field[DeviceUser | None] = Field("entry")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every device that was seen, by serial number."""
        for serial, entry in account.entries(cls.sections[0]):
            yield cls(account, serial, serial.rpartition("/")[2], entry)


class ServiceCredential(Listed):
    """A long-term credential for one service."""

    type = "AWS::IAM::ServiceSpecificCredential"
    noun = "service-specific credential"
    sections = ("iam.service_specific_credentials",)

    user_name: Field[str] = Field("entry")
    service_name: Field[str] = Field("entry")
    status: Field[str] = Field("entry")
    created: Field[datetime | None] = Field("entry", "create_date")
    expires: Field[datetime | None] = Field("entry", "expiration_date")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every credential that was seen, by its id."""
        for key, entry in account.entries(cls.sections[0]):
            arn = f"arn:{account.snapshot.partition}:iam::{account.id}:user/{entry.model.user_name}"
            yield cls(account, arn, key, entry)
