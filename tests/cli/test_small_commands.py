"""`auditor schema` and `auditor demo`."""

from __future__ import annotations

import json

import jsonschema
import pytest

from auditor.report import FORMATS
from auditor.schemas import read
from tests.cli.runs import snapshot


@pytest.mark.parametrize("name", ["config", "snapshot", "report"])
def test_schemas(name, cli):
    run = cli("schema", name)
    assert (run.code, run.err) == (0, "")
    assert run.out == read(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(run.out))


def test_what_is_written_fits_the_schemas(cli, tmp_path):
    file = snapshot(tmp_path / "s.json")
    report = json.loads(cli("check", file, "-f", "json", "--show", "all", "--framework", "cis-6.0").out)
    for name, instance in (("snapshot", json.loads((tmp_path / "s.json").read_text())), ("report", report)):
        jsonschema.Draft202012Validator(json.loads(cli("schema", name).out)).validate(instance)


def test_the_demo_needs_nothing_and_shows_much(cli):
    run = cli("demo")
    assert run.code == 0
    assert run.out.count("root-mfa-missing") == 1
    assert len(run.out.splitlines()) > 30
    assert run.err.endswith("this is a demonstration: `auditor check` would have ended with exit code 1\n")


def test_the_demo_in_every_format(cli, tmp_path):
    files = [word for name in FORMATS for word in ("-f", f"{name}=demo.{name}")]
    assert cli("demo", *files, "-q") == (0, "", "")
    assert all((tmp_path / f"demo.{name}").stat().st_size > 100 for name in FORMATS)


def test_the_demo_of_a_selection(cli):
    run = cli("demo", "--select", "root-*", "--fail-on", "never")
    assert {line.partition("[")[2].partition("]")[0].split("-")[0] for line in run.out.splitlines()} == {"root"}
    assert "exit code 0" in run.err
