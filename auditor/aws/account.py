"""One account as collectors see it: operations in, plain answers out."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from functools import partial
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from botocore import xform_name
from botocore.exceptions import UnknownRegionError

from auditor.aws.errors import FAILURES, CallFailed, understood
from auditor.aws.rates import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import boto3
    from botocore.config import Config

T = TypeVar("T")

CLIENTS = {"access-analyzer": "accessanalyzer", "sso": "sso-admin", "tag": "resourcegroupstaggingapi"}
"""Prefix of IAM actions -> botocore's name of the service, where the two differ."""


class Stopped(Exception):
    """Nobody waits for answers any more."""


class Unseen(NamedTuple):
    """One resource about which a call did not answer."""

    resource: str
    failure: CallFailed


@contextmanager
def threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads; nobody waits for their answers after an interruption, or where AWS takes no credentials."""
    pool = ThreadPoolExecutor(count, thread_name_prefix="aws")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class Account:
    """Calls to AWS with one set of credentials.

    Operations are named as IAM names their actions ("sso:ListInstances"). Clients are made once for each service and
    region and shared by all threads. However many threads ask, at most `max_workers` requests are under way at once,
    and operations whose rate AWS documents leave no faster than that. `requests` counts what went over the wire,
    retries included.
    """

    def __init__(
        self,
        session: boto3.Session,
        config: Config,
        region: str,
        *,
        max_workers: int = 8,
        pace: Pace | None = None,
    ) -> None:
        self.region = region
        self.max_workers = max_workers
        self.requests: Counter[str] = Counter()
        self._session = session
        self._config = config
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = Lock()
        self._slots = BoundedSemaphore(max_workers)
        self._pace = pace or Pace()
        self._stopped = Event()

    def stop(self) -> None:
        """Send nothing more: calls under way, and those of other threads, raise Stopped instead of trying again."""
        self._stopped.set()

    def in_region(self, region: str) -> Account:
        """The same account, asked in another region; everything else is shared."""
        other = copy(self)
        other.region = region
        return other

    @property
    def partition(self) -> str:
        """The partition of the region: "aws", "aws-us-gov"; "aws" for a name that no region can have."""
        try:
            return str(self._session.get_partition_for_region(self.region))
        except UnknownRegionError:
            return "aws"

    def offers(self, service: str) -> bool:
        """Whether botocore knows an endpoint of the service in this region; true for a region that it does not know."""
        name = CLIENTS.get(service, service)
        known = self._session.get_available_regions(name, self.partition)
        return not known or self.region in known or self.region not in self.regions()

    def regions(self) -> list[str]:
        """Every region of the partition that botocore knows, enabled or not."""
        return sorted(self._session.get_available_regions("ec2", self.partition))

    def call(
        self, operation: str, member: str, *, absent: tuple[str, ...] = (), **parameters: Any
    ) -> dict[str, Any] | None:
        """The answer to one operation ("iam:ListRoles"); None where AWS answers with an error named in `absent`.

        `member` is what the answer must hold: one without it tells nothing, so it counts as a failure. Raises
        CallFailed.
        """
        service, _, name = operation.partition(":")
        method = getattr(self._client(service), xform_name(name))
        self._pace.wait(operation, self.region)
        try:
            with self._slots:
                answer: dict[str, Any] = method(**parameters)
        except FAILURES as error:
            failure = understood(operation, error)
            if failure.error in absent:
                return None
            raise failure from error
        if member not in answer:  # an empty list is there and empty
            raise CallFailed(operation, "failed", "UnexpectedAnswer", f"the answer holds no {member}")
        return answer

    def ask(self, operation: str, member: str, **parameters: Any) -> dict[str, Any]:
        """The answer to one operation that always has one, with `member` in it. Raises CallFailed."""
        answer = self.call(operation, member, **parameters)
        assert answer is not None
        return answer

    def pages(self, operation: str, member: str, *, holds: str = "", **parameters: Any) -> Iterator[dict[str, Any]]:
        """Every item of the list `member` over all pages. Raises CallFailed; what came before stays good.

        `holds` is what every answer must hold where AWS leaves an empty list out.
        """
        seen: set[str] = set()
        while True:
            answer = self.ask(operation, holds or member, **parameters)
            yield from answer.get(member, ())
            if not (following := _next_page(answer)):
                return
            token = str(following)
            if token in seen:
                raise CallFailed(operation, "failed", "RepeatedMarker", "AWS gave the same page marker twice")
            seen.add(token)
            parameters |= following

    def each(self, function: Callable[[str], T], names: Iterable[str]) -> Iterator[tuple[str, T] | Unseen]:
        """The function's result for every name, in order, several at a time; Unseen where its call failed.

        Once AWS throttles a call beyond all retries the rest is not asked for: that would take hours, for nothing.
        """
        throttled: list[CallFailed] = []

        def attempt(name: str) -> tuple[str, T] | Unseen:
            if throttled:
                return Unseen(name, throttled[0])
            try:
                return name, function(name)
            except CallFailed as failure:
                if failure.reason == "throttled":
                    throttled.append(failure)
                return Unseen(name, failure)

        with threads(self.max_workers) as pool:
            yield from pool.map(attempt, names)

    def _client(self, service: str) -> Any:
        key = service, self.region
        with self._lock:  # making a client is not thread-safe, using one is
            if key not in self._clients:
                name = CLIENTS.get(service, service)
                self._clients[key] = self._session.client(name, region_name=self.region, config=self._config)
                self._clients[key].meta.events.register("before-send", partial(self._count, service))
            return self._clients[key]

    def _count(self, service: str, event_name: str, **_: Any) -> None:
        if self._stopped.is_set():
            raise Stopped
        operation = event_name.rpartition(".")[2]
        with self._lock:
            self.requests[f"{service}:{operation}"] += 1


_MARKERS = {
    "NextToken": "NextToken",
    "nextToken": "nextToken",
    "NextMarker": "Marker",
    "ContinuationToken": "ContinuationToken",
}
"""What an answer calls the marker of the next page -> what the request calls it."""


def _next_page(answer: dict[str, Any]) -> dict[str, Any]:
    """The parameters that ask for the page after this one; empty after the last."""
    if answer.get("IsTruncated"):
        return {"Marker": answer.get("Marker")}
    return {parameter: answer[member] for member, parameter in _MARKERS.items() if answer.get(member)}
