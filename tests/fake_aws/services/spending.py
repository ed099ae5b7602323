"""Budgets, and Cost Explorer's monitors of anomalies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import AWSError, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from ..state import Account


@operation("budgets", "DescribeBudgets")
def describe_budgets(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The budgets of the caller's own account; another one's are denied."""
    if params["AccountId"] != account.id:
        raise AWSError("AccessDeniedException", f"Account {account.id} is not authorized to perform this operation.")
    budgets = [{"BudgetName": each, "BudgetType": "COST", "TimeUnit": "MONTHLY"} for each in account.settings.budgets]
    page, more = cut_by_token(budgets, params, largest=100, binding="budgets")
    return {"Budgets": page, **more}


@operation("ce", "GetAnomalyMonitors")
def get_anomaly_monitors(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The monitors; Cost Explorer denies everything to an account that never opened it."""
    if not account.settings.cost_explorer:
        raise AWSError("AccessDeniedException", "User not enabled for cost explorer access")
    return {
        "AnomalyMonitors": [
            {
                "MonitorArn": account.arn("ce", f"anomalymonitor/{name}"),
                "MonitorName": name,
                "MonitorType": "DIMENSIONAL",
            }
            for name in account.settings.monitors
        ]
    }
