"""Every operation of a scan denied, throttled, failing and empty in turn: no finding turns into a pass or vanishes."""

from dataclasses import replace
from functools import cache
from unittest.mock import patch

import pytest

from auditor.collect import aws_managed_policies
from auditor.collect.registry import action, operations
from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.evaluate.subjects import Declared
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import Fault, accounts
from tests.looks import in_few_regions, look

pytestmark = pytest.mark.no_cover  # hundreds of looks over lines of which other tests cover all but a dozen

OPTED_IN = tuple(OPT_IN.values())
RULES = select(load_rules(plugins=False), opted_in=OPTED_IN)
SECTIONS = tuple({section for rule in RULES for section in rule.sections})
ASK = Ask(declared=Declared(account="999999999999"), keep_all=True)
OPERATIONS = operations(SECTIONS)
EMPTY_IS_AN_ANSWER = {"s3:GetBucketLogging", "s3:GetBucketVersioning", "sqs:ListQueues"}
"""What S3 says of a bucket on which neither was ever set, and SQS of a region without queues."""

WALK = [
    (operation, kind)
    for operation in OPERATIONS
    for kind in ("deny", "throttle", "fail", "empty")
    if kind != "empty" or operation not in EMPTY_IS_AN_ANSWER
]
YOUNG = "bob"
"""A user made after the credential report, whose rows take calls of their own."""


NEW = "arn:aws:iam::aws:policy/AdministratorAccess"
"""A policy that the bundled table is made to lack, so that AWS has to be asked for its document."""


def judged(rules=RULES, faults=()):
    account = replace(in_few_regions(accounts.neglected()), report_polls=0, created_after_report=frozenset({YOUNG}))
    known = aws_managed_policies.document

    def document(arn, version):
        return None if arn == NEW else known(arn, version)

    sections = {section for rule in rules for section in rule.sections}
    opted_in = {OPT_IN[section] for section in sections if section in OPT_IN}
    with patch.object(aws_managed_policies, "document", document):
        snapshot, calls = look(account, sections=sections, opted_in=opted_in, faults=faults)
    return evaluate([Source(snapshot)], rules, ASK), calls


@cache
def undisturbed():
    report, calls = judged()
    assert report.complete
    return report, {f"{call.service}:{call.operation}" for call in calls}


@cache
def concerned(operation):
    """The rules that read anything that the operation helps to collect: no other rule can hear of its failure."""
    return tuple(rule for rule in RULES if operation in operations(rule.sections))


def keys(findings, rules=RULES):
    ids = {rule.id for rule in rules}
    return {(finding.rule, finding.resource, finding.discriminator) for finding in findings if finding.rule in ids}


def passed(report):
    """A resource passes more than once where a rule judges several things of it, and may fail for another."""
    return {(entry.rule, entry.resource) for account in report.accounts for entry in account.passed}


def test_the_walk_is_of_every_operation_that_a_scan_makes():
    report, called = undisturbed()
    assert called == set(OPERATIONS)
    assert len(report.findings) > 100


@pytest.mark.parametrize(("operation", "kind"), WALK)
def test_no_finding_is_lost_whatever_one_call_does(operation, kind):
    rules = concerned(operation) or RULES
    whole = keys(undisturbed()[0].findings, rules)
    report, _ = judged(rules, [Fault(operation, kind)])
    open_rules = {entry.rule for entry in report.not_evaluated}
    lost = {key for key in whole - keys(report.findings) if key[0] not in open_rules}
    assert lost == set()
    assert (passed(report) - passed(undisturbed()[0])) & {(rule, resource) for rule, resource, _ in whole} == set()
    assert not report.complete
    (account,) = report.accounts
    assert {gap.operation for gap in account.gaps} == {operation}
    assert {gap.permission for gap in account.gaps} == {action(operation)}
