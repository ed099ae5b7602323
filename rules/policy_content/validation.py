"""What IAM Access Analyzer's own validation says of the account's policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import VALIDATIONS, ValidatedPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"


@rule(
    "policy-access-analyzer-findings",
    severity="medium",
    over=ValidatedPolicy,
    needs=(VALIDATIONS,),
    claims=("S46",),
    tags=("iam", "permissions", "documents", "access-analyzer"),
    title="Access Analyzer finds errors or security warnings in a policy",
    fix="Follow the link of the finding, change the policy, and validate it again before you save it.",
    docs=_GUIDE + "access-analyzer-policy-validation.html",
    cli="aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document file://policy.json",
)
def policy_access_analyzer_findings(policy: ValidatedPolicy) -> Iterator[Finding]:
    """AWS checks policies with over a hundred checks of its own, and knows of new actions and keys before others do.

    Errors are parts that do nothing, security warnings are access that AWS takes for too broad; warnings and
    suggestions are matters of style and are left out. Each kind of finding is told once for each policy, by the code
    that AWS gives it. Customer managed, inline and trust policies are validated, but for trust policies that AWS
    wrote. That takes a call for each distinct text, so it is done only when it is asked for; where the call did not
    answer, the question stays open.
    """
    by_code: dict[str, int] = {}
    remarks = policy.remarks("ERROR", "SECURITY_WARNING")
    for remark in remarks:
        by_code[remark.finding.issue_code] = by_code.get(remark.finding.issue_code, 0) + 1
    for remark in remarks:
        code = remark.finding.issue_code
        if others := by_code.pop(code, 0):
            more = f", and {others - 1} more of the kind" if others > 1 else ""
            where = ", ".join(filter(None, (code, remark.where)))
            yield policy.finding(
                f"{policy.label}: {remark.finding.finding_details} ({where}){more}",
                at=(policy.grant.place, *remark.places),
                discriminator=code,
            )
