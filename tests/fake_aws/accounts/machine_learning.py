"""SageMaker as two accounts have it: clicked together from the guide, and closed in on all sides."""

from __future__ import annotations

from ..sagemaker import Domain, EndpointConfig, LabelingJob, Model, NotebookInstance, SageMaker, UserProfile, Workforce

WEST, IRELAND = "us-west-2", "eu-west-1"
SUBNET = "subnet-0a1b2c3d4e5f60718"


def clicked_together(account_id: str) -> SageMaker:
    """What following the guide with its defaults leaves, and a role that somebody was in a hurry with."""
    role = f"arn:aws:iam::{account_id}:role/service-role/AmazonSageMaker-ExecutionRole-20260301T101010"
    admin = f"arn:aws:iam::{account_id}:role/notebook-admin"
    return SageMaker(
        domains=(
            Domain(
                "d-neglected01",
                "QuickSetupDomain",
                role,
                WEST,
                profiles=(UserProfile("ana"), UserProfile("default-ben")),
            ),
        ),
        notebooks=(
            NotebookInstance("scratch", admin, WEST, platform="notebook-al2-v2"),
            NotebookInstance("tutorial", role, "us-east-1", platform="notebook-al1-v1"),
        ),
        models=(Model("churn", role, WEST),),
        endpoint_configs=(EndpointConfig("churn-endpoint", WEST),),
        workforces=(Workforce("default", WEST, teams=("labelers",)),),
        labeling_jobs=(LabelingJob("first-images", f"arn:aws:iam::{account_id}:role/image-labels", WEST),),
    )


def closed_in(account_id: str) -> SageMaker:
    """Identity Center in front, a VPC around, keys of its own, and a role for each task."""
    roles = f"arn:aws:iam::{account_id}:role"
    key = f"arn:aws:kms:{IRELAND}:{account_id}:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    return SageMaker(
        domains=(
            Domain(
                "d-wellkept001",
                "research",
                f"{roles}/ml-research",
                IRELAND,
                "SSO",
                "VpcOnly",
                key,
                (UserProfile("forecast", f"{roles}/ml-forecast"), UserProfile("vision")),
            ),
        ),
        notebooks=(
            NotebookInstance(
                "forecast",
                f"{roles}/ml-forecast",
                IRELAND,
                direct_internet=False,
                root_access=False,
                subnet=SUBNET,
                kms_key=key,
            ),
        ),
        models=(Model("forecast", f"{roles}/ml-forecast", IRELAND, isolated=True),),
        endpoint_configs=(EndpointConfig("forecast", IRELAND, (2, None)),),
        workforces=(Workforce("default", IRELAND, cidrs=("203.0.113.0/24",), teams=("labelers",)),),
        labeling_jobs=(LabelingJob("images", f"{roles}/ml-research", IRELAND),),
    )
