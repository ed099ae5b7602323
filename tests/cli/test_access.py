"""`auditor access who-can`, `can`, `admins` and `paths`, as they are typed."""

from __future__ import annotations

import json

import pytest

from auditor.cli.demo import SNAPSHOT
from auditor.snapshot.files import dumps
from tests.access.test_graph import chain
from tests.access.test_organization_levels import ROOT, member, policy, told
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, document, trust
from tests.documents import blocks, read
from tests.fake_aws import FakeAWS, accounts
from tests.looks import in_few_regions

ANN, EVIL = f"arn:aws:iam::{ACCOUNT}:user/ann", "\x1b[2J<b>\u202e\n::error::"


@pytest.fixture
def kept(clean):
    """Writes an account's snapshot; its name."""

    def write(made, name="snapshot.json") -> str:
        (clean / name).write_text(dumps(made.snapshot), encoding="utf-8")
        return name

    return write


@pytest.fixture
def access(cli, kept):
    """Asks a question of an account."""

    def ask(made, *words):
        return cli("access", *words, "--snapshot", kept(made))

    return ask


def some():
    made = Builder(organization=None)
    made.user("ann", allow("s3:GetObject", Bool={"aws:MultiFactorAuthPresent": "true"}))
    made.user("bob", allow("sqs:*"))
    made.role("root", trust("ec2.amazonaws.com"), attached=(ADMIN,))
    return made


def rows(out):
    return [line.split() for line in out.splitlines()[2:]]


def test_who_can_as_a_table(access):
    run = access(some(), "who-can", "s3:getobject")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0].split() == ["principal", "answer", "condition", "by"]
    assert [(row[0].rpartition("/")[2], row[1]) for row in rows(run.out)] == [("root", "yes"), ("ann", "conditional")]
    assert "if aws:MultiFactorAuthPresent is true" in run.out


def test_who_can_as_json_with_the_request_that_is_allowed(access):
    run = access(some(), "who-can", "s3:GetObject", "arn:aws:s3:::x/y", "--format", "json")
    told = json.loads(run.out)
    assert (told["action"], told["resource"], told["unseen"]) == ("s3:GetObject", "arn:aws:s3:::x/y", [])
    ann = told["answers"][1]
    assert (ann["principal"], ann["answer"]) == (ANN, "conditional")
    assert ann["given"] == {"aws:MultiFactorAuthPresent": "true"}
    assert ann["policies"] == [{"policy": "own", "group": None, "pointer": "/iam/users/ann/UserPolicyList/0"}]
    assert ann["witness"]["resource"] == "arn:aws:s3:::x/y"
    assert "a policy of the resource itself is not in a snapshot" in run.err


def test_the_request_can_be_put_to_simulate(access, cli, clean):
    found = json.loads(access(some(), "who-can", "s3:GetObject", "arn:aws:s3:::x/y", "--format", "json").out)
    held = document(allow("s3:GetObject", Bool={"aws:MultiFactorAuthPresent": "true"}))
    for answer in found["answers"]:
        request = {"request": answer["witness"], "identity_policies": [held]}
        (clean / "request.json").write_text(json.dumps(request))
        run = cli("policy", "simulate", "request.json")
        assert json.loads(run.out)["decision"] == ("allow" if answer["given"] else "implicit_deny")


def test_what_is_taken_for_granted_of_keys_is_told(access):
    made = some()
    made.user("kim", allow("kms:Decrypt"))
    run = access(made, "who-can", "kms:Decrypt")
    assert "kim" in run.out
    assert run.err == "policies of keys are not in a snapshot: they are taken to leave the keys to their account\n"


def test_what_an_organization_may_forbid_is_told(access):
    made = some()
    made.organization = {"Id": "o-example", "MasterAccountId": OTHER}
    run = access(made, "admins")
    assert run.code == 0
    assert "unless a service control policy forbids it" in run.out
    assert json.loads(access(made, "admins", "--format", "json").out)["administrators"][0]["requests"][0]["unless"]


