"""Between HTTP and operations: botocore's models say which operation a request means and how an answer is written."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SERIALIZERS, SerializationContext
from werkzeug.datastructures import Headers, MultiDict

from . import operations
from .connection import HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .connection import HTTPRequest
    from .operations import AWSError

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_REQUEST_ID = "5f0c2a1e-7d43-4b0a-9c57-1d0f6a8b3e42"
_PREFIXES = {"monitoring": "cloudwatch", "email": "ses", "tagging": "tag"}
"""Signing names whose IAM prefix is another word."""
_OWN_PREFIX = frozenset({"s3control"})
"""Services that share a prefix with another one that has operations of the same names: calls bear their own name."""


@dataclass(frozen=True)
class Scope:
    """What a signature says: the access key and for which region and service (signing name) it was made."""

    key_id: str
    region: str
    service: str


def scope_of(request: HTTPRequest) -> Scope | None:
    """The scope of a signed request, None for an unsigned one."""
    match = _SCOPE.search(request.headers.get("authorization", ""))
    return Scope(*match.groups()) if match else None


class Service:
    """One AWS service: its model, and how its protocol reads requests and writes answers and errors."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.model = ServiceModel(_loader().load_service_model(name, "service-2"), name)
        self.protocol: str = self.model.resolved_protocol
        self.signing_name: str = self.model.signing_name
        self.prefix = name if name in _OWN_PREFIX else _PREFIXES.get(self.signing_name, self.signing_name)
        rest = self.protocol in {"rest-json", "rest-xml"}
        names = self.model.operation_names if rest else []
        self._routes = {each: _Route(self.model.operation_model(each)) for each in names}

    def operation_name(self, request: HTTPRequest) -> str | None:
        """The operation that a request means, in the model's spelling or as the client wrote it."""
        if self.protocol in {"query", "ec2"}:
            return dict(parse_qsl(request.body.decode())).get("Action")
        if self.protocol == "json":
            prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
            return name if prefix == self.model.metadata.get("targetPrefix") else None
        # The most literal one: /clusters/all isn't /clusters/{name}, and /{bucket}?policy isn't /{bucket}.
        found = [route for route in self._routes.values() if route.match(request) is not None]
        return max(found, key=lambda route: route.literalness).name if found else None

    def params(self, name: str, request: HTTPRequest) -> dict[str, Any]:
        """The request's parameters under the names of botocore's input shape."""
        model = self.model.operation_model(name)
        path, _, query = request.target.partition("?")
        form = request.body.decode() if self.protocol in {"query", "ec2"} else query
        route = self._routes.get(name)
        return PROTOCOL_PARSERS[self.protocol](model).parse(
            {
                "body": request.body,
                "headers": Headers(list(request.headers.items())),
                "method": request.method,
                "url_params": (route.match(request) if route else None) or {},
                "url_path": path,
                "values": MultiDict(parse_qsl(form, keep_blank_values=True)),
            }
        )

    def answer(self, name: str, result: Mapping[str, Any]) -> HTTPResponse:
        """The response to an operation that went well."""
        model = self.model.operation_model(name)
        serializer = SERIALIZERS[self.protocol](
            model, SerializationContext(_REQUEST_ID), value_picker=lambda context: context.obj.get(context.key)
        )
        response = serializer.serialize(result)
        body = response["body"]
        return HTTPResponse(
            response["status_code"],
            body if isinstance(body, bytes) else (body or "").encode(),
            {**response["headers"], "x-amzn-RequestId": _REQUEST_ID},
        )

    def error(self, error: AWSError) -> HTTPResponse:
        """The response to an operation that failed."""
        return error_response(self.protocol, error, self.model.metadata.get("xmlNamespace", ""))


class _Route:
    """Method and URI template of a REST operation."""

    def __init__(self, model: OperationModel) -> None:
        self.name = model.name
        self._method = model.http.get("method", "POST")
        path, _, query = model.http.get("requestUri", "/").partition("?")
        self._query = set(parse_qsl(query, keep_blank_values=True))
        parts = re.split(r"\{([^}]+)\}", path)
        self._names = [name.rstrip("+") for name in parts[1::2]]
        self.literalness = len(self._query) - len(self._names)
        groups = [r"(.+)" if name.endswith("+") else r"([^/]+)" for name in parts[1::2]]
        literals = [re.escape(part) for part in parts[::2]]
        self._path = re.compile("".join(a + b for a, b in zip(literals, [*groups, ""], strict=True)) + "/?")

    def match(self, request: HTTPRequest) -> dict[str, str] | None:
        """The values of the URI's placeholders; None for another operation's request."""
        path, _, query = request.target.partition("?")
        match = self._path.fullmatch(path)
        if request.method != self._method or match is None:
            return None
        if not self._query <= set(parse_qsl(query, keep_blank_values=True)):
            return None
        return dict(zip(self._names, map(unquote, match.groups()), strict=True))


def services_signing_as(signing_name: str) -> tuple[Service, ...]:
    """The services that sign with a name: those with operations here, else botocore's service of that very name.

    So a call of a service that the fake lacks is understood as well, recorded, and can meet a fault.
    """
    known = _by_signing_name(len(operations.TABLE)).get(signing_name, ())
    return known or _of_botocore(signing_name)


def prepare() -> None:
    """Load the operations and the models of their services, which takes a moment."""
    operations.load()
    _by_signing_name(len(operations.TABLE))


@functools.lru_cache(maxsize=1)
def _by_signing_name(operations_known: int) -> Mapping[str, tuple[Service, ...]]:
    # The number of operations is only there to notice that one was registered since.
    found: dict[str, tuple[Service, ...]] = {}
    for name in sorted({service for service, _ in operations.TABLE}):
        service = _service(name)
        found[service.signing_name] = (*found.get(service.signing_name, ()), service)
    return found


@functools.cache
def _of_botocore(name: str) -> tuple[Service, ...]:
    return (_service(name),) if name in _loader().list_available_services("service-2") else ()


@functools.cache
def _service(name: str) -> Service:
    return Service(name)


@functools.cache
def _loader() -> Any:
    import botocore.session

    return botocore.session.get_session().get_component("data_loader")


def protocol_of(request: HTTPRequest) -> str:
    """The protocol of a request that no service here understands, to answer in a form its client can read."""
    if "x-amz-target" in request.headers:
        return "json"
    return "query" if b"Action=" in request.body else "rest-json"


def error_response(protocol: str, error: AWSError, namespace: str = "") -> HTTPResponse:
    """An error in the words of a protocol."""
    request_id = {"x-amzn-RequestId": _REQUEST_ID}
    if protocol in {"json", "rest-json"}:
        body = json.dumps({"__type": error.code, "message": error.message})
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": error.code}
        return HTTPResponse(error.status, body.encode(), headers | request_id)
    kind = "Sender" if error.status < 500 else "Receiver"
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if protocol == "ec2":
        body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{_REQUEST_ID}</RequestID></Response>"
    else:
        body = (
            f'<ErrorResponse xmlns="{namespace}"><Error><Type>{kind}</Type>{inner}</Error>'
            f"<RequestId>{_REQUEST_ID}</RequestId></ErrorResponse>"
        )
    return HTTPResponse(error.status, body.encode(), {"Content-Type": "text/xml"} | request_id)
