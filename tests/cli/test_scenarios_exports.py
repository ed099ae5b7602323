"""Escalation in exported authorization details, as the rules and `auditor access` tell it: by ARN, in JSON."""

import json

import pytest

from tests.access.exports import export
from tests.access.scenarios import FULL, START, arn
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, trust


@pytest.fixture
def exported(clean):
    def write(made, name="details.json"):
        (clean / name).write_text(export(made), encoding="utf-8")
        return name

    return write


def account():
    made = Builder()
    made.role("adm", trust("lambda.amazonaws.com"), attached=(ADMIN,))
    made.role("hop", trust(arn("user", "bob")), allow("iam:PassRole"), START)
    made.group("passers", allow("iam:PassRole", resource=arn("role", "adm")))
    made.user("ann", allow("iam:PutUserPolicy", resource=arn("user", "ann")))
    made.user("bob")
    made.user("eve", START, groups=("passers",))
    made.user("kit", START)
    made.user("pam", allow("iam:PutUserPolicy"), deny("iam:*"))
    made.user("boss", FULL)
    return made


def found(run):
    """Rule -> the ARNs that it finds."""
    rules = {}
    for finding in json.loads(run.out)["findings"]:
        rules.setdefault(finding["rule"], set()).add(finding["resource"]["arn"])
    return rules


def test_rules_find_those_who_get_up_by_their_arns(cli, exported):
    run = cli("check", "--authorization-details", exported(account()), "--select", "privesc-*", "--format", "json")
    told = found(run)
    assert run.code == 1
    assert told["privesc-effective-principal"] == {arn("user", "ann"), arn("user", "eve"), arn("role", "hop")}
    assert told["privesc-path-to-admin"] == {arn("user", "bob"), arn("user", "eve"), arn("role", "hop")}
    assert told["privesc-passrole-to-admin"] == {arn("user", "eve"), arn("role", "hop")}
    assert told["privesc-inline-policy"] == {arn("user", "ann"), arn("role", "hop")}


def test_nothing_is_found_of_those_who_do_not(cli, exported):
    made = Builder()
    made.user("kit", START, allow("iam:Get*"))
    made.user("pam", allow("iam:PutUserPolicy"), deny("iam:*"))
    made.group("passers", allow("iam:PassRole"))
    run = cli(
        "check",
        "--authorization-details",
        exported(made),
        "--select",
        "privesc-effective-principal,privesc-path-to-admin",
    )
    assert run.code == 0


def test_administrators_and_paths(cli, exported):
    name = exported(account())
    admins = json.loads(cli("access", "admins", "--authorization-details", name, "--format", "json").out)
    assert {it["principal"] for it in admins["administrators"]} == {
        *(arn("role", "adm"), arn("user", "boss"), arn("user", "ann")),
    }
    paths = json.loads(cli("access", "paths", "--authorization-details", name, "--format", "json").out)
    ways = {path["from"]["principal"]: [step["technique"] for step in path["steps"]] for path in paths["paths"]}
    assert ways == {
        arn("user", "ann"): [],
        arn("user", "bob"): ["assume-role", "pass-role-lambda-invoke"],
        arn("user", "eve"): ["pass-role-lambda-invoke"],
        arn("role", "hop"): ["pass-role-lambda-invoke"],
    }
    for path in paths["paths"]:
        for step in path["steps"]:
            assert all(request["witness"]["action"] for request in step["requests"])


def test_whoever_is_asked_about_by_name(cli, exported):
    name = exported(account())
    for who, steps in (("ann", 0), ("boss", 0), ("eve", 1), ("bob", 2)):
        (path,) = json.loads(
            cli("access", "paths", "--authorization-details", name, "--from", arn("user", who), "--format", "json").out
        )["paths"]
        assert len(path["steps"]) == steps
    none = cli("access", "paths", "--authorization-details", name, "--from", arn("user", "pam"), "--format", "json")
    assert (none.code, json.loads(none.out)["paths"]) == (0, [])


def test_whoever_gives_itself_everything_is_told_with_the_request(cli, exported):
    run = cli("access", "paths", "--authorization-details", exported(account()), "--from", "ann")
    who, way, request = run.out.splitlines()
    assert (who, way.startswith("  => user ann can ")) == (arn("user", "ann"), True)
    assert request.strip() == f"iam:PutUserPolicy on {who}"
    idle = cli("access", "paths", "--authorization-details", exported(account()), "--from", "boss")
    caveat = "unless a service control policy forbids it"
    assert idle.out.splitlines() == [arn("user", "boss"), f"  => user boss is allowed everything ({caveat})"]


def test_exports_of_two_accounts(cli, exported):
    here, there = Builder(), Builder(OTHER)
    end = there.role("adm", trust(ACCOUNT), attached=(ADMIN,))
    here.user("ann", allow("sts:AssumeRole", resource=end))
    here.user("bob", allow("sts:AssumeRole", resource=arn("role", "adm")))
    here.group("team")
    there.group("team")
    there.user("eve")
    files = ("--authorization-details", exported(here)), ("--authorization-details", exported(there, "there.json"))
    run = cli("access", "paths", *files[0], *files[1], "--format", "json")
    assert [path["from"]["principal"] for path in json.loads(run.out)["paths"]] == [arn("user", "ann")]


def test_two_exports_of_one_account_are_refused(cli, exported):
    name = exported(account())
    run = cli("access", "admins", "--authorization-details", name, "--authorization-details", name)
    assert run.code == 2
    assert "several snapshots of account" in run.err


def test_circumstances_are_told(cli, exported):
    made = Builder()
    made.user("ann", allow("iam:PutUserPolicy", IpAddress={"aws:SourceIp": "203.0.113.0/24"}))
    made.group("team")
    run = cli(
        "check",
        "--authorization-details",
        exported(made),
        "--select",
        "privesc-effective-principal",
        "--format",
        "json",
    )
    (finding,) = json.loads(run.out)["findings"]
    assert "if aws:SourceIp is 203.0.113." in finding["message"]


def test_documents_in_percent_encoding_say_the_same(cli, clean):
    from urllib.parse import quote

    made = account()
    details = json.loads(export(made))
    for user in details["UserDetailList"]:
        for policy in user["UserPolicyList"]:
            policy["PolicyDocument"] = quote(json.dumps(policy["PolicyDocument"]))
    (clean / "raw.json").write_text(json.dumps(details), encoding="utf-8")
    run = cli("access", "admins", "--authorization-details", "raw.json", "--format", "json")
    assert len(json.loads(run.out)["administrators"]) == 3
