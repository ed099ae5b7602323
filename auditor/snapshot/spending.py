"""What watches the account's spending, as the snapshot holds it."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text


class Budget(Model):
    """A budget. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html"""

    budget_name: Text
    budget_type: Text = ""


class AnomalyMonitor(Model):
    """A cost anomaly monitor.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_AnomalyMonitor.html
    """

    monitor_arn: Text
    monitor_name: Text = ""


class Budgets(Model):
    """What AWS Budgets told: `budgets` by name."""

    model_config = OWN_NAMES

    budgets: dict[Text, Budget] = Field(default_factory=dict)


class CostExplorer(Model):
    """What Cost Explorer told: `anomaly_monitors` by ARN."""

    model_config = OWN_NAMES

    anomaly_monitors: dict[Text, AnomalyMonitor] = Field(default_factory=dict)
