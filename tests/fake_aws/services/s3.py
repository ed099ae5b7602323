"""S3: the account's buckets and their settings, told by an empty answer or an error where there are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..entities import days_ago
from ..operations import AWSError, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from ..recording import Bucket
    from ..state import Account

_OWNER = {"ID": "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"}


@operation("s3", "ListBuckets")
def list_buckets(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The account's buckets whose names begin with the prefix."""
    buckets = [
        {"Name": bucket.name, "BucketRegion": bucket.region, "CreationDate": days_ago(500)}
        for bucket in account.buckets
        if bucket.name.startswith(params.get("Prefix", ""))
    ]
    size = {"MaxResults": params.get("MaxBuckets", 10_000), "NextToken": params.get("ContinuationToken")}
    page, more = cut_by_token(buckets, size, largest=10_000)
    return {"Buckets": page, "Owner": _OWNER, **({"ContinuationToken": more["NextToken"]} if more else {})}


@operation("s3", "GetBucketAcl")
def get_bucket_acl(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    everybody = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    own = {"Grantee": {"Type": "CanonicalUser", **_OWNER}, "Permission": "FULL_CONTROL"}
    public = [{"Grantee": everybody, "Permission": each} for each in _found(account, params).public_acl]
    return {"Owner": _OWNER, "Grants": [own, *public]}


@operation("s3", "GetBucketPolicy")
def get_bucket_policy(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The policy of the account's resource policies, or else one that is what the bucket says of it."""
    bucket = _found(account, params)
    arn = f"arn:{account.partition}:s3:::{bucket.name}"
    policy = account.resource_policies.get(arn)
    if policy is None and bucket.public_policy is None:
        raise AWSError("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    who = "*" if bucket.public_policy else account.id
    read = {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "s3:GetObject", "Resource": f"{arn}/*"}
    return {"Policy": policy or json.dumps({"Version": "2012-10-17", "Statement": [read]})}


@operation("s3control", "GetPublicAccessBlock")
def get_account_public_access_block(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    if params["AccountId"] != account.id:
        raise AWSError("AccessDenied", "Access Denied", 403)
    return _block(account.blocks_public_buckets)


@operation("s3", "GetBucketPolicyStatus")
def get_bucket_policy_status(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    public = _found(account, params).public_policy
    if public is None:
        raise AWSError("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    return {"PolicyStatus": {"IsPublic": public}}


@operation("s3", "GetPublicAccessBlock")
def get_public_access_block(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    return _block(_found(account, params).blocks_public)


def _block(on: bool) -> dict[str, Any]:
    if not on:
        words = "The public access block configuration was not found"
        raise AWSError("NoSuchPublicAccessBlockConfiguration", words, 404)
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {"PublicAccessBlockConfiguration": dict.fromkeys(names, True)}


@operation("s3", "GetBucketLogging")
def get_bucket_logging(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    target = _found(account, params).logs_to
    return {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}} if target else {}


@operation("s3", "GetBucketVersioning")
def get_bucket_versioning(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    bucket = _found(account, params)
    settings = {"Status": bucket.versioning, "MFADelete": bucket.mfa_delete}
    return {name: value for name, value in settings.items() if value}


@operation("s3", "GetObjectLockConfiguration")
def get_object_lock_configuration(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    if not _found(account, params).object_lock:
        words = "Object Lock configuration does not exist for this bucket"
        raise AWSError("ObjectLockConfigurationNotFoundError", words, 404)
    return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}


def _found(account: Account, params: dict[str, Any]) -> Bucket:
    for bucket in account.buckets:
        if bucket.name == params["Bucket"]:
            return bucket
    raise AWSError("AccessDenied", "Access Denied", 403)
