"""Scenarios of escalation: small accounts, and who in each administers or can come to.

Every scenario is put to the graph, to its paths and to the rules; they must agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auditor.access.graph import graph, paths
from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from tests.access.worlds import ACCOUNT, Builder, allow

FULL = allow("*")
START = allow("lambda:CreateFunction", "lambda:InvokeFunction")
LAMBDA = "lambda.amazonaws.com"

_TOLD = ("privesc-effective-principal", "privesc-path-to-admin")
_RULES = [rule for rule in load_rules(plugins=False).values() if rule.id in _TOLD]

Scenario = Callable[[Builder], Any]


class Scenarios:
    """Scenarios by name, each with the names of those who administer, or can come to."""

    def __init__(self) -> None:
        self.listed: list[tuple[str, str, Scenario]] = []

    def __call__(self, expected: str) -> Callable[[Scenario], Scenario]:
        """A decorator for the function that builds an account."""

        def take(build: Scenario) -> Scenario:
            self.listed.append((build.__name__, expected, build))
            return build

        return take

    def ann(self, name: str, *statements: dict[str, Any], expected: str = "", **more: Any) -> None:
        """An account in which there is nobody but ann, who holds some statements."""
        self.listed.append((name, expected, lambda made: made.user("ann", *statements, **more)))

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.listed]


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def let(principal: Any, action: Any = "sts:AssumeRole", effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    """A statement of a trust policy."""
    made = {"Effect": effect, "Principal": principal, "Action": action}
    return {**made, "Condition": condition} if condition else made


def who_gets_up(made: Builder) -> set[str]:
    """The names of all who administer or can come to, by what graph, paths and rules agree on."""
    found = graph(made.world)
    up = {_name(who) for who in (*found.admins, *found.escalating)}
    ways = paths(found)
    powerful = {proof.actor.name for proof in found.admins.values() if proof.does_everything}
    assert {way.source.name for way in ways} == up - powerful
    assert {way.source.name for way in ways if way.steps} == {_name(who) for who in found.escalating}
    assert all(access.granted for way in ways for step in way.steps for access in step.accesses)
    assert all(step.edge.source == way.source for way in ways for step in way.steps[:1])
    assert all(way.administers or way.steps[-1].edge.raises for way in ways)
    assert all(step.granted for proof in found.admins.values() for step in proof.steps)
    (report,) = evaluate([Source(made.snapshot)], _RULES, Ask(keep_all=True)).accounts
    assert report.errors == ()
    assert {finding.resource.name for finding in report.findings} == up - powerful
    return up


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
