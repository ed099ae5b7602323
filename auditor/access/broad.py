"""What a policy document allows with resources that it does not name, whatever the circumstances of the request.

A document is put to the engine with a resource that nobody would name, and a request that carries nothing special: no
tags, no MFA, no service that passes it on, and an address that is not told. What is allowed then, no resource, no
condition and no denial of the document holds back.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache, reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.holdings import consenting
from auditor.access.wide import NOBODY, alone, denies, filled, is_wide, mask_of, masks, undenied, wide
from auditor.policy.actions import mask, names, of_service
from auditor.policy.decide import Answer, Layer, evaluate
from auditor.policy.layers import Policies
from auditor.policy.request import Request
from auditor.policy.service_data import access_levels, resource_type, services
from auditor.policy.service_data import action as documented

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from auditor.access.wide import Alone
    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.request import Given

UNNAMED: Final = f"{NOBODY}:{NOBODY}"
"""An action of a service that nobody has named."""

_POLICY_WRITES: Final = (
    *("iam:PutUserPolicy", "iam:PutRolePolicy", "iam:PutGroupPolicy", "iam:CreatePolicyVersion"),
    *("iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy"),
)
"""What makes an administrator of whoever may do it everywhere."""

_ANY: Final = re.compile(r"\*|\$\{[^}]*\}")
"""What a pattern leaves open: a variable has the name of the caller, if it asks for that."""
_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_CONSENTED: Final = ("kms:", "sts:")
"""Services whose resources have a say of their own, which is taken for given: keys and roles."""


class Home(NamedTuple):
    """The account that a document is judged in."""

    partition: str
    account: str
    organization: str
    """Its id; empty where there is none, or none was seen."""
    taken_at: str
    """The moment of the snapshot, in ISO 8601."""


class Broad(NamedTuple):
    """An action that is allowed with any resource, and the request that shows it."""

    action: str
    request: Request
    statement: Statement
    """The statement that allows it."""


def broad(policy: Policy, wanted: tuple[str, ...], home: Home) -> tuple[Broad, ...]:
    """Those of some actions that the policy allows with any resource, in their order."""
    together = _together(wanted)
    if together and not together & undenied(policy):
        return ()
    found = (_judged(policy, action, home) for action in wanted)
    return tuple(each for each in found if each is not None)


@cache
def _together(actions: tuple[str, ...]) -> int:
    """The set of some actions; empty where one of them is not documented, and so in no set."""
    sets = [mask(action) for action in actions]
    return reduce(or_, sets, 0) if all(sets) else 0


@lru_cache(maxsize=1_024)
def allows_everything(policy: Policy, home: Home) -> Broad | None:
    """That the policy allows everything: what nobody has named yet, and to write the policies of others.

    A few actions that it denies or leaves out make no difference: the holder writes itself a policy that has them.
    """
    if _judged(policy, UNNAMED, home) is None:
        return None
    return next((found for action in _POLICY_WRITES if (found := _judged(policy, action, home))), None)


def some_broad(policy: Policy, wanted: int, home: Home, most: int) -> tuple[Broad, ...]:
    """Some of a set of actions that the policy allows with any resource: of what it treats alike, one each."""
    found: list[Broad] = []
    for members in alike(policy, wanted):
        judged = _judged(policy, members, home)
        if judged is not None:
            found.append(judged)
            if len(found) == most:
                break
    return tuple(found)


def alike(policy: Policy, wanted: int) -> Iterator[str]:
    """Of a set of actions that the policy allows, one of each lot: named by the same statements, of the same types."""
    for lot in _lots(wanted & undenied(policy), masks(policy)):
        seen: set[Hashable] = set()
        for action in names(lot):
            if (kind := _kind(action)) not in seen:
                seen.add(kind)
                yield action


def _lots(actions: int, masks: tuple[int, ...]) -> Iterator[int]:
    """The parts of a set of actions that some sets tell apart, those in the first of these first."""
    if actions and masks:
        yield from _lots(actions & masks[0], masks[1:])
        yield from _lots(actions & ~masks[0], masks[1:])
    elif actions:
        yield actions


@cache
def of_level(*levels: str, among: tuple[str, ...] = ()) -> int:
    """The set of actions of some access levels that take resources, and so can be narrowed to some.

    Of the services `among` all are meant, those that take no resource as well.
    """
    found = 0
    for (service, level, narrow), actions in _levels().items():
        if level in levels and (service in among if among else narrow):
            found |= actions
    return found


@cache
def _levels() -> dict[tuple[str, str, bool], int]:
    """Service, access level and whether resources are taken -> the set of such actions."""
    found: dict[tuple[str, str, bool], int] = {}
    for service in services():
        for one, (level, narrow) in zip(of_service(service), access_levels(service), strict=True):
            key = (service, level, narrow)
            found[key] = found.get(key, 0) | one
    return found


@cache
def _kind(action: str) -> Hashable:
    """What tells the resources of an action from those of others: its service, and their types."""
    known = documented(action)
    return (known.service, known.resource_types) if known else action


@lru_cache(maxsize=1_024)
def full_services(policy: Policy, home: Home) -> tuple[tuple[str, Broad], ...]:
    """The services all of whose actions a policy allows with any resource, each with an action that shows it."""
    by_one: dict[str, Broad] = {}
    for statement, only in reversed(wide(policy)) if not denies(policy) else ():
        by_one |= {service: proof._replace(statement=statement) for service, proof in _full_services_of(only, home)}
    named = _services_in(undenied(policy))
    found = ((service, by_one.get(service) or _whole(policy, wanted, home)) for service, wanted in named)
    return tuple((service, proof) for service, proof in found if proof)


@lru_cache(maxsize=1_024)
def _full_services_of(only: Policy, home: Home) -> tuple[tuple[str, Broad], ...]:
    """The same of a policy of one statement."""
    found = ((service, _whole(only, wanted, home)) for service, wanted in _services_in(undenied(only)))
    return tuple((service, proof) for service, proof in found if proof)


@lru_cache(maxsize=1_024)
def _services_in(allowed: int) -> tuple[tuple[str, int], ...]:
    """The services all of whose actions are in a set, each with the set of these."""
    return tuple((service, wanted) for service, wanted in _services() if wanted & allowed == wanted)


@cache
def _services() -> tuple[tuple[str, int], ...]:
    """Every service that has actions, and the set of these."""
    return tuple((service, mask(f"{service}:*")) for service in services() if access_levels(service))


def _whole(policy: Policy, wanted: int, home: Home) -> Broad | None:
    """One of a set of actions, if the policy allows all of them with any resource."""
    plainly = any(
        it.allow and "*" in (it.resources or ()) and not it.conditions and not wanted & ~mask_of(it)
        for it in policy.statements
    )
    denied = any(not it.allow and wanted & mask_of(it) for it in policy.statements)
    first: Broad | None = None
    for action in alike(policy, wanted):
        judged = _judged(policy, action, home)
        if judged is None or (plainly and not denied):
            return judged
        first = first or judged
    return first


def _judged(policy: Policy, action: str, home: Home) -> Broad | None:
    wanted = mask(action)
    if wanted and not wanted & undenied(policy):
        return None
    for region in _regions(policy, home):
        found = None
        for arn in _resources(action, home, region):
            found = _allowed(policy, wide(policy), action, arn, home, region)
            if found is None:
                break
        if found is not None:
            return found
    return None


def as_told(policy: Policy, statement: Statement, action: str, home: Home) -> Broad | None:
    """That the policy allows an action with a resource that one of its statements names."""
    listed = statement.resources or (f"arn:{home.partition}:{NOBODY}:::{NOBODY}",)
    # A statement that names resources is hardly another's as well: it is not worth a policy of its own.
    grants = (alone(policy, statement),) if is_wide(statement) else None
    tried = (
        _allowed(policy, grants, action, _ANY.sub(NOBODY, text), home, region)
        for text in listed
        for region in _regions(policy, home)
    )
    return next((found for found in tried if found), None)


def unconditional(policy: Policy, wanted: int, home: Home, most: int) -> tuple[Broad, ...]:
    """Some of a set of actions that the policy allows under no condition, with the resources that it names."""
    found: dict[str, Broad] = {}
    for statement in policy.statements if wanted else ():
        for action in names(mask_of(statement) & wanted) if statement.allow else ():
            if len(found) < most and action not in found and (told := as_told(policy, statement, action, home)):
                found[action] = told
    return tuple(found.values())


def _allowed(
    policy: Policy, grants: Iterable[Alone] | None, action: str, resource: str, home: Home, region: str
) -> Broad | None:
    """That the policy allows an action with a resource, by one of some of its statements or, with None, by any."""
    if grants is None or denies(policy):
        return _decided(policy, action, resource, home, region)
    for statement, only in grants:
        if found := _decided(only, action, resource, home, region):
            return found._replace(statement=statement)
    return None


@lru_cache(maxsize=4_096)
def _decided(policy: Policy, action: str, resource: str, home: Home, region: str) -> Broad | None:
    caller = f"arn:{home.partition}:iam::{home.account}:user/{NOBODY}"
    request = Request(caller, action, resource, home.account, _plain(home, region))
    consent = consenting(home.account) if action.lower().startswith(_CONSENTED) else None
    decision = evaluate(request, Policies(identity=(policy,), resource=consent))
    if decision.answer is not Answer.ALLOW:
        return None
    causes = (cause.rule.statement for cause in decision.statements if cause.layer is Layer.IDENTITY)
    cause = next(causes, None)  # sts:GetCallerIdentity is allowed by none
    return Broad(action, request, cause) if cause else None


def _plain(home: Home, region: str) -> dict[str, Given]:
    """What every request carries, and what a role is passed to: a service that nobody names."""
    organization: dict[str, Given] = (
        {"aws:principalorgid": home.organization, "aws:resourceorgid": home.organization} if home.organization else {}
    )
    return {
        "aws:viaawsservice": "false",
        "s3:resourceaccount": home.account,
        "aws:securetransport": "true",
        "aws:requestedregion": region,
        "aws:currenttime": home.taken_at,
        "kms:calleraccount": home.account,
        "iam:passedtoservice": f"{NOBODY}.amazonaws.com",
        **organization,
    }


@lru_cache(maxsize=8_192)
def _regions(policy: Policy, home: Home) -> tuple[str, ...]:
    """The region of requests that nobody thinks of, and those that the policy names."""
    conditions = chain.from_iterable(statement.conditions for statement in policy.statements)
    limits = (value for it in conditions if it.key == "aws:requestedregion" for value in it.values)
    arns = (text.split(":") for statement in policy.statements for text in statement.resources or ())
    named = (*limits, *(parts[3] for parts in arns if len(parts) > 5))
    plain = (text for text in named if text and not any(mark in text for mark in "*?$"))
    return tuple(dict.fromkeys((_REGION.get(home.partition, "us-east-1"), *plain)))


@lru_cache(maxsize=4_096)
def _resources(action: str, home: Home, region: str) -> tuple[str, ...]:
    """ARNs that all have to be allowed: of each type that the action requires, or of one that it may take."""
    known = documented(action)
    listed = known.resource_types if known else ()
    required = [name for name, needed in listed if needed] or [name for name, _ in listed[-1:]]
    found = (resource_type(known.service, name) for name in required) if known else ()
    filling = {"${Partition}": home.partition, "${Region}": region, "${Account}": home.account}
    arns = (filled(it.arn_format, filling) for it in found if it)
    return tuple(arns) or ("*",)
