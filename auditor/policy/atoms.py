"""The algebra of patterns: which combinations of several patterns some text can match, each with such a text.

The patterns part all texts into atoms, sets of texts that no pattern tells apart. A pattern is then a set of atoms,
held as the bits of an integer, and every question about patterns is one about integers. Atoms are found by running
one automaton for all patterns at once, of which only the states that some text reaches are ever made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.patterns import STAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.policy.patterns import Tokens

MAX_STATES: Final = 200_000
"""How many states of the automaton are made before the question is given up."""

MAX_WORK: Final = 2_000_000
"""How many steps of single patterns are made before the question is given up."""

_ANY: Final = "any"
_SEGMENT: Final = "segment"
_END: Final = "end"
_READABLE: Final = "xyzabcdefghijklmnopqrstuvw0123456789"
_COLONS_OF_ARN: Final = 5


class TooLarge(Exception):
    """The question has too many combinations to be answered in reasonable time."""


class Glob(NamedTuple):
    """A pattern that was taken apart, and how it is compared."""

    tokens: Tokens
    arn: bool = False
    """By the rules of the ARN operators: wildcards stay within one of the six segments."""
    fold: bool = False
    """Without regard to the case of its letters."""


class Atoms(NamedTuple):
    """The atoms of some patterns. There is at least one, and an atom's number is its position."""

    accepting: tuple[int, ...]
    """For each atom, the patterns that match its texts: bit n is the pattern at position n."""
    examples: tuple[str, ...]
    """For each atom a text in it, short and readable; the empty text only where it is alone in its atom."""

    @property
    def full(self) -> int:
        """The set of all atoms."""
        return (1 << len(self.accepting)) - 1

    def masks(self, patterns: int) -> list[int]:
        """For each of the first `patterns` patterns, the set of its atoms."""
        masks = [0] * patterns
        for atom, accepted in enumerate(self.accepting):
            bit = 1 << atom
            while accepted:
                lowest = accepted & -accepted
                masks[lowest.bit_length() - 1] |= bit
                accepted ^= lowest
        return masks


def atoms(globs: Sequence[Glob], *, empty: bool = True, work: int = MAX_WORK) -> Atoms:
    """The atoms of all texts, or of all but the empty text, found in so many steps of single patterns.

    Raises:
        TooLarge: there are too many combinations.
    """
    examples = _Automaton(globs).explore(empty=empty, work=work)
    return Atoms(tuple(examples), tuple(examples.values()))


class _Program(NamedTuple):
    """One pattern as an automaton. Position p is before its p-th character; the last position is its end."""

    wants: tuple[str, ...]
    """What leads on: a text of the letters that do, or _ANY, _SEGMENT (all but a colon), _END (nothing)."""
    stays: tuple[str, ...]
    """What leaves the position as it is: nothing, _ANY, or _SEGMENT."""
    runs: tuple[str, ...]
    """The plain text that must follow before anything else can be told; empty where there is a choice."""
    covers: tuple[int, ...]
    """The first of the positions before this one that are of no use beside it: what they accept, it accepts."""


@lru_cache(maxsize=1_024)
def _program(glob: Glob) -> _Program:
    wants: list[str] = []
    stays = [""]
    covers = [0]
    colons, segment = 0, 0

    def advance(want: str) -> None:
        wants.append(want)
        stays.append("")
        covers.append(len(wants))

    for token in glob.tokens:
        wild = _SEGMENT if glob.arn and colons < _COLONS_OF_ARN else _ANY
        if isinstance(token, str):
            for letter in token:
                advance("".join(sorted({letter.lower(), letter.upper()}, reverse=True)) if glob.fold else letter)
                if glob.arn and letter == ":" and colons < _COLONS_OF_ARN:
                    colons += 1
                    segment = len(wants)
        elif token == STAR:
            stays[-1] = wild
            covers[-1] = 0 if wild == _ANY else segment
        else:
            advance(wild)
    wants.append(_END)
    runs = [""] * len(wants)
    for at in range(len(wants) - 2, -1, -1):
        if len(wants[at]) == 1 and not stays[at]:
            runs[at] = wants[at] + runs[at + 1]
    return _Program(tuple(wants), tuple(stays), tuple(runs), tuple(covers))


def _matches_nothing(glob: Glob) -> bool:
    if not glob.arn or glob.tokens == (STAR,):
        return False
    return sum(token.count(":") for token in glob.tokens if isinstance(token, str)) < _COLONS_OF_ARN


