"""Access Analyzer: analyzers in every region, and the first of what each of them found."""

from dataclasses import replace

from tests.fake_aws import Fault, accounts
from tests.fake_aws.analyzers import AccessAnalyzer, Analyzer, AnalyzerFinding, ArchiveRule
from tests.looks import look

SECTIONS = tuple(
    f"access_analyzer.{name}" for name in ("archive_rules", "findings", "policy_generations", "public_findings")
)


def with_analyzers(*analyzers, **generations):
    return replace(accounts.newborn(), access_analyzer=AccessAnalyzer(analyzers, generations))


def findings(count, **more):
    return tuple(AnalyzerFinding(f"arn:aws:s3:::bucket-{number}", **more) for number in range(count))


def test_every_region_is_asked_and_only_those_with_analyzers_any_further():
    account = with_analyzers(Analyzer("one", "eu-west-1", findings=findings(1)))
    snapshot, calls = look(account, sections=SECTIONS)
    (arn,) = snapshot.access_analyzer.analyzers
    assert arn == account.arn("access-analyzer", "analyzer/one", region="eu-west-1")
    assert len([call for call in calls if call.operation == "ListAnalyzers"]) == len(account.regions)
    assert {call.region for call in calls if call.operation in ("ListFindingsV2", "ListArchiveRules")} == {"eu-west-1"}


def test_the_first_findings_are_kept_and_that_there_are_more():
    account = with_analyzers(
        Analyzer("full", "us-east-1", findings=findings(500)), Analyzer("fuller", "us-east-1", findings=findings(501))
    )
    snapshot, calls = look(account, sections=("access_analyzer.findings",))
    found = {arn.rpartition("/")[2]: entry for arn, entry in snapshot.access_analyzer.findings.items()}
    assert [len(found[name].findings) for name in ("full", "fuller")] == [500, 500]
    assert [found[name].more for name in ("full", "fuller")] == [False, True]
    assert len([call for call in calls if call.operation == "ListFindingsV2"]) == 5 + 6


def test_only_active_findings_are_listed_and_the_public_ones_apart():
    account = with_analyzers(
        Analyzer(
            "one",
            "us-east-1",
            findings=(
                *findings(2),
                AnalyzerFinding("arn:aws:s3:::open", public=True),
                AnalyzerFinding("arn:aws:s3:::settled", public=True, status="ARCHIVED"),
            ),
        ),
        Analyzer("unused", "us-east-1", "ACCOUNT_UNUSED_ACCESS"),
        Analyzer("internal", "us-east-1", "ACCOUNT_INTERNAL_ACCESS"),
    )
    snapshot, _ = look(account, sections=SECTIONS)
    assert snapshot.gaps == ()
    told = {
        section: {
            arn.rpartition("/")[2]: {finding.resource.rpartition(":")[2] for finding in entry.findings}
            for arn, entry in getattr(snapshot.access_analyzer, section).items()
        }
        for section in ("findings", "public_findings")
    }
    assert told["findings"] == {"one": {"bucket-0", "bucket-1", "open"}, "unused": set()}
    assert told["public_findings"] == {"one": {"open"}}


def test_archive_rules_and_generations_are_kept():
    rule = ArchiveRule("ours", {"principal.AWS": {"eq": ["444455556666"]}, "isPublic": {"exists": True}})
    account = with_analyzers(
        Analyzer("one", "us-east-1", archive_rules=(rule,)), **{"eu-west-1": ("arn:aws:iam::333344445555:role/app",)}
    )
    snapshot, _ = look(account, sections=SECTIONS)
    ((kept,),) = snapshot.access_analyzer.archive_rules.values()
    assert kept.filter["principal.AWS"].eq == ("444455556666",)
    assert kept.filter["isPublic"].exists is True
    (generation,) = snapshot.access_analyzer.policy_generations["eu-west-1"].policy_generations
    assert generation.principal_arn.endswith("role/app")
    assert snapshot.access_analyzer.policy_generations["us-east-1"].policy_generations == ()


def test_one_region_that_is_denied_is_a_gap_of_that_region():
    account = with_analyzers(Analyzer("one", "us-east-1"), Analyzer("two", "eu-west-1"))
    fault = Fault("access-analyzer:ListFindingsV2", "deny", when=lambda params: "eu-west-1" in params["analyzerArn"])
    snapshot, _ = look(account, sections=("access_analyzer.findings",), faults=[fault])
    (gap,) = snapshot.gaps
    assert (gap.region, gap.permission) == ("eu-west-1", "access-analyzer:ListFindings")
    assert gap.resource == account.arn("access-analyzer", "analyzer/two", region="eu-west-1")
    assert len(snapshot.access_analyzer.findings) == 1
