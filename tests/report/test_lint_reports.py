"""Reports about files: every finding at its line, no account, and an identity that stays when lines move."""

from __future__ import annotations

import json
from itertools import product

import pytest
from jsonschema import Draft202012Validator

from auditor.report import FORMATS, render
from auditor.report.sarif_location import file_uri
from auditor.report.view import View
from auditor.schemas import read
from tests.report.lint_sample import DEPLOY, judged, sample
from tests.report.test_render import SUFFIXES

VIEW = View(exit_code=1, base="/work")
AT = ("policies/deploy.json:4:52", "policies/deploy.json:7:17", "policies/deploy.json:5:5")


@pytest.mark.parametrize("name", SUFFIXES)
def test_golden(golden, name):
    golden(f"lint.{SUFFIXES[name]}", render(name, sample(), VIEW))


@pytest.mark.parametrize("name", ["concise", "full", "table", "markdown"])
def test_formats_for_people_tell_the_place(name):
    text = render(name, sample(), VIEW)
    assert [place for place in AT if place in text] == list(AT)


def test_the_line_stands_in_the_full_format_unless_snippets_are_unwanted():
    line = '   |  {"Sid": "Deploy", "Effect": "Allow", "Action": "*", "Resource": "*"},\n'
    assert line in render("full", sample(), VIEW)
    assert "   |  " not in render("full", sample(), VIEW._replace(snippets=False))


def test_of_a_long_line_what_matters_is_shown():
    text = DEPLOY.replace("\n", "").replace('"Deploy"', f'"{"D" * 5000}"')
    shown = [line for line in render("full", judged(text), VIEW._replace(width=80)).splitlines() if line[3:4] == "|"]
    assert shown[0].startswith('   |  "*", "Resource"')
    assert all(len(line) <= 86 for line in shown)


def test_a_group_is_a_file():
    text = render("full", sample(), VIEW._replace(group_by="resource"))
    assert "── policies/deploy.json (3)\n" in text


def test_json_has_locations_and_no_account():
    document = json.loads(render("json", sample(), VIEW))
    Draft202012Validator(json.loads(read("report"))).validate(document)
    assert document["findings"][0]["location"] == {
        "path": "policies/deploy.json",
        "line": 4,
        "column": 52,
        "end_line": 4,
        "end_column": 55,
    }
    (part,) = document["run"]["accounts"]
    assert (part["account"], part["taken_at"], part["complete"]) == (None, None, True)
    assert document["summary"]["accounts"] == 0
    assert [(rule["id"], rule["failed"], rule["passed"]) for rule in document["run"]["rules"]] == [
        ("sample-action-star", 2, 1),
        ("sample-sid-missing", 1, 1),
    ]


def test_sarif_points_at_the_file_and_has_no_times():
    (run,) = json.loads(render("sarif", sample(), VIEW))["runs"]
    assert run["automationDetails"] == {"id": "auditor/lint/", "description": {"text": "2 policies in 2 files"}}
    assert not {"startTimeUtc", "endTimeUtc"} & run["invocations"][0].keys()
    assert run["invocations"][0]["executionSuccessful"] is True
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "policies/deploy.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 52, "endLine": 4, "endColumn": 55},
    }
    assert run["results"][1]["message"]["text"] == "s3:* is allowed."
    assert not [key for key in run["results"][0]["properties"] if key.startswith("aws/")]
    assert run["tool"]["driver"]["rules"][0]["properties"]["tags"] == ["security", "aws", "policy", "SAMPLE_STAR"]


def test_two_runs_of_lint_have_categories_of_their_own():
    report = sample()
    runs = json.loads(render("sarif", report._replace(accounts=report.accounts * 2), VIEW))["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["auditor/lint/", "auditor/lint/2/"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b.json", "a/b.json"),
        ("./a/../b.json", "b.json"),
        ("/work/a b.json", "a%20b.json"),
        ("/elsewhere/b.json", "elsewhere/b.json"),
        ("../up/b.json", "up/b.json"),
        ("//evil.example/x", "evil.example/x"),
        ("http://x/y", "http%3A/x/y"),
        ("a:b.json", "a%3Ab.json"),
        ("/", "unnamed"),
        ("..", "unnamed"),
        ("stdin", "stdin"),
    ],
)
def test_the_path_of_a_file_is_a_relative_reference(path, uri):
    assert file_uri(path, "/work") == uri


def prints(report):
    return {(finding.rule, finding.message): finding.fingerprint for finding in report.findings}


def test_fingerprints_stay_when_lines_and_spaces_move():
    moved = judged(DEPLOY.replace("{\n", "{\n\n\n  ", 1).replace('"Action": "*"', '"Action":\n"*"'))
    assert [finding.spot.line for finding in moved.findings] != [finding.spot.line for finding in sample().findings]
    assert prints(moved) == prints(sample())


def test_fingerprints_tell_files_resources_statements_and_values_apart():
    reports = (
        sample(),
        judged(path="policies/other.json"),
        judged(name="Reader"),
        judged(DEPLOY.replace('"s3:*"', '"ec2:*"').replace("Deploy", "Other")),
    )
    for one, other in product(reports, repeat=2):
        if one is not other:
            same = prints(one).items() & prints(other).items()
            assert not {key for (key, _), _ in same if key == "sample-action-star"}
    found = [finding.fingerprint for finding in sample().findings]
    assert len(set(found)) == len(found) == 3


def test_the_last_line_and_the_page_tell_what_was_looked_at():
    assert render("markdown", sample(), VIEW).endswith("auditor 1.2.3 · 2 policies in 2 files · 2 rules\n")


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "compliance"])
def test_nothing_in_a_file_acts(name):
    assert "\x1b" not in render(name, sample(), VIEW)
