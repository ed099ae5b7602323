"""Reading our own documents: fenced blocks, and console sessions to be run and compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

_FENCE = re.compile(r"^```(?P<info>[^`\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, and the file that it is the text of (empty for none)."""

    language: str
    file: str
    text: str


class Step(NamedTuple):
    """A command of a console block, and what is printed after it."""

    command: str
    output: str


def read(document: str) -> str:
    """A document of the project, by its path from the root."""
    return (ROOT / document).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no heading {heading}"
    return found[1]


def blocks(text: str, *languages: str) -> list[Block]:
    """The fenced blocks of a text, of certain languages where some are named."""
    found = []
    for match in _FENCE.finditer(text):
        language, _, file = match["info"].partition(" file=")
        if not languages or language in languages:
            found.append(Block(language, file, match["text"]))
    return found


def steps(block: Block) -> list[Step]:
    """The commands of a console block."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return [Step(*part.split("\n", 1)) for part in parts[1:]]


def same(expected: str, found: str) -> bool:
    """Whether the output is what the document shows; a line of `...` there stands for any lines, or none."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + r"[ ]*\n" for line in expected.splitlines()
    )
    return re.fullmatch(pattern, found) is not None
