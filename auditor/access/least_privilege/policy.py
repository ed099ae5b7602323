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
from auditor.policy.domains import upper_bound
from auditor.policy.globs import covers
from auditor.policy.layers import Layer
from auditor.policy.patterns import matcher, tokens
from auditor.policy.request import UNKNOWN, Request
from auditor.policy.variables import Template, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.access.least_privilege.usage import Usage
    from auditor.policy.elements import Statement
    from auditor.policy.patterns import Tokens
    from auditor.policy.principals import Principal

MAX_NAMED: Final = 20
"""How many resources a statement names for one action; of more it names the folders that they are in."""

NEWEST: Final = "2012-10-17"

_PATH = re.compile(r"(?<=:user/|:role/)(?:[^/]+/)+|(?<=:group/)(?:[^/]+/)+")
"""The path in the ARN of a user, a role or a group."""

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

    @property
    def sample(self) -> str:
        """The resource, or one of those that are meant, as a request has it."""
        return "*" if self.resource == "*" else example(self.resource)


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


def needs(usage: Usage, entities: Iterable[str] = ()) -> Iterator[Need]:
    """What was used, in order of actions and resources.

    `entities` are the ARNs of users, groups and roles, whose paths a request does not tell.
    """
    with_path = {_PATH.sub("", arn): arn for arn in entities}
    for action, used in sorted(usage.actions.items()):
        shown = (pattern for patterns in used.patterns.values() for pattern in patterns)
        for resource in sorted({*shown, *used.hidden, *used.folders}):
            yield Need(action, with_path.get(resource, resource))


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
    return Request(principal, need.action, need.sample, otherwise=UNKNOWN)


def _source(policy: Policy, statement: Statement) -> _Source:
    raw = _raw(policy, statement)
    return _Source(statement, policy.version, raw, Policy.of({"Version": policy.version, "Statement": raw}))


def _raw(policy: Policy, statement: Statement) -> dict[str, Any]:
    """A statement as it is written, without its Sid, which may stand in another policy as well."""
    listed = policy.source.value["Statement"]
    found = listed[statement.index] if isinstance(listed, list) else listed
    return {key: value for key, value in found.items() if key != "Sid"}


def _granted(need: Need, source: _Source, principal: Principal) -> set[str] | None:
    """The resources, as patterns, that a statement allows of those that were used: None if none, and no pattern if its
    NotResource tells."""
    statement = source.statement
    listed = statement.not_actions if statement.actions is None else statement.actions
    if any(matches(pattern, need.action) for pattern in listed or ()) == (statement.actions is None):
        return None
    if need.exact:
        policies = Policies(identity=(source.alone,), resource=consenting(principal.account))
        decision = evaluate(_request(need, principal), policies)
        by_it = any(cause.layer is Layer.IDENTITY for cause in decision.statements)
        allowed = by_it and decision.answer in (Answer.ALLOW, Answer.CONDITIONAL)
        return _narrowed(need, source) if allowed else None
    if statement.resources is None:
        return set()
    form = need.resource.replace("?", "*")
    wanted = _plain(need.resource, NEWEST)
    found = {
        _written(need.resource, source.version) if _covered(wanted, (pattern,), source.version) else pattern
        for pattern in statement.resources
        if pattern == "*" or fits_format(pattern, form)
    }
    return found or None


def _narrowed(need: Need, source: _Source) -> set[str] | None:
    """One resource that a statement allows; or what the statement says itself, where that hangs on who asks."""
    version, wanted = source.version, _plain(need.resource, NEWEST)
    written = _written(need.resource, version)
    if source.statement.resources is None:
        refused = source.statement.not_resources or ()
        fixed = not _WILD.search(written) and all(_plain(pattern, version) is not None for pattern in refused)
        return {written} if fixed else set()
    own = _matching(source.statement.resources, [need.sample], version)
    return {written} if _covered(wanted, own, version) else own or None


def _plain(pattern: str, version: str) -> Tokens | None:
    """A pattern taken apart; None if it has policy variables."""
    found = template(pattern, wildcards=True) if version == NEWEST else tokens(pattern)
    return None if isinstance(found, Template) else found


def _covered(pattern: Tokens | None, others: Iterable[str], version: str) -> bool:
    """Whether one of some patterns matches all that a pattern does."""
    wide = (_plain(other, version) for other in others)
    return pattern is not None and any(other is not None and covers(other, pattern) for other in wide)


def _matching(patterns: Iterable[str], texts: Sequence[str], version: str) -> set[str]:
    """The patterns that match one of some texts, whatever the values of their variables."""
    found = set()
    for pattern in patterns:
        made = template(pattern, wildcards=True) if version == NEWEST else tokens(pattern)
        if any(map(matcher(upper_bound(made)), texts)):
            found.add(pattern)
    return found


def _take(taken: _Taken, source: _Source, found: list[tuple[Need, set[str]]]) -> None:
    """Add what a statement allows of what was used."""
    actions: dict[str, set[str]] = {}
    for need, patterns in found:
        actions.setdefault(need.action, set()).update(patterns)
    everywhere = {need.action for need, patterns in found if not patterns}
    for action, patterns in actions.items():
        short = set() if action in everywhere else _shortened(patterns, source)
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


def _shortened(patterns: set[str], source: _Source) -> set[str]:
    """No more patterns than a policy should have: those of folders, if the statement allows all that is in them, else
    its own; none where its NotResource tells."""
    own, version = source.statement.resources, source.version
    short = patterns
    while len(short) > MAX_NAMED and (folders := set(map(folder, short))) != short:
        short = folders
    if short == patterns:
        return patterns
    if own is None:
        return set()
    if all(_covered(_plain(pattern, version), own, version) for pattern in short):
        return short
    return _matching(own, [example(pattern) for pattern in patterns], version)


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
            for statement in _allows(actions, json.loads(elements), version)
        ]
        yield {"Version": version, "Statement": [*allows, *denies.get(version, {}).values()]}


def _allows(actions: dict[str, set[str]], elements: dict[str, Any], version: str) -> Iterator[dict[str, Any]]:
    """Statements with the same other elements: actions on the same resources stand together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for action, patterns in sorted(actions.items()):
        together.setdefault(_least(patterns, version), []).append(action)
    for resources, listed in sorted(together.items(), key=lambda item: item[1]):
        where = {"Resource": list(resources)} if resources else {}
        yield {"Effect": "Allow", "Action": list(minimal(listed)), **where, **elements}


def _least(patterns: set[str], version: str) -> tuple[str, ...]:
    """The patterns that no other one covers, sorted."""
    wide = {pattern for pattern in patterns if _WILD.search(pattern)}
    return tuple(
        sorted(pattern for pattern in patterns if not _covered(_plain(pattern, version), wide - {pattern}, version))
    )
