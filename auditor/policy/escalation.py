"""Ways from some permissions to all of them, told by actions that a set of policies allows.

Only actions that do it in any account are here: those that write permissions or credentials, and passing a role to
something new that runs as it. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.policy.trust import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.policy.documents import Statement

_ON = {
    "iam:addusertogroup": "group",
    "iam:attachgrouppolicy": "group",
    "iam:attachrolepolicy": "role",
    "iam:attachuserpolicy": "user",
    "iam:createaccesskey": "user",
    "iam:createloginprofile": "user",
    "iam:createpolicyversion": "policy",
    "iam:passrole": "role",
    "iam:putgrouppolicy": "group",
    "iam:putrolepolicy": "role",
    "iam:putuserpolicy": "user",
    "iam:setdefaultpolicyversion": "policy",
    "iam:updateassumerolepolicy": "role",
    "iam:updateloginprofile": "user",
}
"""Actions of IAM, and the kind of thing that they are allowed on: it must be any of its kind to lead anywhere."""

WAYS = (
    *((action,) for action in (
        "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy",
        "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreatePolicyVersion", "iam:PutGroupPolicy",
        "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
        "iam:UpdateLoginProfile",
    )),
    *(("iam:PassRole", *actions) for actions in (
        ("apprunner:CreateService",),
        ("autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration"),
        ("cloudformation:CreateStack",),
        ("codebuild:CreateProject", "codebuild:StartBuild"),
        ("ec2:RunInstances",),
        ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
        ("glue:CreateDevEndpoint",),
        ("glue:CreateJob", "glue:StartJobRun"),
        ("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
        ("lambda:CreateFunction", "lambda:InvokeFunction"),
        ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
        ("sagemaker:CreateProcessingJob",),
        ("sagemaker:CreateTrainingJob",),
        ("states:CreateStateMachine", "states:StartExecution"),
    )),
)  # fmt: skip
"""Actions that together are enough."""

_SOME_NAME = "zz-any"


def escalations(statements: Iterable[Statement]) -> tuple[tuple[str, ...], ...]:
    """The ways that the statements together open, out of WAYS.

    Statements with conditions are left aside, on both sides: what they let through depends on the request.
    """
    free = [statement for statement in statements if not statement.condition]
    allowed = [statement for statement in free if statement.effect == "Allow"]
    denied = [statement for statement in free if statement.effect == "Deny"]

    def open_to_all(action: str) -> bool:
        return any(_covers(each, action) for each in allowed) and not any(_covers(each, action) for each in denied)

    return tuple(way for way in WAYS if all(map(open_to_all, way)))


def _covers(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action on everything that it must reach to lead anywhere."""
    folded = action.casefold()
    if statement.not_actions is not None:
        named = not any(matches(pattern.casefold(), folded) for pattern in statement.not_actions)
    else:
        named = any(matches(pattern.casefold(), folded) for pattern in statement.actions or ())
    if not named:
        return False
    kind = _ON.get(folded)
    if kind is None:  # what is made new can have a name that fits; what exists already must not be denied altogether
        return statement.effect == "Allow" or "*" in (statement.resources or ())
    return any(_is_any(resource, kind) for resource in statement.resources or ())


def _is_any(resource: str, kind: str) -> bool:
    """Whether a resource of a statement is every user, group, role or policy of whatever account."""
    name, parts = f"{kind}/{_SOME_NAME}", resource.split(":", 5)
    return matches(parts[5], name) if len(parts) == 6 else matches(resource, f"arn:aws:iam::000000000000:{name}")
