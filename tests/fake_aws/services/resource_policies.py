"""Queues, topics, keys and other resources of a region, as far as listing them and telling their policies goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..entities import days_ago
from ..operations import AWSError, Request, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..state import Account

MADE = days_ago(400)


@operation("sqs", "ListQueues")
def list_queues(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Without MaxResults there is no second page; of no queues, the answer has no list."""
    arns = _here(account, request, "sqs")
    page, more = cut_by_token(arns, params, largest=1000)
    urls = [f"https://sqs.{request.region}.amazonaws.com/{account.id}/{_name(arn)}" for arn in page]
    return {"QueueUrls": urls, **(more if "MaxResults" in params else {})} if urls else {}


@operation("sqs", "GetQueueAttributes")
def get_queue_attributes(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Only the attributes that are asked for, of those that the queue has."""
    arn = account.arn("sqs", params["QueueUrl"].rpartition("/")[2], region=request.region)
    there = {"QueueArn": arn, "Policy": _policy(account, arn, "QueueDoesNotExist")}
    return {"Attributes": {name: there[name] for name in params["AttributeNames"] if there.get(name)}}


@operation("sns", "ListTopics")
def list_topics(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """At most 100 a page, and no other size."""
    page, more = cut_by_token(_here(account, request, "sns"), params, largest=100)
    return {"Topics": [{"TopicArn": arn} for arn in page], **more}


@operation("sns", "GetTopicAttributes")
def get_topic_attributes(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    arn = params["TopicArn"]
    return {"Attributes": {"TopicArn": arn, "Owner": account.id, "Policy": _policy(account, arn, "NotFound") or ""}}


@operation("lambda", "GetPolicy")
def get_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    arn = account.arn("lambda", f"function:{params['FunctionName']}", region=request.region)
    if policy := account.resource_policies.get(arn):
        return {"Policy": policy, "RevisionId": "0a1b2c3d"}
    raise AWSError("ResourceNotFoundException", "The resource you requested does not exist.", 404)


@operation("kms", "ListKeys")
def list_keys(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """At most 100 a page, or 1000 where asked to."""
    arns = _here(account, request, "kms")
    size = {"MaxResults": params.get("Limit", 100), "NextToken": params.get("Marker")}
    page, more = cut_by_token(arns, size, largest=1000)
    keys = [{"KeyId": _name(arn), "KeyArn": arn} for arn in page]
    return {"Keys": keys, "Truncated": bool(more), **({"NextMarker": more["NextToken"]} if more else {})}


@operation("kms", "GetKeyPolicy")
def get_key_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    arn = account.arn("kms", f"key/{params['KeyId']}", region=request.region)
    return {"Policy": _policy(account, arn, "NotFoundException"), "PolicyName": "default"}


@operation("secretsmanager", "ListSecrets")
def list_secrets(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    page, more = cut_by_token(_here(account, request, "secretsmanager"), params, largest=100)
    return {"SecretList": [{"ARN": arn, "Name": _secret(arn), "CreatedDate": MADE} for arn in page], **more}


@operation("secretsmanager", "GetResourcePolicy")
def get_resource_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Without a policy the answer is the secret's name alone."""
    arn = params["SecretId"]
    policy = _policy(account, arn, "ResourceNotFoundException")
    return {"ARN": arn, "Name": _secret(arn), **({"ResourcePolicy": policy} if policy else {})}


@operation("events", "ListEventBuses")
def list_event_buses(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The default bus, which every region has, and others; at most 100 a page."""
    default = account.arn("events", "event-bus/default", region=request.region)
    arns = [*dict.fromkeys((default, *_here(account, request, "events")))]
    page, more = cut_by_token(arns, {**params, "MaxResults": params.get("Limit", 100)}, largest=100)
    policies = {arn: account.resource_policies.get(arn) for arn in page}
    named = ({"Name": _name(arn), "Arn": arn, **({"Policy": text} if text else {})} for arn, text in policies.items())
    return {"EventBuses": [*named], **more}


@operation("ecr", "DescribeRepositories")
def describe_repositories(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """At most 100 a page, or 1000 where asked to."""
    size = {"MaxResults": params.get("maxResults", 100), "NextToken": params.get("nextToken")}
    page, more = cut_by_token(_here(account, request, "ecr"), size, largest=1000)
    listed = [
        {"repositoryArn": arn, "registryId": account.id, "repositoryName": arn.partition(":repository/")[2]}
        for arn in page
    ]
    return {"repositories": listed, **({"nextToken": more["NextToken"]} if more else {})}


@operation("ecr", "GetRepositoryPolicy")
def get_repository_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    name = params["repositoryName"]
    arn = account.arn("ecr", f"repository/{name}", region=request.region)
    if policy := _policy(account, arn, "RepositoryNotFoundException"):
        return {"registryId": account.id, "repositoryName": name, "policyText": policy}
    words = f"Repository policy does not exist for the repository with name '{name}'"
    raise AWSError("RepositoryPolicyNotFoundException", f"{words} in the registry with id '{account.id}'")


@operation("backup", "ListBackupVaults")
def list_backup_vaults(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    page, more = cut_by_token(_here(account, request, "backup"), params, largest=1000)
    return {"BackupVaultList": [{"BackupVaultName": _name(arn), "BackupVaultArn": arn} for arn in page], **more}


@operation("backup", "GetBackupVaultAccessPolicy")
def get_backup_vault_access_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    name = params["BackupVaultName"]
    arn = account.arn("backup", f"backup-vault:{name}", region=request.region)
    if policy := account.resource_policies.get(arn):
        return {"BackupVaultName": name, "BackupVaultArn": arn, "Policy": policy}
    raise AWSError("ResourceNotFoundException", f"Backup vault {name} has no associated policy")


def _here(account: Account, request: Request, service: str) -> Sequence[str]:
    prefix = f"arn:{account.partition}:{service}:{request.region}:{account.id}:"
    return sorted(arn for arn in account.resource_policies if arn.startswith(prefix))


def _policy(account: Account, arn: str, missing: str) -> str | None:
    if arn not in account.resource_policies:
        raise AWSError(missing, f"{arn} does not exist.")
    return account.resource_policies[arn]


def _name(arn: str) -> str:
    """The name of a resource, whatever stands before it."""
    return arn.replace("/", ":").rpartition(":")[2]


def _secret(arn: str) -> str:
    """The name of a secret, without the six letters that its ARN ends with."""
    return arn.partition(":secret:")[2][:-7]
