"""Permissions that the guides of SageMaker and Lookout for Vision ask for, wider than the work needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.api import Principal, WrittenPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.api import Finding, Statement

_FULL_ACCESS = "aws:policy/AmazonSageMakerFullAccess"
"""AWS's policy by the end of its ARN, which differs between partitions only before."""

_LOOKOUT_FULL_ACCESS = re.compile(r"arn:[a-z-]+:iam::aws:policy/AmazonLookoutVision[A-Za-z]*FullAccess")

_KINDS = {"domain": "domains", "user-profile": "user profiles", "app": "apps", "flow-definition": "flow definitions"}

_SAMPLE = (
    (
        frozenset({"sagemaker:*"}),
        frozenset(f"sagemaker:*:*:{kind}/*" for kind in _KINDS),
    ),
    (frozenset({"iam:getrole", "servicecatalog:*"}), frozenset({"*"})),
)
"""The two statements of the guide's sample policy: actions, and resources without the partition."""


@rule(
    "sagemaker-full-access-attached",
    severity="medium",
    over=Principal,
    claims=("S24",),
    tags=("sagemaker", "iam", "least-privilege"),
    title="AmazonSageMakerFullAccess is attached",
    fix="Give a policy of the actions that the work takes; declare under sagemaker_administrators who must keep this.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol.html",
    cli="""\
aws iam generate-service-last-accessed-details --arn PRINCIPAL_ARN --granularity ACTION_LEVEL
aws iam detach-role-policy --role-name NAME --policy-arn arn:aws:iam::aws:policy/AmazonSageMakerFullAccess""",
)
def sagemaker_full_access_attached(principal: Principal) -> Iterator[Finding]:
    """SageMaker's set-up guide asks for this policy, which allows nearly everything that SageMaker can do.

    With it go every bucket and function with SageMaker in its name, whoever else they belong to, and the right to pass
    any role that SageMaker may assume: whoever starts a notebook with a stronger role has that role's permissions.
    Users, groups and roles are asked, and so are the roles that IAM Identity Center makes for permission sets; of the
    sets themselves idc-permission-set-aws-managed-broad tells. A principal that is declared as a SageMaker
    administrator is meant to have the policy.
    """
    if principal.is_declared(principal.account.declared.sagemaker_administrators):
        return
    for place in principal.attached_places:
        if str(place.value).split(":", 4)[-1] == _FULL_ACCESS:
            yield principal.finding(
                f"AmazonSageMakerFullAccess is attached to {principal.noun} {principal.name}", at=place
            )


@rule(
    "sagemaker-domain-policy-broad",
    severity="medium",
    over=WrittenPolicy,
    claims=("S25", "S26"),
    tags=("sagemaker", "iam", "least-privilege"),
    title="Policy allows everything on SageMaker domains, or all of Service Catalog",
    fix="Put the scoped policy below in its place, with your region and account; add what the work turns out to need.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/gs-set-up.html",
    cli="""\
cat > scoped.json <<'EOF'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "SetUpDomain",
      "Effect": "Allow",
      "Action": [
        "sagemaker:CreateDomain",
        "sagemaker:DescribeDomain",
        "sagemaker:UpdateDomain",
        "sagemaker:CreateUserProfile",
        "sagemaker:DescribeUserProfile",
        "sagemaker:UpdateUserProfile"
      ],
      "Resource": [
        "arn:aws:sagemaker:REGION:ACCOUNT_ID:domain/*",
        "arn:aws:sagemaker:REGION:ACCOUNT_ID:user-profile/*"
      ]
    },
    {
      "Sid": "ReadExecutionRoles",
      "Effect": "Allow",
      "Action": "iam:GetRole",
      "Resource": "arn:aws:iam::ACCOUNT_ID:role/service-role/AmazonSageMaker-*"
    },
    {
      "Sid": "AcceptProjectTemplates",
      "Effect": "Allow",
      "Action": [
        "servicecatalog:AcceptPortfolioShare",
        "servicecatalog:AssociatePrincipalWithPortfolio"
      ],
      "Resource": "arn:aws:catalog:REGION:*:portfolio/*"
    }
  ]
}
EOF
aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://scoped.json --set-as-default""",
)
def sagemaker_domain_policy_broad(policy: WrittenPolicy) -> Iterator[Finding]:
    """SageMaker's set-up guide has a sample policy that is pasted as it stands, and it opens more than a domain.

    Every action on the domains, user profiles and apps of all regions includes signing in as anybody else: a presigned
    address of another person's profile opens that person's notebooks, with that profile's role. Every Service Catalog
    action includes launching products, which are built with the permissions of the launch role and not with one's own.
    The guide's sample is named where it is found, whatever its name and the order of its parts. Policies for one
    region, or for resources that are named, are not meant; nor is a statement that allows all actions of all services,
    which other rules tell of. Customer managed and inline policies are asked, attached or not.
    """
    arn = f"arn:{policy.account.snapshot.partition}:{{}}:us-east-1:111122223333:{{}}/any".format
    broad = [words for kind, words in _KINDS.items() if _allows_all(policy, "sagemaker", arn("sagemaker", kind))]
    parts = [f"every SageMaker action on all {_list(broad)}"] if broad else []
    if _allows_all(policy, "servicecatalog", arn("catalog", "portfolio")):
        parts.append("every Service Catalog action")
    if parts:
        origin = ", the sample of SageMaker's set-up guide," if _is_sample(policy.narrower.statements) else ""
        yield policy.finding(f"{policy.label}{origin} allows {' and '.join(parts)}", at=policy.grant.place)


@rule(
    "lookoutvision-full-access-attached",
    severity="low",
    over=Principal,
    claims=("S50",),
    tags=("lookoutvision", "iam", "unused"),
    title="Full access to Lookout for Vision, which has ended, is attached",
    fix="Detach the policy: there is nothing left that it could be used for.",
    docs="https://docs.aws.amazon.com/lookout-for-vision/latest/developer-guide/security-iam-awsmanpol.html",
    cli="aws iam detach-user-policy --user-name NAME --policy-arn POLICY_ARN",
)
def lookoutvision_full_access_attached(principal: Principal) -> Iterator[Finding]:
    """AWS ended Lookout for Vision on 31 October 2025, so a grant of all its actions serves nobody any more.

    Such leftovers make every review longer, and with AmazonLookoutVisionConsoleFullAccess come rights on S3 buckets
    that still work. Both policies for full access count.
    """
    for place in principal.attached_places:
        if _LOOKOUT_FULL_ACCESS.fullmatch(arn := str(place.value)):
            name = arn.rpartition("/")[2]
            yield principal.finding(
                f"{name} is attached to {principal.noun} {principal.name}", at=place, discriminator=name
            )


def _allows_all(policy: WrittenPolicy, service: str, resource: str) -> bool:
    """Whether every action of a service is allowed on a resource that no policy would name."""
    return policy.narrower_allows(f"{service}:AnyAction", resource)


def _is_sample(statements: Iterable[Statement]) -> bool:
    """Whether both statements of the guide's sample are there, whatever else is."""
    return {*_SAMPLE} <= {_shape(statement) for statement in statements if not statement.conditions}


def _shape(statement: Statement) -> tuple[frozenset[str], frozenset[str]]:
    actions = frozenset(action.casefold() for action in statement.actions or ())
    return actions, frozenset(re.sub(r"^arn:aws[a-z-]*:", "", resource) for resource in statement.resources or ())


def _list(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
