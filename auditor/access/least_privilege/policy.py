"""The least policy for what was used, cut out of the policies that a principal has.

Each new statement is an Allow statement of the old policies with fewer actions and resources and with its conditions as
they were; each Deny stays. So nothing is allowed that was not allowed before.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.access.holdings import consenting
from auditor.access.least_privilege.resources import example
from auditor.access.least_privilege.usage import folder
from auditor.policy.actions import mask, matches, minimal, names, statement_mask
from auditor.policy.arns import fits_format
from auditor.policy.decide import Answer, Policies, evaluate
from auditor.policy.document import Policy
from auditor.policy.globs import covers
from auditor.policy.layers import Layer
from auditor.policy.patterns import glob, tokens
from auditor.policy.request import UNKNOWN, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.access.least_privilege.usage import Usage
    from auditor.policy.elements import Statement
    from auditor.policy.principals import Principal

MAX_NAMED: Final = 20
"""How many resources a statement names for one action; of more it names the folders that they are in."""

NEWEST: Final = "2012-10-17"

_WILD = re.compile(r"(?<!\$\{)[*?]")


class Need(NamedTuple):
    """An action on resources that was used."""

    action: str
    resource: str
    """A pattern for a Resource element."""

    @property
    def exact(self) -> bool:
        """Whether it is one resource, or none where the action knows no resources."""
        return self.resource == "*" or not _WILD.search(self.resource)


class Reduced(NamedTuple):
    """The least policy, and what of the use it covers."""

    documents: tuple[dict[str, Any], ...]
    """One for each Version among the old policies that is needed; none where nothing is left."""
    kept: tuple[Need, ...]
    refused: tuple[Need, ...]
    """What was used, although the old policies do not allow it: something else does, or did."""


class _Source(NamedTuple):
    """An Allow statement of the old policies."""

    statement: Statement
    version: str
    raw: dict[str, Any]
    alone: Policy
    """A policy of this statement."""

    def frame(self, *elements: str) -> _Frame:
        """What stays of it beside actions and resources."""
        return self.version, json.dumps({name: self.raw[name] for name in elements if name in self.raw}, sort_keys=True)


_Frame = tuple[str, str]
"""The Version of a new statement, and as JSON text the elements that it takes over."""

_Taken = dict[_Frame, dict[str, set[str]]]
"""New statements: action -> patterns of resources, none where NotResource is taken over."""


def needs(usage: Usage) -> Iterator[Need]:
    """What was used, in order of actions and resources."""
    for action, used in sorted(usage.actions.items()):
        shown = (pattern for patterns in used.patterns.values() for pattern in patterns)
        for resource in sorted({*shown, *used.hidden, *used.folders}):
            yield Need(action, resource)


def reduce(
    wanted: Iterable[Need], old: Sequence[Policy], principal: Principal, services: Iterable[str] = ()
) -> Reduced:
    """The least policy that allows what was used as far as some identity policies do.

    Of `services`, prefixes, all is kept that the policies allow.
    """
    sources = [_source(policy, statement) for policy in old for statement in policy.statements if statement.allow]
    policies = Policies(identity=tuple(old))
    kept: dict[Need, None] = {}
    refused = []
    by_source: dict[int, list[tuple[Need, set[str]]]] = {}
    for need in wanted:
        if need.exact and not is_allowed(need, policies, principal):
            refused.append(need)
            continue
        for position, source in enumerate(sources):
            if (patterns := _granted(need, source, principal)) is not None:
                by_source.setdefault(position, []).append((need, patterns))
                kept[need] = None
        if need not in kept:
            refused.append(need)
    taken: _Taken = {}
    for position, found in by_source.items():
        _take(taken, sources[position], found)
    for service in services:
        for source in sources:
            _take_service(taken, source, service)
    return Reduced(tuple(_documents(taken, old)), tuple(kept), tuple(refused))


def is_allowed(need: Need, policies: Policies, principal: Principal) -> bool:
    """Whether policies allow what was used, at least under some circumstances. What the resource's own policy has to
    say is taken for granted."""
    agreed = policies._replace(resource=consenting(principal.account))
    return evaluate(_request(need, principal), agreed).answer in (Answer.ALLOW, Answer.CONDITIONAL)


def _request(need: Need, principal: Principal) -> Request:
    resource = "*" if need.resource == "*" else example(need.resource)
    return Request(principal, need.action, resource, otherwise=UNKNOWN)


def _source(policy: Policy, statement: Statement) -> _Source:
    raw = _raw(policy, statement)
    return _Source(statement, policy.version, raw, Policy.of({"Version": policy.version, "Statement": raw}))


def _raw(policy: Policy, statement: Statement) -> dict[str, Any]:
    """A statement as it is written, without its Sid, which may stand in another policy as well."""
    found = policy.source.value
    for step in statement.path:
        found = found[step]
    return {key: value for key, value in found.items() if key != "Sid"}


def _granted(need: Need, source: _Source, principal: Principal) -> set[str] | None:
    """The resources, as patterns, that a statement allows of those that were used: None if none, and no pattern if its
    NotResource tells."""
    if need.exact:
        policies = Policies(identity=(source.alone,), resource=consenting(principal.account))
        decision = evaluate(_request(need, principal), policies)
        by_it = any(cause.layer is Layer.IDENTITY for cause in decision.statements)
        return {need.resource} if by_it and decision.answer in (Answer.ALLOW, Answer.CONDITIONAL) else None
    statement = source.statement
    listed = statement.not_actions if statement.actions is None else statement.actions
    if any(matches(pattern, need.action) for pattern in listed or ()) == (statement.actions is None):
        return None
    if statement.resources is None:
        return set()
    form = need.resource.replace("?", "*")
    found = {
        need.resource if covers(tokens(pattern), tokens(need.resource)) else pattern
        for pattern in statement.resources
        if pattern == "*" or fits_format(pattern, form)
    }
    return found or None


def _take(taken: _Taken, source: _Source, found: list[tuple[Need, set[str]]]) -> None:
    """Add what a statement allows of what was used."""
    actions: dict[str, set[str]] = {}
    for need, patterns in found:
        frame = source.frame("Condition") if patterns else source.frame("Condition", "NotResource")
        own = taken.setdefault(frame, {}).setdefault(need.action, set())
        if patterns:
            actions.setdefault(need.action, set()).update(patterns)
            continue
        assert not own
    for action, patterns in actions.items():
        short = _shortened({_written(pattern, source.version) for pattern in patterns}, source.statement)
        frame = source.frame("Condition") if short else source.frame("Condition", "NotResource")
        taken.setdefault(frame, {}).setdefault(action, set()).update(short)


def _take_service(taken: _Taken, source: _Source, service: str) -> None:
    """Add all that a statement allows of a service."""
    statement = source.statement
    whole = mask(f"{service}:*")
    granted = statement_mask(statement.actions, statement.not_actions) & whole
    listed = (f"{service}:*",) if granted == whole else names(granted)
    for action in listed:
        own = taken.setdefault(source.frame("Condition", "NotResource"), {}).setdefault(action, set())
        own.update(statement.resources or ())


def _written(resource: str, version: str) -> str:
    """A pattern as a policy of a version means it: the old one has no escapes, so `?` stands for a wildcard's sign."""
    if version == NEWEST:
        return resource
    return re.sub(r"\$\{([*?$])\}", lambda found: "$" if found[1] == "$" else "?", resource)


