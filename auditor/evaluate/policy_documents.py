"""Rules about policy documents in files, and what they find there. No account is needed, and no snapshot."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.evaluate.registry import BUILTIN
from auditor.evaluate.rule import Rule
from auditor.evaluate.subjects.documents import PolicyDocument
from auditor.findings.fingerprint import fingerprint
from auditor.findings.model import Finding, Resource, Severity, Spot
from auditor.findings.report import AccountReport, Report, RuleFacts, Tally, finding_order
from auditor.findings.summary import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.policy import Check, EmbeddedError, Issue, Kind, Policy
    from auditor.policy.source import Path

MAX_LINE = 300
"""Longest line of a file, in characters, that is repeated in a report."""

_NEW_LINE = re.compile(r"\r\n|\n|\r")
_TEMPLATE = re.compile(r"^[\"']?Resources[\"']?[ ]*:", re.MULTILINE)
"""What stands in a template in YAML."""
_MEANT = re.compile(r'"(?:Statement|Resources|planned_values)"')
"""What stands in a text in JSON that was meant to be a policy, a template or a plan, however broken it is."""


class Document(NamedTuple):
    """A policy that was looked at, and what there is to say about it.

    `name` is that of its resource in a template or plan. `policy` is None for a text that could not be read.
    """

    name: str
    policy: Policy | None
    issues: tuple[Issue, ...]


class File(NamedTuple):
    """A file with policies: its path as the user named it, its text and its policies."""

    path: str
    text: str
    documents: tuple[Document, ...]


def lint_rules() -> dict[str, Rule]:
    """Every rule about policy documents, by id."""
    from auditor.policy.linting import CHECKS

    return {check.id: _rule(check) for check in sorted(CHECKS.values())}


def _rule(check: Check) -> Rule:
    named = f"\n\nIAM Access Analyzer calls this {check.code}." if check.code else ""
    return Rule(
        check.id,
        Severity(check.severity),
        PolicyDocument,
        check.title,
        check.why + named,
        check.fix,
        check.docs,
        _asked_with_others,
        tags=("policy", *filter(None, (check.code,))),
        pack=BUILTIN,
    )


def _asked_with_others(document: PolicyDocument) -> Iterable[Finding]:
    """Nothing: `linted` asks all rules about documents in one pass over the text, and none on its own."""
    return ()


def documents(text: str, kind: Kind | None, resource_type: str, *, named: bool) -> tuple[Document, ...] | None:
    """The policies in a text; None where it is neither a policy, nor a template or plan that may hold some.

    Without `kind` that of a policy on its own is guessed; of others it follows from their resource. A text that cannot
    be read is a document with the reason as its one issue, if the user `named` it or it seems to be meant as a policy.
    """
    from auditor.policy import Policy, SourceError, lint_text
    from auditor.policy.embedded import holds_policies

    opening = text.lstrip()[:1]
    if opening not in ("{", "["):
        return _embedded(text, ()) if named or _TEMPLATE.search(text) else None
    try:
        policy = Policy.parse(text)
    except SourceError:
        meant = named or (opening == "{" and _MEANT.search(text))
        return _embedded(text, lint_text(text)) if meant else None
    if holds_policies(policy.source.value):
        return _embedded(text, ()) or ()
    if "Statement" in policy.source.value or (named and kind):
        return (_alone(policy, kind, resource_type),)
    return None


def _alone(policy: Policy, kind: Kind | None, resource_type: str) -> Document:
    from auditor.policy import Policy, guess_kind, lint_text

    text, kind = policy.source.text, kind or guess_kind(policy.source.value)
    return Document("", Policy.parse(text, kind, resource_type), lint_text(text, kind, resource_type))


def _embedded(text: str, unread: tuple[Issue, ...]) -> tuple[Document, ...] | None:
    """The policies of a template or plan. `unread` tells why the text is no JSON: told if it is no YAML either."""
    from auditor.policy.embedded import EmbeddedError, embedded

    try:
        found = embedded(text)
    except EmbeddedError as error:
        unread = unread or (_unreadable(error),)
    else:
        if found or (not unread and _TEMPLATE.search(text)):
            return tuple(Document(policy.name, policy.policy, policy.lint()) for policy in found)
    return (Document("", None, unread),) if unread else None


def _unreadable(error: EmbeddedError) -> Issue:
    from auditor.policy import CHECKS, Issue, Span

    place = error.line, error.column
    return Issue(CHECKS["policy-json-syntax"], (), Span(0, 0, *place, *place), str(error), "")


def linted(files: Iterable[File], rules: Iterable[Rule], severities: Mapping[str, Severity]) -> Report:
    """What the rules find in files, as a report with one part that has no account."""
    from auditor import __version__
    from auditor.evaluate.engine import facts_of

    facts = {rule.id: facts_of(rule, severities.get(rule.id)) for rule in rules}
    listed = tuple(files)
    failed: Counter[str] = Counter()
    clean = Counter(dict.fromkeys(facts, sum(len(file.documents) for file in listed)))
    findings: list[Finding] = []
    for file in listed:
        lines = _NEW_LINE.split(file.text)
        for document in file.documents:
            found = list(_findings(file.path, lines, document, facts))
            failed.update(finding.rule for finding in found)
            clean.subtract({finding.rule for finding in found})
            findings += found
    part = AccountReport(
        account="",
        partition="",
        alias="",
        taken_at=None,
        source="",
        text="",
        requests=0,
        seconds=0.0,
        report_generated=None,
        findings=tuple(sorted(findings, key=finding_order)),
        passed=(),
        not_applicable=(),
        not_evaluated=(),
        errors=(),
        tallies={name: Tally(failed[name], clean[name]) for name in facts},
        looked_at=_looked_at(listed),
    )
    return Report(__version__, facts, (part,))


def _looked_at(files: tuple[File, ...]) -> str:
    policies = sum(len(file.documents) for file in files)
    return f"{policies} {'policy' if policies == 1 else 'policies'} in {count_of(len(files), 'file')}"


def _findings(path: str, lines: list[str], document: Document, facts: Mapping[str, RuleFacts]) -> Iterator[Finding]:
    """The issues that the rules ask for, each with its place in the file of that path and those lines."""
    resource = Resource("", PolicyDocument.type, "#".join(filter(None, (path, document.name))), "")
    for issue in (issue for issue in document.issues if issue.check.id in facts):
        told, span = facts[issue.check.id], issue.span
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        spot = Spot(path, span.line, span.column, span.end_line, span.end_column, _shortened(line, span.column))
        apart = _apart(document.policy, issue)
        identity = fingerprint(told.id, "", resource, apart)
        yield Finding(resource, issue.message, (), apart, told.id, told.severity, told.confidence, identity, spot)


def _shortened(line: str, column: int) -> str:
    """The line, or what stands at the column where that would not be seen otherwise."""
    start = 0 if column < MAX_LINE // 2 else column - 1
    return line[start : start + MAX_LINE]


def _apart(policy: Policy | None, issue: Issue) -> str:
    """What tells an issue from others of its rule in the same document, and stays when lines and statements move.

    The statement's Sid, the keys that lead to the element, and a hash of the element.
    """
    keys = [step for step in issue.path[1:] if isinstance(step, str)]
    if policy is None or len(issue.path) < 2:
        return "/".join(keys)
    statement = _element(policy.source.value, issue.path[:2])
    element = _element(statement, issue.path[2:])
    sid = statement.get("Sid") if isinstance(statement, dict) else None
    digest = sha256(json.dumps((sid, keys, element), sort_keys=True).encode()).hexdigest()[:12]
    return "/".join((*(text for text in (sid, *keys) if isinstance(text, str)), digest))[-200:]


def _element(value: Any, path: Path) -> Any:
    """What a path leads to; one item alone is the first of a list, and of a path to nowhere the nearest above."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step, value)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    return value
