"""`auditor access least-privilege` as users meet it."""

import json
from pathlib import Path

import pytest

from auditor.snapshot.files import dumps
from tests.access.least_privilege.records import ACCOUNT, ROLE, record
from tests.access.worlds import Builder, allow, deny, trust
from tests.fake_aws import FakeAWS, Fault, accounts

FIXTURES = Path(__file__).parents[2] / "fixtures" / "cloudtrail"
LOGS = str(FIXTURES / "logs")
TIME = "2026-11-01T08:00:00Z"
GONE = f"arn:aws:iam::{ACCOUNT}:policy/gone"


@pytest.fixture
def account(clean):
    """Writes a snapshot of an account with the role; its name."""

    def write(*statements, **more):
        made = Builder()
        made.role("deploy", trust("ec2.amazonaws.com"), *statements, path="/team/", **more)
        made.user("deploy")
        made.role("api-exec", trust("lambda.amazonaws.com"))
        made.policy("limit", allow("*"))
        (clean / "account.json").write_text(dumps(made.snapshot), encoding="utf-8")
        return "account.json"

    return write


def least(cli, *words):
    return cli("access", "least-privilege", *words)


def test_a_policy_of_what_a_role_did_within_what_it_may(cli, account):
    snapshot = account(allow("s3:*", "lambda:*", "cloudwatch:*"), allow("iam:PassRole"), deny("s3:*Acl"))
    run = least(cli, ROLE, "--events", LOGS, "--snapshot", snapshot, "--format", "json")
    assert (run.code, run.err) == (0, "")
    answer = json.loads(run.out)
    (policy,) = answer["policies"]
    allows = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    actions = {name: one["Resource"] for one in allows for name in one["Action"]}
    assert actions["s3:GetLifecycleConfiguration"] == ["arn:aws:s3:::releases"]
    assert actions["iam:PassRole"] == [f"arn:aws:iam::{ACCOUNT}:role/api-exec"]
    assert set(actions) == {
        *("s3:ListAllMyBuckets", "s3:GetLifecycleConfiguration", "cloudwatch:PutMetricAlarm"),
        *("lambda:CreateFunction", "lambda:UpdateFunctionCode", "iam:PassRole"),
    }
    assert policy["Statement"][-1] == deny("s3:*Acl")
    assert answer["comparison"]["answer"] == "no"
    assert answer["comparison"]["after"]["Write"] < answer["comparison"]["before"]["Write"]
    assert answer["events"]["denied"] == {"s3:DeleteBucket": 1}
    assert answer["events"]["unmapped"] == {"nosuchservice.amazonaws.com:FrobnicateWidget": 1}
    assert answer["lost"] == answer["not_allowed_today"] == []
    assert "lambda:InvokeFunction" in answer["left_out_unseen"]
    assert any("no data events of cloudwatch, lambda, s3" in note for note in answer["notes"])


def test_the_text_tells_what_was_seen_and_what_was_not(cli, account):
    snapshot = account(allow("s3:*", "lambda:*"))
    run = least(cli, "role/deploy", "--events", LOGS, str(FIXTURES / "lookup_events.json"), "--snapshot", snapshot)
    assert run.code == 0
    assert run.out.startswith(f"{ROLE}\n  9 events of 11 records in 3 files: 7 actions\n")
    assert "refused calls, no evidence of a need: s3:DeleteBucket (1)\n" in run.out
    assert "not mapped to actions: nosuchservice.amazonaws.com:FrobnicateWidget (1)\n" in run.out
    assert "need no permission: sts.amazonaws.com:GetCallerIdentity (1)\n" in run.out
    assert "used, and not allowed by its policies of today: cloudformation:DescribeStacks on " in run.out
    assert "allows anything that was not allowed before: no (" in run.out
    assert "take the place of all identity policies that the principal holds: inline policy own\n" in run.out
    assert "note: what is done less often than from 2026-11-01T08:00:00Z to 2026-11-01T09:30:00Z" in run.out
    assert json.loads(run.out[run.out.index("\n{") :])["Version"] == "2012-10-17"


def test_the_policy_alone(cli, account):
    run = least(cli, ROLE, "--events", LOGS, "--snapshot", account(allow("s3:*")), "--format", "policy")
    assert set(json.loads(run.out)) == {"Version", "Statement"}
    run = least(cli, ROLE, "--events", LOGS, "--snapshot", account(allow("ec2:*")), "--format", "policy")
    assert json.loads(run.out) == []


