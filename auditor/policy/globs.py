"""How patterns relate: whether one covers another, and whether some text of a given format matches one.

Both questions follow one pattern with an automaton of the other. A state of it is a set of positions, held as the bits
of an integer, so that the time is the product of the lengths at worst, whatever the patterns.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.patterns import QUESTION, STAR, matcher

if TYPE_CHECKING:
    from auditor.policy.patterns import Tokens

_FRESH: Final = "\x00"
"""A letter that seldom stands in a pattern."""


class Hole(NamedTuple):
    """A stretch of a format where any text may stand."""

    excluded: str = ""
    """Letters that it never has."""
    least: int = 0
    """How many letters it has at least: 0 or 1."""


Format = tuple[str | Hole, ...]
"""A text with holes."""


def covers(wide: Tokens, narrow: Tokens) -> bool:
    """Whether every text that the narrow pattern matches is matched by the wide one.

    The hardest text to match has, wherever the narrow pattern leaves a letter open, one that the wide pattern does not
    name. How often it stands for a star is open, so every number of times must do.
    """
    if not _start(narrow).startswith(_start(wide)):
        return False
    if QUESTION not in wide and not any(_FRESH in str(token) for token in wide):
        return matcher(wide)(_hardest(narrow))
    automaton = _automaton(wide)
    states = {automaton.start}
    for token in narrow:
        if token == STAR:
            states = _least({state for first in states for state in automaton.runs(first)})
        else:
            for letter in ("",) if token == QUESTION else str(token):
                states = {automaton.read(state, letter) for state in states}
        if 0 in states:
            return False
    return all(state & automaton.end for state in states)


def fits(pattern: Tokens, form: Format) -> bool:
    """Whether some text of a format matches a pattern."""
    one, other = _start(pattern), form[0] if form and isinstance(form[0], str) else ""
    if not (one.startswith(other) or other.startswith(one)):
        return False  # most formats that a pattern is held against begin otherwise
    automaton = _automaton(pattern)
    state = automaton.start
    for part in form:
        if isinstance(part, Hole):
            state = automaton.fill(state, part)
        else:
            for letter in part:
                state = automaton.read(state, letter)
        if not state:
            return False
    return bool(state & automaton.end)


def _start(pattern: Tokens) -> str:
    """The plain text that a pattern begins with."""
    return pattern[0] if pattern and isinstance(pattern[0], str) else ""


@lru_cache(maxsize=4_096)
def _hardest(pattern: Tokens) -> str:
    """For a pattern without `?` one fresh letter is as good as many: only its stars can match it."""
    return "".join(token if isinstance(token, str) else _FRESH for token in pattern)


def _least(states: set[int]) -> set[int]:
    """Without those states that hold all positions of another: what that one reaches, they reach."""
    least: list[int] = []
    for state in sorted(states, key=int.bit_count):
        if not any(state & other == other for other in least):
            least.append(state)
    return set(least)


class Automaton(NamedTuple):
    """A pattern, ready to be followed. Position n is before its letter n; bit n of a state says that it is there."""

    letters: dict[str, int]
    """Letter -> the positions before it."""
    questions: int
    stars: int
    """The positions before a `?` and before a `*`; no two stars stand side by side."""
    end: int

    @classmethod
    def of(cls, pattern: Tokens) -> Automaton:
        """The automaton of a pattern."""
        letters: dict[str, int] = {}
        questions = stars = 0
        here = 1
        for token in pattern:
            if token == STAR:
                if not stars & here >> 1:
                    stars |= here
                    here <<= 1
            elif token == QUESTION:
                questions |= here
                here <<= 1
            else:
                for letter in str(token):
                    letters[letter] = letters.get(letter, 0) | here
                    here <<= 1
        return cls(letters, questions, stars, here)

    @property
    def start(self) -> int:
        """The state before any text: a star may match nothing."""
        return 1 | (1 & self.stars) << 1

    def read(self, state: int, letter: str) -> int:
        """The state after one more letter."""
        return self._after(state, self.letters.get(letter, 0) | self.questions)

    def runs(self, state: int) -> list[int]:
        """The states after no, one and more letters that stand nowhere in the pattern; the last repeats itself."""
        states = [state]
        while (state := self.read(state, "")) not in states:
            states.append(state)
        return states

    def fill(self, state: int, hole: Hole) -> int:
        """The state after a text that fits a hole."""
        open_ = self.end - 1
        for letter in hole.excluded:
            open_ &= ~self.letters.get(letter, 0)
        if hole.least:
            state = self._after(state, open_ & ~self.stars)
        # The carry of the addition runs from each position through all open ones that follow it.
        return (((state & open_) + open_) ^ open_) | state

    def _after(self, state: int, steps: int) -> int:
        moved = (state & steps) << 1 | (state & self.stars)
        return moved | (moved & self.stars) << 1


@lru_cache(maxsize=4_096)
def _automaton(pattern: Tokens) -> Automaton:
    return Automaton.of(pattern)
