from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zlib import compress

import pytest
from jsonschema import Draft4Validator
from sarif_pydantic import Sarif

from auditor.errors import NothingEvaluated
from auditor.findings.model import Confidence, Finding, Place, Resource, Severity
from auditor.report import render, sarif
from auditor.report.view import View
from tests.report.sample import RULES, SMALL, judged, small, small_text
from tests.report.test_json import ODD, odd

ROOT = Path(__file__).parents[2]
ACCOUNT = "111122223333"


@cache
def schema():
    return Draft4Validator(
        json.loads((ROOT / "fixtures" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")),
        format_checker=Draft4Validator.FORMAT_CHECKER,
    )


def check(text):
    """The document, after everything that we know to be refused by some consumer was looked for."""
    document = json.loads(text)
    assert [error.message for error in schema().iter_errors(document)] == []
    Sarif.model_validate(document)
    assert 1 <= len(document["runs"]) <= sarif.MAX_RUNS
    categories = [run["automationDetails"]["id"].rpartition("/")[0] for run in document["runs"]]
    assert len(set(categories)) == len(categories)
    for run in document["runs"]:
        components = [run["tool"]["driver"], *run["tool"].get("extensions", [])]
        for component in components:
            check_rules(component["rules"])
        check_results(run["results"], components)
    return document


def check_rules(rules):
    ids = [rule["id"] for rule in rules]
    assert ids == sorted(set(ids))
    for rule in rules:
        assert rule["name"].lower() != rule["id"]
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]{,254}", rule["name"])
        for part in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[part]["text"]) <= 1024
            assert "\n" not in rule[part]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"].startswith("https://")
        properties = rule["properties"]
        tags = properties["tags"]
        assert tags[0] == "security"
        assert len(tags) == len(set(tags)) <= 10
        assert properties["precision"] in ("very-high", "high", "medium", "low")
        score = properties.get("security-severity")
        if score is None:
            assert properties["problem.severity"] == "recommendation"
        else:
            assert isinstance(score, str)
            assert 0 < float(score) <= 10


def check_results(results, components):
    assert len(results) <= sarif.MAX_RESULTS
    identities = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert len(set(identities)) == len(identities), "two results have one fingerprint"
    for result in results:
        assert result["message"]["text"]
        assert len(result["locations"]) == 1, "a result without a location"
        assert "physicalLocation" in result["locations"][0], "a location that is only logical"
        assert len(result.get("relatedLocations", [])) <= 100
        assert re.fullmatch(r"[0-9a-f]{32}:[0-9]+", result["partialFingerprints"]["primaryLocationLineHash"])
        reference = result.get("rule", {"index": result.get("ruleIndex")})
        component = components[reference.get("toolComponent", {"index": -1})["index"] + 1]
        rule = component["rules"][reference["index"]]
        assert rule["id"] == result["ruleId"]
        assert rule["defaultConfiguration"]["level"] == result["level"]
        ids = {spot["id"] for spot in result.get("relatedLocations", [])}
        assert {int(number) for number in re.findall(r"\]\((.*?)\)", result["message"]["text"])} <= ids
        for location in (*result["locations"], *result.get("relatedLocations", [])):
            check_place(location["physicalLocation"])


def check_place(place):
    uri = place["artifactLocation"]["uri"]
    assert uri
    parts = urlsplit(uri)
    assert not (parts.scheme or parts.netloc)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
    assert not {"", ".", ".."} & set(uri.split("/"))
    region = place["region"]
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    assert (1, 1) <= start <= end


def path_of(result):
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def document(report=None, **wishes):
    return check(render("sarif", report or small(), View(**wishes)))


def with_findings(*findings):
    return small()._replace(accounts=(small().accounts[0]._replace(findings=findings),))


