"""`auditor config`: what is in force and why, whether it is valid, and a first file."""

from __future__ import annotations

import json
import tomllib
from importlib import import_module

import jsonschema
import pytest

from auditor.cli.commands import COMMANDS
from auditor.cli.config import template, toml
from auditor.cli.options import parser_of
from auditor.schemas import read
from auditor.settings import SECTIONS, SETTINGS, TABLE
from tests.cli.runs import snapshot


def test_everything_is_shown_as_toml_with_its_origin(cli):
    run = cli("config", "show")
    assert (run.code, run.err) == (0, "")
    shown = tomllib.loads(run.out)
    assert list(shown) == list(SECTIONS)
    for setting in TABLE:
        section, _, name = setting.key.partition(".")
        default = setting.default
        assert shown[section][name] == (list(default) if isinstance(default, tuple) else default)
    assert run.out.count("  # default\n") == len(TABLE)


def test_every_origin_is_told(cli, tmp_path, monkeypatch):
    (tmp_path / "auditor.toml").write_text(
        '[scan]\ntimeout = 7\n[rules.severity]\nroot-mfa-missing = "low"\n[rules.options.user-key-not-rotated]\n'
        'max_age_days = 60\n[scan.accounts]\n"111122223333" = "prod"\n'
    )
    monkeypatch.setenv("AUDITOR_MAX_WORKERS", "3")
    words = ("config", "show", "--set", "declared.break_glass=a,b", "--fail-on", "any", "--no-plugins")
    lines = cli(*words).out.splitlines()
    for line in (
        "timeout = 7  # auditor.toml:2",
        'severity.root-mfa-missing = "low"  # auditor.toml:4',
        "options.user-key-not-rotated.max_age_days = 60  # auditor.toml:6",
        'accounts.111122223333 = "prod"  # auditor.toml:8',
        "max_workers = 3  # env AUDITOR_MAX_WORKERS",
        'break_glass = ["a", "b"]  # --set',
        'fail_on = ["any"]  # --fail-on',
        "plugins = false  # --no-plugins",
        'profile = ""  # default',
    ):
        assert line in lines
    shown = tomllib.loads("\n".join(lines))
    assert shown["rules"]["options"]["user-key-not-rotated"] == {"max_age_days": 60}


def test_some_of_it(cli):
    assert cli("config", "show", "gate.fail_on").out == '[gate]\nfail_on = ["high"]  # default\n'
    assert cli("config", "show", "gate", "scan.timeout").out.count(" = ") == 4
    run = cli("config", "show", "gate.fale_on")
    assert run.code == 2
    assert 'did you mean "gate.fail_on"?' in run.err


SAMPLES = {
    "text": ("words", '"words"'),
    "file": ("out.txt", '"out.txt"'),
    "account": ("111122223333", '"111122223333"'),
    "number": ("2", "2"),
    "count": ("1", "1"),
    "list": ("root-mfa-missing", '["root-mfa-missing"]'),
    "files": ("folder", '["folder"]'),
    "outputs": ("json", '["json"]'),
}
"""By kind of setting: a value as an option or a variable gives it, and as it is shown."""


def sample(setting):
    if setting.kind == "switch":
        return "1", str(not setting.default).lower()
    if setting.choices:
        word = setting.choices[-1]
        return word, f'["{word}"]' if setting.kind == "list" else f'"{word}"'
    return SAMPLES[setting.kind]


@pytest.mark.parametrize("setting", [s for s in TABLE if s.flags], ids=lambda setting: setting.key)
def test_every_option_has_a_key_and_a_variable(setting, cli, monkeypatch):
    given, shown = sample(setting)
    name, flag = setting.key.partition(".")[2], setting.flags[-1]
    words = (flag,) if setting.kind in ("switch", "count") else (flag, given)
    assert f"{name} = {shown}  # {flag}\n" in cli("config", "show", setting.key, *words).out
    monkeypatch.setenv(setting.env, given)
    assert f"{name} = {shown}  # env {setting.env}\n" in cli("config", "show", setting.key).out


WITHOUT_KEY = {
    *("--config", "--no-config", "--set", "--version", "--help"),
    *("--output", "--mfa-token", "--claims", "--authorization-details", "--credential-report", "--taken-at"),
    *("--snapshot", "--events", "--last-accessed", "--action", "--from", "--to"),
    *("--account", "--type", "--resource-type", "--stdin-filename", "--deny", "--resource"),
}
"""Options that belong to one run: what it is about, and where its settings come from."""


OWN_FORM = ("rules", "explain", "permissions", "policy", "access", "claims")
"""Commands whose --format is not that of reports."""


def test_no_other_option_is_without_a_key():
    for command in COMMANDS:
        for action in parser_of(command, import_module(f"auditor.cli.{command}"))._actions:
            if action.option_strings and action.dest not in SETTINGS:
                own_form = action.option_strings == ["--format"] and command in OWN_FORM
                assert own_form or action.option_strings[-1] in WITHOUT_KEY


