"""The claims as data, and how answers of rules become outcomes."""

import pytest

from auditor.claims import OBSERVABLE, Claim, Row, judge, load, matrix
from auditor.evaluate.registry import load_rules
from auditor.findings.report import Report, Tally
from tests.report.sample import judged, small_text


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


def test_fifty_six_claims_in_our_words():
    claims = load()
    assert [claim.id for claim in claims] == [f"S{number}" for number in range(1, 57)]
    assert all(claim.asks and claim.observable in OBSERVABLE for claim in claims)


def test_a_row_names_its_rules_and_what_is_left():
    rows = {row.claim.id: row for row in matrix(load_rules(plugins=False).values())}
    assert "root-mfa-missing" in rows["S10"].rules
    assert rows["S10"].rules == tuple(sorted(rows["S10"].rules))
    assert rows["S18"].answered_by.startswith("manual: ")
    (row,) = [row for row in matrix(()) if row.claim.id == "S2"]
    assert row.answered_by.startswith("no rule yet; manual: ")


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
