"""SageMaker: domains, notebooks, models and labelling, in each region.

Lists hold no settings, so each resource takes a call of its own; a region without any takes seven in all.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Service.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.account import Unseen
from auditor.aws.errors import CallFailed
from auditor.collect.collector import collector
from auditor.snapshot.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

    Entries = Iterator[tuple[str, Any] | Unseen]

PAGE = 100
WORKFORCES = "sagemaker.workforces"

GONE = ("ResourceNotFound",)
"""What AWS says of a resource that was deleted since it was listed."""

UNSUPPORTED = "UnknownOperationException"
"""What AWS says in a region that has a part of SageMaker only: Studio is not in us-west-1, for example."""

MOST_LABELING_JOBS = 20
"""How many labelling jobs of a region are looked at, the newest first: a finished one tells of the past."""


@collector(produces="sagemaker.domains", calls=("sagemaker:ListDomains", "sagemaker:DescribeDomain"), scope="region")
def domains(aws: Account) -> Entries:
    """Every domain with its settings."""
    listed = _listed(aws, "Domains")
    return _described(
        aws,
        "sagemaker:DescribeDomain",
        "AuthMode",
        {item["DomainArn"]: {"DomainId": item["DomainId"]} for item in listed},
    )


@collector(
    produces="sagemaker.user_profiles",
    calls=("sagemaker:ListUserProfiles", "sagemaker:DescribeUserProfile"),
    scope="region",
)
def user_profiles(aws: Account) -> Entries:
    """Every user profile of every domain. The list tells no ARN, so a profile that fails is named by its domain."""
    listed = _listed(aws, "UserProfiles")
    names = {
        f"{item['DomainId']}/{item['UserProfileName']}": {
            "DomainId": item["DomainId"],
            "UserProfileName": item["UserProfileName"],
        }
        for item in listed
    }
    for result in _described(aws, "sagemaker:DescribeUserProfile", "UserProfileArn", names):
        found = result[1]  # the description, or why there is none
        yield (found["UserProfileArn"], found) if isinstance(found, dict) else result


@collector(
    produces="sagemaker.notebook_instances",
    calls=("sagemaker:ListNotebookInstances", "sagemaker:DescribeNotebookInstance"),
    scope="region",
)
def notebook_instances(aws: Account) -> Entries:
    """Every notebook instance with its settings."""
    return _by_name(aws, "NotebookInstance", "NotebookInstances", "RoleArn")


@collector(produces="sagemaker.models", calls=("sagemaker:ListModels", "sagemaker:DescribeModel"), scope="region")
def models(aws: Account) -> Entries:
    """Every model with its settings."""
    return _by_name(aws, "Model", "Models", "ModelArn")


@collector(
    produces="sagemaker.endpoint_configs",
    calls=("sagemaker:ListEndpointConfigs", "sagemaker:DescribeEndpointConfig"),
    scope="region",
)
def endpoint_configs(aws: Account) -> Entries:
    """Every endpoint configuration with its variants."""
    return _by_name(aws, "EndpointConfig", "EndpointConfigs", "ProductionVariants")


@collector(produces=WORKFORCES, calls=("sagemaker:ListWorkforces",), scope="region")
def workforces(aws: Account) -> Entries:
    """The region's private workforce, if there is one."""
    for item in _listed(aws, "Workforces"):
        yield item["WorkforceArn"], item


@collector(produces="sagemaker.work_teams", calls=("sagemaker:ListWorkteams",), after=(WORKFORCES,), scope="region")
def work_teams(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every work team of the private workforce; where there is no workforce, there are no teams."""
    if not any(region_of(arn) == aws.region for arn in seen.get(WORKFORCES, ())):
        return
    for item in _listed(aws, "Workteams"):
        yield item["WorkteamArn"], item


@collector(
    produces="sagemaker.labeling_jobs",
    calls=("sagemaker:ListLabelingJobs", "sagemaker:DescribeLabelingJob"),
    scope="region",
)
def labeling_jobs(aws: Account) -> Entries:
    """The newest labelling jobs, with the role that each runs as."""
    page = aws.call(
        "sagemaker:ListLabelingJobs",
        "LabelingJobSummaryList",
        absent=(UNSUPPORTED,),
        SortBy="CreationTime",
        SortOrder="Descending",
        MaxResults=MOST_LABELING_JOBS,
    )
    listed = page["LabelingJobSummaryList"] if page else []
    names = {item["LabelingJobArn"]: {"LabelingJobName": item["LabelingJobName"]} for item in listed}
    return _described(aws, "sagemaker:DescribeLabelingJob", "RoleArn", names)


def _listed(aws: Account, members: str) -> Iterator[dict[str, Any]]:
    """Every item of a list; none in a region that does not have the kind at all."""
    try:
        yield from aws.pages(f"sagemaker:List{members}", members, MaxResults=PAGE)
    except CallFailed as failure:
        if failure.error != UNSUPPORTED:
            raise


def _by_name(aws: Account, kind: str, members: str, needed: str) -> Entries:
    """Every resource of a kind that is described by its name."""
    listed = _listed(aws, members)
    names = {item[f"{kind}Arn"]: {f"{kind}Name": item[f"{kind}Name"]} for item in listed}
    return _described(aws, f"sagemaker:Describe{kind}", needed, names)


def _described(aws: Account, operation: str, needed: str, parameters: dict[str, dict[str, str]]) -> Entries:
    """Each resource's description, by its key; `needed` is what one must hold. One that is gone by now is left out."""

    def describe(key: str) -> dict[str, Any] | None:
        return aws.call(operation, needed, absent=GONE, **parameters[key])

    for result in aws.each(describe, parameters):
        if isinstance(result, Unseen) or result[1] is not None:
            yield result
