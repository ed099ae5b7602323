"""`auditor scan` against the fake endpoint, over HTTP."""

from __future__ import annotations

import io
import json
import stat
from collections import Counter

import pytest

from auditor.report import FORMATS
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.looks import in_few_regions


@pytest.fixture
def neglected(at):
    """The neglected account, behind an endpoint that this process talks to."""
    with FakeAWS(in_few_regions(accounts.neglected())) as fake:
        at(fake)
        yield fake


def test_a_scan_reports_and_gates(neglected, cli):
    run = cli("scan")
    assert run.code == 1
    assert "critical[root-mfa-missing]" in run.out
    assert f"account {accounts.neglected().id}" in run.err
    assert "failed: " in run.err
    assert "incomplete" not in run.err


def test_a_well_kept_account_passes_in_every_format_at_once(cli, at, tmp_path):
    files = [word for name in FORMATS for word in ("-f", f"{name}=out.{name}")]
    with FakeAWS(accounts.well_kept()) as fake:
        at(fake)
        run = cli("scan", *files)
    assert (run.code, run.out) == (0, ""), run.err
    assert {path.name for path in tmp_path.iterdir()} == {f"out.{name}" for name in FORMATS}
    assert json.loads((tmp_path / "out.json").read_text())["run"]["complete"] is True
    assert json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["invocations"][0]["exitCode"] == 0


def test_what_is_kept_gives_the_same_findings_later(neglected, cli, tmp_path):
    scanned = cli("scan", "--save-snapshot", "kept.json", "-f", "json")
    assert stat.S_IMODE((tmp_path / "kept.json").stat().st_mode) == 0o600
    requests = len(neglected.calls)
    checked = cli("check", "kept.json", "-f", "json")
    assert len(neglected.calls) == requests
    assert scanned.code == checked.code == 1
    assert scanned.out == checked.out
    assert len(json.loads(scanned.out)["findings"]) > 30


def test_only_what_the_selected_rules_read_is_looked_at(neglected, cli):
    assert cli("scan", "--select", "root-mfa-missing").code == 1
    names = {f"{call.service}:{call.operation}" for call in neglected.calls}
    assert "iam:GetAccountSummary" in names
    assert not names & {"iam:GetAccountAuthorizationDetails", "iam:GetAccountPasswordPolicy"}


def test_a_scan_may_be_limited_to_services(neglected, cli):
    everything = json.loads(cli("scan", "-f", "json", "--exit-zero").out)
    neglected.calls.clear()
    limited = json.loads(cli("scan", "-f", "json", "--exit-zero", "--service", "iam").out)
    assert {call.service for call in neglected.calls} == {"iam", "sts"}
    ids = [{rule["id"] for rule in report["run"]["rules"]} for report in (everything, limited)]
    assert ids[1] < ids[0]
    assert not limited["not_evaluated"]
    told = cli("scan", "-f", "json", "--exit-zero", "--service", "iam", "--select", "privesc-*,root-mfa-missing").err
    assert "rules are not asked: with --service iam they need organizations as well" in told
    assert "not asked" not in cli("scan", "--exit-zero", "--service", "iam,organizations", "--select", "privesc-*").err
    refused = cli("scan", "--service", "iaam")
    assert refused.code == 2
    assert 'did you mean "iam"?' in refused.err


def test_slow_sections_only_where_they_are_asked_for(neglected, cli):
    cli("scan")
    per_user = {"ListAccessKeys", "ListMFADevices", "ListSSHPublicKeys"}
    assert not per_user & {call.operation for call in neglected.calls}
    without = cli("scan", "--select", "root-mfa-missing,user-key-quarantined,user-mfa-single-device")
    assert "warning: user-mfa-single-device is not asked: it needs --with mfa-devices" in without.err
    run = cli("scan", "--with", "key-ids,mfa-devices", "-f", "json")
    assert {call.operation for call in neglected.calls} & per_user == {"ListAccessKeys", "ListMFADevices"}
    assert "user-mfa-single-device" in {rule["id"] for rule in json.loads(run.out)["run"]["rules"]}
    assert cli("scan", "--with", "last-accesed").code == 2


def test_a_rule_that_needs_a_slow_section_alone_is_nothing_to_evaluate(neglected, cli):
    run = cli("scan", "--select", "user-mfa-single-device", "--allow-incomplete")
    assert run.code == 3
    assert "help: user-mfa-single-device is not asked: it needs --with mfa-devices" in run.err
    assert neglected.calls == []


# -- roles -------------------------------------------------------------------------------------------------------------

NEGLECTED = accounts.neglected()
CAREFUL = next(
    f"arn:aws:iam::{NEGLECTED.id}:role{role.path}{role.name}" for role in NEGLECTED.roles if "areful" in str(role.trust)
)
DEVICE = next(device.serial for user in NEGLECTED.users for device in user.mfa)
ASSUME = ("scan", "--select", "root-mfa-missing", "--role-arn", CAREFUL)
EXTERNAL = ("--external-id", "careful")
SERIAL = ("--mfa-serial", DEVICE)


def test_a_role_with_an_external_id_and_mfa(neglected, cli):
    assert cli(*ASSUME, *EXTERNAL, *SERIAL, "--mfa-token", NEGLECTED.mfa_code).code == 1
    (assume,) = [call for call in neglected.calls if call.operation == "AssumeRole"]
    assert assume.params["RoleArn"] == CAREFUL
    assert assume.params["RoleSessionName"] == "auditor"


