"""A user as the credential report shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Source, escape
from auditor.findings.model import Blind

if TYPE_CHECKING:
    from auditor.evaluate.subjects.account import Account

ROOT = "<root_account>"
"""The root user's name in the credential report."""


def report_row(account: Account, user: str) -> Source:
    """A user's row of the credential report, or what was looked up for a user younger than the report.

    Raises NotCollected.
    """
    snapshot = account.snapshot
    if user in snapshot.seen("iam.recent_users") or snapshot.has_gap("iam.recent_users", user):
        recent = account.entry("iam.recent_users", user)
        assert recent is not None
        return recent
    account.touched.add("iam.credential_report")
    report = snapshot.seen("iam.credential_report")
    if report is None or user not in report.rows:
        blind = snapshot.blind("iam.credential_report")
        raise NotCollected(*(blind or (Blind(f"the credential report does not list {user}"),)))
    return Source(f"/iam/credential_report/rows/{escape(user)}", report.rows[user], report.generated_time)
