"""What an evaluation says about the controls of a framework. A control that was not wholly looked at never passes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from auditor.errors import UsageError
from auditor.findings.report import Tally
from auditor.frameworks import UnknownFramework, available, load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.findings.report import Report
    from auditor.frameworks import Control, Framework

FAIL = "fail"
UNKNOWN = "unknown"
MANUAL = "manual"
NO_RULE = "no rule yet"
NOT_APPLICABLE = "not applicable"
PASS = "pass"
STATUSES = (FAIL, UNKNOWN, MANUAL, NO_RULE, NOT_APPLICABLE, PASS)
"""What can be said of a control. `manual`: nothing wrong was seen, and a person still has to judge it."""


class ControlRule(NamedTuple):
    """A rule that a control names: whether there is such a rule, and its answers (None: it was not run)."""

    id: str
    exists: bool
    tally: Tally | None


class HasStatus(Protocol):
    """A control or a claim that was judged."""

    @property
    def status(self) -> str:
        """One of STATUSES."""
        ...


class ControlStatus(NamedTuple):
    """A control, what can be said of it, and by which rules."""

    control: Control
    status: str
    rules: tuple[ControlRule, ...]


class FrameworkStatus(NamedTuple):
    """A framework with the status of every control."""

    framework: Framework
    controls: tuple[ControlStatus, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Status -> how many controls have it; those that no control has are left out."""
        return counts_of(self.controls)


def counts_of(judged: Iterable[HasStatus]) -> dict[str, int]:
    """Status -> how many have it, the worst first; those that none has are left out."""
    found = Counter(entry.status for entry in judged)
    return {status: found[status] for status in STATUSES if found[status]}


def judge(report: Report, frameworks: Iterable[str], known: frozenset[str]) -> tuple[FrameworkStatus, ...]:
    """Every control of the named frameworks (none named: all there are), over all accounts of the report.

    `known` holds the ids of all rules that exist. Raises UsageError for an unknown framework.
    """
    tallies = tallies_of(report)
    known |= report.rules.keys()
    try:
        chosen = [load(framework_id) for framework_id in tuple(frameworks) or available()]
    except UnknownFramework as error:
        raise UsageError(str(error)) from error
    return tuple(
        FrameworkStatus(framework, tuple(_judge(control, tallies, known) for control in framework.controls))
        for framework in chosen
    )


def tallies_of(report: Report) -> dict[str, Tally]:
    """The answers to each rule that was run, summed over the accounts."""
    total: dict[str, Tally] = {}
    for account in report.accounts:
        for rule_id, tally in account.tallies.items():
            total[rule_id] = Tally(*map(sum, zip(total.get(rule_id, Tally()), tally, strict=True)))
    return total


def _judge(control: Control, tallies: dict[str, Tally], known: frozenset[str]) -> ControlStatus:
    rules = tuple(ControlRule(rule_id, rule_id in known, tallies.get(rule_id)) for rule_id in control.rules)
    return ControlStatus(control, status_of(rules, manual=control.assessment == "manual"), rules)


def status_of(rules: tuple[ControlRule, ...], *, manual: bool) -> str:
    """What the rules come to; `manual` is what a person has to judge besides.

    The worst that is known comes first, then what is not known; only what is left can pass.
    """
    if any(rule.tally and rule.tally.failed for rule in rules):
        return FAIL
    if not rules:
        return MANUAL if manual else NO_RULE
    if not all(rule.exists for rule in rules):
        return NO_RULE
    if any(rule.tally is None or rule.tally.unknown or not any(rule.tally) for rule in rules):
        return UNKNOWN
    if manual:
        return MANUAL
    if not any(rule.tally and rule.tally.passed for rule in rules):
        return NOT_APPLICABLE
    return PASS
