"""Regions on a bad day: what one of them does not tell is a gap of that region alone, and never an answer."""

import os
from dataclasses import replace
from unittest.mock import patch

import pytest

from auditor.collect.registry import collectors
from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.subjects import Declared
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.fake_aws.state import ENABLED_BY_DEFAULT
from tests.looks import look, look_at

WORKLOADS = "workloads.regions"
ENABLED = {*ENABLED_BY_DEFAULT, "af-south-1"}
MEMBER = replace(accounts.well_kept(), regions=(*ENABLED_BY_DEFAULT, "af-south-1"))


def look_around(account=None, *faults, **options):
    snapshot, calls = look(account or accounts.neglected(), sections=(WORKLOADS,), faults=faults, **options)
    return snapshot, [call for call in calls if call.service in ("ec2", "lambda", "tag")]


def judge(snapshot, rule):
    rules = [load_rules(plugins=False)[rule]]
    return evaluate([Source(snapshot)], rules, Ask(declared=Declared(), keep_all=True)).accounts[0]


def unknown(report):
    return {entry.resource.name for entry in report.not_evaluated}


def test_every_enabled_region_is_looked_at_once():
    snapshot, calls = look_around()
    assert snapshot.gaps == ()
    assert set(snapshot.collection.regions) == set(snapshot.workloads.regions) == ENABLED
    assert sorted(call.region for call in calls if call.service == "ec2") == sorted(ENABLED)


def test_regions_that_do_not_matter_take_no_call():
    snapshot, calls = look_around(MEMBER)
    assert {call.region for call in calls} == set(snapshot.workloads.regions) == {"af-south-1"}
    assert set(snapshot.collection.regions) == ENABLED


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("deny", "denied"), ("throttle", "throttled"), ("fail", "failed"), ("garbage", "failed"), ("empty", "failed")],
)
def test_a_region_that_does_not_answer_is_a_gap_of_its_own(kind, reason):
    snapshot, _ = look_around(None, Fault("lambda:ListFunctions", kind, region="eu-west-1"))
    (gap,) = snapshot.gaps
    assert (gap.section, gap.region, gap.reason, gap.resource) == (WORKLOADS, "eu-west-1", reason, None)
    assert set(snapshot.workloads.regions) == ENABLED - {"eu-west-1"}
    report = judge(snapshot, "org-management-workloads")
    assert unknown(report) == {"eu-west-1"}
    assert len(report.passed) == len(ENABLED) - 1
    assert not report.errors


def test_a_region_that_hangs_holds_up_no_other():
    fault = Fault("ec2:DescribeInstances", "hang", region="sa-east-1")
    snapshot, _ = look_around(None, fault, timeout=8)
    assert [(gap.region, gap.reason) for gap in snapshot.gaps] == [("sa-east-1", "timed-out")]
    assert unknown(judge(snapshot, "org-management-workloads")) == {"sa-east-1"}


def test_a_finding_stays_in_the_region_that_answers():
    snapshot, _ = look_around(None, Fault("ec2:*", "deny", region="us-*"))
    report = judge(snapshot, "org-management-workloads")
    assert [finding.resource.name for finding in report.findings] == ["eu-west-1"]
    assert unknown(report) == {"us-east-1", "us-east-2", "us-west-1", "us-west-2"}


def test_where_no_region_answers_nothing_is_known():
    snapshot, _ = look_around(None, Fault("ec2:*", "deny"))
    assert not snapshot.is_set(WORKLOADS)
    assert {gap.region for gap in snapshot.gaps} == ENABLED
    report = judge(snapshot, "org-management-workloads")
    assert (unknown(report), report.passed, report.findings) == (ENABLED, (), ())


def test_an_opted_in_region_that_rejects_the_credentials_is_a_gap():
    """Tokens of the global STS endpoint may be of version 1, which regions that one opts in to do not take."""
    snapshot, _ = look_around(None, Fault("*", "rejected", region="af-south-1"))
    (gap,) = snapshot.gaps
    assert (gap.region, gap.reason, gap.error) == ("af-south-1", "failed", "AuthFailure")
    assert unknown(judge(snapshot, "org-management-workloads")) == {"af-south-1"}


