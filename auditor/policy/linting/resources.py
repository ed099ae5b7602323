"""The ARNs in Resource and NotResource: whether they are well-formed, and whether the actions can be about them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy import arns, service_data
from auditor.policy.elements import Kind
from auditor.policy.linting.action_names import WILDCARD_SERVICE, named
from auditor.policy.linting.condition_keys import UNKNOWN_SERVICE
from auditor.policy.linting.issue import Flaw, error, ours, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.arns import Arn
    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.linting.issue import Check

PREFIX: Final = error(
    "policy-arn-prefix",
    "INVALID_ARN_PREFIX",
    "A resource does not begin with arn:",
    "Resources are named by their ARN, or by * for all of them; any other text matches nothing.",
    "Write the ARN of the resource.",
)
FIELDS: Final = error(
    "policy-arn-fields",
    "MISSING_ARN_FIELD",
    "An ARN has too few fields",
    "An ARN is arn:partition:service:region:account:resource; its colons stay where a field is empty.",
    "Add the fields that are missing, empty ones as well.",
)
PARTITION: Final = error(
    "policy-arn-partition",
    "INVALID_PARTITION",
    "An ARN names a partition that AWS does not have",
    "The partition is aws, aws-cn, aws-us-gov or one of the isolated ones; no resource has any other.",
    "Write the partition of the account.",
)
SERVICE_CASE: Final = error(
    "policy-arn-service-case",
    "INVALID_ARN_SERVICE_CASE",
    "The service of an ARN is not in lower case",
    "The case of an ARN counts, and all services are written in lower case.",
    "Write the service in lower case.",
)
REGION: Final = error(
    "policy-arn-region-unknown",
    "INVALID_ARN_REGION",
    "An ARN names a Region that its partition does not have",
    "No resource lies in a Region that does not exist, or in one of another partition.",
    "Write the code of a Region of the partition.",
)
NO_REGION: Final = error(
    "policy-arn-region-missing",
    "MISSING_ARN_REGION",
    "An ARN lacks the Region",
    "All resources of this kind lie in a Region, so an ARN with an empty one names none of them.",
    "Write the Region, or * for all of them.",
)
REGION_NOT_ALLOWED: Final = error(
    "policy-arn-region-not-allowed",
    "ARN_REGION_NOT_ALLOWED",
    "An ARN has a Region where the service has none",
    "The ARNs of this service leave the Region empty, so one with a Region names no resource.",
    "Leave the Region empty.",
)
ACCOUNT: Final = error(
    "policy-arn-account-invalid",
    "INVALID_ARN_ACCOUNT",
    "The account of an ARN is not 12 digits",
    "Accounts are numbers of 12 digits, so an ARN with anything else names no resource.",
    "Write the number of the account.",
)
NO_ACCOUNT: Final = error(
    "policy-arn-account-missing",
    "MISSING_ARN_ACCOUNT",
    "An ARN lacks the account",
    "All resources of this kind belong to an account, so an ARN with an empty one names none of them.",
    "Write the number of the account, or * for all of them.",
)
ACCOUNT_NOT_ALLOWED: Final = error(
    "policy-arn-account-not-allowed",
    "ARN_ACCOUNT_NOT_ALLOWED",
    "An ARN has an account where the service has none",
    "The ARNs of this service leave the account empty, so one with an account names no resource.",
    "Leave the account empty.",
)
RESOURCE: Final = error(
    "policy-arn-resource-format",
    "INVALID_ARN_RESOURCE",
    "An ARN fits none of the service's resource types",
    "The service has no resource whose ARN looks like this, so the statement is about nothing.",
    "Write the ARN in one of the formats that AWS lists for the service.",
)
NEVER_MATCHES: Final = ours(
    "policy-resource-never-matches",
    "medium",
    "No resource of the statement fits an action",
    "The action is about resources of other types, or takes * alone; so the statement does nothing for it.",
    "Add a resource of a type that the action takes, or move the action to a statement with * as its resource.",
    "reference_policies_elements_resource.html",
)
UNUSED: Final = ours(
    "policy-resource-unused",
    "low",
    "No action of the statement takes a resource that it lists",
    "The actions are about resources of other types, so the ARN changes nothing.",
    "Remove the ARN, or add the actions that it was meant for.",
    "reference_policies_elements_resource.html",
)

_OWNED_BY_AWS: Final = {"ssm": ("document/", "parameter/", "automation-definition/", "patchbaseline/")}
"""Service -> resources that AWS owns, whose ARNs leave the account empty.

