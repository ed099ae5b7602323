"""Settings: where they come from, which one wins, and what is said about wrong ones."""

from __future__ import annotations

import json
import os
import runpy
import tomllib
from pathlib import Path

import jsonschema
import pytest

from auditor import config
from auditor.config import load
from auditor.errors import AuditorError, ConfigError, InputError
from auditor.schemas import read
from auditor.settings import NAMES, SECTIONS, SETTINGS, TABLE, WORDS
from auditor.snapshot.opt_in import OPT_IN_NAMES

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder to work in, below a folder that is none of Git's."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def settings(text=None, flags=None, assignments=(), environ=None, name="auditor.toml", **options):
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    return load(flags, assignments, environ=environ or {}, **options)


def problem(*arguments, **options):
    with pytest.raises(AuditorError) as caught:
        settings(*arguments, **options)
    assert caught.value.exit_code == 2
    return str(caught.value), " | ".join(caught.value.help)


# -- the table ---------------------------------------------------------------------------------------------------------


def test_keys_flags_and_variables_are_unique():
    keys = [setting.key for setting in TABLE]
    flags = [flag for setting in TABLE for flag in (*setting.flags, *(setting.shortcut or ())[:1])]
    variables = [setting.env for setting in TABLE if setting.env]
    for names in (keys, flags, variables):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.key)
def test_a_row_is_whole(setting):
    assert setting.key.partition(".")[0] in SECTIONS
    assert setting.kind in WORDS
    assert bool(setting.flags) == bool(setting.commands)
    assert setting.help
    assert "%" not in setting.help, "argparse would take it for a format"
    assert all(flag.startswith("-") for flag in setting.flags)
    assert not setting.flags or setting.flags[-1].startswith("--")


@pytest.mark.parametrize("setting", [s for s in TABLE if not s.is_table], ids=lambda setting: setting.key)
def test_a_default_may_be_written_down(setting):
    value = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    section, _, name = setting.key.partition(".")
    assert settings(f"[{section}]\n{name} = {json.dumps(value)}\n")[setting.key] == setting.default


def test_variables_are_named_after_options():
    assert SETTINGS["gate.fail_on"].env == "AUDITOR_FAIL_ON"
    assert SETTINGS["report.format"].env == "AUDITOR_FORMAT"
    assert SETTINGS["rules.plugins"].env == "AUDITOR_NO_PLUGINS"
    assert SETTINGS["declared.break_glass"].env == ""


# -- which one wins ----------------------------------------------------------------------------------------------------


def test_flag_over_assignment_over_variable_over_file_over_default():
    file = '[gate]\nfail_on = ["low"]\n'
    environ = {"AUDITOR_FAIL_ON": "medium"}
    layers = [
        (settings(), ("high",), "default"),
        (settings(file), ("low",), "auditor.toml:2"),
        (settings(file, environ=environ), ("medium",), "env AUDITOR_FAIL_ON"),
        (settings(file, environ=environ, assignments=["gate.fail_on=critical"]), ("critical",), "--set"),
        (
            settings(file, {"gate.fail_on": ["any"]}, ["gate.fail_on=critical"], environ),
            ("any",),
            "--fail-on",
        ),
    ]
    for found, value, origin in layers:
        assert (found["gate.fail_on"], found.origin("gate.fail_on")) == (value, origin)


def test_an_empty_variable_says_nothing():
    assert settings(environ={"AUDITOR_FAIL_ON": "", "AUDITOR_EXIT_ZERO": ""}).origin("gate.fail_on") == "default"


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("AUDITOR_FAIL_ON", "critical, root-*", "gate.fail_on", ("critical", "root-*")),
        ("AUDITOR_EXIT_ZERO", "true", "gate.exit_zero", True),
        ("AUDITOR_EXIT_ZERO", "0", "gate.exit_zero", False),
        ("AUDITOR_NO_PLUGINS", "1", "rules.plugins", False),
        ("AUDITOR_NO_PLUGINS", "no", "rules.plugins", True),
        ("AUDITOR_TIMEOUT", "7", "scan.timeout", 7),
        ("AUDITOR_VERBOSE", "2", "log.verbose", 2),
        ("AUDITOR_PROFILE", "prod", "scan.profile", "prod"),
        ("AUDITOR_FORMAT", "full,sarif=out.sarif", "report.format", ("full", "sarif=out.sarif")),
    ],
)
def test_variables(variable, text, key, value):
    assert settings(environ={variable: text})[key] == value


