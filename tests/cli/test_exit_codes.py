"""The table of exit codes, row by row."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.cli.main import main
from tests.cli.runs import BAD, DENIED, GOOD, PROGRAM, auditor, environ, partly_seen, snapshot, unseen
from tests.fake_aws import FakeAWS, Fault, accounts

ROOT = ("--select", "root-mfa-missing")
TWO = ("--select", "root-mfa-missing,password-policy-missing")
EXIT_ZERO, ALLOW = "--exit-zero", "--allow-incomplete"


@pytest.mark.parametrize(
    ("state", "options", "code"),
    [
        ("good", (), 0),
        ("good", (EXIT_ZERO,), 0),
        ("bad", (), 1),
        ("bad", ("--fail-on", "critical"), 1),
        ("bad", ("--fail-on", "root-mfa-missing"), 1),
        ("bad", ("--fail-on", "root-access-key-*"), 0),
        ("bad", ("--fail-on", "never"), 0),
        ("bad", ("--set", "rules.severity.root-mfa-missing=low"), 0),
        ("bad", ("--set", "rules.severity.root-mfa-missing=low", "--fail-on", "any"), 1),
        ("bad", (EXIT_ZERO,), 0),
        ("unseen", (), 3),
        ("unseen", (ALLOW,), 3),
        ("unseen", (EXIT_ZERO,), 3),
        ("unseen", (EXIT_ZERO, ALLOW), 3),
    ],
)
def test_what_was_found_and_what_was_not_seen(state, options, code, cli, tmp_path):
    file = tmp_path / "snapshot.json"
    made = {"good": lambda: snapshot(file), "bad": lambda: snapshot(file, summary=BAD), "unseen": lambda: unseen(file)}
    assert cli("check", made[state](), *ROOT, *options).code == code


@pytest.mark.parametrize(
    ("summary", "options", "code"),
    [
        (GOOD, (), 3),
        (GOOD, (ALLOW,), 0),
        (GOOD, (EXIT_ZERO,), 3),
        (GOOD, (EXIT_ZERO, ALLOW), 0),
        (BAD, (), 1),
        (BAD, (ALLOW,), 1),
        (BAD, (EXIT_ZERO,), 3),
        (BAD, (EXIT_ZERO, ALLOW), 0),
    ],
)
def test_a_part_that_was_not_seen(summary, options, code, cli, tmp_path):
    run = cli("check", partly_seen(tmp_path / "snapshot.json", summary), *TWO, *options)
    assert run.code == code
    assert "1 not evaluated" in run.err
    assert "iam:GetAccountPasswordPolicy" in run.err


def test_findings_come_before_what_was_not_seen_and_both_are_told(cli, tmp_path):
    run = cli("check", partly_seen(tmp_path / "snapshot.json", BAD), *TWO)
    assert run.code == 1
    assert "failed: 1 finding at --fail-on high" in run.err
    assert "incomplete:" in run.err


def test_one_account_of_which_nothing_was_seen_is_no_verdict(cli, tmp_path):
    seen = snapshot(tmp_path / "one.json", account="444455556666")
    run = cli("check", seen, unseen(tmp_path / "two.json"), *ROOT, ALLOW)
    assert run.code == 3
    assert "no verdict: nothing was evaluated" in run.err


def test_a_gap_that_no_question_turned_on_makes_a_run_incomplete_and_is_told(cli, tmp_path):
    gaps = [DENIED | {"section": "iam.account_summary", "resource": "x", "operation": "iam:ListRoles"}]
    gaps[0]["permission"] = "iam:ListRoles"
    file = snapshot(tmp_path / "snapshot.json", gaps=gaps, opted_in=("key-ids",))
    opted = json.loads((tmp_path / "snapshot.json").read_text())
    opted["gaps"][0]["section"] = "iam.access_keys"
    (tmp_path / "snapshot.json").write_text(json.dumps(opted))
    run = cli("check", file, *ROOT)
    assert run.code == 3
    assert "not seen: iam:ListRoles was denied for x; add iam:ListRoles" in run.err
    assert cli("check", file, *ROOT, ALLOW).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--nonsense",),
        ("--", "check"),
        ("chek",),
        ("check", "x.json", "--nonsense"),
        ("check", "missing.json"),
        ("check", "x.json", "--fail-on", "severe"),
        ("check", "x.json", "--select", "usr-key-unused"),
        ("check", "x.json", "--config", "missing.toml"),
        ("check", "x.json", "--format", "pdf"),
        ("check", "x.json", "--rules", "missing"),
        ("explain", "no-such-rule"),
        ("schema", "tests"),
        ("completion",),
        ("config", "show", "gate.nothing"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense(words, cli):
    run = cli(*words)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("error: ")
    assert "  help: " in run.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "there is nothing to check"),
        (("check", "SNAPSHOT", "--ignore", "ALL"), "no rule is selected"),
        (("check", "SNAPSHOT", "--select", ""), "no rule is selected"),
        (("check", "SNAPSHOT", "--select", "user-key-quarantined", "--ignore", "user-key-quarantined"), "no rule is"),
    ],
)
@pytest.mark.parametrize("options", [(), (ALLOW,), (EXIT_ZERO, ALLOW)])
def test_nothing_evaluated(words, said, options, cli, tmp_path):
    file = snapshot(tmp_path / "snapshot.json")
    run = cli(*(file if word == "SNAPSHOT" else word for word in words), *options)
    assert (run.code, run.out) == (3, "")
    assert said in run.err


def broken_pack(folder):
    """Rules of which one raises."""
    folder.mkdir()
    (folder / "mine.py").write_text(
        "from auditor.api import Root, rule\n"
        "def made(id, over, body):\n"
        "    return rule(id, severity='high', over=over, title='t', fix='f', docs='https://example.com')(body)\n"
        "def raises(subject):\n"
        "    '''Why.'''\n"
        "    raise LookupError('a bug \\x1b[2J')\n"
        "def passes(subject):\n"
        "    '''Why.'''\n"
        "    return iter(())\n"
        "one = made('mine-raises', Root, raises)\n"
        "two = made('mine-passes', Root, passes)\n"
    )
    return str(folder)


def test_a_rule_that_raises_makes_a_run_incomplete_and_stops_nothing(cli, tmp_path):
    words = ("check", snapshot(tmp_path / "s.json"), "--rules", broken_pack(tmp_path / "pack"), "--select", "mine-*")
    run = cli(*words, "-f", "json")
    assert run.code == 3
    assert [error["rule"] for error in json.loads(run.out)["errors"]] == ["mine-raises"]
    assert "rule mine-raises raised LookupError: a bug \\x1b[2J" in run.err
    assert cli(*words, ALLOW).code == 0


def test_a_bug_is_told_as_one_and_betrays_nothing(cli, tmp_path, monkeypatch):
    def breaks(*arguments, **options):
        raise ZeroDivisionError("AKIAIOSFODNN7EXAMPLE")

    monkeypatch.setattr("auditor.cli.check.conclude", breaks)
    words = ("check", snapshot(tmp_path / "s.json"), "--select=root-*", "--expect-account", "111122223333")
    run = cli(*words)
    assert run.code == 70
    assert "auditor broke: ZeroDivisionError at test_exit_codes.py:" in run.err
    assert "please report it" in run.err
    assert "--select --expect-account" in run.err
    for secret in ("AKIAIOSFODNN7EXAMPLE", "111122223333", "Traceback"):
        assert secret not in run.err
    loud = cli(*words, "-v")
    assert loud.code == 70
    assert "Traceback" in loud.err


def test_a_rule_that_ends_the_program_is_a_bug_and_no_pass(cli, tmp_path):
    pack = broken_pack(tmp_path / "pack")
    code = (tmp_path / "pack" / "mine.py").read_text().replace("LookupError('a bug \\x1b[2J')", "SystemExit(0)")
    (tmp_path / "pack" / "mine.py").write_text(code)
    assert cli("check", snapshot(tmp_path / "s.json"), "--rules", pack, "--select", "mine-*").code == 70


# -- processes of their own --------------------------------------------------------------------------------------------


HEARS = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Starts a program that hears Ctrl-C even where this process was started without, as in the background of a shell."""


