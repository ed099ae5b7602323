"""What an account of the fake writes down about itself: CloudTrail, AWS Config, log groups, and buckets of logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trail:
    """A trail. `owner` is the id of the management account, for an organization's trail seen from a member.

    `selectors` are members of PutEventSelectors ("EventSelectors" or "AdvancedEventSelectors"); None for a trail that
    never got any, which then records every management event.
    """

    name: str
    bucket: str
    home: str = "us-east-1"
    multi_region: bool = False
    organization: bool = False
    global_events: bool = True
    validation: bool = False
    kms_key: str | None = None
    log_group: str | None = None
    insights: bool = False
    logging: bool = True
    delivery_error: str | None = None
    logs_delivered_days_ago: float | None = 0.01
    selectors: dict[str, Any] | None = None
    owner: str | None = None


@dataclass(frozen=True)
class EventDataStore:
    """A store of CloudTrail Lake; `selectors` are its advanced event selectors."""

    name: str
    id: str
    selectors: tuple[dict[str, Any], ...]
    region: str = "us-east-1"
    multi_region: bool = True
    status: str = "ENABLED"


@dataclass(frozen=True)
class Event:
    """A management event so many days ago; `user` is "root" or the name of an IAM user or of a session.

    `kind` is the type in userIdentity. `response` are the response's elements, `mfa` what a sign-in says of MFA.
    """

    name: str
    days_ago: float
    user: str = "root"
    kind: str = "Root"
    source: str = "iam.amazonaws.com"
    region: str = "us-east-1"
    read_only: bool = False
    key_id: str = ""
    address: str = "198.51.100.7"
    agent: str = "Mozilla/5.0"
    mfa: str | None = None
    outcome: str = "Success"
    invoked_by: str | None = None
    type: str = "AwsApiCall"


@dataclass(frozen=True)
class CloudTrail:
    trails: tuple[Trail, ...] = ()
    stores: tuple[EventDataStore, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Bucket:
    """A bucket; `public_acl` are permissions that its ACL grants to everybody."""

    name: str
    region: str = "us-east-1"
    public_acl: tuple[str, ...] = ()
    public_policy: bool | None = None
    blocks_public: bool = False
    logs_to: str | None = None
    versioning: str | None = None
    mfa_delete: str | None = None
    object_lock: bool = False


@dataclass(frozen=True)
class LogGroup:
    name: str
    retention: int | None = None
    region: str = "us-east-1"
    log_class: str = "STANDARD"


@dataclass(frozen=True)
class Recorder:
    """A configuration recorder and its delivery channel; `group` is the recordingGroup."""

    region: str
    group: dict[str, Any]
    role: str = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    name: str = "default"
    recording: bool = True
    status: str = "SUCCESS"
    channel: bool = True
    delivery: str = "SUCCESS"


@dataclass(frozen=True)
class Aggregator:
    """An aggregator of the whole organization, or of single accounts."""

    name: str
    region: str = "us-east-1"
    organization: bool = True
    all_regions: bool = True


@dataclass(frozen=True)
class Config:
    recorders: tuple[Recorder, ...] = ()
    aggregators: tuple[Aggregator, ...] = ()
