"""Findings that come about in steps: the steps stand in every format that has a place for them."""

import json
from pathlib import Path

import jsonschema
import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.report import render
from auditor.report.view import View
from auditor.snapshot.files import loads

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "fixtures" / "rules" / "privesc-path-to-admin" / "bad-two-hops.json"
SCHEMAS = {"sarif": ROOT / "fixtures" / "sarif-schema-2.1.0.json", "json": ROOT / "auditor" / "schemas" / "report.json"}


def report(source):
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    collection = {"taken_at": "2026-01-01T00:00:00Z", "tool_version": "1.0"}
    made = {"iam": example["iam"], "organizations": example["organizations"], "collection": collection}
    text = json.dumps({"schema": "auditor/snapshot/v1", "account": "111122223333", **made}, indent=1)
    rules = load_rules(plugins=False)
    return evaluate([Source(loads(text, source), source, text)], [rules["privesc-path-to-admin"]], Ask())


def shown(format, source="here.json"):
    text = render(format, report(source), View(base="/work", exit_code=1))
    if format in SCHEMAS:
        schema = json.loads(SCHEMAS[format].read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema)(schema).validate(json.loads(text))
    return text


@pytest.mark.parametrize(("source", "file"), [("here.json", "here.json"), ("", "aws/111122223333/global/iam/user/ann")])
def test_sarif_has_a_code_flow(source, file):
    (run,) = json.loads(shown("sarif", source))["runs"]
    ann = next(it for it in run["results"] if "ann can assume" in it["message"]["text"])
    (flow,) = ann["codeFlows"]
    (thread,) = flow["threadFlows"]
    locations = [it["location"] for it in thread["locations"]]
    assert [it["message"]["text"].split(" on ")[0] for it in locations] == [
        "user ann may call sts:AssumeRole",
        "role ops may call iam:PassRole",
        "role ops may call lambda:CreateFunction",
        "role ops may call lambda:InvokeFunction",
    ]
    assert all(it["physicalLocation"]["artifactLocation"]["uri"].startswith(file) for it in locations)


def test_json_has_the_steps_and_their_places():
    findings = json.loads(shown("json"))["findings"]
    ann = next(it for it in findings if it["resource"]["name"] == "ann")
    assert [step["place"]["pointer"] for step in ann["flow"]][:2] == [
        "/iam/users/ann/UserPolicyList/0",
        "/iam/roles/ops/RolePolicyList/0",
    ]


def test_the_full_format_numbers_the_steps():
    assert "|  2. role ops may call iam:PassRole on arn:aws:iam::111122223333:role/deploy" in shown("full")
