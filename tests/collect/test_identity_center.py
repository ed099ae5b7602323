"""Identity Center over a real socket: what the management account sees, what others see, and at what price."""

import os
from collections import Counter
from dataclasses import replace
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.session import connect
from auditor.collect.registry import collectors
from auditor.collect.runner import collect
from tests.fake_aws import Fault, accounts
from tests.fake_aws.accounts.neglected_identity_center import SHOP
from tests.fake_aws.identity_center import Application, IdentityCenter, PermissionSet, Person
from tests.looks import look

SECTIONS = tuple(name for name in collectors() if name.startswith(("sso.", "identitystore.")))


def center_of(account=None):
    return (account or accounts.neglected()).identity_center


def seen_by(account, **options):
    snapshot, calls = look(account, sections=SECTIONS, **options)
    return snapshot, Counter(f"{call.service}:{call.operation}" for call in calls)


def test_the_management_account_sees_everything_in_the_instances_own_region():
    account = accounts.neglected()
    center = center_of(account)
    snapshot, calls = look(account, sections=SECTIONS)
    assert snapshot.gaps == ()
    assert {entry.primary_region for entry in snapshot.sso.instances.values()} == {"eu-west-1"}
    assert {call.region for call in calls if call.service == "identitystore"} == {"eu-west-1"}
    assert set(snapshot.sso.permission_sets) == {center.arn_of(each.name) for each in center.permission_sets}
    developers = snapshot.sso.permission_sets[center.arn_of("Developers")]
    assert [policy.arn.rpartition("/")[2] for policy in developers.attached_managed_policies] == [
        "PowerUserAccess",
        "AmazonS3FullAccess",
    ]
    assert [policy.policy_name for policy in developers.customer_managed_policy_references] == ["developers-extra"]
    assert developers.session_duration == "PT8H"
    assert "iam:PassRole" in snapshot.sso.permission_sets[center.arn_of("Deployment")].inline_policy
    assert snapshot.sso.provisioning[center.arn_of("Developers")].outdated_account_ids == (SHOP,)
    assert not snapshot.sso.provisioning[center.arn_of("Trial")].is_provisioned
    assert {user.user_name for user in snapshot.identitystore.users.values()} == {each.name for each in center.people}
    assert {group.display_name for group in snapshot.identitystore.groups.values()} == set(center.groups)


def test_assignments_are_those_of_the_account_and_members_those_of_its_groups():
    account = accounts.neglected()
    center = center_of(account)
    snapshot, _ = seen_by(account)
    assigned = {item for items in snapshot.sso.assignments.values() for item in items}
    assert {(item.principal_type, item.principal_id) for item in assigned} == {
        ("USER" if each.to_user else "GROUP", center.id_of(each.principal))
        for each in center.assignments
        if each.account == account.id
    }
    assert {item.account_id for item in assigned} == {account.id}
    assert {key: len(members) for key, members in snapshot.identitystore.memberships.items()} == {
        center.id_of("Everybody"): 8,
        center.id_of("Contractors"): 0,
    }


def test_only_disabled_users_are_asked_about_one_by_one():
    account = accounts.neglected()
    center = center_of(account)
    snapshot, calls = seen_by(account)
    assert calls["sso:ListAccountAssignmentsForPrincipal"] == 1
    (assigned,) = snapshot.sso.disabled_user_assignments.values()
    assert {(item.account_id, item.principal_type) for item in assigned} == {(SHOP, "USER"), (SHOP, "GROUP")}
    assert set(snapshot.sso.disabled_user_assignments) == {center.id_of("erin")}


def test_policies_that_are_attached_here_are_not_fetched_again():
    snapshot, calls = seen_by(accounts.neglected())
    assert [arn.rpartition("/")[2] for arn in snapshot.sso.managed_policies] == ["DatabaseAdministrator"]
    assert calls["iam:GetPolicy"] == 1
    assert calls["iam:GetPolicyVersion"] == 0


def test_of_people_nothing_is_kept_but_the_name_to_sign_in_with():
    snapshot, _ = seen_by(accounts.neglected())
    (kiosk,) = [user for user in snapshot.identitystore.users.values() if user.user_name == "kiosk"]
    assert not kiosk.has_email
    assert "dave@corp.example" not in snapshot.model_dump_json()


def test_a_boundary_is_an_aws_managed_policy_or_a_name():
    account = accounts.neglected()
    arn = "arn:aws:iam::aws:policy/PowerUserAccess"
    sets = (PermissionSet("Customer", boundary="edge"), PermissionSet("Managed", boundary=arn), PermissionSet("None"))
    center = replace(center_of(account), permission_sets=sets, assignments=())
    snapshot, _ = seen_by(replace(account, identity_center=center))
    found = {each.permission_set_name: each.permissions_boundary for each in snapshot.sso.permission_sets.values()}
    assert found["Customer"].customer_managed_policy_reference.policy_name == "edge"
    assert found["Managed"].managed_policy_arn == arn
    assert found["None"] is None


def test_what_bounds_a_permission_set_is_fetched_as_well():
    account = accounts.neglected()
    arn = "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator"
    center = replace(center_of(account), permission_sets=(PermissionSet("Bounded", boundary=arn),), assignments=())
    snapshot, _ = seen_by(replace(account, identity_center=center))
    assert list(snapshot.sso.managed_policies) == [arn]


def test_a_member_account_sees_the_instance_and_asks_for_nothing_more():
    snapshot, calls = seen_by(accounts.well_kept())
    assert snapshot.gaps == ()
    assert [entry.owner_account_id for entry in snapshot.sso.instances.values()] == ["222200001111"]
    assert {call for call in calls if call.startswith(("sso:", "identitystore:"))} == {"sso:ListInstances"}
    assert not snapshot.is_set("sso.permission_sets")
    assert snapshot.sso.applications == {}


