"""Testing rules by data: a folder for each rule, a small account in each file.

    fixtures/rules/<rule-id>/good-*.json            the rule passes
    fixtures/rules/<rule-id>/bad-*.json             the rule finds exactly what "expect" lists
    fixtures/rules/<rule-id>/not-applicable-*.json  the question makes no sense
    fixtures/rules/<rule-id>/unknown-*.json         the answer could not be seen

A file holds parts of a snapshot (`iam`, `sts`, `organizations`, `gaps`, `collection`, and `opted_in` for short), and
where wanted `options` of the rule and `declared` facts. Columns that a row of the credential report leaves out are
N/A. `expect` maps the names of resources to a piece of the message. The account is 111122223333, the time noon of
2026-11-20, UTC.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.subjects import Account, Declared
from auditor.snapshot.iam import CredentialReportRow
from auditor.snapshot.snapshot import SCHEMA, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auditor.evaluate.rule import Rule
    from auditor.findings.report import AccountReport

ACCOUNT = "111122223333"
NOON = "2026-11-20T12:00:00Z"
KINDS = ("good", "bad", "not-applicable", "unknown")


class Example(NamedTuple):
    """One file: the kind of outcome that its name promises, and what it holds."""

    path: Path
    kind: str
    snapshot: Snapshot
    options: dict[str, Any]
    declared: Declared
    expect: dict[str, str]


def check_examples(rules: dict[str, Rule], folder: Path) -> Iterator[str]:
    """Run every example of every rule, and yield what is wrong with each: nothing yielded is success.

    Every rule must have at least one good and one bad example.
    """
    for rule in rules.values():
        files = sorted((folder / rule.id).glob("*.json"))
        for kind in ("good", "bad"):
            if not any(file.name.startswith(f"{kind}-") for file in files):
                yield f"{rule.id} has no {kind} example in {folder / rule.id}"
        for file in files:
            yield from check_example(rule, read_example(file))


def check_example(rule: Rule, example: Example) -> Iterator[str]:
    """What is wrong with one example of a rule."""
    where = f"{rule.id}/{example.path.name}"
    ask = Ask(
        options={rule.id: example.options}, declared=example.declared, min_confidence=rule.confidence, keep_all=True
    )
    report = evaluate([Source(example.snapshot)], [rule], ask).accounts[0]
    for error in report.errors:
        yield f"{where}: the rule raised {error.exception}"
    if example.kind == "bad":
        yield from (f"{where}: {problem}" for problem in _wrong_findings(example, report))
    elif report.findings:
        yield f"{where}: unexpected finding: {report.findings[0].message}"
    outcome = {
        "good": report.passed and not report.not_evaluated,
        "bad": True,
        "not-applicable": report.not_applicable and not report.passed and not report.not_evaluated,
        "unknown": report.not_evaluated and not report.passed,
    }[example.kind]
    if not outcome:
        yield f"{where}: not {example.kind}: {report.tallies[rule.id]}"
    if undeclared := touched(rule, example) - set(rule.sections):
        yield f"{where}: the rule reads {', '.join(sorted(undeclared))} and does not say so in `needs`"


def _wrong_findings(example: Example, report: AccountReport) -> Iterator[str]:
    if not example.expect:
        yield 'a bad example says in "expect" what is to be found'
    found = {finding.resource.name: finding.message for finding in report.findings}
    for name in sorted(found.keys() | example.expect.keys()):
        if name not in found:
            yield f"no finding for {name}"
        elif name not in example.expect:
            yield f"unexpected finding for {name}: {found[name]}"
        elif example.expect[name] not in found[name]:
            yield f'the finding for {name} says "{found[name]}", not "{example.expect[name]}"'
    if any(not finding.evidence for finding in report.findings):
        yield "a finding has no evidence"
    if len({finding.fingerprint for finding in report.findings}) < len(report.findings):
        yield "two findings have one fingerprint: tell them apart by discriminator"


def touched(rule: Rule, example: Example) -> set[str]:
    """The sections of the snapshot that the rule reads."""
    from auditor.errors import NotApplicable, NotCollected
    from auditor.evaluate.rule import ask

    account = Account(example.snapshot, example.declared)
    options = rule.options.from_mapping(example.options, rule.id)
    try:
        for subject in rule.over.all(account):
            try:
                tuple(ask(rule, subject, options))
            except (NotApplicable, NotCollected):
                continue
    except (NotApplicable, NotCollected):
        pass
    return account.touched


def read_example(path: Path) -> Example:
    """Read one file. Raises ValueError where its name or content is not as described above."""
    kind = next((kind for kind in KINDS if path.name.startswith(f"{kind}-")), None)
    if kind is None:
        raise ValueError(f"{path}: the name must begin with one of {', '.join(KINDS)}")
    data = json.loads(path.read_text(encoding="utf-8"))
    options, declared = data.pop("options", {}), Declared(**data.pop("declared", {}))
    expect = data.pop("expect", {})
    return Example(path, kind, snapshot_of(data), options, declared, expect)


def snapshot_of(parts: dict[str, Any]) -> Snapshot:
    """A snapshot of the parts that an example gives; see the module's description."""
    report = parts.get("iam", {}).get("credential_report")
    rows = [*report["rows"].values()] if report else []
    if report:
        report.setdefault("generated_time", NOON)
    for row in (*rows, *parts.get("iam", {}).get("recent_users", {}).values()):
        for column in CredentialReportRow.model_fields:
            row.setdefault(column, "N/A")
        if row["user_creation_time"] == "N/A":
            row["user_creation_time"] = "2024-01-01T00:00:00Z"
    collection = {"taken_at": NOON, "tool_version": "0", "opted_in": parts.pop("opted_in", ())}
    return Snapshot.model_validate(
        {
            "schema": SCHEMA,
            "account": ACCOUNT,
            **parts,
            "collection": collection | parts.get("collection", {}),
        }
    )
