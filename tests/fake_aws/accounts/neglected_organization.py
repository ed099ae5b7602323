"""The organization of the neglected account: grown by accident, with one guardrail that few accounts have."""

from __future__ import annotations

from ..organization import MemberAccount, Organization, OrganizationPolicy, Unit
from .parts import deny, document

SANDBOX = Unit("ou-ab12-sandbox01", "Sandbox")
TEAMS = Unit("ou-ab12-teams001", "Teams")


def organization(account: str, email: str) -> Organization:
    """The organization as its management account sees it; that account does the work of a workload account as well."""
    return Organization(
        id="o-neglected01",
        seat="management",
        management_id=account,
        management_email=email,
        policy_types=("SERVICE_CONTROL_POLICY", "TAG_POLICY"),
        units=(SANDBOX, TEAMS),
        accounts=(
            MemberAccount("444400001111", "shop", "shop@corp.example"),
            MemberAccount("444400002222", "data", "data@corp.example", TEAMS.path),
            MemberAccount("444400003333", "playground", "someone+play@hotmail.example", SANDBOX.path),
            MemberAccount("444400004444", "old shop", "oldshop@corp.example", state="SUSPENDED"),
        ),
        policies=(OrganizationPolicy("p-regions1", "regions", "SERVICE_CONTROL_POLICY", _regions(), (SANDBOX.id,)),),
        delegated={"444400002222": ("guardduty.amazonaws.com",)},
        trusted=("guardduty.amazonaws.com", "ram.amazonaws.com"),
        invalid={"TAG_POLICY": ("444400001111",)},
    )


def _regions() -> dict[str, object]:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}
    return document(deny("*", Condition=elsewhere))
