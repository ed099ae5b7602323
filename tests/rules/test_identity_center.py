"""Identity Center and federation in whole accounts: a careless one, a careful one, and what members can tell."""

from dataclasses import replace

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.subjects import Declared
from tests.fake_aws import accounts
from tests.looks import look

RULES = [
    rule for rule in load_rules(plugins=False).values() if rule.id.startswith(("idc-", "federat", "oidc-", "saml-"))
]
SECTIONS = tuple({section for rule in RULES for section in rule.sections})

ALL_RIGHT = {
    "federation-missing",
    "idc-account-instance-only",
    "idc-instance-missing",
    "idc-no-admin-assignment",
}
"""What even the careless account does not get wrong: it has Identity Center, and uses it for everybody."""


def judged(account, declared=None):
    snapshot, _ = look(account, sections=SECTIONS)
    assert snapshot.gaps == ()
    report = evaluate([Source(snapshot)], RULES, Ask(keep_all=True, declared=declared)).accounts[0]
    assert report.errors == ()
    return report


@pytest.fixture(scope="module")
def neglected():
    return judged(accounts.neglected())


def test_the_careless_account_shows_nearly_everything(neglected):
    assert neglected.not_evaluated == ()
    assert {finding.rule for finding in neglected.findings} == {rule.id for rule in RULES} - ALL_RIGHT


def test_findings_name_people_and_groups_and_not_ids(neglected):
    names = {finding.resource.name for finding in neglected.findings if finding.rule.startswith("idc-")}
    assert {"Everybody with AdministratorAccess", "dave with AdministratorAccess", "erin", "kiosk"} <= names


def test_the_careful_account_has_nothing_to_be_found():
    report = judged(accounts.well_kept())
    assert report.findings == ()
    assert report.not_evaluated == ()
    passed = {entry.rule for entry in report.passed}
    assert passed >= {"idc-instance-missing", "idc-no-admin-assignment", "idc-no-lesser-assignment"}


def test_a_member_account_names_the_account_to_ask():
    report = judged(accounts.well_kept())
    reasons = {entry.rule: entry.reason for entry in report.not_applicable}
    assert all("222200001111" in reasons[rule.id] for rule in RULES if "sso.permission_sets" in rule.sections)


def test_the_moment_after_sign_up_identity_center_is_all_that_is_missing():
    assert [finding.rule for finding in judged(accounts.newborn()).findings] == ["idc-instance-missing"]
    assert judged(accounts.newborn(), Declared(practice="iam-users")).findings == ()


def test_declared_facts_settle_what_only_people_know(neglected):
    declared = Declared(
        administrators=("Developers", "github-deploy", "okta-admin"),
        break_glass=("dave",),
        trusted_token_issuers=("old-okta",),
    )
    settled = {finding.rule for finding in neglected.findings} - {
        finding.rule for finding in judged(accounts.neglected(), declared).findings
    }
    assert settled == {
        "federated-role-admin",
        "idc-admin-assigned-to-user",
        "idc-permission-set-aws-managed-broad",
        "idc-trusted-token-issuer-undeclared",
        "idc-user-assignment",
    }


def test_an_instance_that_nobody_uses_gives_nobody_administration():
    account = accounts.neglected()
    unused = replace(account.identity_center, assignments=(), permission_sets=())
    roles = tuple(role for role in account.roles if not role.name.startswith("AWSReservedSSO_"))
    report = judged(replace(account, identity_center=unused, roles=roles))
    found = {finding.rule: finding.message for finding in report.findings}
    assert found["idc-no-admin-assignment"] == "no permission set is assigned here"
    assert "idc-no-lesser-assignment" in {entry.rule for entry in report.not_applicable}
