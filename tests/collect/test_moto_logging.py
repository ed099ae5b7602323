"""CloudTrail, AWS Config, log groups and buckets against moto, which is right about what is asked of it here."""

import json
import os
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.session import connect
from auditor.collect.runner import collect

REGIONS = ("eu-west-1", "us-east-1")
EVERYBODY = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'


@pytest.fixture(autouse=True)
def moto():
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, keys), mock_aws():
        yield


def look(*sections):
    snapshot = collect(connect(max_retries=0), sections, regions=REGIONS)
    assert {gap.operation for gap in snapshot.gaps} <= {"account:ListRegions"}  # which moto does not have
    return snapshot


def client(service, region="eu-west-1"):
    return boto3.client(service, region_name=region)


def bucket(name, region="eu-west-1"):
    s3 = client("s3", region)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    return s3


def test_a_trail_with_selectors():
    bucket("trail-logs")
    cloudtrail = client("cloudtrail")
    arn = cloudtrail.create_trail(Name="main", S3BucketName="trail-logs", IsMultiRegionTrail=True)["TrailARN"]
    cloudtrail.start_logging(Name="main")
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": []}
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[selector])
    seen = look("cloudtrail.trails", "cloudtrail.status", "cloudtrail.event_selectors").cloudtrail
    assert list(seen.trails) == [arn]
    trail = seen.trails[arn]
    assert (trail.home_region, trail.s3_bucket_name, trail.is_multi_region_trail) == ("eu-west-1", "trail-logs", True)
    assert seen.status[arn].is_logging
    assert seen.event_selectors[arn].event_selectors[0].read_write_type == "WriteOnly"


def test_a_bucket_with_and_one_without_settings():
    s3 = bucket("kept")
    bucket("bare")
    bucket("access-logs")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(
        Bucket="kept",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    s3.put_bucket_acl(Bucket="bare", GrantRead=EVERYBODY)
    for name in ("kept", "bare"):
        client("cloudtrail").create_trail(Name=name, S3BucketName=name, IsMultiRegionTrail=True)
    seen = look(
        "cloudtrail.buckets",
        "cloudtrail.bucket_exposure",
        "cloudtrail.bucket_logging",
        "cloudtrail.bucket_protection",
    ).cloudtrail
    assert {name: entry.owned for name, entry in seen.buckets.items()} == {"kept": True, "bare": True}
    assert seen.bucket_exposure["kept"].restrict_public_buckets
    assert not seen.bucket_exposure["bare"].restrict_public_buckets
    assert seen.bucket_exposure["bare"].public_grants == ("READ",)
    assert seen.bucket_logging["bare"].target_bucket == ""
    assert (seen.bucket_protection["kept"].versioning, seen.bucket_protection["bare"].versioning) == ("Enabled", "")
    assert seen.bucket_protection["bare"].object_lock == ""


def test_a_recorder():
    config = client("config")
    role = "arn:aws:iam::123456789012:role/config"
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": group}
    )
    seen = look("config.recorders", "config.recorder_status").config
    assert list(seen.recorders) == ["eu-west-1"]
    assert seen.recorders["eu-west-1"].role_arn == role
    assert seen.recorders["eu-west-1"].recording_group.include_global_resource_types
    assert not seen.recorder_status["eu-west-1"].recording


def test_log_groups():
    logs = client("logs")
    logs.create_log_group(logGroupName="/app")
    logs.put_retention_policy(logGroupName="/app", retentionInDays=30)
    ((arn, group),) = look("logs.log_groups").logs.log_groups.items()
    assert arn == "arn:aws:logs:eu-west-1:123456789012:log-group:/app"
    assert group.retention_in_days == 30


def test_nothing_of_all_that():
    snapshot = look("cloudtrail.trails", "cloudtrail.buckets", "config.recorders", "logs.log_groups")
    assert json.loads(snapshot.cloudtrail.model_dump_json(exclude_unset=True)) == {"trails": {}, "buckets": {}}
    assert (snapshot.config.recorders, snapshot.logs.log_groups) == ({}, {})
