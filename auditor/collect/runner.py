"""Run collectors side by side, and make a snapshot of what they saw and what they could not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from auditor import __version__
from auditor.aws.account import Unseen
from auditor.aws.errors import CallFailed
from auditor.collect.registry import NEED_NO_PERMISSION, closure, collectors
from auditor.errors import CredentialsError, InputError, NothingEvaluated
from auditor.snapshot.opt_in import OPT_IN
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


MISSING = object()

UNEXPECTED = (AttributeError, IndexError, InputError, KeyError, TypeError, ValueError)
"""What reading an answer raises that is not of the form AWS documents: AWS's side of the table, so a gap."""


def collect(
    aws: Account,
    sections: Iterable[str],
    *,
    opted_in: Iterable[str] = (),
    progress: Callable[[Event], None] = lambda event: None,
    now: datetime | None = None,
) -> Snapshot:
    """Take a snapshot of the named sections, and of those that `opted_in` names by their `--with` name.

    `now` is the moment to write into the snapshot. Raises CredentialsError where AWS does not accept the
    credentials, and NothingEvaluated where not even the account could be told.
    """
    taken_at, start = now or datetime.now(UTC).replace(microsecond=0), perf_counter()
    asked = {section for section, name in OPT_IN.items() if name in set(opted_in)}
    gathered = _run(aws, closure({*sections, *asked}), progress)
    values = {item.section: item.value for item in gathered if item.value is not MISSING}
    gaps = [gap for item in gathered for gap in item.gaps]
    collection = Collection(
        taken_at=taken_at,
        tool_version=__version__,
        opted_in=tuple(sorted({OPT_IN[section] for section in asked})),
        requests=sum(aws.requests.values()),
        seconds=round(perf_counter() - start, 2),
    )
    return _snapshot(values, gaps, collection, aws.region)


def _run(aws: Account, sections: Iterable[str], progress: Callable[[Event], None]) -> list[Gathered]:
    """Every collector as soon as those that it starts from are done."""
    waiting = {section: collectors()[section] for section in sections}
    done: dict[str, Gathered] = {}
    running: set[Future[Gathered]] = set()
    pool = ThreadPoolExecutor(aws.max_workers, thread_name_prefix="collect")
    try:
        while waiting or running:
            for section in [name for name, item in waiting.items() if all(before in done for before in item.after)]:
                progress(Event(section, "started"))
                running.add(pool.submit(_gather, aws, waiting.pop(section), done))
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                item = future.result()
                done[item.section] = item
                progress(Event(item.section, "gap" if item.gaps else "done"))
                _stop_if_rejected(item)
    finally:  # nobody waits for answers after an interruption, or where AWS takes no credentials
        pool.shutdown(wait=False, cancel_futures=True)
    return [done[section] for section in sorted(done)]


def _stop_if_rejected(item: Gathered) -> None:
    for gap in item.gaps:
        if item.section == "sts.caller_identity" and CallFailed("", "failed", gap.error, "").rejects_credentials:
            raise CredentialsError(
                f"AWS does not accept these credentials: {gap.error}: {gap.message}",
                help=("renew them: `aws sso login`, `aws login`, or a new session token",),
            )


def _gather(aws: Account, item: Collector, done: dict[str, Gathered]) -> Gathered:
    """One collector's section, as far as it came, and its gaps."""
    before = [done[name] for name in item.after]
    arguments = ({step.section: step.value for step in before if step.value is not MISSING},) if item.after else ()
    gaps = [
        gap.model_copy(update={"section": item.produces}) for step in before for gap in step.gaps if not gap.resource
    ]
    value: Any = MISSING
    try:
        value = item.gather(aws, *arguments)
        if isinstance(value, Iterator):
            entries, value = value, MISSING
            for entry in entries:
                value = {} if value is MISSING else value
                match entry:
                    case Unseen(resource, failure):
                        gaps.append(_gap(item, failure, resource))
                    case (key, found):
                        value[key] = found
            value = {} if value is MISSING else value
    except CallFailed as failure:
        gaps.append(_gap(item, failure))
    except UNEXPECTED as error:
        words = f"{type(error).__name__}: {error}"
        gaps.append(_gap(item, CallFailed(item.calls[0], "failed", "UnexpectedAnswer", words)))
    return Gathered(item.produces, value, tuple(gaps))


def _gap(item: Collector, failure: CallFailed, resource: str | None = None) -> Gap:
    operation = failure.operation
    return Gap(
        section=item.produces,
        operation=operation,
        reason=failure.reason,
        error=failure.error,
        message=failure.message,
        permission="" if operation in NEED_NO_PERMISSION else operation,
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
