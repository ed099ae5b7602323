"""AWS Config: does every region write down how its resources change?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    DELEGATION,
    IAM_TYPES,
    Account,
    ConfigRecorder,
    NotApplicable,
    Place,
    Region,
    certain,
    require_administration,
    require_every_region,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_RECORDERS = "config.recorders"
_STATUS = "config.recorder_status"
_REGIONS = "account_management.regions"
_GUIDE = "https://docs.aws.amazon.com/config/latest/developerguide"
_TAGS = ("config", "logging")


@rule(
    "config-recorder-missing",
    severity="medium",
    over=Region,
    needs=(_RECORDERS, _STATUS),
    tags=_TAGS,
    title="Region has no configuration recorder at work",
    fix="Set AWS Config up in the region, with a recorder of all types and a delivery channel; it costs by change.",
    docs=f"{_GUIDE}/stop-start-recorder.html",
    cli="aws configservice start-configuration-recorder --configuration-recorder-name default --region REGION",
)
def config_recorder_missing(region: Region) -> Iterator[Finding]:
    """Without a recorder nobody can say what a security group or a role looked like last week, nor who noticed.

    A region where nobody works is the one where nobody would look, so every enabled region is asked. A recorder that
    was stopped records nothing. Recorders that AWS services manage for themselves do not count.
    """
    recorder = region.entry(_RECORDERS)
    if recorder is None:
        yield region.finding(f"no configuration recorder in {region.name}", at=Place("/config/recorders"))
        return
    status = region.entry(_STATUS)
    if status is None or not status.model.recording:
        where = Place(f"{status.pointer}/recording", False) if status else Place(recorder.pointer)
        yield region.finding(
            f"configuration recorder {recorder.model.name} in {region.name} is not recording", at=where
        )


@rule(
    "config-recorder-delivery-failing",
    severity="medium",
    over=ConfigRecorder,
    needs=(_STATUS, "config.delivery_status"),
    tags=_TAGS,
    title="AWS Config cannot deliver what it records",
    fix="Let the recorder's role and the policies of bucket, key and topic allow the delivery, then look again.",
    docs=f"{_GUIDE}/manage-delivery-channel.html",
    cli="aws configservice describe-delivery-channel-status --region REGION",
)
def config_recorder_delivery_failing(recorder: ConfigRecorder) -> Iterator[Finding]:
    """A recorder whose bucket refuses it looks as if it were at work, and its history is lost.

    Its last recording is weighed, and the last delivery of history, snapshots and stream. A recorder that is not
    recording is reported by config-recorder-missing; one without a delivery channel delivers nothing at all.
    """
    if not recorder.is_recording:
        raise NotApplicable(f"recorder {recorder.name} is not recording")
    if recorder.last_status.casefold() == "failure":
        yield recorder.finding(
            f"the last recording of {recorder.name} failed: {recorder.last_error or 'no reason given'}",
            at="last_status",
            discriminator="recording",
        )
    if not recorder.has_channel:
        yield recorder.finding(f"recorder {recorder.name} has no delivery channel", at=Place("/config/delivery_status"))
        return
    for what, info, member in (
        ("history", recorder.history_delivery, "configHistoryDeliveryInfo"),
        ("snapshots", recorder.snapshot_delivery, "configSnapshotDeliveryInfo"),
        ("stream", recorder.stream_delivery, "configStreamDeliveryInfo"),
    ):
        if info.last_status.casefold() == "failure":
            pointer = f"{recorder.source('delivery').pointer}/{member}/lastStatus"
            yield recorder.finding(
                f"recorder {recorder.name} cannot deliver its {what}: {info.last_error_code or 'no reason given'}",
                at=Place(pointer, info.last_status),
                discriminator=what,
            )


@rule(
    "config-recorder-partial",
    severity="medium",
    over=ConfigRecorder,
    needs=(_REGIONS,),
    tags=_TAGS,
    title="AWS Config does not record every type of resource",
    fix="Record all types, and the global types of IAM in one region; exclude them in the others.",
    docs=f"{_GUIDE}/select-resources.html",
    cli="aws configservice put-configuration-recorder --configuration-recorder file://recorder.json"
    " --recording-group allSupported=true,includeGlobalResourceTypes=true",
)
def config_recorder_partial(recorder: ConfigRecorder) -> Iterator[Finding]:
    """What is not on the list is not recorded, and a type that AWS adds next year is on no list.

    Users, groups, roles and policies of IAM are the same everywhere, so to record them in one region and leave them
    out of the others is right. Where no region records them, that is told of one recorder: the one in us-east-1, or
    else the first.
    """
    left_out = recorder.left_out
    group = f"{recorder.entry.pointer}/recordingGroup"
    if left_out is None:
        count = len(recorder.group.resource_types)
        yield recorder.finding(
            f"recorder {recorder.name} records only types that it names: {count} of them",
            at=Place(f"{group}/resourceTypes"),
        )
    elif others := sorted(left_out - IAM_TYPES):
        yield recorder.finding(
            f"recorder {recorder.name} leaves out {', '.join(others)}",
            at=Place(f"{group}/exclusionByResourceTypes"),
        )
    if _speaks_for_iam(recorder) and not _iam_is_recorded(recorder.account):
        yield recorder.finding(
            f"recorder {recorder.name} does not record users, groups, roles and policies of IAM, nor does any other",
            at=Place(group),
            discriminator="iam",
        )


def _speaks_for_iam(recorder: ConfigRecorder) -> bool:
    """Whether it is the one of all recorders that is told about IAM."""
    regions = [other.home for other in ConfigRecorder.all(recorder.account)]
    return recorder.home == ("us-east-1" if "us-east-1" in regions else regions[0])


def _iam_is_recorded(account: Account) -> bool:
    """Whether some recorder records IAM. Raises NotCollected where one may be unseen."""
    recorders = ConfigRecorder.all(account)
    if certain(recorders, lambda recorder: recorder.records_iam, account.snapshot.blind(_RECORDERS)):
        return True
    require_every_region(account)
    return False


@rule(
    "config-not-service-linked-role",
    severity="low",
    over=ConfigRecorder,
    tags=_TAGS,
    title="AWS Config uses a role of its own making",
    fix="Give the recorder the service-linked role AWSServiceRoleForConfig, whose permissions AWS keeps up to date.",
    docs=f"{_GUIDE}/using-service-linked-roles.html",
    cli="aws configservice put-configuration-recorder --configuration-recorder name=default,"
    "roleARN=arn:aws:iam::ACCOUNT:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
)
def config_not_service_linked_role(recorder: ConfigRecorder) -> Iterator[Finding]:
    """A role made by hand lacks permissions for tomorrow's types, and can be used by more than AWS Config.

    The service-linked role can be assumed by AWS Config alone, and nobody can change it.
    """
    if not recorder.role.endswith(":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"):
        name = recorder.role.rpartition("/")[2] or "no role"
        yield recorder.finding(f"recorder {recorder.name} uses {name}", at="role")


@rule(
    "config-aggregator-missing",
    severity="low",
    over=Account,
    needs=("config.aggregators", _REGIONS, *DELEGATION),
    tags=(*_TAGS, "organization"),
    title="No aggregator collects the organization's configuration",
    fix="Create an aggregator of the organization and all its regions, best in the delegated administrator's account.",
    docs=f"{_GUIDE}/aggregate-data.html",
    cli="aws configservice put-configuration-aggregator --configuration-aggregator-name organization"
    " --organization-aggregation-source RoleArn=ROLE_ARN,AllAwsRegions=true",
)
def config_aggregator_missing(account: Account) -> Iterator[Finding]:
    """One query to an aggregator finds a public bucket in a thousand accounts; without it somebody logs in to each.

    The account that administers AWS Config is asked: the delegated administrator where there is one, else the
    management account. An aggregator of listed accounts misses those that join, so it does not count, and neither
    does one of listed regions.
    """
    require_administration(account, "config.amazonaws.com")
    found = {arn: source.model for arn, source in account.entries("config.aggregators")}
    sources = {arn: aggregator.organization_aggregation_source for arn, aggregator in found.items()}
    if any(source is not None and source.all_aws_regions for source in sources.values()):
        return
    account.read("config.aggregators")
    require_every_region(account)
    yield account.finding(
        "no aggregator collects the configuration of all accounts and regions of the organization",
        at=Place("/config/aggregators"),
    )
