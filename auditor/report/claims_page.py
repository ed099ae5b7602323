"""How far an account follows the source documents, as one HTML page that needs nothing besides itself.

There is no script in it, and its own policy allows none: names in an account are chosen by whoever made the resource,
and a page with them is opened from a disk, or mailed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from auditor.findings.compliance import STATUSES
from auditor.findings.summary import count_of
from auditor.report.claims import INTRODUCTION, complete, counts, name_of
from auditor.report.compliance import answers
from auditor.report.escape import visible

if TYPE_CHECKING:
    from auditor.claims import JudgedClaim, JudgedClaims
    from auditor.findings.compliance import ControlRule
    from auditor.findings.model import Finding
    from auditor.findings.report import RuleFacts
    from auditor.report.view import View

_SHOWN = 20
"""How many findings of one rule are listed."""


def render(judged: JudgedClaims, view: View) -> str:
    """The page: a table of claims, each with its rules, what they found, and what a person has to look at."""
    (account,) = judged.report.accounts
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in account.findings:
        findings[finding.rule].append(finding)
    rows = "\n".join(_row(entry, judged.report.rules, findings) for entry in judged.claims)
    whose = _text(name_of(account))
    title = f"Claims and account {whose}"
    taken = f"Looked at on {account.taken_at:%Y-%m-%d %H:%M} UTC by auditor {_text(judged.report.tool_version)}"
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{_STYLE}
{_filters(judged)}</style>
</head>
<body>
<h1>{title}</h1>
<p>{INTRODUCTION}</p>
<p>{taken}: {_text(counts(judged))}.{complete(judged)}</p>
<form>{_choices(judged)}</form>
<table>
<thead><tr><th>Claim</th><th>Outcome</th><th>Asks</th><th>Answered by</th><th>People look at</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _row(entry: JudgedClaim, facts: dict[str, RuleFacts], findings: dict[str, list[Finding]]) -> str:
    claim = entry.claim
    rules = "".join(_rule(rule, facts.get(rule.id), findings[rule.id]) for rule in entry.rules)
    cells = (
        f'<th scope="row">{_text(claim.id)}</th>',
        f"<td><b>{_text(entry.status)}</b></td>",
        f"<td>{_text(claim.asks)}</td>",
        f"<td>{rules}</td>",
        f"<td>{_text(claim.person)}</td>",
    )
    return f'<tr class="{_class(entry.status)}">{"".join(cells)}</tr>'


def _rule(rule: ControlRule, facts: RuleFacts | None, findings: list[Finding]) -> str:
    """A rule with its title and its findings, folded away where it has some."""
    heading = f"<code>{_text(rule.id)}</code>: {_text(answers(rule))}"
    heading += f"<br>{_text(facts.title)}" if facts else ""
    if not findings:
        return f"<p>{heading}</p>"
    items = "".join(f"<li>{_text(finding.message)}</li>" for finding in findings[:_SHOWN])
    more = len(findings) - _SHOWN
    items += f"<li>and {count_of(more, 'finding')} more</li>" if more > 0 else ""
    return f"<details><summary>{heading}</summary><ul>{items}</ul></details>"


def _choices(judged: JudgedClaims) -> str:
    """Buttons that show all claims, or those of one outcome; the styles below do the work."""
    buttons = [("all", f"all {len(judged.claims)}", " checked")]
    buttons += [(_class(status), f"{status} {count}", "") for status, count in judged.counts.items()]
    return "".join(
        f'<label><input type="radio" name="outcome" id="show-{name}"{checked}> {_text(words)}</label> '
        for name, words, checked in buttons
    )


def _filters(judged: JudgedClaims) -> str:
    return "".join(
        f"body:has(#show-{_class(status)}:checked) tbody tr:not(.{_class(status)}) {{ display: none }}\n"
        for status in judged.counts
    )


def _class(status: str) -> str:
    """An outcome as the name of a class."""
    assert status in STATUSES
    return status.replace(" ", "-")


def _text(text: str) -> str:
    """Text from anywhere as text of the page, in which nothing is markup and nothing is invisible."""
    from html import escape

    return escape(visible(text))


_STYLE = """\
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .4rem .6rem; text-align: left; vertical-align: top }
td:nth-child(2) { white-space: nowrap }
th:nth-child(4) { width: 40% }
td p, td ul { margin: 0 0 .3rem }
td, summary, code { overflow-wrap: anywhere }
label { margin-right: 1rem; white-space: nowrap }
.fail b { color: light-dark(#b00020, #ff8a80) }
.unknown b { color: light-dark(#8a5a00, #ffcc66) }
.pass b { color: light-dark(#1b6e2c, #81d990) }
@media print { form { display: none } }"""
