"""`auditor access outsiders`: who is named in the trust policies of roles, and which of them get in."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from auditor.cli.access import snapshots_of
from auditor.cli.access_answers import table
from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.errors import NothingEvaluated
from auditor.findings.gate import CLEAN, INCOMPLETE

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from auditor.access.named import Named
    from auditor.config import Settings
    from auditor.snapshot.snapshot import Snapshot

LOOKED_AT: Final = (
    *("iam.roles", "organizations.organization", "organizations.seat"),
    *("organizations.accounts", "organizations.policies"),
)
"""What is collected of an account of which there is no snapshot."""

LISTED: Final = 10
"""How many roles a row lists, and how many things that were not seen are told."""

_CALLING: Final = ("account", "anyone", "identity provider", "service")
"""The categories of names that somebody calls under; what others name is asked of callers besides."""


def run(args: Namespace, settings: Settings) -> int:
    """Answer the question and return the exit code."""
    from auditor.report.layout import dumps

    console = Console.of(settings)
    snapshots = snapshots_of(args) or [_looked(args, settings, console)]
    if not any(snapshot.iam.roles for snapshot in snapshots):
        raise NothingEvaluated("no role was seen", help=("`auditor collect` makes a snapshot with roles",))
    found = [(snapshot.account, named) for snapshot in snapshots for named in _outsiders(snapshot)]
    unseen = list(chain.from_iterable(map(_unseen, snapshots)))
    caveats = list(dict.fromkeys(chain.from_iterable(map(_caveats, snapshots))))
    if settings["report.quiet"] < 2:
        if args.format == "json":
            answers = [_json(account, named) for account, named in found]
            spots = [{"of": whose, "reason": reason} for whose, reason in unseen]
            told = {"question": "outsiders", "outsiders": answers, "unless": caveats, "unseen": spots}
            write(dumps(told, 3) + "\n")
        else:
            headers = ("account", "who", "name", "gets into", "undecided", "named by")
            several = len(snapshots) > 1
            write(table(headers, [[account if several else "", *_cells(named)] for account, named in found]))
    for caveat in caveats:
        console.note(f"who gets in does so unless {caveat}")
    for whose, reason in unseen[:LISTED]:
        console.warn(f"not seen of {whose}: {reason}")
    if len(unseen) > LISTED:
        console.warn(f"and {len(unseen) - LISTED:,} more that was not seen; --format json has all")
    return INCOMPLETE if unseen or any(named.undecided for _, named in found) else CLEAN


def _looked(args: Namespace, settings: Settings, console: Console) -> Snapshot:
    """The account as it is now."""
    from auditor.cli.look import look

    return look(args, settings, LOOKED_AT, console)


def _outsiders(snapshot: Snapshot) -> Iterator[Named]:
    """Every name in the account's trust policies but its own."""
    from auditor.access.named import inventory, trusts

    for named in inventory(trusts(snapshot)):
        if (named.category, named.name) != ("account", snapshot.account):
            yield named


def _unseen(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """What could hide outsiders, and whose it is."""
    from auditor.access.named import unreadable

    yield from ((f"account {snapshot.account}", blind.reason) for blind in snapshot.blind("iam.roles"))
    yield from ((arn, blind.reason) for arn, blind in unreadable(snapshot))


def _caveats(snapshot: Snapshot) -> Iterator[str]:
    """What may still forbid what trust policies allow."""
    from auditor.access.organizations import organization_levels

    if hidden := organization_levels(snapshot).unless_resource:
        yield hidden


def _json(account: str, named: Named) -> dict[str, Any]:
    calls = named.category in _CALLING
    return {
        "account": account,
        "category": named.category,
        "name": named.name,
        "gets_into": list(named.admitting) if calls else None,
        "undecided": list(named.undecided),
        "named_by": list(named.roles),
    }


def _cells(named: Named) -> list[str]:
    admitting = _roles(named.admitting) or "no role" if named.category in _CALLING else "-"
    return [named.category, named.name, admitting, _roles(named.undecided), _roles(named.roles)]


def _roles(arns: tuple[str, ...]) -> str:
    more = f" and {len(arns) - LISTED:,} more" if len(arns) > LISTED else ""
    return ", ".join(arn.partition(":role/")[2] for arn in arns[:LISTED]) + more
