"""What a collector is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


Scope = Literal["account", "region", "organization"]
"""Where a collector is run: once for the account, once in each of its regions, or once for the account and only if
that is the management account of its organization, or a delegated administrator, who alone may ask."""


REGIONS = "account_management.regions"
"""The section that tells in which regions to look."""

SEAT = "organizations.seat"
"""The section that tells what the account is in its organization."""

STARTS_FROM: dict[Scope, tuple[str, ...]] = {"account": (), "region": (REGIONS,), "organization": (SEAT,)}


class Collector(NamedTuple):
    """A function that fills one section of the snapshot, and what it needs for that.

    `calls` are the operations that it may make ("iam:ListRoles"); `after` are the sections that it starts from.
    A section that is a map is yielded entry by entry, so that what came before a failure is kept; a resource whose
    own call failed is yielded as `Unseen`. Any other section is returned. A section of scope "region" is a map whose
    keys tell the region, ARNs or the names of regions themselves: what all regions yield is one map.
    """

    produces: str
    calls: tuple[str, ...]
    after: tuple[str, ...]
    scope: Scope
    gather: Callable[..., Any]

    @property
    def service(self) -> str:
        """The prefix of what it calls."""
        return self.calls[0].partition(":")[0]

    @property
    def starts_from(self) -> tuple[str, ...]:
        """The sections that must be there before: those that are handed over, and what the scope needs."""
        return tuple(dict.fromkeys((*self.after, *STARTS_FROM[self.scope])))


def collector(
    *, produces: str, calls: tuple[str, ...], after: tuple[str, ...] = (), scope: Scope = "account"
) -> Callable[[Callable[..., Any]], Collector]:
    """Make a collector of a function of the account and, where it has `after`, of what those sections hold."""

    def make(gather: Callable[..., Any]) -> Collector:
        return Collector(produces, calls, after, scope, gather)

    return make
