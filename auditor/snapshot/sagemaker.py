"""SageMaker as the snapshot holds it: what says who may use it, as which role, and over which network.

Maps are keyed by ARN, which tells the region. Shapes follow the API reference:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Types_Amazon_SageMaker_Service.html
"""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text, Timestamp


class UserSettings(Model):
    """Settings of a user profile, or a domain's defaults for them."""

    execution_role: Text | None = None


class DefaultSpaceSettings(Model):
    """A domain's defaults for shared spaces."""

    execution_role: Text | None = None


class Domain(Model):
    """A domain. `auth_mode` is "SSO" or "IAM", `app_network_access_type` "PublicInternetOnly" or "VpcOnly"."""

    domain_arn: Text
    domain_id: Text
    domain_name: Text
    auth_mode: Text
    app_network_access_type: Text = "PublicInternetOnly"
    kms_key_id: Text | None = None
    default_user_settings: UserSettings = UserSettings()
    default_space_settings: DefaultSpaceSettings = DefaultSpaceSettings()


class UserProfile(Model):
    """A user profile of a domain; without a role of its own it has the domain's."""

    user_profile_arn: Text
    user_profile_name: Text
    domain_id: Text
    user_settings: UserSettings = UserSettings()


class NotebookInstance(Model):
    """A notebook instance. `direct_internet_access` and `root_access` are "Enabled", AWS's default, or "Disabled"."""

    notebook_instance_arn: Text
    notebook_instance_name: Text
    role_arn: Text
    direct_internet_access: Text = "Enabled"
    root_access: Text = "Enabled"
    subnet_id: Text | None = None
    kms_key_id: Text | None = None
    platform_identifier: Text | None = None


class SageMakerModel(Model):
    """A model that can be deployed."""

    model_arn: Text
    model_name: Text
    execution_role_arn: Text | None = None
    enable_network_isolation: bool = False


class ProductionVariant(Model):
    """A variant of an endpoint; without `initial_instance_count` it is serverless."""

    variant_name: Text
    initial_instance_count: int | None = None


class EndpointConfig(Model):
    """The configuration that endpoints are made of."""

    endpoint_config_arn: Text
    endpoint_config_name: Text
    production_variants: tuple[ProductionVariant, ...] = ()


class SourceIpConfig(Model):
    """The address ranges that workers may come from; none means any."""

    cidrs: tuple[Text, ...] = ()


class WorkforceVpcConfig(Model):
    """The VPC that workers must come from."""

    vpc_id: Text
    vpc_endpoint_id: Text | None = None


class Workforce(Model):
    """A private workforce, of which a region has one at most."""

    workforce_arn: Text
    workforce_name: Text
    source_ip_config: SourceIpConfig = SourceIpConfig()
    workforce_vpc_config: WorkforceVpcConfig | None = None


class WorkTeam(Model):
    """A team of a workforce, to which labelling jobs are given."""

    workteam_arn: Text
    workteam_name: Text
    workforce_arn: Text | None = None


class LabelingJob(Model):
    """A Ground Truth labelling job."""

    labeling_job_arn: Text
    labeling_job_name: Text
    labeling_job_status: Text
    creation_time: Timestamp
    role_arn: Text


class SageMaker(Model):
    """What SageMaker told, all by ARN. Of `labeling_jobs`, only the newest of each region are looked at."""

    model_config = OWN_NAMES

    domains: dict[Text, Domain] = Field(default_factory=dict)
    user_profiles: dict[Text, UserProfile] = Field(default_factory=dict)
    notebook_instances: dict[Text, NotebookInstance] = Field(default_factory=dict)
    models: dict[Text, SageMakerModel] = Field(default_factory=dict)
    endpoint_configs: dict[Text, EndpointConfig] = Field(default_factory=dict)
    workforces: dict[Text, Workforce] = Field(default_factory=dict)
    work_teams: dict[Text, WorkTeam] = Field(default_factory=dict)
    labeling_jobs: dict[Text, LabelingJob] = Field(default_factory=dict)
