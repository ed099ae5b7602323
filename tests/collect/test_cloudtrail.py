"""CloudTrail: trails wherever they are at home, what is asked about each, and the buckets behind them."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.fake_aws import Fault, accounts
from tests.fake_aws.recording import Bucket, CloudTrail, EventDataStore, Trail
from tests.looks import look

TRAILS = ("cloudtrail.trails", "cloudtrail.status", "cloudtrail.event_selectors")
BUCKETS = ("cloudtrail.bucket_exposure", "cloudtrail.bucket_logging", "cloudtrail.bucket_protection")
MANAGEMENT = "222200001111"


def with_trails(*trails, **more):
    return replace(accounts.newborn(), cloudtrail=CloudTrail(trails), **more)


def where(calls, operation):
    return Counter(call.region for call in calls if call.operation == operation)


def test_each_trail_is_asked_about_once_and_at_home():
    account = with_trails(
        Trail("everywhere", "logs", "eu-west-1", multi_region=True),
        Trail("here", "logs"),
        Trail("tokyo", "logs", "ap-northeast-1"),
    )
    snapshot, calls = look(account, sections=TRAILS)
    assert {trail.name for trail in snapshot.cloudtrail.trails.values()} == {"everywhere", "here", "tokyo"}
    assert (
        set(snapshot.cloudtrail.status) == set(snapshot.cloudtrail.event_selectors) == set(snapshot.cloudtrail.trails)
    )
    assert where(calls, "DescribeTrails") == {"us-east-1": 1, "ap-northeast-1": 1}
    homes = {"eu-west-1": 1, "us-east-1": 1, "ap-northeast-1": 1}
    assert where(calls, "GetTrailStatus") == where(calls, "GetEventSelectors") == homes


def test_a_member_sees_the_organizations_trail_and_is_not_told_what_it_records():
    snapshot, calls = look(accounts.well_kept(), sections=TRAILS)
    (foreign,) = [arn for arn in snapshot.cloudtrail.trails if arn.split(":")[4] == MANAGEMENT]
    assert snapshot.gaps == ()
    assert snapshot.cloudtrail.status[foreign].is_logging
    assert foreign not in snapshot.cloudtrail.event_selectors
    assert foreign not in {call.params.get("TrailName") for call in calls}


def test_a_home_region_that_is_denied_leaves_what_was_seen_before():
    account = with_trails(Trail("here", "logs"), Trail("tokyo", "logs", "ap-northeast-1"))
    snapshot, _ = look(account, sections=TRAILS, faults=[Fault("cloudtrail:DescribeTrails", "deny", after=1)])
    assert [trail.name for trail in snapshot.cloudtrail.trails.values()] == ["here"]
    assert {(gap.section, gap.permission) for gap in snapshot.gaps} == {
        (section, "cloudtrail:DescribeTrails") for section in TRAILS
    }


def test_a_trail_that_vanishes_meanwhile_is_a_gap_of_its_own():
    account = with_trails(Trail("here", "logs"), Trail("gone", "logs"))
    gone = account.arn("cloudtrail", "trail/gone", region="us-east-1")
    fault = Fault("cloudtrail:GetTrailStatus", "fail", when=lambda params: params["Name"] == gone)
    snapshot, _ = look(account, sections=TRAILS, faults=[fault])
    assert [(gap.section, gap.resource) for gap in snapshot.gaps] == [("cloudtrail.status", gone)]
    assert snapshot.blind_entry("cloudtrail.status", gone)
    assert len(snapshot.cloudtrail.status) == 1


def test_no_selectors_were_asked_for_without_trails():
    snapshot, calls = look(accounts.newborn(), sections=(*TRAILS, *BUCKETS))
    assert snapshot.gaps == ()
    assert snapshot.is_set("cloudtrail.bucket_exposure")
    assert {call.operation for call in calls} == {"GetCallerIdentity", "ListTrails", "DescribeTrails"}


def test_stores_are_described_where_they_are():
    selector = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
    store = EventDataStore("lake", "0a1b2c3d-0002", (selector,), "eu-north-1")
    account = replace(accounts.newborn(), cloudtrail=CloudTrail(stores=(store,)))
    snapshot, calls = look(account, sections=("cloudtrail.event_data_stores",))
    (found,) = snapshot.cloudtrail.event_data_stores.values()
    assert (found.name, found.status, found.multi_region_enabled) == ("lake", "ENABLED", True)
    assert found.advanced_event_selectors[0].field_selectors[0].equals == ("Management",)
    assert where(calls, "GetEventDataStore") == {"eu-north-1": 1}


# -- buckets --------------------------------------------------------------------------------------------------


def test_what_a_bucket_is_like_is_asked_in_its_region():
    bucket = Bucket(
        "logs",
        "eu-central-1",
        public_acl=("READ",),
        public_policy=False,
        blocks_public=True,
        logs_to="access-logs",
        versioning="Enabled",
        mfa_delete="Enabled",
        object_lock=True,
    )
    snapshot, calls = look(with_trails(Trail("here", "logs"), buckets=(bucket,)), sections=BUCKETS)
    cloudtrail = snapshot.cloudtrail
    assert snapshot.gaps == ()
    assert (cloudtrail.buckets["logs"].owned, cloudtrail.buckets["logs"].region) == (True, "eu-central-1")
    exposure = cloudtrail.bucket_exposure["logs"]
    assert (exposure.public_grants, exposure.policy_is_public) == (("READ",), False)
    assert exposure.ignore_public_acls
    assert exposure.restrict_public_buckets
    assert cloudtrail.bucket_logging["logs"].target_bucket == "access-logs"
    protection = cloudtrail.bucket_protection["logs"]
    assert (protection.versioning, protection.mfa_delete, protection.object_lock) == ("Enabled",) * 3
    assert {call.region for call in calls if call.operation.startswith("GetBucket")} == {"eu-central-1"}


def test_a_bucket_without_settings_is_told_by_errors_and_empty_answers():
    snapshot, _ = look(with_trails(Trail("here", "logs"), buckets=(Bucket("logs"),)), sections=BUCKETS)
    cloudtrail = snapshot.cloudtrail
    assert snapshot.gaps == ()
    assert cloudtrail.bucket_exposure["logs"].model_dump() == {
        "PublicGrants": (),
        "PolicyIsPublic": False,
        "IgnorePublicAcls": False,
        "RestrictPublicBuckets": False,
    }
    assert cloudtrail.bucket_logging["logs"].target_bucket == ""
    assert set(cloudtrail.bucket_protection["logs"].model_dump().values()) == {""}


def test_a_bucket_of_another_account_is_not_looked_into():
    account = with_trails(Trail("here", "logs"), buckets=(Bucket("logs-of-ours"),))
    snapshot, calls = look(account, sections=BUCKETS)
    assert not snapshot.cloudtrail.buckets["logs"].owned
    assert snapshot.cloudtrail.bucket_exposure == {}
    assert [call.operation for call in calls if call.service == "s3"] == ["ListBuckets"]


@pytest.mark.parametrize(
    ("operation", "section", "permission"),
    [
        ("s3:ListBuckets", "cloudtrail.buckets", "s3:ListAllMyBuckets"),
        ("s3:GetPublicAccessBlock", "cloudtrail.bucket_exposure", "s3:GetBucketPublicAccessBlock"),
        ("s3:GetObjectLockConfiguration", "cloudtrail.bucket_protection", "s3:GetBucketObjectLockConfiguration"),
    ],
)
def test_a_denial_names_the_action_to_grant_and_not_the_operation(operation, section, permission):
    account = with_trails(Trail("here", "logs"), buckets=(Bucket("logs"),))
    snapshot, _ = look(account, sections=BUCKETS, faults=[Fault(operation, "deny")])
    assert (section, operation, permission, "logs") in {
        (gap.section, gap.operation, gap.permission, gap.resource) for gap in snapshot.gaps
    }
    assert snapshot.blind_entry(section, "logs")
