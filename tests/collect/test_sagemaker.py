"""What is seen of SageMaker, in how many calls, and what is kept when some of them fail."""

import os
from dataclasses import replace
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.session import connect
from auditor.collect.registry import collectors
from auditor.collect.runner import collect
from auditor.collect.sagemaker import MOST_LABELING_JOBS
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.fake_aws.sagemaker import Domain, LabelingJob, SageMaker, UserProfile
from tests.looks import look

SECTIONS = tuple(section for section in collectors() if section.startswith("sagemaker."))
ROLE = "arn:aws:iam::111122223333:role/notebook-admin"


def of(sagemaker):
    return replace(accounts.newborn(), sagemaker=sagemaker)


def names(calls):
    return [call.operation for call in calls]


def test_every_resource_of_every_region_is_seen():
    snapshot, _ = look(accounts.neglected(), sections=SECTIONS)
    seen = snapshot.sagemaker
    assert snapshot.gaps == ()
    (domain,) = seen.domains.values()
    assert (domain.auth_mode, domain.app_network_access_type, domain.kms_key_id) == ("IAM", "PublicInternetOnly", None)
    assert domain.default_user_settings.execution_role.endswith("AmazonSageMaker-ExecutionRole-20260301T101010")
    assert {profile.user_profile_name for profile in seen.user_profiles.values()} == {"ana", "default-ben"}
    assert {arn.split(":")[3] for arn in seen.notebook_instances} == {"us-east-1", "us-west-2"}
    assert {notebook.platform_identifier for notebook in seen.notebook_instances.values()} == {
        "notebook-al1-v1",
        "notebook-al2-v2",
    }
    assert [model.enable_network_isolation for model in seen.models.values()] == [False]
    assert [config.production_variants[0].initial_instance_count for config in seen.endpoint_configs.values()] == [1]
    assert [force.source_ip_config.cidrs for force in seen.workforces.values()] == [()]
    assert [team.workforce_arn for team in seen.work_teams.values()] == list(seen.workforces)
    assert [job.role_arn for job in seen.labeling_jobs.values()] == ["arn:aws:iam::111122223333:role/image-labels"]


def test_own_settings_are_seen():
    seen = look(accounts.well_kept(), sections=SECTIONS)[0].sagemaker
    assert {profile.user_settings.execution_role is None for profile in seen.user_profiles.values()} == {True, False}
    (config,) = seen.endpoint_configs.values()
    assert [variant.initial_instance_count for variant in config.production_variants] == [2, None]
    (force,) = seen.workforces.values()
    assert force.source_ip_config.cidrs == ("203.0.113.0/24",)


def test_a_region_without_anything_takes_seven_calls():
    account = accounts.newborn()
    _, calls = look(account, sections=SECTIONS)
    asked = [call for call in calls if call.service == "sagemaker"]
    assert len(asked) == 7 * len(account.regions)
    assert not [name for name in names(asked) if name.startswith("Describe")]
    assert "ListWorkteams" not in names(asked)


def test_a_region_without_studio_has_nothing_and_hides_nothing():
    snapshot, calls = look(accounts.newborn(), sections=SECTIONS)
    assert "us-west-1" in snapshot.collection.regions
    assert snapshot.gaps == ()
    assert [call for call in calls if call.operation == "ListDomains" and call.region == "us-west-1"]


def test_lists_are_followed_to_their_end():
    profiles = tuple(UserProfile(f"user-{number}") for number in range(120))
    snapshot, calls = look(of(SageMaker(domains=(Domain("d-1", "big", ROLE, profiles=profiles),))), sections=SECTIONS)
    assert len(snapshot.sagemaker.user_profiles) == 120
    assert names(calls).count("ListUserProfiles") == len(accounts.newborn().regions) + 1


def test_only_the_newest_labelling_jobs_are_looked_at():
    jobs = tuple(LabelingJob(f"job-{days}", ROLE, days=days) for days in range(1, 31))
    snapshot, calls = look(of(SageMaker(labeling_jobs=jobs)), sections=SECTIONS)
    seen = {job.labeling_job_name for job in snapshot.sagemaker.labeling_jobs.values()}
    assert seen == {f"job-{days}" for days in range(1, MOST_LABELING_JOBS + 1)}
    assert names(calls).count("DescribeLabelingJob") == MOST_LABELING_JOBS


def test_what_one_description_lacks_is_a_gap_about_that_resource_alone():
    account = accounts.neglected()
    fault = Fault(
        "sagemaker:DescribeNotebookInstance", "deny", when=lambda params: params["NotebookInstanceName"] == "scratch"
    )
    snapshot, _ = look(account, sections=SECTIONS, faults=[fault])
    (gap,) = snapshot.gaps
    assert (gap.section, gap.region, gap.reason) == ("sagemaker.notebook_instances", "us-west-2", "denied")
    assert gap.resource == f"arn:aws:sagemaker:us-west-2:{account.id}:notebook-instance/scratch"
    assert [arn.rpartition("/")[2] for arn in snapshot.sagemaker.notebook_instances] == ["tutorial"]


def test_a_domain_that_is_deleted_meanwhile_is_left_out_and_leaves_no_gap():
    domains = (Domain("d-1", "going", ROLE, gone=True), Domain("d-2", "staying", ROLE))
    snapshot, _ = look(of(SageMaker(domains=domains)), sections=SECTIONS)
    assert snapshot.gaps == ()
    assert [domain.domain_name for domain in snapshot.sagemaker.domains.values()] == ["staying"]


def test_one_region_that_fails_leaves_the_others():
    account = accounts.neglected()
    fault = Fault("sagemaker:ListModels", "fail", times=1)
    with FakeAWS(account, faults=[fault]) as fake, patch.dict(os.environ, fake.env):
        snapshot = collect(connect(max_retries=0, max_workers=1), SECTIONS, regions=("us-east-1", "us-west-2"))
    (gap,) = snapshot.gaps
    assert (gap.section, gap.region, gap.resource) == ("sagemaker.models", "us-east-1", None)
    assert [arn.rpartition("/")[2] for arn in snapshot.sagemaker.models] == ["churn"]


@pytest.fixture()
def sagemaker():
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "eu-west-1"}
    with patch.dict(os.environ, keys), mock_aws():
        yield boto3.client("sagemaker")


def test_against_moto(sagemaker):
    """Domains, notebooks, models and endpoint configurations, the shapes of which moto has right."""
    sagemaker.create_domain(
        DomainName="research",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": ROLE},
        SubnetIds=["subnet-1"],
        VpcId="vpc-1",
    )
    sagemaker.create_notebook_instance(NotebookInstanceName="work", InstanceType="ml.t3.medium", RoleArn=ROLE)
    sagemaker.create_model(ModelName="churn", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "image"})
    variant = {"VariantName": "v0", "ModelName": "churn", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName="churn", ProductionVariants=[variant])
    sections = [f"sagemaker.{name}" for name in ("domains", "notebook_instances", "models", "endpoint_configs")]
    snapshot = collect(connect(max_retries=0), sections, regions=("eu-west-1",))
    seen = snapshot.sagemaker
    assert [gap for gap in snapshot.gaps if gap.operation.startswith("sagemaker:")] == []
    assert [domain.default_user_settings.execution_role for domain in seen.domains.values()] == [ROLE]
    assert [(item.direct_internet_access, item.root_access) for item in seen.notebook_instances.values()] == [
        ("Enabled", "Enabled")
    ]
    assert [model.enable_network_isolation for model in seen.models.values()] == [False]
    assert [config.production_variants[0].variant_name for config in seen.endpoint_configs.values()] == ["v0"]
