"""The policy engine's rates, and ratios to what else there is.

    python -m bench.policy [POLICIES]

Policies are made by a seeded generator, so that every run measures the same. Rates are by CPU time, so those of one
core; each part is run after a first pass over other policies that fills caches which a long run would have filled.
"""

from __future__ import annotations

import gc
import json
import random
import sys
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

from auditor.policy.actions import statement_mask
from auditor.policy.comparison import compare
from auditor.policy.decide import Policies, evaluate
from auditor.policy.document import Policy
from auditor.policy.linting import lint
from auditor.policy.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

POLICIES = 1_000
SEED = 20_261_121

TARGETS = {"lint": 3_000, "decisions": 30_000, "comparisons": 300, "expansions": 20_000}
"""Lowest rate a second that is acceptable, by what is measured."""
MEDIAN_COMPARISON = 3.0
"""Longest median time of a comparison that is acceptable, in milliseconds."""
TIMES_PARLIAMENT = 10
"""How many times parliament's rate lint is to reach."""

SERVICES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "s3": (
        ("GetObject", "PutObject", "ListBucket", "Get*", "Put*", "List*", "*", "DeleteObject", "GetObject*", "*Object"),
        (
            "arn:aws:s3:::{w}",
            "arn:aws:s3:::{w}/*",
            "arn:aws:s3:::{w}-*/*",
            "arn:aws:s3:::*/{w}/*",
            "arn:aws:s3:::{w}*",
            "*",
        ),
    ),
    "ec2": (
        ("Describe*", "RunInstances", "StartInstances", "StopInstances", "TerminateInstances", "*", "Create*", "*Tags"),
        ("arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:us-east-1:111122223333:instance/{w}", "arn:aws:ec2:*:*:*/*", "*"),
    ),
    "iam": (
        ("PassRole", "Get*", "List*", "CreateUser", "*User", "AttachRolePolicy", "*", "CreateServiceLinkedRole"),
        ("arn:aws:iam::111122223333:role/{w}", "arn:aws:iam::*:role/{w}-*", "arn:aws:iam::111122223333:user/{w}", "*"),
    ),
    "dynamodb": (
        ("GetItem", "PutItem", "Query", "BatchGet*", "*Item", "*", "DescribeTable"),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/{w}", "arn:aws:dynamodb:*:*:table/{w}/index/*", "*"),
    ),
    "kms": (("Decrypt", "Encrypt", "GenerateDataKey*", "*", "Describe*"), ("arn:aws:kms:*:111122223333:key/*", "*")),
    "lambda": (
        ("InvokeFunction", "Get*", "UpdateFunctionCode", "*", "List*"),
        ("arn:aws:lambda:us-east-1:111122223333:function:{w}", "arn:aws:lambda:*:*:function:{w}-*", "*"),
    ),
    "logs": (("CreateLogGroup", "CreateLogStream", "PutLogEvents", "*"), ("arn:aws:logs:*:*:*", "*")),
    "sqs": (("SendMessage", "ReceiveMessage", "*"), ("arn:aws:sqs:us-east-1:111122223333:{w}", "arn:aws:sqs:*:*:{w}*")),
    "sts": (("AssumeRole", "*"), ("arn:aws:iam::*:role/{w}", "*")),
}
"""Service -> what a policy may say of its actions, and of its resources."""

WORDS = ("app", "prod", "dev", "logs", "team-a", "team-b", "data", "backup", "audit", "shared")

CONDITIONS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("StringEquals", "aws:RequestedRegion", ("us-east-1", "eu-west-1", "eu-central-1")),
    ("StringNotEquals", "aws:RequestedRegion", ("us-east-1", "eu-west-1")),
    ("StringLike", "s3:prefix", ("home/*", "home/alice/*", "logs/*")),
    ("StringEquals", "aws:ResourceTag/team", ("a", "b")),
    ("StringEqualsIfExists", "aws:RequestTag/team", ("a", "b")),
    ("ForAllValues:StringEquals", "aws:TagKeys", ("team", "cost", "env")),
    ("ForAnyValue:StringLike", "aws:TagKeys", ("team*", "cost")),
    ("Bool", "aws:SecureTransport", (True, False)),
    ("Bool", "aws:MultiFactorAuthPresent", ("true",)),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", ("true", "false")),
    ("NumericLessThan", "aws:MultiFactorAuthAge", ("3600", "300")),
    ("NumericLessThanEquals", "s3:max-keys", ("10", "100")),
    ("DateLessThan", "aws:CurrentTime", ("2030-01-01T00:00:00Z", "2027-06-01T00:00:00Z")),
    ("DateGreaterThan", "aws:CurrentTime", ("2026-01-01T00:00:00Z",)),
    ("IpAddress", "aws:SourceIp", ("203.0.113.0/24", "198.51.100.0/24", "203.0.113.0/28")),
    ("NotIpAddress", "aws:SourceIp", ("203.0.113.0/24", "192.0.2.0/24")),
    ("ArnLike", "aws:SourceArn", ("arn:aws:sns:*:111122223333:*", "arn:aws:s3:::app*")),
    ("Null", "aws:ResourceTag/team", ("true", "false")),
    ("StringNotLike", "aws:PrincipalTag/role", ("admin*", "*ops")),
)
"""Operator, key and values that a policy may have as a condition."""


def document(chance: random.Random) -> dict[str, Any]:
    """An identity policy of one to five statements, like those that people write."""
    statements = [statement(chance) for _ in range(chance.randint(1, 5))]
    if all(item["Effect"] == "Deny" for item in statements):
        statements[0]["Effect"] = "Allow"
    return {"Version": "2012-10-17", "Statement": statements}


def statement(chance: random.Random) -> dict[str, Any]:
    """One statement, of one service or two."""
    made: dict[str, Any] = {"Effect": chance.choices(("Allow", "Deny"), (4, 1))[0]}
    services = chance.sample(sorted(SERVICES), chance.choices((1, 2), (4, 1))[0])
    actions = [f"{name}:{action}" for name in services for action in _some(chance, SERVICES[name][0], 4)]
    patterns = [pattern for name in services for pattern in _some(chance, SERVICES[name][1], 3)]
    made["NotAction" if chance.random() < 0.08 else "Action"] = actions if chance.random() > 0.05 else "*"
    resources = sorted({pattern.format(w=chance.choice(WORDS)) for pattern in patterns})
    made["NotResource" if chance.random() < 0.05 else "Resource"] = resources if "*" not in resources else "*"
    if chance.random() < 0.4:
        made["Condition"] = conditions(chance)
    return made


def conditions(chance: random.Random) -> dict[str, Any]:
    """A Condition element of one to three conditions."""
    block: dict[str, Any] = {}
    for operator, key, values in _some(chance, CONDITIONS, 3):
        chosen = _some(chance, values, 1 if operator.startswith(("Bool", "Null")) else 2)
        block.setdefault(operator, {})[key] = chosen if len(chosen) > 1 else chosen[0]
    return block


def _some(chance: random.Random, choices: Iterable[Any], most: int) -> list[Any]:
    listed = list(choices)
    return chance.sample(listed, chance.randint(1, min(most, len(listed))))


def variant(chance: random.Random, made: dict[str, Any]) -> dict[str, Any]:
    """A policy as it might be after an edit: a statement dropped, added, narrowed, widened, or moved."""
    statements = [dict(item) for item in made["Statement"]]
    match chance.randrange(5):
        case 0 if len(statements) > 1:
            statements.pop(chance.randrange(len(statements)))
        case 1:
            statements.append(statement(chance))
        case 2:
            statements[chance.randrange(len(statements))]["Condition"] = conditions(chance)
        case 3:
            statements[chance.randrange(len(statements))].pop("Condition", None)
        case _:
            chance.shuffle(statements)
    return {**made, "Statement": statements}


def requests(chance: random.Random, count: int) -> list[Request]:
    """Requests that some of the policies are about."""
    made = []
    for _ in range(count):
        service = chance.choice(sorted(SERVICES))
        names, patterns = SERVICES[service]
        action = f"{service}:{chance.choice(names).replace('*', 'Example')}"
        resource = chance.choice(patterns).format(w=chance.choice(WORDS)).replace("*", "example")
        context = {"aws:RequestedRegion": "us-east-1", "aws:SourceIp": "203.0.113.7", "aws:SecureTransport": True}
        made.append(Request("arn:aws:iam::111122223333:user/alice", action, resource, "111122223333", context))
    return made


def rate(work: Callable[[Any], object], items: Iterable[Any]) -> tuple[float, float]:
    """How many items a second are done, and the median time of one in milliseconds."""
    times = []
    for item in items:
        start = process_time()
        work(item)
        times.append(process_time() - start)
    return len(times) / sum(times), median(times) * 1_000


def measure(count: int) -> dict[str, tuple[float, float]]:
    """What is measured -> its rate a second, and the median time of one in milliseconds."""
    chance = random.Random(SEED)
    documents = [document(chance) for _ in range(2 * count)]
    pairs = [(made, variant(chance, made) if at % 2 else documents[at - 1]) for at, made in enumerate(documents)]
    texts = [json.dumps(made) for made in documents]
    policies = [Policy.parse(text) for text in texts]
    parsed = [(Policy.of(old), Policy.of(new)) for old, new in pairs]
    attached = [Policies(identity=(policy,)) for policy in policies[:100]]
    asked = [(request, attached[at % 100]) for at, request in enumerate(requests(chance, 10 * count))]
    parts: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "lint": (lambda text: lint(Policy.parse(text)), [text + " " for text in texts]),
        "decisions": (lambda pair: evaluate(*pair), asked),
        "comparisons": (lambda pair: compare(*pair), parsed),
        "expansions": (_expand, policies),
        "parliament": (_parliament, texts),
    }
    rates = {}
    for name, (work, items) in parts.items():
        half = len(items) // 2 if name != "parliament" else len(items) - min(count, 100)
        rate(work, items[:half] if name != "parliament" else items[:5])
        rates[name] = rate(work, items[half:])
    return rates


def _expand(policy: Policy) -> None:
    for item in policy.statements:
        statement_mask(item.actions, item.not_actions)


def _parliament(text: str) -> None:
    from parliament import analyze_policy_string

    analyze_policy_string(text)


def main() -> int:
    """Print the rates beside their targets; 1 where one is missed. No search for garbage, as in `auditor` itself."""
    gc.disable()
    rates = measure(int(sys.argv[1]) if len(sys.argv) > 1 else POLICIES)
    missed = 0
    for name, target in TARGETS.items():
        found, middle = rates[name]
        within = found >= target and (name != "comparisons" or middle <= MEDIAN_COMPARISON)
        missed += not within
        verdict = "ok" if within else "MISSED"
        print(f"{name:12}{found:10,.0f}/s   median {middle:7.3f} ms   target {target:6,}/s   {verdict}")
    ratio = rates["lint"][0] / rates["parliament"][0]
    missed += ratio < TIMES_PARLIAMENT
    print(f"lint is {ratio:.0f} times parliament's {rates['parliament'][0]:,.0f}/s   target {TIMES_PARLIAMENT} times")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
