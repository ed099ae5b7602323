"""Each check has documents that it finds something in and documents that it does not, and finds it in the right place.

`fixtures/policies/lint/<check>/{bad,good}-<n>.<kind>[.<resource type>].json`; `positions.txt` says where in each bad
document the element to blame begins, and how it begins.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from auditor.policy.elements import Kind
from auditor.policy.linting import CHECKS, lint_text
from auditor.policy.linting.checks import NOT_DECIDED, THEMES

FOLDER = Path(__file__).parents[3] / "fixtures" / "policies" / "lint"
POSITIONS = FOLDER / "positions.txt"
BAD = sorted(FOLDER.glob("*/bad-*.json"))
GOOD = sorted(FOLDER.glob("*/good-*.json"))

CODES = (FOLDER / "codes.txt").read_text(encoding="utf-8").split()
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html, as of 2026."""


def name(path):
    return f"{path.parent.name}/{path.name}"


def found(path):
    """The issues of a fixture, of the kind and resource type that its name says."""
    _, kind, *resource_type, _ = path.name.split(".")
    return lint_text(path.read_text(encoding="utf-8"), Kind(kind), *resource_type)


@pytest.mark.parametrize("path", BAD, ids=name)
def test_finds_what_is_bad_where_it_is(path):
    text = path.read_text(encoding="utf-8")
    places = [
        f"{name(path)} {issue.span.line}:{issue.span.column} {' '.join(text[slice(*issue.span[:2])].split())[:60]}"
        for issue in found(path)
        if issue.check.id == path.parent.name
    ]
    expected = [
        line for line in POSITIONS.read_text(encoding="utf-8").splitlines() if line.startswith(f"{name(path)} ")
    ]
    assert places
    assert places == expected


@pytest.mark.parametrize("path", GOOD, ids=name)
def test_leaves_in_peace_what_is_good(path):
    assert path.parent.name not in {issue.check.id for issue in found(path)}


def test_every_check_has_fixtures_of_both_sorts():
    assert {path.parent.name for path in BAD} == {path.parent.name for path in GOOD} == set(CHECKS)


def test_every_code_of_access_analyzer_is_decided_or_said_not_to_be():
    decided = [check.code for check in CHECKS.values() if check.code]
    assert Counter([*decided, *NOT_DECIDED]) == Counter(CODES)
    assert len(CODES) == 153
    assert all(NOT_DECIDED.values())


def test_ids_are_unique_over_all_themes():
    defined = {id(check): check.id for theme in THEMES for check in vars(theme).values() if check in CHECKS.values()}
    assert len(set(defined.values())) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_a_check_is_described(check):
    assert re.fullmatch(r"policy(-[a-z0-9]+)+", check.id)
    assert check.severity in ("critical", "high", "medium", "low", "info")
    assert check.title[0].isupper() or check.title.startswith(("aws:", "iam:", "dynamodb:", "s3:"))
    assert not check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.fix.endswith((".", "}"))
    assert check.docs.startswith("https://docs.aws.amazon.com/IAM/latest/UserGuide/")
    assert bool(check.code) == ("access-analyzer-reference-policy-checks" in check.docs)
