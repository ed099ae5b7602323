"""What is seen of resources and their policies, in how many calls, and what is kept when some of them fail."""

import json
import os
from dataclasses import replace
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.session import connect
from auditor.collect.runner import collect
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import Fault, accounts
from tests.fake_aws.paging import cut_by_token
from tests.fake_aws.recording import Bucket
from tests.fake_aws.services import resource_policies, s3, workloads
from tests.looks import look

SECTIONS = tuple(section for section, name in OPT_IN.items() if name == "resource-policies")
REGIONS = ("eu-west-1", "us-east-1")
ID = accounts.newborn().id
HERE = f"us-east-1:{ID}"
ARNS = {
    "backup_vaults": f"arn:aws:backup:{HERE}:backup-vault:",
    "event_buses": f"arn:aws:events:{HERE}:event-bus/",
    "functions": f"arn:aws:lambda:{HERE}:function:",
    "keys": f"arn:aws:kms:{HERE}:key/",
    "queues": f"arn:aws:sqs:{HERE}:",
    "repositories": f"arn:aws:ecr:{HERE}:repository/team/",
    "secrets": f"arn:aws:secretsmanager:{HERE}:secret:team/",
    "topics": f"arn:aws:sns:{HERE}:",
}
NEEDS_A_POLICY = {"functions": "{}", "keys": "{}"}
"""Of these the fake knows only those with a policy."""


def seen(account, *sections, **more):
    asked = [f"resource_policies.{name}" for name in sections] or SECTIONS
    return look(replace(account, regions=REGIONS), sections=asked, **more)


def names(calls):
    return [f"{call.service}:{call.operation}" for call in calls]


def policies(snapshot, section):
    entries = getattr(snapshot.resource_policies, section).items()
    return {arn.replace("/", ":").rpartition(":")[2]: entry.policy_document for arn, entry in entries}


def test_every_service_shows_its_resources_with_their_policies():
    snapshot, _ = seen(accounts.neglected())
    assert snapshot.gaps == ()
    queues = policies(snapshot, "queues")
    assert json.loads(queues["orders"])["Statement"][0]["Sid"] == "temporary"
    assert queues["orders-dead-letters"] is None
    functions = policies(snapshot, "functions")
    assert json.loads(functions["nightly-report"])["Statement"][0]["Sid"] == "from-bucket"
    assert "AWS:SourceArn" in functions["aws-controltower-NotificationForwarder"]
    assert "AWS:SourceOwner" in policies(snapshot, "topics")["as-made"]
    assert len([text for text in policies(snapshot, "keys").values() if "kms:" in text]) == 2
    assert policies(snapshot, "secrets") == {"database-AbCdEf": None}
    assert policies(snapshot, "repositories") == {"api": None}
    assert policies(snapshot, "backup_vaults") == {"Default": None}
    buses = snapshot.resource_policies.event_buses
    assert [arn.split(":")[3] for arn in buses] == list(REGIONS)


def test_functions_without_a_policy_are_kept():
    snapshot, _ = seen(replace(accounts.neglected(), resource_policies={}), "functions")
    assert snapshot.gaps == ()
    assert policies(snapshot, "functions") == {"nightly-report": None, "aws-controltower-NotificationForwarder": None}


def test_policies_that_are_there_are_told():
    snapshot, _ = seen(accounts.well_kept(), "account_public_access", "backup_vaults", "event_buses")
    assert "aws:PrincipalOrgID" in policies(snapshot, "event_buses")["orders"]
    assert "backup:DeleteRecoveryPoint" in policies(snapshot, "backup_vaults")["locked"]
    (block,) = snapshot.resource_policies.account_public_access.values()
    assert block.restrict_public_buckets


def test_a_bucket_is_asked_about_in_its_region_and_its_block_only_where_it_has_a_policy():
    arn, text = "arn:aws:s3:::shared", '{"Version":"2012-10-17","Statement":[]}'
    buckets = (Bucket("shared", "eu-west-1", blocks_public=True), Bucket("plain"), Bucket("open", public_policy=True))
    snapshot, calls = seen(replace(accounts.newborn(), buckets=buckets, resource_policies={arn: text}), "buckets")
    found = snapshot.resource_policies.buckets
    assert (found[arn].policy_document, found[arn].region, found[arn].restrict_public_buckets) == (
        text,
        "eu-west-1",
        True,
    )
    assert found["arn:aws:s3:::plain"].policy_document is None
    assert not found["arn:aws:s3:::open"].restrict_public_buckets
    asked = {(call.operation, call.params["Bucket"], call.region) for call in calls if "Bucket" in call.params}
    assert asked == {
        ("GetBucketPolicy", "shared", "eu-west-1"),
        ("GetPublicAccessBlock", "shared", "eu-west-1"),
        ("GetBucketPolicy", "plain", "us-east-1"),
        ("GetBucketPolicy", "open", "us-east-1"),
        ("GetPublicAccessBlock", "open", "us-east-1"),
    }


def test_a_region_without_resources_takes_a_call_for_each_service():
    _, calls = seen(accounts.newborn())
    services = [call for call in calls if call.service not in ("account", "sts", "s3", "s3control")]
    assert len(services) == 8 * len(REGIONS)
    assert names(calls).count("s3:ListBuckets") == names(calls).count("s3control:GetPublicAccessBlock") == 1


