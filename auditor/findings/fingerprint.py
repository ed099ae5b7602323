"""The identity of a finding: the same in every report, every run and every order of the input."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.findings.model import Resource


def fingerprint(rule: str, partition: str, resource: Resource, discriminator: str) -> str:
    """32 hex digits over rule, partition, account, region, resource and discriminator.

    A resource that has no ARN is known by its name.

    Nothing that moves is in it: no list index, line, message text, time or version.
    """
    parts = (rule, partition, resource.account, resource.region, resource.arn or resource.name, discriminator)
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
