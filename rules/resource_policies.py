"""Policies of resources: whom a bucket, a queue, a key lets in by itself, whatever the account's users may do.

All of it needs `--with resource-policies`: it takes a call for each resource.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import RESOURCE_POLICIES, PolicyResource, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding


@rule(
    "resource-policy-principal-star",
    severity="high",
    over=PolicyResource,
    needs=RESOURCE_POLICIES,
    tags=("resources", "policies", "exposure"),
    title="Resource policy lets in the public",
    fix="Name those who need the resource in Principal, or ask for your organization by aws:PrincipalOrgID.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
    terraform="""\
data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.orders.arn]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["o-EXAMPLE"]
    }
  }
}""",
)
def resource_policy_principal_star(resource: PolicyResource) -> Iterator[Finding]:
    """A resource's policy lets callers in by itself, so that one with a star for Principal opens it to the internet.

    Asked are buckets, queues, topics, functions, keys, secrets, event buses, repositories and backup vaults. The
    policy engine decides, so that a condition counts for what it does: one on what only you have, as your
    organization, an account, a VPC or a narrow network, keeps the public out, and a wildcard for a value does not. A
    Deny that keeps strangers out is as good. A service that acts on a function for anyone, as S3 does, is the public
    where no account is named beside it.

    A bucket is right where its own public access block, or that of the account, restricts public buckets. A resource
    without a policy lets in nobody. Policies of single versions and aliases of a function are not seen, and resource
    control policies of the organization are not weighed. What is public on purpose is to be suppressed.
    """
    if grant := resource.public_grant:
        yield resource.letting_in(grant)
