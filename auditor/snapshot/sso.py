"""IAM Identity Center as the snapshot holds it; AWS still names it sso.

Permission sets, assignments and what hangs on them are those of the organization's instance. Maps are keyed by ARN.
Shapes follow the API reference, with the parts of one thing that take several calls put together:
https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Types.html
"""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.iam import ManagedPolicy  # noqa: TC001 - pydantic reads it at run time
from auditor.snapshot.model import OWN_NAMES, Model, PolicyText, Text


class Instance(Model):
    """An instance that the account owns or that its organization shares with it.

    The organization's one is owned by the management account; any other belongs to a single account, and cannot
    give access to accounts.
    """

    instance_arn: Text
    identity_store_id: Text = ""
    owner_account_id: Text = ""
    primary_region: Text = ""
    status: Text = ""


class AttachedPolicy(Model):
    """An AWS managed policy in a permission set."""

    arn: Text


class PolicyReference(Model):
    """A customer managed policy by name and path, to be there in each account that the permission set reaches."""

    policy_name: Text
    policy_path: Text = "/"


class PermissionsBoundary(Model):
    """What bounds a permission set: an AWS managed policy or, by name, a customer managed one."""

    managed_policy_arn: Text | None = None
    customer_managed_policy_reference: PolicyReference | None = None


class PermissionSet(Model):
    """A permission set with its policies. `session_duration` is an ISO 8601 duration: "PT8H"."""

    permission_set_arn: Text
    permission_set_name: Text
    description: Text = ""
    session_duration: Text = ""
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    customer_managed_policy_references: tuple[PolicyReference, ...] = ()
    inline_policy: PolicyText = ""
    permissions_boundary: PermissionsBoundary | None = None


class Provisioning(Model):
    """Whether a permission set is provisioned to any account, and the accounts that run an older version of it."""

    is_provisioned: bool
    outdated_account_ids: tuple[Text, ...] = ()


class AccountAssignment(Model):
    """Who has a permission set in an account; `principal_type` is "USER" or "GROUP"."""

    account_id: Text
    permission_set_arn: Text
    principal_type: Text
    principal_id: Text


class TrustedTokenIssuer(Model):
    """An OpenID Connect issuer whose tokens applications may exchange for Identity Center's."""

    trusted_token_issuer_arn: Text
    trusted_token_issuer_name: Text = ""
    issuer_url: Text


class Application(Model):
    """An application that people reach through Identity Center."""

    application_arn: Text
    application_name: Text = ""
    application_account: Text = ""
    application_provider_arn: Text = ""
    status: Text = ""
    assignment_required: bool


class SSO(Model):
    """What IAM Identity Center told.

    `managed_policies` are the AWS managed policies of permission sets that are not attached in this account as well.
    `assignments` are those of this account, by permission set; `disabled_user_assignments` are, by the user's id,
    those that disabled users still have in any account, by themselves or through a group.
    """

    model_config = OWN_NAMES

    instances: dict[Text, Instance] = Field(default_factory=dict)
    permission_sets: dict[Text, PermissionSet] = Field(default_factory=dict)
    managed_policies: dict[Text, ManagedPolicy] = Field(default_factory=dict)
    provisioning: dict[Text, Provisioning] = Field(default_factory=dict)
    assignments: dict[Text, tuple[AccountAssignment, ...]] = Field(default_factory=dict)
    disabled_user_assignments: dict[Text, tuple[AccountAssignment, ...]] = Field(default_factory=dict)
    trusted_token_issuers: dict[Text, TrustedTokenIssuer] = Field(default_factory=dict)
    applications: dict[Text, Application] = Field(default_factory=dict)
