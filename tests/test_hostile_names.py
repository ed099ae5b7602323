"""Names from an account are data: whatever they are made of, no report and no message lets them act.

IAM allows few of these characters in most names. But tags, device names and exported files are not bound by that, and
a snapshot may come from anybody.
"""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import urlsplit

import pytest

from auditor.report import FORMATS
from auditor.snapshot.files import loads
from tests.cli.conftest import clean, cli  # noqa: F401 - fixtures

ACCOUNT = "111122223333"
LONG_AGO = "2020-01-01T00:00:00Z"

PAYLOADS = (
    "\x1b[2J\x1b]0;owned\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mred",
    "line\nbreak",
    "carriage\rreturn",
    "tab\tbell\x07null\x00del\x7f",
    "bidi\u202egpj.exe\u2066\u2069",
    "zero\u200bwidth\u2028line\u2029paragraph\ufeff",
    "lone\ud800surrogate",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details><!-- --><b>",
    "[click](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "`code` | cell | ``more``",
    "@octocat #1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2-3",
    "@SUM(1)",
    "::error title=owned::hello",
    "::set-output name=x::y",
    " ::stop-commands::pause",
    "\n::add-mask::x",
    "##[error]build",
    "##vso[task.complete result=Failed;]",
    "../../etc/passwd",
    "..",
    "%2e%2e%2fetc",
    "a%0a::error::b",
    "C:\\windows",
    "//evil.example/x",
    "${{ secrets.TOKEN }}",
    "{0}{evil!r:>999}",
    "%s%n",
    "critical[root-mfa-missing] not really",
    "n" * 2000,
)


def arn(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def row(name):
    columns = dict.fromkeys(
        (
            *("password_last_used", "password_last_changed", "password_next_rotation"),
            *(f"access_key_{n}_last_{what}" for n in (1, 2) for what in ("rotated", "used_date", "used_region")),
            *(f"access_key_{n}_last_used_service" for n in (1, 2)),
            *(f"cert_{n}_last_rotated" for n in (1, 2)),
        ),
        "N/A",
    )
    off = dict.fromkeys(("mfa_active", "access_key_2_active", "cert_1_active", "cert_2_active"), "false")
    on = {"password_enabled": "true", "access_key_1_active": "true", "access_key_1_last_rotated": LONG_AGO}
    about = {"user": name, "arn": arn("user", name), "user_creation_time": LONG_AGO}
    return columns | off | on | about | {"access_key_1_last_used_region": name, "access_key_1_last_used_service": name}


def hostile_account():
    """An account in which everything that has a name has a bad one, and something wrong besides."""
    attached = [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]
    document = json.dumps({"Statement": [{"Sid": PAYLOADS[0], "Effect": "Allow", "Action": "*", "Resource": "*"}]})

    def inline(name):
        return [{"PolicyName": name, "PolicyDocument": document}]

    def common(kind, name):
        return {"Arn": arn(kind, name), "Path": "/", "CreateDate": LONG_AGO, "AttachedManagedPolicies": attached}

    tags = [{"Key": name, "Value": name} for name in PAYLOADS]
    iam = {
        "account_aliases": [PAYLOADS[0]],
        "account_summary": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 1},
        "users": {
            name: common("user", name)
            | {"UserName": name, "UserPolicyList": inline(name), "Tags": tags, "GroupList": [name]}
            for name in PAYLOADS
        },
        "groups": {
            name: common("group", name) | {"GroupName": name, "GroupPolicyList": inline(name)} for name in PAYLOADS
        },
        "roles": {
            name: common("role", name)
            | {"RoleName": name, "RolePolicyList": inline(name), "Tags": tags, "AssumeRolePolicyDocument": document}
            for name in PAYLOADS
        },
        "policies": {
            arn("policy", name): {
                "Arn": arn("policy", name),
                "PolicyName": name,
                "DefaultVersionId": "v1",
                "Document": document,
            }
            for name in PAYLOADS
        },
        "aws_managed_policies": {
            attached[0]["PolicyArn"]: {
                "Arn": attached[0]["PolicyArn"],
                "PolicyName": "AdministratorAccess",
                "DefaultVersionId": "v1",
                "Document": document,
            }
        },
        "virtual_mfa_devices": {arn("mfa", name): {"SerialNumber": arn("mfa", name)} for name in PAYLOADS},
        "server_certificates": {
            name: {"ServerCertificateName": name, "Arn": arn("server-certificate", name), "Expiration": LONG_AGO}
            for name in PAYLOADS
        },
        "credential_report": {
            "generated_time": "2026-11-20T11:00:00Z",
            "rows": {name: row(name) for name in PAYLOADS},
        },
    }
    gaps = [
        {
            "section": "iam.saml_providers",
            "operation": name,
            "reason": "denied",
            "error": name,
            "message": name,
            "permission": name,
            "resource": name,
        }
        for name in PAYLOADS
    ]
    return {
        "schema": "auditor/snapshot/v1",
        "account": ACCOUNT,
        "iam": iam,
        "gaps": gaps,
        "collection": {"taken_at": "2026-11-20T12:00:00Z", "tool_version": "\x1b[2J"},
    }


TEXT = json.dumps(hostile_account()).replace("\\ud800", "\\ufffe")  # JSON of ours holds no lone surrogate


@pytest.fixture
def hostile(cli, tmp_path):  # noqa: F811
    """Runs a command about the hostile account; what it wrote to standard output and to standard error."""
    (tmp_path / "s.json").write_text(TEXT)

    def run(*words):
        done = cli("check", "s.json", *words)
        assert done.code == 1, done.err
        return done.out, done.err

    return run


