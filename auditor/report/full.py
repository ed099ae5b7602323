"""The full format: a block an outcome, with the evidence, why it matters and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.findings.visible import cut, visible
from auditor.report.entries import entries, headed
from auditor.report.evidence import words
from auditor.report.style import link, paint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.findings.report import Report, RuleFacts
    from auditor.report.entries import Entry
    from auditor.report.view import View

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"(])|\n")

_WIDTH = 200
"""For evidence, where the terminal's width is not known."""


def render(report: Report, view: View) -> str:
    """The blocks, with a blank line between any two, under headings where they are grouped."""
    blocks = []
    told: set[str] = set()
    for heading, group in headed(entries(report, view), view.group_by):
        if heading:
            blocks.append(paint(f"── {visible(heading)} ({len(group)})", "bold", view))
        for entry in group:
            first = entry.is_finding and entry.rule not in told
            blocks.append("\n".join(_block(entry, report.rules[entry.rule], view, first=first)))
            told |= {entry.rule} if first else set()
    return "\n\n".join((*blocks, ""))[:-1] if blocks else ""


def _block(entry: Entry, facts: RuleFacts, view: View, *, first: bool) -> Iterator[str]:
    rule = link(facts.id, view.page(facts.id, facts.docs), view)
    yield f"{paint(entry.label, entry.label, view)}[{rule}] {paint(visible(entry.message), 'bold', view)}"
    region = "" if entry.resource.region == "global" else f" ({visible(entry.resource.region)})"
    yield f"  {paint('-->', 'dim', view)} {visible(entry.where)}{region}"
    if view.snippets and entry.spot and (line := entry.spot.line_text.strip()):
        yield f"   {paint('|', 'dim', view)}  {cut(visible(line), view.width or _WIDTH)}"
    if view.snippets:
        for place in entry.evidence:
            yield f"   {paint('|', 'dim', view)}  {words(place, view.width or _WIDTH)}"
    for number, stage in enumerate(entry.flow, 1):
        yield f"   {paint('|', 'dim', view)}  {number}. {visible(stage.text)}"
    for name, note in _notes(entry, facts, view, first=first):
        yield f"   {paint('=', 'dim', view)} {paint(f'{name}:', 'bold', view)} {visible(note)}"


def _notes(entry: Entry, facts: RuleFacts, view: View, *, first: bool) -> Iterator[tuple[str, str]]:
    """What to know and do; the page's address once for each rule, and only where the rule is no link to it."""
    if entry.is_finding:
        yield "why", first_sentence(facts.why)
        yield "fix", f"{facts.fix} (auditor explain {facts.id})"
        if first and not view.links:
            yield "docs", view.page(facts.id, facts.docs)
    elif entry.permission:
        yield "add", f"{entry.permission} (auditor permissions)"


def first_sentence(text: str) -> str:
    """The first sentence of a rule's explanation."""
    return _SENTENCE_END.split(text, maxsplit=1)[0]