def test_a_variable_that_sets_nothing_is_told():
    found = settings(environ={"AUDITOR_FAILON": "any", "AUDITOR_CONFIG": "", "OTHER": "x", "AUDITOR_XYZZY": "1"})
    assert found.warnings == (
        'AUDITOR_FAILON sets nothing: did you mean "AUDITOR_FAIL_ON"?',
        "AUDITOR_XYZZY sets nothing: there is no such option",
    )


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        ("gate.fail_on=a-b, c-d", "gate.fail_on", ("a-b", "c-d")),
        ("rules.plugins=false", "rules.plugins", False),
        ("scan.max_workers = 3", "scan.max_workers", 3),
        ("declared.break_glass=emergency", "declared.break_glass", ("emergency",)),
        ("rules.severity.root-mfa-missing=low", "rules.severity", {"root-mfa-missing": "low"}),
        ("rules.options.a-b.days=60", "rules.options", {"a-b": {"days": 60}}),
        ("rules.options.a-b.on=true", "rules.options", {"a-b": {"on": True}}),
        ("rules.options.a-b.tags=[\"x\", 'y']", "rules.options", {"a-b": {"tags": ("x", "y")}}),
        ("rules.options.a-b.name=some words", "rules.options", {"a-b": {"name": "some words"}}),
        ("scan.accounts.123456789012=prod", "scan.accounts", {"123456789012": "prod"}),
    ],
)
def test_assignments(assignment, key, value):
    assert settings(assignments=[assignment])[key] == value


def test_tables_are_merged_name_by_name():
    text = '[rules.severity]\na-b = "low"\nc-d = "low"\n[rules.options.a-b]\nx = 1\ny = 1\n'
    found = settings(text, assignments=["rules.severity.c-d=high", "rules.options.a-b.y=2"])
    assert found["rules.severity"] == {"a-b": "low", "c-d": "high"}
    assert found["rules.options"] == {"a-b": {"x": 1, "y": 2}}
    assert [(name, value.origin) for name, value in found.leaves("rules.options")] == [
        ("a-b.x", "auditor.toml:5"),
        ("a-b.y", "--set"),
    ]
    assert found.origin("rules.severity") == "auditor.toml:2"
    assert found.origin("scan.accounts") == "default"


def test_values_of_flags():
    found = settings(
        flags={"rules.select": ["a-b,c-d", "tag:x"], "scan.timeout": "5", "gate.exit_zero": True, "log.verbose": 3}
    )
    assert found["rules.select"] == ("a-b", "c-d", "tag:x")
    assert (found["scan.timeout"], found["gate.exit_zero"], found["log.verbose"]) == (5, True, 3)


# -- which file --------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(folder):
    """A Git checkout in which the working folder is two steps down; the checkout."""
    (folder / ".git").mkdir()
    (folder / "a" / "b").mkdir(parents=True)
    os.chdir(folder / "a" / "b")
    return folder


def put(path, timeout):
    text = f"[scan]\ntimeout = {timeout}\n"
    path.write_text(text.replace("[scan]", "[tool.auditor.scan]") if path.name == "pyproject.toml" else text)


def test_files_are_looked_for_here_and_in_the_git_root(repository):
    places = [
        (repository / "pyproject.toml", "../../pyproject.toml"),
        (Path("pyproject.toml"), "pyproject.toml"),
        (repository / "auditor.toml", "../../auditor.toml"),
        (Path("auditor.toml"), "auditor.toml"),
    ]
    assert settings().file == ""
    for number, (path, file) in enumerate(places, start=1):
        put(path, number)
        found = settings()
        assert (found.file, found["scan.timeout"], found.origin("scan.timeout")) == (file, number, f"{file}:2")


def test_folders_between_are_passed_over(repository):
    put(Path("..", "auditor.toml"), 3)
    assert settings().file == ""


def test_nothing_above_is_looked_at_without_git(folder):
    put(folder.parent / "auditor.toml", 3)
    assert settings().file == ""


def test_a_pyproject_that_does_not_speak_of_auditor_is_none(folder):
    for text in ('[project]\nname = "auditor"\n', "[tool.ruff]\n", "tool = 3\n# auditor\n", "broken ["):
        Path("pyproject.toml").write_text(text)
        assert settings().file == ""