def many(count, severity=Severity.LOW, text="", evidence=()):
    """Findings on distinct resources, with distinct fingerprints."""
    return tuple(
        Finding(
            Resource(f"arn:aws:iam::{ACCOUNT}:user/user{number}", "AWS::IAM::User", f"user{number}", ACCOUNT),
            f"bad {text}", evidence, rule="acme-user-bob", severity=severity, fingerprint=f"{number:032x}",
        )
        for number in range(count)
    )  # fmt: skip


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "reports").glob("*.sarif")), ids=lambda path: path.name)
def test_goldens_are_accepted(path):
    check(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("locations", ["resource", "snapshot"])
@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_texts_are_accepted(text, locations):
    (run,) = document(odd(text), sarif_locations=locations)["runs"]
    shown = run["results"][0]["message"]["text"]
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda run: run["results"][0].update(locations=[]), "without a location"),
        (lambda run: run["results"][0]["locations"][0].pop("physicalLocation"), "only logical"),
        (lambda run: run["tool"]["driver"]["rules"][0]["properties"].update({"security-severity": 9.5}), "isinstance"),
        (lambda run: run["results"].append(run["results"][0]), "one fingerprint"),
    ],
)
def test_our_own_checks_find_what_the_schema_does_not(damage, complaint):
    told = document()
    damage(told["runs"][0])
    assert list(schema().iter_errors(told)) == []
    with pytest.raises(AssertionError, match=complaint):
        check(json.dumps(told))


def test_a_result_says_what_where_and_by_which_evidence():
    result = document()["runs"][0]["results"][0]
    assert result["message"]["text"] == (
        "root user can sign in without MFA (arn:aws:iam::111122223333:root). "
        'Evidence: "AccountMFAEnabled": 0. See the [snapshot](1).'
    )
    assert (result["ruleId"], result["ruleIndex"], result["level"], result["kind"]) == (
        "root-mfa-missing", 0, "error", "fail",
    )  # fmt: skip
    assert path_of(result) == f"aws/{ACCOUNT}/global/iam/root-user/root.json"
    assert result["locations"][0]["logicalLocations"] == [
        {"name": "root", "fullyQualifiedName": f"arn:aws:iam::{ACCOUNT}:root", "kind": "resource"}
    ]
    identity = small().findings[0].fingerprint
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": f"{identity}:1",
        "auditorFindingId/v1": identity,
    }
    assert result["fingerprints"] == {"auditor/v1": identity}
    assert result["properties"] == {
        "auditor/severity": "critical",
        "auditor/confidence": "high",
        "aws/account": ACCOUNT,
        "aws/region": "global",
        "aws/arn": f"arn:aws:iam::{ACCOUNT}:root",
        "aws/service": "iam",
    }


def test_a_related_location_is_the_exact_piece_of_the_snapshot():
    lines = SMALL.read_text(encoding="utf-8").split("\n")
    places = 0
    for result in document()["runs"][0]["results"]:
        for number, spot in enumerate(result["relatedLocations"], 1):
            assert spot["id"] == number
            assert spot["message"]["text"].isprintable()
            place = spot["physicalLocation"]
            assert place["artifactLocation"]["uri"] == "fixtures/accounts/small.json"
            region = place["region"]
            piece = lines[region["startLine"] - 1 : region["endLine"]]
            piece[-1] = piece[-1][: region["endColumn"] - 1]
            piece[0] = piece[0][region["startColumn"] - 1 :]
            assert region["snippet"]["text"] == "\n".join(piece)
            places += 1
    assert places > 20


def test_locations_may_be_lines_of_the_snapshot():
    result = document(sarif_locations="snapshot")["runs"][0]["results"][0]
    assert path_of(result) == "fixtures/accounts/small.json"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 1
    related = result["relatedLocations"][0]["physicalLocation"]
    assert related["artifactLocation"]["uri"] == f"aws/{ACCOUNT}/global/iam/root-user/root.json"
    assert result["message"]["text"].endswith(" See the [resource](1).")


