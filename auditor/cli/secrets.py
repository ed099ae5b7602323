"""Take credentials out of text that was never meant to hold any: debug logs and tracebacks."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN = "[hidden]"

_VARIABLES = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN")
_NAMED = re.compile(
    r"""((?:authorization|x-amz-security-token|x-amz-sso_bearer_token|secret_?access_?key|secret_?key|session_?token
        |access_?token|refresh_?token|client_?secret|token_?code|external_?id|signature)
        ["']? \s* (?: [=:>] | \(\w+\) )+ \s* )            # name, and what stands between it and its value
        (?: b?"[^"]*" | b?'[^']*' | [^\s"'<>,;&]+ (?:\ (?:Credential|SignedHeaders|Signature)=[^\s"']+)* )""",
    re.VERBOSE | re.IGNORECASE,
)


def conceal(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """The text with everything hidden that is a credential of this environment, or is called like one."""
    for name in _VARIABLES:
        if len(secret := environ.get(name, "")) > 8:
            text = text.replace(secret, HIDDEN)
    return _NAMED.sub(rf"\1{HIDDEN}", text)
