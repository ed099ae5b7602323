"""The picture of who can become whom as one HTML page that a person can pan, zoom and search.

The page needs nothing from elsewhere. Its content security policy lets run only the one script, and apply only the one
style sheet, whose hashes it names: https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.findings.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.access.picture import Line, Node, Picture

_COLUMN: Final = 460
_ROW: Final = 44
_BOX: Final = (270, 28)
_MARGIN: Final = 20


def page(shown: Picture, title: str) -> str:
    """The page, as text. Lengths are in units of the drawing, which is scaled to the window."""
    from html import escape

    columns = max((node.column for node in shown.nodes), default=0)
    rows = max((node.row for node in shown.nodes), default=0.0)
    width, height = columns * _COLUMN + _BOX[0] + 2 * _MARGIN, round(rows * _ROW) + _BOX[1] + 2 * _MARGIN
    told = escape(visible(title))
    policy = f"default-src 'none'; style-src '{_hash(_STYLE)}'; script-src '{_hash(_SCRIPT)}'; base-uri 'none'"
    hint = "Drag to move, turn the wheel to zoom, click a principal for its way." if shown.nodes else "No path."
    drawn = "\n".join((*_lines(shown), *_nodes(shown)))
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}; form-action 'none'">
<meta name="viewport" content="width=device-width">
<title>{told}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{told}</h1>
<p><input id="search" type="search" placeholder="search names and ARNs" aria-label="search">
<button id="closer">+</button> <button id="farther">&minus;</button> <button id="all">all</button>
<output id="count"></output></p>
</header>
<main>
<svg id="drawing" viewBox="0 0 {width} {height}" role="img" aria-label="{told}">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
<path d="M0 0L8 4L0 8z"/></marker></defs>
{drawn}
</svg>
<aside><p id="who">{hint}</p><ol id="way"></ol></aside>
</main>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _hash(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _place(node: Node) -> tuple[int, int]:
    return _MARGIN + node.column * _COLUMN, _MARGIN + round(node.row * _ROW)


def _nodes(shown: Picture) -> Iterator[str]:
    from html import escape

    for position, node in enumerate(shown.nodes):
        x, y = _place(node)
        arn = escape(visible(node.actor.arn))
        kind = "node admin" if node.administers else "node"
        yield (
            f'<g class="{kind}" id="n{position}" tabindex="0" data-arn="{arn}"><title>{arn}</title>'
            f'<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="4"/>'
            f'<text x="{x + 8}" y="{y + 19}">{escape(node.label)}</text></g>'
        )


def _lines(shown: Picture) -> Iterator[str]:
    return (_line(line, shown.nodes[line.source], shown.nodes[line.target]) for line in shown.lines)


def _line(line: Line, source: Node, target: Node) -> str:
    from html import escape

    (left, above), (right, below) = _place(source), _place(target)
    left, above, below = left + _BOX[0], above + _BOX[1] // 2, below + _BOX[1] // 2
    middle = (left + right) // 2
    words = escape(visible(line.words))
    return (
        f'<g class="{"line raises" if line.raises else "line"}" data-from="n{line.source}" data-to="n{line.target}" '
        f'data-words="{words}"><title>{words}</title>'
        f'<path d="M{left} {above}C{middle} {above} {middle} {below} {right} {below}" marker-end="url(#tip)"/>'
        f'<text x="{left + 6}" y="{above - 5}">{escape(line.technique)}</text></g>'
    )


_STYLE: Final = """
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font: 14px sans-serif; color: #1b1f24; background: #fff; }
header, aside { padding: 8px 16px; }
h1 { font-size: 18px; margin: 0 0 8px; overflow-wrap: anywhere; }
p { margin: 0; overflow-wrap: anywhere; }
main { flex: 1; display: flex; min-height: 0; }
svg { flex: 1; min-width: 0; cursor: grab; touch-action: none; border: solid #ccc; border-width: 1px 1px 0 0; }
aside { width: 300px; overflow: auto; }
text { font: 12px monospace; }
.node { cursor: pointer; }
.node rect { fill: #f3f5f8; stroke: #57606a; }
.admin rect { fill: #fdeceb; stroke: #b22222; stroke-width: 2; }
.line path { fill: none; stroke: #8c959f; }
.line text { font-size: 10px; fill: #57606a; }
.raises path { stroke: #b22222; stroke-width: 2; }
.dim { opacity: .15; }
.hit rect { stroke: #0550ae; stroke-width: 3; }
"""

_SCRIPT: Final = """
"use strict";
const at = id => document.getElementById(id);
const drawing = at("drawing"), box = drawing.viewBox.baseVal;
const whole = [box.x, box.y, box.width, box.height];
const nodes = [...document.querySelectorAll(".node")], lines = [...document.querySelectorAll(".line")];
const view = (x, y, width, height) => drawing.setAttribute("viewBox", [x, y, width, height].join(" "));
const scale = () => Math.max(box.width / drawing.clientWidth, box.height / drawing.clientHeight);

function zoom(factor, x = box.x + box.width / 2, y = box.y + box.height / 2) {
  view(x - (x - box.x) * factor, y - (y - box.y) * factor, box.width * factor, box.height * factor);
}

function show(node) {
  const rect = node.querySelector("rect").getBBox();
  const width = drawing.clientWidth, height = drawing.clientHeight;
  view(rect.x + rect.width / 2 - width / 2, rect.y + rect.height / 2 - height / 2, width, height);
}

function mark(wanted, way) {
  for (const node of nodes) {
    node.classList.toggle("hit", Boolean(wanted && wanted.has(node)));
    node.classList.toggle("dim", Boolean(wanted && !wanted.has(node)));
  }
  for (const line of lines) line.classList.toggle("dim", Boolean(wanted && !way.has(line)));
}

function choose(node) {
  const passed = new Set([node]), way = new Set();
  let here = node;
  while (here && !here.classList.contains("admin")) {
    const onward = lines.filter(it => it.dataset.from === here.id && !passed.has(at(it.dataset.to)));
    const line = onward.find(it => it.classList.contains("raises")) || onward[0];
    here = line && at(line.dataset.to);
    if (line) { way.add(line); passed.add(here); }
    if (line && line.classList.contains("raises")) break;
  }
  mark(passed, way);
  at("who").textContent = node.dataset.arn;
  at("way").replaceChildren(...[...way].map(line => {
    const item = document.createElement("li");
    item.textContent = line.dataset.words;
    return item;
  }));
}

function found() {
  const text = at("search").value.trim().toLowerCase();
  return text ? nodes.filter(node => node.dataset.arn.toLowerCase().includes(text)) : null;
}

function count(hits) {
  at("count").textContent = `${hits.length} of ${nodes.length} principals`;
}

count(nodes);
at("search").addEventListener("input", () => {
  const hits = found();
  mark(hits && new Set(hits), new Set());
  count(hits || nodes);
});
at("search").addEventListener("keydown", event => {
  const hits = event.key === "Enter" && found();
  if (hits && hits.length) { show(hits[0]); choose(hits[0]); }
});
at("closer").addEventListener("click", () => zoom(0.8));
at("farther").addEventListener("click", () => zoom(1.25));
at("all").addEventListener("click", () => { view(...whole); mark(null); });
drawing.addEventListener("wheel", event => {
  event.preventDefault();
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  zoom(event.deltaY > 0 ? 1.1 : 0.9, point.x, point.y);
}, { passive: false });

let held = null;
drawing.addEventListener("pointerdown", event => { held = [event.clientX, event.clientY]; });
addEventListener("pointermove", event => {
  if (!held) return;
  const step = scale();
  view(box.x - (event.clientX - held[0]) * step, box.y - (event.clientY - held[1]) * step, box.width, box.height);
  held = [event.clientX, event.clientY];
});
addEventListener("pointerup", () => { held = null; });
for (const node of nodes) {
  node.addEventListener("click", () => choose(node));
  node.addEventListener("keydown", event => { if (event.key === "Enter") choose(node); });
}
"""
