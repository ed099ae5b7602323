"""AWS Organizations and the caller, as the snapshot holds them."""

from __future__ import annotations

from auditor.snapshot.model import OWN_NAMES, Model, Text


class CallerIdentity(Model):
    """Who ran the scan. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

    account: Text
    arn: Text
    user_id: Text = ""


class Organization(Model):
    """The organization that the account belongs to, as DescribeOrganization shows it to any member."""

    id: Text
    arn: Text = ""
    feature_set: Text = ""
    master_account_id: Text
    master_account_arn: Text = ""
    master_account_email: Text = ""


class STS(Model):
    """What STS told."""

    model_config = OWN_NAMES

    caller_identity: CallerIdentity | None = None


class Organizations(Model):
    """What AWS Organizations told. `organization` is None for an account outside any organization."""

    model_config = OWN_NAMES

    organization: Organization | None = None
