"""IAM Access Analyzer, region by region.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from auditor.collect.collector import collector
from auditor.snapshot.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account, Unseen

    Entries = Iterator[tuple[str, Any] | Unseen]

ANALYZERS = "access_analyzer.analyzers"
EXTERNAL = frozenset({"ACCOUNT", "ORGANIZATION"})
UNUSED = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
FINDINGS_PAGE = 100
MOST_FINDINGS = 500
"""So many active findings of one analyzer are listed; that there are more is all that is said of the rest."""


@collector(produces=ANALYZERS, calls=("access-analyzer:ListAnalyzers",), scope="region")
def analyzers(aws: Account) -> Entries:
    """Every analyzer, of whatever type."""
    for analyzer in aws.pages("access-analyzer:ListAnalyzers", "analyzers"):
        yield analyzer["arn"], analyzer


@collector(
    produces="access_analyzer.archive_rules",
    calls=("access-analyzer:ListArchiveRules",),
    after=(ANALYZERS,),
    scope="region",
)
def archive_rules(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Every analyzer's archive rules."""
    here = _here(aws, seen)

    def listed(arn: str) -> list[dict[str, Any]]:
        rules = aws.pages("access-analyzer:ListArchiveRules", "archiveRules", analyzerName=here[arn]["name"])
        return sorted(rules, key=lambda rule: str(rule["ruleName"]))

    return aws.each(listed, here)


@collector(
    produces="access_analyzer.findings",
    calls=("access-analyzer:ListFindingsV2",),
    after=(ANALYZERS,),
    scope="region",
)
def findings(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """The active findings of analyzers of external and of unused access."""
    return aws.each(lambda arn: _active(aws, arn), _here(aws, seen, EXTERNAL | UNUSED))


@collector(
    produces="access_analyzer.public_findings",
    calls=("access-analyzer:ListFindingsV2",),
    after=(ANALYZERS,),
    scope="region",
)
def public_findings(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Those active findings that say that everybody has access: the list of all findings does not tell which."""
    return aws.each(lambda arn: _active(aws, arn, isPublic={"eq": ["true"]}), _here(aws, seen, EXTERNAL))


def _here(aws: Account, seen: Mapping[str, Any], types: frozenset[str] = frozenset()) -> dict[str, dict[str, Any]]:
    """This region's analyzers by ARN, of the given types or of all."""
    return {
        arn: analyzer
        for arn, analyzer in sorted(seen.get(ANALYZERS, {}).items())
        if region_of(arn) == aws.region and (not types or analyzer["type"] in types)
    }


def _active(aws: Account, arn: str, **narrower: Any) -> dict[str, Any]:
    wanted = {"status": {"eq": ["ACTIVE"]}, **narrower}
    pages = aws.pages(
        "access-analyzer:ListFindingsV2", "findings", analyzerArn=arn, filter=wanted, maxResults=FINDINGS_PAGE
    )
    listed = list(islice(pages, MOST_FINDINGS + 1))
    return {
        "Findings": sorted(listed[:MOST_FINDINGS], key=lambda finding: str(finding["id"])),
        "More": len(listed) > MOST_FINDINGS,
    }


@collector(
    produces="access_analyzer.policy_generations", calls=("access-analyzer:ListPolicyGenerations",), scope="region"
)
def policy_generations(aws: Account) -> Entries:
    """The policies generated from activity: AWS keeps the list for seven days."""
    listed = aws.pages("access-analyzer:ListPolicyGenerations", "policyGenerations")
    yield aws.region, {"PolicyGenerations": sorted(listed, key=lambda generation: str(generation["jobId"]))}
