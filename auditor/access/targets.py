"""What requests can be about: sorted ARNs, and sets of them as numbers with one bit for each.

A set of thousands is united with another, or cut, in one operation. A pattern finds its ARNs by the text before its
first wildcard, among sorted ones.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from auditor.policy.patterns import STAR, matcher, tokens
from auditor.policy.variables import Template, Unknown, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.policy.document import Policy, Statement
    from auditor.policy.patterns import Tokens
    from auditor.policy.request import Request


class Targets:
    """A sorted collection of ARNs."""

    def __init__(self, arns: Iterable[str]) -> None:
        self.arns = tuple(sorted(set(arns)))
        self.all = (1 << len(self.arns)) - 1
        self._at = {arn: position for position, arn in enumerate(self.arns)}
        self._patterns: dict[Tokens, int] = {}
        self._statements: dict[tuple[Policy, int], int | None] = {}

    def bit(self, arn: str) -> int:
        """The set of one ARN; none where it is not in the collection."""
        position = self._at.get(arn)
        return 0 if position is None else 1 << position

    def bits(self, arns: Iterable[str]) -> int:
        """The set of those ARNs that are in the collection."""
        found = 0
        for arn in arns:
            found |= self.bit(arn)
        return found

    def members(self, bits: int) -> Iterator[str]:
        """The ARNs of a set, sorted."""
        while bits:
            lowest = bits & -bits
            yield self.arns[lowest.bit_length() - 1]
            bits ^= lowest

    def matching(self, pattern: Tokens) -> int:
        """The ARNs that a pattern matches."""
        found = self._patterns.get(pattern)
        if found is None:
            found = self._patterns[pattern] = self._match(pattern)
        return found

    def _match(self, pattern: Tokens) -> int:
        head = pattern[0] if pattern and isinstance(pattern[0], str) else ""
        first = bisect_left(self.arns, head)
        last = bisect_left(self.arns, head + "\U0010ffff", first)
        if len(pattern) == (2 if head else 1) and pattern[-1] == STAR:
            return (1 << last) - (1 << first)
        matches = matcher(pattern)
        return sum(1 << position for position in range(first, last) if matches(self.arns[position]))

    def of(self, policy: Policy, statement: Statement, request: Request) -> tuple[int, int]:
        """The ARNs that a statement's Resource or NotResource names: surely, and perhaps besides.

        `request` tells the values of policy variables.
        """
        key = (policy, statement.index)
        if key not in self._statements:
            self._statements[key] = self._fixed(policy, statement)
        fixed = self._statements[key]
        return (fixed, 0) if fixed is not None else self._varying(policy, statement, request)

    def _fixed(self, policy: Policy, statement: Statement) -> int | None:
        """The same for every caller; None where policy variables make them differ."""
        patterns = statement.resources if statement.resources is not None else statement.not_resources
        if patterns is None:
            return self.all
        found = 0
        for pattern in patterns:
            taken = _taken(pattern, policy)
            if isinstance(taken, Template):
                return None
            found |= self.matching(taken)
        return found if statement.resources is not None else self.all & ~found

    def _varying(self, policy: Policy, statement: Statement, request: Request) -> tuple[int, int]:
        surely, perhaps = 0, 0
        for pattern in statement.resources or statement.not_resources or ():
            taken = _taken(pattern, policy)
            filled = taken.resolve(request) if isinstance(taken, Template) else taken
            if isinstance(filled, Unknown):
                perhaps = self.all
            elif filled is not None:
                surely |= self.matching(_joined(filled))
        if statement.resources is None:
            return self.all & ~(surely | perhaps), perhaps & ~surely
        return surely, perhaps & ~surely


def _taken(pattern: str, policy: Policy) -> Template | Tokens:
    varies = "${" in pattern and policy.version == "2012-10-17"
    return template(pattern, wildcards=True) if varies else tokens(pattern)


def _joined(pattern: Tokens) -> Tokens:
    """The same with neighbouring texts made one, so that a pattern without wildcards is one text."""
    joined: list[str | int] = []
    for token in pattern:
        if isinstance(token, str) and joined and isinstance(joined[-1], str):
            joined[-1] += token
        else:
            joined.append(token)
    return tuple(joined)  # type: ignore[arg-type]  # the numbers are tokens
