"""Completion scripts: bash is run, the others are read, and run where they are installed."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys

import pytest

from auditor.cli.commands import COMMANDS
from auditor.report import FORMATS
from auditor.settings import TABLE
from tests.cli.runs import environ

SHELLS = ("bash", "zsh", "fish", "powershell")


@pytest.fixture
def completed(cli, tmp_path):
    """What bash offers for the last of the words."""
    (tmp_path / "auditor.bash").write_text(cli("completion", "bash").out)
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "auditor"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m auditor "$@"\n')
    program.chmod(0o755)

    def complete(*words):
        listed = " ".join(map(shlex.quote, ("auditor", *words)))
        script = (
            f"source {shlex.quote(str(tmp_path / 'auditor.bash'))}\n"
            f"COMP_WORDS=({listed}); COMP_CWORD={len(words)}; _auditor\n"
            'printf "%s\\n" "${COMPREPLY[@]-}"\n'
        )
        env = environ(PATH=f"{folder}:/usr/bin:/bin")
        done = subprocess.run(
            ["bash", "--norc", "-u", "-c", script], env=env, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return done.stdout.split()

    return complete


def test_bash_completes_commands(completed):
    assert completed("") == [*COMMANDS, "--help", "--version"]
    assert completed("com") == ["completion"]
    assert completed("c") == [command for command in COMMANDS if command.startswith("c")]
    assert "collect" in completed("c")


def test_bash_completes_the_options_of_a_command(completed):
    offered = completed("check", "--")
    for setting in TABLE:
        for flag in setting.flags:
            if flag.startswith("--"):
                assert (flag in offered) is ("check" in setting.commands), flag
    assert completed("check", "snapshot.json", "--fail") == ["--fail-on"]
    assert completed("-q", "scan", "--prof") == ["--profile"]


def test_bash_completes_values(completed):
    assert completed("check", "--format", "") == list(FORMATS)
    assert completed("check", "-f", "js") == ["json", "jsonl"]
    assert completed("scan", "--redact", "") == ["off", "names", "strict"]
    assert completed("rules", "--format", "") == ["table", "json", "markdown"]
    assert completed("schema", "") == ["config", "snapshot", "report"]
    assert completed("config", "v") == ["validate"]
    assert completed("completion", "") == list(SHELLS)
    assert completed("policy", "check-") == ["check-access", "check-public"]
    assert completed("lint", "--type", "s") == ["scp", "session"]


def test_bash_completes_rules(completed):
    assert completed("explain", "root-mfa-m") == ["root-mfa-missing"]


def test_bash_leaves_file_names_to_itself(completed):
    assert completed("check", "") == []
    assert completed("check", "--config", "") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_knows_every_command_and_option(shell, cli):
    run = cli("completion", shell)
    assert (run.code, run.err) == (0, "")
    for command in COMMANDS:
        assert command in run.out
    for setting in TABLE:
        for flag in setting.flags:
            fish = f"-l {flag[2:]} " if flag.startswith("--") else f"-s {flag[1:]} "
            assert (fish if shell == "fish" else flag) in run.out
    for name in (*FORMATS, "sarif"):
        assert name in run.out


def test_zsh_escapes_what_it_would_read_as_its_own(cli):
    out = cli("completion", "zsh").out
    assert out.startswith("#compdef auditor\n")
    assert r"tag\:…, severity\:high+" in out
    assert "'*--rules[" in out
    assert ":_files'" in out


def test_fish_asks_only_for_what_follows(cli):
    lines = cli("completion", "fish").out.splitlines()
    assert "complete -c auditor -f" in lines
    assert any("__fish_seen_subcommand_from check" in line and line.endswith(" -F") for line in lines)
    assert any("-l redact -x -a 'off names strict'" in line for line in lines)
    assert any("from explain' -a '(auditor rules" in line for line in lines)


def test_powershell_registers_a_completer(cli):
    out = cli("completion", "powershell").out
    assert "Register-ArgumentCompleter -Native -CommandName auditor" in out
    assert "'scan --redact' = @('off', 'names', 'strict')" in out
    assert out.count("{") == out.count("}")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_that_are_here_can_read_their_scripts(shell, cli, tmp_path):
    (tmp_path / "script").write_text(cli("completion", shell).out)
    if program := shutil.which(shell):
        done = subprocess.run([program, "-n", str(tmp_path / "script")], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_shell(cli):
    assert cli("completion", "tcsh").code == 2
