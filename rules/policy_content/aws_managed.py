"""AWS managed policies that are wider than most work, misplaced or superseded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import AttachedAWSPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_TAGS = ("iam", "permissions", "aws-managed")
_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"
_JOBS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html"

_JOB_FUNCTIONS = (
    *("AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit"),
    *("job-function/Billing", "job-function/DatabaseAdministrator", "job-function/DataScientist"),
    *("job-function/NetworkAdministrator", "job-function/SupportUser", "job-function/SystemAdministrator"),
    "job-function/ViewOnlyAccess",
)

_SUPERSEDED = {
    "AmazonElasticMapReduceFullAccess": "AmazonEMRFullAccessPolicy_v2",
    "AmazonElasticMapReduceReadOnlyAccess": "AmazonEMRReadOnlyAccessPolicy_v2",
    "service-role/AmazonElasticMapReduceRole": "service-role/AmazonEMRServicePolicy_v2",
    "service-role/AmazonEC2RoleforSSM": "AmazonSSMManagedInstanceCore",
    "service-role/AWSConfigRole": "service-role/AWS_ConfigRole",
    "AWSLambdaFullAccess": "AWSLambda_FullAccess",
    "AWSLambdaReadOnlyAccess": "AWSLambda_ReadOnlyAccess",
    "AWSCodePipelineFullAccess": "AWSCodePipeline_FullAccess",
    "AWSCodePipelineReadOnlyAccess": "AWSCodePipeline_ReadOnlyAccess",
    "AmazonEC2ContainerServiceFullAccess": "AmazonECS_FullAccess",
    "AWSElasticBeanstalkFullAccess": "AdministratorAccess-AWSElasticBeanstalk",
    "AWSElasticBeanstalkReadOnlyAccess": "AWSElasticBeanstalkReadOnly",
    "service-role/AWSElasticBeanstalkService": "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
}
"""Policies that AWS has deprecated, by the end of their ARNs, and what it offers in their place."""


@rule(
    "policy-cloudshell-full-access",
    severity="medium",
    over=AttachedAWSPolicy,
    claims=("S38",),
    tags=(*_TAGS, "cloudshell"),
    title="AWSCloudShellFullAccess is attached",
    fix="Give a policy without cloudshell:GetFileDownloadUrls and cloudshell:GetFileUploadUrls.",
    docs="https://docs.aws.amazon.com/cloudshell/latest/userguide/sec-auth-with-identities.html",
)
def policy_cloudshell_full_access(link: AttachedAWSPolicy) -> Iterator[Finding]:
    """CloudShell has internet access and passes files in and out of the browser: a way for data that nobody watches."""
    if link.is_one_of("AWSCloudShellFullAccess"):
        yield link.attached(link.label)


@rule(
    "policy-bedrock-full-access",
    severity="medium",
    over=AttachedAWSPolicy,
    claims=("S38",),
    tags=(*_TAGS, "bedrock"),
    title="AmazonBedrockFullAccess is attached",
    fix="Allow bedrock:InvokeModel for the models that the work takes.",
    docs="https://docs.aws.amazon.com/bedrock/latest/userguide/security-iam-awsmanpol.html",
)
def policy_bedrock_full_access(link: AttachedAWSPolicy) -> Iterator[Finding]:
    """It allows every model, at any cost, and to switch off the log of what they are asked."""
    if link.is_one_of("AmazonBedrockFullAccess"):
        yield link.attached(link.label)


@rule(
    "policy-aws-managed-broad",
    severity="medium",
    over=AttachedAWSPolicy,
    needs=("iam.aws_managed_policies",),
    claims=("S24", "S45"),
    tags=(*_TAGS, "least-privilege"),
    title="Broad AWS managed policy is attached",
    fix="Give a policy of the actions that the work takes; Access Analyzer writes one from recorded activity.",
    docs=_GUIDE,
    cli="aws iam generate-service-last-accessed-details --arn PRINCIPAL_ARN --granularity ACTION_LEVEL",
)
def policy_aws_managed_broad(link: AttachedAWSPolicy) -> Iterator[Finding]:
    """AWS writes its policies for everybody: a FullAccess policy deletes what most of its holders only read.

    Meant are policies with FullAccess in their name, and all that allow every action of a service on every resource,
    as PowerUserAccess does. AdministratorAccess has a rule of its own.
    """
    if link.is_one_of("AdministratorAccess"):
        return
    if "FullAccess" in link.policy_name:
        yield link.attached(link.label)
    elif services := link.full_services:
        what = f"all of {services[0]}" + (f" and {len(services) - 1} other services" if len(services) > 1 else "")
        yield link.attached(f"{link.label} and allows {what}")


@rule(
    "policy-job-function-on-user",
    severity="low",
    over=AttachedAWSPolicy,
    claims=("S44",),
    tags=_TAGS,
    title="AWS's policy for a job function is attached to a user",
    fix="Attach the policy to a role or a permission set that people of that job take.",
    docs=_JOBS,
)
def policy_job_function_on_user(link: AttachedAWSPolicy) -> Iterator[Finding]:
    """A job has many holders over time: a role or permission set is handed on, a user's own policies are forgotten."""
    if link.is_one_of(*_JOB_FUNCTIONS) and link.principal.type == "AWS::IAM::User":
        yield link.attached(link.label)


@rule(
    "policy-aws-managed-deprecated",
    severity="low",
    over=AttachedAWSPolicy,
    claims=("S45",),
    tags=_TAGS,
    title="Deprecated AWS managed policy is attached",
    fix="Attach the policy that AWS offers in its place, and detach this one.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-deprecated.html",
)
def policy_aws_managed_deprecated(link: AttachedAWSPolicy) -> Iterator[Finding]:
    """AWS deprecates a policy that allows too much or lacks something, and corrects it no more.

    Once detached, it cannot be attached again.
    """
    for old, new in _SUPERSEDED.items():
        if link.is_one_of(old):
            yield link.attached(f"{link.label}, and {new.rpartition('/')[2]} has taken its place")
