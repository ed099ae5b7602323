from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from auditor.findings.model import Blind, Finding, NotEvaluated, Place, Resource, RuleFailure, Severity, Stage
from auditor.report import render
from auditor.report.evidence import MAX_ITEMS, MAX_TEXT, label, plain, words
from auditor.report.layout import dumps, line
from auditor.report.view import View
from auditor.snapshot.iam import AttachedPolicy, RoleLastUsed
from tests.report import lint_sample
from tests.report.sample import SMALL, judged, small, small_text

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "auditor" / "schemas" / "report.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
EVERYTHING = View(show="all", frameworks=("cis-6.0", "fsbp"), exit_code=3)
ODD = [
    "",
    "\x00\x1b\x7f\x9b\u2028\u202e\ufeff",
    "\ud800",
    "a\r\nb",
    "😀" * 10,
    "</script>",
    "{0}",
    "~/~1",
    "x" * 20_000,
]


def document(report=None, view=EVERYTHING):
    return json.loads(render("json", report or small(), view))


def odd(text):
    """The small report with one finding, open question and error in which every text is odd."""
    account = small().accounts[0]
    resource = Resource(text, text, text, account.account, text)
    place = Place(f"/{text.replace('~', '~0').replace('/', '~1')}", {text: [text, None, 1.5]}, account.taken_at)
    finding = Finding(resource, text, (place,), text, "root-mfa-missing", Severity.CRITICAL, fingerprint="0" * 32)
    finding = finding._replace(flow=(Stage(text, place),))
    changed = account._replace(
        alias=text,
        source=text,
        findings=(finding,),
        not_evaluated=(NotEvaluated("acme-user-bob", resource, Blind(text, text, text, text)),),
        errors=(RuleFailure("acme-user-bob", resource, text),),
    )
    return small()._replace(accounts=(changed,))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "reports").glob("*.json")), ids=lambda path: path.name)
def test_goldens_keep_to_the_schema(path):
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_texts_keep_to_the_schema_and_come_back_as_they_were(text):
    report = odd(text)
    told = document(report)
    VALIDATOR.validate(told)
    (finding,) = told["findings"]
    assert finding["resource"]["arn"] == finding["message"] == told["errors"][0]["exception"] == text
    lines = render("jsonl", report, View())
    assert json.loads(lines) == finding
    assert lines.count("\n") == 1


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif"])
def test_json_is_ascii_without_control_characters(name):
    for text in ODD:
        assert re.fullmatch(r"[\n -~]*", render(name, odd(text), View(show="all")))


def test_every_object_of_the_schema_is_closed_and_used():
    told = document()
    told["findings"] += document(odd("x"))["findings"]
    told["findings"] += document(lint_sample.sample())["findings"]

    def closed(schema):
        if isinstance(schema, dict):
            assert schema.get("type") != "object" or schema["additionalProperties"] is False
            yield from schema.get("properties", {})
            for part in schema.values():
                yield from closed(part)
        elif isinstance(schema, list):
            for part in schema:
                yield from closed(part)

    def keys(value):
        if isinstance(value, dict):
            yield from value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from keys(part)

    assert set(closed(SCHEMA)) <= set(keys(told))


def test_what_the_schema_does_not_know_is_refused():
    told = document()
    told["findings"][0]["extra"] = 1
    with pytest.raises(ValidationError, match="extra"):
        VALIDATOR.validate(told)


def test_sections_beyond_the_fixed_ones_are_there_on_demand_only():
    fixed = {"schema", "run", "findings", "not_evaluated", "errors", "summary"}
    assert document(view=View()).keys() == fixed
    assert document().keys() == fixed | {"passed", "not_applicable", "compliance"}


def test_the_run_says_what_was_looked_at_and_by_which_rules():
    run = document()["run"]
    assert (run["complete"], run["exit_code"]) == (False, 3)
    assert run["accounts"][0]["account"] == "111122223333"
    assert run["accounts"][0]["credential_report_generated_at"] == "2026-11-20T09:14:00Z"
    rules = {rule["id"]: rule for rule in run["rules"]}
    assert list(rules) == sorted(rules)
    assert (rules["acme-user-bob"]["passed"], rules["acme-user-bob"]["unknown"]) == (17, 2)


