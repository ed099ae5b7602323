"""Snapshot files: canonical, strict, and exact about what is wrong with one."""

import json
import stat

import pytest
from pydantic import ValidationError

from auditor.errors import InputError
from auditor.snapshot.files import MAX_PROBLEMS, dumps, load_snapshot, loads, read, save_snapshot
from auditor.snapshot.iam import CredentialReportRow, InlinePolicy
from auditor.snapshot.snapshot import Snapshot

ARN = "arn:aws:iam::111122223333:user"


def state(**iam):
    return {
        "schema": "auditor/snapshot/v1",
        "account": "111122223333",
        "iam": iam,
        "collection": {"taken_at": "2026-11-20T12:00:00Z", "tool_version": "0"},
    }


def user(name, **more):
    return {"UserName": name, "Arn": f"{ARN}/{name}", "CreateDate": "2024-01-01T00:00:00Z", **more}


def refusal(text):
    with pytest.raises(InputError) as raised:
        loads(text, "file")
    return raised.value


# -- writing --------------------------------------------------------------------------------------------------


def test_text_is_canonical():
    users = {name: user(name, GroupList=["b", "a"]) for name in ("zoe", "al/ice", "Bob")}
    turned = dict(reversed(users.items()))
    one, other = (Snapshot.model_validate(state(users=entries)) for entries in (users, turned))
    assert dumps(one) == dumps(other)
    assert dumps(one).endswith("  }\n}\n")
    assert list(json.loads(dumps(one))) == ["schema", "account", "partition", "iam", "collection"]
    assert list(json.loads(dumps(one))["iam"]["users"]) == ["Bob", "al/ice", "zoe"]
    assert '          "b",\n          "a"\n' in dumps(one)


def test_moments_are_written_in_utc_with_a_z():
    entry = user("a") | {"CreateDate": "2024-01-01T02:00:00+02:00"}
    assert '"CreateDate": "2024-01-01T00:00:00Z"' in dumps(Snapshot.model_validate(state(users={"a": entry})))


def test_what_was_not_seen_is_not_written():
    text = dumps(Snapshot.model_validate(state(users={}, password_policy=None)))
    assert json.loads(text)["iam"] == {"users": {}, "password_policy": None}
    again = loads(text, "file")
    assert again.is_set("iam.users")
    assert again.is_set("iam.password_policy")
    assert not again.is_set("iam.roles")


def test_a_snapshot_comes_back_as_it_was(tmp_path):
    document = '{"Version":"2012-10-17",\n "Statement":[]}\t"\\\u2028é\U0001f600'
    snapshot = Snapshot.model_validate(
        state(users={"a": user("a", UserPolicyList=[{"PolicyName": "p", "PolicyDocument": document}])})
    )
    path = tmp_path / "snapshot.json"
    save_snapshot(snapshot, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again, text = read(str(path))
    assert again == snapshot == load_snapshot(str(path))
    assert text == path.read_text(encoding="utf-8") == dumps(again)
    assert again.iam.users["a"].user_policy_list[0].policy_document == document


def test_a_document_may_be_an_object():
    document = {"Version": "2012-10-17", "Statement": []}
    entry = user("a", UserPolicyList=[{"PolicyName": "p", "PolicyDocument": document}])
    snapshot = loads(json.dumps(state(users={"a": entry})), "file")
    assert snapshot.iam.users["a"].user_policy_list[0].policy_document == '{"Version":"2012-10-17","Statement":[]}'


def test_a_large_account_comes_back_as_it_was():
    row = dict.fromkeys(CredentialReportRow.model_fields) | {"user_creation_time": "2024-01-01T00:00:00Z"}
    names = [f"user{number}" for number in range(5000)]
    rows = {name: row | {"user": name, "arn": f"{ARN}/{name}"} for name in names}
    report = {"generated_time": "2026-11-20T12:00:00Z", "rows": rows}
    tags = [{"Key": "owner", "Value": "x"}]
    users = {name: user(name, GroupList=["a", "b"], Tags=tags) for name in names}
    text = json.dumps(state(users=users, credential_report=report))
    snapshot = loads(text, "file")
    assert len(snapshot.iam.users) == len(names)
    assert loads(dumps(snapshot), "file") == snapshot


# -- reading --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem", "help"),
    [
        ("", "file is empty", "completely"),
        ('{"schema": "auditor/snapshot/v1",', "file ends in the middle: line 1, column 34", "completely"),
        ("[]", "file is not a snapshot: it holds a list, not an object", None),
        ('"x"', "file is not a snapshot: it holds a text, not an object", None),
        ("null", "file is not a snapshot: it holds null, not an object", None),
        ("12", "file is not a snapshot: it holds a number, true or false, not an object", None),
        ("{}", "file is not a snapshot: it names no schema, not auditor/snapshot/v1", "auditor collect"),
        ('{"schema": 1}', "file is not a snapshot: its schema is 1", "auditor collect"),
        ('{"schema": "auditor/report/v1"}', 'file is not a snapshot: its schema is "auditor/report/v1"', "collect"),
        ('{"schema": "auditor/snapshot/v2"}', 'file has the schema "auditor/snapshot/v2", and', "newer auditor"),
        ('{"UserDetailList": []}', "file is the output of `aws iam get-account-auth", "--authorization-details"),
        ('{"Content": "dXNl", "ReportFormat": "text/csv"}', "file is the output of `aws iam get-cred", "--credential-"),
        ("user,arn,user_creation_time\n", "file is a credential report", "--credential-report"),
    ],
)
def test_what_is_no_snapshot_is_told_from_one(text, problem, help):
    error = refusal(text)
    assert str(error).startswith(problem)
    assert help is None or any(help in line for line in error.help)


