from __future__ import annotations

import pytest

from auditor.findings.model import Blind, Finding, NotEvaluated, RuleFailure, Severity
from auditor.findings.report import Report, Tally
from auditor.findings.summary import MAX_WARNINGS, count_of, summarise
from tests.findings.parts import part, resource

DENIED = Blind("iam:ListRoles was denied", "iam:ListRoles", "iam:ListRoles", "AccessDenied")


def report(*parts):
    return Report("1.0", {"some-rule": None}, parts)


def finding(severity, name="alice"):
    return Finding(resource(name), "bad", rule="some-rule", severity=severity)


def open_question(blind, name="alice", rule="some-rule", account="111122223333"):
    return NotEvaluated(rule, resource(name, account), blind)


def test_a_clean_run_says_so():
    summary = summarise(report(part(tallies={"some-rule": Tally(passed=3, not_applicable=2)})))
    assert summary.closing == "no findings · account 111122223333 · 1 rule · 21 requests in 0.4 s"
    assert (summary.findings, summary.passed, summary.not_applicable, summary.complete) == (0, 3, 2, True)
    assert summary.warnings == ()


def test_findings_are_counted_worst_first():
    found = tuple(map(finding, (Severity.LOW, Severity.CRITICAL, Severity.LOW)))
    summary = summarise(report(part(findings=found)))
    assert summary.verdict == "3 findings (1 critical, 2 low)"
    assert summary.severities == {"critical": 1, "high": 0, "medium": 0, "low": 2, "info": 0}


def test_open_questions_are_told_by_what_hides_their_answers():
    open_ones = (open_question(DENIED), open_question(DENIED, "bob"), open_question(DENIED, "bob", "other-rule"))
    summary = summarise(report(part(not_evaluated=open_ones, findings=(finding(Severity.HIGH),))))
    assert summary.verdict == "1 finding (1 high), 3 not evaluated"
    assert not summary.complete
    assert summary.warnings == (
        "3 questions not answered: iam:ListRoles was denied; add iam:ListRoles (`auditor permissions`)",
    )
    assert summary.open[0].rules == ("other-rule", "some-rule")


def test_a_question_with_two_blind_spots_is_one_question_and_two_warnings():
    other = Blind("iam.users is not in this snapshot")
    summary = summarise(report(part(not_evaluated=(open_question(DENIED), open_question(other)))))
    assert summary.not_evaluated == 1
    assert summary.warnings == (
        "1 question not answered: iam.users is not in this snapshot",
        "1 question not answered: iam:ListRoles was denied; add iam:ListRoles (`auditor permissions`)",
    )


def test_one_call_that_failed_for_many_resources_is_one_warning_and_no_permission_is_asked_for():
    def throttled(name):
        reason = f"iam:GetLoginProfile was throttled for {name} until retries ran out"
        return open_question(Blind(reason, "iam:GetLoginProfile", "iam:GetLoginProfile", "Throttling"), name)

    summary = summarise(report(part(not_evaluated=tuple(map(throttled, "abc")))))
    assert summary.warnings == (
        "3 questions not answered: iam:GetLoginProfile was throttled for a until retries ran out and 2 more",
    )


def test_a_rule_that_raised_is_an_error_and_a_warning():
    failures = tuple(RuleFailure("some-rule", resource(name), f"ValueError: {name}\x1b[2J") for name in "ab")
    summary = summarise(report(part(errors=failures)))
    assert summary.verdict == "no findings, 2 errors"
    assert not summary.complete
    assert summary.warnings == ("2 questions not answered: rule some-rule raised ValueError: a\\x1b[2J and 1 more",)


def test_accounts_are_summed_and_blind_spots_they_share_told_once():
    accounts = ("111122223333", "444455556666")
    parts = [part(account, not_evaluated=(open_question(DENIED, account=account),)) for account in accounts]
    summary = summarise(report(*parts))
    assert summary.closing == "no findings, 2 not evaluated · 2 accounts · 1 rule · 42 requests in 0.8 s"
    assert summary.warnings[0].startswith("2 questions not answered in 2 accounts: iam:ListRoles was denied; add ")


def test_two_snapshots_of_one_account_are_one_account_and_two_questions():
    parts = [part(source=name, not_evaluated=(open_question(DENIED),)) for name in ("old.json", "new.json")]
    summary = summarise(report(*parts))
    assert (summary.accounts, summary.not_evaluated) == (("111122223333",), 2)
    assert summary.open[0].questions == 2


def test_warnings_are_bounded():
    many = tuple(open_question(Blind(f"policy {number:02} cannot be read")) for number in range(MAX_WARNINGS + 3))
    warnings = summarise(report(part(not_evaluated=many))).warnings
    assert len(warnings) == MAX_WARNINGS + 1
    assert warnings[-1] == "3 more blind spots: all of them are in the json report"


@pytest.mark.parametrize(("count", "told"), [(0, "0 rules"), (1, "1 rule"), (2, "2 rules")])
def test_nouns_agree_with_their_count(count, told):
    assert count_of(count, "rule") == told


def test_a_call_that_no_question_turned_on_is_told_as_well():
    summary = summarise(report(part(gaps=(DENIED,), tallies={"some-rule": Tally(passed=1)})))
    assert not summary.complete
    assert summary.verdict == "no findings"
    assert summary.warnings == ("not seen: iam:ListRoles was denied; add iam:ListRoles (`auditor permissions`)",)


def test_a_call_that_kept_questions_open_is_told_once():
    summary = summarise(report(part(gaps=(DENIED,), not_evaluated=(open_question(DENIED),))))
    assert [spot.questions for spot in summary.open] == [1]
    other = Blind("iam:ListRoles was denied for bob", "iam:ListRoles", "iam:ListRoles", "AccessDenied")
    summary = summarise(report(part(gaps=(DENIED, other), not_evaluated=(open_question(DENIED),))))
    assert summary.open[0].reasons == "iam:ListRoles was denied and 1 more"
