"""Whether the condition keys of a statement are in the requests that it is about, and keep anybody out.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import service_data
from auditor.policy.elements import Kind
from auditor.policy.linting.action_names import is_exact, named
from auditor.policy.linting.issue import Flaw, error, general_warning, security_warning, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Condition, Statement

NOT_FOR_ACTION: Final = error(
    "policy-key-not-for-action",
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
    "A condition key that requests for an action never carry",
    "The key is always absent for the action, so what the statement was to allow, or to deny, is not.",
    "Move the action to a statement without the key, or name actions that the key is for.",
    severity="high",
)
NEEDS_ACTION: Final = error(
    "policy-key-needs-action",
    "MISSING_ACTION_FOR_CONDITION_KEY",
    "A condition key that belongs to an action which the statement does not name",
    "Only requests for that action carry the key, so for the actions named the condition can't be met.",
    "Add the action that the key is for, or remove the key.",
)
UNPAIRED: Final = security_warning(
    "policy-key-unpaired",
    "MISSING_PAIRED_CONDITION_KEYS",
    "A private address is tested without its VPC",
    "Private addresses repeat from VPC to VPC; without the VPC the condition also holds in that of a stranger.",
    "Test the VPC in the same statement.",
)
FORGEABLE: Final = security_warning(
    "policy-key-forgeable",
    "UNTRUSTWORTHY_CONDITION_KEY",
    "A condition on what the caller can write at will",
    "The caller sends this value and may send any other, so the condition keeps nobody out.",
    "Test who asks or where from, such as aws:PrincipalArn or aws:SourceVpce.",
    severity="medium",
)
IRRELEVANT: Final = suggestion(
    "policy-key-irrelevant",
    "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    "A resource policy tests whose resource it is attached to",
    "The key has the same value in all requests that the policy can see, so it decides nothing.",
    "Remove the condition here; it belongs into identity policies, SCPs and VPC endpoint policies.",
    severity="low",
)
SUPPORTED_SERVICES: Final = general_warning(
    "policy-vpce-key-unscoped",
    "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    "A VPC endpoint key with services that do not set it",
    "Only some services put the owner of the endpoint into their requests; for all others the key is always absent.",
    "Name only actions of the services that AWS lists for the key.",
    severity="medium",
)
ATTRIBUTES: Final = security_warning(
    "policy-dynamodb-attributes-without-select",
    "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    "dynamodb:Attributes without dynamodb:Select",
    "Which attributes a caller names is checked, but one who names none gets all of them.",
    'Add "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}.',
)
S3_PREFIX: Final = security_warning(
    "policy-s3-prefix-negated",
    "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    "s3:prefix says what may not be listed",
    "A caller who lists a shorter prefix, or none, is not stopped and sees the keys that the condition was to hide.",
    "Allow the prefixes that may be listed instead.",
)

_PAIRS: Final = {
    "aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"),
    "aws:ec2instancesourceprivateipv4": ("aws:Ec2InstanceSourceVpc",),
}
"""Key -> those of which one must stand beside it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip
"""
_FORGEABLE: Final = frozenset({"aws:useragent", "aws:referer"})
_OWN_RESOURCE: Final = frozenset(
    {"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount"}
)
_OF_OTHER_SERVICES: Final = frozenset(
    {
        *("ec2:roledelivery", "ec2:sourceinstancearn", "glue:roleassumedby", "glue:credentialissuingservice"),
        *("codebuild:buildarn", "codebuild:projectarn", "lambda:sourcefunctionarn", "ssm:sourceinstancearn"),
        *(
            "identitystore:userid",
            "sts:rolesessionname",
            "sts:externalid",
            "sts:transitivetagkeys",
            "sts:sourceidentity",
            "aws-marketplace:productid",
        ),
    }
)
"""Keys with the prefix of a service that requests to any service may carry, or that are listed with fewer actions than
have them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-session-properties
https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
"""
_OF_TAGS: Final = re.compile(r"tag(?:s|keys)?(?:/|$)", re.IGNORECASE)
"""Keys that tell of tags: with these, AWS's lists of what requests for an action carry are the least complete."""
_ENDPOINT_OWNER: Final = frozenset(
    {
        *("acm-pca", "applicationinsights", "apprunner", "athena", "cloudformation", "comprehendmedical"),
        *("compute-optimizer", "datasync", "discovery", "dynamodb", "ebs", "ecr", "ecs", "firehose"),
        *("gamelift", "healthlake", "iam", "iotfleetwise", "iotwireless", "kinesisanalytics", "kms"),
        *("lambda", "medical-imaging", "omics", "payment-cryptography", "polly", "rbin", "rekognition"),
        *("route53", "s3", "scheduler", "servicediscovery", "servicequotas", "shield", "ssm-contacts"),
        *("storagegateway", "textract", "transcribe", "transfer"),
    }
)
_ENDPOINT_KEYS: Final = {
    "aws:vpceaccount": _ENDPOINT_OWNER,
    "aws:vpceorgpaths": _ENDPOINT_OWNER,
    "aws:vpceorgid": _ENDPOINT_OWNER
    | {
        *("b2bi", "cassandra", "cognito-identity", "dms", "ds-data", "identitystore", "iottwinmaker"),
        *("network-firewall", "pricing", "ses", "sms-voice", "sqs", "workmail"),
    },
}
"""Key -> the services that set it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount
"""


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The keys of a statement, each beside the others."""
    keys = {condition.key for condition in statement.conditions}
    for condition in statement.conditions:
        pair = _PAIRS.get(condition.key)
        if pair and keys.isdisjoint(map(str.lower, pair)):
            message = f"{shown(condition.written[1])} is tested without {' or '.join(pair)}"
            yield Flaw(UNPAIRED, condition.path, message, at_key=True)
        yield from _circumstances(policy, statement, condition)
    if "dynamodb:attributes" in keys and "dynamodb:select" not in keys and statement.allow:
        condition = next(condition for condition in statement.conditions if condition.key == "dynamodb:attributes")
        yield Flaw(ATTRIBUTES, condition.path, "a caller who names no attributes gets all of them", at_key=True)


def _circumstances(policy: Policy, statement: Statement, condition: Condition) -> Iterator[Flaw]:
    """What is wrong with a key that exists, in this statement of this policy."""
    key, path, written = condition.key, condition.path, shown(condition.written[1])
    if key in _FORGEABLE and not (key == "aws:referer" and _only_services(statement)):
        yield Flaw(FORGEABLE, path, f"the caller writes {written} as it likes", at_key=True)
    if key in _OWN_RESOURCE and policy.kind is Kind.RESOURCE:
        yield Flaw(IRRELEVANT, path, f"{written} is the same in every request to this resource", at_key=True)
    negated = "not" in condition.operator
    if key == "s3:prefix" and condition.operator != "null" and negated is statement.allow:
        yield Flaw(S3_PREFIX, path, f"a caller who lists without {written} is not stopped", at_key=True)
    if supporting := _ENDPOINT_KEYS.get(key):
        yield from _unscoped(statement, condition, supporting)
    if condition.operator != "null" and not condition.if_exists and key not in _OF_OTHER_SERVICES:
        yield from _actions(statement, condition)


def _only_services(statement: Statement) -> bool:
    principals = statement.principals
    return principals is not None and {kind for kind, _ in principals.entries} == {"Service"}


def _unscoped(statement: Statement, condition: Condition, supporting: frozenset[str]) -> Iterator[Flaw]:
    services = {action.partition(":")[0].lower() for action in statement.actions or ("*",)}
    if not services <= supporting:
        others = ", ".join(sorted(shown(service) for service in services - supporting))
        message = f"{shown(condition.written[1])} is not set for {others if others != '*' else 'all services'}"
        yield Flaw(SUPPORTED_SERVICES, condition.path, message, at_key=True)


def _actions(statement: Statement, condition: Condition) -> Iterator[Flaw]:
    """Actions of the key's own service whose requests do not carry it; or the key, where no action's do."""
    service = condition.key.partition(":")[0]
    if service == "aws" or not service_data.is_service(service) or not statement.actions:
        return
    family = service_data.condition_key(condition.key)
    if family is None:
        return
    with_key = _carriers(service, family.name)
    if not with_key:
        return
    patterns = [action for action in statement.actions if action.lower().startswith(service + ":")]
    if len(with_key) == 1 and patterns and not any(with_key & named(action) for action in patterns):
        message = f"only {min(with_key)} carries {shown(condition.written[1])}, and the statement does not name it"
        yield Flaw(NEEDS_ACTION, condition.path, message, at_key=True)
        return
    flawed = False
    for position, action in enumerate(statement.actions):
        if action in patterns and is_exact(action) and not named(action) <= with_key:
            flawed = True
            message = f"requests for {shown(action)} never carry {shown(condition.written[1])}"
            yield Flaw(NOT_FOR_ACTION, (*statement.path, "Action", position), message)
    judged = not flawed and not _OF_TAGS.search(family.name)
    if judged and not any(_may_carry(action, family.name) for action in statement.actions):
        message = f"requests for the actions of the statement never carry {shown(condition.written[1])}"
        yield Flaw(NOT_FOR_ACTION, condition.path, message, at_key=True)


@lru_cache(maxsize=16_384)
def _may_carry(action: str, family: str) -> bool:
    """Whether requests for some action that a pattern matches may carry a key; where nothing is known, they may."""
    service = action.partition(":")[0].lower()
    if not is_exact(service) or not service_data.is_service(service):
        return True
    known = named(action)
    return not known or bool(known & _carriers(service, family))


@lru_cache(maxsize=1_024)
def _carriers(service: str, family: str) -> frozenset[str]:
    """The actions of a service whose requests may carry a key."""
    found = set()
    for name in service_data.actions_of(service):
        known = service_data.action(f"{service}:{name}")
        if known and family in known.condition_keys:
            found.add(f"{service}:{name}")
    return frozenset(found)
