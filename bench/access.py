"""How long the access graph of an account takes, 950 principals with about 25,000 edges, and all rules about access.

    python -m bench.access

Accounts are made by a seeded generator, so that every run measures the same. Times are CPU time, those of the graph
from a snapshot that is in memory, those of the rules of a whole `auditor check` in a process of its own. Where
cloudsplaining is installed it reads the same 950 principals, and the ratio is printed.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.access.graph import graph, path
from auditor.access.world import World
from auditor.snapshot.files import dumps
from auditor.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "111122223333"
CREATED = "2025-01-01T00:00:00Z"
SEED = 20_261_121
UNIT = 450
TEAMS = 10
KINDS = ("web", "data", "batch", "ops")
SERVICES = ("lambda", "ec2", "ecs-tasks", "glue", "codebuild", "states", "sagemaker", "cloudformation")
WORK = (
    ("s3:*",),
    ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject*"),
    ("dynamodb:*", "dax:*"),
    ("logs:*", "cloudwatch:*"),
    ("ec2:Describe*", "elasticloadbalancing:*", "route53:List*"),
    ("sqs:*", "sns:*", "kinesis:*"),
    ("ecs:Describe*", "ecs:List*", "ecr:Get*", "codebuild:BatchGet*"),
    ("rds:*", "elasticache:*", "redshift:*"),
    ("secretsmanager:GetSecretValue", "kms:Decrypt", "kms:GenerateDataKey*"),
    ("athena:*", "glue:Get*", "lakeformation:Get*"),
    ("apigateway:*", "cloudfront:*", "wafv2:*"),
    ("iot:*", "firehose:*", "es:*"),
)
STARTS = {
    "lambda": ("lambda:CreateFunction", "lambda:InvokeFunction"),
    "ecs-tasks": ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
    "glue": ("glue:CreateJob", "glue:StartJobRun"),
    "codebuild": ("codebuild:CreateProject", "codebuild:StartBuild"),
}
RULES = (
    *("privesc-*", "admin-*", "break-glass-*", "policy-*", "sagemaker-domain-policy-broad"),
    *("role-*", "rolesanywhere-*", "federated-role-*", "oidc-*", "saml-*"),
)
"""The rules about who may do what, and become whom."""
TARGETS = {
    **{"graph of 950": 1.0, "query": 0.010, "graph of 5,000": 15.0, "memory of the graph": 400.0},
    **{"rules of 5,000": 15.0, "memory of the rules": 400.0, "growth of the rules": 2.5},
}
"""Longest times that are acceptable, in seconds, most memory, in MiB, and the times that twice as many may take."""
TIMES_CLOUDSPLAINING = 20


def account(principals: int) -> dict[str, Any]:
    """Authorization details of an account whose users reach the roles of their own unit, of some 450 roles."""
    pick = random.Random(SEED)
    users, roles = principals * 2 // 5, principals * 3 // 5
    names = [f"{pick.choice(KINDS)}-{number // UNIT}-{number}" for number in range(roles)]
    made_roles = [_role(pick, name, number) for number, name in enumerate(names)]
    made_users = [_user(pick, number, names) for number in range(users)]
    groups = [_group(pick, team) for team in range(TEAMS)]
    shared = [_policy(pick, number) for number in range(principals // 10)]
    for entity in (*made_users, *made_roles):
        held = pick.sample(shared, 2)
        entity["AttachedManagedPolicies"] = [{"PolicyName": it["PolicyName"], "PolicyArn": it["Arn"]} for it in held]
    return {"UserDetailList": made_users, "GroupDetailList": groups, "RoleDetailList": made_roles, "Policies": shared}


def _policy(pick: random.Random, number: int) -> dict[str, Any]:
    """A customer managed policy of some statements, most on everything."""
    statements = [_allow(actions, "*") for actions in pick.sample(WORK, 6)]
    version = {"VersionId": "v1", "IsDefaultVersion": True, "CreateDate": CREATED, "Document": _document(*statements)}
    return {
        "PolicyName": f"work-{number}", "PolicyId": f"ANPA{number}", "Arn": _arn("policy", f"work-{number}"),
        "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1, "IsAttachable": True, "CreateDate": CREATED,
        "UpdateDate": CREATED, "PolicyVersionList": [version], "PermissionsBoundaryUsageCount": 0,
    }  # fmt: skip


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


def _role(pick: random.Random, name: str, number: int) -> dict[str, Any]:
    service = SERVICES[number % len(SERVICES)]
    trusted = {"Service": f"{service}.amazonaws.com"} if number % 3 else {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    trust: dict[str, Any] = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    if number % 9 == 0:
        trust["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    elif number % 15 == 0:
        trust["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": f"team-{number % TEAMS}"}}
    statements = _work(pick, number)
    if number % 97 == 0:
        statements.append(_allow(("iam:*",), "*"))
    elif number % 5 == 0:
        statements.append(_allow(("sts:AssumeRole",), _arn("role", f"{name[:-1]}*")))
    made = _entity("Role", name, statements)
    return {**made, "AssumeRolePolicyDocument": _document(trust), "InstanceProfileList": []}


def _user(pick: random.Random, number: int, roles: list[str]) -> dict[str, Any]:
    unit = number % max(1, len(roles) // UNIT)
    near = roles[unit * UNIT : (unit + 1) * UNIT]
    statements = _work(pick, number)
    match number % 4:
        case 0:
            statements.append(
                _allow(("sts:AssumeRole",), [_arn("role", name) for name in pick.sample(near, min(len(near), 280))])
            )
        case 1:
            service = pick.choice(sorted(STARTS))
            statements.append(_allow(("iam:PassRole",), [_arn("role", f"{kind}-{unit}-*") for kind in KINDS]))
            statements.append(_allow(STARTS[service], "*"))
        case 2:
            statements.append(_allow(("sts:AssumeRole",), _arn("role", f"*-{unit}-*")))
    made = _entity("User", f"user-{number}", statements)
    tags = [{"Key": "team", "Value": f"team-{number % TEAMS}"}]
    return {**made, "GroupList": [f"team-{number % TEAMS}"], "Tags": tags}


def _work(pick: random.Random, number: int) -> list[dict[str, Any]]:
    """What principals are there for: six statements, one of them on a bucket of their own."""
    *others, last = pick.sample(WORK, 6)
    own = f"arn:aws:s3:::team-{number % TEAMS}-{number}/*"
    return [*(_allow(actions, "*") for actions in others), _allow(last, own)]


def _group(pick: random.Random, team: int) -> dict[str, Any]:
    return _entity("Group", f"team-{team}", [_allow(pick.choice(WORK), f"arn:aws:s3:::team-{team}/*")])


def snapshot(details: dict[str, Any]) -> Snapshot:
    """The snapshot of authorization details."""
    documents = {it["Arn"]: {**it, "Document": it["PolicyVersionList"][0]["Document"]} for it in details["Policies"]}
    iam = {
        "users": {user["UserName"]: user for user in details["UserDetailList"]},
        "groups": {group["GroupName"]: group for group in details["GroupDetailList"]},
        "roles": {role["RoleName"]: role for role in details["RoleDetailList"]},
        "policies": documents,
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


class Spent(NamedTuple):
    """What a process took: seconds of CPU time, and at most so many MiB."""

    seconds: float
    memory: float


def rules(seen: Snapshot) -> Spent:
    """What `auditor check` takes for a snapshot with all rules about access."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "snapshot.json"
        file.write_text(dumps(seen), encoding="utf-8")
        options = ("--no-plugins", "--exit-zero", "--allow-incomplete", "-q", "--select", ",".join(RULES))
        command = (sys.executable, "-m", "auditor", "check", str(file), *options)
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"auditor check ended with {child.returncode}")
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> int:
    """Measure, print, and answer 1 where a target is missed."""
    everything(snapshot(account(500)))
    details = account(950)
    seen = snapshot(details)
    taken, (admins, edges, escalating) = timed(lambda: everything(seen))
    print(f"950 principals: {edges} edges, {admins} administrators, {escalating} escalating, {taken:.2f} s")
    built = graph(World.of(seen))
    _ = built.escalating
    sources = [actor for actor in built.world.actors if actor.arn not in built.admins]
    spent, _found = timed(lambda: [path(built, actor) for actor in sources])
    query = spent / len(sources)
    print(f"one query: {query * 1000:.2f} ms")
    peer = cloudsplaining(details)
    if peer is not None:
        print(f"cloudsplaining: {peer:.1f} s, {peer / taken:.0f} times as long")
    large = snapshot(account(5_000))
    long, (admins, edges, escalating) = timed(lambda: everything(large))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"5,000 principals: {edges} edges, {admins} administrators, {escalating} escalating, {long:.2f} s")
    print(f"most memory: {memory:.0f} MiB; {long / taken:.1f} times the time for 5.3 times the principals")
    half, whole = rules(snapshot(account(2_500))), rules(large)
    growth = whole.seconds / half.seconds
    told = f"{whole.seconds:.1f} s, {whole.memory:.0f} MiB; {growth:.2f} times those at 2,500"
    print(f"all access rules at 5,000: {told}")
    measured = {
        **{"graph of 950": taken, "query": query, "graph of 5,000": long, "memory of the graph": memory},
        **{"rules of 5,000": whole.seconds, "memory of the rules": whole.memory, "growth of the rules": growth},
    }
    missed = [name for name, most in TARGETS.items() if measured[name] > most]
    if peer is not None and peer < TIMES_CLOUDSPLAINING * taken:
        missed.append("cloudsplaining")
    for name in missed:
        print(f"missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
