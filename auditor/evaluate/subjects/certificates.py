"""Credentials that are not passwords or access keys: certificates, devices, service-specific credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, escape
from auditor.evaluate.subjects.listed import Listed
from auditor.findings.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.iam import DeviceUser


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

    serial: Field[str] = Field("entry", "serial_number")
    user: Field[DeviceUser | None] = Field("entry")
    enabled: Field[datetime | None] = Field("entry", "enable_date")

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every device that was seen, by serial number."""
        for serial, entry in account.entries(cls.sections[0]):
            yield cls(account, serial, serial.rpartition("/")[2], entry)

    @classmethod
    def of(cls, account: Account, owner: str) -> tuple[VirtualMFADevice, ...]:
        """The devices of the user with that ARN. Raises NotCollected where none was seen and one may be there."""
        found = account.virtual_mfa_devices.get(owner)
        if not found and (blind := tuple(cls.unlisted(account))):
            raise NotCollected(*blind)
        return tuple(found or ())

    @property
    def is_assigned(self) -> bool:
        """Whether the device belongs to somebody, so that it can be signed in with."""
        return self.user is not None or self.enabled is not None

    @property
    def owner(self) -> str:
        """The ARN of the user that the device is assigned to, root's ending in `:root`; empty for nobody."""
        return self.user.arn if self.user else ""

    @property
    def owner_place(self) -> Place:
        """Where the owner stands."""
        return Place(f"{self.entry.pointer}/User/Arn", self.owner)


class MFADevice(NamedTuple):
    """An MFA device of one user, of any kind."""

    serial: str
    place: Place

    @property
    def is_hardware(self) -> bool:
        """Whether it is a security key or passkey (`u2f` is in its ARN) or a hardware token, whose serial is no ARN."""
        return ":u2f/" in self.serial or not self.serial.startswith("arn:")


def mfa_devices(account: Account, user: str) -> tuple[MFADevice, ...] | None:
    """A user's MFA devices of every kind, which are collected only when asked for; None where they were not."""
    listed = (account.optional("iam.mfa_devices") or {}).get(user)
    if listed is None:
        return None
    base = f"/iam/mfa_devices/{escape(user)}"
    serials = enumerate(device.serial_number for device in listed)
    return tuple(MFADevice(serial, Place(f"{base}/{index}/SerialNumber", serial)) for index, serial in serials)


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
            yield cls(account, _user_arn(account, entry.model.user_name), key, entry)


def _user_arn(account: Account, name: str) -> str:
    """The ARN of a user; AWS does not say its path here, so it is left out where users were not seen."""
    details = (account.optional("iam.users") or {}).get(name)
    return details.arn if details else f"arn:{account.snapshot.partition}:iam::{account.id}:user/{name}"
