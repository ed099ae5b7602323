"""Comparison against z3, which decides the same question by other means.

Each policy is turned into a formula over the strings of a request, straight from its JSON. z3 gives up on some, so what
it leaves open is passed over; how much work it may do is bounded, and so the answers are the same on every machine.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
import z3

from auditor.policy.comparison import compare
from auditor.policy.document import Policy
from bench import policy as bench

pytestmark = pytest.mark.no_cover  # 120 comparisons over the same lines, which other tests cover

PAIRS = 120
LEAST_DECIDED = 60
WORK = 2_000_000
"""z3's resource limit for one question."""

TEXT = (
    ("StringEquals", ("a", "b", "ab")),
    ("StringNotEquals", ("a", "b")),
    ("StringLike", ("a*", "*b", "?")),
    ("StringNotLike", ("a*", "*b")),
    ("StringEqualsIfExists", ("a", "b")),
)
NUMBER = (("NumericLessThan", ("1", "2.5")), ("NumericGreaterThanEquals", ("2", "3")), ("NumericNotEquals", ("2", "3")))
BOOL = (("Bool", ("true", "false")), ("BoolIfExists", ("true", "false")))
KEYS = {"aws:RequestedRegion": TEXT, "s3:prefix": TEXT, "s3:max-keys": NUMBER, "aws:SecureTransport": BOOL}


def document(chance: random.Random) -> dict[str, Any]:
    statements = []
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(("s3", "iam"))
        actions, patterns = bench.SERVICES[name]
        block: dict[str, Any] = {}
        for key in chance.sample(sorted(KEYS), chance.choice((0, 0, 1, 2))):
            operator, values = chance.choice(KEYS[key])
            block.setdefault(operator, {})[key] = chance.choice(values)
        statements.append(
            {
                "Effect": chance.choice(("Allow", "Allow", "Deny")),
                chance.choice(("Action",) * 4 + ("NotAction",)): f"{name}:{chance.choice(actions)}",
                chance.choice(("Resource",) * 4 + ("NotResource",)): chance.choice(patterns).format(w="app"),
                "Condition": block,
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def edited(chance: random.Random, made: dict[str, Any]) -> dict[str, Any]:
    """The policy with a statement or a condition less, with one more, or in another order."""
    items = [dict(item) for item in made["Statement"]]
    match chance.randrange(4):
        case 0:
            items.pop(chance.randrange(len(items)))
        case 1:
            chance.choice(items)["Condition"] = {}
        case 2:
            items += document(chance)["Statement"][:1]
        case _:
            items.reverse()
    return {**made, "Statement": items}


def matches(text: z3.SeqRef, pattern: str) -> z3.BoolRef:
    anything = z3.Full(z3.ReSort(z3.StringSort()))
    one = z3.AllChar(z3.ReSort(z3.StringSort()))
    parts = [anything if letter == "*" else one if letter == "?" else z3.Re(letter) for letter in pattern]
    return z3.InRe(text, z3.Concat(*parts) if len(parts) > 1 else parts[0])


def holds(operator: str, key: str, value: str) -> z3.BoolRef:
    present = z3.Bool(f"has {key}")
    if operator.startswith("Numeric"):
        number, is_number, other = z3.Real(key), z3.Bool(f"{key} is a number"), z3.RealVal(value)
        if operator == "NumericNotEquals":
            return z3.Or(z3.Not(present), z3.Not(is_number), number != other)
        return z3.And(present, is_number, number < other if operator == "NumericLessThan" else number >= other)
    base = operator.removesuffix("IfExists")
    text = z3.String(key)
    if base == "Bool":
        found = z3.Int(key) == (1 if value == "true" else 0)
    else:
        found = matches(text, value) if "Like" in base else text == z3.StringVal(value)
    if "Not" in base:
        return z3.Or(z3.Not(present), z3.Not(found))
    return z3.Or(z3.Not(present), found) if operator != base else z3.And(present, found)


def applies(statement: dict[str, Any]) -> z3.BoolRef:
    action, resource = z3.String("action"), z3.String("resource")
    parts = [
        holds(operator, key, value)
        for operator, block in statement["Condition"].items()
        for key, value in block.items()
    ]
    for element, text in (("Action", action), ("Resource", resource)):
        if element in statement:
            pattern = statement[element]
            parts.append(matches(text, pattern.lower() if element == "Action" else pattern))
        else:
            pattern = statement[f"Not{element}"]
            parts.append(z3.Not(matches(text, pattern.lower() if element == "Action" else pattern)))
    return z3.And(*parts)


def allows(made: dict[str, Any]) -> z3.BoolRef:
    def any_of(effect: str) -> z3.BoolRef:
        return z3.Or(*(applies(item) for item in made["Statement"] if item["Effect"] == effect))

    return z3.And(any_of("Allow"), z3.Not(any_of("Deny")))


def decide(old: dict[str, Any], new: dict[str, Any]) -> str:
    solver = z3.Solver()
    solver.set("rlimit", WORK)
    solver.add(matches(z3.String("action"), "?*:?*"), z3.Length(z3.String("resource")) > 0)
    solver.add(allows(new), z3.Not(allows(old)))
    return {"sat": "yes", "unsat": "no"}.get(str(solver.check()), "unknown")


def test_z3_gives_the_same_answers() -> None:
    chance = random.Random(20_261_121)
    decided = {"yes": 0, "no": 0, "unknown": 0}
    for _ in range(PAIRS):
        old = document(chance)
        new = document(chance) if chance.random() < 0.3 else edited(chance, old)
        answer = decide(old, new)
        decided[answer] += 1
        if answer != "unknown":
            assert compare(Policy.of(old), Policy.of(new)).answer == answer, (old, new)
    assert decided["yes"] + decided["no"] >= LEAST_DECIDED
    assert min(decided["yes"], decided["no"]) >= 10
