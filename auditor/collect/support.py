"""AWS Support: whether the plan opens its API, and what Trusted Advisor found.

https://docs.aws.amazon.com/awssupport/latest/user/about-support-api.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

PLAN = "support.plan"
BASIC = ("SubscriptionRequiredException",)
"""What the API answers to accounts whose support plan has none."""

HOMES = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""The one region of a partition that knows Trusted Advisor."""

MOST_AT_ONCE = 100


@collector(produces=PLAN, calls=("support:DescribeSeverityLevels",))
def plan(aws: Account) -> dict[str, Any]:
    """Whether the support plan has an API."""
    answer = _home(aws).call("support:DescribeSeverityLevels", "severityLevels", absent=BASIC)
    return {"HasApi": answer is not None}


@collector(
    produces="support.trusted_advisor_checks",
    calls=("support:DescribeTrustedAdvisorChecks", "support:DescribeTrustedAdvisorCheckSummaries"),
    after=(PLAN,),
)
def trusted_advisor_checks(aws: Account, seen: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every check with its status; none where the plan has no API."""
    if PLAN not in seen or not seen[PLAN]["HasApi"]:
        return
    home = _home(aws)
    checks = home.ask("support:DescribeTrustedAdvisorChecks", "checks", language="en")["checks"]
    known = {check["id"]: check for check in checks}
    ids = sorted(known)
    for start in range(0, len(ids), MOST_AT_ONCE):
        some = ids[start : start + MOST_AT_ONCE]
        answer = home.ask("support:DescribeTrustedAdvisorCheckSummaries", "summaries", checkIds=some)
        for summary in answer["summaries"]:
            check = known[summary["checkId"]]
            flagged = summary.get("resourcesSummary", {}).get("resourcesFlagged", 0)
            yield (
                check["id"],
                {
                    "Id": check["id"],
                    "Name": check["name"],
                    "Category": check["category"],
                    "Status": summary["status"],
                    "ResourcesFlagged": flagged,
                },
            )


def _home(aws: Account) -> Account:
    return aws.in_region(HOMES.get(aws.partition, aws.region))
