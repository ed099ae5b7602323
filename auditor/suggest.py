"""Did you mean ...?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """A line of help that names the nearest known word; none where nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word[:100], list(known), n=1)
    return (f'did you mean "{near[0]}"?',) if near else ()
