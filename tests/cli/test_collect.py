"""`auditor collect` against the fake endpoint, over HTTP."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pytest

from auditor.collect.registry import default_sections
from auditor.snapshot.files import loads
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.fake_aws.entities import User
from tests.looks import in_few_regions


@pytest.fixture
def neglected(at):
    """The neglected account, behind an endpoint that this process talks to."""
    with FakeAWS(in_few_regions(accounts.neglected())) as fake:
        at(fake)
        yield fake


def test_a_snapshot_in_a_private_file(neglected, cli, tmp_path):
    run = cli("collect", "-o", "account.json")
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith(f"account {accounts.neglected().id} · {len(neglected.calls)} requests in ")
    assert stat.S_IMODE((tmp_path / "account.json").stat().st_mode) == 0o600
    snapshot = loads((tmp_path / "account.json").read_text(), "account.json")
    assert all(snapshot.is_set(section) for section in default_sections())


def test_a_snapshot_on_standard_output_is_checked_as_a_file_is(neglected, cli, tmp_path):
    (tmp_path / "piped.json").write_text(cli("collect").out)
    cli("collect", "-o", "account.json")
    piped, saved = (json.loads(cli("check", file, "-f", "json").out) for file in ("piped.json", "account.json"))
    assert {each["fingerprint"] for each in piped["findings"]} == {each["fingerprint"] for each in saved["findings"]}
    scanned = json.loads(cli("scan", "-f", "json").out)
    assert {each["fingerprint"] for each in scanned["findings"]} == {each["fingerprint"] for each in saved["findings"]}


def test_slow_sections_and_services(neglected, cli, tmp_path):
    cli("collect", "-o", "slow.json", "--with", "key-ids,mfa-devices")
    assert json.loads((tmp_path / "slow.json").read_text())["collection"]["opted_in"] == ["key-ids", "mfa-devices"]
    neglected.calls.clear()
    cli("collect", "-o", "small.json", "--service", "organizations")
    called = {name.partition(":")[0] for name in neglected.calls.names()}
    assert called == {"sts", "organizations"}
    assert cli("collect", "--service", "iaam").code == 2


def test_the_same_account_gives_the_same_text(neglected, cli):
    one, other = (json.loads(cli("collect").out) for _ in range(2))
    assert one.pop("collection") != {}
    other.pop("collection")
    assert list(one) == list(other)
    assert one == other


def test_what_was_not_seen_is_told_and_kept(cli, at, tmp_path):
    account = in_few_regions(accounts.neglected())
    name = account.users[0].name
    faults = [
        Fault("iam:ListSAMLProviders", "deny"),
        Fault("iam:ListVirtualMFADevices", "fail"),
        Fault("iam:ListAccessKeys", "deny", when=lambda params: params.get("UserName") == name),
    ]
    with FakeAWS(account, faults=faults) as fake:
        at(fake)
        run = cli("collect", "-o", "account.json", "--with", "key-ids", "--max-retries", "0")
    assert run.code == 0
    assert "warning: not seen: iam:ListSAMLProviders was denied; add iam:ListSAMLProviders" in run.err
    assert "warning: not seen: iam:ListVirtualMFADevices failed" in run.err
    assert "warning: not seen: 1 answer about single resources; see gaps in the snapshot" in run.err
    gaps = json.loads((tmp_path / "account.json").read_text())["gaps"]
    assert {gap["operation"] for gap in gaps} == {fault.operation for fault in faults}
    assert cli("check", "account.json", "--select", "mfa-virtual-device-unassigned").code == 3


def test_redaction(neglected, cli):
    users = [f':user{user.path}{user.name}"' for user in accounts.neglected().users]
    plain, redacted = (cli("collect", "--redact", level).out for level in ("off", "names"))
    assert all(user in plain for user in users)
    assert not any(user in redacted for user in users)


def test_an_existing_snapshot_is_kept_where_the_look_fails(cli, at, tmp_path):
    (tmp_path / "account.json").write_text("kept")
    with FakeAWS(accounts.newborn(), faults=[Fault("*", "expired")]) as fake:
        at(fake)
        assert cli("collect", "-o", "account.json").code == 3
    assert (tmp_path / "account.json").read_text() == "kept"
    assert len(list(tmp_path.iterdir())) == 1


def test_quiet(neglected, cli):
    assert cli("collect", "-q", "-o", "account.json") == (0, "", "")


def test_names_do_not_act_on_whoever_reads_a_snapshot_from_standard_output(cli, at, tmp_path):
    account = in_few_regions(accounts.newborn())
    user = User("mallory", tags={"note": "##vso[task.complete] \u202egpj\x9b31m"})
    with FakeAWS(replace(account, users=(user,))) as fake:
        at(fake)
        cli("collect", "-o", "account.json")
        out = cli("collect").out
    assert out.isascii()
    assert "##vso[" not in out
    printed, saved = json.loads(out), json.loads((tmp_path / "account.json").read_text())
    assert printed["iam"]["users"] == saved["iam"]["users"]
    assert printed["iam"]["users"]["mallory"]["Tags"][0]["Value"] == "##vso[task.complete] \u202egpj\x9b31m"