def test_a_named_file_is_the_only_one(folder):
    put(folder / "auditor.toml", 1)
    put(folder / "other.toml", 2)
    assert settings(file="other.toml")["scan.timeout"] == 2
    assert settings(discover=False)["scan.timeout"] == 30
    assert "missing.toml does not exist" in problem(file="missing.toml")[0]


def test_a_file_of_somebody_else_further_up_is_refused(repository, monkeypatch):
    put(repository / "auditor.toml", 1)
    monkeypatch.setattr(config.os, "geteuid", lambda: 4711)
    os.chown(repository / "auditor.toml", 4712, -1)
    message, help = problem()
    assert message == "../../auditor.toml belongs to another user, so it is not read"
    assert "--config ../../auditor.toml" in help
    put(Path("auditor.toml"), 2)
    assert settings()["scan.timeout"] == 2


def test_file_names_start_from_the_folder_of_the_configuration(repository):
    (repository / "auditor.toml").write_text(
        '[rules]\npaths = ["mine", "/abs"]\n[report]\nformat = ["full", "sarif=out/x.sarif", "json=-"]\n'
        '[scan]\nsave_snapshot = "s.json"\nprofile = "p"\n[log]\nfile = ""\n'
    )
    found = settings()
    assert found["rules.paths"] == ("../../mine", "/abs")
    assert found["report.format"] == ("full", "sarif=../../out/x.sarif", "json")
    assert (found["scan.save_snapshot"], found["log.file"], found["scan.profile"]) == ("../../s.json", "", "p")


# -- what is wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("[gate]\nfail_onn = []\n", 'auditor.toml:2: unknown key "gate.fail_onn"', 'did you mean "gate.fail_on"?'),
        ('[gate]\nselect = ["x"]\n', 'auditor.toml:2: unknown key "gate.select"', 'did you mean "rules.select"?'),
        ("[rule]\n", 'auditor.toml:1: unknown key "rule"', 'did you mean "rules"?'),
        ("fail_on = []\n", 'auditor.toml:1: unknown key "fail_on"', "gate.fail_on"),
        ("gate = 3\n", "auditor.toml:1: gate must be a table, not 3", ""),
        ('"g\\u0061te" = 3\n', "auditor.toml: gate must be a table, not 3", ""),
        ('[rules]\nseverity = "low"\n', 'auditor.toml:2: rules.severity must be a table, not "low"', ""),
        ('[gate]\n\nfail_on = "high"\n', 'auditor.toml:3: gate.fail_on must be a list of texts, not "high"', ""),
        ("[gate]\nfail_on = [1]\n", "gate.fail_on must be a list of texts, not [1]", "a severity"),
        ("[gate]\nexit_zero = 1\n", "gate.exit_zero must be true or false, not 1", ""),
        ("[scan]\ntimeout = true\n", "scan.timeout must be a whole number from 1 to 900, not True", ""),
        ("[scan]\ntimeout = 0\n", "scan.timeout must be a whole number from 1 to 900, not 0", ""),
        ('[scan]\nredact = "all"\n', 'scan.redact must be one of off, names, strict, not "all"', ""),
        ('[scan]\nwith = ["all"]\n', f"scan.with must be a list of {', '.join(OPT_IN_NAMES)}", ""),
        ('[scan]\nexpect_account = "12"\n', 'must be an account id of 12 digits, not "12"', ""),
        ('[scan.accounts]\nprod = "x"\n', 'scan.accounts.prod holds "prod", which is not an account id', ""),
        ("[scan.accounts]\n123456789012 = 1\n", "must be a text, not 1", ""),
        ('[rules.severity]\na-b = "bad"\n', 'must be one of info, low, medium, high, critical, not "bad"', ""),
        ("[rules.options]\na-b = 3\n", 'holds "a-b", which is not a rule id and the name of an option', ""),
        ("[rules.options.a-b]\nx = 1.5\n", "must be a whole number, true or false, a text, or a list", ""),
        ("[rules.options.a-b.x]\ny = 1\n", "which is not a rule id and the name of an option", ""),
        ("[gate\n", "auditor.toml is not TOML", ""),
        ("x = " + "[" * 5000, "auditor.toml is not TOML", ""),
        ("# " + "x" * config.MAX_BYTES, "auditor.toml is too large", ""),
    ],
)  # fmt: skip
def test_wrong_files(text, message, help):
    said, hints = problem(text)
    assert message in said
    assert help in hints
    assert len(said) < 400


