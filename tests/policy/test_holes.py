"""Tests with variables: one follows from another only if it does for every value of the variables."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policy.holes import Test as Hole
from auditor.policy.holes import bound, follows
from auditor.policy.patterns import arn_matcher, matcher
from auditor.policy.request import Request
from auditor.policy.texts import matches
from auditor.policy.variables import Template, template

U, V = "${x:u}", "${x:v}"


def hole(*patterns: str, form: str = "text", every: bool = False) -> Hole:
    wildcards = form in ("text", "arn")
    return Hole("x:k", form, tuple(template(pattern, wildcards=wildcards) for pattern in patterns), every)


@pytest.mark.parametrize(
    ("wide", "narrow", "answer"),
    [
        (hole(U), hole(U), True),
        (hole(U), hole(V), False),
        (hole(f"{U}*"), hole(U), True),
        (hole(U), hole(f"{U}*"), False),
        (hole(f"*{U}"), hole(f"a{U}"), True),
        (hole(f"{U}/{V}*"), hole(f"{U}/{V}/x"), True),
        (hole(f"{U}?"), hole(f"{U}x"), False),
        (hole(f"?{U}"), hole(f"{U}{U}"), False),
        (hole("${x:u, 'd'}"), hole(U), True),
        (hole(U), hole("${x:u, 'd'}"), False),
        (hole("${x:u, 'd'}*"), hole("${x:u, 'de'}"), True),
        (hole("${x:u, 'd'}", form="folded"), hole("${x:u, 'D'}"), True),
        (hole(f"A{U}", form="folded"), hole(f"a{U}"), True),
        (hole(f"a{U}"), hole(f"a{U}", form="folded"), False),
        (hole(f"arn:aws:s3:::{U}*", form="arn"), hole(f"arn:aws:s3:::{U}/a", form="arn"), True),
        (hole(f"arn:*:s3:::{U}*", form="arn"), hole(f"arn:aws:s3:::{U}", form="arn"), True),
        (hole(f"arn:aws:iam::{U}:*", form="arn"), hole(f"arn:aws:iam::{U}:role/a", form="arn"), True),
        (hole(f"arn:aws:iam::{U}*:a", form="arn"), hole(f"arn:aws:iam::{U}:a", form="arn"), False),
        (hole(f"arn:aws:sns:*:*:{U}"), hole(f"arn:aws:sns:*:*:{U}", form="arn"), True),
        (hole(f"arn:aws:sns:*:*:{U}", form="arn"), hole(f"arn:aws:sns:*:*:{U}"), False),
        (hole(f"arn:aws:s3:::{U}", form="arn"), hole(f"arn:aws:s3:::{U}"), True),
        (hole(U, form="bool"), hole(U), False),
        (hole(U, "a*", every=True), hole("ab", U, every=True), True),
        (hole(U, "ab", every=True), hole("a*", U, every=True), False),
        (hole(U, every=True), hole(U), False),
    ],
)
def test_what_follows(wide: Hole, narrow: Hole, answer: bool) -> None:
    assert follows(wide, narrow) is answer


def test_letters_that_stand_for_variables_are_in_no_pattern() -> None:
    assert not follows(hole("\ue000*"), hole(f"{U}*"))
    assert not follows(hole(f"{U}*"), hole("\ue000*"))


PATTERNS = st.lists(st.sampled_from(["a", "b", ":", "*", "?", U, V, "${x:u, 'a'}"]), min_size=1, max_size=5).map(
    "".join
)
TEXTS = st.text(alphabet="ab:A", max_size=5)
ARN = "arn:aws:s3:::"


@settings(max_examples=400, deadline=None)
@given(PATTERNS, PATTERNS, st.none() | TEXTS, st.none() | TEXTS, TEXTS, st.sampled_from(["text", "arn"]))
def test_nothing_follows_that_need_not_hold(
    wide: str, narrow: str, u: str | None, v: str | None, text: str, form: str
) -> None:
    prefix = ARN if form == "arn" else ""
    above, below = hole(prefix + wide, form=form), hole(prefix + narrow, form=form)
    request = Request("arn:aws:iam::111122223333:user/ann", "a:b", "*", "", {"x:u": u, "x:v": v})

    def holds(test: Hole) -> bool:
        pattern = test.patterns[0]
        resolved = pattern.resolve(request) if isinstance(pattern, Template) else pattern
        made = matcher if form == "text" else arn_matcher
        return isinstance(resolved, tuple) and made(resolved)(prefix + text)

    if holds(below):
        assert holds(above) or not follows(above, below)
        assert matches(bound(below.patterns[0], form))(prefix + text)
