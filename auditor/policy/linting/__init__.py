"""Looks one policy document through, without any account.

    >>> from auditor.policy.document import Policy
    >>> from auditor.policy.linting import lint
    >>> [found.check.id for found in lint(Policy.parse('{"Version": "2012-10-17", "Statement": []}'))]
    ['policy-statement-missing']

The checks are those of Access Analyzer that can be decided from the text and AWS's service data, under ids of ours, and
some that it lacks. `checks.CHECKS` has them all.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.linting.checks import CHECKS, OF_CONDITIONS, OF_DOCUMENT, OF_PROBLEM, OF_STATEMENT
from auditor.policy.linting.grammar import SYNTAX
from auditor.policy.linting.issue import Check, Flaw, Issue
from auditor.policy.linting.repairs import repaired
from auditor.policy.source import SourceError, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.elements import Problem, Statement

__all__ = ["CHECKS", "Check", "Issue", "guess_kind", "lint", "lint_text"]


@lru_cache(maxsize=1_024)
def lint(policy: Policy) -> tuple[Issue, ...]:
    """What is to be said about a policy, in the order of the text."""
    issues = sorted((_placed(policy, flaw) for flaw in set(_flaws(policy))), key=in_order)
    policy.source.forget()
    return tuple(issues)


def lint_text(text: str | bytes, kind: Kind | None = None, resource_type: str = "") -> tuple[Issue, ...]:
    """What is to be said about a text that should be a policy; of one that is no JSON object, where it goes wrong.

    Without a kind it is guessed.
    """
    try:
        policy = Policy.parse(text, kind or Kind.IDENTITY, resource_type)
    except SourceError as error:
        offset, line, column = error.offset, error.line, error.column
        return (Issue(SYNTAX, (), Span(offset, offset, line, column, line, column), str(error), ""),)
    if kind is None and (guessed := guess_kind(policy.source.value)) is not Kind.IDENTITY:
        policy = Policy.parse(text, guessed, resource_type)
    return lint(policy)


def guess_kind(document: Any) -> Kind:
    """The kind of a document, from its look.

    With principals it is a trust policy if all that it names is to assume a role, else a resource policy; without, an
    identity policy.
    """
    listed = document.get("Statement", ()) if isinstance(document, dict) else ()
    statements = [item for item in (listed if isinstance(listed, list) else [listed]) if isinstance(item, dict)]
    if not any("Principal" in item or "NotPrincipal" in item for item in statements):
        return Kind.IDENTITY
    named = [action for item in statements for action in _listed(item.get("Action"))]
    is_trust = named and all(isinstance(action, str) and action.lower() in _TRUST_ACTIONS for action in named)
    return Kind.TRUST if is_trust else Kind.RESOURCE


_TRUST_ACTIONS: Final = frozenset(
    {
        *("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession"),
        *("sts:setsourceidentity", "sts:setcontext", "sts:assumerole*", "sts:*"),
    }
)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _flaws(policy: Policy) -> Iterator[Flaw]:
    for look in OF_DOCUMENT:
        yield from look(policy)
    for statement in policy.statements:
        yield from _flaws_of(policy, statement)
    for problem in policy.problems:
        yield from _flaws_by(policy, problem)
    for malformed in repaired(policy):
        for problem in malformed.problems:
            yield from _flaws_by(policy, problem)
        if malformed.statement:
            yield from _flaws_of(policy, malformed.statement)


def _flaws_of(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    for look in OF_STATEMENT:
        yield from look(policy, statement)
    for look in OF_CONDITIONS if statement.conditions else ():
        yield from look(policy, statement)


def _flaws_by(policy: Policy, problem: Problem) -> Iterator[Flaw]:
    for look in OF_PROBLEM:
        yield from look(policy, problem)


def _placed(policy: Policy, flaw: Flaw) -> Issue:
    source = policy.source
    span = source.key_span(flaw.path) if flaw.at_key else source.span(flaw.path)
    return Issue(flaw.check, flaw.path, span, flaw.message, flaw.suggestion, flaw.at_key)


def in_order(issue: Issue) -> tuple[int, int, str, str]:
    """What issues are sorted by: their place, then their check."""
    return issue.span.start, issue.span.end, issue.check.id, issue.message
