"""The policies of resources, of nine services: a list in each region, and a call for each resource in it.

A resource without a policy is kept without one, and so is one that was deleted since it was listed. Not looked at are
policies of single versions and aliases of a function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.aws.errors import CallFailed
from auditor.collect.collector import Collector, collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.aws.account import Account, Unseen

    Entries = Iterator[tuple[str, Any] | Unseen]

CALLER = "sts.caller_identity"
ANSWERED = "ResponseMetadata"
"""What every answer holds: SQS leaves an empty list of queues out."""


class _Service(NamedTuple):
    """How a service lists its resources, and tells the policy of each.

    `page` are the parameters of the list and `holds` is what each of its answers holds; `asks` gives the parameters of
    the call about an item of the list, and `arn` its ARN. `wanted` is what the answer to that call holds, `policy`
    takes the policy out of it, and `absent` are the errors that say that there is no policy, or the resource no more.
    """

    lists: str
    members: str
    page: dict[str, Any]
    tells: str
    wanted: str
    absent: tuple[str, ...]
    arn: Callable[[Account, Any], str]
    asks: Callable[[Any], dict[str, Any]]
    policy: Callable[[dict[str, Any]], str | None]
    holds: str = ""


def _of(section: str, service: _Service) -> Collector:
    """The collector of the service's resources in a region."""

    @collector(produces=f"resource_policies.{section}", calls=(service.lists, service.tells), scope="region")
    def policies(aws: Account) -> Entries:
        items = aws.pages(service.lists, service.members, holds=service.holds, **service.page)
        listed = {service.arn(aws, item): item for item in items}

        def policy(arn: str) -> dict[str, Any]:
            asked = service.asks(listed[arn])
            answer = aws.call(service.tells, service.wanted, absent=service.absent, **asked)
            return {"PolicyDocument": service.policy(answer) or None if answer else None}

        return aws.each(policy, listed)

    return policies


