"""Texts of a given form that match several patterns at once, made letter by letter.

The search walks through the form and keeps for every pattern the positions that it may have come to, so each state is
visited once, and what it does not find is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.atoms import TooLarge
from auditor.policy.globs import Automaton
from auditor.policy.patterns import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_STATES: Final = 50_000
"""After so many the search is given up."""

_FILLERS: Final = "xyz0123456789abcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Blank(NamedTuple):
    """A stretch of a form where a name stands, of one letter at least."""

    without: str = ""
    """Letters that the name never has."""
    free: bool = False
    """Whether patterns must leave it open: some letter of it must be one that wildcards alone take."""


Form = tuple[str | Blank, ...]
"""A text with blanks."""


class _State(NamedTuple):
    piece: int
    """The stretch of the form that comes next, or is being written."""
    begun: bool = False
    """Whether a blank has a letter already."""
    freed: bool = False
    """Whether it has one that only wildcards take."""
    reached: tuple[int, ...] = ()
    """For each pattern, the positions that it may have come to."""


def fitting(form: Form, patterns: Sequence[str], name: str) -> str | None:
    """A text of the form that all patterns match; None if there is none. What wildcards leave open is the name.

    Raises TooLarge.
    """
    return _Search(form, [Automaton.of(tokens(pattern)) for pattern in patterns], name).run()


class _Search:
    def __init__(self, form: Form, patterns: Sequence[Automaton], name: str) -> None:
        self._form = form
        self._patterns = patterns
        self._name = name
        self._letters = frozenset(letter for pattern in patterns for letter in pattern.letters)

    def run(self) -> str | None:
        first = _State(0, reached=tuple(pattern.start for pattern in self._patterns))
        waiting, seen = [(first, "")], {first}
        while waiting:
            state, text = waiting.pop()
            if state.piece == len(self._form):
                if all(at & it.end for at, it in zip(state.reached, self._patterns, strict=True)):
                    return text
                continue
            found: dict[_State, str] = {}
            for further, written in self._steps(state):
                if further not in seen and all(further.reached):
                    found.setdefault(further, text + written)
            seen.update(found)
            waiting.extend(reversed(found.items()))
            if len(seen) > MAX_STATES:
                raise TooLarge("patterns of too many wildcards")
        return None

    def _steps(self, state: _State) -> Iterator[tuple[_State, str]]:
        """The states that may come next, and what is written on the way there; the likeliest first."""
        piece = self._form[state.piece]
        if isinstance(piece, str):
            yield _State(state.piece + 1, reached=self._read(state.reached, piece)), piece
            return
        if state.begun and (state.freed or not piece.free):
            yield _State(state.piece + 1, reached=state.reached), ""
        if not state.begun:
            yield self._written(state, self._name, freed=not self._letters.issuperset(self._name)), self._name
        filler = next((it for it in _FILLERS if it not in piece.without and not self._is_written(state, it)), "")
        if filler:
            yield self._written(state, filler, freed=True), filler
        for letter in sorted(self._letters.difference(piece.without)):
            yield self._written(state, letter, freed=False), letter

    def _is_written(self, state: _State, letter: str) -> bool:
        """Whether some pattern has the letter where it may have come to."""
        return any(it.letters.get(letter, 0) & at for at, it in zip(state.reached, self._patterns, strict=True))

    def _written(self, state: _State, text: str, *, freed: bool) -> _State:
        return _State(state.piece, begun=True, freed=state.freed or freed, reached=self._read(state.reached, text))

    def _read(self, reached: tuple[int, ...], text: str) -> tuple[int, ...]:
        for letter in text:
            reached = tuple(it.read(at, letter) for at, it in zip(reached, self._patterns, strict=True))
        return reached
