"""`auditor policy`: requests decided, policies compared, and what they grant, with exit codes that mean the answer."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from auditor.cli import json_lines, policy_files
from auditor.cli import policy as command
from tests.test_hostile_names import PAYLOADS, acting, commands

ANN = "arn:aws:iam::111122223333:user/ann"


def document(**statement):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject"} | statement]}


OFFICE = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
READ = document(Resource="arn:aws:s3:::docs/*")
LINE = {
    "request": {"principal": ANN, "action": "s3:GetObject", "resource": "arn:aws:s3:::docs/a"},
    "identity_policies": [READ],
}
UNKNOWN_MFA = {
    "request": LINE["request"] | {"context": {"aws:MultiFactorAuthPresent": None}},
    "identity_policies": [document(Resource="*", Condition=MFA)],
}


@pytest.fixture
def write(clean):
    """Writes files of JSON, or of text as it is; their names."""

    def made(**files):
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (clean / f"{name}.json").write_text(text, encoding="utf-8")
        return [f"{name}.json" for name in files]

    return made


@pytest.fixture
def stdin(monkeypatch):
    """Gives this process a standard input."""

    def given(content):
        data = content if isinstance(content, bytes) else content.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return given


# -- simulate ----------------------------------------------------------------------------------------------------------


def test_every_line_is_answered_and_a_bad_one_is_an_error_at_the_end(cli, stdin):
    denied = LINE | {"identity_policies": []}
    stdin("\n".join((json.dumps(LINE), "", "{bad", json.dumps({"request": {}}), json.dumps(denied))))
    run = cli("policy", "simulate", "-")
    assert run.code == 2
    assert run.err == "warning: 2 lines without a request that can be decided on\n"
    first, bad, empty, last = map(json.loads, run.out.splitlines())
    assert (first["decision"], first["decided_by"]) == ("allow", ["identity"])
    assert first["statements"][0]["span"]["line"] == 1
    assert (bad["line"], empty["line"]) == (3, 4)
    assert "not JSON" in bad["error"]
    assert last == {"decision": "implicit_deny", "decided_by": ["identity"], "statements": []}


def test_one_request_may_be_spread_over_lines(cli, write):
    (name,) = write(one=json.dumps(LINE, indent=2))
    run = cli("policy", "simulate", name)
    assert (run.code, run.err) == (0, "")
    assert json.loads(run.out)["decision"] == "allow"


def test_a_conditional_answer_names_its_keys(cli, write):
    run = cli("policy", "simulate", *write(one=UNKNOWN_MFA))
    assert json.loads(run.out)["conditions"] == ["aws:MultiFactorAuthPresent"]
    run = cli("policy", "simulate", "one.json", "--format", "text")
    assert run.out == (
        "conditional by identity, depending on aws:MultiFactorAuthPresent: identity policy 0, statement 0 at line 1\n"
    )


def test_decisions_as_text(cli, stdin):
    stdin(f"{json.dumps(LINE)}\n{json.dumps(LINE | {'identity_policies': []})}\nnull\n")
    run = cli("policy", "simulate", "-", "--format", "text")
    assert run.out.splitlines() == [
        "allow by identity: identity policy 0, statement 0 at line 1",
        "implicit deny by identity",
        "line 3: error: an object is needed",
    ]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_no_request_is_no_error(content, cli, write):
    assert cli("policy", "simulate", *write(none=content)) == (0, "", "")


def test_a_byte_order_mark_is_no_part_of_the_first_line(cli, write):
    assert cli("policy", "simulate", *write(one="\ufeff" + json.dumps(LINE))).code == 0


def test_lines_that_are_too_long_are_errors_and_the_others_are_answered(cli, stdin, monkeypatch):
    good = json.dumps(LINE)
    monkeypatch.setattr(command, "MAX_BYTES", len(good) + 1)
    long = "x" * 3 * len(good)
    for content in ((good, long, good), (long, good), (good, "{" + long), ("{", good, good, good, "]", good)):
        stdin("\n".join(content) + "\n")
        run = cli("policy", "simulate", "-")
        answers = [json.loads(line) for line in run.out.splitlines()]
        assert [answer.get("decision") == "allow" for answer in answers] == [line == good for line in content]
        assert [answer["line"] for answer in answers if "line" in answer] == [
            number for number, line in enumerate(content, 1) if line != good
        ]
        errors = [answer["error"] for answer in answers if "error" in answer]
        assert ("longer than" in errors[0]) is (len(content) < 5)


def test_no_line_is_read_before_the_one_before_it_is_answered(monkeypatch):
    first = json.dumps(LINE).encode() + b"\n"
    stream = io.BytesIO(first * 3)
    monkeypatch.setattr(json_lines, "opened", lambda path: stream)
    lines = json_lines.objects("x", 10_000)
    for number in (1, 2, 3):
        assert next(lines) == (number, first)
        assert stream.tell() == number * len(first)


def test_a_file_that_breaks_while_it_is_read(monkeypatch, clean):
    class Broken(io.BytesIO):
        def readline(self, limit=-1):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(json_lines, "opened", lambda path: Broken())
    with pytest.raises(json_lines.InputError, match=r"x cannot be read: .*output error"):
        list(json_lines.objects("x", 100))


def test_requests_that_are_not_utf_8(cli, stdin):
    stdin(b'{"request": "\xff"}\n')
    run = cli("policy", "simulate", "-")
    assert (run.code, json.loads(run.out)["line"]) == (2, 1)


# -- compare -----------------------------------------------------------------------------------------------------------


def test_a_wider_policy_is_proved_by_a_request_that_simulate_decides(cli, write):
    old, new = write(old=document(Resource="*", Condition=OFFICE), new=document(Resource="*"))
    run = cli("policy", "compare", old, new)
    assert run.code == 1
    assert run.out.startswith("yes: allowed now, and not before\n  principal  arn:aws:iam::")
    found = json.loads(cli("policy", "compare", old, new, "--format", "json").out)
    assert found["answer"] == "yes"
    for policy, decision in ((old, "implicit_deny"), (new, "allow")):
        line = found["witness"] | {"identity_policies": [json.loads(Path(policy).read_text())]}
        (name,) = write(line=line)
        assert json.loads(cli("policy", "simulate", name).out)["decision"] == decision


def test_a_narrower_policy(cli, write):
    old, new = write(old=document(Resource="*"), new=document(Resource="*", Condition=OFFICE))
    assert cli("policy", "compare", old, new) == (0, "no: everything that is allowed was allowed before\n", "")
    told = json.loads(cli("policy", "compare", old, new, "--format", "json").out)
    assert told == {"answer": "no", "reason": "everything that is allowed was allowed before", "witness": None}
    assert cli("policy", "compare", old, new, "-qq") == (0, "", "")


def test_what_cannot_be_decided_is_may(cli, write):
    old, new = write(old={"Statement": [{"Effect": "Denny", "Action": "*", "Resource": "*"}]}, new=READ)
    wide = document(Resource="*")
    wide["Statement"].append({"Effect": "Denny", "Action": "*", "Resource": "*"})
    (old,) = write(old=wide)
    run = cli("policy", "compare", old, new)
    assert run.code == 3
    assert run.out.startswith("may: ")
    assert "warning: old.json:1:" in run.err


def test_types_follow_from_the_look_or_from_the_option(cli, write):
    trust = document(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
    bucket = document(Principal="*", Resource="*")
    none = {"Version": "2012-10-17", "Statement": []}
    write(trust=trust, bucket=bucket, none=none, scp=document(Resource="*", Action="*"))
    assert cli("policy", "compare", "none.json", "trust.json").code == 1
    assert cli("policy", "compare", "bucket.json", "none.json").code == 0
    run = cli("policy", "compare", "trust.json", "bucket.json")
    assert (run.code, "different types" in run.err) == (2, True)
    assert cli("policy", "compare", "none.json", "scp.json", "--type", "scp").code == 1
    assert cli("policy", "compare", "none.json", "bucket.json", "--type", "s3-bucket").code == 1


def test_one_of_the_policies_may_come_from_standard_input(cli, write, stdin):
    stdin(json.dumps(READ))
    assert cli("policy", "compare", "-", *write(new=READ)).code == 0
    assert "only once" in cli("policy", "compare", "-", "-").err


# -- check-access and check-public -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--deny", "s3:GetObject"), 1),
        (("--deny", "s3:PutObject, s3:Get*"), 1),
        (("--deny", "s3:PutObject", "--deny", "iam:*"), 0),
        (("--deny", "*", "--resource", "arn:aws:s3:::other/*"), 0),
        (("--deny", "*", "--resource", "arn:aws:s3:::docs/a"), 1),
    ],
)
def test_access(words, code, cli, write):
    run = cli("policy", "check-access", *write(policy=READ), *words)
    assert (run.code, run.err) == (code, "")
    assert run.out.startswith({0: "no: none of the actions is granted", 1: "yes: granted"}[code])


def test_an_action_that_aws_does_not_have_is_told(cli, write):
    run = cli("policy", "check-access", *write(policy=READ), "--deny", "s3:PutObjec")
    assert run.code == 0
    assert run.err == "warning: AWS documents no action s3:PutObjec; did you mean s3:PutObject?\n"
    assert cli("policy", "check-access", "policy.json", "--deny", "zzzzz:Qqqqq*").err == (
        "warning: AWS documents no action zzzzz:Qqqqq*\n"
    )


def test_public(cli, write):
    anyone, owner = write(
        anyone=document(Principal="*", Resource="arn:aws:s3:::docs/*"),
        owner=document(Principal={"AWS": "111122223333"}, Resource="arn:aws:s3:::docs/*"),
    )
    for words in ((), ("--type", "s3-bucket"), ("--type", "AWS::S3::Bucket"), ("--type", "resource")):
        run = cli("policy", "check-public", anyone, *words)
        assert (run.code, run.out.splitlines()[:2]) == (1, ["yes: allowed to the public", "  principal  anonymous"])
        assert cli("policy", "check-public", owner, *words).code == 0
    trust = document(Principal="*", Action="sts:AssumeRole")
    assert cli("policy", "check-public", *write(trust=trust), "--type", "role-trust").code == 1
    found = json.loads(cli("policy", "check-public", anyone, "--format", "json").out)
    assert found["witness"]["request"]["principal"] == {"anonymous": True}


# -- what makes no sense -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "required"),
        (("simulate",), "required"),
        (("explain", "x.json"), "invalid choice"),
        (("simulate", "x.json", "x.json"), "takes FILE, not 2 files"),
        (("compare", "x.json"), "takes OLD and NEW, not 1 files"),
        (("simulate", "x.json", "--type", "scp"), "has no option --type"),
        (("compare", "x.json", "x.json", "--deny", "s3:*"), "has no option --deny"),
        (("check-public", "x.json", "--resource", "*"), "has no option --resource"),
        (("check-access", "x.json"), "which actions must not be granted?"),
        (("check-access", "x.json", "--deny", " , "), "which actions must not be granted?"),
        (("check-access", "x.json", "--deny", "GetObject"), '"GetObject" is no action'),
        (("check-public", "x.json"), "is of no resource"),
        (("check-public", "x.json", "--type", "s3-buckt"), 'did you mean "s3-bucket"?'),
        (("check-public", "missing.json"), "missing.json does not exist"),
        (("simulate", "."), ". is a folder"),
        (("check-public", "bad.json"), "bad.json:1:15: "),
        (("check-public", "list.json"), "list.json:1:1: a policy document is a JSON object"),
    ],
)
def test_usage(words, told, cli, write):
    write(x=READ, bad='{"Statement": }', list="[]")
    run = cli("policy", *words)
    assert (run.code, run.out) == (2, "")
    assert told in run.err


def test_nothing_in_a_request_or_a_policy_acts(cli, write):
    for payload in PAYLOADS:
        text = payload.replace("\ud800", "?")
        odd = document(Resource=text or "*", Action=[f"s3:{text}", "s3:Get*"], Sid=text)
        line = {"request": {"principal": ANN, "action": text, text: text}, "identity_policies": [odd]}
        write(odd=odd, read=READ, line=line)
        for words in (
            ("simulate", "line.json"),
            ("simulate", "line.json", "--format", "text"),
            ("compare", "read.json", "odd.json"),
            ("compare", "read.json", "odd.json", "--format", "json"),
            ("check-access", "read.json", "--deny", f"s3:{text}"),
        ):
            run = cli("policy", *words)
            assert run.code in (0, 1, 2, 3)
            for shown in (run.out, run.err):
                assert not acting(shown)
                assert not commands(shown)


def test_every_resource_type_has_a_kind():
    from auditor.policy.resource_policies import resource_policies

    kinds = {policy.name: policy_files.attached(policy.name)[0] for policy in resource_policies()}
    assert {name for name, kind in kinds.items() if kind == "trust"} == {"role-trust"}
    assert set(kinds.values()) == {"trust", "resource"}
