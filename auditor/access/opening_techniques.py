"""Ways to act as a role by letting a service in first: for actors that may not assume roles themselves.

The role is a new one, or one whose trust policy the actor writes. Any service would do to which roles are passed; these
run whatever code they are given.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.access.identity_techniques import attach_new, new
from auditor.access.passing_techniques import PASSING
from auditor.access.technique import Need, Power, Scope, Technique

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHOSEN: Final = (
    *("pass-role-lambda-invoke", "pass-role-lambda-event-source", "pass-role-ec2", "pass-role-ecs-run-task"),
    *("pass-role-cloudformation", "pass-role-codebuild", "pass-role-glue-job", "pass-role-sagemaker-notebook"),
    *("pass-role-step-functions", "pass-role-scheduler"),
)


def _opening() -> Iterator[Technique]:
    for way in (it for it in PASSING if it.id in _CHOSEN):
        target = way.words.format(target="it")
        yield Technique(
            f"update-trust-policy+{way.id}", f"let a service assume {{target}} and {way.words}", "pass",
            Scope.ROLE, Power.ACT, (Need("iam:UpdateAssumeRolePolicy", "target"), *way.needs),
        )  # fmt: skip
        for name, needs in (
            ("create-role-and-attach", (*new("iam:CreateRole"), attach_new("iam:AttachRolePolicy"))),
            ("create-role-with-policy", new("iam:CreateRole", "iam:PutRolePolicy")),
        ):
            words = f"create a role that is an administrator and {target}"
            yield Technique(f"{name}+{way.id}", words, "grant", Scope.NEW_ROLE, Power.EVERYTHING, (*needs, *way.needs))


OPENING_TECHNIQUES: Final = tuple(_opening())
