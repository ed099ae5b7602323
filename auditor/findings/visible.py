"""Text from outside, made safe to print on one line: names in an account are chosen by whoever made the resource."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"^ *:(?=:)|#(?=#\w*\[)")


def visible(text: str) -> str:
    """The text with everything that would act instead of being seen written as an escape: `\\x1b`, `\\u202e`.

    That is control characters (newlines among them), characters that reorder text or take no room, unassigned ones
    and lone surrogates; and what a build server would take for a command: `::` at the start of a line (GitHub),
    `##[` and `##vso[` anywhere (GitHub, Azure).
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    return _COMMAND.sub(_disarm, text) if "::" in text or "##" in text else text


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _disarm(match: re.Match[str]) -> str:
    found = match.group()
    return f"{found[:-1]}\\x{ord(found[-1]):02x}"


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
