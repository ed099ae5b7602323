"""Every operation of a scan, denied, throttled and failing in turn: no finding may turn into a pass or vanish."""

from dataclasses import replace
from functools import cache

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.evaluate.subjects import Declared
from tests.fake_aws import Fault, accounts
from tests.looks import look

RULES = select(load_rules(plugins=False), opted_in=("key-ids", "mfa-devices", "ssh-keys"))
SECTIONS = tuple({section for rule in RULES for section in rule.sections})
ASK = Ask(declared=Declared(account="999999999999"), keep_passes=True)
OPTED_IN = ("key-ids", "mfa-devices", "ssh-keys")


def judged(faults=()):
    account = replace(accounts.neglected(), report_polls=0)
    snapshot, calls = look(account, sections=SECTIONS, opted_in=OPTED_IN, faults=faults)
    return evaluate([Source(snapshot)], RULES, ASK), calls


@cache
def undisturbed():
    report, calls = judged()
    assert report.complete
    return report, sorted({f"{call.service}:{call.operation}" for call in calls})


def keys(findings):
    return {(finding.rule, finding.resource, finding.discriminator) for finding in findings}


def test_the_account_has_findings_to_lose():
    report, operations = undisturbed()
    assert len(report.findings) > 30
    assert len(operations) > 12


def permission(operation):
    return "" if operation == "sts:GetCallerIdentity" else operation


@pytest.mark.parametrize("kind", ["deny", "throttle", "fail", "empty"])
def test_no_finding_is_lost_whatever_one_call_does(kind, subtests):
    whole, operations = undisturbed()
    for operation in operations:
        with subtests.test(operation=operation):
            report, _ = judged([Fault(operation, kind)])
            open_rules = {entry.rule for entry in report.not_evaluated}
            lost = {key for key in keys(whole.findings) - keys(report.findings) if key[0] not in open_rules}
            assert lost == set()
            passed = {(entry.rule, entry.resource) for account in report.accounts for entry in account.passed}
            assert passed & {(rule, resource) for rule, resource, _ in keys(whole.findings)} == set()
            assert not report.complete
            (account,) = report.accounts
            assert {gap.operation for gap in account.gaps} == {operation}
            assert {gap.permission for gap in account.gaps} == {permission(operation)}
