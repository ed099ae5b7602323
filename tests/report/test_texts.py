"""The formats for terminals: concise, full and table."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from auditor.findings.model import Finding, Place, Resource, Severity
from auditor.report import render
from auditor.report.full import first_sentence
from auditor.report.view import View
from tests.report.sample import judged, small, small_text

OSC_8 = re.compile(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def regional():
    """The small report with one more finding, in a region."""
    account = small().accounts[0]
    bucket = Resource("arn:aws:s3:::logs", "AWS::S3::Bucket", "logs", account.account, "eu-west-1")
    finding = Finding(bucket, "bucket is open", (Place("/s3/a", "x"),), rule="acme-user-bob", severity=Severity.LOW)
    return small()._replace(accounts=(account._replace(findings=(*account.findings, finding)),))


def test_concise_is_one_line_a_finding():
    lines = render("concise", small(), View()).splitlines()
    assert len(lines) == len(small().findings)
    assert lines[0] == "arn:aws:iam::111122223333:root: critical[root-mfa-missing] root user can sign in without MFA"
    assert all(re.match(r"arn:.*: (critical|medium|info)\[[a-z-]+\] ", line) for line in lines)


def test_show_all_adds_every_other_outcome_in_the_same_form():
    text = render("concise", small(), View(show="all"))
    assert "root: unknown[sample-role-unknown] iam:ListRoles was denied; add iam:ListRoles\n" in text
    assert "user/bob: error[acme-user-bob] the rule raised LookupError: bob | `is` \\x1b[2Jthe\\nproblem\n" in text
    assert "root: not-applicable[sample-policy-weak] the question makes no sense\\nin the sample\n" in text
    assert "user/alice: pass[sample-user-ungrouped] User is in no group\n" in text
    # A permission is no help against throttling.
    assert "carol until retries ran out\n" in text


def test_a_resource_without_an_arn_goes_by_its_name():
    finding = small().findings[0]
    finding = finding._replace(resource=finding.resource._replace(arn="", name="::error::the thing"))
    report = small()._replace(accounts=(small().accounts[0]._replace(findings=(finding,)),))
    assert render("concise", report, View()).startswith("\\x3a:error::the thing: critical[")


def test_full_shows_evidence_with_its_age_the_reason_and_the_remedy():
    block = next(part for part in render("full", small(), View()).split("\n\n") if "key 2 of alice" in part)
    assert block.splitlines() == [
        "medium[sample-key-old] access key 2 of alice is 537 days old",
        "  --> arn:aws:iam::111122223333:user/alice",
        '   |  "access_key_2_last_rotated": "2025-06-01T00:00:00Z" (credential report of 2026-11-20 09:14 UTC)',
        '   |  "access_key_2_active": true (credential report of 2026-11-20 09:14 UTC)',
        "   = why: A long-lived key is a password that nobody changes.",
        "   = fix: Make a second key, move its users over, then delete this one. (auditor explain sample-key-old)",
    ]


def test_full_names_a_region_and_the_permission_that_would_help(regional):
    text = render("full", regional, View(show="all"))
    assert "\n  --> arn:aws:s3:::logs (eu-west-1)\n" in text
    assert "\n   = add: iam:ListRoles (auditor permissions)\n" in text


def test_full_gives_a_rules_page_once_unless_the_rule_links_to_it():
    page = "   = docs: https://example.com/rules/sample-key-old"
    view = View(rule_url="https://example.com/rules/{rule}")
    assert render("full", small(), view).count(page) == 1
    assert page not in render("full", small(), view._replace(links=True))


def test_evidence_can_be_left_out_and_is_kept_short():
    assert "\n   |  " not in render("full", small(), View(snippets=False))
    long = small().findings[0]._replace(evidence=(Place("/iam/x", "y" * 5000),))
    report = small()._replace(accounts=(small().accounts[0]._replace(findings=(long,)),))
    assert max(map(len, render("full", report, View(width=60)).splitlines()[:3])) < 90
    assert max(map(len, render("full", report, View(width=0)).splitlines()[:3])) < 230


@pytest.mark.parametrize("name", ["concise", "full", "table", "compliance"])
def test_colours_add_nothing_but_colours(name):
    plain = View(show="all", frameworks=("cis-6.0",), width=200)
    colored = render(name, small(), plain._replace(color=True))
    assert "\x1b[" in colored
    assert COLOR.sub("", colored) == render(name, small(), plain)
    assert "\x1b" not in render(name, small(), plain)


@pytest.mark.parametrize("name", ["concise", "full", "table"])
def test_links_lead_to_the_rules_page(name):
    linked = render(name, small(), View(links=True))
    targets = {text: address for address, text in OSC_8.findall(linked)}
    assert targets["root-mfa-missing"] == "https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html"
    assert set(targets) == {finding.rule for finding in small().findings}
    assert "\x1b" not in OSC_8.sub("", linked)


def test_table_has_a_column_for_regions_only_where_there_are_some(regional):
    assert render("table", small(), View()).split("\n")[0].split() == ["severity", "rule", "resource", "message"]
    assert render("table", regional, View()).split("\n")[0].split() == [
        "severity", "rule", "resource", "region", "message",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "headings"),
    [
        ("rule", ["root-mfa-missing (1)", "sample-key-old (6)", "sample-user-ungrouped (17)"]),
        ("region", ["global (24)"]),
        ("account", ["111122223333 (24)"]),
    ],
)
def test_groups_have_headings(by, headings):
    full = render("full", small(), View(group_by=by))
    assert [line[3:] for line in full.splitlines() if line.startswith("── ")] == headings
    table = render("table", small(), View(group_by=by))
    assert [line for line in table.splitlines() if re.fullmatch(r"\S+ \(\d+\)", line)] == headings


def test_groups_order_the_concise_lines():
    lines = render("concise", small(), View(group_by="resource")).splitlines()
    wheres = [re.split(r": (?:critical|medium|info)\[", line)[0] for line in lines]
    assert len(list(groupby(wheres))) == len(set(wheres)) < len(lines)
    assert sorted(lines) == sorted(render("concise", small(), View()).splitlines())


def test_accounts_are_listed_together():
    text = small_text()
    report = judged(text, text.replace("111122223333", "444455556666"))
    lines = render("concise", report, View()).splitlines()
    assert [line.split("::")[1][:12] for line in lines[:2]] == ["111122223333", "444455556666"]
    assert "critical" in lines[0]
    assert "critical" in lines[1]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("One, e.g. two. Three.", "One, e.g. two."),
        ("One\n\nTwo", "One"),
        ("Version 1.2 is out! And more", "Version 1.2 is out!"),
    ],
)
def test_first_sentence(text, first):
    assert first_sentence(text) == first
