"""What of one box lies outside others, in a space of finite dimensions.

A dimension is a set of atoms, a set of atoms is an integer with a bit for each, and a box restricts some dimensions to
such sets. Every statement of a policy is one box or several, so "allowed here and not there" is a part of a box that
other boxes leave uncovered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.policy.atoms import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Box = dict[int, int]
"""Dimension -> the atoms that the box takes in. A dimension that is not named is not restricted."""

MAX_VISITS: Final = 3_000_000
"""How many boxes are looked at before a question is given up."""


def meet(one: Box, other: Box) -> Box | None:
    """What both boxes take in; None if that is nothing."""
    both = dict(one)
    for dimension, atoms in other.items():
        common = both.get(dimension, atoms) & atoms
        if not common:
            return None
        both[dimension] = common
    return both


class Space:
    """The dimensions, and the work that was done in them."""

    __slots__ = ("full", "visits")

    def __init__(self, full: Sequence[int]) -> None:
        """Each dimension is given by the set of all its atoms."""
        self.full = full
        self.visits = 0

    def outside(self, region: Box, boxes: Sequence[Box]) -> Iterator[Box]:
        """The parts of the region that no box takes in, each a box; they do not overlap.

        Raises:
            TooLarge: too many boxes had to be looked at.
        """
        waiting = [(dict(region), boxes)]
        while waiting:
            rest, near = waiting.pop()
            self.visits += len(near) + 1
            if self.visits > MAX_VISITS:
                raise TooLarge("the statements overlap in too many ways")
            near, best, open_dimensions = self._overlapping(rest, near)
            if best is None:
                yield rest
                continue
            for dimension in open_dimensions:
                here = rest.get(dimension, self.full[dimension])
                waiting.append(({**rest, dimension: here & ~best[dimension]}, near))
                rest[dimension] = here & best[dimension]

    def _overlapping(self, region: Box, boxes: Sequence[Box]) -> tuple[Sequence[Box], Box | None, Sequence[int]]:
        """The boxes that take in a part of the region, and the one that leaves it in the fewest dimensions, and those.

        A box that takes in all of the region leaves it in none, so that nothing of the region remains.
        """
        near: list[Box] = []
        best: Box | None = None
        fewest: Sequence[int] = range(len(self.full) + 1)
        for box in boxes:
            leaves = []
            for dimension, atoms in box.items():
                here = region.get(dimension, self.full[dimension])
                if not here & atoms:
                    break
                if here & ~atoms:
                    leaves.append(dimension)
            else:
                near.append(box)
                if len(leaves) < len(fewest):
                    best, fewest = box, leaves
                    if not leaves:
                        break
        return near, best, fewest
