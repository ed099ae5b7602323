from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.report import FORMATS, render
from auditor.report.view import View
from tests.report.sample import judged, small, small_text

SUFFIXES = {
    "concise": "concise.txt",
    "full": "full.txt",
    "table": "table.txt",
    "json": "json",
    "jsonl": "jsonl",
    "markdown": "md",
    "sarif": "sarif",
}
FINDINGS_ONLY = ("jsonl", "sarif")
VIEW = View(exit_code=1)


@pytest.mark.parametrize("name", SUFFIXES)
def test_golden(golden, name):
    golden(f"small.{SUFFIXES[name]}", render(name, small(), VIEW))


@pytest.mark.parametrize("name", [name for name in SUFFIXES if name not in FINDINGS_ONLY])
def test_golden_of_everything(golden, name):
    golden(f"small-all.{SUFFIXES[name]}", render(name, small(), VIEW._replace(show="all")))


@pytest.mark.parametrize("name", FINDINGS_ONLY)
def test_some_formats_hold_findings_whatever_is_asked_for(name):
    assert render(name, small(), VIEW._replace(show="all")) == render(name, small(), VIEW)


def test_golden_of_controls(golden, frameworks):
    frameworks(
        '"1.1" = { title = "Root has MFA", level = 1, assessment = "automated", rules = ["root-mfa-missing"] }\n'
        '"1.2" = { title = "Keys are rotated", level = 2, assessment = "automated", rules = ["sample-key-old"] }\n'
        '"1.3" = { title = "Roles are used", assessment = "automated", rules = ["sample-role-unknown"] }\n'
        '"1.4" = { title = "Policy is strong", level = 1, assessment = "automated", rules = ["sample-policy-weak"] }\n'
        '"1.5" = { title = "Contacts are current", level = 1, assessment = "manual", rules = [] }\n'
        f'"1.10" = {{ title = "{"Long " * 20}", level = 1, assessment = "automated", rules = ["to-be-written"] }}\n'
        '"2" = { severity = "low", assessment = "automated", rules = ["not-run", "sample-policy-weak"] }\n'
    )
    view = View(known_rules=frozenset({"not-run"}), frameworks=("mine",))
    golden("small-compliance.txt", render("compliance", small(), view))
    golden("small-compliance.json", render("json", small(), view))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_text(name):
    view = View(show="all", color=True, links=True, frameworks=("cis-6.0",))
    text = small_text()
    assert render(name, judged(text), view) == render(name, judged(text), view)


def test_no_format_depends_on_the_order_of_hashes(tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from auditor.report import FORMATS, render\n"
        "from auditor.report.view import View\n"
        "from tests.report.sample import small\n"
        "view = View(show='all', frameworks=('cis-6.0', 'fsbp'))\n"
        "sys.stdout.buffer.write(''.join(render(name, small(), view) for name in FORMATS).encode())\n"
    )
    root = str(Path(__file__).parents[2])
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, root],
            env={"PYTHONHASHSEED": seed},
            cwd=tmp_path,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_report_is_a_report(name):
    report = judged(small_text(), rules=())
    text = render(name, report, View(show="all", frameworks=("cis-6.0",)))
    assert (text == "") == (name in ("concise", "full", "table", "jsonl"))
    assert not text or text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_texts_end_with_one_newline(name):
    text = render(name, small(), View(show="all", frameworks=("cis-6.0",)))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_an_unknown_format_is_a_usage_error():
    with pytest.raises(UsageError, match='unknown format "serif"') as caught:
        render("serif", small(), VIEW)
    assert caught.value.help[0] == 'did you mean "sarif"?'


def test_every_format_is_described_in_a_line():
    assert all(text and "\n" not in text and not text.endswith(".") for text in FORMATS.values())


@pytest.mark.parametrize("name", ["concise", "full", "json", "jsonl", "markdown", "sarif"])
def test_formats_load_nothing_heavy(name):
    script = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from auditor.findings.report import Report\n"
        "from auditor.report import render\n"
        "from auditor.report.view import View\n"
        "try: render(sys.argv[1], Report('1', {}, ()), View())\n"
        "except Exception as error: assert type(error).__name__ == 'NothingEvaluated', error\n"
        "found = set(sys.modules) - before\n"
        "heavy = 'pydantic tabulate jsonschema rich importlib.metadata dataclasses logging html xml csv boto3'\n"
        "assert not found & set(heavy.split()), found\n"
    )
    subprocess.run([sys.executable, "-c", script, name], check=True)
