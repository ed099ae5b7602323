from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.snapshot.positions import Region, excerpt, locate

TEXT = """{
  "schema": "x",
  "iam": {
    "users": {
      "a/b~c": {"Tags": [1, {"Key": "k"}], "Päth": "😀", "end": null},
      "esc\\u0061ped \\"key\\"": []
    }
  }
}
"""

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=25,
)


def found(pointer, text=TEXT):
    """The text that a pointer's region covers."""
    return excerpt(text.split("\n"), locate(text, [pointer])[pointer])


@pytest.mark.parametrize(
    ("pointer", "region"),
    [
        ("", Region(1, 1, 9, 2)),
        ("/schema", Region(2, 3, 2, 16)),
        ("/iam/users/a~1b~0c/Tags", Region(5, 17, 5, 42)),
        ("/iam/users/a~1b~0c/Tags/0", Region(5, 26, 5, 27)),
        ("/iam/users/a~1b~0c/Tags/1/Key", Region(5, 30, 5, 40)),
        ("/iam/users/a~1b~0c/end", Region(5, 57, 5, 68)),
    ],
)
def test_a_value_is_found_from_its_key_to_its_end(pointer, region):
    assert locate(TEXT, [pointer]) == {pointer: region}


def test_columns_count_code_points_and_escaped_keys_are_decoded():
    assert found("/iam/users/a~1b~0c/Päth") == '"Päth": "😀"'
    assert found('/iam/users/escaped "key"') == '"esc\\u0061ped \\"key\\"": []'


def test_a_region_may_span_lines():
    assert found("/iam/users").splitlines()[0] == '"users": {'
    assert found("/iam/users").endswith("\n    }")


@pytest.mark.parametrize(
    "pointer", ["/nothing", "schema", "/schema/x", "/iam/users/a~1b~0c/Tags/2", "/iam/users/a/b~c"]
)
def test_what_is_not_there_is_left_out(pointer):
    assert locate(TEXT, [pointer, "/schema"]) == {"/schema": Region(2, 3, 2, 16)}


def test_of_a_key_that_stands_twice_the_last_counts_with_all_that_was_in_the_first():
    text = '{"a": {"b": 1, "c": 2}, "a": {"b": 3}}'
    assert locate(text, ["/a/b", "/a/c"]) == {"/a/b": Region(1, 31, 1, 37)}
    assert locate('{"a": {"b": 1}, "a": 2}', ["/a/b"]) == {}


def pointers_of(value, pointer=""):
    yield pointer, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in members:
        yield from pointers_of(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


@given(values, st.sampled_from([None, 1]), st.booleans())
def test_every_value_of_any_document_is_found(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    everything = dict(pointers_of(value))
    regions = locate(text, everything)
    assert regions.keys() == everything.keys()
    for pointer, region in regions.items():
        piece = excerpt(text.split("\n"), region)
        key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        try:
            parsed = json.loads(piece)
        except ValueError:
            assert json.loads(f"{{{piece}}}") == {key: everything[pointer]}
        else:
            assert parsed == everything[pointer]


@given(st.text(alphabet='{}[]",:\\ a1\n', max_size=60))
def test_what_is_not_json_is_no_error(text):
    lines = text.split("\n")
    for region in locate(text, ["", "/a", "/a/a", "/1", "/0/1"]).values():
        excerpt(lines, region)


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 500_000,
        "[" * 1_000_000,
        '{"a":' * 200_000,
        "[1," * 300_000,
        '"' * 1_000_000,
        '{"a":{' + '"a":{"a":1},' * 80_000,
        '{"\\' * 300_000,
        "\\" * 1_000_000,
        " " * 1_000_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_text_comes_to_an_end_and_takes_no_deep_stack(text):
    """In quadratic time it would not, within hours."""
    assert set(locate(text, ["/a/a/a", "/0/0/0", "/" + "a/" * 5000])) <= {"/a/a/a", "/0/0/0"}


def test_every_place_in_five_megabytes_is_found():
    user = {"UserName": "someone", "Tags": [{"Key": "team", "Value": "x"}] * 3, "Policy": json.dumps([{"a": 1}] * 20)}
    text = json.dumps({"users": {f"user{number}": user for number in range(11_000)}}, indent=2)
    assert len(text) > 5_000_000
    regions = locate(text, [f"/users/user{number}/UserName" for number in range(11_000)])
    assert len(regions) == 11_000
