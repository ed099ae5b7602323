"""`auditor permissions`: what is printed is enough, and no more than what is called."""

from __future__ import annotations

import json

import pytest

from tests.fake_aws import FakeAWS, accounts


def listed(cli, *words):
    run = cli("permissions", "--format", "list", *words)
    assert (run.code, run.err) == (0, "")
    return run.out.splitlines()


def test_a_policy_that_iam_takes(cli):
    policy = json.loads(cli("permissions").out)
    (statement,) = policy["Statement"]
    assert policy["Version"] == "2012-10-17"
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    assert statement["Action"] == listed(cli)
    assert len(cli("permissions").out) < 6144, "the quota of a managed policy"


def test_every_action_only_reads(cli):
    actions = listed(cli, "--with", "key-ids,mfa-devices,ssh-keys")
    assert actions == sorted(set(actions))
    for action in actions:
        _, _, verb = action.partition(":")
        assert verb.startswith(("Get", "List", "Describe")) or verb == "GenerateCredentialReport"


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
    with FakeAWS(accounts.neglected()) as fake:
        at(fake)
        cli("scan", *options)
    called = set(fake.calls.names())
    assert called - {"sts:GetCallerIdentity"} <= printed
    assert called & printed


def test_fewer_rules_need_fewer_permissions(cli):
    few = listed(cli, "--select", "root-mfa-missing")
    assert "iam:GetAccountSummary" in few
    assert "iam:GetAccountAuthorizationDetails" not in few
    assert set(listed(cli, "--select", "password-policy-*")) < set(listed(cli))
    assert "iam:ListAccessKeys" in listed(cli, "--with", "key-ids")


def test_terraform(cli):
    run = cli("permissions", "--select", "root-mfa-missing", "--format", "terraform")
    assert run.out.startswith('data "aws_iam_policy_document" "auditor" {\n')
    assert '      "iam:GetAccountSummary",\n' in run.out
    assert "policy      = data.aws_iam_policy_document.auditor.json" in run.out
    assert run.out.count("{") == run.out.count("}")


def test_what_makes_no_sense(cli):
    assert cli("permissions", "--service", "iaam").code == 2
    assert cli("permissions", "--select", "no-such-rule").code == 2
    run = cli("permissions", "--select", "user-mfa-single-device")
    assert run.code == 3
    assert "it needs --with mfa-devices" in run.err
