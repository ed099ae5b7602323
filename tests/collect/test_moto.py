"""The collectors against moto, where moto is right: a second opinion on shapes that we did not write ourselves."""

import json
import os
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from auditor.aws.session import connect
from auditor.collect.runner import collect

SECTIONS = (
    "iam.account_aliases",
    "iam.account_summary",
    "iam.credential_report",
    "iam.groups",
    "iam.oidc_providers",
    "iam.password_policy",
    "iam.policies",
    "iam.role_settings",
    "iam.roles",
    "iam.saml_providers",
    "iam.server_certificates",
    "iam.users",
    "iam.virtual_mfa_devices",
    "organizations.organization",
)
READ = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


@pytest.fixture()
def iam():
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, keys), mock_aws():
        yield boto3.client("iam")


def look(sections=SECTIONS):
    snapshot = collect(connect(max_retries=0), sections)
    assert snapshot.gaps == ()
    return snapshot


def test_an_empty_account(iam):
    snapshot = look()
    assert snapshot.account == "123456789012"
    assert (snapshot.iam.users, snapshot.iam.groups, snapshot.iam.policies) == ({}, {}, {})
    assert snapshot.iam.password_policy is None
    assert snapshot.organizations.organization is None


def test_users_groups_roles_and_policies(iam):
    iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "data & <ml>"}])
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    arn = iam.create_policy(PolicyName="read", PolicyDocument=READ)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ.replace("Get", "List"), SetAsDefault=True)
    iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
    iam.put_user_policy(UserName="alice", PolicyName="inline", PolicyDocument=READ)
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200, Description="d")
    found = look().iam
    alice = found.users["alice"]
    assert alice.group_list == ("readers",)
    assert [(tag.key, tag.value) for tag in alice.tags] == [("team", "data & <ml>")]
    assert json.loads(alice.user_policy_list[0].policy_document) == json.loads(READ)
    assert [policy.policy_arn for policy in found.groups["readers"].attached_managed_policies] == [arn]
    assert found.policies[arn].default_version_id == "v2"
    assert "s3:List*" in found.policies[arn].document
    assert json.loads(found.roles["worker"].assume_role_policy_document) == json.loads(TRUST)
    assert (found.role_settings["worker"].max_session_duration, found.role_settings["worker"].description) == (
        7200,
        "d",
    )


def test_credentials(iam):
    iam.create_user(UserName="bob")
    iam.create_login_profile(UserName="bob", Password="not-a-real-one-1A!")
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    iam.create_access_key(UserName="bob")
    iam.update_access_key(UserName="bob", AccessKeyId=key, Status="Inactive")
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, PasswordReusePrevention=24)
    iam.create_virtual_mfa_device(VirtualMFADeviceName="spare")
    found = look().iam
    row = found.credential_report.rows["bob"]
    assert row.password_enabled is True
    assert sorted((row.access_key_1_active, row.access_key_2_active)) == [False, True]
    assert row.access_key_1_last_rotated is not None
    assert found.password_policy.minimum_password_length == 14
    assert found.password_policy.password_reuse_prevention == 24
    assert [serial.rpartition("/")[2] for serial in found.virtual_mfa_devices] == ["spare"]


def test_the_organization(iam):
    boto3.client("organizations").create_organization(FeatureSet="ALL")
    organization = look().organizations.organization
    assert organization.master_account_id == "123456789012"
    assert organization.feature_set == "ALL"


def test_federation_and_certificates(iam):
    provider = iam.create_open_id_connect_provider(
        Url="https://token.example.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )["OpenIDConnectProviderArn"]
    iam.create_account_alias(AccountAlias="acme")
    found = look().iam
    assert found.oidc_providers[provider].client_id_list == ("sts.amazonaws.com",)
    assert found.account_aliases == ("acme",)
