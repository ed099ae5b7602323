"""AWS Organizations: the account's seat in it, and what those see who may ask.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.errors import CallFailed
from auditor.collect.collector import SEAT, collector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.aws.account import Account

ORGANIZATION = "organizations.organization"


@collector(produces=ORGANIZATION, calls=("organizations:DescribeOrganization",))
def organization(aws: Account) -> dict[str, Any] | None:
    """The organization, as any member may see it; None for an account outside any."""
    answer = aws.call(
        "organizations:DescribeOrganization", "Organization", absent=("AWSOrganizationsNotInUseException",)
    )
    return answer["Organization"] if answer else None


@collector(produces=SEAT, calls=("organizations:ListRoots",), after=(ORGANIZATION, "sts.caller_identity"))
def seat(aws: Account, seen: Mapping[str, Any]) -> dict[str, Any]:
    """What the account is in its organization: AWS denies the root to all but two kinds of account."""
    organization: dict[str, Any] | None = seen.get(ORGANIZATION)
    if ORGANIZATION in seen and organization is None:
        return {"Kind": "none"}
    caller = seen.get("sts.caller_identity", {}).get("Account")
    manages = organization is not None and organization["MasterAccountId"] == caller
    try:
        root = next(aws.pages("organizations:ListRoots", "Roots"), None)
    except CallFailed as failure:
        if failure.reason == "denied" and organization and caller and not manages:
            return {"Kind": "member"}
        raise
    return {"Kind": "management" if manages else "delegated", "Root": root}
