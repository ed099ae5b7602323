import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.patterns import QUESTION, STAR, arn_matcher, glob, matcher, tokens


def naive(pattern, text):
    """Textbook dynamic programming, one row a pattern character."""
    row = [True] + [False] * len(text)
    for mark in pattern:
        if mark == "*":
            new = [any(row[: end + 1]) for end in range(len(text) + 1)]
        else:
            new = [False] + [row[at] and mark in ("?", text[at]) for at in range(len(text))]
        row = new
    return row[-1]


@given(st.text(alphabet="ab*?\n", max_size=10), st.text(alphabet="ab*?\n", max_size=12))
def test_matches_as_the_textbook_does(pattern, text):
    assert glob(pattern)(text) is naive(pattern, text)


@given(st.text(alphabet="ab:*?", max_size=14), st.text(alphabet="ab:", max_size=14))
def test_an_arn_matches_segment_by_segment(pattern, text):
    patterns, texts = pattern.split(":", 5), text.split(":", 5)
    whole = pattern == "*" or (
        len(patterns) == len(texts) == 6 and all(naive(one, other) for one, other in zip(patterns, texts, strict=True))
    )
    assert arn_matcher(tokens(pattern))(text) is whole


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
def test_a_star_in_an_arn_operator_stays_in_its_segment():
    pattern = "arn:aws:someservice:*:111122223333:finance/*"
    text = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
    assert glob(pattern)(text)
    assert not arn_matcher(tokens(pattern))(text)
    assert arn_matcher(tokens(pattern))("arn:aws:someservice:us-east-2:111122223333:finance/a:b/c")


@pytest.mark.parametrize("plain", ["a+", "(a)", "[ab]", "a.c", "a|b", "^a$", "a\\*", "{1}"])
def test_nothing_but_star_and_question_mark_is_special(plain):
    assert glob(plain)(plain)
    assert glob(plain + "?*")(plain + "x")
    assert not glob(plain.replace("*", "?"))("a")
    assert not glob("?" + plain)("aac")


def test_case_counts():
    assert not glob("arn:aws:s3:::Bucket*")("arn:aws:s3:::bucket/a")


def test_a_star_within_plain_text_means_itself():
    assert matcher(("a", "*", STAR))("a*b")
    assert not matcher(("a", "*", STAR))("ab")
    assert matcher(("a", "?", QUESTION))("a?b")
    assert not matcher(("a", "?", QUESTION))("abb")


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "*a?" * 40 + "b", "*" * 1000 + "b", "*?" * 200 + "b"])
def test_pathological_patterns_end(pattern):
    assert not glob(pattern)("a" * 20_000)
    assert glob(pattern)("a" * 20_000 + "b")


def test_a_pattern_of_a_megabyte_ends():
    pattern = "*".join(["ab"] * 300_000)
    assert glob(pattern)("ab" * 300_000)
    assert not glob(pattern)("ab" * 299_999)