def test_without_a_snapshot(cli):
    run = least(cli, ROLE, "--events", str(FIXTURES / "data_events.jsonl"))
    assert run.code == 0
    assert "note: without a snapshot, nothing is held against" in run.out
    assert "arn:aws:s3:::releases/v1/app.zip" in run.out
    assert "no management event that only reads" in run.out


def test_the_root_user(cli, clean):
    root = f"arn:aws:iam::{ACCOUNT}:root"
    (clean / "log.json").write_text(json.dumps([record("s3", "PutBucketAcl", identity={"type": "Root", "arn": root})]))
    run = least(cli, root, "--events", "log.json")
    assert run.code == 0
    assert "a root user has no policies" in run.out
    assert "the log has no data events: objects" in run.out


def test_last_accessed_data_alone_and_beside_a_log(cli, account):
    snapshot = account(allow("s3:*", "sqs:*", "sns:*"))
    accessed = str(FIXTURES / "last_accessed.json")
    run = least(cli, ROLE, "--last-accessed", accessed, "--snapshot", snapshot, "--format", "json")
    actions = {name for one in json.loads(run.out)["policies"][0]["Statement"] for name in one["Action"]}
    assert (run.code, actions) == (0, {"s3:ListAllMyBuckets", "sqs:*"})
    assert json.loads(run.out)["events"] is None
    run = least(cli, ROLE, "--last-accessed", accessed, "--events", LOGS, "--snapshot", snapshot)
    assert "all that is allowed is kept of services that IAM tells no actions of" in run.out


def reporting(account, report=None, **more):
    """A snapshot of the account, with the role's report."""
    state = json.loads(Path(account(allow("s3:*", "sqs:*", "sns:*"))).read_text(encoding="utf-8"))
    state["iam"]["last_accessed"] = {ROLE: report} if report else {}
    Path("reported.json").write_text(json.dumps(state | more), encoding="utf-8")
    return "reported.json"


def test_last_accessed_data_of_the_snapshot(cli, account):
    listed = {"ActionName": "ListAllMyBuckets", "LastAccessedTime": TIME}
    used = [
        {"ServiceNamespace": "s3", "LastAuthenticated": TIME, "TrackedActionsLastAccessed": [listed]},
        {"ServiceNamespace": "sns"},
        {"ServiceNamespace": "sqs", "LastAuthenticated": TIME},
    ]
    snapshot = reporting(account, {"ServicesLastAccessed": used})
    run = least(cli, ROLE, "--last-accessed", str(FIXTURES / "last_accessed.json"), "--snapshot", snapshot)
    assert (run.code, '"sqs:*"' in run.out, "sns" in run.out) == (0, True, False)
    for words in (("--last-accessed", "--snapshot", snapshot), ("--snapshot", snapshot, "--last-accessed")):
        assert least(cli, "role/deploy", *words) == run


