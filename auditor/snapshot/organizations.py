"""AWS Organizations and the caller, as the snapshot holds them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, PolicyText, Text, Timestamp


class CallerIdentity(Model):
    """Who ran the scan. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

    account: Text
    arn: Text
    user_id: Text = ""


class PolicyType(Model):
    """A type of policy, and whether the organization has it "ENABLED"."""

    type: Text
    status: Text = ""


class Organization(Model):
    """The organization that the account belongs to, as DescribeOrganization shows it to any member."""

    id: Text
    arn: Text = ""
    feature_set: Text = ""
    master_account_id: Text
    master_account_arn: Text = ""
    master_account_email: Text = ""


class Root(Model):
    """The root of an organization. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html"""

    id: Text
    arn: Text = ""
    policy_types: tuple[PolicyType, ...] = ()


class Seat(Model):
    """What the account is in its organization: "management", "delegated", "member", or "none" without any.

    Only the first two may ask about the organization. `root` is what they see at once.
    """

    kind: Literal["management", "delegated", "member", "none"]
    root: Root | None = None


class MemberAccount(Model):
    """An account of the organization. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html

    `state` is "PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE" or "CLOSED". A path leads from the
    organization to the account: "o-abcdefghij/r-ab12/ou-ab12-11111111/111122223333/".
    """

    id: Text
    arn: Text = ""
    account_name: Text = ""
    email: Text = ""
    state: Text = ""
    paths: tuple[Text, ...] = ()
    joined_method: Text = ""
    joined_timestamp: Timestamp | None = None


class Target(Model):
    """What a policy is attached to: `type` is "ROOT", "ORGANIZATIONAL_UNIT" or "ACCOUNT"."""

    target_id: Text
    type: Text = ""


class OrganizationPolicy(Model):
    """A policy of any type, its document, and what it is attached to.

    Nobody asks for the targets of AWS's own policy p-RCPFullAWSAccess, which cannot be detached from anything.
    """

    id: Text
    arn: Text = ""
    policy_name: Text = ""
    type: Text
    aws_managed: bool = False
    content: PolicyText = ""
    targets: tuple[Target, ...] = ()


class DelegatedAdministrator(Model):
    """A member account that administers services for the organization; `services` are their principals."""

    id: Text
    arn: Text = ""
    account_name: Text = ""
    state: Text = ""
    services: tuple[Text, ...] = ()


class TrustedService(Model):
    """A service that may work in all accounts of the organization, by its principal."""

    service_principal: Text
    date_enabled: Timestamp | None = None


class ResourcePolicy(Model):
    """The policy by which the management account lets member accounts administer AWS Organizations itself."""

    arn: Text = ""
    content: PolicyText = ""


class STS(Model):
    """What STS told."""

    model_config = OWN_NAMES

    caller_identity: CallerIdentity | None = None


class Organizations(Model):
    """What AWS Organizations told. `organization` is None for an account outside any organization.

    What follows `seat` is told only to the management account and to delegated administrators: accounts and
    administrators by account id, policies by id, services by principal, and for each type of policy that is inherited
    the ids of the accounts in which what they inherit is not valid.
    """

    model_config = OWN_NAMES

    organization: Organization | None = None
    seat: Seat | None = None
    accounts: dict[Text, MemberAccount] = Field(default_factory=dict)
    policies: dict[Text, OrganizationPolicy] = Field(default_factory=dict)
    invalid_effective_policies: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    delegated_administrators: dict[Text, DelegatedAdministrator] = Field(default_factory=dict)
    trusted_services: dict[Text, TrustedService] = Field(default_factory=dict)
    resource_policy: ResourcePolicy | None = None
