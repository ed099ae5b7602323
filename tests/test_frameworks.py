from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import frameworks
from auditor.frameworks import FrameworkError, UnknownFramework, available, load, natural, of_rule

FOLDER = Path(__file__).parent.parent / "rules" / "frameworks"

CIS = {
    "cis-1.4": ("1.4.0", 58),
    "cis-1.5": ("1.5.0", 63),
    "cis-2.0": ("2.0.0", 64),
    "cis-3.0": ("3.0.0", 62),
    "cis-4.0": ("4.0.1", 64),
    "cis-5.0": ("5.0.0", 63),
    "cis-6.0": ("6.0.0", 63),
    "cis-7.0": ("7.0.0", 70),
}

HEAD = 'id = "mine"\nname = "Mine"\nversion = "1"\nurl = "https://example.com"\n[controls]\n'


def all_frameworks():
    return [load(framework_id) for framework_id in available()]


def forget():
    for function in (frameworks._files, frameworks._by_rule, frameworks.load):
        function.cache_clear()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An installed package without any framework; gives the folder where its frameworks would be."""
    monkeypatch.setattr(frameworks, "__file__", str(tmp_path / "auditor" / "frameworks.py"))
    forget()
    yield tmp_path / "auditor" / "rules" / "frameworks"
    monkeypatch.undo()
    forget()


@pytest.fixture
def mine(elsewhere):
    """Writes `mine.toml`, which is then the only framework there is."""
    elsewhere.mkdir(parents=True)
    return lambda text: (elsewhere / "mine.toml").write_text(text, encoding="utf-8")


def test_available_is_in_natural_order():
    assert available() == (*CIS, "fsbp", "security-hub")


@pytest.mark.parametrize(("framework_id", "version", "count"), [(k, *v) for k, v in CIS.items()])
def test_cis_versions_are_whole(framework_id, version, count):
    framework = load(framework_id)
    assert (framework.id, framework.version) == (framework_id, version)
    assert len(framework.controls) == count
    for control in framework.controls:
        assert control.title and control.level in (1, 2) and control.severity is None, control.id
        assert re.fullmatch(r"[0-9]+(\.[0-9]+){1,2}", control.id)


def test_only_security_questions_have_no_rules_in_cis():
    without = {
        (framework.id, control.title)
        for framework in all_frameworks()
        if framework.id in CIS
        for control in framework.controls
        if not control.rules
    }
    assert without == {
        (framework_id, "Account security questions are set")
        for framework_id in ("cis-1.4", "cis-1.5", "cis-2.0", "cis-3.0", "cis-4.0")
    }


def test_fsbp_controls_with_rules_have_titles():
    controls = load("fsbp").controls
    assert all(control.severity and control.level is None for control in controls)
    assert [control.id for control in controls if bool(control.title) != bool(control.rules)] == []
    assert any(not control.rules for control in controls)


def test_controls_are_in_natural_order():
    for framework in all_frameworks():
        ids = [control.id for control in framework.controls]
        assert ids == sorted(ids, key=natural), framework.id
    assert sorted(["2.10", "2.9", "2.1.1", "2.1"], key=natural) == ["2.1", "2.1.1", "2.9", "2.10"]


def test_titles_are_plain_sentences():
    for framework in all_frameworks():
        for title in (control.title for control in framework.controls):
            assert title == title.strip() and not title.endswith(".") and len(title) <= 90, title
            assert title[:1] == title[:1].upper(), title


def test_rule_ids_are_kebab_case():
    named = {rule for framework in all_frameworks() for control in framework.controls for rule in control.rules}
    assert len(named) > 100
    assert [rule for rule in named if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", rule)] == []


def test_of_rule_agrees_with_load():
    expected: dict[str, list[tuple[str, str]]] = {}
    for framework in all_frameworks():
        for control in framework.controls:
            for rule in control.rules:
                expected.setdefault(rule, []).append((framework.id, control.id))
    assert {rule: list(of_rule(rule)) for rule in expected} == expected
    assert frameworks._by_rule().keys() == expected.keys()


def test_of_rule_names_each_control_in_order():
    assert of_rule("root-access-key-present") == (
        ("cis-1.4", "1.4"),
        ("cis-1.5", "1.4"),
        ("cis-2.0", "1.4"),
        ("cis-3.0", "1.4"),
        ("cis-4.0", "1.4"),
        ("cis-5.0", "1.3"),
        ("cis-6.0", "2.3"),
        ("cis-7.0", "2.4"),
        ("fsbp", "IAM.4"),
    )
    assert of_rule("no-such-rule") == ()


def test_every_control_stands_on_one_line():
    for framework in all_frameworks():
        lines = (FOLDER / f"{framework.id}.toml").read_text(encoding="utf-8").splitlines()
        assert sum(line.startswith('"') for line in lines) == len(framework.controls), framework.id


def test_of_rule_does_not_parse():
    code = (
        "import sys; from auditor.frameworks import of_rule; assert of_rule('root-mfa-missing'); "
        "print(sorted({'tomllib', 'difflib', 'dataclasses', 'importlib.resources'} & sys.modules.keys()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=FOLDER.parent.parent,
        env={key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")},
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("asked", "near"),
    [("cis-4.0.1", "cis-4.0"), ("CIS-5.0", "cis-5.0"), ("fsb", "fsbp"), ("cis-8.0", "cis-")],
)
def test_unknown_framework_names_near_ones(asked, near):
    with pytest.raises(UnknownFramework, match=f"unknown framework '{asked}': did you mean {near}") as caught:
        load(asked)
    assert isinstance(caught.value, LookupError)
    assert caught.value.near[0].startswith(near)


@pytest.mark.parametrize("asked", ["", "../../pyproject", "x" * 5000])
def test_unknown_framework_without_near_ones_lists_all(asked):
    with pytest.raises(UnknownFramework, match=r"there are cis-1\.4, .*, fsbp, security-hub$") as caught:
        load(asked)
    assert caught.value.near == ()
    assert len(str(caught.value)) < 250


def test_data_is_found_inside_an_installed_package(mine):
    mine(HEAD + '"A.1" = { assessment = "manual", rules = ["one-rule"] }\n')
    assert available() == ("mine",)
    (control,) = load("mine").controls
    assert control == ("A.1", "", None, None, "manual", ("one-rule",))
    assert of_rule("one-rule") == (("mine", "A.1"),)


@pytest.mark.usefixtures("elsewhere")
def test_missing_data_is_an_error():
    with pytest.raises(FrameworkError, match="no framework files in "):
        available()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ('"text"', "must be a table, not 'text'"),
        ('{ rules = [], assessment = "manual", titel = "x" }', "unknown key 'titel'"),
        ('{ rules = [], assessment = "manual", title = 1 }', "`title` must be a text, not 1"),
        ('{ rules = [], assessment = "manual", level = 3 }', "`level` must be 1 or 2, not 3"),
        ('{ rules = [], assessment = "manual", level = true }', "`level` must be 1 or 2, not True"),
        ('{ rules = [], assessment = "manual", severity = "bad" }', "`severity` must be one of info, low,"),
        ("{ rules = [] }", "`assessment` must be automated or manual, not None"),
        ('{ assessment = "manual" }', "`rules` must be a list of rule ids, not None"),
        ('{ assessment = "manual", rules = ["Root Key"] }', "'Root Key' is no rule id"),
        ('{ assessment = "manual", rules = [1] }', "1 is no rule id"),
        ('{ assessment = "manual", rules = ["b-b", "a-a"] }', "`rules` must be sorted, each id once"),
        ('{ assessment = "manual", rules = ["a-a", "a-a"] }', "`rules` must be sorted, each id once"),
    ],
)
def test_malformed_controls_are_refused_by_name(mine, fields, problem):
    mine(f'{HEAD}"1.1" = {fields}\n')
    with pytest.raises(FrameworkError, match=re.escape(f"mine.toml, control '1.1': {problem}")):
        load("mine")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id = ", "mine.toml: Invalid value"),
        ("", "mine.toml: `id` must be a text, not None"),
        (HEAD.replace('"Mine"', "3"), "mine.toml: `name` must be a text, not 3"),
        (HEAD.replace('"mine"', '"yours"'), "mine.toml: `id` must be the file's name, not 'yours'"),
        (HEAD, "mine.toml: `controls` must be a table of controls"),
        ("also = 1\n" + HEAD + '"1" = {}', "mine.toml: unknown key 'also'"),
        (HEAD + "#" * frameworks.MAX_BYTES, "mine.toml: larger than 1000000 bytes"),
    ],
)
def test_malformed_files_are_refused(mine, text, problem):
    mine(text)
    with pytest.raises(FrameworkError, match=re.escape(problem)):
        load("mine")


def test_unreadable_files_are_an_error(mine, elsewhere):
    mine(HEAD)
    (elsewhere / "mine.toml").write_bytes(b"\xff")
    with pytest.raises(FrameworkError, match=r"mine\.toml: 'utf-8' codec can't decode"):
        load("mine")


def test_what_an_error_shows_is_bounded(mine):
    mine(f'{HEAD}"{"9" * 500}" = "{"x" * 500}"\n')
    with pytest.raises(FrameworkError) as caught:
        load("mine")
    assert len(str(caught.value)) < 200