@pytest.mark.parametrize(
    "options",
    [(), EXTERNAL, (*SERIAL, "--mfa-token", NEGLECTED.mfa_code), (*EXTERNAL, *SERIAL, "--mfa-token", "000000")],
)
def test_a_role_that_does_not_trust_the_caller(options, neglected, cli):
    run = cli(*ASSUME, *options, "--allow-incomplete")
    assert run.code == 3
    assert f"error: cannot assume {CAREFUL}: AccessDenied" in run.err
    assert "help: check the role's trust policy, the external id and the MFA token" in run.err
    assert "iam:GetAccountSummary" not in neglected.calls.names()


def test_the_mfa_code_is_asked_for_where_somebody_can_answer(neglected, cli, monkeypatch):
    class Keyboard(io.StringIO):
        def isatty(self):
            return True

    assert "give --mfa-token CODE" in cli(*ASSUME, *EXTERNAL, *SERIAL).err
    monkeypatch.setattr("sys.stdin", Keyboard(f"{NEGLECTED.mfa_code}\n"))
    run = cli(*ASSUME, *EXTERNAL, *SERIAL)
    assert run.code == 1
    assert run.err.startswith("MFA code: ")
    assert NEGLECTED.mfa_code not in run.err


def test_settings_of_the_environment_and_the_configuration_reach_the_look(neglected, cli, monkeypatch, tmp_path):
    (tmp_path / "auditor.toml").write_text(f'[scan]\nrole_arn = "{CAREFUL}"\nmfa_serial = "{DEVICE}"\n')
    monkeypatch.setenv("AUDITOR_EXTERNAL_ID", "careful")
    assert cli("scan", "--select", "root-mfa-missing", "--mfa-token", NEGLECTED.mfa_code).code == 1


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "permission"), [("deny", True), ("throttle", False), ("fail", False)])
def test_an_operation_that_does_not_answer_makes_the_run_incomplete_and_is_named(kind, permission, cli, at):
    with FakeAWS(in_few_regions(accounts.well_kept()), faults=[Fault("iam:GetAccountPasswordPolicy", kind)]) as fake:
        at(fake)
        run = cli("scan", "-f", "json", "--max-retries", "0")
        allowed = cli("scan", "-f", "json", "--max-retries", "0", "--allow-incomplete")
    assert run.code == 3
    assert "iam:GetAccountPasswordPolicy" in run.err
    assert ("add iam:GetAccountPasswordPolicy (`auditor permissions`)" in run.err) is permission
    assert "incomplete: " in run.err
    report = json.loads(run.out)
    assert report["run"]["complete"] is False
    assert {entry["operation"] for entry in report["not_evaluated"]} == {"iam:GetAccountPasswordPolicy"}
    assert {entry["permission"] for entry in report["not_evaluated"]} == {"iam:GetAccountPasswordPolicy"}
    assert allowed.code == 0


def test_findings_come_before_what_was_denied_and_both_are_told(cli, at):
    with FakeAWS(in_few_regions(accounts.neglected()), faults=[Fault("iam:GetAccountPasswordPolicy", "deny")]) as fake:
        at(fake)
        run = cli("scan")
    assert run.code == 1
    assert "failed: " in run.err
    assert "incomplete: " in run.err


def test_throttling_loses_nothing(cli, at):
    with FakeAWS(in_few_regions(accounts.well_kept())) as calm:
        at(calm)
        undisturbed = cli("scan", "-f", "json")
    faults = [Fault("*", "throttle", times=3)]
    with FakeAWS(in_few_regions(accounts.well_kept()), faults=faults) as busy:
        at(busy)
        throttled = cli("scan", "-f", "json")
    assert throttled.code == undisturbed.code == 0
    reports = [json.loads(run.out) for run in (undisturbed, throttled)]
    assert reports[0]["summary"]["passed"] == reports[1]["summary"]["passed"]
    assert reports[0]["summary"]["requests"] < reports[1]["summary"]["requests"]


def test_another_account_than_expected(neglected, cli):
    words = ("scan", "--select", "root-mfa-missing", "--ignore", "root-mfa-missing", "--expect-account")
    assert "scan-account-unexpected" not in cli(*words, NEGLECTED.id).out
    run = cli(*words, "999999999999", "--fail-on", "scan-account-unexpected")
    assert run.code == 1
    assert "[scan-account-unexpected]" in run.out


# -- redaction ---------------------------------------------------------------------------------------------------------


WORDS = ("helpdesk", "intern", "nobody")
"""Names of users that stand in policies and in the texts of rules too."""

READING_NAMES = {
    "account-primary-contact-incomplete",
    "root-email-not-organizational",
    "user-service-account-with-password",
}
"""The rules that have nothing to go by but what is redacted."""


def test_names_that_are_redacted_stand_nowhere(neglected, cli, tmp_path):
    names = [user.name for user in NEGLECTED.users if len(user.name) > 4 and user.name not in WORDS]
    files = [word for name in FORMATS for word in ("-f", f"{name}=out.{name}")]
    plain = cli("scan", "-f", "json")
    run = cli("scan", "--redact", "strict", "--save-snapshot", "kept.json", *files)
    assert run.code == 1
    texts = [path.read_text() for path in tmp_path.iterdir()]
    assert len(texts) == len(FORMATS) + 1
    for name in names:
        assert name in plain.out
        assert not any(name in text for text in (*texts, run.err))
    by_rule = [
        Counter(finding["rule"] for finding in json.loads(text)["findings"])
        for text in (plain.out, (tmp_path / "out.json").read_text())
    ]
    assert set(by_rule[0] - by_rule[1]) <= READING_NAMES
    assert by_rule[1] <= by_rule[0]
