"""What a comparison leaves out has no say: patterns said not to overlap share no text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.patterns import glob
from auditor.policy.relevance import overlap, piece_by_piece, what_changed

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: dict[str, Any], kind: Kind = Kind.IDENTITY) -> Policy:
    made = Policy.of({"Version": "2012-10-17", "Statement": [{**ALL, **each} for each in statements]}, kind)
    assert not made.problems
    return made


def elements(policies: tuple[Policy, ...]) -> list[tuple[Any, Any]]:
    return [(it.actions, it.resources) for each in policies for it in each.statements]


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a*", "ab", True),
        ("a*", "b*", False),
        ("*a", "*b", False),
        ("a*b", "ac*", True),
        ("s3:get*", "s3:*object", True),
        ("s3:*", "ec2:*", False),
        ("h/${aws:username}", "h/ann", True),
        ("h/${aws:username}/x", "h/*/y", False),
        ("${aws:username}", "anything", True),
    ],
)
def test_overlap(one: str, other: str, answer: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is answer


PATTERN = st.text(alphabet="ab*?", max_size=5)


@settings(max_examples=300)
@given(PATTERN, PATTERN, st.text(alphabet="ab", max_size=6))
def test_what_does_not_overlap_shares_no_text(one: str, other: str, text: str) -> None:
    if glob(one)(text) and glob(other)(text):
        assert overlap(one, other)


def test_what_stands_in_both_is_left_out() -> None:
    same, more = {"Action": "s3:*"}, {"Action": "ec2:Run*"}
    old, new = what_changed(
        [policy(same, {"Action": "ec2:Get*"}, {"Action": "ec2:R*", "Resource": "x"})], [policy(more, same)]
    )
    assert elements(new) == [(("ec2:Run*",), ("*",))]
    assert elements(old) == [(("ec2:R*",), ("x",))]


def test_what_an_old_allow_has_is_left_out() -> None:
    wide = {"Action": "s3:*", "Resource": ["b", "c/*"]}
    narrow = {"Action": ["s3:Get*", "ec2:*", "s3:Put*"], "Resource": ["b", "c/d", "e"]}
    _, new = what_changed([policy(wide)], [policy(narrow)])
    assert elements(new) == [(("s3:Get*", "ec2:*", "s3:Put*"), ("b", "c/d", "e"))]
    _, new = what_changed([policy(wide)], [policy({**narrow, "Resource": ["b", "c/d"]})])
    assert elements(new) == [(("ec2:*",), ("b", "c/d"))]


@pytest.mark.parametrize(
    "old",
    [
        [{"Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}],
        [{"Action": "s3:*"}, {"Effect": "Deny", "Action": "s3:Get*"}],
        [{"Action": "s3:*", "Resource": "b?"}],
    ],
)
def test_what_an_old_allow_has_not_wholly_is_kept(old: list[dict[str, Any]]) -> None:
    _, new = what_changed([policy(*old)], [policy({"Action": "s3:Get*", "Resource": "b${aws:username}"})])
    assert elements(new) == [(("s3:Get*",), ("b${aws:username}",))]


def test_pieces_are_of_one_resource_with_the_denies_about_it() -> None:
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "c*"}
    parts = piece_by_piece([policy({"Resource": "b"})], [policy({"Resource": ["b", "cd"]}, deny)])
    assert [(elements(old), elements(new)) for old, new in parts] == [
        ([(("*",), ("b",))], [(("*",), ("b",))]),
        ([], [(("*",), ("cd",)), (("s3:*",), ("c*",))]),
    ]
    parts = piece_by_piece([], [policy({"Action": ["a:b", "c:d"]})])
    assert [elements(new) for _, new in parts] == [[(("a:b",), ("*",))], [(("c:d",), ("*",))]]
