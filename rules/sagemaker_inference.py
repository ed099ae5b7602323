"""SageMaker models and the endpoints that serve them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import EndpointConfig, NotApplicable, SageMakerModel, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding


@rule(
    "sagemaker-model-not-isolated",
    severity="medium",
    over=SageMakerModel,
    claims=("S28",),
    tags=("sagemaker", "network"),
    title="Model runs without network isolation",
    fix="Make the model anew with network isolation, and make the endpoints that serve it use the new one.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html",
    cli="""\
aws sagemaker create-model --model-name NAME --execution-role-arn ROLE_ARN --enable-network-isolation \\
  --primary-container Image=IMAGE,ModelDataUrl=S3_URL""",
    terraform="""\
resource "aws_sagemaker_model" "work" {
  name                     = "NAME"
  execution_role_arn       = "ROLE_ARN"
  enable_network_isolation = true
  primary_container { image = "IMAGE" }
}""",
)
def sagemaker_model_not_isolated(model: SageMakerModel) -> Iterator[Finding]:
    """A container that can open connections can send away what it is asked, and use the role's credentials.

    With isolation the container gets its data from SageMaker and no credentials at all. A model that must call other
    services cannot be isolated: suppress the finding for it, and put it in a VPC.
    """
    if not model.isolated:
        yield model.finding(f"model {model.name} runs without network isolation", at="isolated")


@rule(
    "sagemaker-endpoint-single-instance",
    severity="low",
    over=EndpointConfig,
    claims=("S28",),
    tags=("sagemaker", "availability"),
    title="Endpoint starts with a single instance",
    fix="Start each production variant with two instances or more, which SageMaker spreads over availability zones.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/best-practices-endpoint-availability.html",
    cli="""\
aws sagemaker create-endpoint-config --endpoint-config-name NAME --production-variants \\
  VariantName=main,ModelName=MODEL,InstanceType=ml.m5.large,InitialInstanceCount=2""",
)
def sagemaker_endpoint_single_instance(config: EndpointConfig) -> Iterator[Finding]:
    """One instance is one availability zone: when it fails, the endpoint answers nobody until another has started.

    A serverless variant has no instances of its own, and a configuration of such variants alone is not asked.
    """
    counted = {
        v.variant_name: v.initial_instance_count for v in config.variants if v.initial_instance_count is not None
    }
    if not counted:
        raise NotApplicable(f"endpoint configuration {config.name} has no variant with instances")
    if single := [name for name, count in counted.items() if count < 2]:
        words = f"variant{'s' if len(single) > 1 else ''} {', '.join(single)} of {config.name}"
        yield config.finding(f"{words} start{'' if len(single) > 1 else 's'} with one instance", at="variants")
