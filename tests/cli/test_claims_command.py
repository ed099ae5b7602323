"""`auditor claims`: every claim has its row, nothing unseen passes, and no name from the account acts."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from auditor.claims import load
from auditor.evaluate.registry import load_rules
from auditor.findings.compliance import STATUSES
from tests.cli.runs import BAD, snapshot, unseen

LOOKOUT = "arn:aws:iam::aws:policy/AmazonLookoutVisionFullAccess"
MARKUP = '<img src=x onerror="document.title=1">&amp;\u202e"'
OWNED = "</title><script>document.title='owned'</script>"


@pytest.fixture
def hostile(tmp_path):
    """A snapshot in which names are markup."""
    arn = "arn:aws:iam::111122223333:user/x"
    attached = [{"PolicyArn": LOOKOUT}]
    user = {"UserName": MARKUP, "Arn": arn, "CreateDate": "2024-01-01T00:00:00Z", "AttachedManagedPolicies": attached}
    iam = {"users": {MARKUP: user}, "groups": {}, "roles": {}, "account_aliases": [OWNED]}
    return snapshot(tmp_path / "hostile.json", summary=BAD, iam=iam)


def outcomes(cli, *words):
    run = cli("claims", *words, "--format", "json", "-q")
    assert (run.code, run.err) == (0, "")
    return {row["claim"]: row for row in json.loads(run.out)["claims"]}


def test_every_claim_has_a_row_and_an_outcome(cli, tmp_path):
    rows = outcomes(cli, snapshot(tmp_path / "a.json", summary=BAD))
    assert list(rows) == [f"S{number}" for number in range(1, 57)]
    assert {row["outcome"] for row in rows.values()} <= set(STATUSES)
    assert rows["S10"]["outcome"] == "fail"
    assert {"id": "root-mfa-missing", "run": True, "failed": 1, "passed": 0, "unknown": 0, "not_applicable": 0} in rows[
        "S10"
    ]["rules"]


def test_what_was_not_seen_does_not_pass(cli, tmp_path):
    rows = outcomes(cli, unseen(tmp_path / "a.json"))
    assert "pass" not in {row["outcome"] for row in rows.values()}
    assert rows["S10"]["outcome"] == "unknown"


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_a_look_that_was_not_complete_says_so(cli, tmp_path, form):
    run = cli("claims", unseen(tmp_path / "a.json"), "--select", "root-mfa-missing", "--format", form)
    assert "This look was not complete" in run.out
    assert "iam:GetAccountSummary was denied" in run.err
    run = cli("claims", snapshot(tmp_path / "b.json"), "--select", "root-mfa-missing", "--format", form)
    assert "not complete" not in run.out
    assert run.err == ""


def test_what_no_api_shows_is_left_to_a_person(cli, tmp_path):
    rows = outcomes(cli, snapshot(tmp_path / "a.json"))
    for claim in load():
        if claim.observable == "no":
            assert (rows[claim.id]["outcome"], rows[claim.id]["rules"]) == ("manual", [])
        if claim.person:
            assert rows[claim.id]["outcome"] != "pass"


def test_a_rule_that_is_not_asked_leaves_its_claims_open(cli, tmp_path):
    path = snapshot(tmp_path / "a.json", account="111122223333")
    assert outcomes(cli, path, "--expect-account", "111122223333")["S3"]["outcome"] == "pass"
    assert outcomes(cli, path, "--ignore", "scan-account-unexpected")["S3"]["outcome"] == "unknown"


def test_what_was_not_collected_is_told_with_the_way_to_it(cli, tmp_path):
    told = "claims stay open whose rules need what only `auditor collect --with "
    run = cli("claims", snapshot(tmp_path / "a.json"), "--select", "user-ssh-key-active,root-mfa-missing")
    assert f"{told}ssh-keys` collects" in run.err
    run = cli("claims", snapshot(tmp_path / "b.json", opted_in=["ssh-keys"]), "--select", "user-ssh-key-active")
    assert told not in run.err


def test_every_claim_that_an_api_shows_has_a_rule():
    answered = {claim for rule in load_rules(plugins=False).values() for claim in rule.claims}
    assert {claim.id for claim in load()} >= answered
    assert [claim.id for claim in load() if claim.observable != "no" and claim.id not in answered] == []
    assert [claim.id for claim in load() if claim.observable == "no" and not claim.person] == []


def test_the_table_tells_what_decides(cli, hostile):
    run = cli("claims", hostile)
    lines = dict(re.findall(r"^(S\d+) +(.*)$", run.out.partition("What people")[0], re.MULTILINE))
    assert len(lines) == 56
    assert lines["S10"].endswith("root-mfa-missing (1 failed) and 1 more")
    assert "lookoutvision-full-access-attached (1 failed)" in lines["S50"]
    assert re.search(r"^S9 +who reads the mailbox", run.out, re.MULTILINE)
    assert run.out.splitlines()[-1].startswith("account 111122223333 (</title>")


def test_colour_is_for_whoever_asks_for_it(cli, tmp_path):
    path = snapshot(tmp_path / "a.json", summary=BAD)
    assert "\x1b[1;31mfail\x1b[0m" in cli("claims", path, "--color", "always").out
    assert "\x1b" not in cli("claims", path).out


def test_markdown_has_a_row_for_each_claim(cli, hostile):
    out = cli("claims", hostile, "--format", "markdown").out
    rows = [line for line in out.splitlines() if line.startswith("| S")]
    assert len(rows) == 56
    assert {row.count(" | ") for row in rows} == {4}
    assert f"Account `111122223333 ({OWNED})`, looked at" in out


def test_without_a_snapshot_claims_and_rules_alone(cli):
    assert cli("claims").out == cli("rules", "--claims").out
    listed = json.loads(cli("claims", "--format", "json").out)
    assert len(listed) == 56
    run = cli("claims", "--format", "html")
    assert (run.code, run.out) == (2, "")
    assert "name a snapshot" in run.err


def test_the_same_snapshot_gives_the_same_bytes(cli, hostile):
    for form in ("table", "markdown", "json", "html"):
        assert cli("claims", hostile, "--format", form).out == cli("claims", hostile, "--format", form).out


class Page(HTMLParser):
    """The tags of a page, and its text by tag."""

    def __init__(self, text):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags:
            self.words.setdefault(self.tags[-1][0], []).append(data)


def test_the_page_is_whole_and_needs_nothing_else(cli, hostile):
    page = Page(cli("claims", hostile, "--format", "html").out)
    names = [tag for tag, _ in page.tags]
    assert not {"script", "img", "link", "iframe", "object"} & set(names)
    assert not [attrs for _, attrs in page.tags if {"src", "href", "style"} & attrs.keys()]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert names.count("tr") == 57
    assert any(MARKUP.replace("\u202e", "\\u202e") in words for words in page.words["li"])


def test_long_lists_of_findings_are_cut(cli, tmp_path):
    users = {
        f"user-{number}": {
            "UserName": f"user-{number}",
            "Arn": f"arn:aws:iam::111122223333:user/user-{number}",
            "CreateDate": "2024-01-01T00:00:00Z",
            "AttachedManagedPolicies": [{"PolicyArn": LOOKOUT}],
        }
        for number in range(25)
    }
    path = snapshot(tmp_path / "a.json", iam={"users": users, "groups": {}, "roles": {}})
    assert "<li>and 5 findings more</li>" in cli("claims", path, "--format", "html").out


def title(dom: str) -> str:
    return re.search("<title>(.*?)</title>", dom, re.DOTALL)[1]


def test_in_a_browser_no_name_acts_and_no_script_can(cli, hostile, browse):
    page = cli("claims", hostile, "--format", "html").out
    dom = browse(page)
    assert title(dom).startswith("Claims and account 111122223333 (&lt;/title&gt;&lt;script&gt;")
    assert "<img" not in dom
    assert dom.count("<tr") == 57
    smuggled = page.replace("</body>", "<script>document.title = 'owned'</script></body>")
    assert title(browse(smuggled)) == title(dom)


@pytest.mark.parametrize("outcome", ["fail", "unknown", "manual"])
def test_in_a_browser_the_buttons_show_one_outcome(cli, hostile, browse, outcome):
    page = cli("claims", hostile, "--format", "html").out
    policy = re.search("<meta http-equiv=.*>\n", page)[0]
    click = f"""<script>
document.getElementById("show-{outcome}").click();
const shown = [...document.querySelectorAll("tbody tr")].filter(row => row.getClientRects().length);
document.title = shown.length + " " + [...new Set(shown.map(row => row.className))].join();
</script></body>"""
    shown = title(browse(page.replace(policy, "").replace("</body>", click)))
    count = re.search(rf"{outcome} (\d+)</label>", page)[1]
    assert shown == f"{count} {outcome}"
