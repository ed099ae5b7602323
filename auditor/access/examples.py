"""Resources that stand for what an action can be asked about, out of what the policies in play name."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.arns import fits_format
from auditor.policy.atoms import MAX_WORK, Atoms, Glob, TooLarge, atoms
from auditor.policy.matching import rules
from auditor.policy.patterns import STAR, glob, tokens
from auditor.policy.request import Request
from auditor.policy.service_data import action as documented
from auditor.policy.service_data import resource_type
from auditor.policy.variables import Template, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.policy.document import Policy
    from auditor.policy.layers import Policies
    from auditor.policy.principals import Principal
    from auditor.policy.request import Given

_COLONS: Final = 5
_SEVERAL: Final = 2
_TRIED: Final = 16
"""How many resources of one type are tried."""
_KINDS: Final = 1_000
"""So many kinds of resources of one type are too many to be tried."""
_WORK: Final = 30_000
"""So many steps of single patterns are too many to find them."""
_HOLE: Final = re.compile(r"\$\{([A-Za-z]+)\}")
_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")
_ANY_VALUE: Final = "x"
"""The value that is tried first for a key of which nothing is known."""
_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


class Asker(NamedTuple):
    """Who asks: the policies that have a say, the caller of the request, and what is known of its context."""

    policies: Policies
    caller: Principal
    known: Mapping[str, Given]
    partition: str


def examples(asker: Asker, action: str) -> list[tuple[str, ...]]:
    """For each type of resource that the action requires, ARNs to try; all types are needed.

    An action that requires none has one list: of the types that it may take, and `*`.
    """
    required, formats = formats_of(action)
    if required:
        return [examples_of(asker, action, arn_format) for arn_format in required]
    patterns, filling = tuple(_patterns(asker, action)), _filling(asker.partition, asker.caller.account)
    if documented(action):
        typed = (arn for arn_format in formats for arn in _of_format(arn_format, patterns, filling))
        return [("*", *islice(typed, _TRIED))]
    return [("*", *(plain(pattern, filling) for pattern in patterns[:_TRIED]))]


def formats_of(action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The formats of the ARNs of those resources that an action requires, and of all that it takes."""
    known = documented(action)
    types = known.resource_types if known else ()
    found = [(resource_type(known.service, name), needed) for name, needed in types] if known else []
    required = tuple(it.arn_format for it, needed in found if it and needed)
    return required, tuple(it.arn_format for it, _ in found if it)


def examples_of(asker: Asker, action: str, arn_format: str) -> tuple[str, ...]:
    """ARNs of one type of resource to try an action on."""
    return _first_of_format(arn_format, tuple(_patterns(asker, action)), asker.partition, asker.caller.account)


@lru_cache(maxsize=4_096)
def _first_of_format(arn_format: str, patterns: tuple[str, ...], partition: str, account: str) -> tuple[str, ...]:
    return tuple(islice(_of_format(arn_format, patterns, _filling(partition, account)), _TRIED))


def _filling(partition: str, account: str) -> dict[str, str]:
    return {"Partition": partition, "Region": _REGION.get(partition, "us-east-1"), "Account": account}


def type_needed(action: str) -> str:
    """The format of the ARNs of the one type of resource that an action requires; empty where it is not one."""
    known = documented(action)
    required = [name for name, needed in known.resource_types if needed] if known else []
    found = resource_type(known.service, required[0]) if known and len(required) == 1 else None
    return found.arn_format if found else ""


def common(asker: Asker, actions: Iterable[str], arn_format: str) -> tuple[str, ...] | None:
    """ARNs of one format: one of each kind that the statements that allow some actions tell apart.

    Nothing where there are too many, and None where all but one action, at most, are allowed on everything.
    """
    by_action = [_patterns(asker, action).keys() for action in actions]
    if sum("*" not in patterns for patterns in by_action) < _SEVERAL:
        return None
    filling = {"Partition": asker.partition, "Account": asker.caller.account}
    any_of_it = _HOLE.sub(lambda hole: filling.get(hole[1], "?*"), arn_format)
    try:
        found = _atoms((any_of_it, *sorted(set().union(*by_action) - {any_of_it})), MAX_WORK)
    except TooLarge:
        return ()
    return tuple(text for text, accepting in zip(found.examples, found.accepting, strict=True) if accepting & 1)


