"""SageMaker domains, where people come in, and the roles that they then work as."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from auditor.api import PRINCIPALS, ExecutionRole, NotApplicable, NotCollected, SageMakerDomain, certain, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding, Place

_PROFILES = "sagemaker.user_profiles"
_SHOWN_AS_EVIDENCE = 5


@rule(
    "sagemaker-domain-iam-auth",
    severity="medium",
    over=SageMakerDomain,
    claims=("S28", "S33"),
    tags=("sagemaker", "identity-center", "federation"),
    title="SageMaker domain signs people in by IAM rather than by Identity Center",
    fix="Make a new domain with authentication by Identity Center, and move people and their work over to it.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html",
    cli="""\
aws sagemaker create-domain --domain-name NAME --auth-mode SSO --vpc-id VPC_ID --subnet-ids SUBNET_ID \\
  --app-network-access-type VpcOnly --default-user-settings ExecutionRole=ROLE_ARN""",
    terraform="""\
resource "aws_sagemaker_domain" "research" {
  domain_name             = "NAME"
  auth_mode               = "SSO"
  app_network_access_type = "VpcOnly"
  vpc_id                  = "VPC_ID"
  subnet_ids              = ["SUBNET_ID"]
  default_user_settings { execution_role = "ROLE_ARN" }
}""",
)
def sagemaker_domain_iam_auth(domain: SageMakerDomain) -> Iterator[Finding]:
    """With IAM in front, whoever may ask for a presigned address of a user profile is that user.

    With Identity Center each person has one profile, signs in with its MFA, and loses access with the job. A domain's
    authentication cannot be changed later. The question does not arise where the configuration declares the practice
    of IAM users.
    """
    domain.account.require_federated_practice()
    if domain.auth_mode == "IAM":
        yield domain.finding(f"domain {domain.name} signs people in by IAM", at="auth_mode")


@rule(
    "sagemaker-domain-public-network",
    severity="medium",
    over=SageMakerDomain,
    claims=("S28",),
    tags=("sagemaker", "network"),
    title="SageMaker domain sends the traffic of its apps over the internet",
    fix="Change the domain to VpcOnly, with VPC endpoints for SageMaker and S3 and a NAT gateway where one is needed.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html",
    cli="aws sagemaker update-domain --domain-id DOMAIN_ID --app-network-access-type VpcOnly",
)
def sagemaker_domain_public_network(domain: SageMakerDomain) -> Iterator[Finding]:
    """A notebook that reaches any address can carry its data to any address, and no firewall of yours sees it.

    With PublicInternetOnly, AWS's default, apps leave through a VPC of SageMaker's own. With VpcOnly, security groups,
    endpoint policies and flow logs of your VPC apply.
    """
    if domain.network == "PublicInternetOnly":
        yield domain.finding(f"apps of domain {domain.name} reach the internet outside any VPC of yours", at="network")


@rule(
    "sagemaker-domain-no-customer-key",
    severity="low",
    over=SageMakerDomain,
    claims=("S28",),
    tags=("sagemaker", "encryption"),
    title="File system of a SageMaker domain has no customer key",
    fix="Make a new domain with a KMS key of your own; the key of a domain cannot be changed.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html",
    cli="""\
aws sagemaker create-domain --domain-name NAME --auth-mode SSO --vpc-id VPC_ID --subnet-ids SUBNET_ID \\
  --kms-key-id KEY_ARN --default-user-settings ExecutionRole=ROLE_ARN""",
)
def sagemaker_domain_no_customer_key(domain: SageMakerDomain) -> Iterator[Finding]:
    """Home directories of all users are encrypted with a key of AWS's, which nobody can withdraw or limit.

    With a key of your own, its policy says who may read the data, and its use is logged.
    """
    if not domain.kms_key:
        yield domain.finding(f"the file system of domain {domain.name} has no key of your own", at="kms_key")


@rule(
    "sagemaker-domain-shared-role",
    severity="medium",
    over=SageMakerDomain,
    needs=(_PROFILES,),
    claims=("S28", "S51"),
    tags=("sagemaker", "iam", "least-privilege"),
    title="All user profiles of a SageMaker domain work as one role",
    fix="Give each team's user profiles a role of their own that reaches that team's data and nothing else.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
    cli="""\
aws sagemaker update-user-profile --domain-id DOMAIN_ID --user-profile-name NAME \\
  --user-settings ExecutionRole=ROLE_ARN""",
)
def sagemaker_domain_shared_role(domain: SageMakerDomain) -> Iterator[Finding]:
    """With one role for all, everybody reaches the data of everybody, and the role grows with each new need.

    A profile without a role of its own works as the domain's. One profile that works as another role is enough to
    pass. A domain with fewer than two user profiles shares nothing.
    """
    own = domain.profile_roles
    default = domain.default_role
    if certain(own, lambda place: place.value not in (None, default.value), domain.account.snapshot.blind(_PROFILES)):
        return
    if len(own) < 2:
        raise NotApplicable(f"domain {domain.name} has fewer than two user profiles")
    role = str(default.value).rpartition("/")[2]
    yield domain.finding(
        f"all {len(own)} user profiles of domain {domain.name} work as role {role}",
        at=(default, *own[:_SHOWN_AS_EVIDENCE]),
    )


@rule(
    "sagemaker-execution-role-admin",
    severity="high",
    over=ExecutionRole,
    needs=PRINCIPALS,
    claims=("S15", "S51"),
    tags=("sagemaker", "iam", "administrators", "least-privilege"),
    title="SageMaker works as an administrator, or as what can become one",
    fix="Give the role a policy for the data that the work reads and writes, and take the wide one away.",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
    cli="""\
aws iam put-role-policy --role-name NAME --policy-name data --policy-document file://data.json
aws iam detach-role-policy --role-name NAME --policy-arn arn:aws:iam::aws:policy/AdministratorAccess""",
)
def sagemaker_execution_role_admin(role: ExecutionRole) -> Iterator[Finding]:
    """Whoever can open a notebook, or put code into a model, has all that the execution role has.

    So an administrator's role in SageMaker makes an administrator of everybody who may use it, and of every package
    that a notebook installs. So does one that leads to administration step by step: it may write policies, make keys
    for others, or run code as a stronger role. Roles count that a domain, a user profile, a notebook instance, a model
    or one of the newest labelling jobs of a region names. A role that is named and no longer there can do nothing.
    """
    with suppress(NotCollected):  # what could be read may already be enough to become one
        if grants := role.administrative_grants:
            words = f"an administrator by {', '.join(grant.label for grant in grants)}"
            yield _as_administrator(role, words, tuple(grant.place for grant in grants))
            return
    who = role.identity
    if path := who.path:
        found = who.along(path)
        yield _as_administrator(role, f"which can become an administrator: {found.message}", found.evidence)
    elif blind := who.open_questions():
        raise NotCollected(*blind)


def _as_administrator(role: ExecutionRole, words: str, places: tuple[Place, ...]) -> Finding:
    return role.finding(f"SageMaker works as {role.name}, {words}", at=(*places, *role.uses[:_SHOWN_AS_EVIDENCE]))