@pytest.mark.parametrize("role", [ROLE, f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::444455556666:root"])
def test_last_accessed_data_that_the_snapshot_does_not_hold(cli, account, role):
    run = least(cli, role, "--last-accessed", "--snapshot", reporting(account))
    assert (run.code, run.out) == (3, "")
    assert f"it is not known when {role} used what: no snapshot holds it" in run.err
    assert "--with last-accessed" in run.err


def test_last_accessed_data_that_was_denied(cli, account):
    gap = {"section": "iam.last_accessed", "operation": "iam:GenerateServiceLastAccessedDetails", "reason": "denied"}
    run = least(cli, ROLE, "--last-accessed", "--snapshot", reporting(account, gaps=[gap | {"resource": ROLE}]))
    assert (run.code, run.out) == (3, "")
    assert f"iam:GenerateServiceLastAccessedDetails was denied for {ROLE}" in run.err


def test_last_accessed_data_of_an_account_without_a_snapshot(cli, at):
    with FakeAWS(accounts.well_kept()) as fake:
        at(fake)
        run = least(cli, "orders-api", "--last-accessed", "--format", "json")
        assert (run.code, run.err) == (0, "")
        answer = json.loads(run.out)
        assert [one["Action"] for one in answer["policies"][0]["Statement"]] == [
            ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
        ]
        assert answer["comparison"]["answer"] == "no"
        asked = [call.params["Arn"] for call in fake.calls if call.operation == "GenerateServiceLastAccessedDetails"]
        assert asked == [answer["principal"]]


def test_last_accessed_data_that_iam_does_not_tell(cli, at):
    with FakeAWS(accounts.well_kept(), faults=[Fault("iam:GenerateServiceLastAccessedDetails", "deny")]) as fake:
        at(fake)
        run = least(cli, "orders-api", "--last-accessed")
        assert (run.code, run.out) == (3, "")
        assert "used what: iam:GenerateServiceLastAccessedDetails: AccessDenied" in run.err


def test_last_accessed_data_that_is_not_known(cli, clean):
    entry = {"ServiceNamespace": "nosuch", "LastAuthenticated": "2026-10-01T00:00:00Z"}
    (clean / "a.json").write_text(json.dumps({"ServicesLastAccessed": [entry]}))
    run = least(cli, ROLE, "--last-accessed", "a.json")
    assert (run.code, "not known here: nosuch" in run.out) == (0, True)


def test_a_log_that_could_not_be_read_makes_the_answer_incomplete(cli, clean):
    (clean / "logs").mkdir()
    (clean / "logs" / "a.json").write_text(json.dumps({"Records": [record("s3", "ListBuckets")]}))
    (clean / "logs" / "b\x1b[2J.json").write_text('{"Records": [')
    run = least(cli, ROLE, "--events", "logs")
    assert run.code == 3
    assert "1 log file could not be read" in run.err
    assert "not read: logs/b\\x1b[2J.json: it ends in the middle" in run.out


def test_a_policy_that_was_not_seen_makes_the_answer_incomplete(cli, account):
    run = least(cli, ROLE, "--events", LOGS, "--snapshot", account(allow("s3:*"), attached=(GONE,)))
    assert run.code == 3
    assert f"not all policies of the principal were seen, so what they allow may be missing: policy {GONE}" in run.out


def test_a_policy_too_long_for_aws_is_told(cli, clean):
    made = [record("s3", "PutBucketAcl", {"bucketName": f"bucket-number-{n}"}) for n in range(300)]
    (clean / "log.json").write_text(json.dumps(made))
    run = least(cli, ROLE, "--events", "log.json")
    assert "a managed policy has at most 6,144, so it must be split" in run.out


def test_what_a_record_holds_does_no_harm_to_a_terminal(cli, clean):
    made = [record("s3\x1b[2J", "\x1b]0;x\x07"), record("s3", "PutObject", {"bucketName": "b", "key": "\x1b[2J\u202e"})]
    (clean / "log.json").write_text(json.dumps(made))
    for form in ("text", "json", "policy"):
        run = least(cli, ROLE, "--events", "log.json", "--format", form)
        assert run.code == 0
        assert not any(sign in run.out for sign in "\x1b\x07\u202e")


def test_the_same_log_gives_the_same_bytes(cli, account):
    words = (ROLE, "--events", LOGS, "--snapshot", account(allow("*")), "--format", "json")
    assert least(cli, *words) == least(cli, *words)


def test_a_quiet_run_says_nothing(cli):
    assert least(cli, ROLE, "--events", LOGS, "-qq") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ((ROLE,), 2, "what did the principal do?"),
        (("--events", LOGS), 2, "takes PRINCIPAL, not 0 words"),
        ((ROLE, ROLE, "--last-accessed", "x"), 2, "not 2 words"),
        (("deploy", "--events", LOGS), 2, "is not the ARN of a user"),
        ((f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/x", "--events", LOGS), 2, "is not the ARN of a user"),
        ((f"{ROLE}-2", "--events", LOGS), 3, "no event of"),
        ((ROLE, "--events", "nowhere"), 2, "nowhere does not exist"),
        ((ROLE, "--last-accessed", "nowhere"), 2, "nowhere does not exist"),
    ],
)
def test_words_that_make_no_sense(cli, words, code, reason):
    run = least(cli, *words)
    assert (run.code, run.out) == (code, "")
    assert reason in run.err


def test_a_name_that_nobody_or_several_have(cli, account):
    snapshot = account(allow("*"))
    run = least(cli, "deploy", "--events", LOGS, "--snapshot", snapshot)
    assert (run.code, "may be" in run.err) == (2, True)
    run = least(cli, "api-exek", "--events", LOGS, "--snapshot", snapshot)
    assert (run.code, 'did you mean "api-exec"?' in run.err) == (2, True)


def test_records_that_do_not_say_what_was_called_are_counted(cli, clean):
    made = [record("s3", "ListBuckets"), record("s3", "ListBuckets") | {"eventName": None}]
    (clean / "log.json").write_text(json.dumps(made))
    assert "note: 1 events were counted and not listed" in least(cli, ROLE, "--events", "log.json").out
