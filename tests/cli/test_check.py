"""`auditor check`: snapshots and exported files, one or several, judged without network."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

import pytest

from auditor.report import FORMATS
from tests.cli.runs import BAD, PROGRAM, environ, snapshot

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "accounts"
ROOT = ("--select", "root-mfa-missing")

REPORT = """\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,\
cert_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,\
not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
alice,arn:aws:iam::111122223333:user/alice,2020-01-01T00:00:00+00:00,true,2026-11-01T00:00:00+00:00,\
2020-01-01T00:00:00+00:00,N/A,false,true,2020-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
"""

DETAILS = {
    "UserDetailList": [
        {
            "Path": "/",
            "UserName": "alice",
            "UserId": "AIDAXXXXXXXXXXXXXXXXX",
            "Arn": "arn:aws:iam::111122223333:user/alice",
            "CreateDate": "2020-01-01T00:00:00+00:00",
            "GroupList": [],
            "AttachedManagedPolicies": [
                {
                    "PolicyName": "AdministratorAccess",
                    "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
                }
            ],
        }
    ],
    "GroupDetailList": [],
    "RoleDetailList": [],
    "Policies": [],
}


def found(run):
    return {(finding["rule"], finding["resource"]["account"]) for finding in json.loads(run.out)["findings"]}


def test_an_export_without_dates_leaves_only_questions_of_age_open(cli, tmp_path):
    service = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "RoleName": "web",
        "Arn": "arn:aws:iam::111122223333:role/web",
        "AssumeRolePolicyDocument": {"Statement": service},
    }
    users = [{key: value for key, value in user.items() if key != "CreateDate"} for user in DETAILS["UserDetailList"]]
    (tmp_path / "d.json").write_text(json.dumps({**DETAILS, "UserDetailList": users, "RoleDetailList": [role]}))
    asked = ("--select", "role-admin-access,user-admin-direct,privesc-effective-principal,role-unused", "-f", "json")
    run = cli("check", "--authorization-details", "d.json", *asked)
    report = json.loads(run.out)
    assert run.code == 1
    assert {finding["resource"]["name"] for finding in report["findings"]} == {"alice"}
    assert [(it["rule"], it["reason"]) for it in report["not_evaluated"] if it["resource"]["name"] == "web"] == [
        ("role-unused", "there is no CreateDate of web")
    ]


def test_several_accounts_make_one_report(cli, tmp_path):
    one = snapshot(tmp_path / "one.json", summary=BAD)
    two = snapshot(tmp_path / "two.json", summary=BAD, account="444455556666")
    good = snapshot(tmp_path / "good.json", account="777788889999")
    run = cli("check", two, good, one, *ROOT, "-f", "json")
    report = json.loads(run.out)
    assert run.code == 1
    assert [part["account"] for part in report["run"]["accounts"]] == ["111122223333", "444455556666", "777788889999"]
    assert found(run) == {("root-mfa-missing", "111122223333"), ("root-mfa-missing", "444455556666")}
    assert "3 accounts" in run.err
    assert cli("check", one, two, good, *ROOT, "-f", "json").out == run.out


def test_accounts_have_the_names_of_the_configuration(cli, tmp_path):
    (tmp_path / "auditor.toml").write_text('[scan]\naccounts = { "111122223333" = "production" }\n')
    run = cli("check", snapshot(tmp_path / "one.json"), *ROOT, "-f", "json")
    assert json.loads(run.out)["run"]["accounts"][0]["alias"] == "production"


def test_standard_input(tmp_path):
    text = Path(snapshot(tmp_path / "s.json", summary=BAD)).read_text()
    for words in (("check", "-", *ROOT), ("check", *ROOT, "--", "-"), (*ROOT, "check", "-")):
        done = subprocess.run(
            [*PROGRAM, *words], cwd=tmp_path, env=environ(), input=text, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "root-mfa-missing" in done.stdout


def test_the_same_file_gives_the_same_bytes(cli):
    words = ("check", FIXTURES / "small.json", "--show", "all")
    for name in ("json", "sarif", "full", "markdown"):
        assert cli(*words, "-f", name).out == cli(*words, "-f", name).out != ""


def test_no_network(cli, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("check used the network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert cli("check", FIXTURES / "well_kept.json").code == 0


def test_exported_files(cli, tmp_path):
    (tmp_path / "report.csv").write_text(REPORT)
    (tmp_path / "details.json").write_text(json.dumps(DETAILS))
    words = ("check", "--authorization-details", "details.json", "--credential-report", "report.csv")
    for moment in ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00", "2026-11-20T14:00:00+02:00"):
        run = cli(*words, "--taken-at", moment, "-f", "json")
        assert json.loads(run.out)["run"]["accounts"][0]["taken_at"] == "2026-11-20T12:00:00Z"
    rules = {rule for rule, _ in found(run)}
    assert {"user-key-not-rotated", "user-console-mfa-missing", "user-admin-direct"} <= rules
    assert run.code == 1
    assert "not answered: " in run.err
    only = cli("check", "--authorization-details", "details.json", "--taken-at", moment, "-f", "json")
    assert "user-admin-direct" in {rule for rule, _ in found(only)}


def test_an_export_and_a_snapshot_together(cli, tmp_path):
    (tmp_path / "details.json").write_text(json.dumps(DETAILS))
    other = snapshot(tmp_path / "other.json", summary=BAD, account="444455556666")
    words = ("--authorization-details", "details.json", "--taken-at", "2026-11-20", "-f", "json")
    run = cli("check", other, *words)
    assert {account for _, account in found(run)} == {"111122223333", "444455556666"}


def test_a_policy_that_the_table_of_aws_managed_policies_lacks_is_not_guessed(cli, tmp_path):
    details = json.loads(json.dumps(DETAILS).replace("AdministratorAccess", "NoSuchPolicyOfAWS"))
    (tmp_path / "details.json").write_text(json.dumps(details))
    run = cli("check", "--authorization-details", "details.json", "--taken-at", "2026-11-20", "-f", "json")
    assert "user-admin-direct" in {entry["rule"] for entry in json.loads(run.out)["not_evaluated"]}


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (("--select", "user-service-account-with-password"), True),
        (("--select", "user-s*", "--min-confidence", "high"), False),
        (("--select", "user-s*"), True),
        (("--select", "user-s*,user-service-account-with-password", "--min-confidence", "high"), True),
        (("--select", "ALL", "--pedantic"), True),
        (("--select", "root-*", "--extend-select", "user-service-account-with-password"), True),
        (("--select", "ALL", "--ignore", "user-service-*"), False),
        (("--select", "tag:nothing-of-the-kind,ALL"), None),
    ],
)
def test_selection_and_confidence(options, asked, cli):
    run = cli("check", FIXTURES / "well_kept.json", *options, "-f", "json")
    if asked is None:
        assert run.code == 2
        return
    ids = {rule["id"] for rule in json.loads(run.out)["run"]["rules"]}
    assert ("user-service-account-with-password" in ids) is asked


def test_options_of_rules_and_severities(cli, tmp_path):
    file = snapshot(tmp_path / "s.json", summary=BAD)
    (tmp_path / "auditor.toml").write_text('[rules.severity]\nroot-mfa-missing = "low"\n[gate]\nfail_on = ["low"]\n')
    run = cli("check", file, *ROOT)
    assert run.code == 1
    assert "low[root-mfa-missing]" in run.out
    assert cli("check", file, *ROOT, "--fail-on", "medium").code == 0
    assert "critical[root-mfa-missing]" in cli("check", file, *ROOT, "--no-config").out


def test_the_expected_account(cli, tmp_path):
    file = snapshot(tmp_path / "s.json")
    words = ("check", file, *ROOT, "--fail-on", "any", "--expect-account")
    assert cli(*words, "111122223333").code == 0
    run = cli(*words, "444455556666")
    assert run.code == 1
    assert "[scan-account-unexpected]" in run.out


def test_lines_of_evidence_are_those_of_the_file(cli, tmp_path):
    file = snapshot(tmp_path / "s.json", summary=BAD)
    run = cli("check", file, *ROOT, "-f", "json")
    (finding,) = json.loads(run.out)["findings"]
    place = next(place for place in finding["evidence"] if place["pointer"].endswith("AccountMFAEnabled"))
    line = (tmp_path / "s.json").read_text().splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 :].startswith('"AccountMFAEnabled": 0')


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("x.json", "-h"), ("--select", "x", "--help")])
def test_help(words, cli):
    run = cli("check", *words)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("usage: auditor check [options] SNAPSHOT...")
    assert "--credential-report FILE" in run.out
    assert "--profile" not in run.out
    assert all(name in run.out for name in FORMATS)


def test_options_before_the_command(cli, tmp_path):
    file = snapshot(tmp_path / "s.json", summary=BAD)
    plain = cli("check", file, *ROOT, "-f", "jsonl")
    assert cli(*ROOT, "-f", "jsonl", "check", file) == plain
    assert cli("--select=root-mfa-missing", "-fjsonl", "check", file) == plain
    assert cli("-q", *ROOT, "check", "-f", "jsonl", file) == (1, plain.out, "")


@pytest.mark.parametrize("words", [("--version",), ("-V",), ("check", "--version"), ("-q", "--version")])
def test_version(words, cli):
    assert cli(*words).out.startswith("auditor 0.")


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)])
def test_the_overview(words, cli):
    run = cli(*words)
    assert run.code == 0
    for word in ("scan", "completion", "exit codes:", "70 "):
        assert word in run.out


def test_a_misspelt_command(cli):
    assert 'unknown command "chek"' in cli("chek").err
    assert 'did you mean "check"?' in cli("chek").err
    assert "`auditor --help` lists the commands" in cli("xyzzy").err
    assert "no command in `auditor -q`" in cli("-q").err