def _shortened(patterns: set[str], statement: Statement) -> set[str]:
    """No more patterns than a policy should have: those of folders, if the statement allows all that is in them, else
    its own; none where its NotResource tells."""
    short = patterns
    while len(short) > MAX_NAMED and (folders := set(map(folder, short))) != short:
        short = folders
    if short == patterns:
        return patterns
    if statement.resources is None:
        return set()
    wide = [tokens(pattern) for pattern in statement.resources]
    if all(any(covers(own, tokens(pattern)) for own in wide) for pattern in short):
        return short
    texts = [example(pattern) for pattern in patterns]
    return {own for own in statement.resources if "${" in own or any(map(glob(own), texts))}


def _documents(taken: _Taken, old: Sequence[Policy]) -> Iterator[dict[str, Any]]:
    """A document for each version. A Deny stays, whatever it denies: it also holds against what the policies of
    resources allow."""
    denies: dict[str, dict[str, dict[str, Any]]] = {}
    for policy in old:
        for statement in policy.statements:
            if not statement.allow:
                raw = _raw(policy, statement)
                denies.setdefault(policy.version, {})[json.dumps(raw, sort_keys=True)] = raw
    for version in sorted({*denies, *(version for version, _ in taken)}, reverse=True):
        allows = [
            statement
            for (its_version, elements), actions in sorted(taken.items())
            if its_version == version
            for statement in _allows(actions, json.loads(elements))
        ]
        yield {"Version": version, "Statement": [*allows, *denies.get(version, {}).values()]}


def _allows(actions: dict[str, set[str]], elements: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Statements with the same other elements: actions on the same resources stand together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for action, patterns in sorted(actions.items()):
        together.setdefault(_least(patterns), []).append(action)
    for resources, listed in sorted(together.items(), key=lambda item: item[1]):
        where = {"Resource": list(resources)} if resources else {}
        yield {"Effect": "Allow", "Action": list(minimal(listed)), **where, **elements}


def _least(patterns: set[str]) -> tuple[str, ...]:
    """The patterns that no other one covers, sorted."""
    parts = {pattern: tokens(pattern) for pattern in patterns}
    wide = {pattern: own for pattern, own in parts.items() if len(own) > 1 or not isinstance(own[0], str)}
    return tuple(
        sorted(
            pattern
            for pattern in patterns
            if not any(other != pattern and covers(own, parts[pattern]) for other, own in wide.items())
        )
    )
