"""What an evaluation came to: the value that every reporter is a function of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from auditor.findings.model import Blind, Confidence, Finding, Judgement, NotEvaluated, RuleFailure, Severity


class RuleFacts(NamedTuple):
    """What reports tell about a rule that was run; `severity` is the one in force, after configuration."""

    id: str
    severity: Severity
    confidence: Confidence
    title: str
    why: str
    fix: str
    docs: str
    resource_type: str
    claims: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    controls: tuple[tuple[str, str], ...] = ()
    pack: str = ""
    cli: str = ""
    terraform: str = ""


class Tally(NamedTuple):
    """How often a rule was answered which way, in one account."""

    failed: int = 0
    passed: int = 0
    unknown: int = 0
    not_applicable: int = 0


class AccountReport(NamedTuple):
    """One account's part. Everything in it is sorted, so that the same snapshot gives the same bytes.

    A part about files rather than an account has no `account` ("") and no `taken_at`, and says in `looked_at` what was
    looked at: `12 policies in 7 files`.

    `source` is the snapshot's file as the user named it ("" where there is none), `text` its text as it was read or
    saved, for the lines of evidence. `passed` and `not_applicable` are empty where they were not asked for: `tallies`
    count them in any case. `gaps` are the calls that did not answer, also where every question could be
    answered in another way: a look with a gap is never a complete one.
    """

    account: str
    partition: str
    alias: str
    taken_at: datetime | None
    source: str
    text: str
    requests: int
    seconds: float
    report_generated: datetime | None
    findings: tuple[Finding, ...]
    passed: tuple[Judgement, ...]
    not_applicable: tuple[Judgement, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    errors: tuple[RuleFailure, ...]
    tallies: dict[str, Tally]
    gaps: tuple[Blind, ...] = ()
    looked_at: str = ""

    @property
    def complete(self) -> bool:
        """Whether every call and every question was answered."""
        return not self.not_evaluated and not self.errors and not self.gaps


class Report(NamedTuple):
    """The whole evaluation: the rules that were run, sorted by id, and each account's part."""

    tool_version: str
    rules: dict[str, RuleFacts]
    accounts: tuple[AccountReport, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all accounts: worst first, then by rule and resource."""
        if len(self.accounts) == 1:
            return self.accounts[0].findings
        found = [finding for account in self.accounts for finding in account.findings]
        return tuple(sorted(found, key=finding_order))

    @property
    def not_evaluated(self) -> tuple[NotEvaluated, ...]:
        """The open questions of all accounts."""
        return tuple(entry for account in self.accounts for entry in account.not_evaluated)

    @property
    def errors(self) -> tuple[RuleFailure, ...]:
        """The rules that raised, in all accounts."""
        return tuple(entry for account in self.accounts for entry in account.errors)

    @property
    def complete(self) -> bool:
        """Whether every question was answered in every account."""
        return all(account.complete for account in self.accounts)


def finding_order(finding: Finding) -> tuple[int, str, str, tuple[object, ...], str, str]:
    """Sort key: worst first, then rule, resource, place and what tells findings on one resource apart."""
    spot: tuple[object, ...] = finding.spot or ()
    return -finding.severity.rank, finding.rule, finding.resource.arn, spot, finding.discriminator, finding.message
