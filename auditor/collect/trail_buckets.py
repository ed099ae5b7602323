"""The buckets that trails deliver to, those of this account only: the owner of another is the one to ask there.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.errors import CallFailed
from auditor.collect.cloudtrail import CALLER, TRAILS, own_trails
from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.aws.account import Account, Unseen

    Entries = Iterator[tuple[str, Any] | Unseen]

BUCKETS = "cloudtrail.buckets"
EVERYBODY = frozenset(
    {
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    }
)
"""Groups that everybody is in; the second takes any AWS account at all."""

_MEMBERS = {
    "s3:GetBucketPolicyStatus": ("PolicyStatus", "NoSuchBucketPolicy"),
    "s3:GetPublicAccessBlock": ("PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration"),
    "s3:GetObjectLockConfiguration": ("ObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
}
"""Operation -> the member of its answer, and the error that says that the bucket has no such settings."""

ANSWERED = "ResponseMetadata"
"""What every answer holds: of a bucket without settings S3 tells nothing else."""


@collector(produces=BUCKETS, calls=("s3:ListBuckets",), after=(CALLER, TRAILS))
def buckets(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every bucket that the account's own trails deliver to, and whether it is this account's."""
    names = sorted({trail["S3BucketName"] for trail in own_trails(seen).values() if trail.get("S3BucketName")})
    return aws.each(lambda name: _found(aws, name), names)


def _found(aws: Account, name: str) -> dict[str, Any]:
    own = {bucket["Name"]: bucket for bucket in aws.ask("s3:ListBuckets", "Buckets", Prefix=name)["Buckets"]}
    return {"Name": name, "Owned": name in own, "Region": own.get(name, {}).get("BucketRegion", "")}


@collector(
    produces="cloudtrail.bucket_exposure",
    calls=("s3:GetBucketAcl", "s3:GetBucketPolicyStatus", "s3:GetPublicAccessBlock"),
    after=(BUCKETS,),
)
def bucket_exposure(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """How each bucket may be open to everybody."""
    return _of_each(aws, seen, _exposure)


def _exposure(there: Account, name: str) -> dict[str, Any]:
    grants = there.ask("s3:GetBucketAcl", "Grants", Bucket=name)["Grants"]
    policy = _settings(there, name, "s3:GetBucketPolicyStatus", ("IsPublic",))
    switches = _settings(there, name, "s3:GetPublicAccessBlock", ("IgnorePublicAcls", "RestrictPublicBuckets"))
    return {
        "PublicGrants": sorted(grant["Permission"] for grant in grants if grant["Grantee"].get("URI") in EVERYBODY),
        "PolicyIsPublic": policy.get("IsPublic", False),
        "IgnorePublicAcls": switches.get("IgnorePublicAcls", False),
        "RestrictPublicBuckets": switches.get("RestrictPublicBuckets", False),
    }


def _settings(there: Account, name: str, operation: str, expected: tuple[str, ...]) -> dict[str, Any]:
    """What the one member of an answer holds; empty where the bucket has no such settings. Raises CallFailed."""
    member, absent = _MEMBERS[operation]
    answer = there.call(operation, member, absent=(absent,), Bucket=name)
    if answer is None:
        return {}
    settings: dict[str, Any] = answer[member]
    for word in expected:
        if word not in settings:
            raise CallFailed(operation, "failed", "UnexpectedAnswer", f"the answer holds no {word}")
    return settings


@collector(produces="cloudtrail.bucket_logging", calls=("s3:GetBucketLogging",), after=(BUCKETS,))
def bucket_logging(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Where each bucket's access log goes."""

    def target(there: Account, name: str) -> dict[str, Any]:
        answer = there.ask("s3:GetBucketLogging", ANSWERED, Bucket=name)
        return {"TargetBucket": answer.get("LoggingEnabled", {}).get("TargetBucket", "")}

    return _of_each(aws, seen, target)


@collector(
    produces="cloudtrail.bucket_protection",
    calls=("s3:GetBucketVersioning", "s3:GetObjectLockConfiguration"),
    after=(BUCKETS,),
)
def bucket_protection(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """What keeps each bucket's objects from being deleted."""

    def settings(there: Account, name: str) -> dict[str, Any]:
        versioning = there.ask("s3:GetBucketVersioning", ANSWERED, Bucket=name)
        lock = _settings(there, name, "s3:GetObjectLockConfiguration", ("ObjectLockEnabled",))
        return {
            "Versioning": versioning.get("Status", ""),
            "MfaDelete": versioning.get("MFADelete", ""),
            "ObjectLock": lock.get("ObjectLockEnabled", ""),
        }

    return _of_each(aws, seen, settings)


def _of_each(aws: Account, seen: Mapping[str, Any], ask: Callable[[Account, str], dict[str, Any]]) -> Entries:
    """The answer about each bucket of this account, asked in the bucket's region."""
    own = {name: bucket["Region"] or aws.region for name, bucket in seen.get(BUCKETS, {}).items() if bucket["Owned"]}
    return aws.each(lambda name: ask(aws.in_region(own[name]), name), sorted(own))
