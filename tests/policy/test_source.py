import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.source import MAX_DEPTH, Number, Source, SourceError

TEXT = """{
  "a": [1, {"b": "x\\n\\"}"}, true],\r\n  "c\\u0064": null
}"""


def at(source, path):
    span = source.span(path)
    return source.text[span.start : span.end]


def test_values_are_decoded_and_numbers_kept_as_written():
    value = Source('{"n": 1.50e3, "s": "1", "t": true}').value
    assert value == {"n": "1.50e3", "s": "1", "t": True}
    assert isinstance(value["n"], Number)
    assert not isinstance(value["s"], Number)


def test_every_element_has_its_place():
    source = Source(TEXT)
    assert at(source, ()) == TEXT
    assert at(source, ("a",)) == '[1, {"b": "x\\n\\"}"}, true]'
    assert at(source, ("a", 0)) == "1"
    assert at(source, ("a", 1, "b")) == '"x\\n\\"}"'
    assert at(source, ("cd",)) == "null"
    assert source.span(("cd",))[2:] == (3, 14, 3, 18)


def test_keys_have_places_too():
    source = Source(TEXT)
    span = source.key_span(("cd",))
    assert source.text[span.start : span.end] == '"c\\u0064"'
    assert source.key_span(("a", 1)) == source.span(("a", 1))
    assert source.key_span(()) == source.span()


def test_one_item_without_a_list_stands_at_index_0():
    source = Source('{"Statement": {"Action": "s3:*"}}')
    assert at(source, ("Statement", 0, "Action", 0)) == '"s3:*"'


@pytest.mark.parametrize("path", [("x",), ("a", 7), ("a", -1), ("a", "b"), ("a", 0, "b", 3)])
def test_a_path_that_leads_nowhere_gives_the_nearest_element_above(path):
    source = Source('{"a": [1]}')
    assert at(source, path) in ('{"a": [1]}', "[1]", "1")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (0, 1, 1)),
        ("{\n  nope", (4, 2, 3)),
        ('{"a": 1,}', (8, 1, 9)),
        ('{"a": "NaN",\n"b": NaN}', (18, 2, 6)),
        ("[-Infinity]", (1, 1, 2)),
        ('{"a": 1} x', (9, 1, 10)),
        (b'{"a": "\xff"}', (7, 1, 1)),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text, place):
    with pytest.raises(SourceError) as caught:
        Source(text)
    assert (caught.value.offset, caught.value.line, caught.value.column) == place


def test_depth_is_bounded():
    assert Source("[" * MAX_DEPTH + "]" * MAX_DEPTH).value
    with pytest.raises(SourceError, match="nested"):
        Source("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    with pytest.raises(SourceError, match="nested"):
        Source("[" * 1_000_000)
    assert len(Source("[" + ",".join(['["[[["]'] * 500) + "]").value) == 500


def test_an_unclosed_string_of_many_quotes_ends():
    with pytest.raises(SourceError):
        Source("[" + "[]," * 60 + '"' + '\\"' * 2_000_000)


def test_repeated_keys_are_found_in_the_order_of_the_text():
    source = Source('{"a": 1, "b": {"x": 1, "x": 2, "\\u0078": 3}, "a": 4}')
    assert [(found.path, found.span.start) for found in source.duplicates()] == [
        (("b", "x"), 23),
        (("b", "x"), 31),
        (("a",), 45),
    ]
    assert at(source, ("a",)) == "4"
    assert at(source, ("b", "x")) == "3"
    assert Source('{"a": 1, "b": 1}').duplicates() == ()


def test_an_object_of_many_members_is_searched_once():
    count = 100_000
    source = Source(json.dumps({str(number): number for number in range(count)}))
    assert all(at(source, (str(number),)) == str(number) for number in range(0, count, 7))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def paths(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_the_text_at_a_place_is_the_element(value, indent, ascii_only):
    source = Source(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    for path, inner in paths(value):
        assert json.loads(at(source, path)) == inner
        span = source.span(path)
        before = source.text[: span.start]
        lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert (span.line, span.column) == (len(lines), len(lines[-1]) + 1)


@given(st.text() | st.text(alphabet='{}[]:,"\\ 01tru', max_size=60) | st.binary(max_size=30))
def test_no_text_raises_anything_else(text):
    try:
        source = Source(text)
    except SourceError:
        return
    assert source.span(("Statement", 0, "x")).start >= 0


def test_what_was_forgotten_is_found_again():
    source = Source('{"a": [1, {"b": 2}], "a": [3, {"c": 4}]}')
    before = (source.value, source.span(("a", 1, "c")), source.duplicates())
    source.forget()
    assert (source.value, source.span(("a", 1, "c")), source.duplicates()) == before


def test_places_in_deep_nesting_take_little_time():
    depth = 99
    source = Source("[" * depth + "1, " * 50_000 + "2" + "]" * depth)
    assert source.text[source.span((0,) * depth).start] == "1"
