"""Who administers the organization and its services: delegated administrators, and services with trusted access."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import (
    VIEW,
    DelegatedAdministrator,
    NotApplicable,
    Options,
    Organization,
    Place,
    TrustedService,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_USER_GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide"
_INTEGRATED = f"{_USER_GUIDE}/orgs_integrate_delegated_admin.html"


@rule(
    "org-delegated-admin-undeclared",
    severity="high",
    over=DelegatedAdministrator,
    tags=("organization", "administrators"),
    title="A delegated administrator is not declared",
    fix="Find out who registered it; deregister it, or declare it in delegated_administrators.",
    docs=_INTEGRATED,
    cli="aws organizations deregister-delegated-administrator --account-id ID --service-principal SERVICE",
)
def org_delegated_admin_undeclared(administrator: DelegatedAdministrator) -> Iterator[Finding]:
    """A delegated administrator reads every account, and with some services changes every account.

    One call registers it, so it is what an intruder in the management account leaves behind. Which ones are right
    only people know: where the configuration declares no `delegated_administrators`, there is nothing to compare.
    """
    declared = administrator.account.declared.delegated_administrators
    if not declared:
        raise NotApplicable("the configuration declares no delegated administrators")
    if administrator.name not in declared:
        yield administrator.finding(
            f"account {administrator.name} ({administrator.title}) administers "
            f"{', '.join(administrator.services) or 'no service'} and is not declared",
            at="services",
        )


class Delegable(Options):
    """`services`: principals of the services that should be administered from a member account."""

    services: tuple[str, ...] = (
        "access-analyzer.amazonaws.com",
        "config.amazonaws.com",
        "guardduty.amazonaws.com",
        "securityhub.amazonaws.com",
    )


@rule(
    "org-delegated-admin-missing",
    severity="medium",
    over=Organization,
    needs=(*VIEW, "organizations.delegated_administrators"),
    options=Delegable,
    tags=("organization", "administrators"),
    title="A security service has no delegated administrator",
    fix="Register the account of the security team as delegated administrator of the service.",
    docs=_INTEGRATED,
    cli="aws organizations register-delegated-administrator --account-id ID --service-principal SERVICE",
)
def org_delegated_admin_missing(organization: Organization, wanted: Delegable) -> Iterator[Finding]:
    """Without one, watching all accounts takes the management account, where nobody should work every day.

    GuardDuty, Security Hub, AWS Config and IAM Access Analyzer are looked at, unless `services` says otherwise.
    """
    account = organization.account
    account.require_organization_view()
    administrators = account.read("organizations.delegated_administrators")
    delegated = {service for administrator in administrators.values() for service in administrator.services}
    for service in wanted.services:
        if service not in delegated:
            yield organization.finding(
                f"{service} has no delegated administrator",
                at=Place("/organizations/delegated_administrators", tuple(sorted(administrators))),
                discriminator=service,
            )


_MANAGES_POLICIES = ("organizations:AttachPolicy", "organizations:CreatePolicy", "organizations:UpdatePolicy")
_NO_POLICY = Place("/organizations/resource_policy")


@rule(
    "org-delegated-policy-admin-missing",
    severity="low",
    over=Organization,
    needs=(*VIEW, "organizations.resource_policy"),
    tags=("organization", "administrators"),
    title="Policies of the organization can be managed from the management account alone",
    fix="Put a delegation policy on the organization that lets the security team's account manage policies.",
    docs=f"{_USER_GUIDE}/orgs_delegate_policies.html",
    cli="aws organizations put-resource-policy --content file://delegation.json",
)
def org_delegated_policy_admin_missing(organization: Organization) -> Iterator[Finding]:
    """Guardrails change often, and each change in the management account is made with power over everything.

    A delegation policy counts where it allows some account to create, change or attach policies; one that allows
    reading alone does not.
    """
    policy = organization.delegation_policy
    if policy is None:
        problem, place = "no delegation policy lets a member account manage policies", _NO_POLICY
    elif not organization.allows_delegates(*_MANAGES_POLICIES):
        problem, place = "the delegation policy lets no account manage policies", policy.place
    else:
        return
    yield organization.finding(problem, at=place)


@rule(
    "org-trusted-access-undeclared",
    severity="low",
    over=TrustedService,
    tags=("organization",),
    title="A service with trusted access is not declared",
    fix="Find out who uses it; disable its trusted access, or declare it in trusted_services.",
    docs=f"{_USER_GUIDE}/orgs_integrate_services.html",
    cli="aws organizations disable-aws-service-access --service-principal SERVICE",
)
def org_trusted_access_undeclared(service: TrustedService) -> Iterator[Finding]:
    """A service with trusted access makes a role for itself in every account of the organization.

    Which ones are in use only people know: where the configuration declares no `trusted_services`, there is nothing
    to compare.
    """
    declared = service.account.declared.trusted_services
    if not declared:
        raise NotApplicable("the configuration declares no trusted services")
    if not any(fnmatchcase(service.name, glob) for glob in declared):
        yield service.finding(f"{service.name} has trusted access and is not declared", at="principal")
