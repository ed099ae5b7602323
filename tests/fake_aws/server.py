"""The endpoint: accounts behind a port, with latency, rates and faults."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from . import answers, wording
from .connection import HTTPRequest, HTTPResponse, Reset, Server
from .faults import Fault, Faults, TokenBucket
from .operations import TABLE, AWSError, Operation, Request
from .sessions import Sessions
from .state import Account
from .wire import Scope, Service, error_response, prepare, protocol_of, scope_of, services_signing_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Call:
    """A request that arrived, whatever became of it. `service` is the IAM prefix, `account` the account's id."""

    service: str
    operation: str
    params: dict[str, Any]
    region: str
    account: str


class Calls(list[Call]):
    """The calls a server received, in order of arrival. Lists are safe to append to and to copy from many threads."""

    def names(self) -> list[str]:
        """`["iam:ListRoles", ...]`."""
        return [f"{call.service}:{call.operation}" for call in self]


class FakeAWS:
    """AWS for one account or several (by any key), on a port of this machine while the `with` block lasts.

    latency: seconds that each answer takes, slept outside any lock.
    rate: requests a second over all callers, above which AWS throttles.
    rates: operation ("organizations:ListAccounts") -> requests a second and burst, for one account.
    clock: the time that these rates go by, in seconds.
    """

    def __init__(
        self,
        account: Account | Mapping[str, Account],
        *,
        latency: float = 0.0,
        faults: Sequence[Fault] = (),
        rate: float | None = None,
        rates: Mapping[str, tuple[float, int]] | None = None,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        served = [account] if isinstance(account, Account) else list(account.values())
        self.accounts: dict[str, Account] = {each.id: each for each in served}
        self.calls = Calls()
        self.peak_concurrency = 0
        self._latency, self._faults = latency, Faults(faults)
        self._bucket = TokenBucket(rate) if rate else None
        self._buckets = {
            (id, operation): TokenBucket(*limit, clock)
            for operation, limit in (rates or {}).items()
            for id in self.accounts
        }
        self._sessions = Sessions(self.accounts)
        self._memory: dict[str, dict[str, Any]] = {each.id: {} for each in served}
        self._first, self._port, self._active = served[0].id, port, 0
        self._counting, self._one_at_a_time, self._closing = threading.Lock(), threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        prepare()
        self._server = Server(self._handle, self._port)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment in which a program talks to this server as the caller of the first account."""
        return self.env_of(self._first)

    def env_of(self, account_id: str) -> dict[str, str]:
        """The environment for the caller of one of the accounts."""
        session = self._sessions.of(self.accounts[account_id])
        return {
            "AWS_ENDPOINT_URL": self.url,
            # Clients of S3 Control put the account's id before the host, where it makes a user name before an "@".
            "AWS_ENDPOINT_URL_S3_CONTROL": self.url.replace("//", "//s3-control@"),
            "AWS_ACCESS_KEY_ID": session.key_id,
            "AWS_SECRET_ACCESS_KEY": session.secret,
            **({"AWS_SESSION_TOKEN": session.token} if session.token else {}),
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def change(self, account: Account) -> None:
        """Put another state in the place of the account with the same id, as if somebody had worked in it.

        What the server remembers stays: a credential report made before is served until four hours have passed
        between the `now` of the account then and its `now` at present.
        """
        if account.id not in self.accounts:
            raise KeyError(account.id)
        self.accounts[account.id] = account

    def warm(self, page_size: int = 1000) -> None:
        """Make the bulk answers of IAM in advance, for requests with that MaxItems: for benchmarks of a client."""
        prepare()
        for account in self.accounts.values():
            answers.warm(account, page_size)

    def _handle(self, request: HTTPRequest) -> HTTPResponse:
        with self._counted():
            if self._latency:
                time.sleep(self._latency)
            return self._answer(request)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._active += 1
            self.peak_concurrency = max(self.peak_concurrency, self._active)
        try:
            yield
        finally:
            with self._counting:
                self._active -= 1

    def _answer(self, request: HTTPRequest) -> HTTPResponse:
        scope = scope_of(request)
        if scope is None:
            protocol = protocol_of(request)
            return error_response(protocol, wording.unsigned(protocol))
        service, name = _route(scope, request)
        if service is None:
            protocol = protocol_of(request)
            return error_response(protocol, wording.unknown_operation(protocol, request.target))
        try:
            return self._perform(service, name, scope, request)
        except AWSError as error:
            return service.error(error)

    def _perform(self, service: Service, name: str | None, scope: Scope, request: HTTPRequest) -> HTTPResponse:
        try:
            caller = self._sessions.find(scope.key_id, request.headers.get("x-amz-security-token"))
        except AWSError as error:
            raise wording.unrecognized(error, service.protocol) from None
        account = self.accounts[caller.account_id]
        if name is None or name not in service.model.operation_names:
            raise wording.unknown_operation(service.protocol, name, service.model.api_version)
        params = service.params(name, request)
        self.calls.append(Call(service.prefix, name, params, scope.region, account.id))
        buckets = (self._bucket, self._buckets.get((account.id, f"{service.prefix}:{name}")))
        if not all(bucket.take() for bucket in buckets if bucket):
            raise wording.throttled(service, name)
        if fault := self._faults.strike(f"{service.prefix}:{name}", params, scope.region):
            denial = wording.denied(service, name, params, account, caller)
            return self._misbehave(fault.kind, service, name, denial)
        operation = TABLE.get((service.name, name))
        if operation is None:
            raise wording.unknown_operation(service.protocol, name, service.model.api_version)
        context = Request(scope.region, caller, self.accounts, self._sessions, self._memory[account.id])
        return self._serve(service, operation, account, params, context)

    def _serve(
        self, service: Service, operation: Operation, account: Account, params: dict[str, Any], request: Request
    ) -> HTTPResponse:
        if not operation.pure:
            with self._one_at_a_time:
                return service.answer(operation.name, operation.function(account, params, request))
        return answers.answer(service, operation, account, params)

    def _misbehave(self, kind: str, service: Service, name: str, denial: AWSError) -> HTTPResponse:
        """The answer to a call that a fault hit."""
        match kind:
            case "hang":
                self._closing.wait()
                raise Reset
            case "reset":
                raise Reset
            case "garbage":
                return HTTPResponse(200, b"<html><body>It works", {"Content-Type": "text/html"})
            case "empty":
                return service.answer(name, {})
            case "throttle":
                raise wording.throttled(service, name)
            case "fail":
                raise wording.failed(service)
            case "expired":
                raise wording.expired(service)
            case "rejected":
                invalid = AWSError(
                    "InvalidClientTokenId", "The security token included in the request is invalid.", 403
                )
                raise wording.unrecognized(invalid, service.protocol)
            case _:
                raise denial


def _route(scope: Scope, request: HTTPRequest) -> tuple[Service | None, str | None]:
    """The service and the operation of a request; where several services sign with one name, the one that has it."""
    candidates = services_signing_as(scope.service)
    named = [(service, name) for service in candidates if (name := service.operation_name(request))]
    here = [(service, name) for service, name in named if (service.name, name) in TABLE]
    return next(iter((*here, *named, *((service, None) for service in candidates))), (None, None))
