"""Requests: what is asked for, by whom, and what AWS knows of it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.policy.principals import Principal, PrincipalError, PrincipalKind
from auditor.policy.variables import UNKNOWN, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Scalar = str | bool | int | float
    Given = Scalar | Sequence[Scalar] | Unknown | None
    """One value, a list or tuple of several, UNKNOWN, or None for a key that the request does not have."""
    Values = tuple[str, ...] | Unknown | None

__all__ = ["UNKNOWN", "Principal", "PrincipalError", "PrincipalKind", "Request", "RequestError"]


class RequestError(ValueError):
    """What was given is no request."""


class Request:
    """One request. Not to be changed.

    The context holds the keys that were given and, where they were not, those that follow from the principal and the
    resource's account, such as `aws:PrincipalArn`. Any other key is absent, or unknown if `otherwise` is UNKNOWN.
    """

    __slots__ = ("action", "action_key", "context", "otherwise", "principal", "resource", "resource_account", "service")

    def __init__(
        self,
        principal: Principal | str,
        action: str,
        resource: str = "*",
        resource_account: str = "",
        context: Mapping[str, Given] | None = None,
        otherwise: Unknown | None = None,
    ) -> None:
        """Make a request. A principal may be given as text; without an account, the resource is in the account that
        its ARN names, or else in the caller's.

        Raises:
            RequestError: the action is not `service:name`, or a context value is no value.
            PrincipalError: the text names no principal.
        """
        self.principal = Principal.parse(principal) if isinstance(principal, str) else principal
        self.action = action
        self.action_key = action.lower()
        self.service, colon, name = self.action_key.partition(":")
        if not (self.service and colon and name):
            raise RequestError(f"an action is service:name, not {action[:200]!r}")
        self.resource = resource
        self.resource_account = resource_account or _account_of(resource) or self.principal.account
        self.otherwise = otherwise
        self.context: dict[str, Values] = dict(_implied(self.principal, self.resource_account))
        if self.service == "kms" and "aws:principalarn" in self.context and self.principal.account:
            # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
            self.context["kms:calleraccount"] = (self.principal.account,)
        if context:
            self.context |= _context(context)

    def having(self, context: Mapping[str, Given]) -> Request:
        """The same request with other values for some keys. Raises RequestError."""
        return self._with(_context(context), self.otherwise)

    def settled(self) -> Request:
        """The same request without any key but those of its context."""
        return self._with({}, None)

    def _with(self, further: Mapping[str, Values], otherwise: Unknown | None) -> Request:
        made = Request.__new__(Request)
        # One by one, as `copy` takes several times as long, and searches make very many.
        made.principal = self.principal
        made.action = self.action
        made.action_key = self.action_key
        made.service = self.service
        made.resource = self.resource
        made.resource_account = self.resource_account
        made.context = {**self.context, **further}
        made.otherwise = otherwise
        return made

    def __repr__(self) -> str:
        who = self.principal.text or "anonymous"
        return f"Request({who!r}, {self.action!r}, {self.resource!r}, {self.resource_account!r}, {self.context!r})"


def _account_of(resource: str) -> str:
    parts = resource.split(":", 5)
    account = parts[4] if len(parts) == 6 else ""
    return account if len(account) == 12 and account.isdecimal() else ""


def _context(given: Mapping[str, Given]) -> dict[str, Values]:
    return {key.lower(): (value,) if type(value) is str else _values(key, value) for key, value in given.items()}


def _values(key: str, given: Given) -> Values:
    if given is None or isinstance(given, Unknown):
        return given
    if isinstance(given, (list, tuple)):
        return tuple(_text(key, value) for value in given)
    return (_text(key, given),)


def _text(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise RequestError(f"the value of the context key {key[:200]!r} is neither text, number, true nor false")


@lru_cache(maxsize=16_384)
def _implied(principal: Principal, resource_account: str) -> dict[str, Values]:
    """The keys that follow from who calls, and whose the resource is.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    keys: dict[str, Values] = {}
    if resource_account:
        keys["aws:resourceaccount"] = (resource_account,)
    match principal.kind:
        case PrincipalKind.ANONYMOUS:
            keys["aws:principalaccount"] = keys["aws:userid"] = ("anonymous",)
            keys["aws:principaltype"] = ("Anonymous",)
            return keys
        case PrincipalKind.PROVIDER:
            keys["aws:federatedprovider"] = (principal.text,)
            return keys
        case PrincipalKind.SERVICE:
            keys["aws:principalisawsservice"] = ("true",)
            keys["aws:principalservicename"] = keys["aws:principalservicenameslist"] = (principal.text,)
            return keys
    keys["aws:principalisawsservice"] = ("false",)
    keys["aws:principaltype"] = (_TYPES[principal.kind],)
    keys["aws:principalarn"] = (_principal_arn(principal),)
    if principal.account:
        keys["aws:principalaccount"] = (principal.account,)
    if principal.kind is PrincipalKind.USER:
        keys["aws:username"] = (principal.name,)
    elif principal.kind is PrincipalKind.FEDERATED:
        keys["aws:userid"] = (f"{principal.account}:{principal.name}",)
    elif principal.kind is PrincipalKind.ROOT:
        keys["aws:userid"] = (principal.account,)
    return keys


_TYPES = {
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE: "AssumedRole",
    PrincipalKind.FEDERATED: "FederatedUser",
    PrincipalKind.ROOT: "Account",
}


def _principal_arn(principal: Principal) -> str:
    """The value of aws:PrincipalArn: for a session its role, whose path the session's ARN does not tell."""
    if ":assumed-role/" in principal.text:
        return f"{principal.text.partition(':assumed-role/')[0].replace(':sts:', ':iam:')}:role/{principal.name}"
    if principal.kind is PrincipalKind.ROOT and not principal.text.startswith("arn:"):
        return f"arn:aws:iam::{principal.account}:root"
    return principal.text
