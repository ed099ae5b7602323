"""The account as a whole: who asks, what the account counts, its password policy, its organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.errors import CallFailed
from auditor.collect.collector import collector

if TYPE_CHECKING:
    from auditor.aws.account import Account


@collector(produces="sts.caller_identity", calls=("sts:GetCallerIdentity",))
def caller_identity(aws: Account) -> dict[str, Any]:
    """Who runs the scan. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    return aws.ask("sts:GetCallerIdentity", "Account")


@collector(produces="iam.account_summary", calls=("iam:GetAccountSummary",))
def account_summary(aws: Account) -> dict[str, int]:
    """Counts and root facts. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"""
    summary: dict[str, int] = aws.ask("iam:GetAccountSummary", "SummaryMap")["SummaryMap"]
    return summary


@collector(produces="iam.account_aliases", calls=("iam:ListAccountAliases",))
def account_aliases(aws: Account) -> list[str]:
    """The account's alias, if it has one."""
    return sorted(str(alias) for alias in aws.pages("iam:ListAccountAliases", "AccountAliases"))


@collector(produces="iam.password_policy", calls=("iam:GetAccountPasswordPolicy",))
def password_policy(aws: Account) -> dict[str, Any] | None:
    """The account's own password policy; None where AWS's default applies."""
    answer = aws.call("iam:GetAccountPasswordPolicy", "PasswordPolicy", absent=("NoSuchEntity",))
    return answer["PasswordPolicy"] if answer else None


# What ListOrganizationsFeatures' errors say about the account.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
_STATUS = {
    "AccountNotManagementOrDelegatedAdministratorException": "member",
    "OrganizationNotFoundException": "not-in-organization",
    "OrganizationNotInAllFeaturesModeException": "trusted-access-off",
    "ServiceAccessNotEnabledException": "trusted-access-off",
}


@collector(produces="iam.organizations_features", calls=("iam:ListOrganizationsFeatures",))
def organizations_features(aws: Account) -> dict[str, Any]:
    """Central root access, or why this account cannot ask about it."""
    try:
        answer = aws.ask("iam:ListOrganizationsFeatures", "EnabledFeatures")
    except CallFailed as failure:
        if failure.error not in _STATUS:
            raise
        return {"Status": _STATUS[failure.error]}
    return {"Status": "enabled", "EnabledFeatures": sorted(answer["EnabledFeatures"])}
