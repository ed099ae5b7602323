"""AWS CloudTrail, and the buckets that its trails deliver to, as the snapshot holds them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text, Timestamp


class Trail(Model):
    """A trail. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html"""

    name: Text
    trail_arn: Annotated[Text, Field(alias="TrailARN")]
    home_region: Text
    s3_bucket_name: Text = ""
    is_multi_region_trail: bool = False
    include_global_service_events: bool = False
    is_organization_trail: bool = False
    log_file_validation_enabled: bool = False
    has_custom_event_selectors: bool | None = None
    has_insight_selectors: bool = False
    cloud_watch_logs_log_group_arn: Text = ""
    kms_key_id: Text = ""


class TrailStatus(Model):
    """Whether a trail is logging, and the errors of its latest deliveries, empty where there was none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """

    is_logging: bool
    latest_delivery_error: Text = ""
    latest_digest_delivery_error: Text = ""
    latest_cloud_watch_logs_delivery_error: Text = ""
    latest_cloud_watch_logs_delivery_time: Timestamp | None = None


class DataResource(Model):
    """Resources of a type, by their ARNs or what these begin with."""

    type: Text
    values: tuple[Text, ...] = ()


class EventSelector(Model):
    """A basic selector of events; without `read_write_type`, AWS takes "All".

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
    """

    read_write_type: Text = "All"
    include_management_events: bool = False
    data_resources: tuple[DataResource, ...] = ()
    exclude_management_event_sources: tuple[Text, ...] = ()


class FieldSelector(Model):
    """What one field of an event must be."""

    field: Text
    equals: tuple[Text, ...] = ()
    starts_with: tuple[Text, ...] = ()
    ends_with: tuple[Text, ...] = ()
    not_equals: tuple[Text, ...] = ()
    not_starts_with: tuple[Text, ...] = ()
    not_ends_with: tuple[Text, ...] = ()


class AdvancedEventSelector(Model):
    """A selector of the events that fulfil all of its field selectors.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
    """

    name: Text = ""
    field_selectors: tuple[FieldSelector, ...] = ()


class EventSelectors(Model):
    """The selectors of a trail, which are all basic or all advanced."""

    event_selectors: tuple[EventSelector, ...] = ()
    advanced_event_selectors: tuple[AdvancedEventSelector, ...] = ()


class EventDataStore(Model):
    """A store of CloudTrail Lake.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html
    """

    name: Text
    event_data_store_arn: Text
    status: Text = ""
    multi_region_enabled: bool = False
    advanced_event_selectors: tuple[AdvancedEventSelector, ...] = ()


class Bucket(Model):
    """A bucket that a trail delivers to: whether it is `owned` by this account, and its region if so."""

    name: Text
    owned: bool
    region: Text = ""


class BucketExposure(Model):
    """How a bucket may be open to everybody.

    `public_grants` are permissions that its ACL gives to groups that everybody is in; the two switches are those of
    its public access block that take such grants, and public policies, out of force.
    """

    public_grants: tuple[Text, ...] = ()
    policy_is_public: bool = False
    ignore_public_acls: bool = False
    restrict_public_buckets: bool = False


class BucketLogging(Model):
    """Where a bucket's access log goes; empty where it has none."""

    target_bucket: Text = ""


class BucketProtection(Model):
    """What keeps objects in a bucket from being deleted: "Enabled" where it does."""

    versioning: Text = ""
    mfa_delete: Text = ""
    object_lock: Text = ""


class RootEvent(Model):
    """A management event of the root user, as LookupEvents tells it.

    `mfa_used` is what a sign-in tells, `outcome` whether it was a "Success"; `invoked_by` is the service that acted
    for root. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """

    event_id: Text
    event_time: Timestamp
    event_source: Text
    event_name: Text
    event_type: Text = ""
    read_only: bool = False
    error_code: Text = ""
    invoked_by: Text = ""
    mfa_used: Text = ""
    outcome: Text = ""


class RootEvents(Model):
    """Root's events of the last 90 days in one region, the latest first; `more` where older ones were left out."""

    events: tuple[RootEvent, ...] = ()
    more: bool = False


class KeyUse(Model):
    """Events of one access key of a user that came from one network by one AWS CLI or another client.

    `network` is the /24 of an IPv4 address, the /48 of an IPv6 address; `client` is like "aws-cli/1.18.69", and
    empty for what is not an AWS CLI.
    """

    user_name: Text
    access_key_id: Text
    network: Text
    client: Text = ""
    last: Timestamp
    count: Annotated[int, Field(ge=1)]


class KeyUses(Model):
    """Uses of users' access keys in one region, from the latest events of each user that was `looked_up`."""

    looked_up: tuple[Text, ...] = ()
    uses: tuple[KeyUse, ...] = ()


class CloudTrail(Model):
    """What CloudTrail told: by ARN of trails and stores, by name of buckets, and events by region."""

    model_config = OWN_NAMES

    trails: dict[Text, Trail] = Field(default_factory=dict)
    status: dict[Text, TrailStatus] = Field(default_factory=dict)
    event_selectors: dict[Text, EventSelectors] = Field(default_factory=dict)
    event_data_stores: dict[Text, EventDataStore] = Field(default_factory=dict)
    buckets: dict[Text, Bucket] = Field(default_factory=dict)
    bucket_exposure: dict[Text, BucketExposure] = Field(default_factory=dict)
    bucket_logging: dict[Text, BucketLogging] = Field(default_factory=dict)
    bucket_protection: dict[Text, BucketProtection] = Field(default_factory=dict)
    root_events: dict[Text, RootEvents] = Field(default_factory=dict)
    key_uses: dict[Text, KeyUses] = Field(default_factory=dict)
