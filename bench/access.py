"""How long the access graph of an account takes: 950 principals with about 25,000 edges, and 5,000 principals.

    python -m bench.access

Accounts are made by a seeded generator, so that every run measures the same. Times are of one core, from a snapshot
that is in memory. Where cloudsplaining is installed it reads the same 950 principals, and the ratio is printed.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from auditor.access.graph import graph, path
from auditor.access.world import World
from auditor.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "111122223333"
CREATED = "2025-01-01T00:00:00Z"
SEED = 20_261_121
SERVICES = ("lambda", "ec2", "ecs-tasks", "glue", "codebuild", "states", "sagemaker", "cloudformation")
WORK = (
    ("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
    ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
    ("logs:CreateLogStream", "logs:PutLogEvents"),
    ("ec2:Describe*",),
    ("sqs:SendMessage", "sqs:ReceiveMessage"),
)
STARTS = {
    "lambda": ("lambda:CreateFunction", "lambda:InvokeFunction"),
    "ecs-tasks": ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
    "glue": ("glue:CreateJob", "glue:StartJobRun"),
    "codebuild": ("codebuild:CreateProject", "codebuild:StartBuild"),
}
TARGETS = {"graph of 950": 1.0, "query": 0.010, "everything of 5,000": 15.0, "memory": 400.0}
"""Longest times that are acceptable, in seconds, and most memory, in MiB."""
TIMES_CLOUDSPLAINING = 20


def account(principals: int, edges: int) -> dict[str, Any]:
    """Authorization details of an account with some users and roles, and about so many edges between them."""
    pick = random.Random(SEED)
    users, roles = principals * 2 // 5, principals * 3 // 5
    names = [f"{pick.choice(('web', 'data', 'batch', 'ops'))}-{number}" for number in range(roles)]
    teams = 10
    made_roles = [_role(pick, name, number, teams) for number, name in enumerate(names)]
    per_user = max(1, edges // users)
    made_users = [_user(pick, number, names, per_user, teams) for number in range(users)]
    groups = [_group(pick, team) for team in range(teams)]
    return {"UserDetailList": made_users, "GroupDetailList": groups, "RoleDetailList": made_roles, "Policies": []}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: tuple[str, ...], resources: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resources}


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def _entity(kind: str, name: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
    policies = [{"PolicyName": "own", "PolicyDocument": _document(*statements)}]
    return {
        f"{kind}Name": name, f"{kind}Id": f"ID{name.upper()}", "Arn": _arn(kind.lower(), name), "Path": "/",
        "CreateDate": CREATED, f"{kind}PolicyList": policies, "AttachedManagedPolicies": [],
    }  # fmt: skip


def _role(pick: random.Random, name: str, number: int, teams: int) -> dict[str, Any]:
    service = SERVICES[number % len(SERVICES)]
    trusted = {"Service": f"{service}.amazonaws.com"} if number % 3 else {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    trust = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    resource_of = f"arn:aws:s3:::team-{number % teams}-{number}/*"
    statements = [_allow(pick.choice(WORK), resource_of)]
    if number % 97 == 0:
        statements.append(_allow(("iam:*",), "*"))
    elif number % 5 == 0:
        statements.append(_allow(("sts:AssumeRole",), _arn("role", f"{name[:-1]}*")))
    made = _entity("Role", name, statements)
    return {**made, "AssumeRolePolicyDocument": _document(trust), "InstanceProfileList": []}


def _user(pick: random.Random, number: int, roles: list[str], edges: int, teams: int) -> dict[str, Any]:
    statements = [_allow(pick.choice(WORK), f"arn:aws:s3:::team-{number % teams}/*")]
    reached = pick.sample(roles, min(len(roles), max(2, edges)))
    match number % 4:
        case 0:
            statements.append(_allow(("sts:AssumeRole",), [_arn("role", name) for name in reached]))
        case 1:
            service = pick.choice(sorted(STARTS))
            statements.append(_allow(("iam:PassRole",), "*"))
            statements.append(_allow(STARTS[service], "*"))
        case 2:
            statements.append(_allow(("sts:AssumeRole",), _arn("role", f"{pick.choice(('web', 'data', 'batch'))}-*")))
    made = _entity("User", f"user-{number}", statements)
    return {**made, "GroupList": [f"team-{number % teams}"]}


def _group(pick: random.Random, team: int) -> dict[str, Any]:
    return _entity("Group", f"team-{team}", [_allow(pick.choice(WORK), f"arn:aws:s3:::team-{team}/*")])


def snapshot(details: dict[str, Any]) -> Snapshot:
    """The snapshot of authorization details."""
    iam = {
        "users": {user["UserName"]: user for user in details["UserDetailList"]},
        "groups": {group["GroupName"]: group for group in details["GroupDetailList"]},
        "roles": {role["RoleName"]: role for role in details["RoleDetailList"]},
        "policies": {},
        "aws_managed_policies": {},
    }
    collection = {"taken_at": "2026-01-01T00:00:00Z", "tool_version": "1.0"}
    return Snapshot.model_validate({"account": ACCOUNT, "iam": iam, "collection": collection})


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The CPU time of some work, in seconds, and its result."""
    start = process_time()
    result = work()
    return process_time() - start, result


def cloudsplaining(details: dict[str, Any]) -> float | None:
    """The CPU time that cloudsplaining takes for the same account; None where it is not installed."""
    try:
        from cloudsplaining.scan.authorization_details import AuthorizationDetails
        from cloudsplaining.shared.exclusions import Exclusions
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "details.json"
        file.write_text(json.dumps(details), encoding="utf-8")
        details = json.loads(file.read_text(encoding="utf-8"))
        return timed(lambda: AuthorizationDetails(details, Exclusions()).results)[0]


def everything(seen: Snapshot) -> tuple[int, int, int]:
    """Administrators, edges and escalating principals of a snapshot."""
    found = graph(World.of(seen))
    return len(found.admins), sum(1 for _ in found.edges()), len(found.escalating)


def main() -> int:
    """Measure, print, and answer 1 where a target is missed."""
    everything(snapshot(account(50, 500)))
    details = account(950, 25_000)
    seen = snapshot(details)
    taken, (admins, edges, escalating) = timed(lambda: everything(seen))
    print(f"950 principals: {edges} edges, {admins} administrators, {escalating} escalating, {taken:.2f} s")
    built = graph(World.of(seen))
    _ = built.escalating
    sources = [actor for actor in built.world.actors if actor.arn not in built.admins][:200]
    spent, _found = timed(lambda: [path(built, actor) for actor in sources])
    query = spent / len(sources)
    print(f"one query: {query * 1000:.2f} ms")
    peer = cloudsplaining(details)
    if peer is not None:
        print(f"cloudsplaining: {peer:.1f} s, {peer / taken:.0f} times as long")
    large = snapshot(account(5_000, 130_000))
    long, (admins, edges, escalating) = timed(lambda: everything(large))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"5,000 principals: {edges} edges, {admins} administrators, {escalating} escalating, {long:.2f} s")
    print(f"most memory: {memory:.0f} MiB; {long / taken:.1f} times the time for 5.3 times the principals")
    measured = {"graph of 950": taken, "query": query, "everything of 5,000": long, "memory": memory}
    missed = [name for name, most in TARGETS.items() if measured[name] > most]
    if peer is not None and peer < TIMES_CLOUDSPLAINING * taken:
        missed.append("cloudsplaining")
    for name in missed:
        print(f"missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
