"""Statements made ready to be asked about requests. Each policy is made ready once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.conditions import all_hold, compiled, depends_on
from auditor.policy.patterns import glob, matcher, tokens
from auditor.policy.principals import Grade, Named
from auditor.policy.ternary import MAYBE, NO, YES, negation
from auditor.policy.variables import Template, Unknown, template, variable_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.policy.document import Policy, Statement
    from auditor.policy.principals import Principal
    from auditor.policy.request import Request
    from auditor.policy.ternary import Truth


class Rule:
    """One statement of a policy."""

    __slots__ = ("_actions", "_conditions", "_named", "_not_named", "_resources", "allow", "policy", "statement")

    def __init__(self, policy: Policy, statement: Statement) -> None:
        self.policy = policy
        self.statement = statement
        self.allow = statement.allow
        self._named = Named(statement.principals) if statement.principals else None
        self._not_named = Named(statement.not_principals) if statement.not_principals else None
        self._actions = _actions(statement.actions, statement.not_actions)
        self._resources = _resources(statement.resources, statement.not_resources, policy.version)
        self._conditions = tuple(compiled(condition, policy.version) for condition in statement.conditions)

    def grade(self, principal: Principal, *, bounded: bool = False) -> Grade:
        """How closely the statement names a caller; DIRECT where it names nobody, as in an identity policy.

        A Deny with NotPrincipal never spares a caller who is `bounded`, has a permissions boundary.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        if self._named:
            return self._named.grade(principal)
        if self._not_named and not (bounded and not self.allow):
            return self._not_named.grade_of_others(principal, allow=self.allow)
        return Grade.DIRECT

    def names_action(self, action: str) -> bool:
        """Whether the statement is about an action, in lower case."""
        return self._actions.match(action)

    def services(self) -> frozenset[str] | None:
        """The lowered prefixes of the services that the statement is about; None where it may be about any."""
        return self._actions.services

    def holds(self, request: Request) -> Truth:
        """Whether the statement's resources and conditions fit the request."""
        found = self._resources(request)
        if found == NO or not self._conditions:
            return found
        return min(found, all_hold(self._conditions, request))

    def unknown_keys(self, request: Request) -> dict[str, str]:
        """The keys, lowered and as written, that are unknown and leave the statement in doubt."""
        statement = self.statement
        version = self.policy.version
        keys: dict[str, str] = {}
        if version == "2012-10-17" and self._resources(request) == MAYBE:
            keys |= variable_keys(statement.resources or statement.not_resources or ())
        for condition, test in zip(statement.conditions, self._conditions, strict=True):
            if test(request) == MAYBE:
                keys |= depends_on(condition, version)
        values = ((lowered, request.context.get(lowered, request.otherwise)) for lowered in keys)
        return {lowered: keys[lowered] for lowered, value in values if isinstance(value, Unknown)}


@lru_cache(maxsize=16_384)
def rules(policy: Policy, action: str) -> tuple[Rule, ...]:
    """The statements of a policy that are about an action, in lower case; in their order."""
    service, anywhere = _index(policy)
    listed = service.get(action.partition(":")[0], anywhere)
    return tuple(rule for rule in listed if rule.names_action(action))


@lru_cache(maxsize=16_384)
def _index(policy: Policy) -> tuple[dict[str, tuple[Rule, ...]], tuple[Rule, ...]]:
    """The statements that may be about a service, by its prefix; and those that may be about any other."""
    all_rules = [Rule(policy, statement) for statement in policy.statements]
    anywhere = [rule for rule in all_rules if rule.services() is None]
    by_service: dict[str, list[Rule]] = {}
    for rule in all_rules:
        for service in rule.services() or ():
            by_service.setdefault(service, []).append(rule)
    if anywhere:
        for found in by_service.values():
            found.extend(anywhere)
            found.sort(key=lambda rule: rule.statement.index)
    return {service: tuple(found) for service, found in by_service.items()}, tuple(anywhere)


class _Actions:
    """Action or NotAction, in lower case."""

    __slots__ = ("_globs", "_names", "_negated", "services")

    def __init__(self, actions: tuple[str, ...] | None, not_actions: tuple[str, ...] | None) -> None:
        self._negated = actions is None
        patterns = [pattern.lower() for pattern in (actions if actions is not None else not_actions or ())]
        self._names = frozenset(patterns)
        self._globs = tuple(glob(pattern) for pattern in dict.fromkeys(patterns) if "*" in pattern or "?" in pattern)
        prefixes = [_prefix(pattern) for pattern in patterns]
        self.services = None if self._negated or None in prefixes else frozenset(filter(None, prefixes))

    def match(self, action: str) -> bool:
        found = action in self._names or any(test(action) for test in self._globs)
        return found is not self._negated


@lru_cache(maxsize=16_384)
def _actions(actions: tuple[str, ...] | None, not_actions: tuple[str, ...] | None) -> _Actions:
    return _Actions(actions, not_actions)


def _prefix(pattern: str) -> str | None:
    """The service that a pattern spells out; None where a wildcard may stand for it."""
    service, colon, _ = pattern.partition(":")
    return service if colon and "*" not in service and "?" not in service else None


@lru_cache(maxsize=16_384)
def _resources(
    resources: tuple[str, ...] | None, not_resources: tuple[str, ...] | None, version: str
) -> Callable[[Request], Truth]:
    negated = resources is None
    patterns = not_resources if negated else resources
    if patterns is None:
        return lambda _request: YES
    if "*" in patterns:
        everything = NO if negated else YES
        return lambda _request: everything
    names, tests, templates = _taken(dict.fromkeys(patterns), variables=version == "2012-10-17")

    def match(request: Request) -> Truth:
        resource = request.resource
        found = YES if resource in names else NO
        for test in tests:
            if found == YES:
                break
            found = YES if test(resource) else NO
        for pattern in templates:
            if found == YES:
                break
            found = max(found, _filled(pattern, request))
        return negation(found) if negated else found

    return match


_NONE: Final[frozenset[str]] = frozenset()
"""One for all statements without plain names: an empty set takes as much room as one of four."""


def _taken(
    patterns: Iterable[str], *, variables: bool
) -> tuple[frozenset[str], tuple[Callable[[str], bool], ...], tuple[Template, ...]]:
    """Patterns by what they take to match: plain names, those with wildcards, and those with variables."""
    names, tests, templates = set(), [], []
    for pattern in patterns:
        taken = template(pattern, wildcards=True) if variables else tokens(pattern)
        if isinstance(taken, Template):
            templates.append(taken)
        elif all(isinstance(token, str) for token in taken):
            names.add("".join(map(str, taken)))
        else:
            tests.append(matcher(taken))
    return frozenset(names) if names else _NONE, tuple(tests), tuple(templates)


def _filled(pattern: Template, request: Request) -> Truth:
    resolved = pattern.resolve(request)
    if isinstance(resolved, Unknown):
        return MAYBE if matcher(pattern.bound(request))(request.resource) else NO
    return YES if resolved is not None and matcher(resolved)(request.resource) else NO
