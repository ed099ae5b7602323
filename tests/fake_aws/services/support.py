"""AWS Support and Trusted Advisor, for accounts whose plan has an API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation

if TYPE_CHECKING:
    from ..settings import AdvisorCheck
    from ..state import Account


@operation("support", "DescribeSeverityLevels")
def describe_severity_levels(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    _advisor(account, request)
    return {"severityLevels": [{"code": "low", "name": "Low"}, {"code": "normal", "name": "Normal"}]}


@operation("support", "DescribeTrustedAdvisorChecks")
def describe_checks(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Every check there is, whatever its status."""
    return {
        "checks": [
            {"id": check.id, "name": check.name, "description": "", "category": check.category, "metadata": []}
            for check in _advisor(account, request)
        ]
    }


@operation("support", "DescribeTrustedAdvisorCheckSummaries")
def describe_check_summaries(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """How the checks that were asked for ended."""
    if len(params["checkIds"]) > 100:
        raise AWSError("InvalidParameterValueException", "Too many check ids")
    return {
        "summaries": [
            {
                "checkId": check.id,
                "timestamp": f"{account.now:%Y-%m-%dT%H:%M:%SZ}",
                "status": check.status,
                "hasFlaggedResources": check.flagged > 0,
                "resourcesSummary": {
                    "resourcesProcessed": check.flagged + 1,
                    "resourcesFlagged": check.flagged,
                    "resourcesIgnored": 0,
                    "resourcesSuppressed": 0,
                },
                "categorySpecificSummary": {},
            }
            for check in _advisor(account, request)
            if check.id in params["checkIds"]
        ]
    }


def _advisor(account: Account, request: Request) -> tuple[AdvisorCheck, ...]:
    if request.region != "us-east-1":
        raise AWSError("UnknownOperationException", "Trusted Advisor is not available in this region.")
    if account.settings.advisor is None:
        words = "Amazon Web Services Premium Support Subscription is required to use this service."
        raise AWSError("SubscriptionRequiredException", words)
    return account.settings.advisor
