"""CloudTrail's trails: is every event of every region written down, where nobody can change it afterwards?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import MANAGEMENT, Account, NotApplicable, Place, Recording, Trail, certain, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_TRAILS = "cloudtrail.trails"
_STATUS = "cloudtrail.status"
_SELECTORS = "cloudtrail.event_selectors"
_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide"
_BEST_PRACTICES = f"{_GUIDE}/best-practices-security.html"
_TAGS = ("cloudtrail", "logging")
_NOWHERE = Place("/cloudtrail/trails")


@rule(
    "cloudtrail-multi-region-missing",
    severity="high",
    over=Account,
    needs=(_TRAILS, _STATUS, _SELECTORS),
    claims=("S47",),
    tags=_TAGS,
    title="No trail records the management events of every region",
    fix="Create a trail of all regions, or make one multi-region, with read and write management events.",
    docs=_BEST_PRACTICES,
    cli="aws cloudtrail create-trail --name all-regions --s3-bucket-name BUCKET --is-multi-region-trail"
    " --enable-log-file-validation\naws cloudtrail start-logging --name all-regions",
    terraform="""\
resource "aws_cloudtrail" "all_regions" {
  name                       = "all-regions"
  s3_bucket_name             = aws_s3_bucket.trail.id
  is_multi_region_trail      = true
  enable_log_file_validation = true
}
""",
)
def cloudtrail_multi_region_missing(account: Account) -> Iterator[Finding]:
    """Without a trail the account forgets after 90 days who did what, and a region that is not recorded hides a thief.

    One trail that is logging, takes in every region and records both reads and writes is enough; event sources that
    it leaves out are the matter of cloudtrail-management-events-excluded. The organization's trail counts for its
    members. If it has selectors of its own, only its owner is told what it records, so the question goes there.
    """
    trails = tuple(Trail.all(account))
    if certain(trails, _records_every_region, account.snapshot.blind(_TRAILS)):
        return
    for trail in trails:
        if trail.is_multi_region and trail.recordings_are_hidden and trail.is_logging:
            trail.require_own()
    words = "; ".join(f"trail {trail.name} {_shortcoming(trail)}" for trail in trails)
    yield account.finding(
        "no trail records the management events of every region" + (f": {words}" if words else ""),
        at=[trail.place("is_multi_region") for trail in trails] or _NOWHERE,
    )


def _records_every_region(trail: Trail) -> bool:
    return trail.is_multi_region and trail.is_logging and {"reads", "writes"} <= _recorded(trail)


def _recorded(trail: Trail) -> set[str]:
    """Which kinds of management events the trail records. Raises NotCollected."""
    management = [recording for recording in trail.recordings if _is_of_management(recording)]
    reads = {"reads" for recording in management if recording.reads}
    return reads | {"writes" for recording in management if recording.writes}


def _is_of_management(recording: Recording) -> bool:
    return recording.category == MANAGEMENT and recording.whole


def _shortcoming(trail: Trail) -> str:
    if not trail.is_multi_region:
        return f"records {trail.region} only"
    if not trail.is_logging:
        return "is not logging"
    missing = sorted({"reads", "writes"} - _recorded(trail))
    return f"does not record {' and '.join(missing)}"


@rule(
    "cloudtrail-logging-stopped",
    severity="high",
    over=Trail,
    needs=(_STATUS,),
    claims=("S47",),
    tags=_TAGS,
    title="Trail is not logging",
    fix="Start logging again, and find out in the event history who called StopLogging; delete trails of no use.",
    docs=f"{_GUIDE}/cloudtrail-turning-off-logging.html",
    cli="aws cloudtrail start-logging --name TRAIL_ARN",
)
def cloudtrail_logging_stopped(trail: Trail) -> Iterator[Finding]:
    """To stop the trail is one call, and among the first that somebody makes who does not want to be seen.

    A trail that stands there without logging also looks, in every list, as if events were recorded. Another account's
    trail, such as the organization's seen from a member, is asked about there.
    """
    trail.require_own()
    if not trail.is_logging:
        yield trail.finding(f"trail {trail.name} is not logging", at="is_logging")


@rule(
    "cloudtrail-delivery-failing",
    severity="high",
    over=Trail,
    needs=(_STATUS,),
    claims=("S47",),
    tags=_TAGS,
    title="Trail cannot deliver its log files",
    fix="Look at the policies of bucket and KMS key: they must let CloudTrail write; then see whether the error ends.",
    docs=f"{_GUIDE}/create-s3-bucket-policy-for-cloudtrail.html",
    cli="aws cloudtrail get-trail-status --name TRAIL_ARN",
)
def cloudtrail_delivery_failing(trail: Trail) -> Iterator[Finding]:
    """A trail that is logging into a bucket that refuses it records nothing: what it cannot deliver is lost in time.

    Log files, their digests and the delivery to CloudWatch Logs are weighed alike. A stopped trail still shows its
    last error; it is reported by cloudtrail-logging-stopped.
    """
    trail.require_own()
    if not trail.is_logging:
        raise NotApplicable(f"trail {trail.name} is not logging")
    failing = {
        "log files": ("delivery_error", trail.delivery_error),
        "digest files": ("digest_error", trail.digest_error),
        "CloudWatch Logs": ("logs_error", trail.logs_error),
    }
    for what, (field, error) in failing.items():
        if error:
            yield trail.finding(f"trail {trail.name} cannot deliver {what}: {error}", at=field, discriminator=what)


@rule(
    "cloudtrail-org-trail-missing",
    severity="medium",
    over=Account,
    needs=(_TRAILS, _STATUS, "organizations.seat", "organizations.organization"),
    claims=("S47",),
    tags=(*_TAGS, "organization"),
    title="Organization has no trail of all its accounts",
    fix="Create an organization trail in the management account or by the delegated administrator of CloudTrail.",
    docs=f"{_GUIDE}/creating-trail-organization.html",
    cli="aws cloudtrail create-trail --name organization --s3-bucket-name BUCKET --is-organization-trail"
    " --is-multi-region-trail",
)
def cloudtrail_org_trail_missing(account: Account) -> Iterator[Finding]:
    """An organization trail records every account from the moment it joins, and members can neither stop nor change it.

    A trail in each account can be stopped by whoever administers that account. Such a trail belongs to the management
    account, whoever created it: that one is asked, and no other. A trail that is not logging does not count.
    """
    account.require_organization_view()
    if account.read("organizations.seat").kind != "management":
        management = account.read("organizations.organization").master_account_id
        raise NotApplicable(f"organization trails belong to management account {management}")
    trails = certain(
        Trail.all(account),
        lambda trail: trail.is_organization_trail and trail.is_logging,
        account.snapshot.blind(_TRAILS),
    )
    if not trails:
        yield account.finding("the organization has no trail that is logging", at=_NOWHERE)


@rule(
    "cloudtrail-log-validation-disabled",
    severity="medium",
    over=Trail,
    tags=_TAGS,
    title="Trail does not validate its log files",
    fix="Turn log file validation on; CloudTrail then delivers a signed digest of its files every hour.",
    docs=f"{_GUIDE}/cloudtrail-log-file-validation-intro.html",
    cli="aws cloudtrail update-trail --name TRAIL_ARN --enable-log-file-validation",
)
def cloudtrail_log_validation_disabled(trail: Trail) -> Iterator[Finding]:
    """Without the signed digests nobody can prove afterwards that no log file was changed, forged or deleted.

    It costs nothing. Another account's trail is asked about there.
    """
    trail.require_own()
    if not trail.validates_log_files:
        yield trail.finding(f"trail {trail.name} does not validate its log files", at="validates_log_files")


@rule(
    "cloudtrail-not-kms-encrypted",
    severity="medium",
    over=Trail,
    tags=(*_TAGS, "encryption"),
    title="Trail's log files are not encrypted with a key of yours",
    fix="Make a KMS key whose policy lets CloudTrail encrypt and your auditors decrypt, and give it to the trail.",
    docs=f"{_GUIDE}/encrypting-cloudtrail-log-files-with-aws-kms.html",
    cli="aws cloudtrail update-trail --name TRAIL_ARN --kms-key-id KEY_ARN",
)
def cloudtrail_not_kms_encrypted(trail: Trail) -> Iterator[Finding]:
    """S3 encrypts by itself, and decrypts for whoever may read the bucket; a key of yours is a second lock.

    Reading the logs then takes the right to decrypt as well, and every use of the key is recorded. Another account's
    trail is asked about there.
    """
    trail.require_own()
    if not trail.kms_key_id:
        yield trail.finding(f"trail {trail.name} is not encrypted with a KMS key", at="kms_key_id")


@rule(
    "cloudtrail-not-in-cloudwatch",
    severity="low",
    over=Trail,
    needs=(_STATUS,),
    tags=_TAGS,
    title="Trail does not deliver to CloudWatch Logs",
    fix="Give the trail a log group and a role that may write to it, so that metric filters can raise alarms.",
    docs=f"{_GUIDE}/send-cloudtrail-events-to-cloudwatch-logs.html",
    cli="aws cloudtrail update-trail --name TRAIL_ARN --cloud-watch-logs-log-group-arn LOG_GROUP_ARN"
    " --cloud-watch-logs-role-arn ROLE_ARN",
)
def cloudtrail_not_in_cloudwatch(trail: Trail) -> Iterator[Finding]:
    """Files in a bucket are read after the fact; events in CloudWatch Logs can raise an alarm within minutes.

    A trail that was last delivered there more than a day before the scan, or never, does not deliver. A stopped trail
    is reported by cloudtrail-logging-stopped, another account's trail is asked about there.
    """
    trail.require_own()
    if not trail.log_group:
        yield trail.finding(f"trail {trail.name} does not deliver to CloudWatch Logs", at="log_group")
        return
    if not trail.is_logging:
        raise NotApplicable(f"trail {trail.name} is not logging")
    if (delivered := trail.logs_delivered) is None:
        yield trail.finding(f"trail {trail.name} has never delivered to its log group", at="logs_delivered")
    elif trail.account.age(delivered).days >= 1:
        yield trail.finding(
            f"trail {trail.name} last delivered to its log group on {delivered:%Y-%m-%d}, not within a day",
            at="logs_delivered",
        )
