"""Run collectors side by side, and make a snapshot of what they saw and what they could not see."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from auditor import __version__
from auditor.aws.account import Unseen, threads
from auditor.aws.errors import NO_ENDPOINT, REJECTED_CREDENTIALS, CallFailed
from auditor.collect.collector import REGIONS, SEAT
from auditor.collect.registry import action, closure, collectors
from auditor.errors import CredentialsError, InputError, NothingEvaluated
from auditor.snapshot.opt_in import OPT_IN
from auditor.snapshot.regions import ENABLED
from auditor.snapshot.snapshot import SCHEMA, Collection, Gap, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.aws.account import Account
    from auditor.collect.collector import Collector


class Event(NamedTuple):
    """Progress: a section was "started", is "done", or has a "gap"."""

    section: str
    state: str


class Gathered(NamedTuple):
    """What one collector came to; `value` is MISSING where it saw nothing at all."""

    section: str
    value: Any
    gaps: tuple[Gap, ...]


_Answer = tuple[Any, list[Gap]]
"""A value, MISSING where nothing was seen, and what was not seen of it."""


@dataclass(eq=False)
class _Part:
    """A collector's question to the account as a whole or to one region."""

    item: Collector
    aws: Account
    region: str = "global"
    answer: _Answer | None = None


MISSING = object()
NOTHING: Final[tuple[Any, list[Gap]]] = (MISSING, [])

UNEXPECTED = (AttributeError, IndexError, InputError, KeyError, TypeError, ValueError)
"""What reading an answer raises that is not of the form AWS documents: AWS's side of the table, so a gap."""


def collect(
    aws: Account,
    sections: Iterable[str],
    *,
    opted_in: Iterable[str] = (),
    regions: Iterable[str] = (),
    progress: Callable[[Event], None] = lambda event: None,
    now: datetime | None = None,
) -> Snapshot:
    """Take a snapshot of the named sections, and of those that `opted_in` names by their `--with` name.

    `regions` are those to look at, all that are enabled unless some are named. `now` is the moment to write into the
    snapshot. Raises CredentialsError where AWS does not accept the credentials, and NothingEvaluated where not even
    the account could be told.
    """
    taken_at, start = now or datetime.now(UTC).replace(microsecond=0), perf_counter()
    asked = {section for section, name in OPT_IN.items() if name in set(opted_in)}
    look = _Look(aws, tuple(sorted(set(regions))))
    try:
        gathered = look.run(closure({*sections, *asked}), progress)
    except BaseException:  # an interruption, or credentials that AWS does not take: threads may still wait to try again
        aws.stop()
        raise
    values = {item.section: item.value for item in gathered if item.value is not MISSING}
    gaps = [gap for item in gathered for gap in item.gaps]
    collection = Collection(
        taken_at=taken_at,
        tool_version=__version__,
        opted_in=tuple(sorted({OPT_IN[section] for section in asked})),
        regions=tuple(sorted(look.visited)),
        requests=sum(aws.requests.values()),
        seconds=round(perf_counter() - start, 2),
    )
    return _snapshot(values, gaps, collection, aws.region)


