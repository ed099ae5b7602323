"""The picture of paths: what is drawn where, and that no name acts in Graphviz, Mermaid or a browser."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

from auditor.access.graph import graph, paths
from auditor.access.picture import dot, mermaid, picture
from auditor.access.picture_page import page
from tests.access.test_graph import chain
from tests.access.worlds import ACCOUNT, ADMIN, Builder, allow, trust

EVIL = '"];\\"]\\N{a}|#`</title></svg><script>document.title="owned"</script>\u202e\n&quot;'
ON_ROLE = {"resource": f"arn:aws:iam::{ACCOUNT}:role/*"}


def drawn(made, from_="", to="admin"):
    found = graph(made.world)
    return picture(paths(found, from_, to), found.admins)


def fan():
    """Three users who become an administrator over one role, and one who makes himself strong by another user."""
    made = Builder()
    made.role("root", trust(made.arn("role", "mid")), attached=(ADMIN,))
    made.role("mid", trust(*(made.arn("user", name) for name in ("ann", "bob", "eve"))))
    for name in ("ann", "bob", "eve"):
        made.user(name)
    made.user("kim", allow("iam:PutUserPolicy", "iam:CreateAccessKey", resource=made.arn("user", "low")))
    made.user("low")
    return made


def hostile():
    made = Builder()
    made.user(EVIL, allow("sts:AssumeRole", **ON_ROLE))
    made.role("root", trust(ACCOUNT), attached=(ADMIN,))
    return made


def test_those_who_lead_to_one_stand_around_it():
    shown = drawn(fan())
    at = {node.actor.name: (node.column, node.row) for node in shown.nodes}
    assert at["root"][0] == at["low"][0] == 2
    assert at["mid"][0] == at["kim"][0] == 1
    assert {at[name][0] for name in ("ann", "bob", "eve")} == {0}
    assert [at[name][1] for name in ("ann", "bob", "eve", "kim")] == [0, 1, 2, 3]
    assert at["mid"][1] == at["root"][1] == 1
    assert [node.actor.name for node in shown.nodes if node.administers] == ["root"]
    assert [shown.nodes[line.target].actor.name for line in shown.lines if line.raises] == ["low"]
    assert len(set(at.values())) == len(shown.nodes)


def test_conditions_are_told_with_the_step():
    made = Builder()
    made.user("ann", allow("sts:AssumeRole", **ON_ROLE, Bool={"aws:MultiFactorAuthPresent": "true"}))
    made.role("root", trust(ACCOUNT), attached=(ADMIN,))
    (line,) = drawn(made).lines
    assert line.words == "ann can assume role root (if aws:MultiFactorAuthPresent is true)"


def test_the_same_account_gives_the_same_bytes():
    first, second = drawn(chain()), drawn(chain())
    assert [draw(first) for draw in (dot, mermaid)] == [draw(second) for draw in (dot, mermaid)]
    assert page(first, "x") == page(second, "x")


def test_graphviz_is_given_names_as_names():
    lines = dot(drawn(hostile())).splitlines()
    quoted = r'"(?:[^"\\]|\\.)*"'
    attribute = rf"(?:label|tooltip)={quoted}|style=bold|color=firebrick"
    for line in lines[4:-1]:
        assert re.fullmatch(rf"  n\d( -> n\d)? \[(?:{attribute})(?:, (?:{attribute}))*\];", line), line
    assert len(lines) == 4 + 2 + 1 + 1
    assert "&quot;" not in "".join(lines)


def test_mermaid_is_given_names_as_names():
    plain = r"(?:[A-Za-z0-9 ._/-]|#\d+;)*"
    node, line = rf'  n\d\["{plain}"\](?::::admin)?', rf'  n\d (?:-->|==>)\|"{plain}"\| n\d'
    lines = mermaid(drawn(hostile())).splitlines()
    assert [bool(re.fullmatch(node, it)) for it in lines[1:3]] == [True, True]
    assert re.fullmatch(line, lines[3])
    assert len(lines) == 5


def test_there_may_be_nothing_to_draw():
    made = Builder()
    made.user("ann")
    shown = drawn(made)
    assert dot(shown).endswith("}\n")
    assert mermaid(shown).startswith("flowchart LR\n")
    assert "No path." in page(shown, "none")


def test_the_page_asks_for_nothing_from_elsewhere():
    text = page(drawn(fan()), "all")
    assert not re.findall(r"https?:|src=|href=|@import|url\((?!#)", text)
    assert "unsafe" not in text


# -- in a browser ------------------------------------------------------------------------------------------------------


def title(dom: str) -> str:
    return unescape(re.search("<title>(.*?)</title>", dom, re.DOTALL)[1])


def told(text: str, script: str) -> str:
    """The page, made to run a script after its own and to tell in its title what the script gives."""
    policy = re.search("<meta http-equiv=.*>\n", text)[0]
    run = f"<script>document.title = String((() => {{ {script} }})());</script></body>"
    return text.replace(policy, "").replace("</body>", run)


def test_no_name_acts_and_no_other_script_can(browse):
    text = page(drawn(hostile()), f"Paths of {EVIL}")
    dom = browse(text)
    assert title(dom).startswith('Paths of "];')
    assert dom.count("<script") == 1
    assert "\u202e" not in text
    smuggled = text.replace("</body>", "<script>document.title = 'owned'</script></body>")
    assert title(browse(smuggled)) == title(dom)


def test_the_script_and_the_style_are_those_that_the_policy_names(browse):
    text = page(drawn(fan()), "fan")
    assert "7 of 7 principals</output>" not in text
    assert "7 of 7 principals</output>" in browse(text)
    assert "principals</output>" not in browse(text.replace('"use strict";', '"use strict"; '))
    style = "return [...document.styleSheets].length + getComputedStyle(document.body).display"
    assert title(browse(told(text, style))) == "1flex"
    for kind in ("style", "script"):
        inside = re.search(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)[1]
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in text


def test_searching_marks_and_finds(browse):
    find = """
