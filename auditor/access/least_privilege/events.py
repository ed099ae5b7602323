"""Events of one principal, out of CloudTrail's records.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.policy.arns import is_region

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_NAME: Final = 200
"""Longest name of an event, a source or a parameter that is looked at."""

MAX_DEPTH: Final = 12
MAX_VALUES: Final = 5_000
"""How deep, and for how many values, the parameters of an event are looked through."""

MAX_TEXT: Final = 2_048
"""Longest parameter that can name a resource: that of the longest ARN, or key of an object."""

_DENIED = re.compile(r"accessdenied|unauthorizedoperation|notauthorized|authorizationerror|forbidden", re.IGNORECASE)
"""What the error codes of refused calls hold: AccessDenied, AccessDeniedException, Client.UnauthorizedOperation ..."""

_ACCOUNT = re.compile(r"[0-9]{12}")
_SESSION = re.compile(r"arn:([a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)/.*", re.DOTALL)


class Event(NamedTuple):
    """One call of an API, or something else that CloudTrail logs."""

    source: str
    """Such as `s3.amazonaws.com`, in lower case."""
    name: str
    """Such as `GetObject`; some have the API's date at the end."""
    type: str
    """`AwsApiCall`, `AwsConsoleSignIn` and others."""
    time: str
    region: str
    """Empty where it is none that is known."""
    account: str
    """The caller's; empty where the record does not tell it."""
    error: str
    data: bool
    """Whether it is a data event."""
    read_only: bool
    arns: tuple[str, ...]
    """Resources that the record itself names."""
    parameters: Mapping[str, tuple[str, ...]]
    """Texts and numbers of the request, from every depth, by the names that they stand under, folded by `fold`; none
    for a name that has only others below it."""
    results: Mapping[str, tuple[str, ...]]
    """The same of the response."""

    @property
    def denied(self) -> bool:
        """Whether the caller lacked a permission."""
        return bool(self.error and _DENIED.search(self.error))


@lru_cache(maxsize=4_096)
def fold(name: str) -> str:
    """A name as it is looked up: only its letters and digits, in lower case."""
    return "".join(char for char in name.lower() if char.isalnum())


def is_by(record: Mapping[str, Any], principal: str) -> bool:
    """Whether a record tells of what a principal did: a user, a role in whatever session, or an account's root user.

    A federated session counts as its user, and a session of a role as that role.
    """
    identity = _mapping(record.get("userIdentity"))
    context = _mapping(identity.get("sessionContext"))
    issuer = _mapping(context.get("sessionIssuer")).get("arn")
    if isinstance(issuer, str):
        return issuer == principal
    arn = identity.get("arn")
    if not isinstance(arn, str):
        return False
    session = _SESSION.fullmatch(arn)
    if session is None:
        return arn == principal
    # A session's ARN does not tell the path of its role.
    partition, account, name = session.groups()
    return principal.startswith(f"arn:{partition}:iam::{account}:role/") and principal.rpartition("/")[2] == name


def event_of(record: Mapping[str, Any]) -> Event | None:
    """The event that a record tells of; None where it does not say what was called."""
    source, name = _text(record, "eventSource"), _text(record, "eventName")
    if not source or not name or max(len(source), len(name)) > MAX_NAME:
        return None
    region = _text(record, "awsRegion")
    account = _text(_mapping(record.get("userIdentity")), "accountId") or _text(record, "recipientAccountId")
    return Event(
        source=source.lower(),
        name=name,
        type=_text(record, "eventType") or "AwsApiCall",
        time=_text(record, "eventTime")[:40],
        region=region if is_region(region) else "",
        account=account if _ACCOUNT.fullmatch(account) else "",
        error=_text(record, "errorCode")[:MAX_NAME],
        data=record.get("managementEvent") is False or record.get("eventCategory") == "Data",
        read_only=record.get("readOnly") in (True, "true"),
        arns=tuple(_arns(record.get("resources"))),
        parameters=_values(record.get("requestParameters")),
        results=_values(record.get("responseElements")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _arns(resources: Any) -> Iterator[str]:
    for resource in resources[:MAX_VALUES] if isinstance(resources, list) else ():
        for key in ("ARN", "arn"):
            arn = _text(_mapping(resource), key)
            if arn.startswith("arn:") and len(arn) <= MAX_TEXT:
                yield arn


def _values(tree: Any) -> dict[str, tuple[str, ...]]:
    """The leaves of a tree by the keys that they stand under; what is in a list has the key of the list."""
    found: dict[str, dict[str, None]] = {}
    waiting: list[tuple[str, Any, int]] = [("", tree, 0)]
    seen = 0
    while waiting and seen < MAX_VALUES:
        key, value, depth = waiting.pop()
        seen += 1
        if len(key) > MAX_NAME:
            continue
        if isinstance(value, dict | list):
            if key:
                found.setdefault(fold(key), {})
            if depth < MAX_DEPTH:
                members = value.items() if isinstance(value, dict) else ((key, item) for item in value)
                waiting.extend((str(name), item, depth + 1) for name, item in members)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            text = str(value) if isinstance(value, str) else f"{value:d}"[:MAX_TEXT]
            if 0 < len(text) <= MAX_TEXT:
                found.setdefault(fold(key), {})[text] = None
    return {key: tuple(sorted(texts)) for key, texts in found.items()}
