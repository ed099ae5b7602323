"""The debug log: what it tells, where, and what it never tells."""

from __future__ import annotations

import json
import logging
import re

import pytest

from auditor.cli.secrets import HIDDEN, conceal
from auditor.evaluate.registry import load_rules
from tests.cli.runs import BAD, auditor, snapshot
from tests.fake_aws import FakeAWS, accounts
from tests.looks import in_few_regions

ROOT = ("--select", "root-mfa-missing")


@pytest.fixture
def file(tmp_path):
    return snapshot(tmp_path / "s.json", summary=BAD)


def test_verbose_tells_what_is_done(cli, file):
    run = cli("check", file, *ROOT, "-v")
    assert re.search(r"^\d{4}-\d\d-\d\d .* debug auditor: auditor .* check, configuration: none$", run.err, re.M)
    assert f"debug auditor: 1 of {len(load_rules())} rules selected" in run.err
    assert "debug auditor: exit code 1" in run.err
    assert "debug" not in run.out
    assert logging.getLogger("auditor").handlers == []


def test_a_log_of_objects(cli, file):
    run = cli("check", file, *ROOT, "-v", "-q", "--log-format", "json")
    lines = [json.loads(line) for line in run.err.splitlines()]
    assert lines[-1] | {"time": ""} == {"time": "", "level": "debug", "logger": "auditor", "message": "exit code 1"}
    assert all(line.keys() == {"time", "level", "logger", "message"} for line in lines)


def test_a_log_in_a_file_goes_on(cli, file, tmp_path):
    for form in ("text", "json", "text"):
        run = cli("check", file, *ROOT, "--log-file", "run.log", "--log-format", form)
        assert "debug" not in run.err
    text = (tmp_path / "run.log").read_text()
    assert text.count("exit code 1") == 3
    (tmp_path / "empty.log").touch()
    assert cli("check", file, *ROOT, "--log-file", "empty.log").code == 1
    assert "exit code 1" in (tmp_path / "empty.log").read_text()


@pytest.mark.parametrize("place", ["missing/run.log", "folder", "other.txt"])
def test_a_log_that_cannot_be_written(place, cli, file, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "other.txt").write_text("kept")
    run = cli("check", file, "--log-file", place)
    assert run.code == 2
    assert f"error: cannot write {place}: " in run.err
    assert (tmp_path / "other.txt").read_text() == "kept"


def test_nothing_that_was_said_in_confidence_is_logged(tmp_path):
    """Everything that botocore has to say about a scan with a role, under the strictest reading."""
    account = in_few_regions(accounts.neglected())
    role = f"arn:aws:iam::{account.id}:role/SecurityAudit"
    with FakeAWS(account) as fake:
        words = ("scan", "-vv", "--log-file", "run.log", "--role-arn", role, "--external-id", "audit")
        run = auditor(*words, cwd=tmp_path, env=fake.env)
        secrets = {session.secret for session in fake._sessions._sessions.values()}
        secrets |= {session.token for session in fake._sessions._sessions.values() if session.token}
    log = (tmp_path / "run.log").read_text()
    assert run.code == 1, run.err
    assert "botocore" in run.err
    assert "AssumeRole" in log
    for text in (run.err, log):
        for secret in secrets:
            assert secret not in text
        for bodies in (
            "PolicyDocument",
            "<UserName>",
            "Version=2010-05-08",
            "Signature=",
            "ExternalId=",
            "SecretAccess",
        ):
            assert bodies not in text.replace("AWS_SECRET_ACCESS_KEY", "")
        for user in account.users:
            if user.name not in ("admin", "audit"):
                assert f"/{user.name}" not in text


def test_the_libraries_are_silent_unless_asked_twice(tmp_path):
    with FakeAWS(accounts.newborn()) as fake:
        once = auditor("scan", *ROOT, "-v", cwd=tmp_path, env=fake.env)
    assert "botocore" not in once.err
    assert "iam.account_summary: done" in once.err


# -- piece by piece ----------------------------------------------------------------------------------------------------

TOKEN = "FwoGZXIvYXdzEBYaDHqa0AP/secret/token=="


@pytest.mark.parametrize(
    "text",
    [
        f"X-Amz-Security-Token: {TOKEN}",
        f"{{'x-amz-security-token': '{TOKEN}'}}",
        f'"SessionToken": "{TOKEN}"',
        f"<SessionToken>{TOKEN}</SessionToken>",
        f"aws_secret_access_key = {TOKEN}",
        f"SecretAccessKey={TOKEN}&x=1",
        f"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature={TOKEN}",
        f"TokenCode={TOKEN}",
        f"ExternalId={TOKEN}",
        f"b'access_token': b'{TOKEN}'",
    ],
)
def test_what_is_called_like_a_credential_is_hidden(text):
    hidden = conceal(text, {})
    assert HIDDEN in hidden
    assert "secret/token" not in hidden


def test_credentials_of_the_environment_are_hidden_wherever_they_stand():
    environ = {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG", "AWS_SESSION_TOKEN": "short"}
    assert conceal("x wJalrXUtnFEMI/K7MDENG y short", environ) == f"x {HIDDEN} y short"
    assert conceal("nothing to hide here", environ) == "nothing to hide here"
