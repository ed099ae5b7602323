"""Wildcards: `*` is any run of characters, `?` any single one, and nothing else is special.

Both cross line breaks and every separator, but in the ARN operators of a condition each of an ARN's six segments is
matched alone. Case is never folded here: whoever compares actions or keys lowers both sides first. Matching takes
linear time whatever the pattern.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

STAR: Final = 0
QUESTION: Final = 1

Token = str | Literal[0, 1]
Tokens = tuple[Token, ...]
"""A pattern taken apart: plain text, STAR and QUESTION. A `*` within plain text means itself."""

_WILDCARD = re.compile(r"([*?])")
_TOKEN_OF: dict[str, Token] = {"*": STAR, "?": QUESTION}


def tokens(pattern: str) -> Tokens:
    """A pattern taken apart."""
    if "*" not in pattern and "?" not in pattern:
        return (pattern,)
    return tuple(_TOKEN_OF.get(part, part) for part in _WILDCARD.split(pattern) if part)


def glob(pattern: str) -> Callable[[str], bool]:
    """What tells whether a text matches a pattern."""
    return matcher(tokens(pattern))


@lru_cache(maxsize=16_384)
def matcher(pattern: Tokens) -> Callable[[str], bool]:
    """What tells whether a text matches a pattern that was taken apart."""
    if QUESTION in pattern:
        return _regex(pattern)
    pieces = _pieces(pattern)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return first.__eq__
    if len(pieces) > 2:
        return _in_order(first, pieces[1:-1], last)
    if not last:
        return (lambda text: text.startswith(first)) if first else (lambda _text: True)
    if not first:
        return lambda text: text.endswith(last)
    least = len(first) + len(last)
    return lambda text: len(text) >= least and text.startswith(first) and text.endswith(last)


def _pieces(pattern: Tokens) -> list[str]:
    """The plain text before, between and after the stars; empty pieces in the middle left out."""
    pieces = [""]
    for token in pattern:
        if isinstance(token, str):
            pieces[-1] += token
        elif len(pieces) == 1 or pieces[-1]:
            pieces.append("")
    return pieces


def _in_order(first: str, middle: list[str], last: str) -> Callable[[str], bool]:
    """The leftmost place of each piece is as good as any, so no search is ever taken back."""
    start = len(first)
    least = start + sum(map(len, middle)) + len(last)

    def matches(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = start, len(text) - len(last)
        for piece in middle:
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return matches


def _regex(pattern: Tokens) -> Callable[[str], bool]:
    """An expression whose stars are atomic groups: each takes the first place where what follows it fits."""
    runs = [""]
    for token in pattern:
        if token == STAR:
            if len(runs) == 1 or runs[-1]:
                runs.append("")
        else:
            runs[-1] += "." if token == QUESTION else re.escape(str(token))
    first, *middle = runs
    if not middle:
        body = first
    else:
        last = middle.pop()
        body = first + "".join(f"(?>.*?{run})" for run in middle) + (f".*{last}" if last else ".*")
    found = re.compile(body, re.DOTALL).fullmatch
    return lambda text: found(text) is not None


@lru_cache(maxsize=65_536)
def arn_matcher(pattern: Tokens) -> Callable[[str], bool]:
    """What tells whether an ARN matches a pattern by the rules of the ARN operators.

    The first five colons part both sides into six segments, each matched alone; the last may hold more colons. What
    has fewer segments matches nothing, on either side. A bare `*` matches everything.
    """
    if pattern == (STAR,):
        return lambda _text: True
    segments = arn_segments(pattern)
    if len(segments) < 6:
        return lambda _text: False
    tests = [matcher(segment) for segment in segments]

    def matches(text: str) -> bool:
        parts = text.split(":", 5)
        if len(parts) < 6:
            return False
        return all(test(part) for test, part in zip(tests, parts, strict=True))

    return matches


def arn_segments(pattern: Tokens) -> list[Tokens]:
    """A pattern parted at its first five colons; fewer than six segments where it has fewer colons."""
    segments: list[list[Token]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            segments[-1].append(token)
            continue
        first, *others = token.split(":", 6 - len(segments))
        segments[-1].append(first)
        segments.extend([other] for other in others)
    return [tuple(token for token in segment if token != "") for segment in segments]
