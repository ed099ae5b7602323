"""A check, what it says about a document, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from auditor.policy.source import Path, Span

REFERENCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
"""The page on which AWS describes the checks that have a code."""

OPAQUE: Final = "\ue000"
"""A letter of Unicode's private use area: in every text of a file that only the deployment fills in."""


class Check(NamedTuple):
    """One thing that a document is looked through for."""

    id: str
    """Ours; it names the problem and never changes."""
    code: str
    """Access Analyzer's code for the same matter; empty where it has none."""
    severity: str
    """`critical`, `high`, `medium`, `low` or `info`."""
    title: str
    why: str
    fix: str
    docs: str


class Flaw(NamedTuple):
    """What a check found in a document, by path."""

    check: Check
    path: Path
    message: str
    suggestion: str = ""
    """What to write instead of the element at the path; empty where that is not known."""
    at_key: bool = False
    """Whether the key at the path is to blame, rather than its value."""


class Issue(NamedTuple):
    """What a check found in a document, by position."""

    check: Check
    path: Path
    span: Span
    """The element to blame; of something missing, the element that lacks it."""
    message: str
    suggestion: str
    at_key: bool = False
    """Whether the span is that of the key at the path, rather than of its value."""


def ours(id: str, severity: str, title: str, why: str, fix: str, docs: str) -> Check:
    """A check that Access Analyzer does not have."""
    return Check(id, "", severity, title, why, fix, "https://docs.aws.amazon.com/IAM/latest/UserGuide/" + docs)


def error(id: str, code: str, title: str, why: str, fix: str, severity: str = "medium") -> Check:
    """A check for what AWS calls an error: a part of the policy does not work."""
    return Check(id, code, severity, title, why, fix, _entry("error", code))


def security_warning(id: str, code: str, title: str, why: str, fix: str, severity: str = "high") -> Check:
    """A check for what AWS calls a security warning: the policy lets in more than it seems to."""
    return Check(id, code, severity, title, why, fix, _entry("security-warning", code))


def general_warning(id: str, code: str, title: str, why: str, fix: str, severity: str = "low") -> Check:
    """A check for what AWS calls a general warning: the policy may not do what was meant."""
    return Check(id, code, severity, title, why, fix, _entry("general-warning", code))


def suggestion(id: str, code: str, title: str, why: str, fix: str, severity: str = "info") -> Check:
    """A check for what AWS calls a suggestion: the policy could say the same more plainly."""
    return Check(id, code, severity, title, why, fix, _entry("suggestion", code))


def _entry(group: str, code: str) -> str:
    return f"{REFERENCE}#access-analyzer-reference-policy-checks-{group}-{code.lower().replace('_', '-')}"


def shown(text: str) -> str:
    """A text from a document as it may stand in a message: of bounded length, and printable."""
    text = text.replace(OPAQUE, "")
    cut = text if len(text) <= 100 else text[:97] + "..."
    return cut if cut.isprintable() else ascii(cut)[1:-1]
