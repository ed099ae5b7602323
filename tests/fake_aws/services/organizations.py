"""Organizations: what every member is told, and what only those see who may read the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation
from ..organization import MemberAccount
from ..paging import cut_by_token

if TYPE_CHECKING:
    from ..organization import Organization, OrganizationPolicy
    from ..state import Account

LARGEST_PAGE = 20
POLICY_TYPES_WITHOUT_EFFECTIVE = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


@operation("organizations", "DescribeOrganization")
def describe_organization(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The organization; its members may ask as well."""
    organization = _organization(account)
    management = f"arn:{account.partition}:organizations::{organization.management_id}"
    return {
        "Organization": {
            "Id": organization.id,
            "Arn": f"{management}:organization/{organization.id}",
            "FeatureSet": organization.feature_set,
            "MasterAccountArn": f"{management}:account/{organization.id}/{organization.management_id}",
            "MasterAccountId": organization.management_id,
            "MasterAccountEmail": organization.management_email,
            "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
        }
    }


@operation("organizations", "DescribeAccount")
def describe_account(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    _readable(account)
    other = request.accounts.get(params["AccountId"])
    if other is None or other.organization is None:
        raise AWSError("AccountNotFoundException", "You specified an account that doesn't exist in your organization.")
    return {"Account": _described(other)}


@operation("organizations", "ListAccounts")
def list_accounts(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The accounts that the server serves and that belong to the same organization, and those that it lists besides."""
    organization = _readable(account)
    return _page(organization, "Accounts", _accounts(organization, request), params)


@operation("organizations", "ListRoots")
def list_roots(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The one root there is, with the policy types that are enabled on it."""
    organization = _readable(account)
    types = [{"Type": kind, "Status": "ENABLED"} for kind in organization.policy_types]
    arn = _arn(account, f"root/{organization.id}/{organization.root}")
    return {"Roots": [{"Id": organization.root, "Arn": arn, "Name": "Root", "PolicyTypes": types}]}


@operation("organizations", "ListPolicies")
def list_policies(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The policies of one type."""
    organization = _readable(account)
    policies = _policies(organization, request)
    found = [_summary(account, policy) for policy in policies if policy.type == params["Filter"]]
    return _page(organization, "Policies", found, params, params["Filter"])


@operation("organizations", "DescribePolicy")
def describe_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    policy = _policy(_readable(account), params, request)
    return {"Policy": {"PolicySummary": _summary(account, policy), "Content": _text(policy.content)}}


@operation("organizations", "ListTargetsForPolicy")
def list_targets_for_policy(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """What a policy is attached to: root, units and accounts."""
    organization = _readable(account)
    policy = _policy(organization, params, request)
    names = {unit.id: unit.name for unit in organization.units} | {organization.root: "Root"}
    names |= {each["Id"]: each["Name"] for each in _accounts(organization, request)}
    targets = [{"TargetId": each, "Name": names[each], **_target(account, each)} for each in policy.targets]
    return _page(organization, "Targets", targets, params, policy.id)


@operation("organizations", "ListDelegatedAdministrators")
def list_delegated_administrators(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    organization = _readable(account)
    kept = ("Id", "Arn", "Email", "Name", "Status", "State", "JoinedMethod", "JoinedTimestamp")
    found = [
        {key: each[key] for key in kept} | {"DelegationEnabledDate": organization.joined}
        for each in _accounts(organization, request)
        if params.get("ServicePrincipal", "") in ("", *organization.delegated.get(each["Id"], ()))
        and each["Id"] in organization.delegated
    ]
    return _page(organization, "DelegatedAdministrators", found, params)


@operation("organizations", "ListDelegatedServicesForAccount")
def list_delegated_services_for_account(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    organization = _readable(account)
    if params["AccountId"] not in organization.delegated:
        raise AWSError("AccountNotRegisteredException", "The account is not a delegated administrator.")
    services = [
        {"ServicePrincipal": each, "DelegationEnabledDate": organization.joined}
        for each in organization.delegated[params["AccountId"]]
    ]
    return _page(organization, "DelegatedServices", services, params, params["AccountId"])


@operation("organizations", "ListAWSServiceAccessForOrganization")
def list_aws_service_access(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    organization = _readable(account)
    services = [{"ServicePrincipal": each, "DateEnabled": organization.joined} for each in organization.trusted]
    return _page(organization, "EnabledServicePrincipals", services, params)


@operation("organizations", "DescribeResourcePolicy")
def describe_resource_policy(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The policy by which the management account lets members manage policies."""
    organization = _readable(account)
    if organization.resource_policy is None:
        raise AWSError("ResourcePolicyNotFoundException", "The resource-based policy document could not be found.")
    summary = {"Id": "rp-0a1b2c3d", "Arn": _arn(account, f"resourcepolicy/{organization.id}/rp-0a1b2c3d")}
    return {"ResourcePolicy": {"ResourcePolicySummary": summary, "Content": _text(organization.resource_policy)}}


@operation("organizations", "ListAccountsWithInvalidEffectivePolicy")
def list_accounts_with_invalid_effective_policy(
    account: Account, params: dict[str, Any], request: Request
) -> dict[str, Any]:
    organization = _readable(account)
    kind = params["PolicyType"]
    if kind in POLICY_TYPES_WITHOUT_EFFECTIVE:
        raise AWSError("InvalidInputException", "You specified an invalid value.")
    if kind not in organization.policy_types:
        raise AWSError("EffectivePolicyNotFoundException", "The effective policy could not be found.")
    invalid = organization.invalid.get(kind, ())
    found = [each for each in _accounts(organization, request) if each["Id"] in invalid]
    return {"PolicyType": kind, **_page(organization, "Accounts", found, params, kind)}


_TARGETS = {"r-": ("root", "ROOT"), "ou": ("ou", "ORGANIZATIONAL_UNIT")}
"""How ids of targets that are no accounts begin -> the word in their ARNs, and their type."""


def _target(account: Account, id: str) -> dict[str, str]:
    word, kind = _TARGETS.get(id[:2], ("account", "ACCOUNT"))
    return {"Arn": _arn(account, f"{word}/{_organization(account).id}/{id}"), "Type": kind}


def _page(
    organization: Organization, member: str, items: list[Any], params: dict[str, Any], binding: str = ""
) -> dict[str, Any]:
    page, more = cut_by_token(items, params, largest=LARGEST_PAGE, binding=[organization.id, member, binding])
    return {member: page, **more}


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _arn(account: Account, resource: str) -> str:
    return f"arn:{account.partition}:organizations::{_organization(account).management_id}:{resource}"


def _accounts(organization: Organization, request: Request) -> list[dict[str, Any]]:
    """Every account of the organization as ListAccounts shows it."""
    served = [
        other for other in request.accounts.values() if other.organization and other.organization.id == organization.id
    ]
    partition = served[0].partition
    return [*map(_described, served), *(_listed(each, organization, partition) for each in organization.accounts)]


def _policies(organization: Organization, request: Request) -> list[OrganizationPolicy]:
    ids = tuple(each["Id"] for each in _accounts(organization, request))
    return list(organization.all_policies(ids))


def _policy(organization: Organization, params: dict[str, Any], request: Request) -> OrganizationPolicy:
    found = [policy for policy in _policies(organization, request) if policy.id == params["PolicyId"]]
    if not found:
        raise AWSError("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
    return found[0]


def _summary(account: Account, policy: OrganizationPolicy) -> dict[str, Any]:
    organization, kind = _organization(account), policy.type.lower()
    owned = _arn(account, f"policy/{organization.id}/{kind}/{policy.id}")
    return {
        "Id": policy.id,
        "Arn": f"arn:{account.partition}:organizations::aws:policy/{kind}/{policy.id}" if policy.aws else owned,
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type,
        "AwsManaged": policy.aws,
    }


def _organization(account: Account) -> Organization:
    if account.organization is None:
        raise AWSError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    return account.organization


def _readable(account: Account) -> Organization:
    """The organization, for an account that may read it; members may not."""
    organization = _organization(account)
    if organization.seat == "member":
        raise AWSError("AccessDeniedException", "You don't have permissions to access this resource.")
    return organization


def _described(account: Account) -> dict[str, Any]:
    organization = _organization(account)
    listed = MemberAccount(account.id, account.name, account.email, organization.path, joined=organization.joined)
    return _listed(listed, organization, account.partition)


def _listed(account: MemberAccount, organization: Organization, partition: str) -> dict[str, Any]:
    owner = f"arn:{partition}:organizations::{organization.management_id}"
    return {
        "Id": account.id,
        "Arn": f"{owner}:account/{organization.id}/{account.id}",
        "Email": account.email,
        "Name": account.name,
        "Status": account.state,
        "State": account.state,
        "Paths": [f"{organization.id}/{account.path}{account.id}/"],
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": account.joined,
    }