const field = document.getElementById("search");
field.value = "user/A"; field.dispatchEvent(new Event("input"));
const before = drawing.getAttribute("viewBox");
field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
const moved = drawing.getAttribute("viewBox") !== before;
const steps = [...document.querySelectorAll("#way li")].map(item => item.textContent);
return [document.getElementById("count").textContent, moved, document.getElementById("who").textContent, ...steps];
"""
    assert title(browse(told(page(drawn(fan()), "fan"), find))).split(",") == [
        "1 of 7 principals",
        "true",
        f"arn:aws:iam::{ACCOUNT}:user/ann",
        "ann can assume role mid",
        "mid can assume role root",
    ]


def test_the_drawing_moves_and_grows(browse):
    move = """
const at = () => drawing.getAttribute("viewBox").split(" ").map(Number);
const start = at();
drawing.dispatchEvent(new PointerEvent("pointerdown", { clientX: 100, clientY: 100 }));
window.dispatchEvent(new PointerEvent("pointermove", { clientX: 160, clientY: 130 }));
window.dispatchEvent(new PointerEvent("pointerup", {}));
window.dispatchEvent(new PointerEvent("pointermove", { clientX: 500, clientY: 500 }));
const panned = at();
drawing.dispatchEvent(new WheelEvent("wheel", { deltaY: -1, clientX: 100, clientY: 100, cancelable: true }));
const closer = at();
document.getElementById("farther").click();
const farther = at();
document.getElementById("all").click();
return [panned[0] < start[0] && panned[1] < start[1] && panned[2] === start[2], closer[2] < panned[2],
  farther[2] > closer[2], String(at()) === String(start)];
"""
    assert title(browse(told(page(drawn(fan()), "fan"), move))) == "true,true,true,true"


def test_a_way_ends_where_somebody_is_made_strong(browse):
    click = """
const kim = nodes.find(node => node.dataset.arn.endsWith("user/kim"));
kim.dispatchEvent(new MouseEvent("click"));
const steps = [...document.querySelectorAll("#way li")].length;
return [steps, nodes.filter(node => node.classList.contains("hit")).length,
  lines.filter(line => !line.classList.contains("dim")).length];
"""
    assert title(browse(told(page(drawn(fan()), "fan"), click))) == "1,2,1"
