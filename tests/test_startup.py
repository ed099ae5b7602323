"""What commands import: exact, unlike a stopwatch. `make bench-startup` measures what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from auditor.cli.commands import COMMANDS
from auditor.report import FORMATS
from bench.startup import POLICY
from tests.cli.runs import environ, snapshot

HEAVY = frozenset({"boto3", "botocore", "jsonschema", "policyuniverse", "pydantic", "rich", "tabulate", "yaml", "moto"})
SLOW = frozenset({"asyncio", "csv", "html", "importlib.metadata", "importlib.resources", "logging", "xml"})
NEVER_EARLY = HEAVY | SLOW

FIRST_CALL = """
import auditor.aws.account
from auditor.cli.main import main

def called(self, *arguments, **parameters):
    import os
    os._exit(0)

auditor.aws.account.Account.call = called
main(["scan", "--no-config"])
raise SystemExit("no call was made")
"""
"""A scan as far as its first call."""


def imported(*command, cwd, **env):
    """The modules that a command of this Python imports, under `python -X importtime` and nothing else."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=cwd,
        env={key: value for key, value in environ(**env).items() if not key.startswith("COVERAGE")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def found(modules, names):
    """Those of the names that were imported, wholly or in part."""
    return {name for name in names if any(module == name or module.startswith(f"{name}.") for module in modules)}


@pytest.fixture
def started(tmp_path):
    """What Python imports before it runs anything: the environment's own start-up files may import much."""
    before = imported("-c", "pass", cwd=tmp_path)
    return lambda *command, **env: imported("-m", "auditor", *command, cwd=tmp_path, **env) - before


def test_the_version_imports_next_to_nothing(started):
    modules = started("--version")
    assert not found(modules, {*NEVER_EARLY, "argparse", "dataclasses", "enum", "json", "pathlib", "re", "typing"})
    assert {name for name in modules if name.startswith("auditor")} == {
        *("auditor", "auditor.__main__", "auditor.cli", "auditor.cli.main", "auditor.cli.pipe")
    } - {"auditor.__main__"}


@pytest.mark.parametrize(
    "command",
    [
        ("--help",),
        ("scan", "--help"),
        ("completion", "bash"),
        ("schema", "snapshot"),
        ("config", "show"),
        ("rules",),
        ("explain", "root-mfa-missing"),
    ],
    ids=" ".join,
)
def test_what_needs_no_account_imports_nothing_heavy(command, started):
    assert not found(started(*command), NEVER_EARLY)


def test_lint_needs_no_rule_pack_no_snapshot_and_no_yaml(started, tmp_path):
    (tmp_path / "policy.json").write_text(POLICY)
    modules = started("lint", "policy.json")
    assert {"auditor.policy.linting", "auditor.report.concise"} & modules
    assert not found(modules, NEVER_EARLY)
    ours = loaded("lint", "policy.json", cwd=tmp_path)
    assert not {name for name in ours if name.startswith(("auditor.rules", "auditor.snapshot.snapshot", "auditor.aws"))}


def test_questions_about_policies_need_no_rules(started, tmp_path):
    (tmp_path / "policy.json").write_text(POLICY)
    modules = started("policy", "compare", "policy.json", "policy.json")
    assert not found(modules, NEVER_EARLY)
    assert "auditor.evaluate.engine" not in modules


def loaded(*words, cwd):
    """Our modules that a command has loaded when it ends; importtime does not name what is imported by name."""
    code = "import sys; from auditor.cli.main import main; main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=cwd, env=environ(), capture_output=True, text=True, check=True
    )
    return {name for name in done.stderr.split() if name.startswith("auditor.")}


def test_one_command_is_loaded(tmp_path):
    commands = {f"auditor.cli.{name}" for name in COMMANDS}
    for words in (("explain", "root-mfa-missing"), ("schema", "config"), ("permissions",)):
        assert loaded(*words, cwd=tmp_path) & commands == {f"auditor.cli.{words[0]}"}


def test_a_check_reads_a_snapshot_and_needs_no_aws(started, tmp_path):
    modules = started("check", snapshot(tmp_path / "s.json"), "--allow-incomplete", "--exit-zero")
    assert "pydantic" in modules
    assert not found(modules, HEAVY - {"pydantic"})
    assert not {name for name in modules if name.startswith(("auditor.aws", "auditor.collect"))}


def test_one_format_is_loaded(tmp_path):
    file = snapshot(tmp_path / "s.json")
    reports = {f"auditor.report.{name}" for name in FORMATS}
    for name in ("concise", "table", "json"):
        words = ("check", file, "--select", "root-mfa-missing", "-q", "-f", name)
        assert loaded(*words, cwd=tmp_path) & reports == {f"auditor.report.{name}"}


def test_a_scan_imports_no_more_than_it_needs_before_its_first_call(tmp_path):
    modules = imported(
        "-c", FIRST_CALL, cwd=tmp_path, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="none"
    )
    assert {"boto3", "pydantic"} <= modules
    assert not found(modules, HEAVY - {"boto3", "botocore", "pydantic"})
    assert "asyncio" not in modules


def test_the_public_names_are_imported_on_first_use(tmp_path):
    assert not found(imported("-c", "import auditor", cwd=tmp_path) - imported("-c", "pass", cwd=tmp_path), NEVER_EARLY)
    assert "pydantic" in imported("-c", "import auditor; auditor.load_snapshot", cwd=tmp_path)