@pytest.mark.parametrize("source", ["-", "/elsewhere/small.json", "../small.json", ""])
@pytest.mark.parametrize("locations", ["resource", "snapshot"])
def test_a_snapshot_out_of_reach_is_not_pointed_at(source, locations):
    told = document(judged(small_text(), source=source), sarif_locations=locations, base="/work")
    for result in told["runs"][0]["results"]:
        assert path_of(result).startswith(f"aws/{ACCOUNT}/")
        assert "relatedLocations" not in result
        assert "](" not in result["message"]["text"]


def test_a_snapshot_below_the_base_is_pointed_at():
    told = document(judged(small_text(), source="/work/out/small.json"), base="/work")
    spot = told["runs"][0]["results"][0]["relatedLocations"][0]
    assert spot["physicalLocation"]["artifactLocation"]["uri"] == "out/small.json"


def test_snippets_can_be_left_out_and_are_never_long():
    assert "snippet" not in render("sarif", small(), View(snippets=False))
    long = small().findings[0]._replace(evidence=(Place("/iam"),))
    (result,) = document(with_findings(long))["runs"][0]["results"]
    assert "snippet" not in result["relatedLocations"][0]["physicalLocation"]["region"]
    tall = long._replace(evidence=(Place("/a"),))
    account = small().accounts[0]._replace(text='{"a": [' + "\n" * 2000 + "]}", findings=(tall,))
    (result,) = document(small()._replace(accounts=(account,)))["runs"][0]["results"]
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {
        "startLine": 1, "startColumn": 2, "endLine": 2001, "endColumn": 2,
    }  # fmt: skip


def test_evidence_is_bounded():
    long = small().findings[0]._replace(evidence=(Place("/iam/account_summary/AccountMFAEnabled", 0),) * 500)
    (result,) = document(with_findings(long))["runs"][0]["results"]
    assert len(result["relatedLocations"]) == 50


def test_a_prefix_is_the_first_folder():
    assert path_of(document(sarif_prefix="cloud/aws")["runs"][0]["results"][0]).startswith(f"cloud/aws/{ACCOUNT}/")


def test_results_are_sorted_by_severity_rule_and_path():
    results = document()["runs"][0]["results"]
    assert results == sorted(results, key=lambda result: (-result["rank"], result["ruleId"], path_of(result)))


def test_only_rules_that_were_run_are_told_and_foreign_packs_are_extensions():
    tool = document()["runs"][0]["tool"]
    told = [rule["id"] for rule in tool["driver"]["rules"]]
    assert told == sorted(rule.id for rule in RULES if rule.pack == "auditor")
    (pack,) = tool["extensions"]
    assert pack["name"] == "acme"
    assert [rule["id"] for rule in pack["rules"]] == ["acme-user-bob"]
    (result,) = document(with_findings(*many(1)))["runs"][0]["results"]
    assert result["rule"] == {"id": "acme-user-bob", "index": 0, "toolComponent": {"index": 0}}
    assert "ruleIndex" not in result
    assert "/home/sam" not in render("sarif", small(), View())


def test_without_foreign_packs_there_are_no_extensions():
    report = judged(small_text(), rules=RULES[:5])
    assert "extensions" not in document(report)["runs"][0]["tool"]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
        (Severity.INFO, "note", None),
    ],
)
def test_severities_as_code_scanning_knows_them(severity, level, score):
    facts = small().rules["acme-user-bob"]._replace(severity=severity, pack="auditor")
    report = small()._replace(rules={"acme-user-bob": facts}, accounts=with_findings(*many(1, severity)).accounts)
    report = report._replace(accounts=(report.accounts[0]._replace(not_evaluated=(), errors=()),))
    (run,) = document(report)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert run["results"][0]["level"] == level
    assert rule["properties"].get("security-severity") == score


@pytest.mark.parametrize(
    ("confidence", "precision"),
    [(Confidence.HIGH, "very-high"), (Confidence.MEDIUM, "medium"), (Confidence.LOW, "low")],
)
def test_confidence_orders_alerts(confidence, precision):
    facts = small().rules["root-mfa-missing"]._replace(confidence=confidence)
    run = document(small()._replace(rules={**small().rules, facts.id: facts}))["runs"][0]
    assert run["tool"]["driver"]["rules"][0]["properties"]["precision"] == precision


