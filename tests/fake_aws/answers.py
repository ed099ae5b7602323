"""Serialised answers of operations that depend on the account alone: made once, served as often as asked for."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from .operations import TABLE
from .wire import services_signing_as

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .connection import HTTPResponse
    from .operations import Operation
    from .state import Account
    from .wire import Service

_ANSWERS: weakref.WeakKeyDictionary[Account, dict[Hashable, HTTPResponse]] = weakref.WeakKeyDictionary()

_CHAINS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("GetAccountAuthorizationDetails", {"Filter": ["User"]}),
    ("GetAccountAuthorizationDetails", {"Filter": ["Group"]}),
    ("GetAccountAuthorizationDetails", {"Filter": ["Role"]}),
    ("GetAccountAuthorizationDetails", {"Filter": ["LocalManagedPolicy"]}),
    ("ListUsers", {}),
    ("ListRoles", {}),
    ("ListVirtualMFADevices", {"AssignmentStatus": "Assigned"}),
)


def answer(service: Service, operation: Operation, account: Account, params: dict[str, Any]) -> HTTPResponse:
    """The response of a pure operation, made anew only for the first who asks."""
    answers = _ANSWERS.setdefault(account, {})
    key = _key(operation, params)
    if key not in answers:
        answers[key] = service.answer(operation.name, operation.function(account, params))
    return answers[key]


def warm(account: Account, page_size: int) -> None:
    """Make the long answers in advance, for pages of that size, so that a benchmark doesn't wait for them."""
    (iam,) = services_signing_as("iam")
    for name, params in _CHAINS:
        operation, marker = TABLE["iam", name], {}
        while marker is not None:
            chain = params | {"MaxItems": page_size} | marker
            result = operation.function(account, chain)
            _ANSWERS.setdefault(account, {})[_key(operation, chain)] = iam.answer(name, result)
            marker = {"Marker": result["Marker"]} if result["IsTruncated"] else None


def _key(operation: Operation, params: dict[str, Any]) -> Hashable:
    return operation.service, operation.name, repr(sorted(params.items()))
