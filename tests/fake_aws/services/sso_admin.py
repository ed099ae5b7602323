"""IAM Identity Center: everything in the instance's own region, and all but the instance for those who may ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..identity_center import digits
from ..operations import AWSError, Request, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..identity_center import Application, Assignment, IdentityCenter, PermissionSet
    from ..state import Account

LARGEST_PAGE = 100


def asked(name: str, *, management: bool = False) -> Callable[[Any], Any]:
    """An operation on the instance, for those who may ask about it, in its own region; `management` alone for some."""

    def register(function: Any) -> Any:
        def answer(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
            result: dict[str, Any] = function(instance_of(account, params, request.region, management), params)
            return result

        operation("sso-admin", name)(answer)
        return function

    return register


def instance_of(account: Account, params: dict[str, Any], region: str, management: bool = False) -> IdentityCenter:
    """The instance that a request is about."""
    center = account.identity_center
    arns = [value for key, value in params.items() if key.endswith("Arn")]
    if center is None or region != center.region or not all(center.id in arn for arn in arns):
        raise AWSError("ResourceNotFoundException", "The instance could not be found.")
    delegated = not management and account.organization is not None and account.organization.seat == "delegated"
    if account.id != center.owner and not delegated:
        raise AWSError("AccessDeniedException", "You do not have sufficient access to perform this action.")
    return center


def page(member: str, items: list[Any], params: dict[str, Any]) -> dict[str, Any]:
    """One page of at most a hundred."""
    binding = [member, *(str(value) for key, value in sorted(params.items()) if key.endswith(("Arn", "Id", "Status")))]
    found, more = cut_by_token(items, params, largest=LARGEST_PAGE, binding=binding)
    return {member: found, **more}


@operation("sso-admin", "ListInstances")
def list_instances(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The instance, in the region that it is in, or in any when all are asked for."""
    center = account.identity_center
    if center is None or (request.region != center.region and params.get("RegionScope") != "ALL_REGIONS"):
        return {"Instances": []}
    instance = {
        "InstanceArn": center.arn,
        "IdentityStoreId": center.store,
        "OwnerAccountId": center.owner,
        "CreatedDate": center.created,
        "Status": "ACTIVE",
        "PrimaryRegion": center.region,
    }
    return page("Instances", [instance], params)