def test_tags_are_ten_at_most_and_name_the_newest_framework():
    controls = tuple((f"cis-{number}.0", "1.1") for number in range(1, 15))
    facts = small().rules["root-mfa-missing"]._replace(controls=controls, tags=("mfa", "aws"))
    run = document(small()._replace(rules={**small().rules, facts.id: facts}))["runs"][0]
    tags = run["tool"]["driver"]["rules"][0]["properties"]["tags"]
    assert tags[:6] == ["security", "aws", "iam", "mfa", "cis-14.0/1.1", "cis-13.0/1.1"]
    assert len(tags) == 10


def test_long_descriptions_are_cut():
    facts = small().rules["root-mfa-missing"]._replace(title="t" * 2000, why="w " * 2000)
    document(small()._replace(rules={**small().rules, facts.id: facts}))


def test_a_rules_page_can_be_ours():
    run = document(rule_url="https://example.com/rules/{rule}")["runs"][0]
    assert run["tool"]["driver"]["rules"][0]["helpUri"] == "https://example.com/rules/root-mfa-missing"


def test_an_incomplete_look_says_so():
    (run,) = document(exit_code=3)["runs"]
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    told = [(note["level"], note["descriptor"]["id"]) for note in invocation["toolExecutionNotifications"]]
    assert told == [
        ("error", "run-incomplete"),
        ("warning", "not-evaluated"),
        ("warning", "not-evaluated"),
        ("error", "rule-failed"),
    ]
    texts = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert "4 questions not answered" in texts[0]
    assert "iam:ListRoles was denied; add iam:ListRoles" in texts[2]
    failed = invocation["toolExecutionNotifications"][3]
    assert failed["associatedRule"] == {"id": "acme-user-bob", "index": 0, "toolComponent": {"index": 0}}
    assert not {"commandLine", "account", "machine"} & invocation.keys()


def test_a_complete_look_is_a_success():
    (run,) = document(judged(small_text(), rules=RULES[:1]), exit_code=1)["runs"]
    (invocation,) = run["invocations"]
    assert invocation == {
        "executionSuccessful": True,
        "exitCode": 1,
        "startTimeUtc": "2026-11-20T12:00:00Z",
        "endTimeUtc": "2026-11-20T12:00:00Z",
        "toolExecutionNotifications": [],
        "toolConfigurationNotifications": [],
    }


def test_a_scan_that_claims_to_have_taken_for_ever_has_no_end():
    account = small().accounts[0]._replace(seconds=1e300)
    (run,) = document(small()._replace(accounts=(account,)))["runs"]
    assert "endTimeUtc" not in run["invocations"][0]


