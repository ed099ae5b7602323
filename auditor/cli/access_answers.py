"""What the answers of `auditor access` have in common: principals and requests as JSON, tables, and what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.access.actors import Actor
    from auditor.access.holdings import Grant
    from auditor.access.world import Access


class Told(NamedTuple):
    """An answer: as JSON, as text, and what was not seen that could change it."""

    json: dict[str, Any]
    text: str
    open: tuple[tuple[Actor, str], ...]
    """Whose it is, and why it was not seen."""
    undecided: tuple[tuple[Actor, str], ...]
    """Of whom something could not be found out, and what: the search was given up."""


def principal(actor: Actor) -> dict[str, Any]:
    """Who it is."""
    return {"principal": actor.arn, "account": actor.account, "made_by_aws": actor.aws_made or None}


def policies(grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Which identity policies allow it, and where in the snapshot they hang."""
    return [{"policy": it.policy, "group": it.via or None, "pointer": it.place.pointer} for it in grants]


def request(access: Access) -> dict[str, Any]:
    """The request that is allowed, as `auditor policy simulate` reads it, and under which circumstances it is."""
    from auditor.cli.policy import simulation

    return {
        "given": dict(access.given),
        "unless": access.unless or None,
        "witness": simulation(access.witness)["request"] if access.witness else None,
    }


def condition(steps: Iterable[Access]) -> str:
    """What must hold for all of some requests to be allowed; empty where nothing must."""
    from auditor.access.naming import caveats

    return caveats(steps)[2:-1]


def table(headers: tuple[str, ...], rows: list[list[str]]) -> str:
    """A table without the columns that would be empty."""
    from tabulate import tabulate

    from auditor.findings.visible import visible

    if not rows:
        return "none\n"
    kept = [column for column in range(len(headers)) if any(row[column] for row in rows)]
    cells = [[visible(row[column]) for column in kept] for row in rows]
    drawn = tabulate(cells, [headers[column] for column in kept], tablefmt="simple", disable_numparse=True)
    return "".join(f"{line.rstrip()}\n" for line in drawn.split("\n"))
