"""The picture of who can become whom: paths drawn as a tree whose root is where they lead, for Graphviz, Mermaid and
browsers.

Names in an account are chosen by whoever made the resource, so each form escapes them its own way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.naming import caveats
from auditor.findings.visible import cut, visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.graph import Edge, Path

LONGEST: Final = 36
"""Characters of a label; the whole ARN stands beside it."""


class Node(NamedTuple):
    """A user or role, and its place: columns count from the sources to the ends, rows from above."""

    actor: Actor
    administers: bool
    column: int
    row: float

    @property
    def label(self) -> str:
        """Its kind and name, made visible."""
        return cut(visible(f"{self.actor.kind} {self.actor.name}"), LONGEST)


class Line(NamedTuple):
    """That one node can become another: positions among the nodes."""

    source: int
    target: int
    technique: str
    words: str
    raises: bool
    """Whether the target is made an administrator by it."""


class Picture(NamedTuple):
    """Nodes sorted by ARN, lines by the ARNs of source and target."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


def picture(paths: Iterable[Path], administrators: Collection[str]) -> Picture:
    """Paths drawn over one another. A principal of several accounts' paths is drawn once."""
    actors: dict[str, Actor] = {}
    left: dict[str, int] = {}
    steps: dict[tuple[str, str], tuple[Edge, str]] = {}
    for path in paths:
        passed = [path.source, *(step.edge.target for step in path.steps)]
        for count, actor in enumerate(reversed(passed)):
            actors[actor.arn] = actor
            left[actor.arn] = min(count, left.get(actor.arn, count))
        for step in path.steps:
            steps.setdefault(
                (step.edge.source.arn, step.edge.target.arn), (step.edge, f"{step.words}{caveats(step.accesses)}")
            )
    rows = _rows(left, steps)
    last = max(left.values(), default=0)
    arns = sorted(actors)
    at = {arn: position for position, arn in enumerate(arns)}
    nodes = (Node(actors[arn], arn in administrators, last - left[arn], rows[arn]) for arn in arns)
    lines = (
        Line(at[source], at[target], edge.technique.id, words, edge.raises)
        for (source, target), (edge, words) in sorted(steps.items(), key=lambda item: item[0])
    )
    return Picture(tuple(nodes), tuple(lines))


def _rows(left: dict[str, int], steps: Iterable[tuple[str, str]]) -> dict[str, float]:
    """A row for each: nobody's lines cross where the paths are a tree, and whoever is led to is amid those who lead."""
    leading: dict[str, list[str]] = {arn: [] for arn in left}
    placed: set[str] = set()
    for source, target in sorted(steps):
        if left[target] == left[source] - 1 and source not in placed:
            placed.add(source)
            leading[target].append(source)
    rows: dict[str, float] = {}
    waiting = sorted((arn for arn in left if arn not in placed), reverse=True)
    count = 0
    while waiting:
        arn = waiting.pop()
        waiting.extend(reversed(leading[arn]))
        if not leading[arn]:
            rows[arn] = float(count)
            count += 1
    for arn in sorted(left, key=lambda arn: (-left[arn], arn)):
        if leading[arn]:
            rows[arn] = (rows[leading[arn][0]] + rows[leading[arn][-1]]) / 2
    return rows


# -- Graphviz ----------------------------------------------------------------------------------------------------------


def dot(shown: Picture) -> str:
    """The picture in Graphviz's language: https://graphviz.org/doc/info/lang.html"""
    return "".join(f"{line}\n" for line in _dot(shown))


def _dot(shown: Picture) -> Iterator[str]:
    yield "digraph access {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="monospace"];'
    yield '  edge [fontname="monospace", fontsize=10];'
    for position, node in enumerate(shown.nodes):
        more = ", style=bold, color=firebrick" if node.administers else ""
        yield f"  n{position} [label={_quoted(node.label)}, tooltip={_quoted(visible(node.actor.arn))}{more}];"
    for line in shown.lines:
        more = ", style=bold, color=firebrick" if line.raises else ""
        told = f"label={_quoted(line.technique)}, tooltip={_quoted(visible(line.words))}"
        yield f"  n{line.source} -> n{line.target} [{told}{more}];"
    yield "}"


def _quoted(text: str) -> str:
    """A quoted string. In labels Graphviz reads `\\N` and its like, and HTML's entities: these are escaped too."""
    escaped = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# -- Mermaid -----------------------------------------------------------------------------------------------------------

_PLAIN: Final = re.compile(r"[^A-Za-z0-9 ._/-]")


def mermaid(shown: Picture) -> str:
    """The picture as a flowchart: https://mermaid.js.org/syntax/flowchart.html"""
    return "".join(f"{line}\n" for line in _mermaid(shown))


def _mermaid(shown: Picture) -> Iterator[str]:
    yield "flowchart LR"
    for position, node in enumerate(shown.nodes):
        yield f'  n{position}["{_coded(node.label)}"]{":::admin" if node.administers else ""}'
    for line in shown.lines:
        arrow = "==>" if line.raises else "-->"
        yield f'  n{line.source} {arrow}|"{_coded(line.technique)}"| n{line.target}'
    yield "  classDef admin stroke:#b22222,stroke-width:3px"


def _coded(text: str) -> str:
    """Everything that could mean something to Mermaid, or to HTML, as a character code."""
    return _PLAIN.sub(lambda match: f"#{ord(match.group())};", text)
