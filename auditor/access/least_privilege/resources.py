"""Which resources an event is about, as far as it shows them.

A resource is shown by an ARN, in the record's list or among the parameters, or by parameters that bear the names of the
variables in the ARN format of one of the action's resource types.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.access.least_privilege.events import fold
from auditor.access.least_privilege.mapping import roles_passed
from auditor.policy.arns import fits_format, formats_of
from auditor.policy.service_data import action as documented

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.least_privilege.events import Event

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_FROM_CALL = frozenset({"Partition", "Region", "Account"})

MAX_SHOWN: Final = 100
"""How many resources of one type are taken from one event."""

PARAMETERS: Final = {
    ("s3", "ObjectName"): ("key",),
    ("sqs", "QueueName"): ("queueurl", "queuename"),
    ("sns", "TopicName"): ("name",),
    ("ssm", "ParameterNameWithoutLeadingSlash"): ("name", "names"),
    ("ssm", "DocumentName"): ("documentname", "name"),
    ("kms", "KeyId"): ("keyid",),
    ("logs", "LogGroupName"): ("loggroupname",),
    ("ec2", "KeyPairName"): ("keyname",),
    ("ec2", "SecurityGroupId"): ("groupid", "securitygroupid"),
    ("ecs", "ClusterName"): ("cluster", "clustername"),
    ("ecs", "ServiceName"): ("service", "servicename"),
    ("rds", "DbInstanceName"): ("dbinstanceidentifier",),
    ("rds", "DbClusterInstanceName"): ("dbclusteridentifier",),
    ("events", "RuleName"): ("name", "rule"),
    ("athena", "WorkGroupName"): ("workgroup",),
    ("eks", "ClusterName"): ("clustername", "name"),
    ("glue", "DatabaseName"): ("databasename",),
    ("glue", "JobName"): ("jobname", "name"),
    ("codebuild", "ProjectName"): ("projectname", "name"),
    ("codepipeline", "PipelineName"): ("pipelinename", "name"),
    ("elasticloadbalancing", "LoadBalancerName"): ("loadbalancername",),
    ("secretsmanager", "SecretId"): ("secretid", "name"),
    ("cloudfront", "DistributionId"): ("id", "distributionid"),
    ("wafv2", "Scope"): (),
    ("cloudwatch", "AlarmName"): ("alarmname", "alarmnames"),
}
"""(Prefix, variable of an ARN format) -> parameters that hold its value, where they have another name. Folded."""


def partition_of(region: str) -> str:
    """The partition that a Region is in."""
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}


def shown(event: Event, action: str) -> dict[str, tuple[str, ...]]:
    """The resources of each type that an event shows: name of the type -> patterns for a Resource element, sorted.

    What an action requires is taken from the request alone: what only the response names was not there before.
    """
    known = documented(action)
    if known is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for (name, required), form in zip(known.resource_types, formats_of(action), strict=True):
        patterns = set(_by_arn(event, action, form)) or set(_by_parameters(event, action, form))
        if not patterns and not required:
            patterns = {literal(value) for values in event.results.values() for value in values if _is_of(value, form)}
        if patterns:
            found[name] = tuple(sorted(patterns)[:MAX_SHOWN])
    return found


def _by_arn(event: Event, action: str, form: str) -> Iterator[str]:
    if action == "iam:PassRole":
        given: Iterable[str] = roles_passed(event, ())
    elif action.startswith("s3:GetObject") and _COPIED in event.parameters:
        given = _copied(event)
    else:
        given = (*event.arns, *(value for values in event.parameters.values() for value in values))
    yield from (literal(arn) for arn in given if _is_of(arn, form))


_COPIED: Final = "xamzcopysource"


def _copied(event: Event) -> Iterator[str]:
    """The object that another one is copied from: `bucket/key?versionId=id`, escaped as in a URL.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    from urllib.parse import unquote

    for value in event.parameters[_COPIED]:
        name = unquote(value.partition("?versionId=")[0]).removeprefix("/")
        yield name if name.startswith("arn:") else f"arn:{partition_of(event.region)}:s3:::{name}"


@lru_cache(maxsize=4_096)
def _is_of(text: str, form: str) -> bool:
    """Whether a text is an ARN of a format."""
    return text.startswith("arn:") and text.count(":") >= 5 and fits_format(literal(text), form)


def _by_parameters(event: Event, action: str, form: str) -> Iterator[str]:
    """A format filled with the parameters of the request; nothing where one is missing, or several have many values."""
    service = action.partition(":")[0]
    variables = [name for name in _VARIABLE.findall(form) if name not in _FROM_CALL]
    values = {name: tuple(_values(event, service, name)) for name in variables}
    missing = {name for name, given in values.items() if not given}
    if missing == set(variables) or missing - _OPEN or sum(len(given) > 1 for given in values.values()) > 1:
        return
    for position in range(max(map(len, values.values()))):
        row = {name: given[position if len(given) > 1 else 0] for name, given in values.items() if given}
        pattern = filled(form, event.region, event.account, row)
        if fits_format(pattern, form):
            # All but the actions on tags are decided on the ARN with the streams.
            # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
            streams = form.endswith(":log-group:${LogGroupName}") and "Tag" not in action
            yield f"{pattern}:*" if streams else pattern


_OPEN: Final = frozenset({"Id", "UUID"})
"""Variables for what AWS adds to a name, which requests seldom tell."""


def _values(event: Event, service: str, variable: str) -> Iterable[str]:
    names = PARAMETERS.get((service, variable), (fold(variable.removesuffix("WithPath")),))
    given = next(filter(None, (event.parameters.get(name) for name in names)), ())
    return filter(None, (_cleaned(value, variable) for value in given))


def _cleaned(value: str, variable: str) -> str:
    """A parameter as it stands in an ARN, as a pattern; nothing where it names something else."""
    if value.startswith(("https://", "http://")):
        return literal(value.rpartition("/")[2]) if variable == "QueueName" else ""
    if value.startswith("arn:"):
        return literal(value.rpartition("/")[2]) if variable == "ClusterName" else ""
    if variable == "KeyId" and value.startswith("alias/"):
        return ""
    if variable == "SecretId":
        return f"{literal(value)}-??????"  # its ARN ends in letters that its name does not tell
    return literal(value.removeprefix("/") if variable.endswith("WithoutLeadingSlash") else value)


def filled(form: str, region: str, account: str, values: dict[str, str]) -> str:
    """An ARN format with patterns for its variables; `*` where there is none."""
    known = {"Partition": partition_of(region), "Region": region, "Account": account, **values}
    return _VARIABLE.sub(lambda found: known.get(found[1]) or "*", form)


def literal(text: str) -> str:
    """A text as it must be written in a Resource element to mean itself, under Version 2012-10-17."""
    return re.sub(r"[*?$]", lambda found: f"${{{found[0]}}}", text)


def example(pattern: str) -> str:
    """A text that a pattern matches."""
    return re.sub(r"\$\{([*?$])\}|[*?]", lambda found: found[1] or "x", pattern)
