"""What CloudTrail's event history tells of root and of users' access keys, where it was looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.errors import NotCollected
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.cloudtrail import KeyUse, RootEvent

ROOT_EVENTS = "cloudtrail.root_events"
KEY_USES = "cloudtrail.key_uses"


class SeenEvent(NamedTuple):
    """An event of root: in which region, what, and where it stands."""

    region: str
    event: RootEvent
    place: Place


class SeenUse(NamedTuple):
    """Events of an access key: in which region, what, and where they stand."""

    region: str
    use: KeyUse
    place: Place


def root_events(account: Account) -> Iterator[SeenEvent]:
    """Every event of root that was seen. Raises NotCollected, at the end, for regions that hid events."""
    blind: list[Blind] = [*account.snapshot.blind(ROOT_EVENTS)]
    for region, source in account.entries(ROOT_EVENTS):
        for position, event in enumerate(source.model.events):
            yield SeenEvent(region, event, Place(f"{source.pointer}/Events/{position}", event.event_name))
        if source.model.more:
            words = f"root has more events in {region} than the latest {len(source.model.events)}"
            blind.append(Blind(words, "cloudtrail:LookupEvents"))
    if blind:
        raise NotCollected(*blind)


def key_uses(account: Account, user: str) -> Iterator[SeenUse]:
    """The seen uses of a user's keys. Raises NotCollected, at the end, for regions that were not looked at."""
    blind: list[Blind] = [*account.snapshot.blind(KEY_USES)]
    for region, source in account.entries(KEY_USES):
        if user not in source.model.looked_up:
            blind.append(Blind(f"the events of user {user} in {region} were not looked up", "cloudtrail:LookupEvents"))
        for position, use in enumerate(source.model.uses):
            if use.user_name == user:
                yield SeenUse(region, use, Place(f"{source.pointer}/Uses/{position}", use.client or use.network))
    if blind:
        raise NotCollected(*blind)