def test_a_wrong_pyproject():
    said, _ = problem("[tool.auditor.gate]\nfail_onn = []\n", name="pyproject.toml")
    assert said == 'pyproject.toml:2: unknown key "gate.fail_onn"'
    said, _ = problem('[tool]\nauditor = "x"\n', name="pyproject.toml")
    assert said == 'pyproject.toml: tool.auditor must be a table, not "x"'
    said, _ = problem("[tool.auditor\n", name="pyproject.toml")
    assert said.startswith("pyproject.toml is not TOML")


def test_files_that_cannot_be_read(folder):
    (folder / "auditor.toml").write_bytes(b"\xff")
    with pytest.raises(InputError, match=r"auditor\.toml is not UTF-8"):
        settings()
    with pytest.raises(InputError, match="is a folder"):
        settings(file=".")


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("gate.fail_on", '--set "gate.fail_on" is not key=value'),
        ("gate.fail=x", '--set: unknown key "gate.fail"'),
        ("rules.severity=low", "--set: rules.severity is a table"),
        ("scan.timeout=soon", "--set scan.timeout must be a whole number from 1 to 900, not"),
        ("scan.timeout=99999999999", "must be a whole number from 1 to 900"),
        ("rules.severity.NO=low", 'holds "NO", which is not a rule id'),
    ],
)
def test_wrong_assignments(assignment, message):
    assert message in problem(assignments=[assignment])[0]


def test_wrong_variables_and_flags_are_named_as_they_were_given():
    assert problem(environ={"AUDITOR_TIMEOUT": "soon"})[0].startswith("AUDITOR_TIMEOUT must be a whole number")
    assert problem(environ={"AUDITOR_EXIT_ZERO": "maybe"})[0].startswith("AUDITOR_EXIT_ZERO must be true or false")
    said, help = problem(flags={"scan.timeout": "soon"})
    assert said == '--timeout must be a whole number from 1 to 900, not "soon"'
    assert help == "scan.timeout: seconds to wait for one answer"


def test_the_line_of_a_key_is_found_where_people_see_it():
    text = '# [gate]\n[ "gate" ]\nfail_on=["any"]\n[report]  # x\nshow = "all"\nrules.severity = 1\n'
    assert config._places(text) == {
        "gate": 2,
        "gate.fail_on": 3,
        "report": 4,
        "report.show": 5,
        "report.rules.severity": 6,
    }
    assert settings('gate = { fail_on = ["any"] }\n').origin("gate.fail_on") == "auditor.toml:1"
    assert settings('[\n"gate"\n]\n'.replace("\n", "")).file == "auditor.toml"


# -- the schema --------------------------------------------------------------------------------------------------------


def test_the_schema_is_what_the_generator_gives():
    generator = runpy.run_path(str(ROOT / "tools" / "gen_config_schema.py"))
    assert read("config") == generator["text"](), "run python tools/gen_config_schema.py"


def accepts(text):
    validator = jsonschema.Draft202012Validator(json.loads(read("config")))
    return validator.is_valid(tomllib.loads(text))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json.loads(read("config")))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", True),
        ('[gate]\nfail_on = ["high", "root-mfa-missing"]\nexit_zero = true\n', True),
        ('[rules.severity]\n"root-mfa-missing" = "low"\n', True),
        ("[rules.options.user-key-not-rotated]\nmax_age_days = 60\nx = []\ny = true\nz = 'a'\n", True),
        ('[scan]\nexpect_account = ""\naccounts = { "123456789012" = "prod" }\nwith = ["key-ids"]\n', True),
        ("[gate]\nfail_onn = []\n", False),
        ("[gates]\n", False),
        ("[scan]\ntimeout = 0\n", False),
        ('[scan]\nredact = "all"\n', False),
        ('[scan]\naccounts = { prod = "x" }\n', False),
        ('[rules.severity]\n"root-mfa-missing" = "bad"\n', False),
        ("[rules.options.a-b]\nx = 1.5\n", False),
        ("[rules.options.a-b]\nX = 1\n", False),
    ],
)
def test_the_schema_agrees_with_the_loader(text, right):
    assert accepts(text) is right
    if right:
        settings(text)
    else:
        with pytest.raises(ConfigError):
            settings(text)


def test_kinds_of_tables_have_names():
    assert {setting.kind for setting in TABLE if setting.is_table} == NAMES.keys()