@pytest.mark.parametrize("section", [*ARNS, "buckets"])
def test_lists_are_followed_to_their_end(section, monkeypatch):
    for module in (resource_policies, s3, workloads):
        monkeypatch.setattr(module, "cut_by_token", lambda items, asked, **_: cut_by_token(items, asked, largest=2))
    made = {f"{ARNS[section]}r-{number}": NEEDS_A_POLICY.get(section) for number in range(5)} if section in ARNS else {}
    buckets = () if made else tuple(Bucket(f"r-{number}") for number in range(5))
    snapshot, _ = seen(replace(accounts.newborn(), resource_policies=made, buckets=buckets), section)
    assert snapshot.gaps == ()
    assert {name for name in policies(snapshot, section) if name != "default"} == {f"r-{n}" for n in range(5)}


@pytest.mark.parametrize("kind", ["deny", "fail", "empty"])
def test_a_policy_that_is_not_told_is_a_gap_about_that_resource_alone(kind):
    fault = Fault("sqs:GetQueueAttributes", kind, when=lambda asked: asked["QueueUrl"].endswith("/orders"))
    snapshot, _ = seen(accounts.neglected(), "queues", faults=[fault])
    (gap,) = snapshot.gaps
    account = accounts.neglected().id
    assert (gap.section, gap.resource) == ("resource_policies.queues", f"arn:aws:sqs:us-east-1:{account}:orders")
    assert policies(snapshot, "queues") == {"orders-dead-letters": None}


def test_a_list_that_is_denied_is_a_gap_of_that_service_and_region_alone():
    fault = Fault("kms:ListKeys", "deny", region="eu-west-1")
    snapshot, _ = seen(accounts.neglected(), "keys", faults=[fault])
    (gap,) = snapshot.gaps
    assert (gap.section, gap.region, gap.resource) == ("resource_policies.keys", "eu-west-1", None)
    assert (gap.reason, gap.permission) == ("denied", "kms:ListKeys")
    assert len(snapshot.resource_policies.keys) == 2


def test_the_accounts_block_asks_for_a_permission_of_its_own():
    fault = Fault("s3control:GetPublicAccessBlock", "deny")
    snapshot, _ = seen(accounts.neglected(), "account_public_access", faults=[fault])
    (gap,) = snapshot.gaps
    assert gap.permission == "s3:GetAccountPublicAccessBlock"


@pytest.fixture
def client():
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, keys), mock_aws():
        yield lambda service: boto3.client(service, region_name="eu-west-1")


def of_moto(*sections):
    snapshot = collect(
        connect(max_retries=0), [f"resource_policies.{name}" for name in sections], regions=("eu-west-1",)
    )
    assert {gap.operation for gap in snapshot.gaps} <= {"account:ListRegions"}  # which moto does not have
    return snapshot


TEXT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]})


def test_queues_and_topics_against_moto(client):
    sqs, sns = client("sqs"), client("sns")
    assert policies(of_moto("queues", "topics"), "queues") == {}
    sqs.create_queue(QueueName="plain")
    sqs.create_queue(QueueName="shared", Attributes={"Policy": TEXT})
    arn = sns.create_topic(Name="plain")["TopicArn"]
    snapshot = of_moto("queues", "topics")
    assert policies(snapshot, "queues") == {"plain": None, "shared": TEXT}
    assert sorted(snapshot.resource_policies.queues)[0] == "arn:aws:sqs:eu-west-1:123456789012:plain"
    assert list(snapshot.resource_policies.topics) == [arn]
    assert "SourceOwner" in policies(snapshot, "topics")["plain"]


def test_keys_secrets_and_repositories_against_moto(client):
    kms, secrets, ecr = client("kms"), client("secretsmanager"), client("ecr")
    arn = kms.create_key(Policy=TEXT)["KeyMetadata"]["Arn"]
    secrets.create_secret(Name="plain", SecretString="x")
    secrets.create_secret(Name="shared", SecretString="x")
    secrets.put_resource_policy(SecretId="shared", ResourcePolicy=TEXT)
    ecr.create_repository(repositoryName="plain")
    ecr.create_repository(repositoryName="shared")
    ecr.set_repository_policy(repositoryName="shared", policyText=TEXT)
    snapshot = of_moto("keys", "secrets", "repositories")
    assert snapshot.resource_policies.keys[arn].policy_document == TEXT
    assert sorted(map(str, policies(snapshot, "secrets").values())) == sorted(("None", TEXT))
    shared = json.loads(policies(snapshot, "repositories")["shared"])
    assert shared["Statement"][0]["Effect"] == "Deny"
    assert policies(snapshot, "repositories")["plain"] is None


def test_buckets_against_moto(client):
    made, block = client("s3"), {"RestrictPublicBuckets": True}
    for name in ("plain", "shared"):
        made.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    made.put_bucket_policy(Bucket="shared", Policy=TEXT)
    (before,) = of_moto("account_public_access").resource_policies.account_public_access.values()
    assert not before.restrict_public_buckets
    client("s3control").put_public_access_block(AccountId="123456789012", PublicAccessBlockConfiguration=block)
    snapshot = of_moto("buckets", "account_public_access")
    assert policies(snapshot, "buckets") == {"plain": None, "shared": TEXT}
    (after,) = snapshot.resource_policies.account_public_access.values()
    assert after.restrict_public_buckets
