"""Every operation of a scan denied, throttled, failing and empty in turn: no finding turns into a pass or vanishes."""

from dataclasses import replace
from functools import cache
from unittest.mock import patch

import pytest

from auditor.collect import aws_managed_policies
from auditor.collect.registry import NEED_NO_PERMISSION, permissions
from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.evaluate.subjects import Declared
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import Fault, accounts
from tests.looks import look

OPTED_IN = tuple(OPT_IN.values())
RULES = select(load_rules(plugins=False), opted_in=OPTED_IN)
SECTIONS = tuple({section for rule in RULES for section in rule.sections})
ASK = Ask(declared=Declared(account="999999999999"), keep_passes=True)
OPERATIONS = sorted({*permissions(SECTIONS), *NEED_NO_PERMISSION})
YOUNG = "bob"
"""A user made after the credential report, whose rows take calls of their own."""


NEW = "arn:aws:iam::aws:policy/AdministratorAccess"
"""A policy that the bundled table is made to lack, so that AWS has to be asked for its document."""


def judged(faults=()):
    account = replace(accounts.neglected(), report_polls=0, created_after_report=frozenset({YOUNG}))
    known = aws_managed_policies.document

    def document(arn, version):
        return None if arn == NEW else known(arn, version)

    with patch.object(aws_managed_policies, "document", document):
        snapshot, calls = look(account, sections=SECTIONS, opted_in=OPTED_IN, faults=faults)
    return evaluate([Source(snapshot)], RULES, ASK), calls


@cache
def undisturbed():
    report, calls = judged()
    assert report.complete
    return report, {f"{call.service}:{call.operation}" for call in calls}


def keys(findings):
    return {(finding.rule, finding.resource, finding.discriminator) for finding in findings}


def test_the_walk_is_of_every_operation_that_a_scan_makes():
    report, operations = undisturbed()
    assert operations == set(OPERATIONS)
    assert len(report.findings) > 100


@pytest.mark.parametrize("kind", ["deny", "throttle", "fail", "empty"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_finding_is_lost_whatever_one_call_does(operation, kind):
    whole, _ = undisturbed()
    report, _ = judged([Fault(operation, kind)])
    open_rules = {entry.rule for entry in report.not_evaluated}
    lost = {key for key in keys(whole.findings) - keys(report.findings) if key[0] not in open_rules}
    assert lost == set()
    passed = {(entry.rule, entry.resource) for account in report.accounts for entry in account.passed}
    assert passed & {(rule, resource) for rule, resource, _ in keys(whole.findings)} == set()
    assert not report.complete
    (account,) = report.accounts
    assert {gap.operation for gap in account.gaps} == {operation}
    assert {gap.permission for gap in account.gaps} == {"" if operation in NEED_NO_PERMISSION else operation}
