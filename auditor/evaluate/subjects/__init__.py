"""What rules are asked of: views on the snapshot that know where each value stands and what could not be seen."""

from auditor.evaluate.subjects.access import PRINCIPALS, Identity
from auditor.evaluate.subjects.account import Account, Scan
from auditor.evaluate.subjects.base import Declared, Subject, certain, sift
from auditor.evaluate.subjects.certificates import ServerCertificate, ServiceCredential, VirtualMFADevice
from auditor.evaluate.subjects.exposure import TRUSTS
from auditor.evaluate.subjects.password_policy import PasswordPolicy
from auditor.evaluate.subjects.policies import AttachedAWSPolicy, OwnInlinePolicy, OwnManagedPolicy, OwnPolicy
from auditor.evaluate.subjects.policy_texts import CustomerPolicy, InlinePolicy
from auditor.evaluate.subjects.principals import ADMINISTRATORS, GRANTS, Administrator, Group
from auditor.evaluate.subjects.roles import Role
from auditor.evaluate.subjects.root import Root
from auditor.evaluate.subjects.users import CREDENTIALS, AccessKey, User
from auditor.evaluate.subjects.ways import Way

__all__ = [
    "ADMINISTRATORS",
    "CREDENTIALS",
    "GRANTS",
    "PRINCIPALS",
    "TRUSTS",
    "AccessKey",
    "Account",
    "Administrator",
    "AttachedAWSPolicy",
    "CustomerPolicy",
    "Declared",
    "Group",
    "Identity",
    "InlinePolicy",
    "OwnInlinePolicy",
    "OwnManagedPolicy",
    "OwnPolicy",
    "PasswordPolicy",
    "Role",
    "Root",
    "Scan",
    "ServerCertificate",
    "ServiceCredential",
    "Subject",
    "User",
    "VirtualMFADevice",
    "Way",
    "certain",
    "sift",
]