def acting(text):
    """The characters that a terminal, a viewer or an editor would act on."""
    return {
        f"U+{ord(char):04X}"
        for char in text
        if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    }


def commands(text):
    """What a build server would take for a command: `::` at the start of a line (GitHub), `##` anywhere (Azure)."""
    return re.findall(r"^\s*::\S.*|##(?:\w*)\[.*", text, re.MULTILINE)


def test_the_account_is_read_as_it_is():
    snapshot = loads(TEXT, "s.json")
    assert len(snapshot.iam.users) == len(snapshot.iam.groups) == len(PAYLOADS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("show", ["findings", "all"])
def test_no_format_lets_a_name_act_where_it_is_read(name, show, hostile):
    out, err = hostile("-f", name, "--show", show)
    assert len(out) > 1000
    for text in (out, err):
        assert acting(text) == set()
        assert commands(text) == []


@pytest.mark.parametrize("name", ["full", "concise", "table", "markdown"])
@pytest.mark.parametrize("key", ["resource", "rule", "account", "region"])
def test_neither_does_a_heading(name, key, hostile):
    out, _ = hostile("-f", name, "--group-by", key)
    assert acting(out) == set()
    assert commands(out) == []


def test_colours_and_links_are_the_only_escapes_where_they_are_asked_for(hostile):
    for name in ("full", "concise", "table"):
        out, _ = hostile("-f", name, "--color", "always", "--links", "always")
        ours = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;(?:https://docs\.aws\.amazon\.com/[^\x1b]*)?\x1b\\", "", out)
        assert acting(ours) == set()


def test_a_finding_is_one_line_and_none_can_be_made_up(hostile):
    out, _ = hostile("-f", "concise")
    report = json.loads(hostile("-f", "json")[0])
    lines = out.splitlines()
    assert len(lines) == report["summary"]["findings"]
    labels = re.compile(r": (critical|high|medium|low|info)\[([a-z0-9-]+)\] ")
    for line, finding in zip(lines, report["findings"], strict=True):
        where = labels.search(line)
        assert where is not None
        assert where.group(2) == finding["rule"] or "not really" in line


def test_json_holds_the_names_as_they_are(hostile):
    report = json.loads(hostile("-f", "json")[0])
    lines = [json.loads(line) for line in hostile("-f", "jsonl")[0].splitlines()]
    named = {finding["resource"]["name"] for finding in report["findings"]}
    assert "\x1b[2J\x1b]0;owned\x07" in named
    assert "line\nbreak" in named
    assert [line["fingerprint"] for line in lines] == [finding["fingerprint"] for finding in report["findings"]]


def test_markdown_has_no_markup_but_ours(hostile):
    out, _ = hostile("-f", "markdown", "--show", "all")
    tags = set(re.findall(r"</?([a-z]+)", re.sub(r"`[^`\n]*`|<https://docs\.aws\.amazon\.com/[^>]*>", "", out)))
    assert tags <= {"details", "summary", "code"}
    outside = re.sub(r"`[^`\n]*`|<code>.*?</code>", "", out)
    assert outside.count("<details>") == outside.count("</details>") > 0
    for bait in ("evil.example", "@octocat", "![", "onerror"):
        assert bait not in outside
    columns = None
    for line in out.splitlines():
        bars = re.sub(r"\\\|", "", line).count("|") if line.startswith("|") else None
        assert columns is None or bars is None or bars == columns
        columns = bars


def test_paths_in_sarif_stay_in_their_folder(hostile):
    sarif = json.loads(hostile("-f", "sarif")[0])
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif["runs"][0]["results"]
        for location in (*result["locations"], *result.get("relatedLocations", ()))
    }
    assert len(uris) > len(PAYLOADS)
    for uri in uris:
        parts = urlsplit(uri)
        assert not any((parts.scheme, parts.netloc, parts.query, parts.fragment))
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
        assert not {"", ".", ".."} & set(uri.split("/"))
        assert uri == "s.json" or uri.startswith(f"aws/{ACCOUNT}/")


def test_warnings_name_what_was_denied_and_nothing_acts(cli, tmp_path):  # noqa: F811
    state = json.loads(TEXT)
    for gap in state["gaps"]:
        gap |= {"section": "iam.account_summary", "resource": None}
    del state["iam"]["account_summary"]
    (tmp_path / "s.json").write_text(json.dumps(state))
    run = cli("check", "s.json", "--select", "root-mfa-missing")
    assert run.code == 3
    assert "\\x1b[2J" in run.err
    assert acting(run.err) == set()
    assert commands(run.err) == []
    assert all(line.startswith(("warning: ", "no findings", "no verdict")) for line in run.err.splitlines())


@pytest.mark.parametrize("payload", [name for name in PAYLOADS if "\x00" not in name and "\ud800" not in name])
def test_words_of_the_command_line_are_escaped_too(payload, cli):  # noqa: F811
    for words in (("check", f"x{payload}"), (payload,), ("explain", payload), ("check", "x", "--select", payload)):
        run = cli(*words)
        assert run.code in (2, 3)
        assert acting(run.err) == set()
        assert commands(run.err) == []
        assert len(run.err) < 3000


def test_no_file_is_written_where_a_name_leads(hostile, tmp_path):
    files = [word for name in FORMATS for word in ("-f", f"{name}=out/{name}")]
    (tmp_path / "out").mkdir()
    hostile(*files)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FORMATS)
    assert {path.name for path in tmp_path.iterdir()} == {"out", "s.json"}
