"""An organization as its management account sees it: what is told, in how many calls, and how fast."""

import os
from collections import Counter
from dataclasses import replace
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.rates import RATES, Pace
from auditor.aws.session import connect
from auditor.collect.registry import collectors
from auditor.collect.runner import collect
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.fake_aws.organization import MemberAccount, Organization, OrganizationPolicy, Unit
from tests.fake_aws.rates import ORGANIZATIONS
from tests.looks import look, look_at

SECTIONS = tuple(name for name in collectors() if name.startswith("organizations."))
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}


def large(count):
    """The management account of an organization of so many accounts, in forty units, with twenty policies."""
    units = tuple(Unit(f"ou-ab12-{number:08}", f"unit {number}") for number in range(40))
    members = tuple(
        MemberAccount(f"{100000000000 + number}", f"a{number}", f"a{number}@corp.example", units[number % 40].path)
        for number in range(count - 1)
    )
    types = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY")
    policies = tuple(
        OrganizationPolicy(f"p-{number:08}", f"policy {number}", types[number % 4], DENY, (units[number].id,))
        for number in range(20)
    )
    organization = Organization(
        "o-large00001",
        "management",
        accounts.newborn().id,
        "boss@corp.example",
        policy_types=types,
        units=units,
        accounts=members,
        policies=policies,
        delegated={members[0].id: ("guardduty.amazonaws.com", "securityhub.amazonaws.com")},
        trusted=("guardduty.amazonaws.com", "securityhub.amazonaws.com"),
    )
    return replace(accounts.newborn(), organization=organization)


def names(calls):
    return Counter(f"{call.service}:{call.operation}" for call in calls if call.service == "organizations")


class Clock:
    """Time that passes while somebody sleeps, and at no other moment."""

    now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def look_at_the_clock(rates):
    """A look at a thousand accounts at AWS's rates, one request at a time; how long it takes by the clock."""
    clock = Clock()
    with FakeAWS(large(1000), rates=ORGANIZATIONS, clock=clock) as fake:
        pace = Pace(rates, clock=clock, sleep=clock.sleep)
        snapshot = look_at(fake, sections=SECTIONS, pace=pace, max_workers=1)
        return snapshot, names(fake.calls), clock.now


def test_a_thousand_accounts_take_few_calls_none_of_which_is_throttled():
    snapshot, calls, seconds = look_at_the_clock(RATES)
    assert snapshot.gaps == ()
    assert len(snapshot.organizations.accounts) == 1000
    assert sum(calls.values()) <= 400
    assert calls["organizations:ListAccounts"] == 50
    assert calls["organizations:ListTargetsForPolicy"] == 53 + 20
    assert calls["organizations:DescribePolicy"] == 22
    assert seconds < 60


def test_without_that_pace_aws_would_throttle():
    snapshot, _, seconds = look_at_the_clock({})
    assert {gap.reason for gap in snapshot.gaps} == {"throttled"}
    assert seconds == 0


def test_every_rate_of_the_manual_is_kept():
    assert {operation: tuple(RATES[operation]) for operation in ORGANIZATIONS} == ORGANIZATIONS


def test_an_organization_is_seen_whole():
    account = accounts.neglected()
    snapshot, _ = look(account, sections=SECTIONS)
    seen, organization = snapshot.organizations, account.organization
    assert set(seen.accounts) == {account.id, *(member.id for member in organization.accounts)}
    assert seen.accounts["444400004444"].state == "SUSPENDED"
    assert seen.accounts["444400002222"].paths == ("o-neglected01/r-ab12/ou-ab12-teams001/444400002222/",)
    assert set(seen.policies) == {"p-FullAWSAccess", "p-regions1"}
    assert [target.target_id for target in seen.policies["p-regions1"].targets] == ["ou-ab12-sandbox01"]
    assert '"aws:RequestedRegion"' in seen.policies["p-regions1"].content
    assert len(seen.policies["p-FullAWSAccess"].targets) == 3 + 5
    assert seen.invalid_effective_policies == {"TAG_POLICY": ("444400001111",)}
    assert seen.delegated_administrators["444400002222"].services == ("guardduty.amazonaws.com",)
    assert set(seen.trusted_services) == set(organization.trusted)
    assert seen.resource_policy is None


