"""The account's own settings: contacts, budgets, support, and what runs where."""

import os
from dataclasses import replace
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.session import connect
from auditor.collect.runner import collect
from tests.fake_aws import Fault, accounts
from tests.fake_aws.settings import AdvisorCheck, Settings
from tests.looks import look


def see(account, section, *faults, **options):
    snapshot, calls = look(account, sections=(section,), faults=faults, **options)
    return snapshot, calls


def with_settings(**settings):
    return replace(accounts.newborn(), settings=Settings(**settings))


def test_contacts():
    snapshot, _ = see(accounts.neglected(), "account_management.alternate_contacts")
    told = snapshot.account_management.alternate_contacts
    assert set(told) == {"BILLING", "OPERATIONS"}
    assert told["BILLING"].contact_name == "Some One"
    assert snapshot.gaps == ()
    snapshot, _ = see(accounts.neglected(), "account_management.contact_information")
    assert snapshot.account_management.contact_information.full_name == "Admin"


def test_no_contact_is_an_answer():
    snapshot, _ = see(with_settings(), "account_management.contact_information")
    assert snapshot.is_set("account_management.contact_information")
    assert snapshot.account_management.contact_information is None


def test_one_contact_that_is_denied_hides_no_other():
    fault = Fault("account:GetAlternateContact", "deny", when=lambda sent: sent["AlternateContactType"] == "BILLING")
    snapshot, _ = see(accounts.neglected(), "account_management.alternate_contacts", fault)
    assert [gap.resource for gap in snapshot.gaps] == ["BILLING"]
    assert set(snapshot.account_management.alternate_contacts) == {"OPERATIONS"}


def test_budgets_page_and_are_those_of_the_account():
    snapshot, calls = see(with_settings(budgets=tuple(f"b{number}" for number in range(150))), "budgets.budgets")
    assert len(snapshot.budgets.budgets) == 150
    assert [call.params["AccountId"] for call in calls if call.service == "budgets"] == [snapshot.account] * 2


def test_the_permission_for_budgets_has_another_name():
    snapshot, _ = see(accounts.newborn(), "budgets.budgets", Fault("budgets:*", "deny"))
    (gap,) = snapshot.gaps
    assert (gap.operation, gap.permission) == ("budgets:DescribeBudgets", "budgets:ViewBudget")


def test_where_cost_explorer_was_never_opened_there_is_no_monitor():
    snapshot, _ = see(with_settings(cost_explorer=False), "ce.anomaly_monitors")
    assert snapshot.gaps == ()
    assert snapshot.ce.anomaly_monitors == {}


def test_a_missing_permission_for_cost_explorer_is_a_gap():
    snapshot, _ = see(accounts.newborn(), "ce.anomaly_monitors", Fault("ce:*", "deny"))
    assert [gap.reason for gap in snapshot.gaps] == ["denied"]


def test_a_support_plan_without_an_api():
    snapshot, calls = see(with_settings(), "support.trusted_advisor_checks")
    assert snapshot.gaps == ()
    assert not snapshot.support.plan.has_api
    assert [call.operation for call in calls if call.service == "support"] == ["DescribeSeverityLevels"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_trusted_advisor_is_asked_in_its_one_region_a_hundred_checks_at_once(region):
    checks = tuple(AdvisorCheck(f"check{number:03}", f"Check {number}", flagged=number) for number in range(250))
    snapshot, calls = see(with_settings(advisor=checks), "support.trusted_advisor_checks", region=region)
    assert snapshot.gaps == ()
    assert len(snapshot.support.trusted_advisor_checks) == 250
    assert snapshot.support.trusted_advisor_checks["check007"].resources_flagged == 7
    support = [call for call in calls if call.service == "support"]
    assert {call.region for call in support} == {"us-east-1"}
    assert [len(call.params["checkIds"]) for call in support if "checkIds" in call.params] == [100, 100, 50]


def test_where_the_plan_is_not_known_trusted_advisor_is_not_asked():
    snapshot, calls = see(accounts.neglected(), "support.trusted_advisor_checks", Fault("support:*", "fail"))
    assert {gap.section for gap in snapshot.gaps} == {"support.plan", "support.trusted_advisor_checks"}
    assert len([call for call in calls if call.service == "support"]) == 1


def test_workloads_are_the_first_few_of_each_kind():
    id = accounts.newborn().id
    resources = tuple(f"arn:aws:ec2:af-south-1:{id}:instance/i-{number:03}" for number in range(30))
    account = replace(with_settings(resources=resources), regions=("af-south-1", "us-east-1"))
    snapshot, _ = see(account, "workloads.regions")
    (found,) = snapshot.workloads.regions.values()
    assert (len(found.instances), len(found.resources), found.functions) == (20, 20, ())


def test_alternate_contacts_of_moto():
    """A second opinion on shapes, and on what is said of a contact that was never given."""
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, keys), mock_aws():
        boto3.client("account").put_alternate_contact(
            AlternateContactType="SECURITY",
            Name="Security Team",
            Title="Team",
            EmailAddress="security@corp.example",
            PhoneNumber="+49 30 5551234",
        )
        snapshot = collect(connect(max_retries=0), ("account_management.alternate_contacts",))
    assert snapshot.gaps == ()
    (contact,) = snapshot.account_management.alternate_contacts.values()
    assert (contact.contact_name, contact.email_address) == ("Security Team", "security@corp.example")
