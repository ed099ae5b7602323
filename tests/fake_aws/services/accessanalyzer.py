"""IAM Access Analyzer in each region."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ..entities import days_ago
from ..operations import AWSError, Request, operation
from ..paging import cut_by_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..analyzers import Analyzer, AnalyzerFinding
    from ..state import Account

MADE = days_ago(200)


@operation("accessanalyzer", "ListAnalyzers")
def list_analyzers(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The analyzers of the region."""
    kind = params.get("type")
    listed = [each for each in _here(account, request) if kind in (None, each.type)]
    page, more = _page(listed, params)
    return {"analyzers": [_analyzer(account, each) for each in page], **more}


@operation("accessanalyzer", "ListArchiveRules")
def list_archive_rules(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The archive rules of an analyzer."""
    found = [each for each in _here(account, request) if each.name == params["analyzerName"]]
    if not found:
        raise AWSError("ResourceNotFoundException", "The specified analyzer could not be found.", 404)
    page, more = _page(found[0].archive_rules, params)
    return {
        "archiveRules": [
            {"ruleName": rule.name, "filter": rule.filter, "createdAt": MADE, "updatedAt": MADE} for rule in page
        ],
        **more,
    }


@operation("accessanalyzer", "ListFindingsV2")
def list_findings(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The findings of an analyzer that a filter on status and isPublic lets through."""
    found = [each for each in _here(account, request) if _arn(account, each) == params["analyzerArn"]]
    if not found:
        raise AWSError("ResourceNotFoundException", "The specified analyzer could not be found.", 404)
    wanted = {key: set(criterion["eq"]) for key, criterion in params.get("filter", {}).items()}
    if "isPublic" in wanted and found[0].type not in {"ACCOUNT", "ORGANIZATION"}:
        raise AWSError("ValidationException", "isPublic is not supported for this analyzer type.")
    listed = [
        finding
        for finding in found[0].findings
        if finding.status in wanted.get("status", {finding.status})
        and str(finding.public).lower() in wanted.get("isPublic", {str(finding.public).lower()})
    ]
    page, more = _page(listed, params, binding=params["analyzerArn"])
    return {"findings": [_finding(account, found[0], each) for each in page], **more}


@operation("accessanalyzer", "ListPolicyGenerations")
def list_policy_generations(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Policies generated in the region within the last seven days."""
    arns = account.access_analyzer.generations.get(request.region, ()) if account.access_analyzer else ()
    page, more = _page(arns, params)
    return {
        "policyGenerations": [
            {"jobId": _id(arn), "principalArn": arn, "status": "SUCCEEDED", "startedOn": days_ago(2)} for arn in page
        ],
        **more,
    }


def _here(account: Account, request: Request) -> list[Analyzer]:
    analyzers = account.access_analyzer.analyzers if account.access_analyzer else ()
    return [each for each in analyzers if each.region == request.region]


def _page(items: Sequence[Any], params: dict[str, Any], *, binding: Any = None) -> tuple[Sequence[Any], dict[str, Any]]:
    """One page; names are in camelCase here."""
    asked = {"NextToken": params.get("nextToken"), "MaxResults": params.get("maxResults", 100)}
    page, more = cut_by_token(items, asked, largest=100, binding=binding)
    return page, {"nextToken": more["NextToken"]} if more else {}


def _arn(account: Account, analyzer: Analyzer) -> str:
    return account.arn("access-analyzer", f"analyzer/{analyzer.name}", region=analyzer.region)


def _id(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def _analyzer(account: Account, analyzer: Analyzer) -> dict[str, Any]:
    return {
        "arn": _arn(account, analyzer),
        "name": analyzer.name,
        "type": analyzer.type,
        "status": analyzer.status,
        "createdAt": MADE,
    }


def _finding(account: Account, analyzer: Analyzer, finding: AnalyzerFinding) -> dict[str, Any]:
    return {
        "id": _id(f"{analyzer.region} {analyzer.name} {finding.resource} {finding.kind}"),
        "resource": finding.resource,
        "resourceType": finding.resource_type,
        "resourceOwnerAccount": account.id,
        "status": finding.status,
        "findingType": finding.kind,
        "analyzedAt": MADE,
        "createdAt": MADE,
        "updatedAt": MADE,
    }
