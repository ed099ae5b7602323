from __future__ import annotations

from auditor.report.rule_page import markdown, text
from tests.report.sample import CONTROLS, small

FACTS = small().rules
OPTIONS = {"max_age_days": 90, "strict": True, "names": ('a"b', "c"), "practice": "identity-center"}


def test_golden(golden):
    page = FACTS["sample-key-old"]._replace(controls=CONTROLS["root-mfa-missing"])
    golden("rule-page.md", markdown(page, OPTIONS))
    golden("rule-page.txt", text(page, OPTIONS))
    golden("rule-page-bare.md", markdown(FACTS["acme-user-bob"], {}))


def test_the_page_ends_with_what_the_rule_cites():
    facts = FACTS["root-mfa-missing"]
    assert markdown(facts, {}).endswith(f"\n<{facts.docs}>\n")
    assert text(facts, {}).endswith(f"\nReference: {facts.docs}\n")


def test_the_way_to_a_pack_is_not_told():
    facts = FACTS["acme-user-bob"]
    for page in (markdown(facts, {}), text(facts, {})):
        assert "acme" in page
        assert "/home/sam" not in page


def test_a_rules_text_cannot_act():
    facts = FACTS["acme-user-bob"]._replace(title="a\x1b[2J", fix="::error::x", cli="echo\x1b\n```\n# no heading")
    assert "\x1b" not in text(facts, {})
    assert "\n::error" not in text(facts, {})
    assert "````sh\necho" in markdown(facts, {})
