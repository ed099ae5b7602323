"""What the source documents ask for: all of it is there, and what rules say of it is true."""

import pytest

from auditor.claims import OBSERVABLE, Claim, Row, judge, load, matrix
from auditor.evaluate.registry import load_rules
from auditor.findings.report import Report, Tally
from tests.report.sample import judged, small_text

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


# -- what an account's answers make of a claim --


def answered(**tallies) -> Report:
    """A report in which rules were answered as given: failed, passed, unknown, not applicable."""
    report = judged(small_text())
    (first, *_) = report.accounts
    return report._replace(accounts=(first._replace(tallies={name: Tally(*t) for name, t in tallies.items()}),))


def outcome(claim, report, *rules):
    (entry,) = judge(report, [Row(claim, rules)]).claims
    return entry.status


SEEN = Claim("S1", "it is so", "yes", "")
PARTLY = Claim("S2", "it is so", "part", "is it?")
UNSEEN = Claim("S3", "it is so", "no", "is it?")


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        ((1, 5, 1, 0), "fail"),
        ((0, 5, 1, 0), "unknown"),
        ((0, 0, 0, 0), "unknown"),
        ((0, 5, 0, 1), "pass"),
        ((0, 0, 0, 1), "not applicable"),
    ],
)
def test_the_worst_that_is_known_comes_first(tally, status):
    assert outcome(SEEN, answered(a=tally, b=(0, 0, 0, 1)), "a", "b") == status


def test_a_rule_that_was_not_asked_leaves_the_claim_open():
    assert outcome(SEEN, answered(a=(0, 1, 0, 0)), "a", "b") == "unknown"


@pytest.mark.parametrize("tally", [(0, 5, 0, 0), (0, 0, 0, 1)])
def test_what_is_left_to_a_person_never_passes(tally):
    assert outcome(PARTLY, answered(a=tally), "a") == "manual"


def test_a_claim_without_rules_is_for_people_only_where_no_api_could_show_it():
    assert outcome(UNSEEN, answered()) == "manual"
    assert outcome(PARTLY, answered()) == outcome(SEEN, answered()) == "no rule yet"
