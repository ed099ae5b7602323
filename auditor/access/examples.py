"""Resources that stand for what an action can be asked about, out of what the policies in play name."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from auditor.policy.arns import fits_format
from auditor.policy.matching import rules
from auditor.policy.patterns import STAR, glob
from auditor.policy.request import Request
from auditor.policy.service_data import action as documented
from auditor.policy.service_data import resource_type
from auditor.policy.variables import Template, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.document import Policy
    from auditor.policy.layers import Policies
    from auditor.policy.principals import Principal

_TRIED: Final = 16
"""How many resources of one type are tried."""
_HOLE: Final = re.compile(r"\$\{([A-Za-z]+)\}")
_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def examples(policies: Policies, caller: Principal, action: str, partition: str) -> list[tuple[str, ...]]:
    """For each type of resource that the action requires, ARNs to try; all types are needed.

    An action that requires none has one list: of the types that it may take, and `*`.
    """
    known = documented(action)
    formats: list[str] = []
    required: list[str] = []
    for name, needed in known.resource_types if known else ():
        found = resource_type(known.service, name) if known else None
        if found:
            formats.append(found.arn_format)
            if needed:
                required.append(found.arn_format)
    patterns = list(dict.fromkeys(_patterns(policies, caller, action)))
    filling = {"Partition": partition, "Region": _REGION.get(partition, "us-east-1"), "Account": caller.account}
    if required:
        return [tuple(islice(_of_format(arn, patterns, filling), _TRIED)) for arn in required]
    if known:
        typed = (arn for arn_format in formats for arn in _of_format(arn_format, patterns, filling))
        return [("*", *islice(typed, _TRIED))]
    return [("*", *(_plain(pattern, filling) for pattern in patterns[:_TRIED]))]


def _patterns(policies: Policies, caller: Principal, action: str) -> Iterator[str]:
    """The resource patterns of the statements that allow the action, variables filled in."""
    request = Request(caller, action)
    for policy in (*policies.boundaries, *policies.identity):
        for rule in rules(policy, request.action_key):
            if rule.allow:
                yield from (_filled(pattern, policy, request) for pattern in rule.statement.resources or ())


def _filled(pattern: str, policy: Policy, request: Request) -> str:
    taken = template(pattern, wildcards=True) if policy.version == "2012-10-17" else None
    if not isinstance(taken, Template):
        return pattern
    found = taken.resolve(request)
    return "".join("*" if part == STAR else str(part) for part in found) if isinstance(found, tuple) else ""


def _of_format(arn_format: str, patterns: list[str], filling: dict[str, str]) -> Iterator[str]:
    """ARNs of one type: any, and one for each pattern that can match the type."""
    usual = _HOLE.sub(lambda hole: filling.get(hole[1], "example"), arn_format).replace("*", "example")
    yield usual
    for pattern in patterns:
        if pattern and not glob(pattern)(usual) and fits_format(pattern, arn_format):
            filled = _plain(pattern, filling)
            if fits_format(filled, arn_format):
                yield filled


def _plain(pattern: str, filling: dict[str, str]) -> str:
    """A text that the pattern matches, made like an ARN as far as that goes."""
    parts = pattern.split(":", 5)
    if len(parts) == 6:
        parts[1] = parts[1].replace("*", filling["Partition"])
        parts[3] = parts[3].replace("*", filling["Region"])
        parts[4] = parts[4].replace("*", filling["Account"])
    return ":".join(parts).replace("*", "example").replace("?", "x")
