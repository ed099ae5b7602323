"""CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.aws.account import Account

PAGE = 50


@collector(produces="logs.log_groups", calls=("logs:DescribeLogGroups",), scope="region")
def log_groups(aws: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every log group, by its ARN without the `:*` that AWS writes after it."""
    for group in aws.pages("logs:DescribeLogGroups", "logGroups", limit=PAGE):
        yield group["arn"].removesuffix(":*"), group
