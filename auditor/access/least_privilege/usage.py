"""What a principal used, added up: actions, and their resources as far as the events show them. Bounded, whatever the
log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from auditor.access.least_privilege.events import event_of, is_by
from auditor.access.least_privilege.mapping import actions_of, prefixes
from auditor.access.least_privilege.resources import filled, shown
from auditor.policy.arns import formats_of
from auditor.policy.service_data import action as documented

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from auditor.access.least_privilege.events import Event

MAX_PATTERNS: Final = 1_000
"""How many resources of one type are kept for an action; if there are more, they become folders."""

MAX_NAMES: Final = 1_000
"""How many different names are kept of what is only listed."""

MAX_WIDE: Final = 5
"""How many resource types are named apart where an event shows none of those that the action may have."""


class Used:
    """One action, and what it was used on."""

    __slots__ = ("folders", "hidden", "patterns", "times")

    def __init__(self) -> None:
        self.times = 0
        self.patterns: dict[str, set[str]] = {}
        """Name of a resource type -> patterns, one for each resource."""
        self.folders: set[str] = set()
        """Patterns for what was too much to be kept one by one."""
        self.hidden: set[str] = set()
        """Patterns for all resources of the types that some event may have used and did not show."""

    def add(self, event: Event, action: str) -> None:
        """Take in an event."""
        self.times += 1
        found = shown(event, action)
        for name, patterns in found.items():
            kept = self.patterns.setdefault(name, set())
            kept.update(patterns)
            if len(kept) > MAX_PATTERNS:
                self.folders |= set(map(folder, kept))
                kept.clear()
        if len(self.folders) > MAX_PATTERNS:
            self.folders = set(map(_all_beside, self.folders))
        self.hidden.update(not_shown(action, found, event.region))


def used_by(records: Iterable[Mapping[str, Any]], principal: str) -> Usage:
    """What the records show of a principal, given by its ARN."""
    usage = Usage()
    for record in records:
        if is_by(record, principal):
            event = event_of(record)
            if event is None:
                usage.unreadable += 1
            else:
                usage.add(event)
    return usage


class Usage:
    """All that the events of one principal come to."""

    def __init__(self) -> None:
        self.events = 0
        self.first = self.last = ""
        """The times of the first and of the last event, as they are written in the log."""
        self.actions: dict[str, Used] = {}
        self.unmapped: Counter[str] = Counter()
        """Events whose actions are not known, as `source:name`."""
        self.denied: Counter[str] = Counter()
        """Refused calls, as actions, or as `source:name` where these are not known. No evidence of a need."""
        self.free: Counter[str] = Counter()
        """Events that need no permission."""
        self.data_services: set[str] = set()
        """Prefixes of the services of which there are data events."""
        self.has_reads = False
        """Whether there are management events that only read."""
        self.unreadable = 0
        """How many records of the principal do not say what was called."""
        self.overflow = 0
        """How many events are missing in the lists above, as these became too long."""

    def add(self, event: Event) -> None:
        """Take in an event."""
        self.events += 1
        self.first = min(filter(None, (self.first, event.time)), default="")
        self.last = max(self.last, event.time)
        self.has_reads |= event.read_only and not event.data
        label = f"{event.source}:{event.name}"
        actions = actions_of(event)
        if event.data:
            self.data_services.update(prefixes(event.source))
        if event.denied:
            for name in actions or (label,):
                self._count(self.denied, name)
        elif actions is None:
            self._count(self.unmapped, label)
        elif not actions:
            self._count(self.free, label)
        else:
            for action in actions:
                self.actions.setdefault(action, Used()).add(event, action)

    def _count(self, counter: Counter[str], name: str) -> None:
        if name in counter or len(counter) < MAX_NAMES:
            counter[name] += 1
        else:
            self.overflow += 1


def not_shown(action: str, found: Collection[str], region: str) -> Iterator[str]:
    """Patterns for the resources that an action may have been used on and an event did not show.

    Those are of the types that were not found; but an action that requires none of its types takes one of any of them,
    so that one which was found is enough.
    """
    known = documented(action)
    types = known.resource_types if known else ()
    if not types:
        yield "*"
        return
    required = any(needed for _, needed in types)
    if found and not required:
        return
    forms = [form for (name, _), form in zip(types, formats_of(action), strict=True) if name not in found]
    if len(forms) > MAX_WIDE and not required:
        forms = sorted({":".join((*form.split(":")[:3], "*", "*", "*")) for form in forms})
    yield from (filled(form, region, "", {}) for form in forms)


def folder(pattern: str) -> str:
    """A pattern for everything beside a resource: `*` for what follows the last slash or colon of its name; where it
    has neither, the pattern as it is."""
    *head, name = pattern.split(":", 5)
    name = name.removesuffix("*").rstrip("/:")
    cut = max(name.rfind("/"), name.rfind(":"))
    return ":".join((*head, f"{name[: cut + 1]}*")) if cut >= 0 else pattern


def _all_beside(pattern: str) -> str:
    """A pattern for all resources of the service, Region and account."""
    return ":".join((*pattern.split(":", 5)[:5], "*"))
