"""Truth with a third value, for requests of which not everything is known: *and* is `min`, *or* is `max`."""

from __future__ import annotations

from typing import Final

Truth = int
"""NO, MAYBE or YES."""

NO: Final = 0
MAYBE: Final = 1
YES: Final = 2


def negation(truth: Truth) -> Truth:
    """YES for NO, NO for YES."""
    return YES - truth
