"""Did you mean ...? The known name that is the fewest keystrokes away from a mistaken one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 128
"""Longer words are not looked at; AWS's longest names have some 80 characters."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name with the least edit distance, in any case; the first in order of several; "" where none is near.

    Near is one insertion, deletion or replacement, and one more for every five characters of the word.
    """
    if not 0 < len(word) <= LONGEST:
        return ""
    word = word.lower()
    best, limit = "", 1 + len(word) // 5
    places: dict[str, int] = {}
    for index, letter in enumerate(word):
        places[letter] = places.get(letter, 0) | 1 << index
    for name in sorted(known):
        if abs(len(name) - len(word)) > limit:
            continue
        distance = _distance(places, len(word), name.lower())
        if distance < limit or (distance == limit and not best):
            best, limit = name, distance
    return best


def _distance(places: dict[str, int], length: int, text: str) -> int:
    """The edit distance from a word, given as the bits where each letter stands, to a text.

    A column of the usual table is kept as two numbers: the bits where it rises, and those where it falls. G. Myers, A
    fast bit-vector algorithm for approximate string matching, Journal of the ACM 46 (1999).
    """
    whole = (1 << length) - 1
    last = 1 << (length - 1)
    rises, falls, distance = whole, 0, length
    for letter in text:
        equal = places.get(letter, 0)
        kept = equal | falls
        across = (((equal & rises) + rises) ^ rises) | equal
        right_rises = falls | ~(across | rises)
        right_falls = rises & across
        if right_rises & last:
            distance += 1
        elif right_falls & last:
            distance -= 1
        right_rises = right_rises << 1 | 1
        right_falls <<= 1
        rises = (right_falls | ~(kept | right_rises)) & whole
        falls = right_rises & kept & whole
    return distance
