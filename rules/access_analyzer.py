"""IAM Access Analyzer: is it on, what did it find, and what is kept from view?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import (
    DELEGATION,
    Account,
    Analyzer,
    NotApplicable,
    Options,
    Place,
    Region,
    certain,
    require_administration,
    require_every_region,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.api import Finding

_ANALYZERS = "access_analyzer.analyzers"
_REGIONS = "account_management.regions"
_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_TAGS = ("access-analyzer",)


class Coverage(Options):
    """`organization_covers`: true where an organization's analyzer in another account looks at this one as well."""

    organization_covers: bool = False


@rule(
    "access-analyzer-external-missing",
    severity="high",
    over=Region,
    needs=(_ANALYZERS,),
    options=Coverage,
    claims=("S46",),
    tags=_TAGS,
    title="Region has no analyzer of external access",
    fix="Create an analyzer of type ACCOUNT in the region, or one of type ORGANIZATION; both are free of charge.",
    docs=f"{_GUIDE}/what-is-access-analyzer.html",
    cli="aws accessanalyzer create-analyzer --analyzer-name external --type ACCOUNT --region REGION",
    terraform="""\
resource "aws_accessanalyzer_analyzer" "external" {
  analyzer_name = "external"
  type          = "ACCOUNT"
}
""",
)
def access_analyzer_external_missing(region: Region, coverage: Coverage) -> Iterator[Finding]:
    """Without an analyzer nobody notices that a bucket, key, queue or role is open to strangers.

    An analyzer sees the resources of its own region only. Only an active one of type ACCOUNT or ORGANIZATION counts:
    those of unused or internal access do not look outside. An organization's analyzer stands in one account and is
    not shown to the others; where there is one, say so with `organization_covers`.
    """
    analyzers = [analyzer for analyzer in Analyzer.all(region.account) if analyzer.region == region.name]
    if any(analyzer.is_active and analyzer.finds_external_access for analyzer in analyzers):
        return
    region.require(_ANALYZERS)
    if coverage.organization_covers:
        raise NotApplicable("the configuration says that the organization's analyzer covers this account")
    others = ", ".join(f"{analyzer.name} is {analyzer.kind}, {analyzer.status}" for analyzer in analyzers)
    yield region.finding(
        f"no active analyzer of external access in {region.name}" + (f": {others}" if others else ""),
        at=[analyzer.place("kind") for analyzer in analyzers] or Place("/access_analyzer/analyzers"),
    )


@rule(
    "access-analyzer-external-findings",
    severity="medium",
    over=Analyzer,
    needs=("access_analyzer.findings",),
    tags=_TAGS,
    title="Access Analyzer reports access from outside",
    fix="Take the access away, or, where it is meant, archive the finding by a rule that names principal and resource.",
    docs=f"{_GUIDE}/access-analyzer-findings.html",
    cli="aws accessanalyzer list-findings-v2 --analyzer-arn ANALYZER_ARN",
)
def access_analyzer_external_findings(analyzer: Analyzer) -> Iterator[Finding]:
    """Each active finding is an access from another account, or from anywhere, that nobody has called right yet.

    A list that is never worked through hides the one that matters. What is reported is the resource, once, however
    many findings it has and however many analyzers report it: those of every region report IAM roles. The first 500
    findings of an analyzer are read, and the question stays open for the rest.
    """
    if not analyzer.finds_external_access:
        raise NotApplicable(f"analyzer {analyzer.name} does not look for access from outside")
    for resource, places in analyzer.reported("access_analyzer.findings"):
        count = len(places)
        words = "an active finding" if count == 1 else f"{count} active findings"
        yield analyzer.finding(
            f"Access Analyzer has {words} of access from outside to {resource.arn}", at=places
        )._replace(resource=resource)


@rule(
    "access-analyzer-public-finding",
    severity="high",
    over=Analyzer,
    needs=("access_analyzer.public_findings",),
    claims=("S29",),
    tags=_TAGS,
    title="Access Analyzer reports that everybody has access",
    fix="Take * out of the resource's policy, or block public access; archive the finding only if it is a website.",
    docs=f"{_GUIDE}/access-analyzer-concepts.html",
    cli="""aws accessanalyzer list-findings-v2 --analyzer-arn ANALYZER_ARN --filter '{"isPublic": {"eq": ["true"]}}'""",
)
def access_analyzer_public_finding(analyzer: Analyzer) -> Iterator[Finding]:
    """Access Analyzer proves by reasoning, not by trying: what it calls public is open to whoever knows its name.

    Each resource is reported once. Archived findings are settled and do not count.
    """
    if not analyzer.finds_external_access:
        raise NotApplicable(f"analyzer {analyzer.name} does not look for access from outside")
    for resource, places in analyzer.reported("access_analyzer.public_findings"):
        yield analyzer.finding(f"Access Analyzer says that {resource.arn} is public", at=places)._replace(
            resource=resource
        )


