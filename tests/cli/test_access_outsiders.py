"""`auditor access outsiders`, as it is typed."""

from __future__ import annotations

import json

import pytest

from auditor.access import solve
from auditor.snapshot.files import dumps
from tests.access.worlds import ACCOUNT, OTHER, Builder, trust
from tests.fake_aws import FakeAWS, accounts
from tests.looks import in_few_regions

GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
MEMBER = {"Id": "o-abcdefghij", "MasterAccountId": OTHER, "FeatureSet": "ALL"}
EVIL = "\x1b[2J<b>\u202e\n::error::"


@pytest.fixture
def outsiders(cli, clean):
    """Asks the question of some accounts."""

    def ask(*made, words=()):
        paths = []
        for number, each in enumerate(made):
            (clean / f"{number}.json").write_text(dumps(each.snapshot), encoding="utf-8")
            paths += ["--snapshot", f"{number}.json"]
        return cli("access", "outsiders", *paths, *words)

    return ask


@pytest.fixture
def hasty(monkeypatch):
    """No search for a context gets beyond its first step."""
    monkeypatch.setattr(solve, "MAX_DECISIONS", 0)


def some():
    made = Builder()
    made.role("partner", trust(OTHER))
    made.role("refused", trust(OTHER, StringEquals={"aws:PrincipalAccount": ACCOUNT}))
    made.role("inside", trust(ACCOUNT))
    made.role("public", trust("*"))
    made.role("build", trust(GITHUB))
    made.role("instance", trust("ec2.amazonaws.com"))
    made.role("office", trust(ACCOUNT, IpAddress={"aws:SourceIp": "203.0.113.0/24"}))
    return made


def rows(out):
    return {tuple(cell.strip() for cell in line.split("  ") if cell.strip()) for line in out.splitlines()[2:]}


def test_the_table_tells_names_and_who_gets_in(outsiders):
    run = outsiders(some())
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0].split("  ")[0] == "who"
    assert rows(run.out) == {
        ("account", OTHER, "partner", "partner, refused"),
        ("anyone", "*", "public", "public"),
        ("identity provider", GITHUB, "build", "build"),
        ("network", "203.0.113.0/24", "-", "office"),
        ("service", "ec2.amazonaws.com", "instance", "instance"),
    }


def test_a_name_that_gets_in_nowhere_says_so(outsiders):
    made = Builder()
    made.role("refused", trust(OTHER, StringEquals={"aws:PrincipalAccount": ACCOUNT}))
    assert rows(outsiders(made).out) == {("account", OTHER, "no role", "refused")}


def test_json_has_the_roles_by_their_arns(outsiders):
    told = json.loads(outsiders(some(), words=("--format", "json")).out)
    assert (told["question"], told["unless"], told["unseen"]) == ("outsiders", [], [])
    found = {(it["category"], it["name"]): it for it in told["outsiders"]}
    assert found["account", OTHER] == {
        "account": ACCOUNT,
        "category": "account",
        "name": OTHER,
        "gets_into": [f"arn:aws:iam::{ACCOUNT}:role/partner"],
        "undecided": [],
        "named_by": [f"arn:aws:iam::{ACCOUNT}:role/partner", f"arn:aws:iam::{ACCOUNT}:role/refused"],
    }
    assert found["network", "203.0.113.0/24"]["gets_into"] is None
    assert ("account", ACCOUNT) not in found


def test_an_account_that_names_nobody_else(outsiders):
    made = Builder()
    made.role("inside", trust(ACCOUNT))
    run = outsiders(made)
    assert (run.code, run.out) == (0, "none\n")


def test_several_accounts_are_told_apart(outsiders):
    one, other = Builder(), Builder(OTHER, organization=None)
    one.role("to", trust(OTHER))
    other.role("back", trust(ACCOUNT))
    assert rows(outsiders(one, other).out) == {
        (ACCOUNT, "account", OTHER, "to", "to"),
        (OTHER, "account", ACCOUNT, "back", "back"),
    }


def test_a_trust_policy_that_cannot_be_read_leaves_the_answer_open(outsiders):
    made = some()
    made.role("broken", "{")
    run = outsiders(made, words=("--format", "json"))
    assert run.code == 3
    (spot,) = json.loads(run.out)["unseen"]
    assert spot["of"] == f"arn:aws:iam::{ACCOUNT}:role/broken"
    assert f"not seen of arn:aws:iam::{ACCOUNT}:role/broken" in run.err


@pytest.mark.usefixtures("hasty")
def test_a_search_that_is_given_up_is_no_refusal(outsiders):
    made = Builder()
    conditions = {"StringLike": {"aws:UserAgent": "a*"}}
    for name, principal in {"partner": OTHER, "build": GITHUB, "job": "lambda.amazonaws.com", "open": "*"}.items():
        made.role(name, trust(principal, **conditions))
    run = outsiders(made, words=("--format", "json"))
    assert run.code == 3
    undecided = {it["category"]: (it["gets_into"], len(it["undecided"])) for it in json.loads(run.out)["outsiders"]}
    assert undecided == dict.fromkeys(("account", "identity provider", "service", "anyone"), ([], 1))


def test_nothing_is_told_where_no_role_was_seen(outsiders):
    run = outsiders(Builder())
    assert (run.code, run.out) == (3, "")
    assert "no role was seen" in run.err


def test_roles_that_were_not_seen_leave_the_answer_open(outsiders):
    made = some()
    made.gaps.append({"section": "iam.roles", "operation": "iam:GetAccountAuthorizationDetails", "reason": "denied"})
    run = outsiders(made)
    assert run.code == 3
    assert len(rows(run.out)) == 5
    assert f"not seen of account {ACCOUNT}" in run.err


def test_a_policy_of_the_organization_that_was_not_seen_is_told(outsiders):
    made = Builder(organization=MEMBER)
    made.role("partner", trust(OTHER))
    run = outsiders(made, words=("--format", "json"))
    assert json.loads(run.out)["unless"] == ["a resource control policy forbids it"]
    assert "unless a resource control policy forbids it" in run.err


def test_names_of_strangers_stay_in_their_cell(outsiders):
    made = Builder()
    made.role("named", trust(OTHER, StringLike={"aws:userid": EVIL}))
    out = outsiders(made).out
    assert EVIL not in out
    assert all(line.isprintable() for line in out.splitlines())


def test_without_a_snapshot_the_account_is_looked_at(cli, at):
    with FakeAWS(in_few_regions(accounts.neglected())) as fake:
        at(fake)
        looked = cli("access", "outsiders", "--no-progress")
        assert cli("collect", "-o", "kept.json", "-q").code == 0
        kept = cli("access", "outsiders", "--snapshot", "kept.json")
    assert (looked.code, looked.out) == (kept.code, kept.out)
    assert "open-door" in kept.out


def test_quiet_tells_nothing(outsiders):
    assert outsiders(some(), words=("-qq",)) == (0, "", "")
