"""What rules are asked of: views on the snapshot that know where each value stands and what could not be seen."""

from auditor.evaluate.subjects.account import Account, Scan
from auditor.evaluate.subjects.base import Declared, Subject, certain, sift
from auditor.evaluate.subjects.certificates import ServerCertificate, ServiceCredential, VirtualMFADevice
from auditor.evaluate.subjects.password_policy import PasswordPolicy
from auditor.evaluate.subjects.principals import ADMINISTRATORS, GRANTS, Administrator, Group, Role
from auditor.evaluate.subjects.root import Root
from auditor.evaluate.subjects.users import CREDENTIALS, AccessKey, User

__all__ = [
    "ADMINISTRATORS",
    "CREDENTIALS",
    "GRANTS",
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
    "certain",
    "sift",
]
