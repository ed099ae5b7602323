"""The least policy with all that is to be said of it: checked by the engine, measured, and its blind spots named."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.access.holdings import EVERYTHING
from auditor.access.least_privilege.exceptions import DATA_ONLY
from auditor.access.least_privilege.policy import Need, is_allowed, needs, reduce
from auditor.access.least_privilege.usage import not_shown
from auditor.policy.actions import mask, names, statement_mask
from auditor.policy.decide import Policies
from auditor.policy.document import Policy
from auditor.policy.service_data import action as documented

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from auditor.access.least_privilege.last_accessed import LastAccessed
    from auditor.access.least_privilege.usage import Usage
    from auditor.policy.principals import Principal

LEVELS: Final = ("List", "Read", "Tagging", "Write", "Permissions management")

QUOTA: Final = 6_144
"""Characters of a managed policy, white space apart.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


class Compared(NamedTuple):
    """The least policy against the old ones."""

    answer: str
    """`no` if nothing is allowed that was not before, `yes` with a reason, or `may` where it cannot be decided."""
    reason: str
    before: dict[str, int]
    """Access level -> how many documented actions the old policies allow on some resource."""
    after: dict[str, int]


class LeastPrivilege(NamedTuple):
    """A policy of what was used."""

    documents: tuple[dict[str, Any], ...]
    size: int
    """Characters of all documents, white space apart."""
    refused: tuple[Need, ...]
    """Used, and not allowed by the policies that the principal has today."""
    lost: tuple[Need, ...]
    """Used, allowed by the old policies, and not by the new ones: there should be none."""
    compared: Compared | None
    """None where there were no old policies to compare with."""
    unseen: tuple[str, ...]
    """Actions that are allowed today, would not be logged if they were used, and are left out."""


def least_privilege(
    principal: Principal,
    old: Sequence[Policy] | None,
    usage: Usage | None,
    accessed: LastAccessed | None = None,
    limits: Policies | None = None,
    entities: Iterable[str] = (),
) -> LeastPrivilege:
    """A policy of what a principal used, within its old identity policies; without these, whatever was used is allowed.

    `limits` are its boundary and the policies of its organization, which stay as they are; `entities` are the ARNs of
    users, groups and roles that may be meant by their names. What IAM tells fills in for services and actions without
    events.
    """
    before = tuple(old) if old is not None else (Policy.parse(EVERYTHING),)
    logged = usage.actions.keys() if usage else set()
    wanted = [*(needs(usage, entities) if usage else ()), *(_of_accessed(accessed, logged) if accessed else ())]
    with_events = {action.partition(":")[0] for action in logged}
    services = [service for service in (accessed.services if accessed else ()) if service not in with_events]
    reduced = reduce(dict.fromkeys(wanted), before, principal, services)
    after = tuple(map(Policy.of, reduced.documents))
    limits = limits or Policies()
    with_old, with_new = limits._replace(identity=before), limits._replace(identity=after)
    lost = [
        need
        for need in reduced.kept
        if is_allowed(need, with_old, principal) and not is_allowed(need, with_new, principal)
    ]
    return LeastPrivilege(
        documents=reduced.documents,
        size=sum(len(json.dumps(document, separators=(",", ":"))) for document in reduced.documents),
        refused=reduced.refused,
        lost=tuple(lost),
        compared=_compared(before, after) if old is not None else None,
        unseen=_unseen(before, after, usage) if old is not None and usage else (),
    )


def _of_accessed(accessed: LastAccessed, logged: Collection[str]) -> Iterator[Need]:
    """The actions that IAM lists and no event shows, on whatever they may have been used."""
    for action in (name for name in accessed.actions if name not in logged):
        for resource in sorted(set(not_shown(action, (), ""))):
            yield Need(action, resource)


def _compared(before: tuple[Policy, ...], after: tuple[Policy, ...]) -> Compared:
    from auditor.policy import compare

    found = compare(before, after) if after else None
    answer, reason = (found.answer, found.reason) if found else ("no", "nothing is allowed any more")
    return Compared(answer, reason, _by_level(before), _by_level(after))


def _by_level(policies: Iterable[Policy]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for name in names(_allowed(policies)):
        if known := documented(name):
            counted[known.access_level] += 1
    return {level: counted[level] for level in LEVELS}


def _allowed(policies: Iterable[Policy]) -> int:
    """The actions that some policies allow on some resource; those that they deny altogether are none."""
    allowed = denied = 0
    for policy in policies:
        for statement in policy.statements:
            its_actions = statement_mask(statement.actions, statement.not_actions)
            if statement.allow:
                allowed |= its_actions
            elif statement.resources == ("*",) and not statement.conditions:
                denied |= its_actions
    return allowed & ~denied


def _unseen(before: tuple[Policy, ...], after: tuple[Policy, ...], usage: Usage) -> tuple[str, ...]:
    """What would leave no trace. Where a log has some data events of a service, it is taken to have all."""
    hidden = 0
    for pattern in DATA_ONLY:
        if pattern.partition(":")[0] not in usage.data_services:
            hidden |= mask(pattern)
    return names(_allowed(before) & hidden & ~_allowed(after))
