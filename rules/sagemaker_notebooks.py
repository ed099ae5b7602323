"""SageMaker notebook instances: network, root, encryption, platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import Blind, NotCollected, NotebookInstance, Options, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_NETWORK = "https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html"


@rule(
    "sagemaker-notebook-direct-internet",
    severity="high",
    over=NotebookInstance,
    claims=("S28",),
    tags=("sagemaker", "network"),
    title="Notebook instance has direct internet access",
    fix="Make the notebook anew in a subnet of your VPC with direct internet access off; it cannot be changed later.",
    docs=_NETWORK,
    cli="""\
aws sagemaker create-notebook-instance --notebook-instance-name NAME --instance-type ml.t3.medium \\
  --role-arn ROLE_ARN --subnet-id SUBNET_ID --security-group-ids GROUP_ID --direct-internet-access Disabled""",
    terraform="""\
resource "aws_sagemaker_notebook_instance" "work" {
  name                   = "NAME"
  role_arn               = "ROLE_ARN"
  instance_type          = "ml.t3.medium"
  subnet_id              = "SUBNET_ID"
  security_groups        = ["GROUP_ID"]
  direct_internet_access = "Disabled"
  root_access            = "Disabled"
  kms_key_id             = "KEY_ARN"
  platform_identifier    = "notebook-al2023-v1"
}""",
)
def sagemaker_notebook_direct_internet(notebook: NotebookInstance) -> Iterator[Finding]:
    """Code in the notebook, and every package that it installs, can send data to any address, past all your firewalls.

    This traffic leaves through a VPC of SageMaker's own even where the notebook has a subnet of yours as well.
    """
    if notebook.direct_internet_access == "Enabled":
        yield notebook.finding(f"notebook {notebook.name} reaches the internet directly", at="direct_internet_access")


@rule(
    "sagemaker-notebook-no-vpc",
    severity="high",
    over=NotebookInstance,
    claims=("S28",),
    tags=("sagemaker", "network"),
    title="Notebook instance is outside any VPC of yours",
    fix="Make the notebook anew in a subnet of your VPC; it cannot be moved later.",
    docs=_NETWORK,
    cli="""\
aws sagemaker create-notebook-instance --notebook-instance-name NAME --instance-type ml.t3.medium \\
  --role-arn ROLE_ARN --subnet-id SUBNET_ID --security-group-ids GROUP_ID --direct-internet-access Disabled""",
)
def sagemaker_notebook_no_vpc(notebook: NotebookInstance) -> Iterator[Finding]:
    """Without a subnet no security group, endpoint policy or flow log of yours sees what the notebook does."""
    if not notebook.subnet:
        yield notebook.finding(f"notebook {notebook.name} has no subnet of yours", at="subnet")


@rule(
    "sagemaker-notebook-root-access",
    severity="high",
    over=NotebookInstance,
    claims=("S28",),
    tags=("sagemaker", "least-privilege"),
    title="Users of a notebook instance are root on it",
    fix="Stop the notebook, turn root access off, and start it again; lifecycle scripts keep running as root.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html",
    cli="""\
aws sagemaker stop-notebook-instance --notebook-instance-name NAME
aws sagemaker update-notebook-instance --notebook-instance-name NAME --root-access Disabled
aws sagemaker start-notebook-instance --notebook-instance-name NAME""",
)
def sagemaker_notebook_root_access(notebook: NotebookInstance) -> Iterator[Finding]:
    """Who is root on the instance can read the files of all its users, and change or stop whatever watches them."""
    if notebook.root_access == "Enabled":
        yield notebook.finding(f"users of notebook {notebook.name} are root on it", at="root_access")


@rule(
    "sagemaker-notebook-not-encrypted",
    severity="medium",
    over=NotebookInstance,
    claims=("S28",),
    tags=("sagemaker", "encryption"),
    title="Volume of a notebook instance has no customer key",
    fix="Make the notebook anew with a KMS key of your own; the key cannot be changed later.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html",
    cli="""\
aws sagemaker create-notebook-instance --notebook-instance-name NAME --instance-type ml.t3.medium \\
  --role-arn ROLE_ARN --subnet-id SUBNET_ID --security-group-ids GROUP_ID --kms-key-id KEY_ARN""",
)
def sagemaker_notebook_not_encrypted(notebook: NotebookInstance) -> Iterator[Finding]:
    """Without a key of your own, nothing but SageMaker's permissions guards the volume with data and credentials.

    With one, its policy says who may read the volume, its use is logged, and withdrawing it closes everything.
    """
    if not notebook.kms_key:
        yield notebook.finding(f"the volume of notebook {notebook.name} has no key of your own", at="kms_key")


class Platforms(Options):
    """`supported_platforms`: the platforms that notebooks may run on."""

    supported_platforms: tuple[str, ...] = ("notebook-al2023-v1",)


@rule(
    "sagemaker-notebook-platform-unsupported",
    severity="medium",
    over=NotebookInstance,
    options=Platforms,
    claims=("S28",),
    tags=("sagemaker", "outdated"),
    title="Notebook instance runs on a platform that is no longer supported",
    fix="Back up what is on the notebook's volume and move it to a notebook on Amazon Linux 2023.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2023.html",
    cli="""\
aws sagemaker stop-notebook-instance --notebook-instance-name NAME
aws sagemaker update-notebook-instance --notebook-instance-name NAME --platform-identifier notebook-al2023-v1
aws sagemaker start-notebook-instance --notebook-instance-name NAME""",
)
def sagemaker_notebook_platform_unsupported(notebook: NotebookInstance, allowed: Platforms) -> Iterator[Finding]:
    """A platform out of support gets no security patches, in an instance that holds data and a role's credentials.

    Amazon Linux 1 and 2 have both come to their end. Where AWS does not say the platform, the question stays open.
    """
    if not notebook.platform:
        raise NotCollected(Blind(f"AWS does not say on which platform notebook {notebook.name} runs"))
    if notebook.platform not in allowed.supported_platforms:
        yield notebook.finding(f"notebook {notebook.name} runs on {notebook.platform}", at="platform")
