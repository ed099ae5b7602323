"""What rules are asked of: views on the snapshot that know where each value stands and what could not be seen."""

from auditor.access.federation import Federation
from auditor.access.ways import Way
from auditor.evaluate.subjects.access import PRINCIPALS, Identity
from auditor.evaluate.subjects.account import Account
from auditor.evaluate.subjects.analyzers import Analyzer
from auditor.evaluate.subjects.base import Declared, Subject, certain, sift
from auditor.evaluate.subjects.certificates import ServerCertificate, ServiceCredential, VirtualMFADevice
from auditor.evaluate.subjects.config_recorders import IAM_TYPES, ConfigRecorder
from auditor.evaluate.subjects.delegation import DELEGATION, require_administration
from auditor.evaluate.subjects.event_history import KEY_USES, ROOT_EVENTS, SeenEvent, SeenUse, key_uses, root_events
from auditor.evaluate.subjects.exposure import TRUSTS
from auditor.evaluate.subjects.identity_center import (
    ASSIGNMENTS,
    Assignment,
    DirectoryGroup,
    DirectoryUser,
    IdentityCenterApplication,
    TrustedTokenIssuer,
    organization_instance,
)
from auditor.evaluate.subjects.identity_providers import OIDCProvider, SAMLProvider
from auditor.evaluate.subjects.listed import Listed, Region, require_every_region
from auditor.evaluate.subjects.organizations import (
    GUARDRAILS,
    SCP,
    VIEW,
    DelegatedAdministrator,
    MemberAccount,
    Organization,
    TrustedService,
)
from auditor.evaluate.subjects.password_policy import PasswordPolicy
from auditor.evaluate.subjects.permission_sets import PERMISSION_SET_POLICIES, PermissionSet
from auditor.evaluate.subjects.policies import AttachedAWSPolicy, OwnInlinePolicy, OwnManagedPolicy, OwnPolicy
from auditor.evaluate.subjects.policy_texts import CustomerPolicy, InlinePolicy
from auditor.evaluate.subjects.principals import ADMINISTRATORS, GRANTS, Administrator, Grant, Group, Principal
from auditor.evaluate.subjects.recordings import DATA, MANAGEMENT, S3_OBJECT, Recording
from auditor.evaluate.subjects.resource_policies import RESOURCE_POLICIES, PolicyResource
from auditor.evaluate.subjects.roles import Role
from auditor.evaluate.subjects.root import Root
from auditor.evaluate.subjects.sagemaker import (
    EndpointConfig,
    ExecutionRole,
    LabelingRole,
    NotebookInstance,
    SageMakerDomain,
    SageMakerModel,
    Workforce,
)
from auditor.evaluate.subjects.scan import Scan
from auditor.evaluate.subjects.service_use import LAST_ACCESSED, Grantee
from auditor.evaluate.subjects.support import TrustedAdvisorCheck
from auditor.evaluate.subjects.trails import RECORDERS_OF_EVENTS, EventDataStore, LogGroup, Trail, TrailBucket, shown_by
from auditor.evaluate.subjects.users import CREDENTIALS, AccessKey, User
from auditor.evaluate.subjects.validations import VALIDATIONS, ValidatedPolicy
from auditor.evaluate.subjects.written_policies import WrittenPolicy

__all__ = [
    "ADMINISTRATORS",
    "ASSIGNMENTS",
    "CREDENTIALS",
    "DATA",
    "DELEGATION",
    "GRANTS",
    "GUARDRAILS",
    "IAM_TYPES",
    "KEY_USES",
    "LAST_ACCESSED",
    "MANAGEMENT",
    "PERMISSION_SET_POLICIES",
    "PRINCIPALS",
    "RECORDERS_OF_EVENTS",
    "RESOURCE_POLICIES",
    "ROOT_EVENTS",
    "S3_OBJECT",
    "SCP",
    "TRUSTS",
    "VALIDATIONS",
    "VIEW",
    "AccessKey",
    "Account",
    "Administrator",
    "Analyzer",
    "Assignment",
    "AttachedAWSPolicy",
    "ConfigRecorder",
    "CustomerPolicy",
    "Declared",
    "DelegatedAdministrator",
    "DirectoryGroup",
    "DirectoryUser",
    "EndpointConfig",
    "EventDataStore",
    "ExecutionRole",
    "Federation",
    "Grant",
    "Grantee",
    "Group",
    "Identity",
    "IdentityCenterApplication",
    "InlinePolicy",
    "LabelingRole",
    "Listed",
    "LogGroup",
    "MemberAccount",
    "NotebookInstance",
    "OIDCProvider",
    "Organization",
    "OwnInlinePolicy",
    "OwnManagedPolicy",
    "OwnPolicy",
    "PasswordPolicy",
    "PermissionSet",
    "PolicyResource",
    "Principal",
    "Recording",
    "Region",
    "Role",
    "Root",
    "SAMLProvider",
    "SageMakerDomain",
    "SageMakerModel",
    "Scan",
    "SeenEvent",
    "SeenUse",
    "ServerCertificate",
    "ServiceCredential",
    "Subject",
    "Trail",
    "TrailBucket",
    "TrustedAdvisorCheck",
    "TrustedService",
    "TrustedTokenIssuer",
    "User",
    "ValidatedPolicy",
    "VirtualMFADevice",
    "Way",
    "Workforce",
    "WrittenPolicy",
    "certain",
    "key_uses",
    "organization_instance",
    "require_administration",
    "require_every_region",
    "root_events",
    "shown_by",
    "sift",
]
