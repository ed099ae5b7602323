from __future__ import annotations

import pytest

from auditor.errors import UsageError
from auditor.findings.compliance import STATUSES, judge
from auditor.findings.report import Report, Tally
from tests.findings.parts import part

KNOWN = frozenset({"rule-a", "rule-b"})


@pytest.fixture
def control(frameworks):
    """The status of a control with the given rules, after runs with the given answers."""

    def status(rules, tallies, assessment="automated", accounts=1):
        listed = ", ".join(f'"{rule}"' for rule in rules)
        frameworks(f'"1.1" = {{ title = "One", level = 1, assessment = "{assessment}", rules = [{listed}] }}\n')
        parts = [part(str(number) * 12, tallies=tallies) for number in range(accounts)]
        report = Report("1", dict.fromkeys(tallies), tuple(parts))
        ((_, (entry,)),) = judge(report, ("mine",), KNOWN)
        return entry.status

    return status


PASSED, FAILED, OPEN, MOOT = Tally(passed=1), Tally(failed=1), Tally(unknown=1), Tally(not_applicable=1)


@pytest.mark.parametrize(
    ("rules", "tallies", "status"),
    [
        (["rule-a"], {"rule-a": PASSED}, "pass"),
        (["rule-a"], {"rule-a": FAILED}, "fail"),
        (["rule-a"], {"rule-a": OPEN}, "unknown"),
        (["rule-a"], {"rule-a": MOOT}, "not applicable"),
        (["rule-a"], {}, "unknown"),
        (["rule-a"], {"rule-a": Tally()}, "unknown"),
        (["rule-a"], {"rule-a": Tally(passed=5, unknown=1)}, "unknown"),
        (["rule-a"], {"rule-a": Tally(passed=5, failed=1, unknown=1)}, "fail"),
        (["rule-a", "rule-b"], {"rule-a": PASSED, "rule-b": PASSED}, "pass"),
        (["rule-a", "rule-b"], {"rule-a": PASSED, "rule-b": MOOT}, "pass"),
        (["rule-a", "rule-b"], {"rule-a": MOOT, "rule-b": MOOT}, "not applicable"),
        (["rule-a", "rule-b"], {"rule-a": PASSED}, "unknown"),
        (["rule-a", "rule-b"], {"rule-a": FAILED}, "fail"),
        (["rule-a", "rule-c"], {"rule-a": PASSED}, "no rule yet"),
        (["rule-a", "rule-c"], {"rule-a": FAILED}, "fail"),
        (["rule-a", "rule-c"], {"rule-a": OPEN}, "no rule yet"),
        (["rule-a", "rule-c"], {"rule-a": PASSED, "rule-c": PASSED}, "pass"),
        ([], {"rule-a": PASSED}, "no rule yet"),
    ],
)
def test_a_control_passes_only_where_every_rule_answered(control, rules, tallies, status):
    assert control(rules, tallies) == status


@pytest.mark.parametrize(
    ("rules", "tallies", "status"),
    [
        ([], {}, "manual"),
        (["rule-a"], {"rule-a": PASSED}, "manual"),
        (["rule-a"], {"rule-a": MOOT}, "manual"),
        (["rule-a"], {"rule-a": FAILED}, "fail"),
        (["rule-a"], {}, "unknown"),
        (["rule-c"], {}, "no rule yet"),
    ],
)
def test_a_control_that_people_judge_never_passes(control, rules, tallies, status):
    assert control(rules, tallies, assessment="manual") == status


def test_one_account_that_fails_fails_the_control(control):
    assert control(["rule-a"], {"rule-a": FAILED}, accounts=3) == "fail"


def test_answers_are_summed_over_accounts(frameworks):
    frameworks('"1" = { assessment = "automated", rules = ["rule-a"] }\n')
    parts = (part("1" * 12, tallies={"rule-a": PASSED}), part("2" * 12, tallies={"rule-a": OPEN}))
    ((_, (entry,)),) = judge(Report("1", {"rule-a": None}, parts), (), frozenset())
    assert entry.rules[0] == ("rule-a", True, Tally(passed=1, unknown=1))
    assert entry.status == "unknown"


def test_counts_name_only_what_there_is(frameworks):
    frameworks('"1" = { assessment = "manual", rules = [] }\n"2" = { assessment = "automated", rules = [] }\n')
    (framework,) = judge(Report("1", {}, ()), (), frozenset())
    assert framework.counts == {"manual": 1, "no rule yet": 1}
    assert set(framework.counts) <= set(STATUSES)


def test_every_framework_is_judged_where_none_is_named():
    judged = judge(Report("1", {}, (part(tallies={}),)), (), frozenset())
    assert len(judged) > 5
    assert not any(entry.status in ("pass", "not applicable") for status in judged for entry in status.controls)


def test_an_unknown_framework_is_a_usage_error():
    with pytest.raises(UsageError, match=r"cis-5\.0"):
        judge(Report("1", {}, ()), ("cis-5",), frozenset())
