from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from tests.fake_aws import FakeAWS, accounts, policies
from tests.fake_aws.entities import User
from tests.fake_aws.organization import Organization


def test_generated_accounts_repeat_for_the_same_seed_only():
    first, same, other = (accounts.generated.__wrapped__(40, 40, 40, seed) for seed in (0, 0, 1))
    assert (first.users, first.roles, first.policies) == (same.users, same.roles, same.policies)
    assert first.policies != other.policies
    assert len({user.name.lower() for user in first.users}) == 40


def test_documents_of_generated_accounts_have_realistic_sizes():
    account = accounts.generated(0, 0, 400)
    texts = [version.document for policy in account.policies for version in policy.versions]
    assert sorted(map(len, texts))[len(texts) // 10] > 300
    assert 3000 < max(map(len, texts)) < 5000
    assert len(set(texts)) == len(texts)


def test_an_account_does_not_name_what_it_does_not_have():
    with pytest.raises(ValueError, match="names what it doesn't have: \\['Ghosts'\\]"):
        replace(accounts.newborn(), users=(User("a", groups=("Ghosts",)),))


@pytest.mark.parametrize("make", [accounts.neglected, accounts.well_kept, accounts.newborn])
def test_accounts_use_aws_managed_policies_that_exist(make):
    account = make()
    used = {arn for entity in (*account.users, *account.groups, *account.roles) for arn in entity.attached}
    assert {account.arn_of(policy) for policy in policies.attached_aws(account)} == {
        arn for arn in used if "::aws:" in arn
    }


def test_the_well_kept_account_is_what_it_says():
    account = accounts.well_kept()
    root, (user,) = account.root, account.users
    assert not (
        root.password or root.keys or root.mfa or root.certificates or user.keys or user.attached or user.inline
    )
    assert len(user.mfa) == 2 and not any(device.virtual for device in user.mfa)
    assert account.organization.seat == "member" and "RootCredentialsManagement" in account.organization.features


MANAGEMENT = Organization("o-abc", "management", "333344445555", "boss@example.com")


@pytest.mark.parametrize(
    ("organization", "expected"),
    [
        (None, "OrganizationNotFoundException"),
        (accounts.well_kept().organization, "AccountNotManagementOrDelegatedAdministratorException"),
        (replace(MANAGEMENT, feature_set="CONSOLIDATED_BILLING"), "OrganizationNotInAllFeaturesModeException"),
        (MANAGEMENT, "ServiceAccessNotEnabledException"),
        (replace(MANAGEMENT, features=("RootSessions",)), ["RootSessions"]),
    ],
)
def test_features_of_centralized_root_access(client, organization, expected):
    with FakeAWS(replace(accounts.newborn(), organization=organization)) as aws:
        iam = client(aws, "iam")
        if isinstance(expected, list):
            assert iam.list_organizations_features()["EnabledFeatures"] == expected
        else:
            with pytest.raises(ClientError, match=expected):
                iam.list_organizations_features()


def test_the_management_account_reads_the_organization_and_members_do_not(client):
    management = replace(accounts.newborn(), organization=MANAGEMENT)
    members = {
        f"{number}": replace(
            accounts.well_kept(), id=f"{number:012}", policies=(), groups=(), users=(), roles=(), caller="",
            organization=replace(MANAGEMENT, seat="member"),
        )
        for number in range(1, 31)
    }  # fmt: skip
    with FakeAWS({"m": management, **members}) as aws:
        organizations = client(aws, "organizations")
        pages = list(organizations.get_paginator("list_accounts").paginate())
        assert [len(page["Accounts"]) for page in pages] == [20, 11]
        assert organizations.describe_account(AccountId="000000000007")["Account"]["State"] == "ACTIVE"
        env = aws.env_of("000000000007")
        member = {name: env[f"AWS_{key}"] for name, key in CREDENTIALS.items()}
        organizations = client(aws, "organizations", member)
        assert organizations.describe_organization()["Organization"]["MasterAccountEmail"] == "boss@example.com"
        with pytest.raises(ClientError, match="AccessDeniedException"):
            organizations.describe_account(AccountId="000000000007")


CREDENTIALS = {"AccessKeyId": "ACCESS_KEY_ID", "SecretAccessKey": "SECRET_ACCESS_KEY", "SessionToken": "SESSION_TOKEN"}
