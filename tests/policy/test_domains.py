"""Values that stand for all others: every value of a kind behaves as the one that was chosen for it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policy.atoms import Glob, TooLarge
from auditor.policy.boxes import Box, Space, meet
from auditor.policy.conditions import compiled
from auditor.policy.domains import family, has_variables, sets_of_values, single_values, upper_bound
from auditor.policy.elements import Condition
from auditor.policy.patterns import STAR
from auditor.policy.request import Request
from auditor.policy.ternary import YES
from auditor.policy.values import moment, network
from auditor.policy.variables import template

VERSION = "2012-10-17"


def condition(operator: str, *values: str, quantifier: str = "") -> Condition:
    return Condition(operator, quantifier, False, "aws:key", values, (), (operator, "aws:Key"))


def answers(conditions: list[Condition], *values: str) -> tuple[bool, ...]:
    request = Request("arn:aws:iam::111122223333:user/alice", "s3:GetObject", context={"aws:key": values})
    return tuple(compiled(one, VERSION)(request) == YES for one in conditions)


def kinds(conditions: list[Condition]) -> set[tuple[bool, ...]]:
    return {answers(conditions, value) for value in single_values([(one, VERSION) for one in conditions])}


NUMBERS = [
    "1",
    "1.5",
    "2",
    "-3",
    "1e3",
    "100000000000000000000000000000000000001",
    "100000000000000000000000000000000000002",
    "x",
]
DATES = [
    *(
        "2026",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:01Z",
        "2026-01-01T00:00:00.5Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
    ),
    *("1767225600", "-62135596801", "253402300800000", "yesterday"),
]
NETWORKS = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/31",
    "10.0.0.1",
    "255.255.255.255",
    "::/0",
    "2001:db8::/32",
    "::1",
    "x",
]
TEXTS = ["a", "A", "ab", "a*", "*", "", "?", "aB"]
CASES = {
    "number": (
        ["numericequals", "numericnotequals", "numericlessthan", "numericgreaterthanequals"],
        NUMBERS,
        ["0", "1.2", "1.9", "1e9", "-5", "nothing"],
    ),
    "date": (
        ["dateequals", "datenotequals", "datelessthan", "dategreaterthanequals"],
        DATES,
        ["2025-06-01", "1000", "tomorrow"],
    ),
    "address": (
        ["ipaddress", "notipaddress"],
        NETWORKS,
        ["9.9.9.9", "10.0.0.0", "10.0.0.2", "10.1.1.1", "::2", "2001:db8::9", "y"],
    ),
    "text": (
        [
            *("stringequals", "stringnotequals", "stringlike", "stringequalsignorecase", "bool", "arnlike"),
            "binaryequals",
        ],
        TEXTS,
        ["b", "abc", "aa", "AB", "true"],
    ),
}


@pytest.mark.parametrize(("operators", "listed", "others"), CASES.values(), ids=CASES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_value_is_of_a_kind_that_was_missed(
    data: st.DataObject, operators: list[str], listed: list[str], others: list[str]
) -> None:
    values = st.lists(st.sampled_from(listed), min_size=1, max_size=3)
    one = st.builds(lambda operator, texts: condition(operator, *texts), st.sampled_from(operators), values)
    conditions = data.draw(st.lists(one, min_size=1, max_size=3))
    found = kinds(conditions)
    for value in (*listed, *others):
        assert answers(conditions, value) in found


@pytest.mark.parametrize(
    ("operator", "name"),
    [
        *(("numericlessthan", "number"), ("dateequals", "date"), ("notipaddress", "address"), ("null", "presence")),
        *(("bool", "text"), ("arnlike", "text"), ("stringlike", "text"), ("binaryequals", "text")),
    ],
)
def test_families(operator: str, name: str) -> None:
    assert family(condition(operator, "1")) == name


def test_values_are_readable() -> None:
    assert single_values([(condition("numericlessthan", "10", "20"), VERSION)]) == ["9", "10", "15", "20", "21", "x"]
    assert single_values([(condition("datelessthan", "2026-01-01"), VERSION)]) == [
        *("2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "x"),
    ]
    addresses = single_values([(condition("ipaddress", "10.0.0.0/8", "203.0.113.0/24"), VERSION)])
    assert addresses == ["0.0.0.1", "10.0.0.1", "11.0.0.1", "203.0.113.7", "203.0.114.1", "2001:db8::7", "x"]
    assert single_values([(condition("bool", "true"), VERSION)]) == ["x", "true"]
    assert single_values([(condition("null", "true"), VERSION)]) == ["x"]
    assert single_values([(condition("numericequals", "none"), VERSION)]) == ["1", "x"]
    assert single_values([(condition("dateequals", "none"), VERSION)]) == ["1970-01-01T00:00:00Z", "x"]


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
@pytest.mark.parametrize(
    ("operator", "value", "types", "found"),
    [
        ("numericlessthan", "10", ["Numeric"], ["9", "10", "11"]),
        ("numericlessthan", "10", ["Date", "Numeric"], ["9", "10", "11"]),
        ("numericlessthan", "10", ["String"], ["9", "10", "11", "x"]),
        ("datelessthan", "none", ["Date"], ["1970-01-01T00:00:00Z"]),
        ("datelessthan", "none", ["Numeric"], ["1970-01-01T00:00:00Z", "x"]),
        ("ipaddress", "none", ["IPAddress"], ["203.0.113.7", "2001:db8::7"]),
        ("bool", "true", ["Bool"], ["true", "false"]),
        ("stringequals", "a", ["Bool"], ["true", "false"]),
        ("bool", "true", ["String"], ["x", "true"]),
        ("stringequals", "1", ["Numeric"], ["x", "1"]),
        ("null", "true", ["Bool"], ["true", "false"]),
        ("null", "true", ["Numeric"], ["1"]),
        ("null", "true", ["IPAddress"], ["203.0.113.7", "2001:db8::7"]),
        ("null", "true", ["ARN"], ["x"]),
    ],
)
def test_no_value_is_of_another_type(operator: str, value: str, types: list[str], found: list[str]) -> None:
    assert single_values([(condition(operator, value), VERSION)], types=types) == found


def test_other_patterns_tell_texts_apart_too() -> None:
    found = single_values([(condition("stringequals", "a"), VERSION)], [Glob(("b",)), Glob(("c", STAR))])
    assert sorted(found) == ["a", "b", "c", "x"]


@pytest.mark.parametrize(
    "text", ["2026-01-01T00:00:00Z", "0001-01-01", "-62135683200", "9999-12-31T23:59:59Z", "253402300800000"]
)
def test_dates_are_read_as_they_were_written(text: str) -> None:
    wanted = moment(text)
    assert wanted is not None
    assert wanted in {moment(value) for value in single_values([(condition("dateequals", text), VERSION)])}


def test_addresses_stay_within_their_version() -> None:
    found = single_values([(condition("ipaddress", "255.255.255.255", "::"), VERSION)])
    assert all(network(value) for value in found[:-1])


def test_numbers_too_far_apart_are_refused() -> None:
    with pytest.raises(TooLarge, match="far apart"):
        single_values([(condition("numericequals", "1e9999", "1e-9999"), VERSION)])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 15), max_size=4), st.integers(1, 15))
def test_sets_stand_for_all_sets(tests: list[int], chosen: int) -> None:
    values = "abcd"

    def shown(members: set[str]) -> list[tuple[bool, bool]]:
        positions = {values.index(member) for member in members}
        return [(any(test >> at & 1 for at in positions), all(test >> at & 1 for at in positions)) for test in tests]

    found = [set(members) for members in sets_of_values(values, tests)]
    assert shown({value for at, value in enumerate(values) if chosen >> at & 1}) in map(shown, found)


def test_single_values_come_first() -> None:
    assert sets_of_values("ab", [1]) == [("a",), ("b",), ("a", "b")]


def test_too_many_sets_are_refused() -> None:
    with pytest.raises(TooLarge):
        sets_of_values([str(number) for number in range(16)], [1 << number for number in range(16)])


def test_variables_are_for_texts_and_for_the_current_version() -> None:
    assert has_variables(condition("stringlike", "${aws:username}/*"), VERSION)
    assert not has_variables(condition("stringlike", "${aws:username}/*"), "2008-10-17")
    assert not has_variables(condition("stringlike", "${*}"), VERSION)
    assert not has_variables(condition("numericequals", "${aws:username}"), VERSION)
    assert not has_variables(condition("null", "${aws:username}"), VERSION)


def test_upper_bounds_put_a_star_for_a_variable() -> None:
    assert upper_bound(template("a${aws:username}b?", wildcards=True)) == ("a", STAR, "b", 1)
    assert upper_bound(("a",)) == ("a",)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_outside_is_what_boxes_leave(data: st.DataObject) -> None:
    box = st.dictionaries(st.integers(0, 2), st.integers(1, 7), max_size=3)
    region: Box = data.draw(box)
    boxes: list[Box] = data.draw(st.lists(box, max_size=4))
    left = list(Space([7, 7, 7]).outside(region, boxes))

    def within(point: tuple[int, ...], one: Box) -> bool:
        return all(one.get(dimension, 7) >> atom & 1 for dimension, atom in enumerate(point))

    for point in product(range(3), repeat=3):
        wanted = within(point, region) and not any(within(point, one) for one in boxes)
        assert sum(within(point, one) for one in left) == wanted


def test_boxes_meet_where_both_are() -> None:
    assert meet({0: 3, 1: 1}, {0: 6, 2: 4}) == {0: 2, 1: 1, 2: 4}
    assert meet({0: 1}, {0: 2}) is None


def test_too_many_boxes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.policy.boxes.MAX_VISITS", 10)
    with pytest.raises(TooLarge):
        list(Space([7, 7]).outside({}, [{0: 1, 1: 2}, {0: 2, 1: 1}, {0: 4, 1: 4}, {1: 5}]))
