"""Which stream says what, and how: reports, notes, progress, colours, links and widths."""

from __future__ import annotations

import io
import json

import pytest

from auditor.cli.terminal import columns, in_ci, wants_color, wants_links
from tests.cli.runs import BAD, auditor, on_terminal, partly_seen, snapshot
from tests.fake_aws import FakeAWS, accounts

ROOT = ("--select", "root-mfa-missing")
ESC = "\x1b["
LINK = "\x1b]8;;"


@pytest.fixture
def bad(tmp_path):
    """A snapshot with one finding."""
    return snapshot(tmp_path / "s.json", summary=BAD)


# -- standard output has the report, standard error all else ----------------------------------------------------------


@pytest.mark.parametrize("name", ["concise", "full", "table", "json", "jsonl", "markdown", "sarif", "compliance"])
def test_the_report_goes_to_standard_output_and_all_else_to_standard_error(name, cli, bad):
    run = cli("check", bad, *ROOT, "-f", name)
    told = run.err.splitlines()
    assert run.out.endswith("\n")
    assert "root-mfa-missing" in run.out or name == "compliance"
    assert told[0].startswith("1 finding (1 critical) · account 111122223333 · 1 rule")
    assert told[1:] == ["failed: 1 finding at --fail-on high"]
    for note in told:
        assert note not in run.out


def test_no_finding_leaves_standard_output_empty(cli, tmp_path):
    run = cli("check", snapshot(tmp_path / "good.json"), *ROOT)
    assert run.out == ""
    assert run.err.startswith("no findings · ")


def test_reports_in_files_leave_standard_output_empty(cli, bad, tmp_path):
    run = cli("check", bad, *ROOT, "-f", "json=out.json", "-f", "sarif=out.sarif")
    assert run.out == ""
    assert json.loads((tmp_path / "out.json").read_text())["summary"]["findings"] == 1
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"


def test_a_file_called_like_standard_output_is_standard_output(cli, bad):
    assert cli("check", bad, *ROOT, "-f", "jsonl=-").out == cli("check", bad, *ROOT, "-f", "jsonl").out != ""


def test_devices_take_any_number_of_reports(cli, bad, tmp_path):
    assert cli("check", bad, *ROOT, "-f", "json=/dev/null", "-f", "sarif=/dev/null").code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


# -- quiet -------------------------------------------------------------------------------------------------------------


def test_quiet_prints_findings_and_nothing_else(cli, bad):
    loud = cli("check", bad, *ROOT)
    assert cli("check", bad, *ROOT, "-q") == (1, loud.out, "")
    assert cli("check", bad, *ROOT, "--quiet").err == ""


def test_quiet_twice_prints_nothing_and_still_writes_files(cli, bad, tmp_path):
    assert cli("check", bad, *ROOT, "-qq", "-f", "concise", "-f", "json=out.json") == (1, "", "")
    assert (tmp_path / "out.json").exists()