def test_why_it_is_not_known_what_an_organization_forbids(access):
    made = member(view=told())
    made.user("ann", attached=(ADMIN,))
    assert access(made, "admins").err == ""
    made.gaps = [{"section": "organizations.policies", "operation": "organizations:ListPolicies", "reason": "denied"}]
    run = access(made, "admins")
    assert (run.code, "unless a service control policy forbids it" in run.out) == (0, True)
    reason = "organizations:ListPolicies was denied"
    assert run.err == f"what the organization forbids in account {ACCOUNT} was not seen: {reason}\n"


def test_what_an_organization_forbids_counts(access):
    made = member(view=told(policy(ROOT, deny("iam:*"))))
    made.user("ann", allow("iam:*", "sqs:*"))
    run = access(made, "admins")
    assert (run.code, run.out, run.err) == (0, "none\n", "")
    assert access(made, "who-can", "iam:PassRole").out == "none\n"
    assert {row[0] for row in rows(access(made, "can", "ann").out)} == {"sqs", "sts"}


def test_can_tells_all_by_service_or_some_actions(access):
    run = access(some(), "can", "bob")
    assert rows(run.out)[0][:2] == ["sqs", "yes"]
    assert " more" in run.out
    run = access(some(), "can", "user/bob", "--action", "sqs:SendMessage, s3:*", "--action", "sqs:listqueues")
    assert [row[0] for row in rows(run.out)] == ["sqs:ListQueues", "sqs:SendMessage"]
    run = access(some(), "can", ANN, "--action", "sqs:*")
    assert (run.code, run.out) == (0, "none\n")
    told = json.loads(access(some(), "can", "ann", "--format", "json").out)
    assert (told["principal"], told["answers"][0]["action"]) == (ANN, "s3:GetObject")


def test_admins_are_told_with_how_they_are(access):
    made = some()
    made.user("kim", allow("iam:AttachUserPolicy"))
    run = access(made, "admins")
    assert [row[0].rpartition("/")[2] for row in rows(run.out)] == ["root", "kim"]
    assert "is allowed everything" in run.out
    assert "can attach" in run.out
    kim = json.loads(access(made, "admins", "--format", "json").out)["administrators"][1]
    assert (kim["technique"], kim["requests"][0]["witness"]["action"]) == ("attach-user-policy", "iam:AttachUserPolicy")


def test_paths_are_told_step_by_step(access):
    run = access(chain(), "paths", "--from", "ann")
    assert run.code == 0
    assert run.out == (
        f"{ANN}\n"
        "  1. ann can assume role one\n"
        f"       sts:AssumeRole on arn:aws:iam::{ACCOUNT}:role/one\n"
        "  2. one can assume role two\n"
        f"       sts:AssumeRole on arn:aws:iam::{ACCOUNT}:role/two\n"
        "  3. two can create a Lambda function that runs as role deploy and invoke it\n"
        f"       iam:PassRole on arn:aws:iam::{ACCOUNT}:role/deploy\n"
        f"       lambda:CreateFunction on arn:aws:lambda:us-east-1:{ACCOUNT}:function:example\n"
        f"       lambda:InvokeFunction on arn:aws:lambda:us-east-1:{ACCOUNT}:function:example\n"
        "  => role deploy is allowed everything\n"
    )


def test_paths_to_somebody(access):
    found = json.loads(access(chain(), "paths", "--from", "ann", "--to", "role/two", "--format", "json").out)
    (path,) = found["paths"]
    assert [step["technique"] for step in path["steps"]] == ["assume-role", "assume-role"]
    assert path["administers"] is None
    assert path["steps"][1]["requests"][0]["witness"]["principal"] == f"arn:aws:iam::{ACCOUNT}:role/one"
    assert access(chain(), "paths", "--from", "bob").out == "no path\n"
    assert access(chain(), "paths", "--from", "bob", "--to", "admin").out == "no path\n"