def test_lines_are_those_of_the_value_or_of_the_object_without_it():
    lines = SMALL.read_text(encoding="utf-8").split("\n")
    for finding in document()["findings"]:
        for place in finding["evidence"]:
            *_, parent, key = place["pointer"].split("/")
            if key == "GroupList":  # left out of the snapshot for users without groups
                key = parent.replace("~1", "/").replace("~0", "~")
            shown = lines[place["line"] - 1][place["column"] - 1 :]
            assert shown.startswith(f"{json.dumps(key, ensure_ascii=False)[:4]}")


def test_without_a_text_there_are_no_lines():
    account = small().accounts[0]._replace(text="")
    told = document(small()._replace(accounts=(account,)))
    assert not any("line" in place for finding in told["findings"] for place in finding["evidence"])


def test_several_accounts_make_one_list():
    text = small_text()
    report = judged(text, text.replace("111122223333", "444455556666"))
    told = document(report)
    VALIDATOR.validate(told)
    assert [account["account"] for account in told["run"]["accounts"]] == ["111122223333", "444455556666"]
    assert [finding["severity"] for finding in told["findings"]][:3] == ["critical", "critical", "medium"]
    assert len({finding["fingerprint"] for finding in told["findings"]}) == len(told["findings"]) == 48
    assert told["run"]["rules"][1]["failed"] == 2


def test_compliance_agrees_with_the_findings():
    told = {framework["framework"]: framework for framework in document()["compliance"]}
    failed = [control for control in told["cis-6.0"]["controls"] if control["status"] == "fail"]
    assert all(any(rule["id"] == "root-mfa-missing" for rule in control["rules"]) for control in failed)
    assert failed


def test_reordering_the_snapshot_changes_lines_and_nothing_else():
    def reversed_maps(value):
        if isinstance(value, dict):
            return {key: reversed_maps(item) for key, item in reversed(value.items())}
        return value

    def without_lines(told):
        for finding in told["findings"]:
            for place in finding["evidence"]:
                del place["line"], place["column"]
        return told

    text = json.dumps(reversed_maps(json.loads(small_text())), indent=1)
    turned, straight = document(judged(text)), document()
    assert turned != straight
    assert without_lines(turned) == without_lines(straight)
    for name in ("concise", "full", "table", "markdown"):
        assert render(name, judged(text), EVERYTHING) == render(name, small(), EVERYTHING)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        (float("inf"), "inf"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
        ("x" * 3000, "x" * (MAX_TEXT - 1) + "…"),
        ((1, [2]), [1, [2]]),
        ({"a": (1,)}, {"a": [1]}),
        (AttachedPolicy(policy_arn="arn", policy_name="p"), {"PolicyArn": "arn", "PolicyName": "p"}),
        ((RoleLastUsed(last_used_date=datetime(2026, 1, 2, tzinfo=UTC)),), [{"LastUsedDate": "2026-01-02T00:00:00Z"}]),
        (range(3), "range(0, 3)"),
    ],
)
def test_values_of_the_snapshot_become_json(value, expected):
    assert plain(value) == expected


def test_values_are_bounded():
    many = plain(list(range(MAX_ITEMS + 5)))
    assert (len(many), many[-1]) == (MAX_ITEMS + 1, "… 5 more")
    assert plain({str(number): number for number in range(MAX_ITEMS + 5)})["…"] == "5 more"
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert line(plain(deep)) == '[[[[[[[[[["\\u2026"]]]]]]]]]]'


@pytest.mark.parametrize(
    ("pointer", "shown"),
    [
        ("/iam/account_summary/AccountMFAEnabled", '"AccountMFAEnabled"'),
        ("/iam/users/a/AttachedManagedPolicies/0", '"AttachedManagedPolicies"[0]'),
        ("/iam/users/a~1b~0c", '"a/b~c"'),
        ("/x/\x1b", '"\\x1b"'),
        ("", '""'),
    ],
)
def test_places_go_by_their_last_key(pointer, shown):
    assert label(Place(pointer)) == shown


def test_words_are_short_and_on_one_line():
    assert words(Place("/a/b", "é\n\u202e"), 80) == '"b": "é\\n\\u202e"'
    assert len(words(Place("/a/b", "x" * 500), 40)) < 60


def test_layout_spreads_the_outer_levels_only():
    assert (
        dumps({"a": [{"b": [1]}], "c": {}, "d": []}, 2) == '{\n  "a": [\n    {"b": [1]}\n  ],\n  "c": {},\n  "d": []\n}'
    )
    with pytest.raises(ValueError, match="JSON compliant"):
        dumps({"a": float("nan")}, 1)
