"""Ground Truth: who labels data, from where, and as which role."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from auditor.api import GRANTS, LabelingRole, NotApplicable, Workforce, certain, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_TEAMS = "sagemaker.work_teams"
_SHOWN_AS_EVIDENCE = 5


@rule(
    "sagemaker-workforce-open",
    severity="low",
    over=Workforce,
    needs=(_TEAMS,),
    claims=("S49",),
    tags=("sagemaker", "network"),
    title="Labelling workforce may sign in from anywhere",
    fix="Give the workforce the address ranges that its workers come from, or put it into a VPC.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateWorkforce.html",
    cli="aws sagemaker update-workforce --workforce-name NAME --source-ip-config Cidrs=203.0.113.0/24",
)
def sagemaker_workforce_open(workforce: Workforce) -> Iterator[Finding]:
    """Workers see the data that they label, and a password that leaks shows it to whoever has found it.

    A range of addresses or a VPC keeps the portal to the places where work is done. A range that holds every address
    limits nothing. A workforce without a work team has nobody who could sign in.
    """
    if not certain(workforce.teams, lambda name: True, workforce.account.snapshot.blind(_TEAMS)):
        raise NotApplicable(f"workforce {workforce.name} has no work team")
    if workforce.vpc is None and not any(map(_limits, workforce.sources.cidrs)):
        yield workforce.finding(
            f"workers of {', '.join(workforce.teams)} in workforce {workforce.name} may sign in from any address",
            at="sources",
        )


def _limits(cidr: str) -> bool:
    """Whether a range leaves any address out. What is no range limits nothing that we know of."""
    try:
        return ip_network(cidr, strict=False).prefixlen > 0
    except ValueError:
        return False


@rule(
    "groundtruth-role-broad",
    severity="medium",
    over=LabelingRole,
    needs=GRANTS,
    claims=("S49",),
    tags=("sagemaker", "s3", "least-privilege"),
    title="Role of labelling jobs reaches every bucket",
    fix="Allow the role the buckets of its input and output alone.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/sms-security-permission-execution-role.html",
    cli="aws iam put-role-policy --role-name NAME --policy-name buckets --policy-document file://buckets.json",
    terraform="""\
data "aws_iam_policy_document" "buckets" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::INPUT_BUCKET/*"]
  }
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::OUTPUT_BUCKET/*"]
  }
}""",
)
def groundtruth_role_broad(role: LabelingRole) -> Iterator[Finding]:
    """Whoever may start a labelling job chooses which data it shows to workers, and the role decides what there is.

    What counts is that all its policies together allow reading, writing or deleting objects in a bucket that none of
    them names, that belongs to nobody whom they name, and that has no tags. Conditions on anything else narrow down
    when, and not what. Asked are the roles of the newest labelling jobs of each region; Ground Truth Plus projects
    have no API, and their roles show here only where labelling jobs use them.
    """
    if broad := role.grants_on_any_object:
        names = ", ".join(grant.label for grant in broad)
        yield role.finding(
            f"labelling jobs work as {role.name}, which reaches the objects of every bucket by {names}",
            at=(*(grant.place for grant in broad), *role.uses[:_SHOWN_AS_EVIDENCE]),
        )