def test_notifications_are_bounded():
    blind = small().accounts[0].not_evaluated[0]
    entries = tuple(
        blind._replace(blind=blind.blind._replace(reason=f"policy {number}", operation="")) for number in range(500)
    )
    (run,) = document(small()._replace(accounts=(small().accounts[0]._replace(not_evaluated=entries),)))["runs"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == sarif.MAX_NOTIFICATIONS + 1


def test_no_findings_make_a_run_without_results():
    (run,) = document(with_findings())["runs"]
    assert run["results"] == []


def test_no_account_is_an_error_and_not_an_empty_file():
    with pytest.raises(NothingEvaluated):
        sarif.render_many(small()._replace(accounts=()), View())


def test_findings_that_rules_do_not_tell_apart_stay_two_alerts():
    (same,) = many(1)
    results = document(with_findings(same, same))["runs"][0]["results"]
    assert [result["partialFingerprints"]["primaryLocationLineHash"][-2:] for result in results] == [":1", ":2"]
    assert results[0]["fingerprints"] != results[1]["fingerprints"]


def test_names_cannot_make_links():
    (named,) = many(1, text="[click](https://evil.example) [x](1)")
    (result,) = document(with_findings(named))["runs"][0]["results"]
    assert "[click] (https://evil.example)" in result["message"]["text"]


def test_accounts_are_runs_of_their_own_category():
    text = small_text()
    told = document(judged(text, text.replace(ACCOUNT, "444455556666")))
    assert [run["automationDetails"]["id"] for run in told["runs"]] == [
        "auditor/aws/111122223333/20261120T120000Z",
        "auditor/aws/444455556666/20261120T120000Z",
    ]
    assert all(result["properties"]["aws/account"] == "444455556666" for result in told["runs"][1]["results"])


def test_two_snapshots_of_one_account_have_two_categories():
    told = document(judged(small_text(), small_text()))
    assert [run["automationDetails"]["id"].rpartition("/")[0] for run in told["runs"]] == [
        "auditor/aws/111122223333",
        "auditor/aws/111122223333/2",
    ]


def test_more_accounts_than_a_file_may_hold_make_several_files():
    accounts = tuple(small().accounts[0]._replace(account=f"{number:012}") for number in range(45))
    parts = sarif.render_many(small()._replace(accounts=accounts), View())
    assert [len(check(part)["runs"]) for part in parts] == [20, 20, 5]
    assert sarif.render_many(small(), View()) == [render("sarif", small(), View())]
    assert sarif.warnings(small()._replace(accounts=accounts)) == ["45 accounts: GitHub takes 20 in one SARIF file"]


def test_more_results_than_are_shown_are_warned_of():
    assert sarif.warnings(small()) == []
    assert sarif.warnings(with_findings(*many(sarif.SHOWN_RESULTS))) == []
    assert sarif.warnings(with_findings(*many(sarif.SHOWN_RESULTS + 1))) == [
        "account 111122223333 has 5,001 findings: GitHub shows the 5,000 worst"
    ]


def test_more_results_than_are_taken_are_cut_to_the_worst():
    findings = (*many(sarif.MAX_RESULTS + 10), small().findings[0])
    run = json.loads(render("sarif", with_findings(*findings), View()))["runs"][0]
    assert len(run["results"]) == sarif.MAX_RESULTS
    assert run["results"][0]["ruleId"] == "root-mfa-missing"
    (note,) = run["invocations"][0]["toolConfigurationNotifications"]
    assert note["message"]["text"] == ("The 25,000 worst of 25,011 findings are here: code scanning takes no more.")


@pytest.fixture
def limited(monkeypatch):
    """Renders two findings, one of them info, under a size limit in bytes; gives the run."""
    place = Place("/iam/account_summary/AccountMFAEnabled", 0)
    (low,), (info,) = many(1, evidence=(place,)), many(1, Severity.INFO, evidence=(place,))
    report = with_findings(low, info._replace(rule="sample-user-ungrouped", fingerprint="f" * 32))

    def run(limit):
        monkeypatch.setattr(sarif, "MAX_BYTES", limit)
        return document(report)["runs"][0]

    return run


def test_a_file_that_is_too_large_loses_snippets_first_and_then_info(limited):
    whole = limited(10_000_000)
    assert "snippet" in json.dumps(whole["results"])
    assert whole["invocations"][0]["toolConfigurationNotifications"] == []
    least = limited(1)
    assert [result["level"] for result in least["results"]] == ["note"]
    assert least["results"][0]["ruleId"] == "acme-user-bob"
    notes = [note["message"]["text"] for note in least["invocations"][0]["toolConfigurationNotifications"]]
    assert ["Lines of the snapshot" in notes[0], "severity info" in notes[1]] == [True, True]


def test_snippets_alone_are_dropped_where_that_is_enough(monkeypatch):
    monkeypatch.setattr(sarif, "MAX_BYTES", len(compress(render("sarif", small(), View()).encode())) - 1)
    (run,) = document()["runs"]
    assert "snippet" not in json.dumps(run["results"])
    assert len(run["results"]) == len(small().findings)
    assert len(run["invocations"][0]["toolConfigurationNotifications"]) == 1
