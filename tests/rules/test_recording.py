"""CloudTrail, AWS Config and Access Analyzer over whole accounts: what a hidden region and another seat change."""

from dataclasses import replace

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from tests.fake_aws import Fault, accounts
from tests.looks import look

THEMES = (
    "access_analyzer",
    "policy_generation",
    "aws_config",
    "cloudtrail_buckets",
    "cloudtrail_events",
    "cloudtrail_trails",
    "logs",
)
RULES = [rule for rule in load_rules(plugins=False).values() if rule.theme in THEMES]
HISTORY = [rule for rule in load_rules(plugins=False).values() if rule.theme == "event_history"]


def judged(account, rules=RULES, **more):
    sections = tuple({section for rule in rules for section in rule.sections})
    snapshot, _ = look(account, sections=sections, **more)
    (report,) = evaluate([Source(snapshot)], rules, Ask(keep_all=True)).accounts
    assert report.errors == ()
    return report


def found(report):
    return {finding.rule for finding in report.findings}


def test_the_neglected_account_shows_nearly_all_of_it():
    missing = {rule.id for rule in RULES} - found(judged(accounts.neglected()))
    assert missing == {"access-analyzer-unused-missing"}
    report = judged(accounts.neglected(), HISTORY, opted_in=("root-events",))
    assert found(report) == {rule.id for rule in HISTORY}


def test_the_well_kept_account_shows_none_of_it():
    report = judged(accounts.well_kept())
    assert found(report) == set()
    assert report.not_evaluated == ()
    assert {judgement.rule for judgement in report.passed} >= {
        "access-analyzer-external-missing",
        "cloudtrail-multi-region-missing",
        "cloudtrail-s3-read-events-missing",
        "cloudtrail-s3-write-events-missing",
        "config-recorder-missing",
        "config-recorder-partial",
    }


def test_the_organizations_trail_is_no_fault_of_a_member():
    account = accounts.well_kept()
    (theirs,) = [trail for trail in account.cloudtrail.trails if trail.owner]
    bare = replace(theirs, selectors=None, validation=False, kms_key=None, insights=False)
    report = judged(replace(account, cloudtrail=replace(account.cloudtrail, trails=(bare,))))
    assert found(report) == {
        "cloudtrail-insights-missing",
        "cloudtrail-s3-read-events-missing",
        "cloudtrail-s3-write-events-missing",
    }
    assert "cloudtrail-multi-region-missing" in {judgement.rule for judgement in report.passed}


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        ("access-analyzer:ListAnalyzers", "access-analyzer-external-missing"),
        ("config:DescribeConfigurationRecorders", "config-recorder-missing"),
    ],
)
def test_one_hidden_region_leaves_the_others_judged(operation, rule):
    report = judged(accounts.well_kept(), faults=[Fault(operation, "deny", times=1)])
    (hidden,) = [entry.resource.region for entry in report.not_evaluated if entry.rule == rule]
    passed = {judgement.resource.region for judgement in report.passed if judgement.rule == rule}
    assert passed == set(accounts.well_kept().regions) - {hidden}


def test_what_is_nowhere_to_be_seen_stays_open_where_only_some_regions_were_looked_at():
    report = judged(accounts.newborn(), regions=("eu-west-1",))
    assert "access-analyzer-unused-missing" not in found(report)
    words = {entry.blind.reason for entry in report.not_evaluated if entry.rule == "access-analyzer-unused-missing"}
    assert "region us-east-1 was not looked at" in words
    assert "region eu-west-1 was not looked at" not in words
