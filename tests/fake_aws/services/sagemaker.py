"""SageMaker in each region. Lists hold names and ARNs alone, as AWS's do; only a description tells the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..entities import days_ago
from ..operations import AWSError, Request, operation
from ..paging import cut_by_token
from ..sagemaker import SageMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..sagemaker import Domain, EndpointConfig, LabelingJob, Model, NotebookInstance, UserProfile, Workforce
    from ..state import Account

T = TypeVar("T", "Domain", "EndpointConfig", "LabelingJob", "Model", "NotebookInstance", "Workforce")

MADE = days_ago(240)
WITHOUT_STUDIO = ("us-west-1",)
"""Regions that have SageMaker and neither domains nor labelling."""
_TIMES = {"CreationTime": MADE, "LastModifiedTime": MADE}
_NOTHING = SageMaker()


@operation("sagemaker", "ListDomains")
def list_domains(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    _require_studio(request)

    def listed(domain: Domain) -> dict[str, Any]:
        return {**_identity(account, domain), "Status": "InService", "Url": _url(domain), **_TIMES}

    return _page(params, "Domains", _here(_of(account).domains, request), listed)


@operation("sagemaker", "DescribeDomain")
def describe_domain(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    domain = _found(_here(_of(account).domains, request), lambda item: item.id == params["DomainId"] and not item.gone)
    key = {"KmsKeyId": domain.kms_key} if domain.kms_key else {}
    return {
        **_identity(account, domain),
        "Status": "InService",
        "Url": _url(domain),
        "AuthMode": domain.auth_mode,
        "AppNetworkAccessType": domain.network,
        "DefaultUserSettings": {"ExecutionRole": domain.role},
        "DefaultSpaceSettings": {"ExecutionRole": domain.role},
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "SubnetIds": ["subnet-0a1b2c3d4e5f60718"],
        **key,
        **_TIMES,
    }


@operation("sagemaker", "ListUserProfiles")
def list_user_profiles(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    _require_studio(request)

    def listed(pair: tuple[Domain, UserProfile]) -> dict[str, Any]:
        return {"DomainId": pair[0].id, "UserProfileName": pair[1].name, "Status": "InService", **_TIMES}

    return _page(params, "UserProfiles", _profiles(account, request), listed)


@operation("sagemaker", "DescribeUserProfile")
def describe_user_profile(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    asked = params["DomainId"], params["UserProfileName"]
    domain, profile = _found(_profiles(account, request), lambda pair: (pair[0].id, pair[1].name) == asked)
    arn = account.arn("sagemaker", f"user-profile/{domain.id}/{profile.name}", region=domain.region)
    settings = {"UserSettings": {"ExecutionRole": profile.role}} if profile.role else {}
    identity = {"DomainId": domain.id, "UserProfileName": profile.name, "UserProfileArn": arn}
    return {**identity, "Status": "InService", **settings, **_TIMES}


@operation("sagemaker", "ListNotebookInstances")
def list_notebook_instances(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    return _page(
        params,
        "NotebookInstances",
        _here(_of(account).notebooks, request),
        lambda item: {**_named(account, item, "NotebookInstance", "notebook-instance"), **_TIMES},
    )


@operation("sagemaker", "DescribeNotebookInstance")
def describe_notebook_instance(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    name = params["NotebookInstanceName"]
    notebook = _found(_here(_of(account).notebooks, request), lambda item: item.name == name, "RecordNotFound")
    optional = {"SubnetId": notebook.subnet, "KmsKeyId": notebook.kms_key}
    return {
        **_named(account, notebook, "NotebookInstance", "notebook-instance"),
        "NotebookInstanceStatus": "InService",
        "RoleArn": notebook.role,
        "DirectInternetAccess": _word(notebook.direct_internet),
        "RootAccess": _word(notebook.root_access),
        "PlatformIdentifier": notebook.platform,
        **{key: value for key, value in optional.items() if value},
        **_TIMES,
    }


@operation("sagemaker", "ListModels")
def list_models(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    return _page(
        params,
        "Models",
        _here(_of(account).models, request),
        lambda item: {**_named(account, item, "Model", "model"), "CreationTime": MADE},
    )


@operation("sagemaker", "DescribeModel")
def describe_model(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    name = params["ModelName"]
    model = _found(_here(_of(account).models, request), lambda item: item.name == name, "Could not find model")
    return {
        **_named(account, model, "Model", "model"),
        "ExecutionRoleArn": model.role,
        "EnableNetworkIsolation": model.isolated,
        "CreationTime": MADE,
    }


@operation("sagemaker", "ListEndpointConfigs")
def list_endpoint_configs(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    return _page(
        params,
        "EndpointConfigs",
        _here(_of(account).endpoint_configs, request),
        lambda item: {**_named(account, item, "EndpointConfig", "endpoint-config"), "CreationTime": MADE},
    )


@operation("sagemaker", "DescribeEndpointConfig")
def describe_endpoint_config(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    name = params["EndpointConfigName"]
    config = _found(_here(_of(account).endpoint_configs, request), lambda item: item.name == name, "Could not find")
    return {
        **_named(account, config, "EndpointConfig", "endpoint-config"),
        "ProductionVariants": [_variant(number, count) for number, count in enumerate(config.instances)],
        "CreationTime": MADE,
    }


@operation("sagemaker", "ListWorkforces")
def list_workforces(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    _require_studio(request)
    return _page(params, "Workforces", _here(_of(account).workforces, request), lambda item: _workforce(account, item))


@operation("sagemaker", "ListWorkteams")
def list_workteams(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    def team(pair: tuple[Workforce, str]) -> dict[str, Any]:
        workforce, name = pair
        return {
            "WorkteamName": name,
            "WorkteamArn": account.arn("sagemaker", f"workteam/private-crowd/{name}", region=workforce.region),
            "WorkforceArn": _workforce(account, workforce)["WorkforceArn"],
            "MemberDefinitions": [],
            "Description": "labels",
        }

    teams = [(force, name) for force in _here(_of(account).workforces, request) for name in force.teams]
    return _page(params, "Workteams", teams, team)


@operation("sagemaker", "ListLabelingJobs")
def list_labeling_jobs(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The newest first, whatever order is asked for: nothing here asks for another."""
    _require_studio(request)
    jobs = sorted(_here(_of(account).labeling_jobs, request), key=lambda job: job.days)
    return _page(params, "LabelingJobSummaryList", jobs, lambda job: _job(account, job))