def test_a_path_may_end_by_making_its_target_strong(access):
    made = Builder()
    low = made.arn("user", "low")
    made.user("kim", allow("iam:PutUserPolicy", "iam:CreateAccessKey", resource=low))
    made.user("low")
    assert access(made, "paths").out.endswith("  => user low has then everything, or can give it to itself\n")


def test_paths_cross_accounts_where_several_were_seen(cli, kept):
    here, there = Builder(organization=None), Builder(OTHER, None)
    far = there.role("far", trust(here.arn("user", "ann")), attached=(ADMIN,))
    here.user("ann", allow("sts:AssumeRole", resource=far))
    one, two = kept(here, "one.json"), kept(there, "two.json")
    run = cli("access", "paths", "--snapshot", one, "--snapshot", two)
    assert "1. ann can assume role far" in run.out
    assert cli("access", "paths", "--snapshot", one).out == "no path\n"
    run = cli("access", "paths", "--snapshot", one, "--snapshot", one)
    assert (run.code, f"several snapshots of account {ACCOUNT}" in run.err) == (2, True)


@pytest.mark.parametrize(
    ("form", "start"), [("dot", "digraph access {\n"), ("mermaid", "flowchart LR\n"), ("html", "<!doctype html>\n")]
)
def test_pictures(access, form, start):
    run = access(chain(), "paths", "--format", form)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(start)
    assert "pass-role-lambda-invoke" in run.out
    assert access(chain(), "paths", "--format", form).out == run.out


@pytest.mark.parametrize(
    "question",
    [
        ("who-can", "s3:PutObject"),
        ("can", "ann", "--action", "s3:*"),
        ("admins",),
        ("paths",),
        ("paths", "--from", "ann", "--format", "html"),
    ],
)
def test_what_was_not_seen_is_named_and_makes_the_code_3(access, question):
    made = some()
    made.user("ann", attached=(made.arn("policy", "dark"),))
    run = access(made, *question)
    assert run.code == 3
    assert f"warning: not seen of {ANN}: policy arn:aws:iam::{ACCOUNT}:policy/dark was not listed" in run.err


def test_a_section_that_was_not_seen_is_named(access, cli, kept, clean):
    made = some()
    denied = {"operation": "iam:GetAccountAuthorizationDetails", "reason": "denied"}
    made.gaps = [{"section": section, **denied} for section in ("iam.roles", "iam.policies")]
    run = access(made, "admins", "--format", "json")
    assert run.code == 3
    assert [spot["of"] for spot in json.loads(run.out)["unseen"]] == [f"account {ACCOUNT}"]
    assert run.err.count(f"not seen of account {ACCOUNT}: ") == 1
    run = cli("access", "admins", "--snapshot", kept(Builder()))
    assert (run.code, "no user or role was seen" in run.err) == (3, True)


def test_of_many_blind_spots_some_are_told(access):
    made = Builder(organization=None)
    for number in range(12):
        made.user(f"u{number:02}", attached=(made.arn("policy", "dark"),))
    run = access(made, "admins")
    assert run.err.count("was not listed") == 10
    assert "and 2 more that was not seen" in run.err


@pytest.fixture
def hasty(monkeypatch):
    """Searches that are given up at once."""
    monkeypatch.setattr("auditor.access.solve.MAX_DECISIONS", 1)


def intricate(*actions):
    made = Builder(organization=None)
    gate = {"aws:SourceIp": "192.0.2.0/24"}
    made.user("ann", allow(*actions, IpAddress=gate, StringLike={"aws:UserAgent": "a*"}))
    made.user("bob", allow("sqs:*"))
    made.role("ops", trust(ACCOUNT), attached=(ADMIN,))
    return made


