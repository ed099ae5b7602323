"""IAM Access Analyzer, as an account of the fake has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class AnalyzerFinding:
    """A finding about the resource with that ARN."""

    resource: str
    resource_type: str = "AWS::S3::Bucket"
    kind: str = "ExternalAccess"
    public: bool = False
    status: str = "ACTIVE"


@dataclass(frozen=True)
class ArchiveRule:
    """An archive rule; `filter` maps keys to criteria."""

    name: str
    filter: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Analyzer:
    name: str
    region: str
    type: str = "ACCOUNT"
    status: str = "ACTIVE"
    findings: tuple[AnalyzerFinding, ...] = ()
    archive_rules: tuple[ArchiveRule, ...] = ()


@dataclass(frozen=True)
class AccessAnalyzer:
    """`generations` maps regions to ARNs of principals for which policies were generated this week."""

    analyzers: tuple[Analyzer, ...] = ()
    generations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
