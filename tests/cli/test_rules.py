"""`auditor rules` and `auditor explain`."""

from __future__ import annotations

import json

import pytest

from auditor.evaluate.policy_documents import lint_rules
from auditor.evaluate.registry import load_rules

RULES = dict(sorted((lint_rules() | load_rules(plugins=False)).items()))


def ids(text):
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_all_rules_are_listed_whether_on_or_off(cli):
    run = cli("rules")
    assert (run.code, run.err) == (0, "")
    assert ids(run.out) == sorted(RULES)
    off = next(rule for rule in RULES.values() if not rule.enabled)
    assert " off " in next(line for line in run.out.splitlines() if line.startswith(off.id))


def test_selected_rules_are_listed(cli):
    assert ids(cli("rules", "--select", "root-*").out) == [name for name in RULES if name.startswith("root-")]
    assert ids(cli("rules", "--select", "root-mfa-missing", "--ignore", "root-mfa-missing").out) == []
    assert set(ids(cli("rules", "--select", "severity:critical").out)) == {
        rule.id for rule in RULES.values() if rule.severity == "critical"
    }
    assert "user-mfa-single-device" in ids(cli("rules", "--select", "framework:cis-6.0,user-mfa-*").out)
    assert cli("rules", "--select", "no-such-rule").code == 2


def test_forms(cli):
    listed = json.loads(cli("rules", "--format", "json").out)
    assert [item["rule"] for item in listed] == sorted(RULES)
    assert listed[0].keys() == {
        *("rule", "severity", "confidence", "area", "pack", "default", "title", "claims", "tags")
    }
    assert {item["pack"] for item in listed} == {"auditor"}
    table = cli("rules", "--format", "markdown").out.splitlines()
    assert table[0] == "| rule | severity | area | pack | default | title |"
    assert len(table) == len(RULES) + 2
    assert len({line.replace(r"\|", "").count("|") for line in table}) == 1


def test_severities_are_those_in_force(cli):
    words = ("--select", "root-mfa-missing", "--set", "rules.severity.root-mfa-missing=info")
    assert " info " in cli("rules", *words).out
    assert '"severity": "info"' in cli("rules", *words, "--format", "json").out


def test_rules_of_a_folder_bear_its_name(cli, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from auditor.api import Root, rule\n"
        "@rule('mine-root', severity='high', over=Root, title='a | b \\x1b[2J', fix='f', docs='https://example.com')\n"
        "def one(root):\n    '''Why.'''\n    return iter(())\n"
    )
    run = cli("rules", "--rules", "mine.py", "--select", "mine-*")
    assert "mine-root  high" in run.out
    assert "mine.py" in run.out
    assert "\x1b" not in run.out
    assert "a &#124; b" in cli("rules", "--rules", "mine.py", "--select", "mine-*", "--format", "markdown").out


def test_the_matrix_of_claims(cli):
    run = cli("rules", "--claims")
    assert ids(run.out) == [f"S{number}" for number in range(1, 57)]
    assert any("manual: " in line for line in run.out.splitlines())
    listed = json.loads(cli("rules", "--claims", "--format", "json").out)
    assert len(listed) == 56
    for item in listed:
        assert item["observable"] in ("yes", "part", "no")
        assert set(item["rules"]) <= RULES.keys()
        assert item["rules"] == [name for name, rule in RULES.items() if item["claim"] in rule.claims]
    assert cli("rules", "--claims", "--format", "markdown").out.startswith(
        "| claim | observable | asks | answered by |"
    )


def test_only_selected_rules_answer_claims(cli):
    listed = json.loads(cli("rules", "--claims", "--select", "root-mfa-missing", "--format", "json").out)
    assert {name for item in listed for name in item["rules"]} == {"root-mfa-missing"}


# -- explain -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_explains_itself(name, cli):
    run = cli("explain", name)
    assert (run.code, run.err) == (0, "")
    for part in (name, RULES[name].severity.value, RULES[name].docs):
        assert part in run.out


def test_several_rules_in_every_form(cli):
    words = ("explain", "root-mfa-*", "user-key-not-rotated")
    pages = json.loads(cli(*words, "--format", "json").out)
    names = sorted({"user-key-not-rotated", *(name for name in RULES if name.startswith("root-mfa-"))})
    assert [page["id"] for page in pages] == names
    for form in ("text", "markdown"):
        assert all(name in cli(*words, "--format", form).out for name in names)


def test_a_rule_that_is_off_is_explained_by_its_id(cli):
    assert "password-policy-expiry" in cli("explain", "password-policy-expiry").out


def test_options_are_told_with_their_defaults_and_the_values_in_force(cli, tmp_path):
    (tmp_path / "auditor.toml").write_text(
        '[rules.options.user-key-not-rotated]\nmax_age_days = 60\n[rules.severity]\nuser-key-not-rotated = "low"\n'
    )
    (page,) = json.loads(cli("explain", "user-key-not-rotated", "--format", "json").out)
    assert page["options"]["max_age_days"] == {"default": 90, "value": 60, "type": "integer"}
    assert page["severity"] == "low"
    assert "60" in cli("explain", "user-key-not-rotated").out


def test_controls_are_told_by_framework(cli):
    (page,) = json.loads(cli("explain", "root-mfa-missing", "--format", "json").out)
    assert page["controls"]["cis-5.0"]
    assert page["enabled"] is True
    assert "iam.account_summary" in page["sections"]


def test_an_unknown_rule_has_a_near_one(cli):
    run = cli("explain", "root-mfa-mising")
    assert run.code == 2
    assert 'unknown rule "root-mfa-mising"' in run.err
    assert 'did you mean "root-mfa-missing"? `auditor rules` lists them all' in run.err
    assert cli("explain").code == 2


def test_rules_are_those_of_the_file_that_is_named_whatever_was_loaded_before(cli, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text(
            "from auditor.api import Root, rule\n"
            f"@rule('mine-{name}', severity='high', over=Root, title='t', fix='f', docs='https://example.com')\n"
            "def asked(root):\n    '''Why.'''\n    return iter(())\n"
        )
        assert ids(cli("rules", "--rules", tmp_path / name, "--select", "mine-*").out) == [f"mine-{name}"]
    both = cli("rules", "--rules", "one,two", "--select", "mine-*")
    assert ids(both.out) == ["mine-one", "mine-two"]
