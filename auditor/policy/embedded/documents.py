"""A policy found in a file, and the way back from its elements to the lines of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.policy.linting import lint
from auditor.policy.linting.issue import OPAQUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.policy.document import Policy
    from auditor.policy.elements import Kind
    from auditor.policy.linting.issue import Issue
    from auditor.policy.source import Path, Span


class EmbeddedError(ValueError):
    """A file cannot be read. Line and column count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Tree(NamedTuple):
    """A decoded file: its value, and where the element, or the key, at a path stands."""

    value: Any
    text: str
    span: Callable[[Path], Span]
    key_span: Callable[[Path], Span]


class Embedded(NamedTuple):
    """A policy in a file."""

    policy: Policy
    name: str
    """The logical name of the resource in a template, its address in a plan."""
    start: int
    """Where the policy begins in the file, as an offset from 0."""
    span: Callable[[Path], Span]
    """Where in the file the element at a path of the policy stands."""
    key_span: Callable[[Path], Span]

    @property
    def kind(self) -> Kind:
        """What the policy is, by the resource that it belongs to."""
        return self.policy.kind

    def lint(self) -> tuple[Issue, ...]:
        """What is to be said about the policy, at the lines of the file; nothing about what is filled in later."""
        issues = [issue for issue in lint(self.policy) if not _is_opaque(self.policy, issue.path)]
        placed = [issue._replace(span=self._place(issue)) for issue in issues]
        return tuple(
            sorted(placed, key=lambda issue: (issue.span.start, issue.span.end, issue.check.id, issue.message))
        )

    def _place(self, issue: Issue) -> Span:
        return self.key_span(issue.path) if issue.at_key else self.span(issue.path)


def opaque(name: str) -> str:
    """What stands in for a value that is filled in later: a policy variable of no known key."""
    kept = "".join(letter if letter.isalnum() else "." for letter in name[:100])
    return f"${{{OPAQUE}{kept}}}"


def _is_opaque(policy: Policy, path: Path) -> bool:
    """Whether the element at a path is a text, or a list of texts, of which a part is filled in later."""
    value: Any = policy.source.value
    for step in path:
        if isinstance(value, dict):
            value = value.get(step, value)  # one item alone is the first of a list
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and OPAQUE in text for text in texts)
