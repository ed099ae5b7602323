"""Parts of reports, made by hand where a test needs exact figures."""

from __future__ import annotations

from datetime import UTC, datetime

from auditor.findings.model import Resource
from auditor.findings.report import AccountReport, Tally

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def resource(name, account="111122223333"):
    return Resource(f"arn:aws:iam::{account}:user/{name}", "AWS::IAM::User", name, account)


def part(account="111122223333", **changes):
    """An account's part of a report in which one rule was run."""
    empty = AccountReport(
        account, "aws", "", NOON, f"{account}.json", "", 21, 0.4, None, (), (), (), (), (), {"some-rule": Tally()}
    )
    return empty._replace(**changes)
