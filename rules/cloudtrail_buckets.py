"""The buckets that trails deliver to: logs are worth what their bucket withstands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import NotApplicable, Options, TrailBucket, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide"
_BEST_PRACTICES = f"{_GUIDE}/best-practices-security.html"
_S3_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
_TAGS = ("cloudtrail", "logging", "s3")


@rule(
    "cloudtrail-bucket-public",
    severity="critical",
    over=TrailBucket,
    needs=("cloudtrail.bucket_exposure",),
    tags=_TAGS,
    title="Bucket with CloudTrail's logs is public",
    fix="Block public access to the bucket, then take the grant or the statement away that opens it.",
    docs=f"{_S3_GUIDE}/access-control-block-public-access.html",
    cli="aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration"
    " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
)
def cloudtrail_bucket_public(bucket: TrailBucket) -> Iterator[Finding]:
    """The logs tell whoever reads them every role, key, bucket and habit of the account.

    A bucket is public if its policy is, as S3 judges it, or if its ACL grants something to everybody or to every AWS
    account; the bucket's own public access block takes that out of force. The account-wide block is not weighed: it
    may be lifted any day for another bucket's sake. A bucket of another account is asked about there.
    """
    bucket.require_own()
    if bucket.policy_is_public and not bucket.restricts_public_policy:
        yield bucket.finding(
            f"the policy of bucket {bucket.name} makes CloudTrail's logs public",
            at=("policy_is_public", "restricts_public_policy"),
            discriminator="policy",
        )
    if bucket.public_grants and not bucket.ignores_public_acls:
        yield bucket.finding(
            f"the ACL of bucket {bucket.name} grants everybody {', '.join(bucket.public_grants)}",
            at=("public_grants", "ignores_public_acls"),
            discriminator="acl",
        )


@rule(
    "cloudtrail-bucket-not-logged",
    severity="low",
    over=TrailBucket,
    needs=("cloudtrail.bucket_logging",),
    tags=_TAGS,
    title="Bucket with CloudTrail's logs has no access log",
    fix="Turn on server access logging of the bucket, into another bucket.",
    docs=f"{_S3_GUIDE}/ServerLogs.html",
    cli="aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status file://logging.json",
)
def cloudtrail_bucket_not_logged(bucket: TrailBucket) -> Iterator[Finding]:
    """Who reads the logs, or tries to delete them, should leave a trace as well.

    A bucket of another account is asked about there.
    """
    bucket.require_own()
    if not bucket.log_target:
        yield bucket.finding(f"bucket {bucket.name} has no access log", at="log_target")


@rule(
    "cloudtrail-bucket-no-mfa-delete",
    severity="low",
    over=TrailBucket,
    needs=("cloudtrail.bucket_protection",),
    tags=_TAGS,
    title="CloudTrail's logs can be deleted without MFA",
    fix="Turn on object lock for the bucket, or MFA delete, which only root can do, with versioning.",
    docs=_BEST_PRACTICES,
    cli="aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration ObjectLockEnabled=Enabled",
)
def cloudtrail_bucket_no_mfa_delete(bucket: TrailBucket) -> Iterator[Finding]:
    """Whoever administers the account can empty the bucket, unless deleting takes more than permissions.

    MFA delete takes root's device for every version that is to go; object lock keeps versions until their time is up.
    Either one is enough. A bucket of another account is asked about there.
    """
    bucket.require_own()
    if bucket.mfa_delete != "Enabled" and bucket.object_lock != "Enabled":
        yield bucket.finding(
            f"bucket {bucket.name} has neither MFA delete nor object lock", at=("mfa_delete", "object_lock")
        )


class Archive(Options):
    """`log_archive_accounts`: ids of the accounts that are there to keep logs."""

    log_archive_accounts: tuple[str, ...] = ()


@rule(
    "cloudtrail-bucket-same-account",
    severity="low",
    over=TrailBucket,
    needs=("organizations.organization",),
    options=Archive,
    tags=(*_TAGS, "organization"),
    title="CloudTrail's logs are kept in the account that they are about",
    fix="Let the trail deliver to a bucket of a log archive account that few people can enter.",
    docs=_BEST_PRACTICES,
)
def cloudtrail_bucket_same_account(bucket: TrailBucket, archive: Archive) -> Iterator[Finding]:
    """Whoever takes the account over takes its logs over, too, and can delete what would tell of it.

    An organization can afford an account of its own for logs. That account itself is named by
    `log_archive_accounts`. An account outside any organization has nowhere else to put them.
    """
    if bucket.account.organization is None:
        raise NotApplicable("the account is in no organization")
    if bucket.account.id in archive.log_archive_accounts:
        raise NotApplicable("the configuration says that this account is there to keep logs")
    if bucket.is_owned:
        yield bucket.finding(f"bucket {bucket.name} is in the account that its logs are about", at="is_owned")
