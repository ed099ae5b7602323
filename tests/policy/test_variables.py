"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.patterns import STAR, matcher
from auditor.policy.request import UNKNOWN, Request
from auditor.policy.variables import Template, template, variable_keys


def request(context, otherwise=None):
    return Request("arn:aws:iam::111122223333:user/ann", "s3:GetObject", "*", "", context, otherwise)


def matches(pattern, text, **context):
    taken = template(pattern, wildcards=True)
    if isinstance(taken, Template):
        taken = taken.resolve(request({f"aws:{key}": value for key, value in context.items()}))
    return taken is not None and matcher(taken)(text)


def test_a_variable_takes_its_value_from_the_request():
    assert matches("home/${aws:username}/*", "home/ann/x")
    assert not matches("home/${aws:username}/*", "home/bob/x")
    assert matches("${aws:PrincipalTag/Team}", "red", **{"PrincipalTag/team": "red"})
    assert matches("${AWS:USERNAME}", "ann")


def test_a_substituted_value_is_plain_text():
    assert matches("a/${aws:x}", "a/*", x="*")
    assert not matches("a/${aws:x}", "a/b", x="*")
    assert not matches("a/${aws:x}", "a/b", x="?")
    assert matches("a/${aws:x}", "a/${aws:y}", x="${aws:y}", y="b")


def test_a_variable_without_value_matches_nothing():
    assert not matches("${aws:x}", "")
    assert not matches("*${aws:x}*", "anything")
    assert not matches("${aws:x}", "a", x=["a", "b"])
    assert not matches("${aws:x}", "", x=[])


def test_a_default_stands_in_for_an_absent_key():
    assert matches("${aws:x, 'company-wide'}", "company-wide")
    assert matches("${aws:x,''}y", "y")
    assert matches("${aws:x, 'd'}", "value", x="value")
    assert not matches("${aws:x, 'd'}", "d", x="value")
    assert not matches("${aws:x, '*'}", "anything")


def test_escapes_are_plain_marks():
    assert matches("a${*}b${?}${$}", "a*b?$")
    assert not matches("a${*}", "axyz")
    assert matches("${$}{aws:username}", "${aws:username}")


@pytest.mark.parametrize("text", ["${}", "${aws:x", "$aws:x}", "${aws:x, d}", "${ }", "${aws{x}}"])
def test_what_has_not_the_form_of_a_variable_is_plain(text):
    assert template(text, wildcards=False) == (text,)


def test_an_unknown_key_makes_the_value_unknown():
    taken = template("${aws:x}-${aws:y, 'd'}", wildcards=False)
    assert taken.resolve(request({"aws:x": UNKNOWN})) is UNKNOWN
    assert taken.resolve(request({"aws:x": "1"}, UNKNOWN)) is UNKNOWN
    assert taken.resolve(request({"aws:x": "1"})) == ("1", "-", "d")


def test_an_unknown_key_may_have_any_value():
    taken = template("${aws:x}-${aws:y, 'd'}*", wildcards=True)
    assert taken.bound(request({"aws:x": UNKNOWN})) == (STAR, "-", "d", STAR)
    assert taken.bound(request({"aws:x": "1"}, UNKNOWN)) == ("1", "-", STAR, STAR)


def test_keys_are_listed_as_written():
    texts = ["a", "${aws:UserName}/${*}", "${aws:PrincipalTag/A, 'x'}"]
    assert variable_keys(texts) == {"aws:username": "aws:UserName", "aws:principaltag/a": "aws:PrincipalTag/A"}


def test_a_space_is_allowed_in_a_tag_key_and_around_a_name():
    assert matches("${ aws:PrincipalTag/cost center , 'd' }", "red", **{"PrincipalTag/cost center": "red"})
    assert variable_keys(["${ aws:x }"]) == {"aws:x": "aws:x"}


def test_hostile_texts_end():
    size = 1_000_000
    for text in ("${a" + " " * size, "${a, " * size, "${a,'" * size, "${" * size, "${a" + " ," * size):
        assert template(text, wildcards=False) == (text,)


def test_unknown_shows_what_it_is():
    assert repr(UNKNOWN) == "UNKNOWN"


@given(st.text(alphabet="${}*?ax,' :", max_size=40), st.booleans())
def test_no_text_raises_and_plain_text_is_kept(text, wildcards):
    taken = template(text, wildcards=wildcards)
    if isinstance(taken, Template):
        assert "${" in text
    elif "${" not in text and not wildcards:
        assert "".join(taken) == text
