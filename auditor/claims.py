"""What the source documents ask for, claim by claim, and how much of it an API can show.

The claims are data: `claims.toml` in the built-in rule pack. Rules name the claims that they answer by number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.findings.compliance import NO_RULE, ControlRule, counts_of, status_of, tallies_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.evaluate.rule import Rule
    from auditor.findings.report import Report

OBSERVABLE = ("yes", "part", "no")
"""Whether an API answers the claim, gives evidence without proof, or cannot show it at all."""


class Claim(NamedTuple):
    """One claim: its number ("S10"), what it asks for, `observable`, and what a person has to look at, if anything."""

    id: str
    asks: str
    observable: str
    person: str


class Row(NamedTuple):
    """A claim with the ids of the rules that answer it, sorted."""

    claim: Claim
    rules: tuple[str, ...]

    @property
    def answered_by(self) -> str:
        """The rules, or that there is none yet where there could be one; and what is left to a person."""
        observed = ", ".join(self.rules) or ("" if self.claim.observable == "no" else "no rule yet")
        manual = f"manual: {self.claim.person}" if self.claim.person else ""
        return "; ".join(filter(None, (observed, manual)))


def load() -> tuple[Claim, ...]:
    """Every claim, in the order of the numbers."""
    from tomllib import loads

    from auditor.evaluate.registry import builtin_folder

    content = loads((builtin_folder() / "claims.toml").read_text(encoding="utf-8"))
    return tuple(
        Claim(number, fields["asks"], fields["observable"], fields.get("person", ""))
        for number, fields in content.items()
    )


def matrix(rules: Iterable[Rule]) -> tuple[Row, ...]:
    """Every claim with its rules."""
    answers: dict[str, list[str]] = {}
    for rule in rules:
        for number in rule.claims:
            answers.setdefault(number, []).append(rule.id)
    return tuple(Row(claim, tuple(sorted(answers.get(claim.id, ())))) for claim in load())


class JudgedClaim(NamedTuple):
    """A claim, how far the account follows it (a status of `auditor.findings.compliance`), and by which rules."""

    claim: Claim
    status: str
    rules: tuple[ControlRule, ...]


class JudgedClaims(NamedTuple):
    """All claims as one report answers them."""

    report: Report
    claims: tuple[JudgedClaim, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Status -> how many claims have it; those that no claim has are left out."""
        return counts_of(self.claims)


def judge(report: Report, rows: Iterable[Row]) -> JudgedClaims:
    """Every claim as the report answers it. What is left to a person never passes, nor does an open question."""
    tallies = tallies_of(report)
    return JudgedClaims(
        report,
        tuple(
            _judge(row.claim, tuple(ControlRule(rule_id, True, tallies.get(rule_id)) for rule_id in row.rules))
            for row in rows
        ),
    )


def _judge(claim: Claim, rules: tuple[ControlRule, ...]) -> JudgedClaim:
    if not rules and claim.observable != "no":
        return JudgedClaim(claim, NO_RULE, rules)
    return JudgedClaim(claim, status_of(rules, manual=bool(claim.person)), rules)
