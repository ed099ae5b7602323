"""README says what is so: its sessions are run, its tables compared, its commands read by the program's own parser."""

import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module

import pytest
import yaml

from auditor.cli.commands import COMMANDS
from auditor.cli.options import parse, parser_of, settings_of
from auditor.cli.overview import overview
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import opt_ins
from auditor.frameworks import available, load
from auditor.report import FORMATS
from tests.cli.runs import auditor, on_terminal
from tests.documents import ROOT, blocks, read, same, section, steps

TEXT = read("README.md")
RULES = load_rules(plugins=False)
WORKFLOW = yaml.safe_load(blocks(TEXT, "yaml")[0].text)
STEPS = WORKFLOW["jobs"]["audit"]["steps"]
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))


@pytest.mark.parametrize("document", ["README.md", "docs/policy.md"])
def test_sessions_show_what_is_printed(document, tmp_path):
    listed = blocks(read(document))
    for block in listed:
        if block.file:
            place = tmp_path / block.file
            place.parent.mkdir(exist_ok=True)
            place.write_text(block.text, encoding="utf-8")
    for step in (step for block in listed if block.language == "console" for step in steps(block)):
        found = run(step.command, tmp_path)
        assert same(step.output, found), f"{step.command} prints\n{found}"


def test_the_library_answers_as_its_page_says():
    """In a process of its own, as for a user: names of the library are loaded when they are first asked for."""
    page = str(ROOT / "docs" / "policy.md")
    code = "import doctest, sys; sys.exit(doctest.testfile(sys.argv[1], module_relative=False, verbose=True).failed)"
    done = subprocess.run([sys.executable, "-c", code, page], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Trying:") >= 10


def run(command, folder):
    """What a reader sees in a terminal, without colours and links."""
    program, *words = shlex.split(command)
    if program != "auditor":
        return subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=True).stdout
    plain = {"NO_COLOR": "1", "AUDITOR_LINKS": "never", "PYTHONPATH": str(ROOT)}
    done = on_terminal(*words, cwd=folder, env=plain)
    assert done.code in (0, 1), done.err
    return done.out + done.err


def commands():
    """Every command line of auditor in blocks that are not run here, because they need AWS."""
    lines = [line for block in blocks(TEXT, "sh") for line in block.text.splitlines()]
    lines += [step["run"] for step in STEPS if "run" in step]
    return [line for line in lines if line.startswith("auditor ")]


@pytest.mark.parametrize("line", commands())
def test_commands_are_such_as_the_program_takes(line):
    command, *words = shlex.split(line.partition("#")[0].partition(">")[0])[1:]
    assert command in COMMANDS
    args = parse(parser_of(command, import_module(f"auditor.cli.{command}")), command, words)
    settings_of(args, {})


def test_the_workflow_has_the_permissions_and_the_order_that_it_needs():
    job = WORKFLOW["jobs"]["audit"]
    assert job["permissions"] == {"contents": "read", "id-token": "write", "security-events": "write"}
    told = [step.get("uses", step.get("run", "")).partition("@")[0] for step in STEPS]
    scan, upload, gate = told[-3:]
    assert "--exit-zero" in scan
    assert upload == "github/codeql-action/upload-sarif"
    assert gate.startswith("auditor check snapshot.json")
    assert not any("if" in step for step in STEPS)
    assert f"sarif={STEPS[-2]['with']['sarif_file']}" in scan


@pytest.mark.parametrize(("faults", "expected"), [((), [0, 1]), (("iam:ListSAMLProviders",), [3, 1])])
def test_the_workflow_uploads_findings_before_it_fails_and_nothing_of_half_a_look(tmp_path, faults, expected):
    from tests.fake_aws import FakeAWS, Fault, accounts
    from tests.looks import in_few_regions

    runs = [step["run"] for step in STEPS if step.get("run", "").startswith("auditor ")]
    with FakeAWS(in_few_regions(accounts.neglected()), faults=[Fault(name, "deny") for name in faults]) as aws:
        env = aws.env | WORKFLOW["jobs"]["audit"]["env"] | {"PYTHONPATH": str(ROOT)}
        codes = [auditor(*shlex.split(line)[1:], cwd=tmp_path, env=env).code for line in runs]
    assert codes == expected


def test_the_configuration_is_valid(tmp_path):
    (block,) = blocks(TEXT, "toml")
    tomllib.loads(block.text)
    (tmp_path / "auditor.toml").write_text(block.text, encoding="utf-8")
    done = auditor("config", "validate", cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    assert (done.code, done.err) == (0, "auditor.toml is valid\n")


def rows(header):
    """The cells of the table with that header."""
    lines = TEXT.partition(f"| {header} |\n")[2].partition("\n\n")[0].splitlines()
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[1:]]


def test_the_table_of_exit_codes_is_that_of_the_help():
    table = re.findall(r"^  (\d+)  +(.+)$", overview().partition("exit codes:")[2], re.MULTILINE)
    assert [(code, meaning.replace("`", "")) for code, meaning in rows("exit code | meaning")] == table


def test_the_table_of_formats_is_that_of_the_program():
    assert rows("format | what it is") == [(f"`{name}`", what) for name, what in FORMATS.items()]


def test_the_number_of_rules():
    assert f"The {len(RULES)} rules of today" in TEXT


def test_the_rules_that_need_more_than_the_ordinary_look():
    needy = {rule.id for rule in RULES.values() if opt_ins(rule)}
    part = section(TEXT, "What it cannot see yet").partition("\n- Resource policies")[0]
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", part)) == needy


def test_the_frameworks():
    listed = re.findall(r"\d\.\d", TEXT.partition("CIS AWS Foundations ")[2].partition(", AWS Found")[0])
    assert [f"cis-{version}" for version in listed] == [name for name in available() if name.startswith("cis-")]
    for name in set(available()) - {f"cis-{version}" for version in listed}:
        assert f"(`{name}`)" in TEXT
        assert load(name).controls


def test_the_first_block_holds_the_two_commands():
    first = blocks(TEXT)[0].text
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["demo", "test"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)[^)]*\)", read(document)):
        assert ((ROOT / document).parent / target).exists(), f"{document} links to {target}"


def test_make_targets_that_documents_name_exist():
    there = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", read(document), re.MULTILINE))
        assert named <= there, document
