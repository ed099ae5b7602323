"""What rules are asked of: views on the snapshot that know where each value stands and what could not be seen."""

from auditor.evaluate.subjects.account import Account, PasswordPolicy, Root, Scan
from auditor.evaluate.subjects.base import Declared, Subject
from auditor.evaluate.subjects.certificates import ServerCertificate, ServiceCredential, VirtualMFADevice
from auditor.evaluate.subjects.principals import Administrator, Group, Role
from auditor.evaluate.subjects.users import AccessKey, User

__all__ = [
    "AccessKey",
    "Account",
    "Administrator",
    "Declared",
    "Group",
    "PasswordPolicy",
    "Role",
    "Root",
    "Scan",
    "ServerCertificate",
    "ServiceCredential",
    "Subject",
    "User",
    "VirtualMFADevice",
]
