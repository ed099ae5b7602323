"""Services that lie idle and what Access Analyzer validates, as whole accounts are judged."""

import json
from functools import cache

from auditor.evaluate.engine import Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.snapshot.files import dumps
from tests.fake_aws import accounts
from tests.looks import look

RULES = load_rules(plugins=False)
UNUSED, VALIDATED = "policy-grants-unused-services", "policy-access-analyzer-findings"


@cache
def neglected():
    snapshot, _ = look(
        accounts.neglected(),
        sections=(*RULES[UNUSED].sections, *RULES[VALIDATED].sections),
        opted_in=("last-accessed", "policy-validation"),
    )
    return Source(snapshot, "account.json", dumps(snapshot))


def findings(rule):
    (account,) = evaluate([neglected()], [RULES[rule]]).accounts
    assert not account.errors
    assert not account.not_evaluated
    return {finding.resource.name: finding for finding in account.findings}


def test_a_service_is_proven_idle_by_its_last_use_or_by_standing_there_without_one():
    claire = findings(UNUSED)["claire.admin"]
    assert "did not use 12 of 13 services within 90 days: dynamodb, ec2, ecr, kms" in claire.message
    values = [(place.pointer.rpartition("/")[2], str(place.value)) for place in claire.evidence[:2]]
    assert values == [("ServiceNamespace", "dynamodb"), ("LastAuthenticated", "2026-01-24 12:00:00+00:00")]


def test_a_finding_of_validation_carries_code_place_and_link():
    found = findings(VALIDATED)["god-mode"]
    assert found.discriminator == "god-mode PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"
    policy, code, start, link = found.evidence
    assert policy.value == "god-mode"
    assert code.value == "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"
    assert start.value.line == 1
    assert link.value.startswith("https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-")
    assert code.pointer.rpartition("/")[0] == link.pointer.rpartition("/")[0]


def test_all_evidence_stands_in_the_snapshot():
    state = json.loads(neglected().text)
    for finding in (*findings(UNUSED).values(), *findings(VALIDATED).values()):
        for place in finding.evidence:
            value = state
            for token in place.pointer.split("/")[1:]:
                key = token.replace("~1", "/").replace("~0", "~")
                value = value[int(key) if isinstance(value, list) else key]


def test_both_are_asked_only_where_their_sections_were_asked_for():
    assert {UNUSED, VALIDATED} & {rule.id for rule in select(RULES)} == set()
    chosen = select(RULES, opted_in=("last-accessed", "policy-validation"))
    assert {UNUSED, VALIDATED} <= {rule.id for rule in chosen}