def test_a_wrong_value_is_told_with_its_place():
    text = json.dumps(state(users={"a/b": user("a/b", CreateDate="yesterday")}), indent=2)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "yesterday" in line)
    assert str(refusal(text)).startswith(
        f'file is not a valid snapshot: "/iam/users/a~1b/CreateDate" (line {line}, column 9): Input should be a valid'
    )


def test_a_missing_value_is_told_with_the_place_of_its_object():
    entry = user("a")
    del entry["Arn"]
    text = json.dumps(state(users={"a": entry}), indent=2)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if '"a": {' in line)
    assert f'"/iam/users/a/Arn" (line {line}, column 7): Field required' in str(refusal(text))


def test_a_missing_section_of_the_file_itself_has_no_place_to_tell():
    text = '{"schema": "auditor/snapshot/v1", "account": "111122223333"}'
    assert str(refusal(text)) == 'file is not a valid snapshot: "/collection" (line 1, column 1): Field required'


@pytest.mark.parametrize(
    "entry",
    [
        user("a", GroupLst=["Admins"]),
        user("a", group_list=["Admins"]),
        user("a") | {"Tags": [{"Key": "k", "Value": "v", "Extra": 1}]},
    ],
)
def test_a_key_that_no_model_knows_is_refused(entry):
    assert "Extra inputs are not permitted" in str(refusal(json.dumps(state(users={"a": entry}))))


def test_an_unknown_section_is_refused():
    assert '"/iam/userz"' in str(refusal(json.dumps(state(userz={}))))


def test_few_of_many_problems_are_told():
    error = refusal(json.dumps(state(users={str(number): {} for number in range(1000)})))
    assert len(error.help) == MAX_PROBLEMS
    assert error.help[-1] == "and 1,995 more"


@pytest.mark.parametrize(
    "change",
    [
        {"account": "12345"},
        {"account": "11112222333\uff13"},
        {"account": "111122223333\n"},
        {"partition": "aws/../x"},
        {"collection": {"taken_at": "9999-12-31T23:59:59-10:00", "tool_version": "0"}},
        {"collection": {"taken_at": "0001-01-01T00:00:00+10:00", "tool_version": "0"}},
        {"collection": {"taken_at": "2026-11-20T12:00:00Z", "tool_version": "0", "requests": -1}},
        {"iam": {"users": {"a": user("a" * 30_000)}}},
        {"iam": {"account_summary": {"x" * 30_000: 1}}},
        {"gaps": [{"section": "iam.users", "operation": "iam:ListUsers", "reason": "because"}]},
    ],
)
def test_values_out_of_bounds_are_refused(change):
    assert "is not a valid snapshot" in str(refusal(json.dumps(state() | change)))


def test_seconds_are_finite():
    text = json.dumps(state()).replace('"tool_version": "0"', '"tool_version": "0", "seconds": 1e999')
    assert "finite" in str(refusal(text))


def test_half_characters_are_refused():
    assert "unicode" in str(refusal(json.dumps(state(users={"a": user("\ud800")}))))
    assert "unicode" in str(refusal(json.dumps(state(account_summary={"\ud800": 1}))))


def test_a_deep_document_is_kept_and_one_too_deep_refused():
    def nested(depth):
        entry = json.dumps(user("a", UserPolicyList=[{"PolicyName": "p", "PolicyDocument": "DEEP"}]))
        document = '{"a":' * depth + "1" + "}" * depth
        return document, json.dumps(state(users={"a": "USER"})).replace('"USER"', entry.replace('"DEEP"', document))

    document, text = nested(500)
    assert loads(text, "file").iam.users["a"].user_policy_list[0].policy_document == document
    assert "nested too deeply" in str(refusal(nested(5000)[1]))

    deep = {}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(ValidationError, match="nested too deeply"):
        InlinePolicy(policy_name="p", policy_document=deep)


def test_names_in_messages_cannot_steer_a_terminal():
    error = refusal(json.dumps(state(users={"\x1b]0;title\x07": {}})))
    assert all(line.isprintable() for line in (str(error), *error.help))
