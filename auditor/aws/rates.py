"""The rates that AWS documents for operations slow enough to be met, and a pace that stays below them.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
"""

from __future__ import annotations

from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Rate(NamedTuple):
    """Requests a second for as long as one likes, and how many may come at once after a pause."""

    per_second: float
    burst: int


RATES = {
    "cloudtrail:LookupEvents": Rate(2, 2),
    "identitystore:ListGroupMemberships": Rate(20, 20),
    "identitystore:ListGroups": Rate(20, 20),
    "identitystore:ListUsers": Rate(20, 20),
    "organizations:DescribeOrganization": Rate(1, 2),
    "organizations:DescribePolicy": Rate(2, 2),
    "organizations:ListAWSServiceAccessForOrganization": Rate(1, 3),
    "organizations:ListAccounts": Rate(8, 12),
    "organizations:ListDelegatedAdministrators": Rate(5, 8),
    "organizations:ListDelegatedServicesForAccount": Rate(1, 3),
    "organizations:ListPolicies": Rate(5, 8),
    "organizations:ListRoots": Rate(1, 2),
    "organizations:ListTargetsForPolicy": Rate(5, 8),
    "sso:*": Rate(20, 20),
}
"""Operation, or prefix of operations that share one rate -> its rate for one account in one region."""

SHARE = 0.8
"""How much of a rate is taken: the account has other callers, and requests do not arrive as evenly as they leave.

For the same reason one request of each burst is kept back.
"""


class Pace:
    """Lets requests pass no faster than their rates, which all threads share. Times are in seconds."""

    def __init__(
        self,
        rates: Mapping[str, Rate] = RATES,
        *,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        self._rates = rates
        self._clock = clock
        self._sleep = sleep
        self._due: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def wait(self, operation: str, region: str) -> None:
        """Sleep until a request may leave; at once where no rate is known."""
        shared = f"{operation.partition(':')[0]}:*"
        name = operation if operation in self._rates else shared
        if (rate := self._rates.get(name)) is None:
            return
        interval = 1 / (rate.per_second * SHARE)
        with self._lock:
            now = self._clock()
            due = max(self._due.get((name, region), now), now)  # when it could leave if there were no bursts
            self._due[name, region] = due + interval
        if (pause := due - max(rate.burst - 2, 0) * interval - now) > 0:
            self._sleep(pause)
