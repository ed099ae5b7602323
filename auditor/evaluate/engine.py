"""Put rules to a snapshot: every rule to every subject of its type, with nothing unseen taken for a pass."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.rule import Rule, ask
from auditor.evaluate.subjects.account import Account
from auditor.findings.fingerprint import fingerprint
from auditor.findings.model import Blind, Confidence, Finding, Judgement, NotEvaluated, Resource, RuleFailure, Severity
from auditor.findings.report import AccountReport, Report, RuleFacts, Tally, finding_order
from auditor.frameworks import of_rule
from auditor.snapshot.opt_in import OPT_IN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from auditor.evaluate.options import Options
    from auditor.evaluate.subjects.base import Declared, Subject
    from auditor.snapshot.snapshot import Snapshot


class Ask(NamedTuple):
    """How rules are to be asked: options and severities by rule id, declared facts, what is kept.

    `keep_all` keeps passes, and what does not apply, one by one as well. `others` are snapshots that may tell what the
    organization of an account forbids there.
    """

    options: Mapping[str, Mapping[str, Any]] = {}
    severities: Mapping[str, Severity] = {}
    declared: Declared | None = None
    min_confidence: Confidence = Confidence.MEDIUM
    keep_all: bool = False
    others: tuple[Snapshot, ...] = ()


class Source(NamedTuple):
    """A snapshot, the name of the file it stands in and that file's text ("" where there is none)."""

    snapshot: Snapshot
    path: str = ""
    text: str = ""


def evaluate(sources: Iterable[Source], rules: Iterable[Rule], ask: Ask = Ask()) -> Report:  # noqa: B008 - frozen
    """Judge snapshots by rules. Raises ConfigError where a rule's options are wrong."""
    from auditor import __version__

    chosen = sorted((rule for rule in rules if rule.confidence.rank >= ask.min_confidence.rank), key=lambda r: r.id)
    options = {rule.id: rule.options.from_mapping(ask.options.get(rule.id, {}), rule.id) for rule in chosen}
    facts = {rule.id: facts_of(rule, ask.severities.get(rule.id)) for rule in chosen}
    accounts = (_Evaluation(source, facts, options, ask).run(chosen) for source in sources)
    return Report(__version__, facts, tuple(sorted(accounts, key=lambda a: (a.account, a.source))))


def facts_of(rule: Rule, severity: Severity | None = None) -> RuleFacts:
    """What reports and pages tell about a rule, with the severity that configuration gives it, if any."""
    return RuleFacts(
        rule.id, severity or rule.severity, rule.confidence, rule.title, rule.why, rule.fix, rule.docs, rule.over.type,
        rule.claims, rule.tags, of_rule(rule.id), rule.pack, rule.cli, rule.terraform,
    )  # fmt: skip


class _Evaluation:
    """One account's evaluation under way: where the outcomes are gathered."""

    def __init__(self, source: Source, facts: dict[str, RuleFacts], options: dict[str, Options], ask: Ask) -> None:
        self.source = source
        self.facts = facts
        self.options = options
        self.keep_all = ask.keep_all
        self.account = Account(source.snapshot, ask.declared, ask.others)
        self.findings: list[Finding] = []
        self.passed: list[Judgement] = []
        self.not_applicable: list[Judgement] = []
        self.not_evaluated: dict[NotEvaluated, None] = {}
        self.errors: list[RuleFailure] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def run(self, rules: Collection[Rule]) -> AccountReport:
        by_type: dict[type[Subject], list[Rule]] = {}
        for rule in rules:
            by_type.setdefault(rule.over, []).append(rule)
        for over, about in by_type.items():
            self._ask_all(over, about)
        tallies = {rule.id: Tally(*(self.counts[rule.id, kind] for kind in Tally._fields)) for rule in rules}
        return self._report(tallies, self._gaps({section for rule in rules for section in rule.sections}))

    def _ask_all(self, over: type[Subject], rules: list[Rule]) -> None:
        """Every rule about each subject that was seen, and one open question where subjects may be missing.

        Subject by subject, so that what one has worked out for all of its rules need not be kept.
        """
        asked = False
        signal: NotCollected | NotApplicable | None = None
        try:
            for subject in over.all(self.account):
                asked = True
                for rule in rules:
                    self._ask(rule, subject)
            if blind := tuple(over.unlisted(self.account)):
                signal = NotCollected(*blind)
            elif not asked:
                signal = NotApplicable(f"the account has no {over.noun}")
        except (NotCollected, NotApplicable) as raised:
            signal = raised
        if signal:
            for rule in rules:
                self._unanswered(rule, self.account.resource, signal)

    def _ask(self, rule: Rule, subject: Subject) -> None:
        failed = False
        try:
            for finding in ask(rule, subject, self.options[rule.id]):
                failed = True
                self.findings.append(self._complete(finding, rule))
                self.counts[rule.id, "failed"] += 1
        except (NotCollected, NotApplicable) as signal:
            self._unanswered(rule, subject.resource, signal)
        except Exception as bug:  # one rule's bug must not stop the audit, nor pass for an answer
            self.errors.append(RuleFailure(rule.id, subject.resource, f"{type(bug).__name__}: {bug}"))
            self.counts[rule.id, "unknown"] += 1
        else:
            if not failed:
                self.counts[rule.id, "passed"] += 1
                if self.keep_all:
                    self.passed.append(Judgement(rule.id, subject.resource))

    def _unanswered(self, rule: Rule, resource: Resource, signal: NotCollected | NotApplicable) -> None:
        if isinstance(signal, NotApplicable):
            self.counts[rule.id, "not_applicable"] += 1
            if self.keep_all:
                self.not_applicable.append(Judgement(rule.id, resource, str(signal)))
            return
        self.counts[rule.id, "unknown"] += 1
        for blind in signal.blind:
            self.not_evaluated[NotEvaluated(rule.id, resource, blind)] = None

    def _complete(self, finding: Finding, rule: Rule) -> Finding:
        facts, partition = self.facts[rule.id], self.source.snapshot.partition
        identity = fingerprint(rule.id, partition, finding.resource, finding.discriminator)
        return finding._replace(
            rule=rule.id, severity=facts.severity, confidence=facts.confidence, fingerprint=identity
        )

    def _gaps(self, sections: set[str]) -> tuple[Blind, ...]:
        """The calls that did not answer, of the sections that the rules need or the user asked for."""
        snapshot = self.source.snapshot
        asked = {section for section, name in OPT_IN.items() if name in snapshot.collection.opted_in}
        return tuple(sorted({gap.blind() for gap in snapshot.gaps if gap.section in sections | asked}))

    def _report(self, tallies: dict[str, Tally], gaps: tuple[Blind, ...]) -> AccountReport:
        snapshot = self.source.snapshot
        credential_report = snapshot.seen("iam.credential_report")
        return AccountReport(
            account=snapshot.account,
            partition=snapshot.partition,
            alias=next(iter(snapshot.seen("iam.account_aliases")), ""),
            taken_at=snapshot.collection.taken_at,
            source=self.source.path,
            text=self.source.text,
            requests=snapshot.collection.requests,
            seconds=snapshot.collection.seconds,
            report_generated=credential_report.generated_time if credential_report else None,
            findings=tuple(sorted(self.findings, key=finding_order)),
            passed=tuple(sorted(self.passed)),
            not_applicable=tuple(sorted(self.not_applicable)),
            not_evaluated=tuple(sorted(self.not_evaluated)),
            errors=tuple(sorted(self.errors)),
            tallies=tallies,
            gaps=gaps,
        )