def interrupted(fake, cwd):
    """Interrupt a scan as soon as its first request has arrived; its exit code and what it said."""
    with subprocess.Popen(
        [sys.executable, "-c", HEARS, *PROGRAM, "scan", "--timeout", "60"],
        cwd=cwd,
        env=environ(**fake.env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not fake.calls and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
        return process.returncode, out, err


def test_control_c_ends_a_scan_at_once(tmp_path):
    with FakeAWS(accounts.newborn(), faults=[Fault("*", "hang")]) as fake:
        assert interrupted(fake, tmp_path) == (130, "", "")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_is_no_traceback(cli, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("auditor.cli.rules.run", interrupt)
    assert cli("rules") == (130, "", "")


@pytest.mark.parametrize("command", [("rules",), ("--help",), ("--version",), ("schema", "config")])
def test_a_reader_that_goes_away(command, tmp_path):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*PROGRAM, *command], cwd=tmp_path, env=environ(), stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_files_are_written_though_the_reader_of_standard_output_goes_away(tmp_path):
    file = snapshot(tmp_path / "s.json", summary=BAD)
    read, write = os.pipe()
    os.close(read)
    words = [*PROGRAM, "check", file, "-f", "concise", "-f", "json=out.json"]
    done = subprocess.run(words, cwd=tmp_path, env=environ(), stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.returncode == 141
    assert json.loads((tmp_path / "out.json").read_text())["run"]["exit_code"] == 1


def test_a_full_disk_behind_standard_output(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "rules"],
            cwd=tmp_path,
            env=environ(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert (
        done.stderr
        == "error: cannot write to standard output: No space left on device\n  help: choose another place for it\n"
    )


def test_standard_output_that_is_closed(tmp_path):
    command = f'"{sys.executable}" -m auditor rules >&-'
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "cannot write to standard output: it is closed" in done.stderr


def test_standard_error_that_is_closed_or_full_changes_no_exit_code(tmp_path):
    file = snapshot(tmp_path / "s.json", summary=BAD)
    for redirection in ("2>&-", "2>/dev/full"):
        command = f'"{sys.executable}" -m auditor check {file} --select root-mfa-missing {redirection}'
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "root-mfa-missing" in done.stdout


def test_a_working_folder_that_is_gone(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f'rmdir "{gone}"; exec "{sys.executable}" -P -m auditor check x.json'
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=gone,
        env=environ(PYTHONPATH=str(Path.cwd())),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the working folder cannot be told:")


def test_a_working_folder_that_is_gone_is_no_bug(cli, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    run = cli("check", "x.json")
    monkeypatch.undo()
    assert run.code == 2
    assert run.err.startswith("error: the working folder cannot be told:")


def test_a_reader_of_standard_error_that_goes_away(tmp_path):
    read, write = os.pipe()
    os.close(read)
    words = [*PROGRAM, "check", snapshot(tmp_path / "s.json"), *ROOT]
    done = subprocess.run(words, cwd=tmp_path, env=environ(), stdout=subprocess.PIPE, stderr=write, check=False)
    os.close(write)
    assert done.returncode == 141


def test_streams_of_a_program_that_calls_main(clean, monkeypatch):
    streams = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    for name, stream in streams.items():
        monkeypatch.setattr(f"sys.{name}", stream)
    assert main(["explain", "root-mfa-missing"]) == 0
    assert "root-mfa-missing" in streams["stdout"].getvalue()
    monkeypatch.setattr("sys.__stdout__", None)
    assert main(["rules"]) == 2
    assert "cannot write to standard output: it is closed" in streams["stderr"].getvalue()


def test_the_program_as_a_process(tmp_path):
    assert auditor("check", snapshot(tmp_path / "s.json"), *ROOT, cwd=tmp_path).code == 0
