"""What watches the account's spending: budgets, and monitors of cost anomalies.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.aws.errors import CallFailed
from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

CALLER = "sts.caller_identity"


@collector(produces="budgets.budgets", calls=("budgets:DescribeBudgets",), after=(CALLER,))
def budgets(aws: Account, seen: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every budget of the account's own."""
    account = seen[CALLER]["Account"]
    for budget in aws.pages("budgets:DescribeBudgets", "Budgets", AccountId=account):
        yield budget["BudgetName"], budget


@collector(produces="ce.anomaly_monitors", calls=("ce:GetAnomalyMonitors",))
def anomaly_monitors(aws: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first monitors, which are enough to know that there are some; none where Cost Explorer was never opened.

    That is told by a denial, whose words are all that tells it from a missing permission.
    """
    try:
        answer = aws.ask("ce:GetAnomalyMonitors", "AnomalyMonitors")
    except CallFailed as failure:
        if "not enabled for cost explorer" not in failure.message.casefold():
            raise
        return
    for monitor in answer["AnomalyMonitors"]:
        yield monitor["MonitorArn"], monitor