def test_a_member_accounts_own_instance_tells_of_its_applications():
    member = accounts.well_kept()
    own = IdentityCenter(
        member.id, applications=(Application("notes", member.id, open=True),), issuers={"okta": "https://okta.example"}
    )
    snapshot, calls = seen_by(replace(member, identity_center=own))
    assert snapshot.gaps == ()
    assert [(each.application_name, each.assignment_required) for each in snapshot.sso.applications.values()] == [
        ("notes", False)
    ]
    assert [each.issuer_url for each in snapshot.sso.trusted_token_issuers.values()] == ["https://okta.example"]
    assert not calls["sso:ListPermissionSets"]


def test_a_delegated_administrator_sees_all_but_what_only_the_management_account_is_told():
    member = accounts.well_kept()
    center = replace(center_of(), owner="222200001111", region="eu-west-1")
    delegated = replace(member, organization=replace(member.organization, seat="delegated"), identity_center=center)
    snapshot, _ = seen_by(delegated)
    assert len(snapshot.sso.permission_sets) == len(center.permission_sets)
    (gap,) = snapshot.gaps
    assert (gap.operation, gap.reason) == ("sso:ListAccountAssignmentsForPrincipal", "denied")


def test_a_management_account_without_an_instance_has_nothing_to_ask():
    snapshot, calls = seen_by(replace(accounts.neglected(), identity_center=None))
    assert snapshot.gaps == ()
    assert all(snapshot.is_set(section) for section in SECTIONS)
    assert {call for call in calls if call.startswith(("sso:", "identitystore:"))} == {"sso:ListInstances"}


def test_an_account_outside_any_organization_asks_once():
    snapshot, calls = seen_by(accounts.newborn())
    assert snapshot.sso.instances == {}
    assert calls["sso:ListInstances"] == 1
    assert not snapshot.is_set("sso.permission_sets")


def test_a_large_directory_takes_pages_not_calls_for_each():
    account = accounts.neglected()
    people = tuple(Person(f"p{number:04}", "p@corp.example") for number in range(950))
    center = replace(center_of(account), people=people, groups={"Everybody": tuple(p.name for p in people)})
    center = replace(center, assignments=tuple(each for each in center.assignments if each.principal == "Everybody"))
    snapshot, calls = seen_by(replace(account, identity_center=center))
    assert len(snapshot.identitystore.users) == 950
    assert [len(members) for members in snapshot.identitystore.memberships.values()] == [950]
    assert (calls["identitystore:ListUsers"], calls["identitystore:ListGroupMemberships"]) == (10, 10)


@pytest.mark.parametrize("accounts_of_the_organization", [1, 1000])
def test_calls_grow_with_permission_sets_and_not_with_accounts(accounts_of_the_organization):
    account = accounts.neglected()
    everywhere = tuple(f"{number:012}" for number in range(accounts_of_the_organization))
    sets = tuple(PermissionSet(f"Set{number}", accounts=everywhere) for number in range(40))
    center = replace(center_of(account), permission_sets=sets, assignments=())
    snapshot, calls = seen_by(replace(account, identity_center=center))
    assert snapshot.gaps == ()
    assert all(entry.is_provisioned for entry in snapshot.sso.provisioning.values())
    assert sum(count for call, count in calls.items() if call.startswith(("sso:", "identitystore:"))) <= 7 * 40 + 15


def test_a_permission_set_that_cannot_be_described_is_a_gap_and_the_others_stay():
    account = accounts.neglected()
    gone = center_of(account).arn_of("Trial")
    fault = Fault("sso:GetInlinePolicyForPermissionSet", "fail", when=lambda p: p["PermissionSetArn"] == gone)
    snapshot, _ = seen_by(account, faults=[fault])
    (gap,) = snapshot.gaps
    assert (gap.section, gap.resource) == ("sso.permission_sets", gone)
    assert len(snapshot.sso.permission_sets) == len(center_of(account).permission_sets) - 1


def test_an_application_that_cannot_be_asked_about_is_a_gap_and_the_others_stay():
    fault = Fault("sso:GetApplicationAssignmentConfiguration", "deny", times=1)
    snapshot, _ = seen_by(accounts.neglected(), faults=[fault])
    assert [gap.section for gap in snapshot.gaps] == ["sso.applications"]
    assert len(snapshot.sso.applications) == 1


def test_the_directory_against_moto():
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, keys), mock_aws():
        boto3.client("organizations").create_organization(FeatureSet="ALL")
        (instance,) = boto3.client("sso-admin").list_instances()["Instances"]
        store = boto3.client("identitystore")
        which = {"IdentityStoreId": instance["IdentityStoreId"]}
        emails = [{"Value": "alice@corp.example", "Type": "work", "Primary": True}]
        name = {"FamilyName": "A", "GivenName": "B"}
        for user, more in (("alice", {"Emails": emails}), ("kiosk", {})):
            store.create_user(UserName=user, Name=name, DisplayName=user, **which, **more)
        store.create_group(DisplayName="Team", **which)
        snapshot = collect(connect(max_retries=0), ("sso.instances", "identitystore.users", "identitystore.groups"))
    assert snapshot.gaps == ()
    assert [entry.primary_region for entry in snapshot.sso.instances.values()] == ["us-east-1"]
    assert {user.user_name: user.has_email for user in snapshot.identitystore.users.values()} == {
        "alice": True,
        "kiosk": False,
    }
    assert [group.display_name for group in snapshot.identitystore.groups.values()] == ["Team"]
