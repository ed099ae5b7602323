import pytest
from botocore.session import get_session

from auditor.policy.resource_policies import nearest_resource_policy, resource_policies, resource_policy
from auditor.policy.service_data import is_service, resource_type


def test_a_type_is_found_by_either_name_in_any_case():
    assert resource_policy("s3-bucket") is resource_policy("aws::s3::BUCKET")
    assert resource_policy("s3-bucket").quota == 20_480
    assert resource_policy("sqs-queue").services == ("sqs",)
    assert resource_policy("nothing") is None
    assert resource_policy("") is None


def test_a_near_type_is_suggested():
    assert nearest_resource_policy("s3-buckt") == "s3-bucket"
    assert nearest_resource_policy("AWS::SNS::Topics") == "sns-topic"
    assert nearest_resource_policy("zzzzzzzzzzzzzzzzzz") == ""


def test_all_types_that_access_analyzer_checks_for_public_access_are_there():
    model = get_session().get_service_model("accessanalyzer")

    checked = {policy.type for policy in resource_policies() if policy.check_public}
    assert checked >= set(model.shape_for("AccessCheckResourceType").enum)


@pytest.mark.parametrize("policy", resource_policies(), ids=lambda policy: policy.name)
def test_a_row_names_what_there_is(policy):
    assert policy.name == policy.name.lower()
    assert policy.services
    assert all(is_service(service) for service in policy.services)
    for resource in policy.resources:
        service, _, name = resource.partition("/")
        assert resource_type(service, name), resource
    assert policy.quota is None or policy.quota >= 1_024
    assert policy.docs.startswith("https://docs.aws.amazon.com/")


def test_names_are_unique_and_sorted():
    names = [policy.name for policy in resource_policies()]
    types = [policy.type for policy in resource_policies() if policy.type]

    assert names == sorted(set(names))
    assert len(set(types)) == len(types)


@pytest.mark.parametrize(
    ("name", "service", "operation", "parameter"),
    [
        ("secret", "secretsmanager", "PutResourcePolicy", "ResourcePolicy"),
        ("ecr-repository", "ecr", "SetRepositoryPolicy", "policyText"),
        ("ecr-registry", "ecr", "PutRegistryPolicy", "policyText"),
        ("codeartifact-domain", "codeartifact", "PutDomainPermissionsPolicy", "policyDocument"),
        ("cloudtrail-channel", "cloudtrail", "PutResourcePolicy", "ResourcePolicy"),
        ("s3-table-bucket", "s3tables", "PutTableBucketPolicy", "resourcePolicy"),
        ("efs-file-system", "efs", "PutFileSystemPolicy", "Policy"),
        ("acm-pca-certificate-authority", "acm-pca", "PutPolicy", "Policy"),
        ("rekognition-project", "rekognition", "PutProjectPolicy", "PolicyDocument"),
        ("entityresolution-policy", "entityresolution", "PutPolicy", "policy"),
        ("mediastore-container", "mediastore", "PutContainerPolicy", "Policy"),
        ("mediapackage-channel", "mediapackagev2", "PutChannelPolicy", "Policy"),
    ],
)
def test_a_quota_is_the_length_that_the_api_takes(name, service, operation, parameter):
    shape = get_session().get_service_model(service).operation_model(operation).input_shape.members[parameter]

    assert resource_policy(name).quota == shape.metadata["max"]