@pytest.mark.parametrize(
    ("question", "action"),
    [
        (("who-can", "iam:PutUserPolicy"), "iam:PutUserPolicy"),
        (("can", "ann"), "iam:PutUserPolicy"),
        (("admins",), "iam:PutUserPolicy"),
        (("paths",), "iam:PutUserPolicy"),
        (("paths", "--from", "ann"), "iam:PutUserPolicy"),
        (("who-can", "sts:AssumeRole"), "sts:AssumeRole"),
        (("paths",), "sts:AssumeRole"),
        (("paths", "--from", "ann", "--to", "ops"), "sts:AssumeRole"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("hasty")
def test_what_was_given_up_is_told_below_the_answer_and_makes_the_code_3(access, question, action):
    told = f"whether {action} is allowed, under more conditions than can be tried"
    run = access(intricate(action), *question)
    assert (run.code, f"not decided of {ANN}: {told}\n" in run.out, run.err) == (3, True, "")
    run = access(intricate(action), *question, "--format", "json")
    assert (run.code, json.loads(run.out)["undecided"]) == (3, [{"of": ANN, "reason": told}])


@pytest.mark.usefixtures("hasty")
def test_a_trust_policy_that_was_given_up_is_told(access):
    made = Builder(organization=None)
    gate = {"StringLike": {"aws:UserAgent": "a*", "aws:Referer": "b*"}}
    made.role("ops", trust("lambda.amazonaws.com", **gate), attached=(ADMIN,))
    made.user("ann", allow("iam:PassRole", "lambda:*"))
    for question in (("paths",), ("paths", "--from", "ann")):
        run = access(made, *question)
        assert (run.code, run.out.splitlines()[0]) == (3, "no path")
        assert "role/ops: whether lambda.amazonaws.com may assume it, under more conditions" in run.out


@pytest.mark.usefixtures("hasty")
def test_a_trust_policy_that_was_given_up_is_told_of_whoever_it_names(access):
    made = Builder(organization=None)
    made.role("ops", trust(ACCOUNT, StringLike={"aws:UserAgent": "a*", "aws:Referer": "b*"}), attached=(ADMIN,))
    made.user("ann", allow("sts:AssumeRole"))
    made.user("kim", allow("sts:AssumeRole", "s3:*"))
    run = access(made, "paths")
    notes = (f"not decided of {ANN.replace('ann', name)}: whether sts:AssumeRole is allowed" for name in ("ann", "kim"))
    assert (run.code, all(note in run.out for note in notes)) == (3, True)


@pytest.mark.usefixtures("hasty")
def test_what_was_given_up_is_told_of_all_who_hold_the_same(access):
    made = intricate("lambda:CreateFunction")
    held = made.policy(
        "held", allow("iam:PassRole", "lambda:*", StringLike={"aws:UserAgent": "a*", "aws:Referer": "b*"})
    )
    made.role("ops", trust("lambda.amazonaws.com"), attached=(ADMIN,))
    for name in ("kim", "lee"):
        made.user(name, attached=(held,))
    run = access(made, "paths", "--format", "json")
    assert {f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in ("kim", "lee")} <= {
        each["of"] for each in json.loads(run.out)["undecided"]
    }


@pytest.mark.usefixtures("hasty")
def test_what_was_given_up_on_the_way_is_not_told_where_a_way_was_found(access):
    made = intricate("iam:PutUserPolicy")
    odd = allow("iam:PutRolePolicy", StringLike={"aws:UserAgent": "a*", "aws:Referer": "b*"})
    made.role("odd", trust(ACCOUNT), odd)
    made.user("bob", allow("sts:AssumeRole"))
    run = access(made, "paths", "--from", "bob")
    assert (run.code, "not decided" in run.out) == (0, False)


@pytest.mark.usefixtures("hasty")
def test_what_was_given_up_is_not_told_of_those_of_whom_the_answer_is_known(access):
    made = intricate("iam:PutUserPolicy")
    made.user("ann", allow("iam:PutUserPolicy", IpAddress={"aws:SourceIp": "192.0.2.0/24"}), attached=(ADMIN,))
    for question in (("admins",), ("paths",), ("paths", "--from", "ann"), ("paths", "--from", "bob")):
        run = access(made, *question)
        assert (run.code, "not decided" in run.out) == (0, False), question


@pytest.mark.usefixtures("hasty")
def test_below_a_picture_nothing_stands(access):
    run = access(intricate("iam:PutUserPolicy"), "paths", "--format", "dot")
    assert (run.code, run.out.endswith("}\n")) == (3, True)
    assert run.err == "warning: 1 question could not be decided; --format json has all\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("who-can",), "takes ACTION [RESOURCE], not 0 words"),
        (("who-can", "a:b", "c", "d"), "takes ACTION [RESOURCE], not 3 words"),
        (("who-can", "GetObject"), '"GetObject" is no action'),
        (("who-can", "s3:Get*"), 'who-can takes one action, not "s3:Get*"'),
        (("who-can", "s3:GetObject", "docs/x"), '"docs/x" is no resource'),
        (("can",), "takes PRINCIPAL, not 0 words"),
        (("can", "anne"), 'the snapshot shows no user or role "anne"'),
        (("can", "ann", "--action", "s3 GetObject"), "is no action"),
        (("admins", "ann"), "takes no words, not 1 word"),
        (("admins", "--action", "s3:*"), "has no option --action"),
        (("admins", "--from", "ann"), "has no option --from"),
        (("admins", "--format", "html"), "has no format html: text, json"),
        (("paths", "--to", "nobody"), 'the snapshot shows no user or role "nobody"'),
    ],
)
def test_what_makes_no_sense_is_refused(access, words, told):
    run = access(some(), *words)
    assert (run.code, run.out) == (2, "")
    assert told in run.err


def test_a_name_that_several_have_is_not_guessed(access):
    made = some()
    made.role("ann", trust(ACCOUNT))
    run = access(made, "can", "ann")
    assert (run.code, "may be arn:" in run.err) == (2, True)
    assert access(made, "can", "user/ann").code == 0


def test_an_action_that_aws_does_not_document_is_told(access):
    run = access(some(), "who-can", "sqs:SendMesage")
    assert run.err == "warning: AWS documents no action sqs:SendMesage; did you mean sqs:SendMessage?\n"
    assert [row[0].rpartition("/")[2] for row in rows(run.out)] == ["root", "bob"]


@pytest.mark.parametrize(
    "question",
    [("who-can", "sts:AssumeRole"), ("admins",), ("can", EVIL), ("can", f"{EVIL}x"), ("paths",)]
    + [("paths", "--format", form) for form in ("dot", "mermaid", "html", "json")],
)
def test_no_name_acts_on_a_terminal(access, question):
    made = some()
    made.user(EVIL, allow("sts:AssumeRole"), attached=(made.arn("policy", EVIL),))
    made.role("open", trust(ACCOUNT), attached=(ADMIN,))
    run = access(made, *question)
    assert run.code in (2, 3)
    for char in ("\x1b", "\u202e", "\n::error"):
        assert char not in run.out + run.err
    assert "<b>" not in run.out or "html" not in question


def test_the_readme_shows_what_is_printed(cli):
    (shown,) = (block.text for block in blocks(read("README.md"), "text") if "auditor access" in block.text)
    command, output = shown.split("\n", 1)
    run = cli(*command.split()[2:], "--snapshot", SNAPSHOT)
    assert (run.code, run.out) == (0, output)


def test_without_a_snapshot_the_account_is_looked_at(cli, at):
    with FakeAWS(in_few_regions(accounts.neglected())) as fake:
        at(fake)
        looked = cli("access", "admins", "--no-progress")
        assert cli("collect", "-o", "kept.json", "-q").code == 0
        kept = cli("access", "admins", "--snapshot", "kept.json")
    assert (looked.code, looked.out) == (kept.code, kept.out)
    assert "is allowed everything" in kept.out


def test_quiet_tells_nothing(access):
    assert access(some(), "admins", "-qq") == (0, "", "")
