"""CloudWatch Logs in each region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from ..recording import LogGroup
    from ..state import Account


@operation("logs", "DescribeLogGroups")
def describe_log_groups(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The region's log groups, at most 50 a page."""
    if params.get("limit", 50) > 50:
        raise AWSError("InvalidParameterException", "limit must be less than or equal to 50")
    here = [group for group in account.log_groups if group.region == request.region]
    asked = {"NextToken": params.get("nextToken"), "MaxResults": params.get("limit", 50)}
    page, more = cut_by_token(here, asked, largest=50)
    groups = [_group(account, group) for group in page]
    return {"logGroups": groups, **({"nextToken": more["NextToken"]} if more else {})}


def _group(account: Account, group: LogGroup) -> dict[str, Any]:
    arn = account.arn("logs", f"log-group:{group.name}", region=group.region)
    retention = {"retentionInDays": group.retention} if group.retention is not None else {}
    return {
        "logGroupName": group.name,
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "logGroupClass": group.log_class,
        "storedBytes": 1024,
        **retention,
    }
