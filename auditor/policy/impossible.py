"""Where no request is in the space of a question, so that a search need not look there.

A caller does not have what belongs to another, and not every caller can assume a role. And tests that compare with
variables are not free to hold or to fail: some follow from others, and where the value of a variable is known, the test
is a plain one.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

from auditor.policy.callers import KMS_ACCOUNT_KEY
from auditor.policy.dimensions import ABSENT, ACTION, ALWAYS, KEYS, NEVER, PRINCIPAL, RESOURCE, Key
from auditor.policy.holes import bound, follows, variables
from auditor.policy.specials import can_make
from auditor.policy.texts import action_glob, matches
from auditor.policy.variables import Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.policy.atoms import Glob
    from auditor.policy.boxes import Box
    from auditor.policy.holes import Test
    from auditor.policy.question import Question

MAX_RELATED: Final = 64
"""With more tests than this it is not told which follow from others."""


def impossible(question: Question) -> list[Box]:
    """Boxes in which there is no request."""
    boxes = list(_not_asked(question)) if question.asked else []
    for number, dimension in enumerate(question.dimensions, KEYS):
        if isinstance(dimension, Key):
            boxes += _not_of_caller(question, number, dimension)
        else:
            boxes += _against_values(question, number, dimension)
            boxes += _against_variables(question, number, dimension)
    return boxes + list(_against_each_other(question))


def _not_asked(question: Question) -> Iterator[Box]:
    """What a trust policy is never asked about: other actions than it decides on, and these of who can't make them."""
    others = question.actions.full & ~question.actions.mask(map(action_glob, question.asked))
    if others:
        yield {ACTION: others}
    for position, caller in enumerate(question.who.all):
        never = [action_glob(action) for action in question.asked if not can_make(caller.principal, action)]
        if never:
            yield {PRINCIPAL: 1 << position, ACTION: question.actions.mask(never)}


def _not_of_caller(question: Question, number: int, key: Key) -> Iterator[Box]:
    for position, caller in enumerate(question.who.all):
        atoms = enumerate(key.values)
        never = sum(1 << atom for atom, value in atoms if not question.who.possible(caller, key.name, value))
        if never:
            yield {PRINCIPAL: 1 << position, number: never}
    if key.name == KMS_ACCOUNT_KEY:
        of_kms = question.actions.mask([action_glob("kms:*")])
        told = sum(1 << at for at, caller in enumerate(question.who.all) if caller.principal.account)
        yield {PRINCIPAL: told, ACTION: of_kms, number: ABSENT}


def _subject(question: Question, test: Test) -> int:
    """The dimension of what a test compares."""
    return question.numbers[test.key, "text"] if test.key else RESOURCE


def _matching(question: Question, test: Test, globs: Sequence[Glob], *, every: bool) -> int:
    """The atoms of what a test compares of which some value, or every one, matches one of some patterns."""
    if not test.key:
        return question.resources.mask(globs)
    tests = [matches(glob) for glob in globs]
    asked = all if every else any
    listed = _key_at(question, _subject(question, test)).values
    found = (values and asked(any(holds(value) for holds in tests) for value in values) for values in listed)
    return sum(1 << atom for atom, it in enumerate(found) if it)


def _against_values(question: Question, number: int, test: Test) -> Iterator[Box]:
    """No test holds of a value beyond its patterns, and one of every value holds of those within plain ones."""
    subject = _subject(question, test)
    bounds = [bound(pattern, test.form) for pattern in test.patterns]
    yield {number: ALWAYS, subject: question.space.full[subject] & ~_matching(question, test, bounds, every=test.every)}
    if test.every:
        plain = [bound(pattern, test.form) for pattern in test.patterns if not isinstance(pattern, Template)]
        yield {number: NEVER, subject: _matching(question, test, plain, every=True)}


def _against_variables(question: Question, number: int, test: Test) -> Iterator[Box]:
    """A pattern with a variable of no single value matches nothing; with a known one it is a plain pattern."""
    if test.every:
        return
    for variable in variables(test.patterns[0]):
        if variable.default is None:
            without = (who.known(variable.key) and who.value(variable.key) is None for who in question.who.all)
            yield {PRINCIPAL: sum(1 << caller for caller, it in enumerate(without) if it), number: ALWAYS}
        for place in question.places.get(variable.key, ()):
            atoms = enumerate(_key_at(question, place).values)
            several = sum(1 << atom for atom, values in atoms if values and len(values) > 1)
            yield {place: several | (ABSENT if variable.default is None else 0), number: ALWAYS}
    subject = _subject(question, test)
    for value, pattern in question.settled.get(test, {}).items():
        if pattern is not None:
            inside = _matching(question, test, [bound(pattern, test.form)], every=False)
            outside = question.space.full[subject] & ~inside
            for place, known in _places_of(question, next(variables(test.patterns[0])).key, value):
                if place != subject:
                    yield {place: known, number: NEVER, subject: inside}
                    yield {place: known, number: ALWAYS, subject: outside}


def _places_of(question: Question, key: str, value: str | None) -> Iterator[tuple[int, int]]:
    """The dimensions, and atoms of them, where a key is known to have a text, or nothing."""
    values = None if value is None else (value,)
    callers = (caller.known(key) and caller.value(key) == values for caller in question.who.all)
    yield PRINCIPAL, sum(1 << number for number, known in enumerate(callers) if known)
    for place in question.places.get(key, ()):
        listed = _key_at(question, place).values
        # Only as texts are values told apart one by one: 1 and 1.0 are one number.
        if values is None or (place == question.numbers.get((key, "text")) and values in listed):
            yield place, 1 << listed.index(values)


def _key_at(question: Question, place: int) -> Key:
    dimension = question.dimensions[place - KEYS]
    assert isinstance(dimension, Key)
    return dimension


def _against_each_other(question: Question) -> Iterator[Box]:
    if len(question.tests) <= MAX_RELATED:
        for narrow, wide in permutations(question.tests, 2):
            if follows(wide, narrow):
                yield {question.numbers[narrow]: ALWAYS, question.numbers[wide]: NEVER}