def test_quiet_hides_warnings_and_no_errors(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("AUDITOR_FALE_ON", "any")
    file = partly_seen(tmp_path / "s.json")
    assert "warning: AUDITOR_FALE_ON sets nothing" in cli("check", file).err
    assert cli("check", file, "-q").err == ""
    assert cli("check", "missing.json", "-qq").err.startswith("error: missing.json does not exist")


# -- terminals ---------------------------------------------------------------------------------------------------------


def test_the_default_is_concise_where_nobody_reads_and_full_on_a_terminal(bad, tmp_path):
    piped = auditor("check", bad, *ROOT, cwd=tmp_path)
    assert len(piped.out.splitlines()) == 1
    assert piped.out.startswith("arn:aws:iam::111122223333:root: critical[root-mfa-missing] ")
    shown = on_terminal("check", bad, *ROOT, cwd=tmp_path)
    assert "  --> " in shown.out.replace(f"{ESC}2m", "").replace(f"{ESC}0m", "")
    assert "AccountMFAEnabled" in shown.out
    assert shown.code == piped.code == 1


def test_only_the_stream_on_a_terminal_has_colour(bad, tmp_path):
    out = on_terminal("check", bad, *ROOT, cwd=tmp_path)
    assert (ESC in out.out, ESC in out.err) == (True, False)
    err = on_terminal("check", "missing.json", cwd=tmp_path, terminal="stderr")
    assert err.err.startswith(f"{ESC}1;31merror{ESC}0m: missing.json does not exist")
    assert ESC not in auditor("check", bad, *ROOT, cwd=tmp_path).out


@pytest.mark.parametrize(
    ("env", "options", "colour"),
    [
        ({}, (), True),
        ({"TERM": "dumb"}, (), False),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1", "TERM": "dumb"}, ("--color", "always"), True),
        ({"AUDITOR_COLOR": "never"}, (), False),
        ({"AUDITOR_COLOR": "never"}, ("--color=always",), True),
    ],
)
def test_what_decides_on_colour_on_a_terminal(env, options, colour, bad, tmp_path):
    run = on_terminal("check", bad, *ROOT, *options, "--links", "never", cwd=tmp_path, env=env)
    assert (ESC in run.out) is colour
    run = on_terminal("check", "missing.json", *options, cwd=tmp_path, env=env, terminal="stderr")
    assert (ESC in run.err) is colour


def test_colour_where_nobody_looks(cli, bad, monkeypatch):
    assert ESC in cli("check", bad, *ROOT, "--color", "always").out
    assert ESC in cli("check", bad, *ROOT, "--color", "always", "-f", "json=out.json", "-f", "full").out
    assert f"{ESC}1;31merror" in cli("check", "missing.json", "--color", "always").err
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESC in cli("check", bad, *ROOT).out
    assert ESC not in cli("check", bad, *ROOT, "--color=never").out
    assert ESC not in cli("check", "missing.json", "--color", "never").err


def test_files_have_no_colour_whatever_the_terminal_has(cli, bad, tmp_path):
    cli("check", bad, *ROOT, "--color", "always", "-f", "full=out.txt")
    assert ESC not in (tmp_path / "out.txt").read_text()


def test_links_on_a_terminal_and_addresses_elsewhere(bad, tmp_path):
    shown = on_terminal("check", bad, *ROOT, cwd=tmp_path)
    assert LINK + "https://docs.aws.amazon.com/" in shown.out
    assert "docs:" not in shown.out
    for env in ({"CI": "true"}, {"TERM": "dumb"}):
        run = on_terminal("check", bad, *ROOT, cwd=tmp_path, env=env)
        assert LINK not in run.out
        assert "docs.aws.amazon.com" in run.out
    piped = auditor("check", bad, *ROOT, "-f", "full", cwd=tmp_path)
    assert LINK not in piped.out
    assert "docs.aws.amazon.com" in piped.out
    assert LINK not in on_terminal("check", bad, *ROOT, "--links", "never", cwd=tmp_path).out


def test_links_that_are_asked_for(cli, bad, tmp_path):
    assert LINK in cli("check", bad, *ROOT, "--links", "always", "-f", "concise=out.txt", "-f", "full").out
    assert LINK in (tmp_path / "out.txt").read_text()


def test_the_width_is_the_terminal_s_unless_another_is_given(tmp_path):
    name = "n" * 60
    user = {"UserName": name, "Arn": f"arn:aws:iam::111122223333:user/{name}", "Path": "/", "UserId": "AIDA" + "X" * 17}
    user |= {"CreateDate": "2020-01-01T00:00:00Z", "GroupList": [], "AttachedManagedPolicies": []}
    policy = {"PolicyName": "p" * 100, "PolicyDocument": json.dumps({"Statement": [], "Id": "x" * 300})}
    file = snapshot(tmp_path / "s.json", iam={"users": {name: user | {"UserPolicyList": [policy]}}})
    words = ("check", file, "--select", "user-inline-policy", "--color", "never", "--links", "never")

    def longest(run):
        return max(len(line) for line in run.out.splitlines() if line.startswith("   |"))

    eighty = longest(on_terminal(*words, cwd=tmp_path))
    assert longest(on_terminal(*words, cwd=tmp_path, env={"COLUMNS": "60"})) == eighty - 20
    assert longest(on_terminal(*words, "--width", "100", cwd=tmp_path)) == eighty + 20


def test_grouping_and_evidence(cli, bad):
    plain = cli("check", bad, *ROOT, "-f", "full")
    assert "AccountMFAEnabled" in plain.out
    assert "AccountMFAEnabled" not in cli("check", bad, *ROOT, "-f", "full", "--no-snippets").out
    for key, heading in (("rule", "root-mfa-missing"), ("account", "111122223333"), ("region", "global")):
        assert cli("check", bad, *ROOT, "-f", "full", "--group-by", key).out.startswith(f"── {heading} (1)\n")


def test_everything_is_shown_where_all_is_asked_for(cli, tmp_path):
    file = partly_seen(tmp_path / "s.json")
    words = ("check", file, "--select", "root-mfa-missing,password-policy-missing")
    assert cli(*words).out == ""
    assert {line.partition(": ")[2].partition("[")[0] for line in cli(*words, "--show", "all").out.splitlines()} == {
        "pass",
        "unknown",
    }


# -- progress ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "options", "shown"),
    [
        ({}, (), True),
        ({"CI": "true"}, (), False),
        ({"CI": "false"}, (), True),
        ({}, ("--no-progress",), False),
        ({"AUDITOR_NO_PROGRESS": "1"}, (), False),
        ({}, ("-q",), False),
    ],
)
def test_progress_is_for_people_who_watch(env, options, shown, tmp_path):
    with FakeAWS(accounts.newborn(), latency=0.05) as fake:
        words = ("scan", *ROOT, *options, "--exit-zero", "--allow-incomplete")
        run = on_terminal(*words, cwd=tmp_path, env=fake.env | env, terminal="stderr")
    assert run.code == 0
    assert ("0/" in run.err) is shown


