"""Amazon CloudWatch Logs, as the snapshot holds it."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, CamelModel, Model, Text


class LogGroup(CamelModel):
    """A log group; without `retention_in_days` its events never expire.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    """

    log_group_name: Text
    log_group_class: Text = "STANDARD"
    retention_in_days: int | None = None


class Logs(Model):
    """What CloudWatch Logs told: `log_groups` by ARN."""

    model_config = OWN_NAMES

    log_groups: dict[Text, LogGroup] = Field(default_factory=dict)