def test_values_that_a_terminal_would_act_on_are_escaped(cli, tmp_path):
    (tmp_path / "auditor.toml").write_text('[scan]\nprofile = "a\\u001b[2J\\"\\\\\\n\\u202e"\n')
    out = cli("config", "show", "scan.profile").out
    assert "\x1b" not in out
    assert tomllib.loads(out)["scan"]["profile"] == 'a\x1b[2J"\\\n\u202e'
    (tmp_path / "\x1b[2J.toml").write_text("[scan]\ntimeout = 3\n")
    out = cli("config", "show", "--config", "\x1b[2J.toml").out
    assert "\x1b" not in out
    assert "timeout = 3  # \\x1b[2J.toml:2" in out


def test_values_as_toml():
    assert toml({}) == "{}"
    assert toml({"a-b": 1, "x y": (True, "z")}) == '{ a-b = 1, "x y" = [true, "z"] }'


# -- validate ----------------------------------------------------------------------------------------------------------


def test_what_is_valid(cli, tmp_path):
    assert cli("config", "validate") == (0, "", "no configuration file; the rest is valid\n")
    (tmp_path / "auditor.toml").write_text(
        '[rules]\nselect = ["framework:cis-6.0"]\n[report]\nformat = ["json=out.json"]\nframeworks = ["cis-6.0"]\n'
        '[scan]\nservices = ["iam"]\n'
    )
    assert cli("config", "validate") == (0, "", "auditor.toml is valid\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rules]\nselect = ["no-such-rule"]\n', 'unknown rule "no-such-rule"'),
        ('[rules]\nignore = ["no-such-rule"]\n', 'unknown rule "no-such-rule"'),
        ('[rules]\npaths = ["missing"]\n', "no rules at missing"),
        ('[rules.severity]\nno-such-rule = "low"\n', 'auditor.toml:2: rules.severity names the unknown rule'),
        ("[rules.options.user-key-not-rotated]\nmax_days = 3\n", "max_days"),
        ('[gate]\nfail_on = ["severe"]\n', '"severe" names no severity and no rule'),
        ('[report]\nformat = ["pdf"]\n', 'unknown format "pdf"'),
        ('[report]\nframeworks = ["cis-99"]\n', "unknown framework"),
        ('[scan]\nservices = ["s4"]\n', 'no collector for service "s4"'),
    ],
)  # fmt: skip
def test_what_is_not(text, said, cli, tmp_path):
    (tmp_path / "auditor.toml").write_text(text)
    run = cli("config", "validate")
    assert run.code == 2
    assert said in run.err


# -- init --------------------------------------------------------------------------------------------------------------


def test_a_first_file_says_nothing_and_names_everything(cli, tmp_path):
    assert cli("config", "init").err == "wrote auditor.toml; everything in it is a comment as yet\n"
    text = (tmp_path / "auditor.toml").read_text()
    assert tomllib.loads(text) == {section: {} for section in SECTIONS}
    assert cli("config", "validate").code == 0
    assert cli("check", snapshot(tmp_path / "s.json"), "--select", "root-mfa-missing").code == 0


def test_what_stands_in_it_is_valid_without_the_comments():
    lines = [line for line in template().splitlines() if not line.startswith("# ") or " = " in line]
    keys = {setting.key.partition(".")[2] for setting in TABLE}
    kept = [line.removeprefix("# ") for line in lines if not line.startswith("# ") or line[2:].split(" = ")[0] in keys]
    content = tomllib.loads("\n".join(kept))
    assert {f"{section}.{key}" for section, table in content.items() for key in table} == SETTINGS.keys()
    jsonschema.Draft202012Validator(json.loads(read("config"))).validate(content)


# -- which file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "options", "timeout"),
    [
        ({}, (), 1),
        ({}, ("--config", "other.toml"), 2),
        ({}, ("-c", "other.toml"), 2),
        ({}, ("--no-config",), 30),
        ({"AUDITOR_CONFIG": "other.toml"}, (), 2),
        ({"AUDITOR_CONFIG": "other.toml"}, ("--config", "third.toml"), 3),
        ({"AUDITOR_CONFIG": "other.toml"}, ("--no-config",), 30),
        ({"AUDITOR_NO_CONFIG": "1"}, (), 30),
        ({"AUDITOR_NO_CONFIG": "false"}, (), 1),
        ({"AUDITOR_NO_CONFIG": "1"}, ("--config", "other.toml"), 2),
    ],
)
def test_which_file_is_read(env, options, timeout, cli, tmp_path, monkeypatch):
    for number, name in enumerate(("auditor", "other", "third"), start=1):
        (tmp_path / f"{name}.toml").write_text(f"[scan]\ntimeout = {number}\n")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert f"timeout = {timeout}  # " in cli("config", "show", "scan.timeout", *options).out