@rule(
    "access-analyzer-org-scope-missing",
    severity="low",
    over=Account,
    needs=(_ANALYZERS, _REGIONS, *DELEGATION),
    tags=(*_TAGS, "organization"),
    title="No analyzer looks at the whole organization",
    fix="Create an analyzer of type ORGANIZATION, best in the delegated administrator's account.",
    docs=f"{_GUIDE}/access-analyzer-getting-started.html",
    cli="aws accessanalyzer create-analyzer --analyzer-name organization --type ORGANIZATION",
)
def access_analyzer_org_scope_missing(account: Account) -> Iterator[Finding]:
    """Analyzers of single accounts call every other account a stranger, siblings included, and new accounts have none.

    One of the whole organization takes it as the zone of trust and looks at accounts as they join. The account that
    administers Access Analyzer is asked: the delegated administrator where there is one, else the management account.
    """
    require_administration(account, "access-analyzer.amazonaws.com")
    if _some(account, lambda analyzer: analyzer.finds_external_access and analyzer.covers_organization):
        return
    yield account.finding(
        "no active analyzer of external access covers the organization", at=Place("/access_analyzer/analyzers")
    )


class Alternative(Options):
    """`alternative`: what finds unused access instead, such as another product or a yearly review."""

    alternative: str = ""


@rule(
    "access-analyzer-unused-missing",
    severity="low",
    over=Account,
    needs=(_ANALYZERS, _REGIONS),
    options=Alternative,
    claims=("S38", "S46"),
    tags=(*_TAGS, "least-privilege"),
    title="Nothing looks for access that nobody uses",
    fix="Create an analyzer of unused access in one region, which AWS charges for by user and role, or name what you do"
    " instead in the option `alternative`.",
    docs=f"{_GUIDE}/access-analyzer-create-unused.html",
    cli="aws accessanalyzer create-analyzer --analyzer-name unused --type ACCOUNT_UNUSED_ACCESS",
)
def access_analyzer_unused_missing(account: Account, known: Alternative) -> Iterator[Finding]:
    """Permissions are given in a minute and taken back never, unless something shows which of them lie idle.

    Unused access is a matter of IAM, so an analyzer in any one region sees all of it. It costs money: whoever reviews
    access in another way says so with `alternative`, and the question does not arise. An organization's analyzer in
    another account cannot be seen from here, and counts as such an alternative.
    """
    if known.alternative:
        raise NotApplicable(f"the configuration says what is done instead: {known.alternative}")
    if _some(account, lambda analyzer: analyzer.finds_unused_access):
        return
    yield account.finding("no active analyzer of unused access", at=Place("/access_analyzer/analyzers"))


def _some(account: Account, wanted: Callable[[Analyzer], bool]) -> bool:
    """Whether some region has an active analyzer that is wanted. Raises NotCollected where one may be unseen."""
    blind = account.snapshot.blind(_ANALYZERS)
    if certain(Analyzer.all(account), lambda analyzer: analyzer.is_active and wanted(analyzer), blind):
        return True
    require_every_region(account)
    return False


@rule(
    "access-analyzer-unused-findings",
    severity="low",
    over=Analyzer,
    needs=("access_analyzer.findings",),
    claims=("S38",),
    tags=(*_TAGS, "least-privilege"),
    title="Access Analyzer reports access that nobody uses",
    fix="Delete unused roles, keys and passwords, and take unused permissions away; each finding recommends how.",
    docs=f"{_GUIDE}/access-analyzer-findings.html",
    cli="aws accessanalyzer list-findings-v2 --analyzer-arn ANALYZER_ARN",
)
def access_analyzer_unused_findings(analyzer: Analyzer) -> Iterator[Finding]:
    """What nobody uses can go without being missed, until a thief uses it: no change makes an account safer for less.

    There is one finding for each analyzer, which counts unused roles, keys, passwords and permissions: the console
    of Access Analyzer is the place to work through them. Analyzers of other kinds are not asked.
    """
    if not analyzer.finds_unused_access:
        raise NotApplicable(f"analyzer {analyzer.name} does not look for unused access")
    counts, more, place = analyzer.counts()
    if counts:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        least = "at least " if more else ""
        yield analyzer.finding(f"analyzer {analyzer.name} reports unused access: {least}{kinds}", at=place)


_NAMES = ("principal.", "condition.aws:Principal", "condition.aws:Source")
"""What filter keys begin with that say who has access.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html
"""


@rule(
    "access-analyzer-archive-rule-broad",
    severity="medium",
    over=Analyzer,
    needs=("access_analyzer.archive_rules",),
    tags=_TAGS,
    title="Archive rule hides findings without naming principal or resource",
    fix="Give the rule a principal or a resource that it is about, or delete it; then apply it to old findings again.",
    docs=f"{_GUIDE}/access-analyzer-archive-rules.html",
    cli="aws accessanalyzer delete-archive-rule --analyzer-name ANALYZER --rule-name RULE",
)
def access_analyzer_archive_rule_broad(analyzer: Analyzer) -> Iterator[Finding]:
    """A rule such as "archive all findings about buckets" files every future leak away before anybody sees it.

    A rule is narrow if some key of its filter says by `eq` or `contains` who has access, or to which resource. A
    type of resource, an account or a kind of finding names neither, nor do `neq`, `exists`, or a value of * alone.
    """
    for archive_rule, place in analyzer.archive_rules:
        narrow = any(
            (key == "resource" or key.startswith(_NAMES))
            and any(value.strip("*") for value in (*criterion.eq, *criterion.contains))
            for key, criterion in archive_rule.filter.items()
        )
        if not narrow:
            criteria = ", ".join(sorted(archive_rule.filter)) or "nothing"
            yield analyzer.finding(
                f"archive rule {archive_rule.rule_name} of analyzer {analyzer.name} hides findings by {criteria} alone",
                at=place,
                discriminator=archive_rule.rule_name,
            )
