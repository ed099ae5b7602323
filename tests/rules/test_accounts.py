"""Whole accounts: what all the rules together say of a well-kept one, and of one on the day of its sign-up."""

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.evaluate.subjects import Declared
from auditor.findings.model import Severity
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import accounts
from tests.looks import look

OPTED_IN = tuple(OPT_IN.values())
RULES = select(load_rules(plugins=False), opted_in=OPTED_IN)


def judged(account, **declared):
    snapshot, _ = look(account, opted_in=OPTED_IN)
    report = evaluate([Source(snapshot)], RULES, Ask(declared=Declared(**declared)))
    assert report.complete
    return report


def test_a_well_kept_account_has_nothing_above_low():
    report = judged(accounts.well_kept(), break_glass=("break-glass",), administrators=("Administrators",))
    assert {finding.rule for finding in report.findings if finding.severity.rank > Severity.LOW.rank} == set()


def test_the_day_of_sign_up():
    report = judged(accounts.newborn())
    assert {finding.rule for finding in report.findings} >= {"root-mfa-missing", "scan-run-as-root"}


def test_a_neglected_account_has_findings_of_most_rules():
    report = judged(accounts.neglected())
    assert len({finding.rule for finding in report.findings}) > len(RULES) * 3 / 4