def test_progress_has_the_colours_that_are_asked_for(tmp_path):
    with FakeAWS(accounts.newborn(), latency=0.05) as fake:
        words = ("scan", *ROOT, "--exit-zero", "--allow-incomplete", "--color", "never")
        run = on_terminal(*words, cwd=tmp_path, env=fake.env, terminal="stderr")
    assert "0/" in run.err
    assert f"{ESC}3" not in run.err


def test_no_progress_where_nobody_watches(tmp_path):
    with FakeAWS(accounts.newborn()) as fake:
        run = auditor("scan", *ROOT, cwd=tmp_path, env=fake.env)
    assert len(run.err.splitlines()) == 2, run.err


# -- encodings and terminals, piece by piece ---------------------------------------------------------------------------


def test_what_the_encoding_lacks_is_escaped(bad, tmp_path):
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    for words in (("--help",), ("scan", "--help"), ("check", bad, *ROOT, "-f", "markdown"), ("rules", "--claims")):
        run = auditor(*words, cwd=tmp_path, env=ascii_only)
        assert run.code in (0, 1), run.err
        assert run.out.isascii()


def test_a_name_that_no_encoding_has(tmp_path):
    run = auditor("check", "\udcff.json", cwd=tmp_path)
    assert run.code == 2
    assert run.err.startswith("error: \\udcff.json does not exist")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({}, False), ({"CI": "true"}, True), ({"CI": "1"}, True), ({"CI": "false"}, False), ({"CI": ""}, False)],
)
def test_build_servers(environ, expected):
    assert in_ci(environ) is expected
    assert wants_links("auto", Terminal(), environ) is not expected


def test_a_stream_that_is_no_terminal_has_no_width_no_colour_and_no_links():
    assert columns(io.StringIO(), {"COLUMNS": "120"}) == 0
    assert columns(Terminal(), {"COLUMNS": "120"}) == 120
    assert columns(Terminal(), {"COLUMNS": "wide"}) == 0
    assert not wants_color("auto", io.StringIO(), {})
    assert not wants_links("auto", io.StringIO(), {})
