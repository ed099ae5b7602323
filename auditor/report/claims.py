"""How far an account follows the source documents, as a table, as Markdown and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.findings.report import Tally
from auditor.report.compliance import LOOKS, rule_words
from auditor.report.escape import code, prose, visible
from auditor.report.layout import dumps
from auditor.report.style import paint

if TYPE_CHECKING:
    from auditor.claims import JudgedClaim, JudgedClaims
    from auditor.findings.report import AccountReport
    from auditor.report.view import View

SCHEMA: Final = "auditor/claims/v1"

INTRODUCTION = (
    "What AWS's introductory documents ask for, claim by claim, and how far this account follows them. Manual: "
    "nothing wrong was seen, and a person still has to look, because no API shows all of it."
)


def table(judged: JudgedClaims, view: View) -> str:
    """A line for each claim, then what people have to look at, then how many claims have which outcome."""
    from tabulate import tabulate

    rows = [
        [entry.claim.id, paint(entry.status, LOOKS[entry.status], view), entry.claim.asks, _answers(entry)]
        for entry in judged.claims
    ]
    text = tabulate(rows, ["claim", "outcome", "asks", "answered by"], tablefmt="simple", disable_numparse=True)
    lines = [line.rstrip() for line in text.split("\n")]
    lines += ["", paint("What people have to look at", "bold", view)]
    lines += [f"{entry.claim.id:3}  {entry.claim.person}" for entry in judged.claims if entry.claim.person]
    lines += ["", f"{_whose(judged)}: {counts(judged)}.{complete(judged)}"]
    return "\n".join(lines) + "\n"


def markdown(judged: JudgedClaims, view: View) -> str:
    """A page with the same table."""
    (account,) = judged.report.accounts
    rows = [
        (entry.claim.id, entry.status, entry.claim.asks, _answers(entry), entry.claim.person) for entry in judged.claims
    ]
    header = ("claim", "outcome", "asks", "answered by", "people look at")
    lines = [header, ["---"] * len(header), *([prose(cell) for cell in row] for row in rows)]
    return (
        f"## Claims: {counts(judged)}\n\n{INTRODUCTION}\n\n"
        f"Account {code(name_of(account))}, looked at on {account.taken_at:%Y-%m-%d %H:%M} UTC.{complete(judged)}\n\n"
        + "".join(f"| {' | '.join(line)} |\n" for line in lines)
    )


def json(judged: JudgedClaims, view: View) -> str:
    """Everything, as one object."""
    (account,) = judged.report.accounts
    document = {
        "schema": SCHEMA,
        "account": account.account,
        "taken_at": f"{account.taken_at:%Y-%m-%dT%H:%M:%SZ}",
        "complete": judged.report.complete,
        "counts": judged.counts,
        "claims": [_object(entry) for entry in judged.claims],
    }
    return dumps(document, 3) + "\n"


def counts(judged: JudgedClaims) -> str:
    """How many claims have which outcome, in words."""
    return ", ".join(f"{count} {status}" for status, count in judged.counts.items())


def complete(judged: JudgedClaims) -> str:
    """What a reader must know of a look that was not complete; empty for one that was."""
    return "" if judged.report.complete else " This look was not complete: what was not seen may be wrong as well."


def name_of(account: AccountReport) -> str:
    """The account's id, and its alias where it has one."""
    return f"{account.account} ({account.alias})" if account.alias else account.account


def _whose(judged: JudgedClaims) -> str:
    (account,) = judged.report.accounts
    return f"account {visible(name_of(account))}, {len(judged.claims)} claims"


def _answers(entry: JudgedClaim) -> str:
    """The rules that decide: those that fail, else those that stayed open, else all; and how many there are besides."""
    match entry.status:
        case "fail":
            shown = [rule for rule in entry.rules if rule.tally and rule.tally.failed]
        case "unknown":
            shown = [rule for rule in entry.rules if not rule.tally or rule.tally.unknown]
        case _:
            shown = list(entry.rules)
    others = len(entry.rules) - len(shown)
    return ", ".join(map(rule_words, shown)) + (f" and {others} more" if others else "")


def _object(entry: JudgedClaim) -> dict[str, Any]:
    claim = entry.claim
    rules = [
        {"id": rule.id, "run": rule.tally is not None, **(rule.tally or Tally())._asdict()} for rule in entry.rules
    ]
    return {
        "claim": claim.id,
        "asks": claim.asks,
        "observable": claim.observable,
        "outcome": entry.status,
        "rules": rules,
        "person": claim.person,
    }
