"""Text from outside, made safe for each kind of output. What `visible` does is done first by all of them."""

from __future__ import annotations

import re

from auditor.findings.visible import cut, visible

__all__ = ["code", "code_block", "cut", "message", "prose", "visible"]

_PLAIN_WORD = re.compile(r"""[("']*[^\W_]+(?:[-'][^\W_]+)*[)"']*[.,;:]?|[-–=()]""")  # noqa: RUF001 - dashes are meant
_FENCED = re.compile(r"(`+)(?P<code>(?:(?!\1).)+)\1")
_SPECIAL = re.compile(r"[^\w ]|_")


def code(text: str) -> str:
    """Markdown: the text as code, in which nothing is a link, a mention, markup or the end of a table cell."""
    text = visible(text)
    if text and text == text.strip() and not re.search(r"[`|\\]", text):
        return f"`{text}`"
    # Character references can't act as markup, not even as the bars of a table.
    return f"<code>{_SPECIAL.sub(lambda match: f'&#{ord(match.group())};', text)}</code>"


def message(text: str) -> str:
    """Markdown: a sentence with names from the account in it. Plain words stay as they are, all else becomes code."""
    return " ".join(word if _PLAIN_WORD.fullmatch(word) else code(word) for word in visible(text).split())


def prose(text: str) -> str:
    """Markdown, on one line: a rule's own words, in which backticks mark code and nothing else is markup."""
    text = " ".join(text.split())
    parts, end = [], 0
    for match in _FENCED.finditer(text):
        parts += [_plain(text[end : match.start()]), code(match["code"].strip())]
        end = match.end()
    return "".join((*parts, _plain(text[end:])))


def _plain(text: str) -> str:
    return re.sub(r"[\\`*_\[\]<>|&~]", lambda match: f"&#{ord(match.group())};", text)


def code_block(text: str, language: str) -> str:
    """Markdown: lines of code, in a fence that is longer than any in them."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.strip()}\n{fence}"