@operation("sagemaker", "DescribeLabelingJob")
def describe_labeling_job(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    name = params["LabelingJobName"]
    job = _found(_here(_of(account).labeling_jobs, request), lambda item: item.name == name)
    summary = _job(account, job)
    task = {
        "WorkteamArn": summary.pop("WorkteamArn"),
        "UiConfig": {},
        "TaskTitle": job.name,
        "TaskDescription": job.name,
        "NumberOfHumanWorkersPerDataObject": 1,
        "TaskTimeLimitInSeconds": 3600,
    }
    return {
        **summary,
        "RoleArn": job.role,
        "JobReferenceCode": "0",
        "InputConfig": {"DataSource": {}},
        "OutputConfig": {"S3OutputPath": "s3://labels/out"},
        "HumanTaskConfig": task,
    }


def _of(account: Account) -> SageMaker:
    return account.sagemaker or _NOTHING


def _require_studio(request: Request) -> None:
    if request.region in WITHOUT_STUDIO:
        raise AWSError("UnknownOperationException", "The requested operation is not supported in the called region.")


def _here(items: Iterable[T], request: Request) -> list[T]:
    """What is in the region that was asked."""
    return [item for item in items if item.region == request.region]


def _profiles(account: Account, request: Request) -> list[tuple[Domain, UserProfile]]:
    return [(domain, profile) for domain in _here(_of(account).domains, request) for profile in domain.profiles]


def _page(
    params: dict[str, Any], member: str, items: Sequence[Any], form: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    page, more = cut_by_token(items, params, largest=100, binding=member)
    return {member: [form(item) for item in page], **more}


def _found(items: Iterable[Any], test: Callable[[Any], bool], words: str = "") -> Any:
    """The one that is asked for. Older operations have no error of their own for one that isn't there."""
    for item in items:
        if test(item):
            return item
    raise AWSError("ValidationException" if words else "ResourceNotFound", words or "The resource does not exist.")


def _named(account: Account, item: Any, kind: str, noun: str) -> dict[str, Any]:
    return {f"{kind}Name": item.name, f"{kind}Arn": account.arn("sagemaker", f"{noun}/{item.name}", region=item.region)}


def _identity(account: Account, domain: Domain) -> dict[str, Any]:
    arn = account.arn("sagemaker", f"domain/{domain.id}", region=domain.region)
    return {"DomainArn": arn, "DomainId": domain.id, "DomainName": domain.name}


def _url(domain: Domain) -> str:
    return f"https://{domain.id}.studio.{domain.region}.sagemaker.aws"


def _word(on: bool) -> str:
    return "Enabled" if on else "Disabled"


def _variant(number: int, count: int | None) -> dict[str, Any]:
    size = {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
    return {
        "VariantName": f"variant-{number}",
        "ModelName": "churn",
        **({"InitialInstanceCount": count, "InstanceType": "ml.m5.large"} if count is not None else size),
    }


def _workforce(account: Account, workforce: Workforce) -> dict[str, Any]:
    vpc = {"VpcId": workforce.vpc, "VpcEndpointId": "vpce-0a1b2c3d", "Subnets": [], "SecurityGroupIds": []}
    return {
        "WorkforceName": workforce.name,
        "WorkforceArn": account.arn("sagemaker", f"workforce/{workforce.name}", region=workforce.region),
        "SourceIpConfig": {"Cidrs": list(workforce.cidrs)},
        "Status": "Active",
        **({"WorkforceVpcConfig": vpc} if workforce.vpc else {}),
    }


def _job(account: Account, job: LabelingJob) -> dict[str, Any]:
    made = days_ago(job.days)
    return {
        **_named(account, job, "LabelingJob", "labeling-job"),
        "CreationTime": made,
        "LastModifiedTime": made,
        "LabelingJobStatus": "Completed",
        "LabelCounters": {"TotalLabeled": 0, "HumanLabeled": 0, "MachineLabeled": 0, "FailedNonRetryableError": 0},
        "WorkteamArn": account.arn("sagemaker", "workteam/private-crowd/labelers", region=job.region),
    }
