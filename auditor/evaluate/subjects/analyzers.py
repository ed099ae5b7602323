"""IAM Access Analyzer's analyzers and what they found."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field, Source
from auditor.evaluate.subjects.listed import Listed
from auditor.findings.model import Blind, Place, Resource
from auditor.snapshot.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.access_analyzer import AnalyzerFinding, ArchiveRule

ANALYZERS = "access_analyzer.analyzers"
FINDINGS = "access_analyzer.findings"
PUBLIC_FINDINGS = "access_analyzer.public_findings"
ARCHIVE_RULES = "access_analyzer.archive_rules"


class Reported(NamedTuple):
    """A resource that an analyzer has active findings about, and where these stand."""

    resource: Resource
    places: tuple[Place, ...]


class Analyzer(Listed):
    """An analyzer of one region."""

    type = "AWS::AccessAnalyzer::Analyzer"
    noun = "analyzer"
    sections = (ANALYZERS,)

    kind: Field[str] = Field("entry", "type")
    status: Field[str] = Field("entry")

    def __init__(self, account: Account, arn: str, name: str, entry: Source, index: _Index) -> None:
        super().__init__(account, arn, name, entry)
        self.index = index

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every analyzer that was seen."""
        index = _Index(account)
        for arn, entry in account.entries(ANALYZERS):
            yield cls(account, arn, entry.model.name, entry, index)

    @property
    def is_active(self) -> bool:
        """Whether it is at work."""
        return self.status == "ACTIVE"

    @property
    def finds_external_access(self) -> bool:
        """Whether it looks for access from outside of the account or the organization."""
        return self.kind in ("ACCOUNT", "ORGANIZATION")

    @property
    def finds_unused_access(self) -> bool:
        """Whether it looks for access that nobody uses."""
        return self.kind.endswith("_UNUSED_ACCESS")

    @property
    def covers_organization(self) -> bool:
        """Whether it looks at every account of the organization."""
        return self.kind.startswith("ORGANIZATION")

    @property
    def archive_rules(self) -> Iterator[tuple[ArchiveRule, Place]]:
        """Its archive rules, and where each filter stands. Raises NotCollected."""
        source = self._told(ARCHIVE_RULES)
        for position, rule in enumerate(source.model):
            yield rule, Place(f"{source.pointer}/{position}/filter")

    def counts(self) -> tuple[Counter[str], bool, Place]:
        """Its active findings by type, whether there are more than were listed, and where they stand.

        Raises NotCollected.
        """
        source = self._told(FINDINGS)
        counts = Counter(finding.finding_type for finding in source.model.findings)
        return counts, source.model.more, Place(f"{source.pointer}/Findings")

    def reported(self, section: str) -> Iterator[Reported]:
        """The resources that it has active findings about and that no analyzer before it has.

        Resources of IAM belong to no region, so the analyzers of all regions report them. Raises NotCollected, at
        the end where there are more findings than were listed.
        """
        source = self._told(section)
        for resource, places in by_resource(source).items():
            if self.index.first(section)[resource] == self.arn:
                yield Reported(self._resource(source, resource), places)
        if source.model.more:
            words = f"analyzer {self.name} has more than {len(source.model.findings)} active findings"
            raise NotCollected(Blind(words, "access-analyzer:ListFindingsV2"))

    def _told(self, section: str) -> Source:
        source = self.account.entry(section, self.arn)
        if source is None:
            raise NotCollected(Blind(f"{section} does not tell of analyzer {self.name}"))
        return source

    def _resource(self, source: Source, arn: str) -> Resource:
        finding: AnalyzerFinding = next(found for found in source.model.findings if found.resource == arn)
        owner = finding.resource_owner_account or self.account.id
        return Resource(arn, finding.resource_type, arn, owner, region_of(arn) or "global")


class _Index:
    """Which analyzer is the first that reports a resource, by section; made when it is first asked for."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def first(self, section: str) -> dict[str, str]:
        """Resource -> ARN of the analyzer."""
        return self.external if section == FINDINGS else self.public

    @cached_property
    def external(self) -> dict[str, str]:
        return self._first(FINDINGS)

    @cached_property
    def public(self) -> dict[str, str]:
        return self._first(PUBLIC_FINDINGS)

    def _first(self, section: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for arn, source in self.account.entries(section):
            for resource in by_resource(source):
                found.setdefault(resource, arn)
        return found


def by_resource(source: Source) -> dict[str, tuple[Place, ...]]:
    """The resources of an analyzer's findings of access from outside, and where these stand."""
    found: dict[str, tuple[Place, ...]] = {}
    for position, finding in enumerate(source.model.findings):
        if finding.finding_type in ("", "ExternalAccess") and finding.resource:
            place = Place(f"{source.pointer}/Findings/{position}/resource", finding.resource)
            found[finding.resource] = (*found.get(finding.resource, ()), place)
    return found
