from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from auditor.report import render
from auditor.report.escape import code, code_block, message, prose
from auditor.report.view import View
from tests.report.sample import judged, small, small_text
from tests.report.test_json import ODD, odd

PARSER = MarkdownIt("commonmark").enable("table")


def tokens(text):
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def rendered(inline):
    """The text that a reader sees of an inline text, and the kinds of all that is not plain text."""
    (paragraph,) = [token for token in PARSER.parse(inline) if token.type == "inline"]
    shown, kinds = "", set()
    for token in paragraph.children:
        if token.type in ("text", "text_special", "code_inline"):
            shown += token.content
        if token.type != "text":
            kinds.add(token.content if token.type == "html_inline" else token.type)
    return shown, kinds


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "`",
        "a`b``c",
        "a|b",
        "a\\|b",
        "\\",
        " padded ",
        "@octocat",
        "[x](https://evil.example)",
        "![x](y)",
        "<img src=x>",
        "</code><script>",
        "&lt;",
        "https://evil.example",
        "*a* _b_ ~~c~~",
        "# x",
        "- x",
        "#12",
        "::error::x",
        "名前 😀",
    ],
)
def test_names_are_shown_as_they_are_and_are_only_code(text):
    shown, kinds = rendered(f"x {code(text)}")
    assert shown.replace("\\x3a", ":") == f"x {text}"
    assert kinds - {"text_special"} <= {"code_inline", "<code>", "</code>"}
    assert "|" not in code(text)
    table = list(tokens(f"| a | b |\n| --- | --- |\n| {code(text)} | end |"))
    assert [token.type for token in table].count("td_open") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("root user can sign in without MFA", "root user can sign in without MFA"),
        ("access key 1 of alice is 292 days old.", "access key 1 of alice is 292 days old."),
        ("user bob's (third) key - the 'last' one, unused", "user bob's (third) key - the 'last' one, unused"),
        ("user @octocat of a.b", "user `@octocat` of `a.b`"),
        ("see www.evil.example and #1", "see `www.evil.example` and `#1`"),
        ("snake_case *bold*", "`snake_case` `*bold*`"),
        ("a\nb", "<code>a&#92;nb</code>"),
    ],
)
def test_in_sentences_all_but_plain_words_is_code(text, expected):
    assert message(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use `aws iam *` at once.", "Use `aws iam *` at once."),
        ("`a|b` and ``c`d``", "<code>a&#124;b</code> and <code>c&#96;d</code>"),
        ("the <root_account> row", "the &#60;root&#95;account&#62; row"),
        ("two\n lines | and ` one", "two lines &#124; and &#96; one"),
    ],
)
def test_rules_may_mark_code(text, expected):
    assert prose(text) == expected


def test_a_fence_is_longer_than_those_inside():
    assert code_block("a\n```\nb\n", "sh") == "````sh\na\n```\nb\n````"


@pytest.mark.parametrize("view", [View(show="all"), View(show="all", group_by="resource")])
@pytest.mark.parametrize("text", [None, *ODD], ids=ascii)
def test_nothing_from_the_account_is_markup(text, view):
    page = render("markdown", small() if text is None else odd(text), view)
    links = {token.attrs["href"] for token in tokens(page) if token.type == "link_open"}
    assert links <= {facts.docs for facts in small().rules.values()}
    assert not any(token.type == "image" for token in tokens(page))
    markup = {token.content for token in tokens(page) if token.type == "html_inline"}
    assert markup <= {"<code>", "</code>"}
    blocks = [token.content.strip() for token in tokens(page) if token.type == "html_block"]
    assert {line for block in blocks for line in block.splitlines() if not line.startswith("<summary>")} <= {
        "<details>",
        "</details>",
    }
    # Every row of a table has as many cells as its head.
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert all(row.endswith(" |") for row in rows)
    assert page.isprintable() or set(page) - {"\n"} == {char for char in page if char.isprintable()}


def test_open_questions_are_never_left_out():
    page = render("markdown", small(), View())
    assert "> **This look was not complete.**" in page
    assert "<summary>4 questions not answered</summary>" in page
    assert "| 1 | `iam:ListRoles` was denied; add `iam:ListRoles` | `sample-role-unknown` |" in page
    assert "| 2 | `iam:GetLoginProfile` was throttled for carol until retries ran out |" in page


def test_passes_are_shown_on_demand():
    assert "passed</summary>" not in render("markdown", small(), View())
    page = render("markdown", small(), View(show="all"))
    assert "<summary>19 passed</summary>" in page
    assert "<summary>1 not applicable</summary>" in page


def test_a_complete_run_has_no_warning():
    rules = tuple(rule for rule in judged(small_text()).rules if rule == "root-mfa-missing")
    from tests.report.sample import RULES

    page = render("markdown", judged(small_text(), rules=[rule for rule in RULES if rule.id in rules]), View())
    assert page.startswith("## auditor: 1 finding (1 critical)\n")
    assert "not complete" not in page
    assert "<details>" not in page


def test_groups_have_the_severity_in_a_column():
    page = render("markdown", small(), View(group_by="rule"))
    assert "### `sample-key-old` (6)\n\n| severity | rule | resource | finding | fix |" in page


def test_a_row_for_each_account():
    text = small_text()
    page = render("markdown", judged(text, text.replace("111122223333", "444455556666")), View())
    assert "| `444455556666` (<code>small&#124;" in page
    assert page.rstrip().endswith("auditor 1.2.3 · 2 accounts · 6 rules · 42 requests in 0.8 s")
