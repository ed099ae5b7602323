"""AWS's errors that any operation can meet, with the code, status and words of each protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .operations import AWSError

if TYPE_CHECKING:
    from .sessions import Session
    from .state import Account
    from .wire import Service

_RESOURCES = {
    "UserName": "user/{}",
    "RoleName": "role/{}",
    "GroupName": "group/{}",
}
_LISTS = {
    "ListUsers": "user/",
    "ListRoles": "role/",
    "ListGroups": "group/",
    "ListPolicies": "policy/",
    "ListInstanceProfiles": "instance-profile/",
    "ListVirtualMFADevices": "mfa/",
    "ListServerCertificates": "server-certificate/",
    "ListSAMLProviders": "saml-provider/",
    "ListOpenIDConnectProviders": "oidc-provider/",
}
"""What a denial names as the resource of a list."""


def denied(service: Service, operation: str, params: dict[str, Any], account: Account, caller: Session) -> AWSError:
    """The caller lacks the permission."""
    action = f"{service.prefix}:{operation}"
    message = (
        f"User: {caller.arn} is not authorized to perform: {action} on resource: "
        f"{_resource(operation, params, account)} because no identity-based policy allows the {action} action"
    )
    if service.protocol == "ec2":
        return AWSError("UnauthorizedOperation", f"You are not authorized to perform this operation. {message}", 403)
    if service.protocol in {"json", "rest-json"}:
        return AWSError("AccessDeniedException", message, 400 if service.protocol == "json" else 403)
    return AWSError("AccessDenied", message, 403)


def throttled(service: Service, operation: str) -> AWSError:
    """Too many requests."""
    if service.protocol == "ec2":
        return AWSError("RequestLimitExceeded", "Request limit exceeded.", 503)
    if service.protocol in {"json", "rest-json"}:
        names = {shape.name for shape in service.model.operation_model(operation).error_shapes}
        modelled = [name for name in ("TooManyRequestsException", "ThrottlingException") if name in names]
        code = modelled[0] if modelled else "ThrottlingException"
        return AWSError(code, "Rate exceeded", 400 if service.protocol == "json" else 429)
    return AWSError("Throttling", "Rate exceeded", 400)


def failed(service: Service) -> AWSError:
    """AWS's own fault."""
    message = "The request processing has failed because of an unknown error, exception or failure."
    code = "ServiceFailure" if service.name == "iam" else "InternalFailure"
    return AWSError(code, message, 500)


def expired(service: Service) -> AWSError:
    """The session token is past its expiration."""
    message = "The security token included in the request is expired"
    if service.protocol in {"json", "rest-json"}:
        return AWSError("ExpiredTokenException", message, 400 if service.protocol == "json" else 403)
    return AWSError("ExpiredToken", message, 403)


def unsigned(protocol: str) -> AWSError:
    """A request without a signature."""
    code = "MissingAuthenticationToken" + ("Exception" if protocol in {"json", "rest-json"} else "")
    return AWSError(code, "Request is missing Authentication Token", 403)


def unrecognized(error: AWSError, protocol: str) -> AWSError:
    """The same error about the caller's credentials in the words of the protocol."""
    if protocol in {"json", "rest-json"}:
        return AWSError("UnrecognizedClientException", error.message, 400 if protocol == "json" else 403)
    return AWSError("AuthFailure", error.message, 401) if protocol == "ec2" else error


def unknown_operation(protocol: str, name: str | None, version: str = "") -> AWSError:
    """An operation that the service doesn't have (here: that the fake doesn't have)."""
    if protocol in {"json", "rest-json"}:
        return AWSError("UnknownOperationException", f"Unknown operation {name}", 400 if protocol == "json" else 404)
    return AWSError("InvalidAction", f"Could not find operation {name} for version {version}", 400)


def _resource(operation: str, params: dict[str, Any], account: Account) -> str:
    if operation in _LISTS:
        return account.arn("iam", _LISTS[operation])
    for name, resource in _RESOURCES.items():
        if name in params:
            return account.arn("iam", resource.format(params[name]))
    arns = (value for name, value in params.items() if name.endswith("Arn"))
    return next(arns, "*")
