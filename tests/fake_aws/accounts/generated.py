"""Accounts of any size, for benchmarks: random, but the same for the same numbers."""

from __future__ import annotations

import functools
import json
import random
from typing import TYPE_CHECKING

from ..entities import (
    NOW,
    AccessKey,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Password,
    PasswordPolicy,
    PolicyVersion,
    Role,
    RoleUse,
    Root,
    User,
    days_ago,
    unique_id,
)
from ..state import Account
from .parts import (
    allow,
    aws,
    default_roles,
    deny,
    external_id,
    key_use,
    security_key,
    trust,
    virtual_mfa,
)

if TYPE_CHECKING:
    from ..entities import Document

ID = "444455556666"

_ACTIONS = {
    "s3": ["GetObject", "PutObject", "ListBucket", "DeleteObject", "GetBucketPolicy", "PutBucketPolicy"],
    "dynamodb": ["GetItem", "PutItem", "Query", "Scan", "UpdateItem", "DeleteTable"],
    "ec2": ["DescribeInstances", "RunInstances", "TerminateInstances", "CreateTags", "DescribeVpcs"],
    "lambda": ["InvokeFunction", "UpdateFunctionCode", "GetFunction", "CreateFunction", "ListFunctions"],
    "iam": ["PassRole", "GetRole", "ListRoles", "CreateRole", "AttachRolePolicy", "PutRolePolicy"],
    "kms": ["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "CreateGrant"],
    "logs": ["CreateLogGroup", "CreateLogStream", "PutLogEvents", "DescribeLogGroups"],
    "secretsmanager": ["GetSecretValue", "ListSecrets", "PutSecretValue", "DescribeSecret"],
    "sqs": ["SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"],
    "sagemaker": ["CreateTrainingJob", "DescribeDomain", "CreatePresignedDomainUrl", "ListModels"],
}
_RESOURCES = {
    "s3": ["arn:aws:s3:::NAME", "arn:aws:s3:::NAME/*"],
    "dynamodb": ["arn:aws:dynamodb:REGION:ACCOUNT:table/NAME", "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/index/*"],
    "ec2": ["arn:aws:ec2:REGION:ACCOUNT:instance/*", "arn:aws:ec2:REGION:ACCOUNT:network-interface/*"],
    "lambda": ["arn:aws:lambda:REGION:ACCOUNT:function:NAME-*"],
    "iam": ["arn:aws:iam::ACCOUNT:role/NAME-*"],
    "kms": ["arn:aws:kms:REGION:ACCOUNT:key/*"],
    "logs": ["arn:aws:logs:REGION:ACCOUNT:log-group:/NAME/*", "arn:aws:logs:REGION:ACCOUNT:log-group:/NAME/*:*"],
    "secretsmanager": ["arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME/*"],
    "sqs": ["arn:aws:sqs:REGION:ACCOUNT:NAME-*"],
    "sagemaker": ["arn:aws:sagemaker:REGION:ACCOUNT:training-job/NAME-*", "arn:aws:sagemaker:REGION:ACCOUNT:domain/*"],
}
_AWS_POLICIES = tuple(
    aws(name)
    for name in (
        "AdministratorAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "AmazonS3ReadOnlyAccess",
        "AmazonS3FullAccess",
        "AmazonEC2FullAccess",
        "AWSLambda_FullAccess",
        "CloudWatchLogsFullAccess",
        "AmazonDynamoDBFullAccess",
        "AmazonSSMManagedInstanceCore",
        "AmazonSageMakerFullAccess",
    )
)
_SERVICES = ("lambda", "ec2", "ecs-tasks", "sagemaker", "states", "codebuild", "glue", "events")


@functools.lru_cache(maxsize=4)
def generated(users: int, roles: int, policies: int, seed: int = 0) -> Account:
    """An account with so many users, roles and customer managed policies, and a group for every 25 users.

    Documents take 0.3 to 4 KB and hardly ever repeat; policies have one to five versions. The credential report is
    there already. Building 1,000 of each takes a fraction of a second.
    """
    return _Generator(seed).account(users, roles, policies)


class _Generator:
    """One stream of random numbers, and the statements from which documents are put together."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        # Statements are made once as text and put together: json.dumps for each document would take most of the time.
        self._statements = [self._statement() for _ in range(300)]
        self._documents = 0

    def account(self, users: int, roles: int, policies: int) -> Account:
        managed = tuple(self._policy(number) for number in range(policies))
        arns = [f"arn:aws:iam::{ID}:policy{policy.path}{policy.name}" for policy in managed]
        groups = tuple(self._group(number, arns) for number in range(users // 25 + 1))
        names = [group.name for group in groups]
        return Account(
            id=ID,
            name="generated",
            caller=f"arn:aws:sts::{ID}:assumed-role/SecurityAudit/benchmark",
            root=Root(password=Password(days_ago(2000)), mfa=(virtual_mfa(ID, "root-account-mfa-device", 1900),)),
            users=tuple(self._user(number, names, arns) for number in range(users)),
            groups=groups,
            roles=(*default_roles(days_ago(2000)), *(self._role(number, arns) for number in range(roles))),
            policies=managed,
            password_policy=PasswordPolicy(minimum_length=14, symbols=True, numbers=True, max_age=90),
            report_generated=days_ago(1 / 24),
        )

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _statement(self) -> str:
        service = self._random.choice(list(_ACTIONS))
        actions = [f"{service}:{name}" for name in self._random.sample(_ACTIONS[service], 3)]
        if self._chance(0.03):
            actions = [f"{service}:*"]
        region = self._random.choice(["us-east-1", "eu-west-1", "*"])
        arns = [arn.replace("REGION", region).replace("ACCOUNT", ID) for arn in _RESOURCES[service]]
        resource = "*" if self._chance(0.15) else arns
        make = deny if self._chance(0.05) else allow
        condition = {"Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}}
        return json.dumps(make(actions, resource, **(condition if self._chance(0.3) else {})))

    def _document(self) -> Document:
        """A document that differs from all others by the names of its resources; small ones are most frequent."""
        self._documents += 1
        count = min(2 + int(self._random.expovariate(0.25)), 20)
        statements = ", ".join(self._random.choices(self._statements, k=count))
        text = f'{{"Version": "2012-10-17", "Statement": [{statements}]}}'
        return text.replace("NAME", f"app-{self._documents}")

    def _policy(self, number: int) -> ManagedPolicy:
        count = self._random.choice((1, 1, 1, 2, 3, 5))
        versions = tuple(
            PolicyVersion(f"v{version}", self._document(), days_ago(900 - 30 * version))
            for version in range(count, 0, -1)
        )
        path = "/teams/" if self._chance(0.2) else "/"
        return ManagedPolicy(f"policy-{number:05}", versions, default=f"v{count}", path=path)

    def _inline(self, probability: float) -> tuple[InlinePolicy, ...]:
        if not self._chance(probability):
            return ()
        return tuple(InlinePolicy(f"inline-{number}", self._document()) for number in range(self._random.randint(1, 2)))

    def _attached(self, arns: list[str], most: int) -> tuple[str, ...]:
        count = self._random.randint(0, most)
        chosen = (self._random.choice(arns if arns and self._chance(0.7) else _AWS_POLICIES) for _ in range(count))
        return tuple(dict.fromkeys(chosen))

    def _tags(self) -> dict[str, str]:
        keys = self._random.sample(["owner", "team", "cost-center", "environment"], self._random.randint(0, 3))
        return {key: f"{key}-{self._random.randint(1, 30)}" for key in keys}

    def _group(self, number: int, arns: list[str]) -> Group:
        return Group(f"group-{number:03}", attached=self._attached(arns, 3), inline=self._inline(0.2))

    def _user(self, number: int, groups: list[str], arns: list[str]) -> User:
        name = self._name("user", number)
        created = days_ago(self._random.randint(1, 2000))
        console = self._chance(0.4)
        used = days_ago(self._random.uniform(0, 200)).replace(second=0, microsecond=0)
        device = security_key(ID, name, "key", 90) if self._chance(0.3) else virtual_mfa(ID, name, 90)
        return User(
            name,
            created=created,
            path=self._random.choice(("/", "/", "/", "/people/", "/machines/")),
            groups=tuple(self._random.sample(groups, min(len(groups), self._random.choice((0, 1, 1, 2))))),
            attached=self._attached(arns, 1) if self._chance(0.1) else (),
            inline=self._inline(0.05),
            boundary=self._random.choice(arns) if arns and self._chance(0.03) else None,
            tags=self._tags(),
            password=Password(created, used=max(used, created)) if console else None,
            mfa=(device,) if console and self._chance(0.7) else (),
            keys=tuple(self._key(name, slot) for slot in range(self._random.choice((0, 0, 1, 1, 1, 2)))),
        )

    def _key(self, user: str, slot: int) -> AccessKey:
        age = self._random.randint(1, 1500)
        use = key_use(round(self._random.uniform(0, age))) if self._chance(0.8) else None
        return AccessKey(unique_id("AKIA", ID, user, str(slot)), days_ago(age), active=self._chance(0.85), used=use)

    def _role(self, number: int, arns: list[str]) -> Role:
        name = self._name("role", number)
        return Role(
            name,
            self._trust(),
            created=days_ago(self._random.randint(1, 2000)),
            path="/service-role/" if self._chance(0.1) else "/",
            attached=self._attached(arns, 4),
            inline=self._inline(0.4),
            boundary=self._random.choice(arns) if arns and self._chance(0.05) else None,
            tags=self._tags(),
            description=f"made for team {number % 40}" if self._chance(0.5) else "",
            used=RoleUse(days_ago(self._random.randint(0, 399), before=NOW)) if self._chance(0.6) else None,
            instance_profiles=(name,) if self._chance(0.1) else (),
        )

    def _trust(self) -> Document:
        kind = self._random.random()
        if kind < 0.65:
            return trust({"Service": f"{self._random.choice(_SERVICES)}.amazonaws.com"})
        if kind < 0.85:
            other = f"{self._random.randint(100000000000, 999999999999)}" if self._chance(0.2) else ID
            condition = external_id("shared") if self._chance(0.3) else None
            return trust({"AWS": f"arn:aws:iam::{other}:root"}, condition=condition)
        provider = f"arn:aws:iam::{ID}:oidc-provider/token.actions.githubusercontent.com"
        subject = f"repo:corp/service-{self._random.randint(1, 300)}:ref:refs/heads/main"
        issuer = "token.actions.githubusercontent.com"
        return trust(
            {"Federated": provider},
            action="sts:AssumeRoleWithWebIdentity",
            condition={"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}},
        )

    def _name(self, kind: str, number: int) -> str:
        """Mostly ordinary names; every fiftieth uses what IAM allows, every seventieth all of its 64 characters."""
        if number % 50 == 49:
            return f"{kind}+=,.@-_{number}"
        if number % 70 == 69:
            return f"{kind}-{number}-".ljust(64, "x")
        return f"{kind}-{number:05}"
