"""Whether anything runs in a region: in all of the management account's, and in those that were opted in to.

Elsewhere nobody needs to know, so that nobody is asked.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from auditor.collect.collector import REGIONS, SEAT, collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

MOST_NAMED = 20
OPTED_IN = "ENABLED"
EXISTING = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]


@collector(
    produces="workloads.regions",
    calls=("ec2:DescribeInstances", "lambda:ListFunctions", "tag:GetResources"),
    after=(SEAT, REGIONS),
    scope="region",
)
def regions(aws: Account, seen: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first instances, functions and tagged resources of a region."""
    status = seen.get(REGIONS, {}).get(aws.region, {}).get("RegionOptStatus")
    if seen.get(SEAT, {}).get("Kind") != "management" and status != OPTED_IN:
        return
    reservations = aws.pages("ec2:DescribeInstances", "Reservations", Filters=EXISTING, MaxResults=1000)
    instances = [item["InstanceId"] for group in islice(reservations, MOST_NAMED) for item in group["Instances"]]
    functions = aws.ask("lambda:ListFunctions", "Functions", MaxItems=50)["Functions"]
    tagged = aws.ask("tag:GetResources", "ResourceTagMappingList", ResourcesPerPage=MOST_NAMED)
    yield (
        aws.region,
        {
            "Instances": sorted(instances)[:MOST_NAMED],
            "Functions": sorted(function["FunctionName"] for function in functions),
            "Resources": sorted(item["ResourceARN"] for item in tagged["ResourceTagMappingList"]),
        },
    )
