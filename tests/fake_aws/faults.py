"""Faults to inject, and the rate above which AWS throttles."""

from __future__ import annotations

import fnmatch
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KINDS = frozenset({"deny", "throttle", "fail", "hang", "reset", "garbage", "expired", "rejected", "empty"})


@dataclass(frozen=True)
class Fault:
    """What goes wrong with which calls.

    operation: "iam:ListRoles"; "*" and "iam:*" are patterns. The service is the IAM prefix.
    kind:
        deny     AccessDenied in the service's own words
        throttle "Rate exceeded"
        fail     an internal failure, HTTP 500
        hang     no answer until the server is closed
        reset    the connection is reset
        garbage  HTTP 200 with a body that can't be parsed
        expired  the credentials' token has expired
        rejected the credentials are unknown, as in a region that the account did not opt in to
        empty    an answer without any result
    times: the fault ends after so many hits; None for never.
    after: so many matching calls pass before it begins.
    when: only calls whose parameters it accepts match.
    region: only calls to regions of that name or pattern match.
    """

    operation: str
    kind: str
    times: int | None = None
    after: int = 0
    when: Callable[[dict[str, Any]], bool] | None = None
    region: str = "*"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; there are {', '.join(sorted(KINDS))}")

    def matches(self, operation: str, params: dict[str, Any], region: str) -> bool:
        named = fnmatch.fnmatchcase(operation, self.operation) and fnmatch.fnmatchcase(region, self.region)
        return named and (self.when is None or self.when(params))


class Faults:
    """The faults of one server and how often each has met a call; safe for threads."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = [(fault, [0]) for fault in faults]
        self._lock = threading.Lock()

    def strike(self, operation: str, params: dict[str, Any], region: str = "") -> Fault | None:
        """The first fault that hits this call, None when all goes well."""
        if not self._faults:
            return None
        with self._lock:
            for fault, met in self._faults:
                if not fault.matches(operation, params, region):
                    continue
                met[0] += 1
                hits = met[0] - fault.after
                if hits > 0 and (fault.times is None or hits <= fault.times):
                    return fault
        return None


class TokenBucket:
    """`rate` requests a second, with a burst of so many; without one, of one second's worth (at least one)."""

    def __init__(self, rate: float, burst: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._capacity = self._tokens = burst or max(1.0, rate)
        self._clock = clock
        self._filled = clock()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a token; False when there is none, that is: throttle."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._capacity, self._tokens + (now - self._filled) * self._rate)
            self._filled = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
