"""The gate's table: every combination of what was found, what was not seen, and what the user asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from auditor.errors import UsageError
from auditor.findings.gate import blank, check_fail_on, exit_code, failing
from auditor.findings.model import Blind, Finding, NotEvaluated, Resource, RuleFailure, Severity
from auditor.findings.report import AccountReport, Report, RuleFacts, Tally, finding_order

ROOT = Resource("arn:aws:iam::111122223333:root", "AWS::IAM::RootUser", "root", "111122223333")
RULES = ("root-mfa-missing", "root-access-key-present", "user-not-in-group")
KNOWN = frozenset((*RULES, "group-empty"))


def facts(rule_id):
    return RuleFacts(rule_id, Severity.HIGH, "high", "Title", "Why", "Fix", "https://example.com", "AWS::IAM::User")


def account(*severities, unseen=False, broken=False, blank=False, rule="root-mfa-missing"):
    found = [Finding(ROOT, "wrong", (), str(n), rule, Severity(name)) for n, name in enumerate(severities)]
    tally = Tally(failed=len(found), passed=0 if blank else 1, unknown=int(unseen or broken or blank))
    return AccountReport(
        account="111122223333",
        partition="aws",
        alias="",
        taken_at=datetime(2026, 11, 20, tzinfo=UTC),
        source="",
        text="",
        requests=0,
        seconds=0.0,
        report_generated=None,
        findings=tuple(sorted(found, key=finding_order)),
        passed=(),
        not_applicable=(),
        not_evaluated=(NotEvaluated(rule, ROOT, Blind("denied")),) if unseen or blank else (),
        errors=(RuleFailure(rule, ROOT, "ValueError: no"),) if broken else (),
        tallies={rule: tally},
    )


def report(*accounts, rules=RULES):
    return Report("0", {rule: facts(rule) for rule in rules}, accounts)


def code(told, fail_on=("high",), *, exit_zero=False, allow_incomplete=False):
    return exit_code(told, fail_on, exit_zero=exit_zero, allow_incomplete=allow_incomplete)


FOUND = {"nothing": (), "below the gate": ("medium",), "at the gate": ("high",)}
SEEN = {"everything": {}, "a part": {"unseen": True}, "a rule raised": {"broken": True}, "nothing": {"blank": True}}


def expected(found, seen, *, exit_zero, allow_incomplete):
    """The documented table, row by row."""
    if found == "at the gate" and not exit_zero:
        return 1
    if seen == "nothing" and found == "nothing":
        return 3
    if seen != "everything" and not allow_incomplete:
        return 3
    return 0


@pytest.mark.parametrize(
    ("found", "seen", "exit_zero", "allow_incomplete"),
    [(f, s, z, a) for f, s, z, a in product(FOUND, SEEN, (False, True), (False, True))],
)
def test_every_combination(found, seen, exit_zero, allow_incomplete):
    told = report(account(*FOUND[found], **SEEN[seen]))
    wanted = expected(found, seen, exit_zero=exit_zero, allow_incomplete=allow_incomplete)
    assert code(told, exit_zero=exit_zero, allow_incomplete=allow_incomplete) == wanted


@pytest.mark.parametrize(
    ("severity", "fail_on", "fails"),
    [
        ("critical", "critical", True),
        ("high", "critical", False),
        ("critical", "high", True),
        ("high", "high", True),
        ("medium", "high", False),
        ("info", "info", True),
        ("low", "info", True),
        ("info", "low", False),
        ("info", "any", True),
        ("critical", "never", False),
        ("info", "root-mfa-missing", True),
        ("info", "root-*", True),
        ("critical", "user-*", False),
        ("critical", "root-mfa", False),
        ("info", "*", True),
    ],
)
def test_conditions(severity, fail_on, fails):
    assert code(report(account(severity)), (fail_on,)) == int(fails)


def test_one_of_several_conditions_is_enough():
    assert code(report(account("low")), ("critical", "root-*")) == 1


def test_failing_lists_what_fails_worst_first():
    told = report(account("medium", "high", "critical"))
    assert [finding.severity for finding in failing(told, ("high",))] == ["critical", "high"]


def test_one_account_that_nobody_could_look_at_is_no_verdict():
    told = report(account(), account(blank=True))
    assert blank(told)
    assert code(told, allow_incomplete=True) == 3
    assert code(told, ("never",), exit_zero=True, allow_incomplete=True) == 3


@pytest.mark.parametrize("told", [report(), report(account(), rules=())], ids=["no account", "no rule"])
def test_a_report_of_nothing_is_no_verdict(told):
    assert code(told, ("never",), exit_zero=True, allow_incomplete=True) == 3


def test_what_does_not_apply_is_an_answer():
    told = account()._replace(tallies={"root-mfa-missing": Tally(not_applicable=1)})
    assert code(report(told)) == 0


@pytest.mark.parametrize("fail_on", [["high"], ["any"], ["never"], ["root-*", "critical"], ["group-empty"]])
def test_a_gate_that_something_can_fail_is_accepted(fail_on):
    check_fail_on(fail_on, KNOWN)


@pytest.mark.parametrize(
    ("fail_on", "message", "help"),
    [
        ([], "names nothing", "never"),
        (["never", "high"], "never, high", None),
        (["hihg"], '"hihg" names no severity and no rule', 'did you mean "high"?'),
        (["root-mfa-mising"], "root-mfa-mising", 'did you mean "root-mfa-missing"?'),
        (["zzz-*"], "zzz-*", "it takes a severity, rule ids and globs, any or never"),
        (["new"], "new", None),
    ],
)
def test_a_gate_that_nothing_can_fail_is_refused(fail_on, message, help):
    with pytest.raises(UsageError) as caught:
        check_fail_on(fail_on, KNOWN)
    assert message in str(caught.value)
    if help:
        assert help in " ".join(caught.value.help)
