"""Rules about the organization and the account, asked of whole accounts."""

from dataclasses import replace

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.subjects import Declared
from tests.fake_aws import Fault, accounts
from tests.fake_aws.accounts.landing_zone import DELEGATED, SECURITY
from tests.fake_aws.organization import MemberAccount
from tests.looks import look

RULES = {
    id: rule for id, rule in load_rules(plugins=False).items() if id.partition("-")[0] in ("org", "account", "root")
}
SECTIONS = tuple({section for rule in RULES.values() for section in rule.sections})
DECLARED = Declared(
    delegated_administrators=(SECURITY,),
    trusted_services=(*DELEGATED, "iam.amazonaws.com"),
    email_domains=("corp.example",),
)


def judge(account, *faults, declared=DECLARED):
    snapshot, _ = look(replace(account, regions=("eu-west-1", "us-east-1")), sections=SECTIONS, faults=faults)
    return evaluate([Source(snapshot)], RULES.values(), Ask(declared=declared, keep_all=True)).accounts[0]


def test_a_landing_zone_has_no_finding_above_low():
    report = judge(accounts.landing_zone())
    assert [(finding.rule, finding.message) for finding in report.findings] == []
    assert (report.not_evaluated, report.errors, report.gaps) == ((), (), ())
    assert len({entry.rule for entry in report.passed}) > 30


def test_its_member_answers_what_a_member_can():
    report = judge(accounts.well_kept())
    assert [(finding.rule, finding.message) for finding in report.findings] == []
    assert (report.not_evaluated, report.errors) == ((), ())
    sent = {entry.rule for entry in report.not_applicable if accounts.landing_zone().id in entry.reason}
    assert {"org-scp-region-deny-missing", "org-delegated-admin-undeclared", "org-ou-structure-flat"} <= sent


def test_a_delegated_administrator_sees_the_organization():
    organization = replace(accounts.landing_zone().organization, seat="delegated")
    member = replace(accounts.well_kept(), organization=organization)
    passed = {entry.rule for entry in judge(member).passed}
    assert {"org-scp-region-deny-missing", "org-rcp-missing", "org-ou-structure-flat"} <= passed


def test_an_account_that_nobody_declared_is_not_taken_for_the_declared_one():
    report = judge(accounts.landing_zone(), declared=DECLARED._replace(delegated_administrators=("999900001111",)))
    assert [(finding.rule, finding.resource.name) for finding in report.findings] == [
        ("org-delegated-admin-undeclared", SECURITY)
    ]


def test_a_new_account_outside_of_every_guarded_unit_is_found():
    account = accounts.landing_zone()
    guarded = tuple(
        replace(policy, targets=("ou-ab12-workloads", "ou-ab12-security1")) for policy in account.organization.policies
    )
    stray = MemberAccount("222200004444", "stray", "stray@corp.example")
    members = (*account.organization.accounts, stray)
    organization = replace(account.organization, policies=guarded, accounts=members)
    report = judge(replace(account, organization=organization))
    found = {finding.rule for finding in report.findings}
    assert found == {
        "org-ou-structure-flat",
        "org-scp-leave-deny-missing",
        "org-scp-only-full-access",
        "org-scp-region-deny-missing",
        "org-scp-root-deny-missing",
        "org-scp-security-tamper-deny-missing",
    }
    assert all("stray" in finding.message for finding in report.findings)


@pytest.mark.parametrize(
    "operation", ["ListPolicies", "DescribePolicy", "ListTargetsForPolicy", "ListAccounts", "ListRoots"]
)
def test_a_landing_zone_that_is_not_seen_is_not_passed(operation):
    """One policy that is missing from sight may be the one that guards; nothing is found and nothing is passed."""
    report = judge(accounts.landing_zone(), Fault(f"organizations:{operation}", "deny"))
    guardrails = {id for id in RULES if id.startswith("org-scp-")} - {"org-scp-disabled"}
    assert [finding.rule for finding in report.findings] == []
    assert guardrails & {entry.rule for entry in report.passed} == set()
    assert guardrails <= {entry.rule for entry in report.not_evaluated}


def test_findings_are_told_apart():
    report = judge(accounts.neglected(), declared=Declared())
    assert len({finding.fingerprint for finding in report.findings}) == len(report.findings)
    assert all(finding.evidence for finding in report.findings)
