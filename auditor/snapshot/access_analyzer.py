"""IAM Access Analyzer, as the snapshot holds it."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, CamelModel, Model, Text, Timestamp


class Analyzer(CamelModel):
    """An analyzer of one region, of type "ACCOUNT", "ORGANIZATION_UNUSED_ACCESS" and so on, at work if "ACTIVE".

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_AnalyzerSummary.html
    """

    arn: Text
    name: Text
    type: Text
    status: Text


class Criterion(CamelModel):
    """What one key of a filter must be.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Criterion.html
    """

    eq: tuple[Text, ...] = ()
    neq: tuple[Text, ...] = ()
    contains: tuple[Text, ...] = ()
    exists: bool | None = None


class ArchiveRule(CamelModel):
    """A rule that archives every new finding that its filter, a criterion by key, matches."""

    rule_name: Text
    filter: dict[Text, Criterion] = Field(default_factory=dict)


class AnalyzerFinding(CamelModel):
    """A finding of an analyzer.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_FindingSummaryV2.html
    """

    id: Text
    resource: Text = ""
    resource_type: Text = ""
    resource_owner_account: Text = ""
    finding_type: Text = ""


class AnalyzerFindings(Model):
    """The active findings of an analyzer as far as they were listed, and whether there are `more`."""

    findings: tuple[AnalyzerFinding, ...] = ()
    more: bool = False


class PolicyGeneration(CamelModel):
    """A policy that was asked to be generated from activity within the last seven days.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_PolicyGeneration.html
    """

    job_id: Text
    principal_arn: Text
    status: Text
    started_on: Timestamp


class PolicyGenerations(Model):
    """The policies generated in one region."""

    policy_generations: tuple[PolicyGeneration, ...] = ()


class Position(CamelModel):
    """A place in a policy document: `line` from 1, `column` from 0."""

    line: int
    column: int


class Span(CamelModel):
    """Where something in a policy document begins."""

    start: Position


class Location(CamelModel):
    """What a finding about a policy document is about."""

    span: Span


class ValidationFinding(CamelModel):
    """What validation says of a policy document: of type "ERROR", "SECURITY_WARNING", "WARNING" or "SUGGESTION".

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html
    """

    finding_type: Text
    issue_code: Text
    finding_details: Text = ""
    learn_more_link: Text = ""
    locations: tuple[Location, ...] = ()


class PolicyValidation(Model):
    """What validation says of a managed or inline policy by its name, or of a role's trust policy, which has none."""

    policy_name: Text | None = None
    findings: tuple[ValidationFinding, ...] = ()


class AccessAnalyzer(Model):
    """What Access Analyzer told: by ARN of analyzers, and `policy_generations` by region.

    `policy_validations` are by the ARN of a managed policy, or of the principal that carries inline policies or a
    trust policy.
    """

    model_config = OWN_NAMES

    analyzers: dict[Text, Analyzer] = Field(default_factory=dict)
    archive_rules: dict[Text, tuple[ArchiveRule, ...]] = Field(default_factory=dict)
    findings: dict[Text, AnalyzerFindings] = Field(default_factory=dict)
    public_findings: dict[Text, AnalyzerFindings] = Field(default_factory=dict)
    policy_generations: dict[Text, PolicyGenerations] = Field(default_factory=dict)
    policy_validations: dict[Text, tuple[PolicyValidation, ...]] = Field(default_factory=dict)
