"""What rules about access say where an organization forbids what policies allow, or may forbid it."""

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from tests.access.test_organization_levels import ACCOUNT, BY_RCP, BY_SCP, RCP, ROOT, everyone, member, policy, told
from tests.access.worlds import allow, deny, trust

RULES = load_rules(plugins=False)
GAP = {"section": "organizations.policies", "operation": "organizations:ListPolicies", "reason": "denied"}
SEALED = policy(ROOT, deny("iam:*", "sts:*"))
CLOSED = policy(ROOT, everyone(deny("sts:*")), kind=RCP)
STRANGER = "444400009999"


def judge(rule, view=None, *gaps):
    """The report of one rule about an account in which everything is wrong that the rules here ask about."""
    made = member(view=view)
    made.gaps = list(gaps)
    made.group("admins", allow("*"))
    made.user("ann", allow("iam:PutUserPolicy"))
    made.user("bob", allow("sts:AssumeRole"))
    made.user("kim", allow("iam:DeactivateMFADevice"))
    made.role("admin", trust(ACCOUNT, STRANGER), allow("*"))
    made.role("open", trust("*"))
    made.policy("own", allow("iam:PutUserPolicy"))
    return evaluate([Source(made.snapshot)], [RULES[rule]], Ask(keep_all=True)).accounts[0]


OF_CALLERS = (
    *("privesc-effective-principal", "privesc-managed-policy", "privesc-inline-policy", "privesc-path-to-admin"),
    *("privesc-mfa-tamper", "role-admin-access", "user-admin-direct", "group-admin-not-declared"),
)
"""Rules about what principals can do."""
OF_ROLES = ("role-trust-any-principal", "role-admin-cross-account")
"""Rules about whom roles let in."""


@pytest.mark.parametrize("rule", (*OF_CALLERS, *OF_ROLES))
def test_what_was_not_seen_is_told_in_the_finding_and_leaves_no_question_open(rule):
    report = judge(rule)
    assert report.findings
    assert (report.not_evaluated, report.errors, report.complete) == ((), (), True)
    unless = BY_RCP if rule in OF_ROLES else BY_SCP
    assert all(f"unless {unless}" in finding.message for finding in report.findings), report.findings


@pytest.mark.parametrize("rule", (*OF_CALLERS, *OF_ROLES))
def test_a_gap_where_the_organization_can_be_seen_is_told_in_both_ways(rule):
    report = judge(rule, told(), GAP)
    unless = BY_RCP if rule in OF_ROLES else BY_SCP
    assert report.findings
    assert all(f"unless {unless}" in finding.message for finding in report.findings)
    assert [gap.reason for gap in report.gaps] == ["organizations:ListPolicies was denied"]
    assert (report.not_evaluated, report.complete) == ((), False)


@pytest.mark.parametrize("rule", (*OF_CALLERS, *OF_ROLES))
def test_what_was_seen_is_no_caveat(rule):
    report = judge(rule, told())
    assert report.findings
    assert not any("unless" in finding.message for finding in report.findings)


@pytest.mark.parametrize("rule", OF_CALLERS)
def test_what_a_service_control_policy_forbids_is_no_finding(rule):
    report = judge(rule, told(SEALED))
    assert (report.findings, report.not_evaluated, report.errors) == ((), (), ())


@pytest.mark.parametrize("rule", OF_ROLES)
def test_whom_a_resource_control_policy_keeps_out_is_no_finding(rule):
    report = judge(rule, told(CLOSED))
    assert (report.findings, report.not_evaluated, report.errors) == ((), (), ())


def test_strangers_are_not_under_the_service_control_policies_of_the_account():
    assert judge("role-trust-any-principal", told(SEALED)).findings


@pytest.mark.parametrize("rule", ["policy-service-wildcard", "policy-full-admin-inline"])
@pytest.mark.parametrize(("view", "unless"), [(told(SEALED), False), (None, True)], ids=["seen", "not seen"])
def test_what_a_document_says_is_a_finding_whatever_forbids_it(rule, view, unless):
    made = member(view=view)
    made.user("ann", allow("*" if "admin" in rule else "iam:*"))
    report = evaluate([Source(made.snapshot)], [RULES[rule]]).accounts[0]
    (finding,) = report.findings
    assert finding.message.endswith(f", unless {BY_SCP}") is unless
    assert all(stage.text.endswith(f", unless {BY_SCP}") is unless for stage in finding.flow)


@pytest.mark.parametrize("rule", ["privesc-effective-principal", "privesc-mfa-tamper"])
def test_a_search_that_was_given_up_leaves_the_question_open(rule, monkeypatch):
    monkeypatch.setattr("auditor.access.solve.MAX_DECISIONS", 1)
    made = member(view=told())
    gate = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "StringLike": {"aws:UserAgent": "a*"}}
    made.user("ann", allow("iam:PutUserPolicy", "iam:DeactivateMFADevice", **gate))
    made.user("bob", allow("s3:*"))
    report = evaluate([Source(made.snapshot)], [RULES[rule]], Ask(keep_all=True)).accounts[0]
    assert [entry.resource.name for entry in report.passed] == ["bob"]
    assert {entry.resource.name for entry in report.not_evaluated} == {"ann"}
    assert all("under more conditions than can be tried" in entry.blind.reason for entry in report.not_evaluated)
