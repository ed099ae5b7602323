"""What an operation is, and the table of them.

A module of `services/` registers functions:

    @operation("iam", "ListRoles")
    def list_roles(account: Account, params: dict) -> dict:

`params` has the names of botocore's input shape, the answer those of its output shape; an error is raised as
`AWSError`. Such a function depends on the account alone, so its serialised answer is kept and served again. A function
that also needs the region, the caller or the server's memory takes a third argument, the `Request`; its answers are
made anew for each call.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .sessions import Session, Sessions
    from .state import Account

Function = Callable[..., dict[str, Any]]


class AWSError(Exception):
    """An error of AWS: `code` as on the wire ("NoSuchEntity"), `status` of HTTP."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Request:
    """What an operation may know besides the account.

    `accounts` are all accounts of the server by id, `sessions` issues credentials, and `memory` is a dict that lives
    as long as the server, one for each account (the credential report is kept there). All operations with a
    `Request` run one at a time, so they may change it freely.
    """

    region: str
    caller: Session
    accounts: Mapping[str, Account]
    sessions: Sessions
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    service: str
    name: str
    function: Function
    pure: bool


TABLE: dict[tuple[str, str], Operation] = {}
"""(botocore's service name, operation) -> Operation."""


def operation(service: str, name: str) -> Callable[[Function], Function]:
    """Register a function as the operation `name` of botocore's service `service`."""

    def register(function: Function) -> Function:
        pure = len(inspect.signature(function).parameters) == 2
        TABLE[service, name] = Operation(service, name, function, pure)
        return function

    return register


def load() -> None:
    """Import every module of `services/`, so that adding a file there adds its operations."""
    package = importlib.import_module(f"{__package__}.services")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
