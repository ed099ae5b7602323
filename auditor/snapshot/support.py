"""AWS Support and Trusted Advisor, as the snapshot holds them."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text


class Plan(Model):
    """The support plan: AWS tells only whether it is one that opens the Support API, and so Trusted Advisor."""

    has_api: bool


class TrustedAdvisorCheck(Model):
    """A check and how it ended: `status` is "ok", "warning", "error" or "not_available".

    https://docs.aws.amazon.com/awssupport/latest/APIReference/API_TrustedAdvisorCheckSummary.html
    """

    id: Text
    name: Text = ""
    category: Text = ""
    status: Text = ""
    resources_flagged: int = 0


class Support(Model):
    """What AWS Support told: `trusted_advisor_checks` by id."""

    model_config = OWN_NAMES

    plan: Plan | None = None
    trusted_advisor_checks: dict[Text, TrustedAdvisorCheck] = Field(default_factory=dict)
