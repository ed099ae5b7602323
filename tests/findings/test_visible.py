import json

import pytest

from auditor.findings.visible import cut, harmless, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/alice"),
        ("名前 😀 josé", "名前 😀 josé"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2J\x00\x7f\x9b31m", "\\x1b[2J\\x00\\x7f\\x9b31m"),
        ("\u202egpj\u2066\u2069\u200b\u2028\ufeff\xad", "\\u202egpj\\u2066\\u2069\\u200b\\u2028\\ufeff\\xad"),
        ("\U000e0041\ud800", "\\U000e0041\\ud800"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::warning file=x::y", "  \\x3a:warning file=x::y"),
        ("x ##[error]y", "x \\x23#[error]y"),
        ("##vso[task.complete]", "\\x23#vso[task.complete]"),
        ("# heading ## [x]", "# heading ## [x]"),
        ("", ""),
    ],
)
def test_what_would_act_is_shown_instead(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


def test_nothing_invisible_is_left_of_any_character():
    everything = "".join(map(chr, range(0x110000)))
    assert visible(everything).isprintable()


def test_a_cut_is_marked():
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcde…"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": ["b", 1]}, '{"a": ["b", 1]}'),
        ("é 😀\u202e\x9b\x7f", '"\\u00e9 \\ud83d\\ude00\\u202e\\u009b\\u007f"'),
        ("##vso[x] ###[y]", '"\\u0023#vso[x] #\\u0023#[y]"'),
        ("## heading [x]", '"## heading [x]"'),
        ("\\##[", '"\\\\\\u0023#["'),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_json_stays_what_it_means_and_nothing_in_it_acts(value, text):
    assert harmless(json.dumps(value, ensure_ascii=False)) == text
    assert json.loads(text) == value


def test_lines_of_json_stay_lines():
    text = json.dumps({"a": ["é"]}, indent=2, ensure_ascii=False)
    assert harmless(text).count("\n") == text.count("\n")
