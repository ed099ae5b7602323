"""Texts of a form that match patterns, against all short texts there are."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.access.forms import Blank, fitting
from auditor.policy.atoms import TooLarge
from auditor.policy.patterns import glob

NAMES = ["".join(letters) for length in (1, 2, 3) for letters in product("abx", repeat=length)]
patterns = st.lists(st.text("ab:*?", max_size=6), min_size=1, max_size=2)


@pytest.mark.parametrize("free", [False, True])
@given(patterns=patterns)
@settings(max_examples=150, deadline=None)
def test_a_text_is_found_where_there_is_one(free, patterns):
    """No pattern has an x, so that a name with one is one that only wildcards take."""
    form = ("a:", Blank(":", free=free), ":b", Blank(":"))
    found = fitting(form, patterns, "x")
    names = [name for name in NAMES if "x" in name or not free]
    texts = [f"a:{one}:b{other}" for one, other in product(names, NAMES)]
    matched = [text for text in texts if all(glob(pattern)(text) for pattern in patterns)]
    if matched:
        assert found is not None
    if found is not None:
        assert re.fullmatch("a:[^:]+:b[^:]+", found)
        assert all(glob(pattern)(found) for pattern in patterns)
        assert not free or set(found.split(":")[1]) - {"a", "b"}


def test_what_is_left_open_is_the_name():
    assert fitting(("repo:", Blank(":/"), "/", Blank(":/")), ["repo:*"], "nobody") == "repo:nobody/nobody"
    assert fitting(("repo:", Blank(":/"), "/", Blank(":/")), ["repo:octo/*"], "nobody") == "repo:octo/nobody"
    assert fitting(("repo:", Blank(":/", free=True), "/", Blank(":/")), ["repo:octo/*"], "nobody") is None


def test_the_search_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr("auditor.access.forms.MAX_STATES", 5)
    with pytest.raises(TooLarge):
        fitting((Blank(),), ["*abcdefgh*:"], "x")
