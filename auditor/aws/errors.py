"""What a call that did not answer means."""

from __future__ import annotations

from typing import Literal

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    NoCredentialsError,
    ReadTimeoutError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

Reason = Literal["denied", "throttled", "timed-out", "failed", "stale"]

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "Client.UnauthorizedOperation",
        "Forbidden",
        "UnauthorizedOperation",
    }
)
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
REJECTED_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "MissingAuthenticationToken",
        "NotAuthorized",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
NO_ENDPOINT = frozenset({"EndpointConnectionError", "EndpointResolutionError", "UnknownEndpointError"})
"""There was nobody to ask: no such host, or none that botocore knows of."""

LONGEST_MESSAGE = 500

FAILURES = (ClientError, BotoCoreError, ResponseParserError)
"""All that a call can raise for a reason outside this program."""


class CallFailed(Exception):
    """A call that did not answer: operation ("iam:ListRoles"), reason, AWS's error code and message."""

    def __init__(self, operation: str, reason: Reason, error: str, message: str) -> None:
        super().__init__(f"{operation}: {error}: {message}")
        self.operation = operation
        self.reason: Reason = reason
        self.error = error
        self.message = message[:LONGEST_MESSAGE]


def understood(operation: str, error: Exception) -> CallFailed:
    """The failure that one of FAILURES means."""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        return CallFailed(operation, _reason(code), code, str(error.response.get("Error", {}).get("Message", "")))
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return CallFailed(operation, "timed-out", type(error).__name__, str(error))
    lost = NoCredentialsError | CredentialRetrievalError | TokenRetrievalError | UnauthorizedSSOTokenError
    code = "ExpiredToken" if isinstance(error, lost) else type(error).__name__
    return CallFailed(operation, "failed", code, str(error))


def _reason(code: str) -> Reason:
    if code in DENIED:
        return "denied"
    return "throttled" if code in THROTTLED else "failed"