class _Look:
    """One look under way: what is done, and which regions were visited."""

    def __init__(self, aws: Account, regions: tuple[str, ...]) -> None:
        self.aws = aws
        self.regions = regions
        self.done: dict[str, Gathered] = {}
        self.visited: set[str] = set()

    def run(self, sections: Iterable[str], progress: Callable[[Event], None]) -> list[Gathered]:
        """Every collector as soon as those that it starts from are done, those of regions once for each.

        What the account as a whole is asked goes first, since most of what has to wait waits for that.
        """
        waiting = {section: collectors()[section] for section in sections}
        begun: dict[str, list[_Part]] = {}
        queue: deque[_Part] = deque()
        running: dict[Future[_Answer], _Part] = {}
        with threads(self.aws.max_workers) as pool:
            while waiting or begun:
                ready = [name for name, item in waiting.items() if all(step in self.done for step in item.starts_from)]
                for section in ready:
                    progress(Event(section, "started"))
                    begun[section] = self.parts(waiting.pop(section))
                    (queue.extend if len(begun[section]) > 1 else queue.extendleft)(begun[section])
                while queue and len(running) < self.aws.max_workers:
                    part = queue.popleft()
                    running[pool.submit(self.ask, part.item, part.aws, part.region)] = part
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    running.pop(future).answer = future.result()
                for section in [name for name, parts in begun.items() if all(part.answer for part in parts)]:
                    item = self.done[section] = self.gathered(collectors()[section], begun.pop(section))
                    progress(Event(section, "gap" if item.gaps else "done"))
                    _stop_if_rejected(item)
        return [self.done[section] for section in sorted(self.done)]

    def parts(self, item: Collector) -> list[_Part]:
        """The questions of a collector: one, one for each region, or none where nobody would answer."""
        match item.scope:
            case "account":
                return [_Part(item, self.aws)]
            case "region":
                return [_Part(item, self.aws.in_region(region), region) for region in self.where()[0]]
            case "organization":
                return [_Part(item, self.aws)] if self.may_ask_organization() else []

    def gathered(self, item: Collector, parts: list[_Part]) -> Gathered:
        """One collector's section, as far as it came, and its gaps; of all regions one map."""
        before = [self.done[name] for name in item.starts_from if name != REGIONS or not self.regions]
        gaps = [
            gap.model_copy(update={"section": item.produces})
            for step in before
            for gap in step.gaps
            if not gap.resource
        ]
        if item.scope == "region":
            value, own = self.merged(parts)
        else:
            value, own = (parts and parts[0].answer) or NOTHING
        return Gathered(item.produces, value, (*gaps, *own))

    def ask(self, item: Collector, aws: Account, region: str = "global") -> _Answer:
        """What a collector sees, and its gaps."""
        handed = [self.done[name] for name in item.after]
        arguments = ({step.section: step.value for step in handed if step.value is not MISSING},) if item.after else ()
        gaps: list[Gap] = []
        value: Any = MISSING
        try:
            value = item.gather(aws, *arguments)
            if isinstance(value, Iterator):
                entries, value = value, MISSING
                for entry in entries:
                    value = {} if value is MISSING else value
                    match entry:
                        case Unseen(resource, failure):
                            gaps.append(_gap(item, failure, resource, region))
                        case (key, found):
                            value[key] = found
                value = {} if value is MISSING else value
        except CallFailed as failure:
            gaps.append(_gap(item, failure, None, region))
        except UNEXPECTED as error:
            if isinstance(error, KeyError) and any(error.args == (step.section,) for step in handed):
                return value, gaps  # why that could not be seen is told already
            words = f"{type(error).__name__}: {error}"
            gaps.append(_gap(item, CallFailed(item.calls[0], "failed", "UnexpectedAnswer", words), None, region))
        return value, gaps

    def merged(self, parts: list[_Part]) -> _Answer:
        """What a collector saw in all regions as one map; MISSING where it saw none of them."""
        certain = self.where()[1]
        seen: dict[str, Any] = {}
        gaps: list[Gap] = []
        for part in parts:
            value, own = part.answer or NOTHING
            if value is not MISSING:
                seen[part.region] = value
            errors = {gap.error for gap in own}
            closed = errors & REJECTED_CREDENTIALS and not certain
            nowhere = errors & NO_ENDPOINT and not part.aws.offers(part.item.service)
            gaps += [] if closed or nowhere else own
        self.visited.update(seen)
        merged = {key: entry for value in seen.values() for key, entry in value.items()}
        return (merged if seen or not gaps else MISSING), gaps

    def where(self) -> tuple[tuple[str, ...], bool]:
        """The regions to look at, and whether these are surely enabled."""
        if self.regions:
            return self.regions, True
        enabled = self.done[REGIONS].value
        if enabled is MISSING:
            return tuple(self.aws.regions()), False
        return tuple(region for region, entry in enabled.items() if entry["RegionOptStatus"] in ENABLED), True

    def may_ask_organization(self) -> bool:
        """Whether the account is one that AWS Organizations answers to."""
        seat = self.done[SEAT].value
        return seat is not MISSING and seat["Kind"] in ("management", "delegated")


def _stop_if_rejected(item: Gathered) -> None:
    for gap in item.gaps:
        if item.section == "sts.caller_identity" and gap.error in REJECTED_CREDENTIALS:
            raise CredentialsError(
                f"AWS does not accept these credentials: {gap.error}: {gap.message}",
                help=("renew them: `aws sso login`, `aws login`, or a new session token",),
            )


def _gap(item: Collector, failure: CallFailed, resource: str | None = None, region: str = "global") -> Gap:
    operation = failure.operation
    return Gap(
        section=item.produces,
        operation=operation,
        reason=failure.reason,
        error=failure.error,
        message=failure.message,
        permission=action(operation),
        region=region,
        resource=resource,
    )


def _snapshot(values: dict[str, Any], gaps: list[Gap], collection: Collection, region: str) -> Snapshot:
    account, partition = _whose(values, gaps)
    state: dict[str, Any] = {"schema": SCHEMA, "account": account, "partition": partition, "collection": collection}
    for section, value in values.items():
        service, _, name = section.partition(".")
        state.setdefault(service, {})[name] = value
    while True:
        try:
            return Snapshot.model_validate({**state, "gaps": tuple(sorted(gaps, key=_gap_order))})
        except ValidationError as error:
            gaps.append(_drop(state, error.errors(include_url=False)[0]))


def _drop(state: dict[str, Any], problem: Any) -> Gap:
    """Take out of the state what AWS answered and no model can hold, and say so in a gap."""
    service, name, *inner = problem["loc"]
    section = f"{service}.{name}"
    keyed = isinstance(state[service][name], dict) and inner and inner[0] in state[service][name]
    if keyed:
        del state[service][name][inner[0]]
    else:
        del state[service][name]
    operation = collectors()[section].calls[0]
    words = f"{'/'.join(map(str, problem['loc']))}: {problem['msg']}"
    failure = CallFailed(operation, "failed", "UnexpectedAnswer", words)
    return _gap(collectors()[section], failure, str(inner[0]) if keyed else None)


def _gap_order(gap: Gap) -> tuple[str, str, str]:
    return (gap.section, gap.resource or "", gap.operation)


_ARN = re.compile(r"arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):")


def _whose(values: dict[str, Any], gaps: list[Gap]) -> tuple[str, str]:
    """Account and partition: from the caller, else from the first ARN of the account's own that was seen."""
    for section in (
        "sts.caller_identity",
        "iam.users",
        "iam.roles",
        "iam.groups",
        "iam.policies",
        "iam.credential_report",
    ):
        if (found := _ARN.search(str(values.get(section, "")))) is not None:
            return found[2], found[1]
    first = gaps[0] if gaps else None
    raise NothingEvaluated(
        "could not tell which account this is: nothing that was asked answered"
        + (f" ({first.operation}: {first.error})" if first else ""),
        help=("`auditor permissions` prints the permissions to grant", "is the endpoint or the network in the way?"),
    )