https://docs.aws.amazon.com/systems-manager/latest/userguide/security_iam_id-based-policy-examples.html
"""
_LISTED_NOWHERE: Final = {"cloudformation": ("transform/",)}
"""Service -> resources of AWS's own account that are no resource types of the Service Authorization Reference.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html
"""
_HOLE: Final = re.compile(r"(\$\{\w+\})")
_OPEN: Final = re.compile(r"\$\{[^{}]*\}|[*?]")
_DIGITS: Final = re.compile(r"[0-9]{12}")
_WITHOUT_ARN: Final = ("execute-api:/", "execute-api:*")
"""An API's own policy may leave out what stands before the stage.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
"""
_ORDINARY: Final = 256
"""ARNs up to this length are tried as a regular expression, which could take its time with longer ones."""
_LONGEST: Final = 2_048
"""Longer texts are not held against formats: AWS has no ARN of that length."""
_SEVERAL: Final = 400
"""Patterns that name more actions than this are not asked whether each resource fits one of them."""
_PAIRS: Final = 10_000
"""A statement with more pairs of action and resource is not looked at pair by pair."""


def statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    """The resources of a statement, one by one, and against its actions."""
    for element, listed in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
        for position, text in enumerate(listed or ()):
            if policy.kind is Kind.RESOURCE and text.startswith(_WITHOUT_ARN):
                continue
            for check, message, instead in _mistakes(text):
                yield Flaw(check, (*statement.path, element, position), message, instead)
    resources = statement.resources
    if resources and statement.actions and "*" not in resources and policy.kind is not Kind.TRUST:
        yield from _mismatches(statement, resources, statement.actions)


def _mismatches(statement: Statement, resources: tuple[str, ...], actions: tuple[str, ...]) -> Iterator[Flaw]:
    if len(resources) * len(actions) > _PAIRS or any(map(_is_not_judged, resources)):
        return
    used: set[str] = set()
    for position, action in enumerate(actions):
        fitting = [resource for resource in resources if _takes(action, resource)]
        used.update(fitting)
        if not fitting:
            message = f"{shown(action)} can be about none of the resources listed"
            yield Flaw(NEVER_MATCHES, (*statement.path, "Action", position), message)
    if not used:
        return
    for position, resource in enumerate(resources):
        if resource not in used:
            message = f"no action of the statement can be about {shown(resource)}"
            yield Flaw(UNUSED, (*statement.path, "Resource", position), message)


@lru_cache(maxsize=4_096)
def _is_not_judged(resource: str) -> bool:
    arn = arns.parse(resource)
    return len(resource) > _LONGEST or bool(_mistakes(resource)) or (arn is not None and _is_listed_nowhere(arn))


@lru_cache(maxsize=4_096)
def _takes(action: str, resource: str) -> bool:
    """Whether some action that a pattern matches can be about a resource; where nothing is known, it can.

    With a letter for each wildcard a resource is one of those that it matches.
    """
    known = named(action)
    if not known or len(known) > _SEVERAL:
        return True
    if len(resource) <= _ORDINARY and _formats_of(action).fullmatch(_OPEN.sub("x", resource)):
        return True
    return arns.could_match(resource, known)


@lru_cache(maxsize=4_096)
def _mistakes(text: str) -> tuple[tuple[Check, str, str], ...]:
    """What is wrong with a resource: the check, the message, and what may be meant."""
    if text == "*" or text.startswith(("*", "${", "?")):
        return ()
    if not text.startswith("arn:"):
        if text.lower().startswith("arn:") or ":" in text[:4]:
            return ((PREFIX, f"{shown(text)} does not begin with arn:", ""),)
        return ((PREFIX, f"{shown(text)} is neither an ARN nor *", ""),)
    arn = arns.parse(text)
    if arn is None:
        count = text.count(":") + 1
        return ((FIELDS, f"{shown(text)} has {count} of the six fields of an ARN", ""),)
    return tuple(_mistakes_of(arn, text))


def _mistakes_of(arn: Arn, text: str) -> Iterator[tuple[Check, str, str]]:
    if not _open(arn.partition) and not arns.is_partition(arn.partition):
        yield PARTITION, f"there is no partition {shown(arn.partition)}", ""
    if arn.service != arn.service.lower():
        yield SERVICE_CASE, f"{shown(arn.service)} is not in lower case", ""
        return
    if _open(arn.service):
        if "${" not in arn.service:
            yield WILDCARD_SERVICE, f"{shown(arn.service)} names more than one service", ""
        return
    types = arns.types_of(arn.service)
    if not types:
        if not service_data.is_service(arn.service) and not service_data.retired(arn.service):
            near = service_data.nearest_service(arn.service)
            meant = f"; did you mean {near}?" if near else ""
            yield UNKNOWN_SERVICE, f"there is no service {shown(arn.service)}{meant}", ""
        return
    place = [*_region(arn), *_account(arn)]
    yield from place
    if place or len(text) > _LONGEST or _is_listed_nowhere(arn):
        return
    if len(text) > _ORDINARY or not _any_format(arn.service).fullmatch(_OPEN.sub("x", text)):
        fitting = [known.arn_format.split(":") for known in types if arns.fits_format(text, known.arn_format)]
        yield from _missing(arn, fitting) if fitting else _misplaced(arn, text)


def _open(part: str) -> bool:
    """Whether a part of an ARN is a pattern, so that there is nothing to look up."""
    return "*" in part or "?" in part or "${" in part


@lru_cache(maxsize=1_024)
def _any_format(service: str) -> re.Pattern[str]:
    return _plain({known.arn_format for known in arns.types_of(service)})


@lru_cache(maxsize=8_192)
def _formats_of(action: str) -> re.Pattern[str]:
    """For the resources of all actions that a pattern matches."""
    known = [found for name in named(action) if (found := service_data.action(name))]
    uses = {(found.service, name) for found in known for name, _ in found.resource_types}
    types = [service_data.resource_type(*use) for use in sorted(uses)]
    return _plain({found.arn_format for found in types if found})


def _plain(formats: set[str]) -> re.Pattern[str]:
    """What finds ordinary ARNs of some formats, as most are: only what it does not find is worth a closer look."""
    return re.compile("|".join("".join(map(_hole_or_text, _HOLE.split(form))) for form in sorted(formats)) or "(?!)")


def _hole_or_text(part: str) -> str:
    if not part.startswith("${"):
        return re.escape(part)
    if part in ("${Partition}", "${Region}", "${Account}"):
        return "[^:]+"
    return "[^/]+" if part.endswith(("BucketName}", "TableName}")) else ".+"


def _region(arn: Arn) -> Iterator[tuple[Check, str, str]]:
    if not arn.region or _open(arn.region):
        return
    if arns.has_region(arn.service) is False:
        yield REGION_NOT_ALLOWED, f"ARNs of {arn.service} have no Region", ""
    elif not arns.is_region(arn.region, arn.partition if arns.is_partition(arn.partition) else ""):
        yield REGION, f"there is no Region {shown(arn.region)} in the partition {shown(arn.partition)}", ""


def _account(arn: Arn) -> Iterator[tuple[Check, str, str]]:
    if not arn.account or _open(arn.account) or arn.account == "aws":
        return
    if arns.has_account(arn.service) is False:
        yield ACCOUNT_NOT_ALLOWED, f"ARNs of {arn.service} have no account", ""
    elif not _DIGITS.fullmatch(arn.account) and not _is_literal(arn):
        yield ACCOUNT, f"the account {shown(arn.account)} is not 12 digits", ""


def _missing(arn: Arn, fitting: list[list[str]]) -> Iterator[tuple[Check, str, str]]:
    """What is empty in an ARN though no format that it otherwise fits has it empty."""
    if not arn.region and all(form[3] for form in fitting):
        yield NO_REGION, "ARNs of this type of resource have a Region", ""
    if not arn.account and all(form[4] for form in fitting) and not _is_owned_by_aws(arn):
        yield NO_ACCOUNT, "ARNs of this type of resource have an account", ""


def _is_owned_by_aws(arn: Arn) -> bool:
    return arn.account == "" and arn.resource.startswith(_OWNED_BY_AWS.get(arn.service, ()))


def _is_listed_nowhere(arn: Arn) -> bool:
    return arn.account == "aws" and arn.resource.startswith(_LISTED_NOWHERE.get(arn.service, ()))


def _is_literal(arn: Arn) -> bool:
    """Whether some resource type has this very word in place of an account."""
    return any(known.arn_format.split(":")[4] == arn.account for known in arns.types_of(arn.service))


def _misplaced(arn: Arn, text: str) -> Iterator[tuple[Check, str, str]]:
    """Why an ARN fits no format, though some of the service's ARNs have a Region and an account."""
    for changed, checks in (
        (arn._replace(region=""), (REGION_NOT_ALLOWED,)),
        (arn._replace(account=""), (ACCOUNT_NOT_ALLOWED,)),
        (arn._replace(region="", account=""), (REGION_NOT_ALLOWED, ACCOUNT_NOT_ALLOWED)),
    ):
        if arns.is_known_format("arn:" + ":".join(changed)):
            for check in checks:
                yield check, check.title.replace("the service has", "resources of this type have"), ""
            return
    yield RESOURCE, f"{shown(text)} fits no type of resource of {arn.service}", ""
