"""Rules about who may assume a role, where the search for a request that is let in is given up."""

import json

import pytest

from auditor.evaluate.engine import Source, evaluate
from auditor.evaluate.registry import load_rules
from tests.access.worlds import ADMIN, OTHER, Builder, document, trust

THIRD = "999988887777"
INTRICATE = {"StringLike": {"aws:UserAgent": "a*"}}
RULES = (
    "role-admin-cross-account",
    "role-assume-no-mfa",
    "role-trust-external-no-external-id",
    "role-trust-unknown-account",
    "role-trust-whole-account-privileged",
)


def tally(made, rule):
    (account,) = evaluate([Source(made.snapshot)], [load_rules(plugins=False)[rule]]).accounts
    return account.tallies[rule]


@pytest.fixture
def hasty(monkeypatch):
    """Searches that are given up at once."""
    monkeypatch.setattr("auditor.access.solve.MAX_DECISIONS", 0)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("rule", RULES)
def test_a_search_that_is_given_up_is_no_pass(rule):
    made = Builder()
    made.role("door", trust(OTHER, **INTRICATE), attached=(ADMIN,))
    found = tally(made, rule)
    assert (found.passed, found.failed, found.unknown) == (0, 0, 1)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("rule", ["role-admin-cross-account", "role-trust-unknown-account"])
def test_one_who_gets_in_is_told_though_another_is_not_decided(rule):
    plain, intricate = (json.loads(it)["Statement"] for it in (trust(OTHER), trust(THIRD, **INTRICATE)))
    made = Builder()
    made.role("door", document(*plain, *intricate), attached=(ADMIN,))
    found = tally(made, rule)
    assert (found.passed, found.failed, found.unknown) == (0, 1, 0)