class _State(NamedTuple):
    done: int
    """The patterns that match whatever follows."""
    places: tuple[int, ...]
    """Positions of the other patterns, ascending."""


class _Automaton:
    """All patterns side by side: the positions of each are numbered after those of the one before."""

    def __init__(self, globs: Sequence[Glob]) -> None:
        self.wants: list[str] = []
        self.stays: list[str] = []
        self.runs: list[str] = []
        self.covers: list[int] = []
        self.accepts: dict[int, int] = {}
        self.starts: list[int] = []
        for number, glob in enumerate(globs):
            if _matches_nothing(glob):
                continue
            base = len(self.wants)
            program = _program(glob if not glob.arn or glob.tokens != (STAR,) else Glob(glob.tokens))
            self.wants += program.wants
            self.stays += program.stays
            self.runs += program.runs
            self.covers += [base + cover for cover in program.covers]
            self.accepts[len(self.wants) - 1] = 1 << number
            self.starts.append(base)
        self.ends_open = {place for place in self.accepts if self.stays[place] == _ANY}
        self.work = 0

    def explore(self, *, empty: bool, work: int) -> dict[int, str]:
        """Each set of patterns that some text matches exactly -> such a text."""
        examples: dict[int, str] = {}
        first = self._state(0, self.starts)
        texts = {first: ""}
        waiting = [first]
        for state in waiting:
            text = texts[state]
            accepted = self._accepted(state)
            if (text or empty) and not examples.get(accepted):
                examples[accepted] = text
            for letters, following in self._following(state):
                if following not in texts:
                    texts[following] = text + letters
                    waiting.append(following)
                elif following == first and not examples.get(accepted := self._accepted(first)):
                    examples[accepted] = text + letters
            if len(waiting) > MAX_STATES or self.work > work:
                raise TooLarge("the patterns overlap in too many ways")
        return examples

    def _accepted(self, state: _State) -> int:
        accepted = state.done
        for place in state.places:
            accepted |= self.accepts.get(place, 0)
        return accepted

    def _state(self, done: int, places: Iterable[int]) -> _State:
        """Without the places that another makes useless, and those of patterns that match whatever follows."""
        kept: list[int] = []
        first, last = 0, 0
        for place in sorted(places, reverse=True):
            if first <= place < last:
                continue
            cover = self.covers[place]
            if cover < place:
                first, last = cover, place
            if place in self.ends_open:
                done |= self.accepts[place]
            else:
                kept.append(place)
        return _State(done, tuple(reversed(kept)))

    def _following(self, state: _State) -> list[tuple[str, _State]]:
        """The states that letters lead to, and for each a shortest text that does."""
        done, places = state
        self.work += len(places) + 1
        if not places:
            return [("x", state)]
        runs = [self.runs[place] for place in places]
        run = _common_start(runs)
        if len(run) > 1:
            return [
                (_other(run[0]), _State(done, ())),
                (run, self._state(done, [place + len(run) for place in places])),
            ]
        return self._letter_by_letter(done, places)

    def _letter_by_letter(self, done: int, places: tuple[int, ...]) -> list[tuple[str, _State]]:
        on: dict[str, list[int]] = {}
        anyhow: list[int] = []
        but_colon: list[int] = []
        for place in places:
            want, stay = self.wants[place], self.stays[place]
            if want == _ANY:
                anyhow.append(place + 1)
            elif want == _SEGMENT:
                but_colon.append(place + 1)
            elif want != _END:
                for letter in want:
                    on.setdefault(letter, []).append(place + 1)
            if stay == _ANY:
                anyhow.append(place)
            elif stay == _SEGMENT:
                but_colon.append(place)
        if but_colon:
            on.setdefault(":", [])
        rest = {*anyhow, *but_colon}
        return [
            (_other("".join(on)), self._state(done, rest)),
            *(
                (letter, self._state(done, {*anyhow, *reached} if letter == ":" else rest.union(reached)))
                for letter, reached in on.items()
            ),
        ]


def _common_start(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first, last = min(texts), max(texts)
    for at, letter in enumerate(first):
        if letter != last[at]:
            return first[:at]
    return first


def _other(letters: str) -> str:
    """A readable letter that is none of these."""
    for letter in _READABLE:
        if letter not in letters:
            return letter
    return next(letter for letter in map(chr, range(0xA1, 0x110000)) if letter not in letters)
