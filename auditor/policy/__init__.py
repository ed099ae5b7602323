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
    from auditor.policy.comparison import Comparison, NotComparable, check_access, compare
    from auditor.policy.decide import Answer, Decision, evaluate
    from auditor.policy.document import Kind, Policy, SourceError
    from auditor.policy.embedded import Embedded, EmbeddedError
    from auditor.policy.layers import Level, Policies
    from auditor.policy.linting import CHECKS, Check, Issue, guess_kind, lint, lint_text
    from auditor.policy.public import check_public
    from auditor.policy.request import UNKNOWN, Principal, PrincipalError, Request, RequestError
    from auditor.policy.source import Span

__all__ = [
    "CHECKS",
    "UNKNOWN",
    "Answer",
    "Check",
    "Comparison",
    "Decision",
    "Embedded",
    "EmbeddedError",
    "Issue",
    "Kind",
    "Level",
    "NotComparable",
    "Policies",
    "Policy",
    "Principal",
    "PrincipalError",
    "Request",
    "RequestError",
    "SourceError",
    "Span",
    "check_access",
    "check_public",
    "compare",
    "evaluate",
    "guess_kind",
    "lint",
    "lint_text",
]

_HOMES = {
    "comparison": ("Comparison", "NotComparable", "check_access", "compare"),
    "decide": ("Answer", "Decision", "evaluate"),
    "document": ("Kind", "Policy", "SourceError"),
    "embedded": ("Embedded", "EmbeddedError"),
    "layers": ("Level", "Policies"),
    "linting": ("CHECKS", "Check", "Issue", "guess_kind", "lint", "lint_text"),
    "public": ("check_public",),
    "request": ("UNKNOWN", "Principal", "PrincipalError", "Request", "RequestError"),
    "source": ("Span",),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