def test_without_a_list_of_regions_all_are_tried_and_those_that_are_closed_are_no_gap():
    """Nobody knows which are enabled then: one that does not take the credentials surely is not."""
    closed = [Fault("*", "rejected", region=name) for name in ("ap-east-1", "me-south-1", "il-central-1")]
    snapshot, calls = look_around(None, Fault("account:ListRegions", "deny"), *closed)
    assert {call.region for call in calls} > ENABLED
    assert {(gap.section, gap.region) for gap in snapshot.gaps} == {
        ("account_management.regions", "global"),
        (WORKLOADS, "global"),
    }
    assert set(snapshot.workloads.regions) > ENABLED
    assert not set(snapshot.workloads.regions) & {"ap-east-1", "me-south-1", "il-central-1"}
    report = judge(snapshot, "org-management-workloads")
    assert [finding.resource.name for finding in report.findings] == ["eu-west-1"]


def test_named_regions_are_the_only_ones_looked_at():
    snapshot, calls = look_around(regions=("eu-west-1", "eu-west-2"))
    assert {call.region for call in calls} == {"eu-west-1", "eu-west-2"} == set(snapshot.collection.regions)
    assert snapshot.gaps == ()
    assert set(snapshot.workloads.regions) == {"eu-west-1", "eu-west-2"}


def look_where_nobody_listens(service, section):
    """A look at an account, of which one service has no endpoint anywhere."""
    variable = f"AWS_ENDPOINT_URL_{service.upper()}"
    with FakeAWS(MEMBER) as fake, patch.dict(os.environ, {variable: "http://127.0.0.1:1"}):
        return look_at(fake, sections=(section,))


def test_a_service_that_a_region_does_not_have_is_no_gap_there():
    """botocore knows where SageMaker is offered; only there is silence a failure."""
    section = "sagemaker.domains"
    everywhere = look_where_nobody_listens("sagemaker", section)
    assert {gap.error for gap in everywhere.gaps} == {"EndpointConnectionError"}
    with patch("auditor.aws.account.Account.offers", lambda aws, service: aws.region != "eu-north-1"):
        snapshot = look_where_nobody_listens("sagemaker", section)
    assert {gap.region for gap in everywhere.gaps} - {gap.region for gap in snapshot.gaps} == {"eu-north-1"}


@pytest.mark.parametrize("seat", ["management", "delegated", "member"])
def test_the_organization_is_asked_only_by_those_whom_it_answers(seat):
    organization = replace(accounts.neglected().organization, seat=seat)
    if seat != "management":
        organization = replace(organization, management_id="999900001111")
    account = replace(accounts.neglected(), organization=organization)
    sections = tuple(name for name, item in collectors().items() if item.scope == "organization")
    snapshot, calls = look(account, sections=sections)
    told = {name for name in sections if snapshot.is_set(name)}
    assert snapshot.gaps == ()
    assert snapshot.organizations.seat.kind == seat
    if seat == "member":
        assert told == set()
        assert {call.operation for call in calls if call.service == "organizations"} == {
            "DescribeOrganization",
            "ListRoots",
        }
    else:
        assert {name for name in sections if name.startswith("organizations.")} <= told


def test_a_seat_that_is_not_known_leaves_the_organization_open():
    snapshot, _ = look(accounts.neglected(), faults=[Fault("organizations:ListRoots", "fail")])
    assert snapshot.organizations.seat is None
    report = judge(snapshot, "org-ou-structure-flat")
    assert unknown(report) == {accounts.neglected().id}
    assert report.not_applicable == ()


@pytest.mark.parametrize(
    ("section", "listing", "operation", "resource", "error"),
    [
        ("policies", "ListPolicies", "DescribePolicy", "p-regions1", "PolicyNotFoundException"),
        (
            "delegated_administrators",
            "ListDelegatedAdministrators",
            "ListDelegatedServicesForAccount",
            "444400002222",
            "AccountNotRegisteredException",
        ),
    ],
)
def test_what_is_deleted_while_one_looks_is_a_gap_of_its_own(section, listing, operation, resource, error):
    """AWS lists it, and when it is asked about it is gone."""
    account = accounts.neglected()
    emptied = replace(account, organization=replace(account.organization, policies=(), delegated={}))

    def delete(params):
        fake.change(emptied)
        return False

    with FakeAWS(account, faults=[Fault(f"organizations:{listing}", "fail", when=delete)]) as fake:
        snapshot = look_at(fake, sections=(f"organizations.{section}",))
    (gap,) = snapshot.gaps
    assert (gap.resource, gap.operation, gap.error) == (resource, f"organizations:{operation}", error)
    assert snapshot.is_set(f"organizations.{section}")
