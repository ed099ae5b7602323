"""What a collector is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Collector(NamedTuple):
    """A function that fills one section of the snapshot, and what it needs for that.

    `calls` are the operations that it may make ("iam:ListRoles"); `after` are the sections that it starts from.
    A section that is a map is yielded entry by entry, so that what came before a failure is kept; a resource whose
    own call failed is yielded as `Unseen`. Any other section is returned.
    """

    produces: str
    calls: tuple[str, ...]
    after: tuple[str, ...]
    gather: Callable[..., Any]


def collector(
    *, produces: str, calls: tuple[str, ...], after: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Collector]:
    """Make a collector of a function of the account and, where it has `after`, of what those sections hold."""

    def make(gather: Callable[..., Any]) -> Collector:
        return Collector(produces, calls, after, gather)

    return make
