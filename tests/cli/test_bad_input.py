"""Bad input: one clear error that says what to do, the documented exit code, no traceback, and no file lost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import BAD, PROGRAM, environ, snapshot
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.looks import in_few_regions

LONGEST = 2000
"""Characters that an error may take, with its help, whatever the input."""

EMPTY = {
    "schema": "auditor/snapshot/v1",
    "account": "111122223333",
    "collection": {"taken_at": "2026-11-20T12:00:00Z", "tool_version": "0"},
}


def told(run, code=2):
    """The one error of a run; it says what to do and betrays no insides."""
    assert (run.code, run.out) == (code, ""), run
    assert run.err.count("error: ") == 1
    assert run.err.startswith("error: ")
    assert "  help: " in run.err
    assert "Traceback" not in run.err
    assert len(run.err) < LONGEST
    return run.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("no json", "is not JSON: line 1, column 1"),
        ("[1, 2", "ends in the middle"),
        ("[]", "it holds a list"),
        ("null", "it holds null"),
        ("{}", "it names no schema"),
        (json.dumps(EMPTY | {"schema": "auditor/snapshot/v9"}), "has the schema"),
        (json.dumps(EMPTY | {"schema": "\x1b[2J" * 500}), "is not a snapshot"),
        (json.dumps(EMPTY | {"schema": ["x"]}), "is not a snapshot"),
        (json.dumps(EMPTY)[:-30], "ends in the middle"),
        (json.dumps(EMPTY | {"account": 111122223333}), '"/account" (line 1'),
        (json.dumps(EMPTY | {"iam": {"users": []}}), '"/iam/users"'),
        (json.dumps(EMPTY | {"iam": {"user": {}}}), '"/iam/user"'),
        (json.dumps(EMPTY | {"iam": None}), '"/iam"'),
        (json.dumps(EMPTY | {"collection": {"taken_at": "yesterday", "tool_version": "0"}}), "taken_at"),
        (json.dumps(EMPTY | {"x" * 100_000: 1}), "is not a valid snapshot"),
        (json.dumps(EMPTY | {str(number): 1 for number in range(5000)}), "more"),
        ('{"schema": 1, "schema": 2}', "stands twice"),
        ('{"schema": NaN}', "NaN is no JSON number"),
        ('{"account": ' + "1" * 5000 + "}", "is not JSON that auditor reads"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("\ufeff" + "{", "ends in the middle"),
        ('{"a": "\ud800"}', "is not a snapshot"),
        ("user,arn,user_creation_time\n", "is a credential report"),
        (json.dumps({"UserDetailList": []}), "--authorization-details"),
        (json.dumps({"Content": "", "ReportFormat": "text/csv"}), "--credential-report"),
    ],
    ids=range(27),
)  # fmt: skip
def test_snapshots_that_are_none(content, said, cli, tmp_path):
    file = tmp_path / "snapshot.json"
    file.write_bytes(content.encode("utf-8", "backslashreplace"))
    before = file.read_bytes()
    for words in (("check", file), ("check", file, "-f", f"json={tmp_path / 'out.json'}")):
        assert said in told(cli(*words))
    assert file.read_bytes() == before
    assert not (tmp_path / "out.json").exists()


def test_bytes_that_are_no_text(cli, tmp_path):
    for name, content in (("utf16", "{}".encode("utf-16")), ("gzip", b"\x1f\x8b\x08\x00"), ("zeros", b"\0" * 100)):
        (tmp_path / name).write_bytes(content)
        told(cli("check", tmp_path / name))


def test_places_that_cannot_be_read(cli, tmp_path):
    for place, said in ((tmp_path / "no.json", "does not exist"), (tmp_path, "is a folder"), ("x" * 300, "cannot be")):
        assert said in told(cli("check", place))


def test_a_file_without_end(tmp_path):
    """With memory for the largest snapshot only, as far as it must be held to see that it is too large."""
    done = subprocess.run(
        [*PROGRAM, "check", "/dev/zero"],
        cwd=tmp_path,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000)),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: /dev/zero is too large")


def test_a_huge_file_is_not_read(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("auditor.snapshot.files.MAX_BYTES", 1000)
    (tmp_path / "huge.json").write_text(json.dumps(EMPTY) + " " * 1000)
    assert "too large: auditor reads at most 1,000 bytes" in told(cli("check", tmp_path / "huge.json"))


def test_standard_input_that_is_no_snapshot(tmp_path):
    done = subprocess.run(
        [*PROGRAM, "check", "-"], cwd=tmp_path, env=environ(), input="{", capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: - ends in the middle")


# -- exports -----------------------------------------------------------------------------------------------------------

HEADER = "user,arn,user_creation_time,password_enabled,mfa_active"


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("", "empty"),
        ("user,arn\nalice,x\n", "column"),
        (HEADER + "\nalice\n", "no column"),
        (HEADER.replace(",mfa_active", "") + "\n<root_account>,arn:aws:iam::111122223333:root,no_information,x\n", ""),
        ("<html>", ""),
        ('"' * 1001, ""),
        ("{}", ""),
    ],
)  # fmt: skip
def test_credential_reports_that_are_none(report, said, cli, tmp_path):
    (tmp_path / "report.csv").write_text(report)
    assert said in told(cli("check", "--credential-report", tmp_path / "report.csv"))


@pytest.mark.parametrize(
    "details",
    [
        "",
        "[]",
        "{}",
        '{"UserDetailList": {}}',
        '{"UserDetailList": [1], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}',
        '{"UserDetailList": [{"UserName": 1}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}',
        '{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}',
        "[" * 100_000,
    ],
)
def test_authorization_details_that_are_none(details, cli, tmp_path):
    (tmp_path / "details.json").write_text(details)
    told(cli("check", "--authorization-details", tmp_path / "details.json"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--taken-at", "yesterday", "--credential-report", "x.csv"), '--taken-at "yesterday" is not a time'),
        (("s.json", "--taken-at", "2026-01-01"), "--taken-at is for exported files"),
    ],
)
def test_moments_that_are_none(words, said, cli, tmp_path):
    snapshot(tmp_path / "s.json")
    assert said in told(cli("check", *words))


# -- rules, selectors, formats -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing_of_the_kind\n", "ModuleNotFoundError"),
        ("def broken(:\n", "SyntaxError"),
        ("raise RuntimeError('\\x1b[2J')\n", "RuntimeError: \\x1b[2J"),
        ("raise SystemExit(0)\n", "SystemExit"),
        (
            "from auditor.api import Root, rule\n"
            "@rule('Not An Id', severity='high', over=Root, title='t', fix='f', docs='https://example.com')\n"
            "def one(root):\n    '''Why.'''\n    return iter(())\n",
            "Not An Id",
        ),
        (
            "from auditor.api import Root, rule\n"
            "@rule('root-mfa-missing', severity='high', over=Root, title='t', fix='f', docs='https://example.com')\n"
            "def one(root):\n    '''Why.'''\n    return iter(())\n",
            "stands in two packs",
        ),
    ],
)
def test_rules_that_do_not_import(text, said, cli, tmp_path):
    (tmp_path / "mine.py").write_text(text)
    for command in (("check", snapshot(tmp_path / "s.json")), ("rules",), ("explain", "root-mfa-missing")):
        assert said in told(cli(*command, "--rules", tmp_path / "mine.py"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--select", "user-key-unusd"), 'did you mean "user-key-unused"?'),
        (("--ignore", "nothing-*"), 'unknown rule "nothing-*"'),
        (("--select", "severity:severe"), '"severe" is not a severity'),
        (("--select", "framework:cis-99"), "unknown framework"),
        (("--select", "tag:nothing"), "tag:nothing"),
        (("--select", "claim:S999"), "claim:S999"),
        (("--select", "\x1b[2J" * 1000), "unknown rule"),
        (("--fail-on", "hihg"), 'did you mean "high"?'),
        (("--fail-on", "never,high"), "something fails the run and that nothing does"),
        (("--fail-on", ","), "gate.fail_on names nothing"),
        (("--framework", "cis-5"), "unknown framework"),
        (("-f", "jsn"), 'did you mean "json"?'),
        (("-f", "json="), "names no file"),
        (("-f", "json", "-f", "sarif"), "standard output takes one report, not json, sarif"),
        (("--width", "wide"), "--width must be a whole number"),
        (("--set", "gate"), '--set "gate" is not key=value'),
        (("--set", "rules.severity.no-such-rule=low"), 'unknown rule "no-such-rule"'),
        (("--set", "rules.options.user-key-not-rotated.max_days=1"), "max_days"),
        (("--set", "rules.options.user-key-not-rotated.max_age_days=soon"), "max_age_days"),
        (("--set", "rules.options.user-key-not-rotated.max_age_days=-1"), "max_age_days"),
        (("--expect-account", "prod"), "an account id of 12 digits"),
        (("--profile", "prod"), "--profile belongs to scan, collect"),
        (("--no-such-option",), "has no option --no-such-option"),
        (("--selct", "x"), 'did you mean "--select"?'),
        (("--config", "x.toml", "--no-config"), "contradict each other"),
    ],
)
def test_options_that_make_no_sense(options, said, cli, tmp_path):
    file = snapshot(tmp_path / "s.json", summary=BAD)
    assert said in told(cli("check", file, *options))


def test_a_command_that_takes_no_files(cli):
    assert 'too many arguments: "x.json"' in told(cli("demo", "x.json"))


# -- credentials -------------------------------------------------------------------------------------------------------

NOWHERE = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def without_credentials(monkeypatch):
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("command", [("scan",), ("collect",)])
def test_no_credentials(command, cli, clean, monkeypatch):
    without_credentials(monkeypatch)
    said = told(cli(*command), 3)
    assert "no AWS credentials found" in said
    assert "aws sso login" in said


def test_a_profile_that_is_not_there(cli, clean, monkeypatch):
    without_credentials(monkeypatch)
    assert 'there is no AWS profile "prod"' in told(cli("scan", "--profile", "prod"), 3)


def test_half_of_a_key(cli, clean, monkeypatch):
    without_credentials(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    assert "credentials" in told(cli("scan"), 3)


@pytest.mark.parametrize("options", [(), ("--allow-incomplete", "--exit-zero")])
def test_an_expired_token(options, cli, at):
    with FakeAWS(accounts.newborn(), faults=[Fault("*", "expired")]) as fake:
        at(fake)
        said = told(cli("scan", *options), 3)
    assert "AWS does not accept these credentials: ExpiredToken" in said


def test_an_endpoint_that_is_none(cli, at):
    with FakeAWS(accounts.newborn()) as fake:
        at(fake, AWS_ENDPOINT_URL="no url")
        assert "could not tell which account this is" in told(cli("scan", "--max-retries", "0"), 3)


def test_an_endpoint_where_nobody_answers(cli, at):
    with FakeAWS(accounts.newborn()) as fake:
        at(fake)
    assert "could not tell which account this is" in told(cli("scan", "--max-retries", "0"), 3)


def test_a_region_that_is_none(cli, at):
    with FakeAWS(accounts.newborn()) as fake:
        at(fake)
        told(cli("scan", "--region", "../x", "--max-retries", "0"), 3)


def test_an_account_that_lets_nobody_look(cli, at):
    with FakeAWS(in_few_regions(accounts.newborn()), faults=[Fault("*", "deny")]) as fake:
        at(fake)
        assert "auditor permissions" in told(cli("scan"), 3)


# -- places to write to ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("missing/out.json", "cannot write missing/out.json: No such file or directory"),
        ("folder", "cannot write folder: it is a folder"),
        ("file/out.json", "cannot write file/out.json: Not a directory"),
        ("/proc/out.json", "cannot write /proc/out.json"),
        ("x" * 300, "File name too long"),
        ("circle", "circle"),
    ],
)
def test_places_that_cannot_be_written_are_refused_before_anything_is_looked_at(place, said, cli, at, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "circle").symlink_to("circle")
    file = snapshot(tmp_path / "s.json", summary=BAD)
    with FakeAWS(accounts.newborn()) as fake:
        at(fake)
        for words in (
            ("check", file, "-f", "concise", "-f", f"json={place}"),
            ("scan", "-f", f"sarif={place}"),
            ("scan", "--save-snapshot", place),
            ("collect", "-o", place),
        ):
            assert said in told(cli(*words))
        assert fake.calls == []
    assert (tmp_path / "file").read_text() == "kept"


def test_a_folder_that_may_not_be_written(tmp_path):
    """As a user who is not root, where the tests run as root; the checkout may be out of that user's reach."""
    folder = tmp_path / "folder"
    folder.mkdir()
    snapshot(tmp_path / "s.json")
    text = (tmp_path / "s.json").read_text()
    folder.chmod(0o555)
    code = (
        "import os, sys\n"
        "from auditor.cli.main import main\n"
        "import auditor.cli.check, auditor.cli.failure, auditor.evaluate.engine, auditor.report.json\n"
        "import auditor.snapshot.files, auditor.snapshot.positions, importlib.metadata, encodings.utf_8_sig\n"
        "main(['check', '-', '--no-plugins', '-f', 'json=' + os.devnull])\n"
        "sys.stdin = open(sys.argv[1])\n"
        "os.geteuid() or os.setuid(65534)\n"
        "sys.exit(main(['check', '-', '--no-plugins', '--no-config', '-f', 'json=folder/out.json']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s.json")],
        cwd=tmp_path,
        env=environ(PYTHONPATH=str(Path.cwd())),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "error: cannot write folder/out.json: Permission denied" in done.stderr
    assert done.returncode == 2
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("check", "s.json", "-f", "json=s.json"),
        ("check", "s.json", "-f", "json=./s.json"),
        ("check", "s.json", "-f", "json=link.json"),
        ("check", "s.json", "-f", "json=out.json", "-f", "sarif=out.json"),
        ("check", "--credential-report", "s.json", "-f", "json=s.json"),
        ("check", "s.json", "--log-file", "s.json"),
        ("scan", "--save-snapshot", "s.json", "-f", "json=s.json"),
    ],
    ids=" ".join,
)
def test_no_input_and_no_other_output_is_overwritten(words, cli, tmp_path):
    snapshot(tmp_path / "s.json", summary=BAD)
    (tmp_path / "out.json").write_text("kept")
    (tmp_path / "link.json").symlink_to("s.json")
    before = (tmp_path / "s.json").read_bytes()
    assert "cannot write" in told(cli(*words))
    assert (tmp_path / "s.json").read_bytes() == before
    assert (tmp_path / "out.json").read_text() == "kept"


def test_a_report_that_fails_leaves_the_former_one(cli, tmp_path, monkeypatch):
    (tmp_path / "out.json").write_text("kept")

    def breaks(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("auditor.textfiles.os.fsync", breaks)
    said = told(cli("check", snapshot(tmp_path / "s.json"), "-f", "json=out.json"))
    assert "cannot write out.json: No space left on device" in said
    assert (tmp_path / "out.json").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "s.json"]


def test_a_name_with_a_null_byte(cli, tmp_path):
    (tmp_path / "auditor.toml").write_text('[report]\nformat = ["json=a\\u0000b"]\n')
    assert "cannot be the name of a file" in told(cli("check", snapshot(tmp_path / "s.json")))


def test_config_init_keeps_what_is_there(cli, tmp_path):
    (tmp_path / "auditor.toml").write_text("[gate]\n")
    assert "auditor.toml is here already" in told(cli("config", "init"))
    assert (tmp_path / "auditor.toml").read_text() == "[gate]\n"
    assert "takes no keys" in told(cli("config", "validate", "gate"))
