"""Requests and policies as JSON, and decisions as JSON: the format of `auditor policy simulate`.

One text is one request with all the policies that it meets:

    {"request": {"principal": "arn:aws:iam::111122223333:user/ann", "action": "s3:GetObject",
                 "resource": "arn:aws:s3:::docs/a", "resource_account": "111122223333",
                 "context": {"aws:SourceIp": "192.0.2.1", "aws:TagKeys": ["a", "b"], "aws:SourceVpc": null}},
     "identity_policies": [...], "permission_boundaries": [...], "session_policy": ..., "endpoint_policies": [...],
     "scps": [{"id": "r-1", "policies": [...]}, ...], "rcps": [...], "resource_policy": ...,
     "caller_account": "111122223333", "management_account": "444455556666"}

Only `request` with `principal` and `action` must be there. `principal` may also be the name of a service, or
`{"anonymous": true}`. A context key that is null is unknown; one that is not listed is absent, or unknown if the
request says `"otherwise": "unknown"`. A policy is an object, or a string that holds its JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.policy.decide import Answer, Decision, Level, Policies, evaluate
from auditor.policy.document import Kind, Policy
from auditor.policy.request import Principal, PrincipalError, Request, RequestError
from auditor.policy.source import Number, Source, SourceError
from auditor.policy.specials import BY_TRUST
from auditor.policy.variables import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.policy.source import Path

_LINE = frozenset(
    {
        *("request", "caller_account", "management_account"),
        *("identity_policies", "permission_boundaries", "session_policy", "endpoint_policies"),
        *("scps", "rcps", "resource_policy"),
    }
)
_REQUEST = frozenset({"principal", "action", "resource", "resource_account", "context", "otherwise"})


class SimulationError(ValueError):
    """The text is not a request in this format. `path` leads to the element to blame."""

    def __init__(self, message: str, path: Path = ()) -> None:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        super().__init__(f"{place}: {message}" if place else message)
        self.path = path


def simulate(text: str | bytes) -> dict[str, Any]:
    """The decision on a request, ready to be written as JSON.

    The place of a statement counts from the start of its policy, as it stands in the text. What is malformed in a
    policy, and so takes no part in the decision, is listed under `problems`.

    Raises:
        SimulationError: the text is not a request in this format.
    """
    request, policies = read(text)
    decision = evaluate(request, policies)
    return answer(decision) | _problems(policies)


def read(text: str | bytes) -> tuple[Request, Policies]:
    """The request and the policies that a text holds. Raises SimulationError."""
    try:
        source = Source(text)
    except SourceError as error:
        raise SimulationError(f"not JSON at line {error.line}, column {error.column}: {error}") from error
    line = _Object(source.value, (), _LINE)
    request = _request(line)
    reader = _Policies(source, line)
    trusted = request.action_key in BY_TRUST
    return request, Policies(
        identity=reader.several("identity_policies", Kind.IDENTITY),
        boundaries=reader.several("permission_boundaries", Kind.BOUNDARY),
        session=reader.one("session_policy", Kind.SESSION),
        scps=reader.levels("scps", Kind.SCP),
        rcps=reader.levels("rcps", Kind.RCP),
        resource=next(iter(reader.one("resource_policy", Kind.TRUST if trusted else Kind.RESOURCE)), None),
        endpoint=reader.several("endpoint_policies", Kind.VPC_ENDPOINT),
        management_account=line.text("management_account"),
    )


def answer(decision: Decision) -> dict[str, Any]:
    """A decision, ready to be written as JSON. `conditions` is there for a conditional answer only."""
    found: dict[str, Any] = {
        "decision": str(decision.answer),
        "decided_by": [str(layer) for layer in decision.decided_by],
        "statements": [
            {"layer": str(cause.layer)}
            | ({"level": cause.level} if cause.level else {})
            | {"policy": cause.policy, "statement": cause.statement, "span": cause.span._asdict()}
            for cause in decision.statements
        ],
    }
    if decision.answer is Answer.CONDITIONAL:
        found["conditions"] = list(decision.conditions)
    return found


class _Object:
    """A JSON object of which only known members are taken."""

    def __init__(self, value: Any, path: Path, known: frozenset[str]) -> None:
        if not isinstance(value, dict):
            raise SimulationError("an object is needed", path)
        for name in value:
            if name not in known:
                raise SimulationError("there is no such member", (*path, name[:80]))
        self.members = value
        self.path = path

    def text(self, name: str) -> str:
        value = self.members.get(name, "")
        if not isinstance(value, str) or isinstance(value, Number):
            raise SimulationError("a string is needed", (*self.path, name))
        return value

    def listed(self, name: str) -> list[Any]:
        value = self.members.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise SimulationError("a list is needed", (*self.path, name))
        return value


def _request(line: _Object) -> Request:
    request = _Object(line.members.get("request"), ("request",), _REQUEST)
    caller = request.members.get("principal")
    otherwise = request.text("otherwise") or "absent"
    if otherwise not in ("absent", "unknown"):
        raise SimulationError("this is absent or unknown", ("request", "otherwise"))
    try:
        principal = (
            Principal.anonymous()
            if caller == {"anonymous": True}
            else Principal.parse(request.text("principal"), line.text("caller_account"))
        )
        return Request(
            principal,
            request.text("action"),
            request.text("resource") or "*",
            request.text("resource_account"),
            _context(request),
            UNKNOWN if otherwise == "unknown" else None,
        )
    except PrincipalError as error:
        raise SimulationError(str(error), ("request", "principal")) from error
    except RequestError as error:
        raise SimulationError(str(error), ("request",)) from error


def _context(request: _Object) -> dict[str, Any]:
    given = request.members.get("context", {})
    if not isinstance(given, dict):
        raise SimulationError("an object is needed", ("request", "context"))
    return {key: UNKNOWN if value is None else value for key, value in given.items()}


class _Policies:
    """Reads policies out of a line, each with the text that it has there."""

    def __init__(self, source: Source, line: _Object) -> None:
        self.source = source
        self.line = line

    def one(self, name: str, kind: Kind) -> tuple[Policy, ...]:
        value = self.line.members.get(name)
        return () if value is None else (self._policy(value, (name,), kind),)

    def several(self, name: str, kind: Kind) -> tuple[Policy, ...]:
        return self._policies(self.line.listed(name), (name,), kind)

    def levels(self, name: str, kind: Kind) -> tuple[Level, ...]:
        found = []
        for position, item in enumerate(self.line.listed(name)):
            level = _Object(item, (name, position), frozenset({"id", "policies"}))
            path = (*level.path, "policies")
            found.append(Level(level.text("id"), self._policies(level.listed("policies"), path, kind)))
        return tuple(found)

    def _policies(self, listed: Iterable[Any], path: Path, kind: Kind) -> tuple[Policy, ...]:
        return tuple(self._policy(value, (*path, position), kind) for position, value in enumerate(listed))

    def _policy(self, value: Any, path: Path, kind: Kind) -> Policy:
        if isinstance(value, str) and not isinstance(value, Number):
            text = value
        else:
            span = self.source.span(path)
            text = self.source.text[span.start : span.end]
        try:
            return Policy.parse(text, kind)
        except SourceError as error:
            raise SimulationError(str(error), path) from error


def _problems(policies: Policies) -> dict[str, Any]:
    """What is malformed in the policies, by layer and position; nothing where nothing is."""
    listed: list[tuple[str, Iterable[Policy]]] = [
        ("rcp", (policy for level in policies.rcps for policy in level.policies)),
        ("scp", (policy for level in policies.scps for policy in level.policies)),
        ("vpc-endpoint", policies.endpoint),
        ("resource", (policies.resource,) if policies.resource else ()),
        ("identity", policies.identity),
        ("boundary", policies.boundaries),
        ("session", policies.session),
    ]
    found = [
        {"layer": layer, "policy": position, "span": policy.source.span(problem.path)._asdict()}
        | {"code": problem.code, "message": problem.message}
        for layer, attached in listed
        for position, policy in enumerate(attached)
        for problem in policy.problems
    ]
    return {"problems": found} if found else {}