def test_nobody_asks_what_the_resource_control_policy_of_aws_is_attached_to():
    snapshot, calls = look(large(3), sections=SECTIONS)
    assert snapshot.organizations.policies["p-RCPFullAWSAccess"].targets == ()
    asked = {call.params["PolicyId"] for call in calls if call.operation == "ListTargetsForPolicy"}
    assert asked == set(snapshot.organizations.policies) - {"p-RCPFullAWSAccess"}


def test_policies_are_asked_for_only_of_types_in_force():
    _, calls = look(accounts.neglected(), sections=SECTIONS)
    asked = {call.params["Filter"] for call in calls if call.operation == "ListPolicies"}
    assert asked == {"SERVICE_CONTROL_POLICY", "TAG_POLICY"}
    asked = {call.params["PolicyType"] for call in calls if call.operation == "ListAccountsWithInvalidEffectivePolicy"}
    assert asked == {"TAG_POLICY"}


def test_the_delegation_policy_is_kept():
    account = accounts.neglected()
    account = replace(account, organization=replace(account.organization, resource_policy=DENY))
    snapshot, _ = look(account, sections=("organizations.resource_policy",))
    assert '"s3:*"' in snapshot.organizations.resource_policy.content
    assert snapshot.organizations.resource_policy.arn.endswith("/rp-0a1b2c3d")


def test_one_policy_that_is_denied_is_a_gap_and_the_others_are_kept():
    fault = Fault("organizations:DescribePolicy", "deny", when=lambda params: params["PolicyId"] == "p-regions1")
    snapshot, _ = look(accounts.neglected(), sections=SECTIONS, faults=[fault])
    (gap,) = snapshot.gaps
    assert (gap.section, gap.resource, gap.permission) == (
        "organizations.policies",
        "p-regions1",
        "organizations:DescribePolicy",
    )
    assert set(snapshot.organizations.policies) == {"p-FullAWSAccess"}


def test_pages_before_a_failing_one_are_kept():
    fault = Fault("organizations:ListAccounts", "fail", after=2)
    snapshot, _ = look(large(100), sections=SECTIONS, faults=[fault])
    assert len(snapshot.organizations.accounts) == 40
    assert snapshot.blind("organizations.accounts")


@pytest.fixture()
def moto():
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, keys), mock_aws():
        yield boto3.client("organizations")


def test_accounts_and_policies_of_moto(moto):
    """A second opinion on shapes; moto knows no paths, no resource policy and no invalid effective policies."""
    moto.create_organization(FeatureSet="ALL")
    root = moto.list_roots()["Roots"][0]["Id"]
    moto.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = moto.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    created = moto.create_account(AccountName="shop", Email="shop@corp.example")["CreateAccountStatus"]["AccountId"]
    content = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}'
    policy = moto.create_policy(Name="no-s3", Description="", Type="SERVICE_CONTROL_POLICY", Content=content)
    id = policy["Policy"]["PolicySummary"]["Id"]
    moto.attach_policy(PolicyId=id, TargetId=unit)
    moto.register_delegated_administrator(AccountId=created, ServicePrincipal="guardduty.amazonaws.com")
    moto.enable_aws_service_access(ServicePrincipal="ram.amazonaws.com")
    kinds = ("accounts", "policies", "delegated_administrators", "trusted_services")
    seen = collect(connect(max_retries=0), tuple(f"organizations.{kind}" for kind in kinds))
    assert seen.gaps == ()
    assert seen.organizations.seat.kind == "management"
    assert seen.organizations.accounts[created].state == "ACTIVE"
    assert seen.organizations.policies[id].content == content
    assert [target.target_id for target in seen.organizations.policies[id].targets] == [unit]
    assert seen.organizations.policies["p-FullAWSAccess"].aws_managed
    assert seen.organizations.delegated_administrators[created].services == ("guardduty.amazonaws.com",)
    assert set(seen.organizations.trusted_services) == {"ram.amazonaws.com"}
