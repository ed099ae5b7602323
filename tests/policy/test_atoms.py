"""The atoms of patterns against all short texts over a small alphabet."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policy.atoms import Atoms, Glob, TooLarge, atoms
from auditor.policy.patterns import STAR, arn_matcher, matcher, tokens

PATTERNS = st.text("abA*?:", max_size=7)
SHORT_TEXTS = ["".join(letters) for size in range(7) for letters in product("abA:", repeat=size)]


def glob(pattern: str, *, arn: bool = False, fold: bool = False) -> Glob:
    return Glob(tokens(pattern), arn, fold)


def matches(pattern: Glob, text: str) -> bool:
    if pattern.fold:
        lowered = tuple(token.lower() if isinstance(token, str) else token for token in pattern.tokens)
        return matcher(lowered)(text.lower())
    return (arn_matcher if pattern.arn else matcher)(pattern.tokens)(text)


def accepted(patterns: list[Glob], text: str) -> int:
    return sum(1 << number for number, pattern in enumerate(patterns) if matches(pattern, text))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(glob, PATTERNS, fold=st.booleans()), max_size=4))
def test_atoms_are_exactly_the_combinations_that_texts_show(patterns: list[Glob]) -> None:
    found = atoms(patterns)
    assert {accepted(patterns, text) for text in SHORT_TEXTS if len(text) < 6} <= set(found.accepting)
    for combination, text in zip(found.accepting, found.examples, strict=True):
        assert accepted(patterns, text) == combination


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(glob, st.text("a*?:", max_size=10), arn=st.booleans()), max_size=3))
def test_wildcards_of_arn_patterns_stay_within_segments(patterns: list[Glob]) -> None:
    found = atoms(patterns)
    texts = ["".join(letters) for size in range(9) for letters in product("a:", repeat=size)]
    assert {accepted(patterns, text) for text in [*texts, "b:b:b:b:b:b"]} <= set(found.accepting)
    for combination, text in zip(found.accepting, found.examples, strict=True):
        assert accepted(patterns, text) == combination


def test_masks_hold_the_atoms_of_each_pattern() -> None:
    found = atoms([glob("a*"), glob("ab"), glob("b")])
    within, exact, other = found.masks(3)
    assert within & exact == exact
    assert within & other == 0
    assert found.full == within | other | found.full & ~(within | other)
    assert {found.examples[atom] for atom in range(4) if exact >> atom & 1} == {"ab"}


def test_no_patterns_make_one_atom() -> None:
    assert atoms([]) == Atoms((0,), ("x",))
    assert atoms([], empty=False) == Atoms((0,), ("x",))


@pytest.mark.parametrize("others", [[], ["?*"], ["*"], ["*a*", "?"]])
def test_the_empty_text_can_be_left_out(others: list[str]) -> None:
    patterns = [glob(""), *map(glob, others)]
    assert "" in atoms(patterns).examples
    kept = atoms(patterns, empty=False)
    assert "" not in kept.examples
    assert set(kept.accepting) == {accepted(patterns, text) for text in SHORT_TEXTS if text} | {
        accepted(patterns, "xxxx")
    }


def test_examples_are_short_and_readable() -> None:
    found = atoms([glob("arn:aws:s3:::logs/*"), glob("arn:aws:s3:::logs/2?/*")])
    assert found.examples == ("x", "arn:aws:s3:::logs/", "arn:aws:s3:::logs/2x/")


def test_a_letter_is_found_when_all_readable_ones_are_taken() -> None:
    patterns = [glob(letter) for letter in "xyzabcdefghijklmnopqrstuvw0123456789"]
    for combination, text in zip(*atoms(patterns), strict=True):
        assert accepted(patterns, text) == combination


def test_a_bare_star_is_every_arn_and_what_has_few_segments_is_none() -> None:
    found = atoms([Glob((STAR,), arn=True), glob("arn:*", arn=True)])
    assert found.accepting == (1,)


@pytest.mark.parametrize("pattern", ["*a" * 60, "*a*b" * 30 + "?", "**********a", "*aaaaaaaaaaaaaaaaaaab" * 5])
def test_one_pattern_of_many_stars_takes_few_states(pattern: str) -> None:
    found = atoms([glob(pattern), glob(pattern + "*")])
    assert len(found.accepting) == 3


def test_ten_thousand_names_are_no_matter() -> None:
    found = atoms([glob(f"arn:aws:s3:::bucket-{number}/*") for number in range(10_000)])
    assert len(found.accepting) == 10_001


@pytest.mark.no_cover  # a million steps over the same lines, which other tests cover
def test_too_many_combinations_are_refused() -> None:
    with pytest.raises(TooLarge):
        atoms([glob(f"*{letter}*{letter}*") for letter in "abcdefghijklmnopqrst"])
