"""The policies of resources, as the snapshot holds them: a map for each service, by ARN."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, PolicyText, Text


class ResourcePolicy(Model):
    """A resource with its policy as text; None for one that has none. Each service calls the policy something else."""

    policy_document: PolicyText | None = None


class BucketPolicy(ResourcePolicy):
    """A bucket, whose ARN does not tell its region; `restrict_public_buckets` is asked about where it has a policy.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
    """

    region: Text = ""
    restrict_public_buckets: bool = False


class PublicAccessBlock(Model):
    """The part of a public access block that weighs on bucket policies that are there already."""

    restrict_public_buckets: bool = False


class ResourcePolicies(Model):
    """All that was collected of resources and their policies; `account_public_access` is S3's, by account id."""

    model_config = OWN_NAMES

    account_public_access: dict[Text, PublicAccessBlock] = Field(default_factory=dict)
    backup_vaults: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    buckets: dict[Text, BucketPolicy] = Field(default_factory=dict)
    event_buses: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    functions: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    keys: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    queues: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    repositories: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    secrets: dict[Text, ResourcePolicy] = Field(default_factory=dict)
    topics: dict[Text, ResourcePolicy] = Field(default_factory=dict)
