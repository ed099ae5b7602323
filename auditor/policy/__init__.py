"""What IAM policies mean. Pure: imports nothing else of auditor, and can be used alone.

    from auditor.policy import Policies, Policy, Request, evaluate

    policy = Policy.parse('{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}')
    request = Request("arn:aws:iam::111122223333:user/ann", "s3:GetObject", "arn:aws:s3:::docs/a")
    evaluate(request, Policies(identity=(policy,))).answer  # "allow"

The names are loaded when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.policy.decide import Decision, evaluate
    from auditor.policy.document import Kind, Policy
    from auditor.policy.layers import Level, Policies
    from auditor.policy.request import UNKNOWN, Principal, Request

__all__ = ["UNKNOWN", "Decision", "Kind", "Level", "Policies", "Policy", "Principal", "Request", "evaluate"]

_HOMES = {
    "decide": ("Decision", "evaluate"),
    "document": ("Kind", "Policy"),
    "layers": ("Level", "Policies"),
    "request": ("UNKNOWN", "Principal", "Request"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
