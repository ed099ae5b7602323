"""When a principal last used the services that its policies allow: a job for each, read by whoever began it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from .. import policies
from ..entities import Group
from ..iam_shapes import find, no_such_entity
from ..operations import Request, operation
from ..paging import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..entities import Document, Role, ServiceUse, User
    from ..state import Account

EVERYTHING = ("dynamodb", "ec2", "ecr", "iam", "kms", "lambda", "logs", "rds", "s3", "sagemaker", "sns", "sqs", "sts")
"""What stands for the services that AWS has, where a policy allows all."""

TRACKED = {"s3": ("CreateBucket", "DeleteBucket", "GetBucketAcl"), "iam": ("CreateUser", "ListUsers")}
"""Some of the actions that IAM tracks, whether they were used or not."""


@operation("iam", "GenerateServiceLastAccessedDetails")
def generate_service_last_accessed_details(
    account: Account, params: dict[str, Any], request: Request
) -> dict[str, Any]:
    """The id of a job, the same for the same caller and principal."""
    _principal(account, params["Arn"])
    return {"JobId": _job(request, params["Arn"])}


@operation("iam", "GetServiceLastAccessedDetails")
def get_service_last_accessed_details(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """IN_PROGRESS for so many looks as the account says, then the services by name."""
    for who in (*account.users, *account.roles):
        if _job(request, account.arn_of(who)) == params["JobId"]:
            break
    else:
        raise no_such_entity(f"The job {params['JobId']} was not found.")
    started = {"JobType": "ACTION_LEVEL", "JobCreationDate": account.now}
    if "Marker" not in params and _still_at_work(account, params["JobId"], request):
        return {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": [], **started, "JobCompletionDate": account.now}
    used = {use.service: use for use in who.accessed}
    services = sorted({*_services(account, who)})
    page, more = cut(services, params, binding=params["JobId"])
    listed = [_service(service, used.get(service), account.arn_of(who)) for service in page]
    done = {"JobStatus": "COMPLETED", "JobCompletionDate": account.now, "ServicesLastAccessed": listed}
    return {**started, **done, **more}


def _principal(account: Account, arn: str) -> User | Role:
    found = [who for who in (*account.users, *account.roles) if account.arn_of(who) == arn]
    if not found:
        raise no_such_entity(f"The entity with ARN {arn} cannot be found.")
    return found[0]


def _job(request: Request, arn: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{request.caller.arn} {arn}"))


def _still_at_work(account: Account, job: str, request: Request) -> bool:
    left = request.memory.setdefault("last accessed", {})
    left[job] = left.get(job, account.last_accessed_polls) - 1
    return bool(left[job] >= 0)


def _services(account: Account, who: User | Role) -> Iterator[str]:
    groups = [find(account, Group, name) for name in getattr(who, "groups", ())]
    for holder in (who, *groups):
        for document in (*(policy.document for policy in holder.inline), *_attached(account, holder)):
            yield from _allowed(json.loads(document) if isinstance(document, str) else document)


def _attached(account: Account, holder: User | Role | Group) -> Iterator[Document]:
    for arn in holder.attached:
        policy = policies.find(account, arn)
        yield next(version.document for version in policy.versions if version.id == policy.default)


def _allowed(document: Any) -> Iterator[str]:
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement["Effect"] != "Allow":
            continue
        actions = statement.get("Action", "*")
        for action in actions if isinstance(actions, list) else [actions]:
            service, colon, _ = action.lower().partition(":")
            yield from [service] if colon and "*" not in service else EVERYTHING


def _service(service: str, use: ServiceUse | None, arn: str) -> dict[str, Any]:
    """A service that was never used has neither date nor principal, and none of its actions has."""
    tracked = [
        {"ActionName": action}
        | ({"LastAccessedTime": use.date, "LastAccessedEntity": arn} if use and action in use.actions else {})
        for action in TRACKED.get(service, ())
    ]
    last = {"LastAuthenticated": use.date, "LastAuthenticatedEntity": arn} if use else {}
    return {
        "ServiceName": service.upper(),
        "ServiceNamespace": service,
        **last,
        "TotalAuthenticatedEntities": int(use is not None),
        **({"TrackedActionsLastAccessed": tracked} if tracked else {}),
    }
