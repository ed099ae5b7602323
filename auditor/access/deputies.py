"""Which services may assume a role on behalf of whom: what conditions on the source of a request leave open.

A service that assumes a role for a resource tells which resource, and whose, in aws:SourceArn and aws:SourceAccount.
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.access.exposure import is_pinned, listed
from auditor.access.service_principals import ROLES_ANYWHERE
from auditor.policy.patterns import glob
from auditor.policy.principals import Principal, PrincipalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.exposure import Trust
    from auditor.access.solve import Outcome
    from auditor.policy.request import Given

WITHOUT_SOURCE: Final = ("ec2.amazonaws.com",)
"""Services that assume only roles of the account that asks, and that name no source.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""

COMPUTE: Final = frozenset(
    {
        *("ec2.amazonaws.com", "lambda.amazonaws.com", "edgelambda.amazonaws.com", "ecs-tasks.amazonaws.com"),
        *("pods.eks.amazonaws.com", "eks-fargate-pods.amazonaws.com", "batch.amazonaws.com", "ssm.amazonaws.com"),
        *("codebuild.amazonaws.com", "glue.amazonaws.com", "sagemaker.amazonaws.com", "databrew.amazonaws.com"),
        *("tasks.apprunner.amazonaws.com", "build.apprunner.amazonaws.com", "credentials.iot.amazonaws.com"),
        *("elasticmapreduce.amazonaws.com", "emr-serverless.amazonaws.com", "kinesisanalytics.amazonaws.com"),
        *("airflow.amazonaws.com", "airflow-env.amazonaws.com", "appstream.amazonaws.com", "braket.amazonaws.com"),
        *("gamelift.amazonaws.com", "robomaker.amazonaws.com", "bedrock-agentcore.amazonaws.com"),
        *("imagebuilder.amazonaws.com", "greengrass.amazonaws.com", "amplify.amazonaws.com"),
    }
)
"""Services that run a customer's code with a role's credentials in its reach.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
"""

_OTHER_ACCOUNT: Final = "444455556666"
_ACCOUNTS: Final = ("aws:sourceaccount", "aws:sourceowner")
_ORGANIZATIONS: Final = ("aws:sourceorgid", "aws:sourceorgpaths")
_OF_CERTIFICATE: Final = ("aws:principaltag/", "sts:sourceidentity")


def services(trust: Trust) -> Iterator[Principal]:
    """The services that the trust policy names in statements that allow."""
    elements = (statement.principals for statement in trust.policy.statements if statement.allow)
    entries = (entry for element in elements if element for entry in element.entries)
    for name in dict.fromkeys(value for kind, value in entries if kind == "Service"):
        try:
            yield Principal.parse(name)
        except PrincipalError:
            continue


def confused(trust: Trust, service: Principal) -> Outcome | None:
    """How a service may assume the role for a resource of somebody else's; None where it may not.

    Values of the source's keys that the trust policy asks for by more than wildcards are those of the resources that
    the owner chose. Not asked about are services that tell no source, and Roles Anywhere, which `unscoped` is about.
    """
    if service.text.removesuffix(".cn") in (*WITHOUT_SOURCE, ROLES_ANYWHERE):
        return None

    def barred(key: str, value: str) -> bool:
        if key in _ORGANIZATIONS:
            own = trust.organization is None or value.partition("/")[0] == trust.organization
            return own or (value.partition("/")[0] != "o-" and is_pinned(trust.policy, key, value))
        return key == "aws:sourcearn" and ("*" in value or "?" in value or _is_chosen(trust, key, value))

    accounts: dict[str, Given] = dict.fromkeys(_ACCOUNTS, _OTHER_ACCOUNT)
    likely = f"arn:aws:{service.text.partition('.')[0]}:us-east-1:{_OTHER_ACCOUNT}:example"
    for context in ({**accounts, "aws:sourcearn": likely}, accounts):
        outcome = trust.lets(service, context, barred)
        if outcome.witness:
            return outcome
    return None


def _is_chosen(trust: Trust, key: str, value: str) -> bool:
    """Whether an ARN is of an account that the policy names, or where ARNs have none, of a resource that it names."""
    patterns = listed(trust.policy, key)
    if _account(value).isdecimal():
        return _account(value) in (trust.account, *map(_account, patterns))
    return any(not _account(it) and _resource(it).strip("*?") and glob(it)(value) for it in patterns)


def unscoped(trust: Trust) -> Outcome | None:
    """How Roles Anywhere may assume the role for any certificate of any trust anchor; None where it may not.

    https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """

    def barred(key: str, value: str) -> bool:
        if key == "aws:sourcearn":
            anchors = (pattern for pattern in listed(trust.policy, key) if _anchor(pattern).strip("*?"))
            return _anchor(value) in map(_anchor, anchors)
        return key.startswith(_OF_CERTIFICATE) and is_pinned(trust.policy, key, value)

    service, partition = Principal.parse(ROLES_ANYWHERE), trust.arn.split(":", 2)[1]
    outcome = trust.lets(service, barred=barred)
    if outcome.witness and not outcome.witness.context.get("aws:sourcearn"):
        # Each request tells a trust anchor, also where the trust policy would do without.
        anchor = f"arn:{partition}:rolesanywhere:us-east-1:{trust.account}:trust-anchor/example"
        outcome = trust.lets(service, {"aws:sourcearn": anchor}, barred)
    return outcome if outcome.witness else None


def _account(arn: str) -> str:
    return "".join(arn.split(":", 5)[4:5])


def _resource(arn: str) -> str:
    return arn.split(":", 5)[-1]


def _anchor(arn: str) -> str:
    """The id of a trust anchor."""
    return _resource(arn).partition("/")[2]
