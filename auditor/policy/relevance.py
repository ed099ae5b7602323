"""Which statements have a say where policies may differ, so that a comparison can leave out all others.

What is said of one pair of patterns errs on one side: those that are said not to overlap don't.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.elements import placeless
from auditor.policy.globs import covers
from auditor.policy.holes import Test, follows
from auditor.policy.patterns import glob, tokens
from auditor.policy.texts import resource_patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.patterns import Tokens
    from auditor.policy.variables import Template

    Part = tuple[tuple[Policy, ...], tuple[Policy, ...]]
    """Of the old policies, and of the new ones, what a question is about."""

MAX_PAIRS: Final = 100_000
"""How many pairs of an old and a new Allow are held against each other."""

_OPEN = re.compile(r"[*?$]")
_LAST_OPEN = re.compile(r".*[*?}]", re.DOTALL)


def what_changed(old: Sequence[Policy], new: Sequence[Policy]) -> Part:
    """Where the old policies deny nothing that the new ones don't: without what single old Allows allow as well, and
    without all that is not about what is left of the new Allows."""
    before, after = stated(old), stated(new)
    allows = [one for one in before if one[1].allow]
    denies = [one for one in after if not one[1].allow]
    if any(it not in after and _left(*it, denies) for it in before if not it[1].allow):
        return tuple(old), tuple(new)
    added = [policy.only(tuple(it for it in _allows(policy) if _of(policy, it) not in before)) for policy in new]
    left = added
    if len(allows) * sum(len(policy.statements) for policy in added) <= MAX_PAIRS:
        left = [
            policy.only(tuple(it for allow in policy.statements for it in _left(policy.version, allow, allows)))
            for policy in added
        ]
    return _about(old, (*left, *_denies(new)), [it for policy in left for it in policy.statements])


def piece_by_piece(old: Sequence[Policy], new: Sequence[Policy]) -> Iterator[Part]:
    """Parts that are no harder than the whole: one for each resource, or each kind of action, of each new Allow."""
    for policy in new:
        for statement in _allows(policy):
            for piece in _pieces(statement):
                yield _about(old, (policy.only((piece,)), *_denies(new)), [piece])


def patterns_in(part: Part) -> int:
    """How many patterns of resources there are."""
    statements = [it for policies in part for policy in policies for it in policy.statements]
    return len({pattern for it in statements for pattern in it.resources or it.not_resources or ()})


def likely(part: Part) -> Part:
    """Of the old Allows only what is written like the new ones: enough to find a request that may show a difference,
    and not enough to say that there is none."""
    old, new = part
    sought = {pattern for policy in new for it in _allows(policy) for pattern in it.resources or ()}

    def narrow(policy: Policy) -> Policy:
        statements = (
            it._replace(resources=tuple(pattern for pattern in it.resources if pattern in sought or pattern == "*"))
            if it.allow and it.resources
            else it
            for it in policy.statements
        )
        return policy.only(tuple(statements))

    return tuple(map(narrow, old)), new


def _pieces(statement: Statement) -> Iterator[Statement]:
    """The statement for each of its resources alone; for each of its actions if it has no list of resources."""
    if statement.resources and statement.resources != ("*",):
        yield from (statement._replace(resources=(pattern,)) for pattern in statement.resources)
    elif statement.actions:
        yield from (statement._replace(actions=(pattern,)) for pattern in statement.actions)
    else:
        yield statement


def stated(policies: Sequence[Policy]) -> set[tuple[str, Statement]]:
    """What the policies state, wherever it stands."""
    return {_of(policy, statement) for policy in policies for statement in policy.statements}


def _of(policy: Policy, statement: Statement) -> tuple[str, Statement]:
    """A statement with the version of its policy, which tells whether there are variables in it."""
    return policy.version, placeless(statement)


def _allows(policy: Policy) -> Iterator[Statement]:
    return (statement for statement in policy.statements if statement.allow)


def _left(version: str, statement: Statement, others: Iterable[tuple[str, Statement]]) -> tuple[Statement, ...]:
    """What is left of a statement: without its actions, and its resources, that others have with all of the rest."""
    plain = placeless(statement)
    wider = [other for made, other in others if made == version and _is_as_wide(other, plain)]
    if not wider or statement.actions is None or statement.not_resources is not None:
        return (statement,)
    resources = resource_patterns(statement, version) if statement.resources is not None else [None]
    places = set(range(len(resources)))
    covered = []
    for allow in wider:
        held = {at for at, pattern in enumerate(resources) if _has_resource(version, allow, pattern)}
        covered.append(({name for name in statement.actions if held and _has_action(allow, name.lower())}, held))
    missing = {
        name: places.difference(*(held for names, held in covered if name in names)) for name in statement.actions
    }
    actions = tuple(name for name in statement.actions if missing[name])
    if not actions:
        return ()
    listed = statement.resources
    if listed is not None:
        listed = tuple(text for at, text in enumerate(listed) if any(at in missing[name] for name in actions))
    return (statement._replace(actions=actions, resources=listed),)


def _is_as_wide(one: Statement, other: Statement) -> bool:
    """Whether a statement is about the same callers as another, or all, and has no condition that the other lacks."""
    same = (one.principals, one.not_principals) == (other.principals, other.not_principals)
    anyone = one.principals is not None and one.principals.anyone
    return (same or anyone) and set(one.conditions) <= set(other.conditions)


def _has_action(allow: Statement, name: str) -> bool:
    if allow.actions is None:
        return not any(overlap(name, other.lower()) for other in allow.not_actions or ())
    return any(covers(tokens(other.lower()), tokens(name)) for other in allow.actions)


def _has_resource(version: str, allow: Statement, pattern: Template | Tokens | None) -> bool:
    """Whether an Allow is about all that a pattern matches; None is the one resource that the policy is attached to."""
    if allow.resources is None:
        return allow.not_resources is None
    if pattern is None:
        return allow.resources == ("*",)
    return any(
        follows(Test("", "text", (other,)), Test("", "text", (pattern,))) for other in resource_patterns(allow, version)
    )


def _denies(policies: Sequence[Policy]) -> tuple[Policy, ...]:
    return tuple(policy.only(tuple(it for it in policy.statements if not it.allow)) for policy in policies)


def _about(old: Sequence[Policy], new: Sequence[Policy], asked: Sequence[Statement]) -> Part:
    """Of the old policies what overlaps with some new Allows; of the new ones these, and the Denies that do."""

    def touches(statement: Statement) -> bool:
        return any(_overlap(statement, other) for other in asked)

    def kept(policies: Sequence[Policy], keep: Callable[[Statement], bool]) -> tuple[Policy, ...]:
        return tuple(policy.only(tuple(filter(keep, policy.statements))) for policy in policies)

    listed = {id(statement) for statement in asked}
    return kept(old, touches), kept(new, lambda it: id(it) in listed if it.allow else touches(it))


def _overlap(one: Statement, other: Statement) -> bool:
    return _some_overlap(_lower(one.actions), _lower(other.actions)) and _some_overlap(one.resources, other.resources)


def _lower(patterns: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return patterns and tuple(pattern.lower() for pattern in patterns)


def _some_overlap(some: tuple[str, ...] | None, others: tuple[str, ...] | None) -> bool:
    """Whether a text may match a pattern of both lists; no list says nothing."""
    return some is None or others is None or any(overlap(one, other) for one in some for other in others)


@lru_cache(maxsize=65_536)
def overlap(one: str, other: str) -> bool:
    """Whether a text may match both patterns, whatever variables there are in them."""
    for text, pattern in ((one, other), (other, one)):
        if not _OPEN.search(text) and "$" not in pattern:
            return glob(pattern)(text)
    heads = _OPEN.split(one, maxsplit=1)[0], _OPEN.split(other, maxsplit=1)[0]
    tails = _LAST_OPEN.sub("", one), _LAST_OPEN.sub("", other)
    return _fit(*heads) and _fit(tails[0][::-1], tails[1][::-1])


def _fit(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
