"""Did you mean ...?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], prefix: str = "") -> tuple[str, ...]:
    """A line of help that names the nearest known word; none where nothing is near.

    `prefix` is what all of these words begin with: it makes no word any nearer.
    """
    from difflib import get_close_matches

    near = get_close_matches(word.removeprefix(prefix)[:100], [name.removeprefix(prefix) for name in known], n=1)
    return (f'did you mean "{prefix}{near[0]}"?',) if near else ()
