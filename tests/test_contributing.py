"""CONTRIBUTING can be followed to the letter: each walk-through is, in a copy of the checkout."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import environ
from tests.documents import ROOT, Block, blocks, read, same, section, steps

TEXT = read("CONTRIBUTING.md")
LEFT_BEHIND = shutil.ignore_patterns(
    ".git",
    ".venv*",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "*.egg-info",
    "out",
    "build",
    "dist",
    "node_modules",
    ".coverage*",
)
READY = ".ready"
"""What tells make that the environment is there; the copy uses the one that the tests run in."""


@pytest.fixture
def checkout(tmp_path):
    """A copy of the checkout, as somebody has it who begins to work."""
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
    (copy / READY).touch()
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    return copy


@pytest.mark.parametrize("heading", ["Add a rule", "Add a collector", "Add a reporter"])
def test_following_the_text_leads_to_what_it_says(checkout, heading):
    followed = [follow(block, checkout) for block in blocks(section(TEXT, heading))]
    assert sum(followed) >= 1, "a walk-through runs something"


def follow(block: Block, checkout: Path) -> int:
    """Do what a block says; the number of commands that were run."""
    if block.file:
        place = checkout / block.file
        assert not place.exists(), f"{block.file} is there already: choose another example"
        place.parent.mkdir(exist_ok=True)
        place.write_text(block.text, encoding="utf-8")
    elif block.language == "diff":
        subprocess.run(["git", "apply", "-"], input=block.text, text=True, cwd=checkout, check=True)
    elif block.language == "console":
        for step in steps(block):
            found = run(step.command, checkout)
            assert same(step.output, found), f"{step.command} prints\n{found}"
        return len(steps(block))
    return 0


def run(command: str, checkout: Path) -> str:
    """The output of a command in the copy, run by the Python that runs the tests."""
    program, *words = shlex.split(command)
    python = Path(sys.executable)
    line = {
        "auditor": [sys.executable, "-m", "auditor", *words],
        "make": ["make", f"BIN={python.parent}", f"READY={READY}", *words],
        "pytest": [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
    }[program]
    env = {name: value for name, value in environ().items() if not name.startswith(("COV", "PYTEST", "MAKE"))}
    done = subprocess.run(line, cwd=checkout, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command} failed\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """The folder of README's rule, with an example of each kind, and the test that CONTRIBUTING gives for it."""
    (rule,) = [block for block in blocks(read("README.md"), "python") if block.file]
    examples = tmp_path / "examples" / "house-user-name-temporary"
    for place in (tmp_path / rule.file, examples / "good-named.json"):
        place.parent.mkdir(parents=True)
    (tmp_path / rule.file).write_text(rule.text, encoding="utf-8")
    (examples / "good-named.json").write_text(account("ada"), encoding="utf-8")
    (examples / "bad-temp.json").write_text(account("temp", {"temp": "was made on 2024-01-01"}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return examples


def account(name, expect=None):
    user = {"UserName": name, "Arn": f"arn:aws:iam::111122223333:user/{name}", "CreateDate": "2024-01-01T00:00:00Z"}
    return json.dumps({"iam": {"users": {name: user}}} | ({"expect": expect} if expect else {}))


def run_the_test_of_the_pack():
    (block,) = [block for block in blocks(TEXT, "python") if not block.file]
    namespace: dict = {}
    exec(block.text, namespace)
    namespace["test_examples"]()


def test_the_test_of_a_pack_passes_with_examples_of_each_kind(pack):
    run_the_test_of_the_pack()


@pytest.mark.parametrize("missing", ["good-named.json", "bad-temp.json"])
def test_the_test_of_a_pack_fails_without_examples_of_each_kind(pack, missing):
    (pack / missing).unlink()
    with pytest.raises(AssertionError):
        run_the_test_of_the_pack()


def test_every_make_target_is_told_of():
    there = re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE)
    told = re.findall(r"^\| `make ([a-z-]+)` \|", TEXT, re.MULTILINE)
    assert {*there, "lint", "types", "tests", "test"} - {"clean"} == set(told)


def test_the_limit_of_coverage_is_the_one_in_force():
    (limit,) = re.findall(r"^fail_under = (\d+)$", read("pyproject.toml"), re.MULTILINE)
    assert f"stay at {limit} % or above" in TEXT


def test_files_and_folders_that_the_text_names_exist():
    named = set(re.findall(r"`((?:auditor|rules|tests|fixtures|docs|bench|tools|\.ci)/[\w./-]+)`", TEXT))
    written = {block.file for block in blocks(TEXT) if block.file}
    assert named
    assert [name for name in sorted(named - written) if not os.path.lexists(ROOT / name)] == []
