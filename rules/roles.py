"""Roles as the way in for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import Account, NotApplicable, Place, Role, certain, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding


@rule(
    "role-none-for-humans",
    severity="low",
    over=Account,
    needs=("iam.roles", "iam.users"),
    claims=("S43",),
    tags=("iam", "roles", "federation"),
    title="No role lets people in",
    fix="Make a role for each task, trusted by your identity provider or account, and let people assume it with MFA.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html",
    cli="aws iam create-role --role-name TASK --assume-role-policy-document file://trust.json",
    terraform="""\
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::ACCOUNT_ID:root"]
    }
    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}

resource "aws_iam_role" "task" {
  name               = "TASK"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}""",
)
def role_none_for_humans(account: Account) -> Iterator[Finding]:
    """Where there is no role to take on, people hold everything they may ever need all day, by policies of their user.

    A role is taken on for a task and laid down after it, its sessions end by themselves, and the log tells the task.
    One role that an identity provider, IAM Identity Center or an AWS account may assume is enough; roles for services
    help nobody to work. An account without IAM users has nobody to ask about.
    """
    if certain(account.roles, lambda role: not role.is_service_linked and role.trusts_people, Role.unlisted(account)):
        return
    if not account.read("iam.users"):
        raise NotApplicable("the account has no IAM users")
    yield account.finding(
        "no role can be assumed by people: they act by what their IAM users hold", at=(Place("/iam/roles"),)
    )
