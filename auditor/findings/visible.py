"""Text from outside, made safe to print on one line: names in an account are chosen by whoever made the resource."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"^ *:(?=:)|#(?=#\w*\[)")
_ACTING = re.compile(r"[^\n\x20-\x7e]|#(?=#\w*\[)")


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


def harmless(text: str) -> str:
    """JSON text of the same meaning, in ASCII, in which no name is a command to a terminal or a build server."""
    if text.isascii() and "##" not in text and "\x7f" not in text:
        return text
    return _ACTING.sub(lambda match: _json_escape(match.group()), text)


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", errors="surrogatepass").hex()
    return "".join(f"\\u{units[index : index + 4]}" for index in range(0, len(units), 4))


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
