"""Colours and links for terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.findings.visible import visible

if TYPE_CHECKING:
    from auditor.report.view import View

_COLORS = {
    "critical": "1;35",
    "high": "1;31",
    "medium": "33",
    "low": "36",
    "info": "34",
    "error": "1;31",
    "unknown": "33",
    "not-applicable": "2",
    "pass": "32",
    "bold": "1",
    "dim": "2",
}


def paint(text: str, look: str, view: View) -> str:
    """The text in the colour of a severity or outcome, or in bold or dim."""
    return f"\x1b[{_COLORS[look]}m{text}\x1b[0m" if view.color else text


def link(text: str, address: str, view: View) -> str:
    """The text as a hyperlink, for terminals that know OSC 8."""
    return f"\x1b]8;;{visible(address)}\x1b\\{text}\x1b]8;;\x1b\\" if view.links else text
