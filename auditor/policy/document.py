"""Policy documents: one text becomes one `Policy`, whose statements keep the path to their place in the text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from auditor.policy.elements import OPERATORS, PRINCIPAL_TYPES, Condition, Kind, Principals, Problem, Statement
from auditor.policy.grammar import Reader
from auditor.policy.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "OPERATORS",
    "PRINCIPAL_TYPES",
    "Condition",
    "Kind",
    "Policy",
    "Principals",
    "Problem",
    "SourceError",
    "Statement",
]

_CACHED_UP_TO = 131_072
"""Longest text that is remembered; the longest policy that AWS stores has 51,200 characters."""


class Policy:
    """One policy document. Not to be changed; two of the same text, kind and resource type are one object."""

    __slots__ = ("id", "kind", "problems", "resource_type", "source", "statements", "version")

    kind: Kind
    resource_type: str
    """What a resource policy is attached to, such as `s3-bucket`; else empty."""
    version: str
    """`2012-10-17` or `2008-10-17`; the latter also where the document names none, or one that is not known."""
    id: str
    statements: tuple[Statement, ...]
    """Without those that are malformed: such a statement grants and refuses nothing."""
    problems: tuple[Problem, ...]
    source: Source

    def __init__(self, source: Source, kind: Kind, resource_type: str) -> None:
        """Read a document that is a JSON object. Raises SourceError for any other."""
        if not isinstance(source.value, dict):
            raise SourceError("a policy document is a JSON object")
        reader = Reader(kind)
        self.source = source
        self.kind = kind
        self.resource_type = resource_type
        self.version = reader.version(source.value)
        self.id = reader.text(source.value, "Id", ())
        self.statements = reader.statements(source.value)
        self.problems = tuple(reader.problems)
        source.forget()

    @staticmethod
    def parse(text: str | bytes, kind: Kind = Kind.IDENTITY, resource_type: str = "") -> Policy:
        """The policy that a text holds.

        Raises:
            SourceError: the text is not a JSON object, or nests too deeply. All other mistakes are `problems`.
        """
        read = _parsed if len(text) <= _CACHED_UP_TO else _parsed.__wrapped__
        return read(text, kind, resource_type)

    @staticmethod
    def of(document: Mapping[str, Any], kind: Kind = Kind.IDENTITY, resource_type: str = "") -> Policy:
        """The policy that decoded JSON holds; its places are those in the JSON text that it makes.

        Raises:
            SourceError: the document nests too deeply, or holds what JSON has not.
        """
        import json

        try:
            text = json.dumps(document)
        except (TypeError, ValueError, RecursionError) as error:
            raise SourceError(f"not JSON: {error}") from error
        return Policy.parse(text, kind, resource_type)

    def only(self, statements: tuple[Statement, ...]) -> Policy:
        """The policy with some of its statements, which may have been narrowed."""
        made = object.__new__(Policy)
        made.source, made.kind, made.resource_type = self.source, self.kind, self.resource_type
        made.version, made.id, made.problems = self.version, self.id, self.problems
        made.statements = statements
        return made

    def __repr__(self) -> str:
        return f"<Policy {self.kind} of {len(self.statements)} statements>"


@lru_cache(maxsize=16_384)
def _parsed(text: str | bytes, kind: Kind, resource_type: str) -> Policy:
    return Policy(Source(text), kind, resource_type)
