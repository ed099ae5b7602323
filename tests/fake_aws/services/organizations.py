"""Organizations, as far as one account sees it, and the list of accounts for those who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from ..state import Account, Organization


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
    """The accounts that the server serves and that belong to the same organization, 20 a page."""
    organization = _readable(account)
    members = [
        other for other in request.accounts.values() if other.organization and other.organization.id == organization.id
    ]
    page, more = cut_by_token(members, params, largest=20, binding=organization.id)
    return {"Accounts": [_described(other) for other in page], **more}


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
    owner = f"arn:{account.partition}:organizations::{organization.management_id}"
    return {
        "Id": account.id,
        "Arn": f"{owner}:account/{organization.id}/{account.id}",
        "Email": account.email,
        "Name": account.name,
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "Paths": [f"{organization.id}/{organization.path}{account.id}/"],
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": organization.joined,
    }
