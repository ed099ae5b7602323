"""What examples cannot show of the rules on root, passwords, MFA and groups: how many, where, and as of when."""

import json
from datetime import UTC, datetime
from pathlib import Path

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.findings.model import Place
from auditor.snapshot.files import dumps
from auditor.testing import read_example

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
RULES = load_rules(plugins=False)


def judge(rule_id, name):
    example = read_example(FIXTURES / rule_id / f"{name}.json")
    ask = Ask(options={rule_id: example.options}, declared=example.declared, keep_all=True)
    return evaluate([Source(example.snapshot)], [RULES[rule_id]], ask).accounts[0]


def reasons(rule_id, name):
    return {judgement.reason for judgement in judge(rule_id, name).not_applicable}


def test_every_credential_of_root_is_a_finding_of_its_own():
    findings = judge("root-user-recently-used", "bad-every-credential").findings
    assert {finding.discriminator for finding in findings} == {"password", "access key 1", "access key 2"}
    assert len({finding.fingerprint for finding in findings}) == 3


def test_what_the_credential_report_proves_carries_its_age():
    fresh = judge("root-access-key-present", "bad-both-sources").findings[0].evidence
    reported = judge("root-access-key-present", "bad-inactive-key-in-report-alone").findings[0].evidence
    assert fresh == (Place("/iam/account_summary/AccountAccessKeysPresent", 1),)
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert reported == (Place("/iam/credential_report/rows/<root_account>/access_key_2_active", False, noon),)


def test_each_virtual_device_of_root_is_a_finding_of_its_own():
    findings = judge("root-mfa-not-hardware", "bad-second-device-of-any-name").findings
    assert len({finding.fingerprint for finding in findings}) == 2


def test_an_account_that_cannot_ask_is_told_who_can():
    assert any(
        "999988887777" in reason for reason in reasons("root-password-in-managed-member", "not-applicable-member")
    )
    assert any("999988887777" in reason for reason in reasons("root-email-not-organizational", "not-applicable-member"))


def test_the_message_keeps_the_mailbox_to_itself():
    finding = judge("root-email-not-organizational", "bad-free-mail").findings[0]
    assert "some.one" not in finding.message


def test_the_default_password_policy_is_proved_by_the_missing_one():
    finding = judge("password-policy-min-length", "bad-aws-default").findings[0]
    assert finding.evidence == (Place("/iam/password_policy", None),)


def test_evidence_points_into_the_snapshot_file():
    for rule_id in ("root-mfa-not-hardware", "mfa-virtual-device-unassigned", "user-mfa-single-device", "group-empty"):
        path = next((FIXTURES / rule_id).glob("bad-*.json"))
        state = json.loads(dumps(read_example(path).snapshot))
        for finding in judge(rule_id, path.stem).findings:
            for place in finding.evidence:
                assert resolves(state, place.pointer), place


def resolves(state, pointer):
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        state = state[int(key)] if isinstance(state, list) else state[key]
    return True


def test_every_inline_policy_of_a_group_is_a_finding_of_its_own():
    findings = judge("group-inline-policy", "bad-inline").findings
    assert {finding.discriminator for finding in findings} == {"one", "two"}


def test_every_way_to_administration_is_a_finding_of_its_own():
    findings = judge("group-admin-not-declared", "bad-inline-and-customer-managed").findings
    assert len({finding.fingerprint for finding in findings}) == 2


def test_the_members_that_prove_a_large_group_are_no_more_than_it_takes():
    finding = judge("admins-group-too-large", "bad-own-limit").findings[0]
    assert [place.pointer for place in finding.evidence] == ["/iam/users/user1/GroupList", "/iam/users/user2/GroupList"]


def test_each_policy_that_misses_the_members_is_a_finding_and_unseen_policies_stay_open():
    assert len(judge("group-deny-misses-members", "bad-two-policies").findings) == 2
    partly = judge("group-deny-misses-members", "bad-though-roles-are-unseen")
    assert partly.findings
    assert [open_.blind.operation for open_ in partly.not_evaluated] == ["iam:GetAccountAuthorizationDetails"]


def test_expiry_of_passwords_is_judged_only_when_named():
    assert "password-policy-expiry" not in {rule.id for rule in select(RULES)}
    assert "password-policy-expiry" in {rule.id for rule in select(RULES, ["password-policy-expiry"])}


def test_counting_devices_takes_the_opt_in_and_their_kind_does_not():
    by_default = {rule.id for rule in select(RULES)}
    assert "user-mfa-not-phishing-resistant" in by_default
    assert "user-mfa-single-device" not in by_default
    assert "user-mfa-single-device" in {rule.id for rule in select(RULES, opted_in=["mfa-devices"])}
