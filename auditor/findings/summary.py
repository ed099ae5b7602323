"""What an evaluation came to in a line, and which questions it left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.findings.model import Severity
from auditor.findings.visible import visible

if TYPE_CHECKING:
    from auditor.findings.model import Blind, Resource
    from auditor.findings.report import Report

MAX_WARNINGS = 10
"""How many warnings are told one by one; what they have in common is usually a permission, so few say all."""


class OpenQuestions(NamedTuple):
    """Questions that one blind spot kept open: how many, the blind spot in words, and the rules that asked.

    A call that did not answer is a blind spot also where no question turned on it: then `questions` is 0.
    `others` counts further blind spots of the same call, on other resources; `permission` is the one that would
    open them, empty where no permission would; `accounts` are those concerned, sorted; `failed` tells that a rule
    raised, so that nothing was hidden and still there is no answer.
    """

    questions: int
    reason: str
    others: int
    permission: str
    rules: tuple[str, ...]
    accounts: tuple[str, ...]
    failed: bool = False

    @property
    def reasons(self) -> str:
        """The blind spot in words, and how many more there are of its kind; safe to print."""
        return visible(f"{self.reason} and {self.others} more" if self.others else self.reason)

    @property
    def sentence(self) -> str:
        """The blind spot, and what to do about it; safe to print."""
        remedy = f"; add {self.permission} (`auditor permissions`)" if self.permission else ""
        return self.reasons + visible(remedy)

    @property
    def told(self) -> str:
        """The sentence, and how much it concerns; safe to print."""
        what = f"{count_of(self.questions, 'question')} not answered" if self.questions else "not seen"
        where = f" in {len(self.accounts)} accounts" if len(self.accounts) > 1 else ""
        return f"{what}{where}: {self.sentence}"


class Summary(NamedTuple):
    """The figures of a report. `severities` counts findings, worst first; the others count questions put to
    resources, `rules` the rules that were run; `seconds` and `requests` are sums over the accounts. `looked_at` tells
    in words what was looked at where that is no account.
    """

    severities: dict[str, int]
    passed: int
    not_applicable: int
    not_evaluated: int
    errors: int
    complete: bool
    accounts: tuple[str, ...]
    rules: int
    requests: int
    seconds: float
    open: tuple[OpenQuestions, ...]
    looked_at: str = ""

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(self.severities.values())

    @property
    def verdict(self) -> str:
        """Findings and open questions in words: `2 findings (1 critical, 1 high), 5 not evaluated`."""
        by_severity = ", ".join(f"{count} {name}" for name, count in self.severities.items() if count)
        parts = [f"{count_of(self.findings, 'finding')} ({by_severity})" if by_severity else "no findings"]
        if self.not_evaluated:
            parts.append(f"{self.not_evaluated} not evaluated")
        if self.errors:
            parts.append(count_of(self.errors, "error"))
        return ", ".join(parts)

    @property
    def closing(self) -> str:
        """The last line of a run."""
        rules = count_of(self.rules, "rule")
        if self.looked_at:
            return " · ".join((self.verdict, visible(self.looked_at), rules))
        named = f"account {visible(self.accounts[0])}" if len(self.accounts) == 1 else f"{len(self.accounts)} accounts"
        effort = f"{count_of(self.requests, 'request')} in {self.seconds:.1f} s"
        return " · ".join((self.verdict, named, rules, effort))

    @property
    def warnings(self) -> tuple[str, ...]:
        """A line for each blind spot, the one that hides most first; empty where everything was seen."""
        lines = [entry.told for entry in self.open[:MAX_WARNINGS]]
        if rest := self.open[MAX_WARNINGS:]:
            lines.append(f"{count_of(len(rest), 'more blind spot')}: all of them are in the json report")
        return tuple(lines)


def summarise(report: Report) -> Summary:
    """The figures of a report."""
    severities = dict.fromkeys(reversed(Severity), 0)
    for finding in report.findings:
        severities[finding.severity] += 1
    tallies = [tally for account in report.accounts for tally in account.tallies.values()]
    open_questions = {
        (account.source, entry.resource, entry.rule) for account in report.accounts for entry in account.not_evaluated
    }
    return Summary(
        severities={severity.value: count for severity, count in severities.items()},
        passed=sum(tally.passed for tally in tallies),
        not_applicable=sum(tally.not_applicable for tally in tallies),
        not_evaluated=len(open_questions),
        errors=len(report.errors),
        complete=report.complete,
        accounts=tuple(sorted({account.account for account in report.accounts if account.account})),
        rules=len(report.rules),
        requests=sum(account.requests for account in report.accounts),
        seconds=sum(account.seconds for account in report.accounts),
        open=open_spots(report),
        looked_at=", ".join(account.looked_at for account in report.accounts if account.looked_at),
    )


def open_spots(report: Report) -> tuple[OpenQuestions, ...]:
    """Blind spots, those of one call and those of one failing rule taken together, the one that hides most first."""
    spots: dict[tuple[str, str, str], _Spot] = {}
    for account in report.accounts:
        for entry in account.not_evaluated:
            spot = spots.setdefault(_key(entry.blind), _Spot())
            spot.add(entry.blind.reason, entry.rule, (account.source, entry.resource))
        for blind in account.gaps:
            spot = spots.setdefault(_key(blind), _Spot())
            spot.reasons.add(blind.reason)
            spot.accounts.add(account.account)
        for failure in account.errors:
            reason = f"rule {failure.rule} raised {failure.exception}"
            key = (f"rule {failure.rule}", "", "")
            spots.setdefault(key, _Spot(failed=True)).add(reason, failure.rule, (account.source, failure.resource))
    found = (spot.told(permission) for (_, _, permission), spot in spots.items())
    return tuple(sorted(found, key=lambda spot: (-spot.questions, spot)))


def _key(blind: Blind) -> tuple[str, str, str]:
    """What blind spots of one call and one kind of failure have in common."""
    return blind.operation or blind.reason, blind.error if blind.operation else "", remedy(blind)


class _Spot:
    """A blind spot while its questions are gathered."""

    def __init__(self, *, failed: bool = False) -> None:
        self.failed = failed
        self.reasons: set[str] = set()
        self.questions: set[object] = set()
        self.rules: set[str] = set()
        self.accounts: set[str] = set()

    def add(self, reason: str, rule: str, subject: tuple[str, Resource]) -> None:
        self.reasons.add(reason)
        self.questions.add((rule, subject))
        self.rules.add(rule)
        self.accounts.add(subject[1].account)

    def told(self, permission: str) -> OpenQuestions:
        return OpenQuestions(
            len(self.questions), min(self.reasons), len(self.reasons) - 1, permission,
            tuple(sorted(self.rules)), tuple(sorted(self.accounts)), self.failed,
        )  # fmt: skip


def remedy(blind: Blind) -> str:
    """The permission to add, empty where none would help: only what was denied is mended by one."""
    return blind.permission if blind.reason.startswith(f"{blind.operation} was denied") else ""


def count_of(count: int, noun: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
