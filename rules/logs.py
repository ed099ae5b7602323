"""Groups of logs in CloudWatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import LogGroup, NotApplicable, Options, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding


class Retention(Options):
    """`min_days`: so many days at least logs are to be kept."""

    min_days: int = 365


@rule(
    "log-group-retention-short",
    severity="low",
    over=LogGroup,
    options=Retention,
    tags=("logging", "cloudwatch"),
    title="Log group keeps its logs too short a time",
    fix="Set the retention to a year or more, or export the logs to S3 before they expire.",
    docs="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    cli="aws logs put-retention-policy --log-group-name NAME --retention-in-days 365",
    terraform="""\
resource "aws_cloudwatch_log_group" "example" {
  name              = "/example"
  retention_in_days = 365
}
""",
)
def log_group_retention_short(group: LogGroup, retention: Retention) -> Iterator[Finding]:
    """Break-ins are found after months, and what the logs said in the first week is gone by then.

    A log group without a retention keeps everything for ever, and passes. One of class DELIVERY only hands logs on:
    its two days are AWS's choice.
    """
    if group.log_class == "DELIVERY":
        raise NotApplicable(f"log group {group.name} only hands logs on")
    if group.retention is not None and group.retention < retention.min_days:
        yield group.finding(
            f"log group {group.name} keeps logs for {group.retention} days, less than {retention.min_days}",
            at="retention",
        )
