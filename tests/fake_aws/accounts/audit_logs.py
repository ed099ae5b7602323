"""What accounts write down about themselves: one by halves, where anybody can reach it, and one as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analyzers import AccessAnalyzer, Analyzer, AnalyzerFinding, ArchiveRule
from ..entities import unique_id
from ..recording import Aggregator, Bucket, CloudTrail, Config, Event, EventDataStore, LogGroup, Recorder, Trail
from ..state import ENABLED_BY_DEFAULT

if TYPE_CHECKING:
    from typing import Any

EAST, IRELAND = "us-east-1", "eu-west-1"
EVERY_TYPE = {"recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}, "allSupported": True}
OLD_CLI = "aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0 botocore/1.16.19"


def neglected_trails(account_id: str) -> CloudTrail:
    """A trail that was stopped, and one that records half of one region's events and cannot deliver them."""
    writes = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
    return CloudTrail(
        trails=(
            Trail("legacy", "neglected-cloudtrail", logging=False, global_events=False),
            Trail(
                "ireland",
                "somebody-elses-logs",
                IRELAND,
                validation=True,
                global_events=False,
                log_group=f"arn:aws:logs:{IRELAND}:{account_id}:log-group:trail:*",
                logs_delivered_days_ago=20,
                delivery_error="AccessDenied",
                selectors={"EventSelectors": [{**writes, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]},
            ),
        ),
        stores=(EventDataStore("tried-once", "0a1b2c3d-0001", (), IRELAND, status="STOPPED_INGESTION"),),
        events=(*_roots(), *_claires(account_id)),
    )


def _roots() -> tuple[Event, ...]:
    """Root at work, on a day like any other, and at its own affairs."""
    sign_in: dict[str, Any] = {"source": "signin.amazonaws.com", "type": "AwsConsoleSignIn"}
    return (
        Event("ConsoleLogin", 1, mfa="No", **sign_in),
        Event("ConsoleLogin", 30, mfa="No", outcome="Failure", **sign_in),
        Event("ListUsers", 1, read_only=True),
        Event("CreateUser", 1),
        Event("DeactivateMFADevice", 80),
        Event("RunInstances", 1.1, source="ec2.amazonaws.com", region=IRELAND),
        Event("RunInstances", 12, source="ec2.amazonaws.com", region=IRELAND),
        Event(
            "CreateNetworkInterface", 1.1, source="ec2.amazonaws.com", region=IRELAND, invoked_by="ecs.amazonaws.com"
        ),
    )


def _claires(account_id: str) -> tuple[Event, ...]:
    """One key in seven networks, by an old CLI, and a session of a role that has the user's name."""
    who: dict[str, Any] = {"user": "claire.admin", "source": "ec2.amazonaws.com", "read_only": True}
    key: dict[str, Any] = {**who, "kind": "IAMUser", "key_id": unique_id("AKIA", account_id, "claire.admin", "1")}
    places = (f"203.0.{number}.9" for number in range(6))
    return (
        *(Event("DescribeInstances", 2, address=address, agent=OLD_CLI, **key) for address in places),
        Event("DescribeInstances", 3, address="2001:db8:1::7", agent="Boto3/1.44.5", region=IRELAND, **key),
        Event("DescribeInstances", 3, address="2600:1f14:1::7", agent="Boto3/1.44.5", region=IRELAND, **key),
        Event("RunInstances", 3, address="cloudformation.amazonaws.com", **key),
        Event("DescribeInstances", 4, kind="AssumedRole", key_id="ASIAEXAMPLEEXAMPLE00", agent=OLD_CLI, **who),
    )


NEGLECTED_BUCKETS = (Bucket("neglected-cloudtrail", public_acl=("READ",), public_policy=True),)
NEGLECTED_LOG_GROUPS = (
    LogGroup("/aws/lambda/nightly", 14),
    LogGroup("trail", 30, IRELAND),
    LogGroup("/aws/sagemaker/NotebookInstances"),
    LogGroup("handed-on", 2, log_class="DELIVERY"),
)


def neglected_config() -> Config:
    """One recorder of two types that cannot deliver, one that was stopped, and an aggregator of listed accounts."""
    some = {"recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}, "resourceTypes": ["AWS::EC2::Instance"]}
    return Config(
        recorders=(
            Recorder(EAST, some, role="config-by-hand", delivery="FAILURE"),
            Recorder(IRELAND, {**EVERY_TYPE, "includeGlobalResourceTypes": False}, recording=False),
        ),
        aggregators=(Aggregator("a-few", organization=False),),
    )


def neglected_analyzers(account_id: str) -> AccessAnalyzer:
    """Two analyzers whose findings nobody reads, some archived unseen, in two of seventeen regions."""
    partner = AnalyzerFinding(f"arn:aws:iam::{account_id}:role/partner-access", "AWS::IAM::Role")
    return AccessAnalyzer(
        analyzers=(
            Analyzer(
                "account",
                EAST,
                findings=(
                    AnalyzerFinding("arn:aws:s3:::neglected-cloudtrail", public=True),
                    AnalyzerFinding(f"arn:aws:sqs:{EAST}:{account_id}:orders", "AWS::SQS::Queue"),
                    AnalyzerFinding("arn:aws:s3:::archived", public=True, status="ARCHIVED"),
                    partner,
                ),
                archive_rules=(ArchiveRule("all-buckets", {"resourceType": {"eq": ["AWS::S3::Bucket"]}}),),
            ),
            Analyzer("account", IRELAND, findings=(partner,)),
            Analyzer(
                "unused",
                IRELAND,
                "ACCOUNT_UNUSED_ACCESS",
                findings=(
                    AnalyzerFinding(f"arn:aws:iam::{account_id}:role/forgotten", "AWS::IAM::Role", "UnusedIAMRole"),
                    AnalyzerFinding(f"arn:aws:iam::{account_id}:user/bob", "AWS::IAM::User", "UnusedIAMUserAccessKey"),
                ),
            ),
        )
    )


def kept_trails(account_id: str, management: str) -> CloudTrail:
    """A trail of everything into another account's bucket, besides the organization's own."""
    objects = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
    everything = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [objects]}
    return CloudTrail(
        trails=(
            Trail(
                "everything",
                "corp-log-archive",
                multi_region=True,
                validation=True,
                kms_key=f"arn:aws:kms:{EAST}:{account_id}:key/0a1b2c3d-0000-4000-8000-000000000001",
                log_group=f"arn:aws:logs:{EAST}:{account_id}:log-group:trail:*",
                insights=True,
                selectors={"EventSelectors": [everything]},
            ),
            Trail(
                "organization",
                "corp-log-archive",
                multi_region=True,
                organization=True,
                selectors={"AdvancedEventSelectors": []},
                owner=management,
            ),
        ),
        events=(Event("ConsoleLogin", 2, user="break-glass", kind="IAMUser", mfa="Yes"),),
    )


KEPT_LOG_GROUPS = (LogGroup("trail", 731), LogGroup("/aws/lambda/orders-api", 400, IRELAND))


def kept_config() -> Config:
    """A recorder in every region; the one in us-east-1 records IAM for all."""
    return Config(
        tuple(
            Recorder(region, {**EVERY_TYPE, "includeGlobalResourceTypes": region == EAST})
            for region in ENABLED_BY_DEFAULT
        )
    )


def kept_analyzers() -> AccessAnalyzer:
    """An analyzer of external access in every region, and one of unused access."""
    everywhere = tuple(Analyzer("external", region) for region in ENABLED_BY_DEFAULT)
    return AccessAnalyzer((*everywhere, Analyzer("unused", EAST, "ACCOUNT_UNUSED_ACCESS")))