@asked("ListPermissionSets")
def list_permission_sets(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    return page("PermissionSets", [center.arn_of(each.name) for each in center.permission_sets], params)


@asked("DescribePermissionSet")
def describe_permission_set(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    found = _permission_set(center, params)
    return {
        "PermissionSet": {
            "Name": found.name,
            "PermissionSetArn": params["PermissionSetArn"],
            "CreatedDate": center.created,
            "SessionDuration": found.session,
            **({"Description": found.description} if found.description else {}),
        }
    }


@asked("ListManagedPoliciesInPermissionSet")
def list_managed_policies(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    policies = [{"Name": arn.rpartition("/")[2], "Arn": arn} for arn in _permission_set(center, params).managed]
    return page("AttachedManagedPolicies", policies, params)


@asked("ListCustomerManagedPolicyReferencesInPermissionSet")
def list_customer_managed_policies(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    references = [{"Name": name, "Path": "/"} for name in _permission_set(center, params).customer]
    return page("CustomerManagedPolicyReferences", references, params)


@asked("GetInlinePolicyForPermissionSet")
def get_inline_policy(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    """The document, or an empty text for a permission set without one."""
    inline = _permission_set(center, params).inline
    return {"InlinePolicy": json.dumps(inline) if inline else ""}


@asked("GetPermissionsBoundaryForPermissionSet")
def get_permissions_boundary(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    boundary = _permission_set(center, params).boundary
    if not boundary:
        raise AWSError("ResourceNotFoundException", "The permissions boundary could not be found.")
    if boundary.startswith("arn:"):
        return {"PermissionsBoundary": {"ManagedPolicyArn": boundary}}
    return {"PermissionsBoundary": {"CustomerManagedPolicyReference": {"Name": boundary, "Path": "/"}}}


@asked("ListAccountsForProvisionedPermissionSet")
def list_accounts(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    """The accounts that have a permission set: all, or only those that run its latest version, or an older one."""
    found = _permission_set(center, params)
    accounts = [each for each in center.accounts_of(found) if _has_status(found, each, params)]
    return page("AccountIds", accounts, params)


@asked("ListPermissionSetsProvisionedToAccount")
def list_provisioned(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    account = params["AccountId"]
    found = [
        center.arn_of(each.name)
        for each in center.permission_sets
        if account in center.accounts_of(each) and _has_status(each, account, params)
    ]
    return page("PermissionSets", found, params)


def _has_status(permission_set: PermissionSet, account: str, params: dict[str, Any]) -> bool:
    wanted = params.get("ProvisioningStatus")
    status = "LATEST_PERMISSION_SET_" + ("NOT_" if account in permission_set.outdated else "") + "PROVISIONED"
    return wanted in (None, status)


@asked("ListAccountAssignments")
def list_account_assignments(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    wanted = _permission_set(center, params).name, params["AccountId"]
    found = [_shown(center, each) for each in center.assignments if (each.permission_set, each.account) == wanted]
    return page("AccountAssignments", found, params)


@asked("ListAccountAssignmentsForPrincipal", management=True)
def list_assignments_for_principal(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    """What a user or group has in any account, a user's through groups as well."""
    of = {params["PrincipalId"]}
    if params["PrincipalType"] == "USER":
        names = {center.id_of(person.name): person.name for person in center.people}
        of |= {center.id_of(group) for group, who in center.groups.items() if names.get(params["PrincipalId"]) in who}
    found = [shown for each in center.assignments if (shown := _shown(center, each))["PrincipalId"] in of]
    return page("AccountAssignments", found, params)


def _shown(center: IdentityCenter, assignment: Assignment) -> dict[str, Any]:
    return {
        "AccountId": assignment.account,
        "PermissionSetArn": center.arn_of(assignment.permission_set),
        "PrincipalType": "USER" if assignment.to_user else "GROUP",
        "PrincipalId": center.id_of(assignment.principal),
    }


@asked("ListTrustedTokenIssuers")
def list_trusted_token_issuers(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    found = [
        {"TrustedTokenIssuerArn": _issuer_arn(center, name), "Name": name, "TrustedTokenIssuerType": "OIDC_JWT"}
        for name in center.issuers
    ]
    return page("TrustedTokenIssuers", found, params)


@asked("DescribeTrustedTokenIssuer")
def describe_trusted_token_issuer(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    arn = params["TrustedTokenIssuerArn"]
    name = next((name for name in center.issuers if _issuer_arn(center, name) == arn), None)
    if name is None:
        raise AWSError("ResourceNotFoundException", "The trusted token issuer could not be found.")
    configuration = {
        "IssuerUrl": center.issuers[name],
        "ClaimAttributePath": "email",
        "IdentityStoreAttributePath": "emails.value",
        "JwksRetrievalOption": "OPEN_ID_DISCOVERY",
    }
    return {
        "TrustedTokenIssuerArn": arn,
        "Name": name,
        "TrustedTokenIssuerType": "OIDC_JWT",
        "TrustedTokenIssuerConfiguration": {"OidcJwtConfiguration": configuration},
    }


def _issuer_arn(center: IdentityCenter, name: str) -> str:
    return f"arn:aws:sso::{center.owner}:trustedTokenIssuer/{center.id}/tti-{digits(center.id, name)}"


@asked("ListApplications")
def list_applications(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    found = [
        {
            "ApplicationArn": _application_arn(center, each),
            "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom",
            "Name": each.name,
            "ApplicationAccount": each.account,
            "InstanceArn": center.arn,
            "Status": "ENABLED",
            "CreatedDate": center.created,
        }
        for each in center.applications
    ]
    return page("Applications", found, params)


@asked("GetApplicationAssignmentConfiguration")
def get_application_assignment_configuration(center: IdentityCenter, params: dict[str, Any]) -> dict[str, Any]:
    for each in center.applications:
        if _application_arn(center, each) == params["ApplicationArn"]:
            return {"AssignmentRequired": not each.open}
    raise AWSError("ResourceNotFoundException", "The application could not be found.")


def _application_arn(center: IdentityCenter, application: Application) -> str:
    return f"arn:aws:sso::{center.owner}:application/{center.id}/apl-{digits(center.id, application.name)}"


def _permission_set(center: IdentityCenter, params: dict[str, Any]) -> PermissionSet:
    for each in center.permission_sets:
        if center.arn_of(each.name) == params["PermissionSetArn"]:
            return each
    raise AWSError("ResourceNotFoundException", "The permission set could not be found.")
