"""All that a rule author needs, in one import.

from auditor.api import AccessKey, Finding, NotApplicable, Options, rule
"""

from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.options import Options
from auditor.evaluate.rule import rule
from auditor.evaluate.subjects import (
    ADMINISTRATORS,
    CREDENTIALS,
    GRANTS,
    AccessKey,
    Account,
    Administrator,
    Group,
    PasswordPolicy,
    Role,
    Root,
    Scan,
    ServerCertificate,
    ServiceCredential,
    Subject,
    User,
    VirtualMFADevice,
    certain,
    sift,
)
from auditor.findings.model import Blind, Confidence, Finding, Place, Severity

__all__ = [
    "ADMINISTRATORS",
    "CREDENTIALS",
    "GRANTS",
    "AccessKey",
    "Account",
    "Administrator",
    "Blind",
    "Confidence",
    "Finding",
    "Group",
    "NotApplicable",
    "NotCollected",
    "Options",
    "PasswordPolicy",
    "Place",
    "Role",
    "Root",
    "Scan",
    "ServerCertificate",
    "ServiceCredential",
    "Severity",
    "Subject",
    "User",
    "VirtualMFADevice",
    "certain",
    "rule",
    "sift",
]
