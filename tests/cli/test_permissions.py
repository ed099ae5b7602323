"""`auditor permissions`: what is printed is enough, and no more than what is called."""

from __future__ import annotations

import json

import pytest

from auditor.collect.registry import action
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import FakeAWS, accounts
from tests.looks import in_few_regions

READING_UNDER_ANOTHER_NAME = {
    "access-analyzer:ValidatePolicy",
    "budgets:ViewBudget",
    "iam:GenerateCredentialReport",
    "iam:GenerateServiceLastAccessedDetails",
}


def listed(cli, *words):
    run = cli("permissions", "--format", "list", *words)
    told = [line for line in run.err.splitlines() if "rules are not asked: with --service" not in line]
    assert (run.code, told) == (0, [])
    return run.out.splitlines()


def test_a_policy_that_iam_takes(cli):
    policy = json.loads(cli("permissions").out)
    assert policy["Version"] == "2012-10-17"
    assert {(statement["Effect"], statement["Resource"]) for statement in policy["Statement"]} == {("Allow", "*")}
    assert sorted(name for statement in policy["Statement"] for name in statement["Action"]) == listed(cli)
    assert len(json.dumps(policy, separators=(",", ":"))) < 6144, (
        "the quota of a managed policy, which counts no spaces"
    )


def test_every_action_only_reads(cli):
    actions = listed(cli, "--with", ",".join(OPT_IN.values()))
    assert actions == sorted(set(actions))
    for name in actions:
        verb = name.partition(":")[2]
        assert verb.startswith(("Get", "List", "Describe", "Lookup")) or name in READING_UNDER_ANOTHER_NAME


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--with", "key-ids,mfa-devices"),
        ("--select", "root-mfa-missing"),
        ("--select", "root-mfa-missing", "--with", "key-ids"),
        ("--select", "password-policy-*"),
        ("--service", "iam"),
    ],
    ids=" ".join,
)
def test_a_scan_calls_nothing_that_is_not_printed(options, cli, at):
    printed = set(listed(cli, *options))
    with FakeAWS(in_few_regions(accounts.neglected())) as fake:
        at(fake)
        cli("scan", *options)
    called = {action(name) for name in fake.calls.names()} - {""}
    assert called <= printed
    assert called & printed


def test_fewer_rules_need_fewer_permissions(cli):
    few = listed(cli, "--select", "root-mfa-missing")
    assert "iam:GetAccountSummary" in few
    assert "iam:GetAccountAuthorizationDetails" not in few
    assert set(listed(cli, "--select", "password-policy-*")) < set(listed(cli))
    assert "iam:ListAccessKeys" in listed(cli, "--with", "key-ids")


def test_terraform(cli):
    run = cli("permissions", "--select", "root-mfa-missing", "--format", "terraform")
    assert 'data "aws_iam_policy_document" "auditor" {\n' in run.out
    assert '      "iam:GetAccountSummary",\n' in run.out
    assert "iam:ListRoles" not in run.out


def test_what_makes_no_sense(cli):
    assert cli("permissions", "--service", "iaam").code == 2
    assert cli("permissions", "--select", "no-such-rule").code == 2
    run = cli("permissions", "--select", "user-mfa-single-device")
    assert run.code == 3
    assert "it needs --with mfa-devices" in run.err