def _queue_arn(aws: Account, url: str) -> str:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html"""
    account, name = url.rsplit("/", 2)[1:]
    return f"arn:{aws.partition}:sqs:{aws.region}:{account}:{name}"


queues = _of(
    "queues",
    _Service(
        lists="sqs:ListQueues",
        members="QueueUrls",
        page={"MaxResults": 1000},  # without it, the rest beyond a thousand is left out
        holds=ANSWERED,
        tells="sqs:GetQueueAttributes",
        wanted="Attributes",
        absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        arn=_queue_arn,
        asks=lambda url: {"QueueUrl": url, "AttributeNames": ["Policy", "QueueArn"]},  # the ARN alone is always there
        policy=lambda answer: answer["Attributes"].get("Policy"),
    ),
)
topics = _of(
    "topics",
    _Service(
        lists="sns:ListTopics",
        members="Topics",
        page={},
        tells="sns:GetTopicAttributes",
        wanted="Attributes",
        absent=("NotFound",),
        arn=lambda _, topic: str(topic["TopicArn"]),
        asks=lambda topic: {"TopicArn": topic["TopicArn"]},
        policy=lambda answer: answer["Attributes"].get("Policy"),
    ),
)
functions = _of(
    "functions",
    _Service(
        lists="lambda:ListFunctions",
        members="Functions",
        page={"MaxItems": 50},
        tells="lambda:GetPolicy",
        wanted="Policy",
        absent=("ResourceNotFoundException",),
        arn=lambda _, function: str(function["FunctionArn"]),
        asks=lambda function: {"FunctionName": function["FunctionName"]},
        policy=lambda answer: answer["Policy"],
    ),
)
keys = _of(
    "keys",
    _Service(
        lists="kms:ListKeys",
        members="Keys",
        page={"Limit": 1000},
        tells="kms:GetKeyPolicy",
        wanted="Policy",
        absent=("NotFoundException",),
        arn=lambda _, key: str(key["KeyArn"]),
        # AWS's own keys are asked about as well: to tell them apart would take as many calls.
        asks=lambda key: {"KeyId": key["KeyId"], "PolicyName": "default"},
        policy=lambda answer: answer["Policy"],
    ),
)
secrets = _of(
    "secrets",
    _Service(
        lists="secretsmanager:ListSecrets",
        members="SecretList",
        page={"MaxResults": 100},
        tells="secretsmanager:GetResourcePolicy",
        wanted="ARN",
        absent=("ResourceNotFoundException",),
        arn=lambda _, secret: str(secret["ARN"]),
        asks=lambda secret: {"SecretId": secret["ARN"]},
        policy=lambda answer: answer.get("ResourcePolicy"),
    ),
)
repositories = _of(
    "repositories",
    _Service(
        lists="ecr:DescribeRepositories",
        members="repositories",
        page={"maxResults": 1000},
        tells="ecr:GetRepositoryPolicy",
        wanted="policyText",
        absent=("RepositoryNotFoundException", "RepositoryPolicyNotFoundException"),
        arn=lambda _, repository: str(repository["repositoryArn"]),
        asks=lambda repository: {"repositoryName": repository["repositoryName"]},
        policy=lambda answer: answer["policyText"],
    ),
)
backup_vaults = _of(
    "backup_vaults",
    _Service(
        lists="backup:ListBackupVaults",
        members="BackupVaultList",
        page={"MaxResults": 1000},
        tells="backup:GetBackupVaultAccessPolicy",
        wanted="Policy",
        absent=("ResourceNotFoundException",),
        arn=lambda _, vault: str(vault["BackupVaultArn"]),
        asks=lambda vault: {"BackupVaultName": vault["BackupVaultName"]},
        policy=lambda answer: answer["Policy"],
    ),
)


@collector(produces="resource_policies.event_buses", calls=("events:ListEventBuses",), scope="region")
def event_buses(aws: Account) -> Entries:
    """Every event bus of a region; the list holds their policies."""
    for bus in aws.pages("events:ListEventBuses", "EventBuses", Limit=100):
        yield bus["Arn"], {"PolicyDocument": bus.get("Policy") or None}


@collector(
    produces="resource_policies.buckets", calls=("s3:ListBuckets", "s3:GetBucketPolicy", "s3:GetPublicAccessBlock")
)
def buckets(aws: Account) -> Entries:
    """Every bucket of the account, asked about in its region."""
    listed = aws.pages("s3:ListBuckets", "Buckets", MaxBuckets=1000)
    regions = {f"arn:{aws.partition}:s3:::{item['Name']}": item.get("BucketRegion") or aws.region for item in listed}

    def policy(arn: str) -> dict[str, Any]:
        there, bucket = aws.in_region(regions[arn]), arn.rpartition(":")[2]
        answer = there.call(
            "s3:GetBucketPolicy", "Policy", absent=("NoSuchBucketPolicy", "NoSuchBucket"), Bucket=bucket
        )
        if not answer:
            return {"Region": there.region}
        if not answer["Policy"]:
            raise _unexpected("s3:GetBucketPolicy", "policy")
        restricted = _restricts(there, "s3:GetPublicAccessBlock", Bucket=bucket)
        return {"Region": there.region, "PolicyDocument": answer["Policy"], "RestrictPublicBuckets": restricted}

    return aws.each(policy, regions)


@collector(
    produces="resource_policies.account_public_access", calls=("s3control:GetPublicAccessBlock",), after=(CALLER,)
)
def account_public_access(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """The account's public access block, which weighs on all of its buckets."""
    if caller := seen.get(CALLER):
        restricts = _restricts(aws, "s3control:GetPublicAccessBlock", AccountId=caller["Account"])
        yield caller["Account"], {"RestrictPublicBuckets": restricts}


def _restricts(aws: Account, operation: str, **of: str) -> bool:
    """Whether a public access block keeps public bucket policies to the account itself and to AWS services."""
    member = "PublicAccessBlockConfiguration"
    answer = aws.call(operation, member, absent=("NoSuchPublicAccessBlockConfiguration",), **of)
    if answer is None:
        return False
    if "RestrictPublicBuckets" not in answer[member]:
        raise _unexpected(operation, "RestrictPublicBuckets")
    return bool(answer[member]["RestrictPublicBuckets"])


def _unexpected(operation: str, missing: str) -> CallFailed:
    return CallFailed(operation, "failed", "UnexpectedAnswer", f"the answer holds no {missing}")