def _patterns(asker: Asker, action: str) -> dict[str, None]:
    """The resource patterns of the statements that allow the action, variables filled in; in their order."""
    found: dict[str, None] = {}
    for policy in (*asker.policies.boundaries, *asker.policies.identity):
        patterns, varying = _allowed_on(policy, action.lower())
        if varying:
            request = Request(asker.caller, action, context=asker.known)
            patterns = dict.fromkeys(_filled(pattern, policy, request) for pattern in patterns)
        found |= patterns
    return found


@lru_cache(maxsize=8_192)
def _allowed_on(policy: Policy, action: str) -> tuple[dict[str, None], bool]:
    """The patterns as they stand in the statements that allow an action, in lower case, and whether one may vary."""
    allowing = (rule.statement.resources or () for rule in rules(policy, action) if rule.allow)
    found = dict.fromkeys(chain.from_iterable(allowing))
    return found, any("${" in pattern for pattern in found)


def kinds(asker: Asker, action: str) -> Iterator[tuple[str, ...]]:
    """For each type of resource that the action requires, one ARN of each kind that all statements tell apart.

    These are all that there is to try; of an action that requires none they are of any type. Raises TooLarge where
    they are too many.
    """
    request = Request(asker.caller, action, context=asker.known)
    policies = asker.policies
    levels = (policy for level in (*policies.scps, *policies.rcps) for policy in level.policies)
    named = {
        _filled(pattern, policy, request): None
        for policy in (*policies.identity, *policies.boundaries, *levels)
        for rule in rules(policy, request.action_key)
        for pattern in rule.statement.resources or rule.statement.not_resources or ()
    }
    filling = {"Partition": asker.partition, "Account": asker.caller.account}
    required, formats = formats_of(action)
    of_format = {it: tuple(_kinds_of(it, named, filling)) for it in required or formats}
    yield from of_format.values() if required else [tuple(chain.from_iterable(of_format.values()))]


def _kinds_of(arn_format: str, named: Iterable[str], filling: dict[str, str]) -> Iterator[str]:
    whole = _HOLE.sub(lambda hole: filling.get(hole[1], "?*"), arn_format)
    patterns = (whole, *(it for it in named if it.strip("*") and fits_format(it, arn_format)))
    found = _atoms(patterns, _WORK)
    if len(found.examples) > _KINDS:
        raise TooLarge("too many kinds of resources")
    return (text for text, accepting in zip(found.examples, found.accepting, strict=True) if accepting & 1)


@lru_cache(maxsize=4_096)
def _atoms(patterns: tuple[str, ...], work: int) -> Atoms:
    """The atoms of some patterns. A wildcard of a whole ARN is taken to stay in its part: names hold no colon.

    Raises TooLarge.
    """
    globs = [Glob(tokens(pattern), arn=pattern.count(":") >= _COLONS) for pattern in patterns]
    return atoms(globs, empty=False, work=work)


def _filled(pattern: str, policy: Policy, request: Request) -> str:
    taken = template(pattern, wildcards=True) if policy.version == "2012-10-17" else None
    if not isinstance(taken, Template):
        return pattern
    found = taken.resolve(request)
    if not isinstance(found, tuple):
        return _VARIABLE.sub(_ANY_VALUE, pattern)
    return "".join("*" if part == STAR else str(part) for part in found)


def _of_format(arn_format: str, patterns: Iterable[str], filling: dict[str, str]) -> Iterator[str]:
    """ARNs of one type: any, and one for each pattern that can match the type."""
    usual = _HOLE.sub(lambda hole: filling.get(hole[1], "example"), arn_format).replace("*", "example")
    yield usual
    for pattern in patterns:
        if pattern and not glob(pattern)(usual) and fits_format(pattern, arn_format):
            filled = plain(pattern, filling)
            if fits_format(filled, arn_format):
                yield filled


def plain(pattern: str, filling: dict[str, str]) -> str:
    """A text that the pattern matches, made like an ARN as far as that goes."""
    parts = pattern.split(":", 5)
    if len(parts) == 6:
        parts[1] = parts[1].replace("*", filling["Partition"])
        parts[3] = parts[3].replace("*", filling["Region"])
        parts[4] = parts[4].replace("*", filling["Account"])
    return ":".join(parts).replace("*", "example").replace("?", "x")
