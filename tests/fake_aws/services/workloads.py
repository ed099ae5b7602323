"""Instances, functions and tagged resources of a region, as far as listing them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from ..state import Account


@operation("ec2", "DescribeInstances")
def describe_instances(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The instances of the region, a reservation for each."""
    instances = account.settings.named("ec2", "instance/", request.region)
    return {"Reservations": [{"OwnerId": account.id, "Instances": [{"InstanceId": each}]} for each in instances]}


@operation("lambda", "ListFunctions")
def list_functions(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Functions of the settings, and those that only their policy tells of; at most 50 a page."""
    prefix = account.arn("lambda", "function:", region=request.region)
    with_policy = [arn.removeprefix(prefix) for arn in account.resource_policies if arn.startswith(prefix)]
    names = [*dict.fromkeys((*account.settings.named("lambda", "function:", request.region), *with_policy))]
    page, more = cut_by_token(names, {"NextToken": params.get("Marker")}, largest=50)
    listed = [{"FunctionName": each, "FunctionArn": f"{prefix}{each}"} for each in page]
    return {"Functions": listed, **({"NextMarker": more["NextToken"]} if more else {})}


@operation("resourcegroupstaggingapi", "GetResources")
def get_resources(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Every resource of the region, since all of them have tags here."""
    most = params.get("ResourcesPerPage", 50)
    if not 1 <= most <= 100:
        raise AWSError("InvalidParameterException", "ResourcesPerPage must be between 1 and 100")
    found = [arn for arn in account.settings.resources if arn.split(":")[3] == request.region]
    more = {"PaginationToken": "more"} if len(found) > most else {"PaginationToken": ""}
    return {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": []} for arn in found[:most]], **more}
