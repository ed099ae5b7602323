"""What the source documents ask for: all of it is there, and what rules say of it is true."""

from auditor.claims import OBSERVABLE, Claim, Row, load, matrix
from auditor.evaluate.registry import load_rules

RULES = load_rules(plugins=False)
CLAIMS = load()


def test_every_claim_is_there_and_whole():
    assert [claim.id for claim in CLAIMS] == [f"S{number}" for number in range(1, 57)]
    for claim in CLAIMS:
        assert claim.asks.strip()
        assert claim.observable in OBSERVABLE
        assert claim.person or claim.observable != "no", f"{claim.id} does not say what is left to a person"


def test_every_claim_of_a_rule_exists():
    known = {claim.id for claim in CLAIMS}
    assert {rule.id: set(rule.claims) - known for rule in RULES.values() if set(rule.claims) - known} == {}


def test_no_rule_claims_to_answer_what_no_api_shows():
    hidden = {claim.id for claim in CLAIMS if claim.observable == "no"}
    assert {rule.id for rule in RULES.values() if hidden & set(rule.claims)} == set()


def test_the_matrix_has_every_claim_once_with_its_rules():
    rows = matrix(RULES.values())
    assert [row.claim for row in rows] == list(CLAIMS)
    for row in rows:
        assert row.answered_by
        assert row.rules == tuple(sorted(rule.id for rule in RULES.values() if row.claim.id in rule.claims))


def test_what_answers_a_claim_in_words():
    def answered(observable, person="", rules=()):
        return Row(Claim("S1", "asks", observable, person), rules).answered_by

    assert answered("yes", rules=("a-b", "c-d")) == "a-b, c-d"
    assert answered("yes") == "no rule yet"
    assert answered("part", "look") == "no rule yet; manual: look"
    assert answered("part", "look", ("a-b",)) == "a-b; manual: look"
    assert answered("no", "look") == "manual: look"
