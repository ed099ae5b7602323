from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError
from botocore.handlers import json_decode_policies

from tests.fake_aws import FakeAWS, accounts

LISTS = {
    "User": "UserDetailList",
    "Group": "GroupDetailList",
    "Role": "RoleDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}


@pytest.fixture
def big():
    with FakeAWS(accounts.generated(120, 230, 260)) as aws:
        yield aws


def details(iam, names, size):
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=names, PaginationConfig={"PageSize": size}
    )
    return list(pages)


@pytest.mark.parametrize(("name", "size"), [("User", 7), ("Group", 1), ("Role", 100), ("LocalManagedPolicy", 1000)])
def test_a_chain_of_details_gives_everything_exactly_once(big, client, name, size):
    account = accounts.generated(120, 230, 260)
    expected = {"User": account.users, "Group": account.groups, "Role": account.roles}.get(name, account.policies)
    pages = details(client(big, "iam"), [name], size)
    found = [entity["Arn"] for page in pages for entity in page[LISTS[name]]]
    assert len(pages) > 1
    assert sorted(found) == sorted(account.arn_of(entity) for entity in expected)


def test_pages_are_cut_by_bytes_before_they_are_cut_by_number(big, client):
    iam = client(big, "iam")
    iam.meta.events.unregister("after-call.iam", json_decode_policies)
    sizes = []
    iam.meta.events.register("after-call.iam", lambda http_response, **_: sizes.append(len(http_response.content)))
    details(iam, ["LocalManagedPolicy"], 1000)
    assert len(sizes) > 1
    assert max(sizes) < 1_300_000 and min(sizes[:-1]) > 700_000


def test_several_kinds_share_one_chain(big, client):
    pages = details(client(big, "iam"), ["Role", "User"], 150)
    kinds = [(len(page["UserDetailList"]), len(page["RoleDetailList"])) for page in pages]
    assert kinds == [(120, 30), (0, 150), (0, 52)]
    assert not any(page["GroupDetailList"] or page["Policies"] for page in pages)


def test_a_marker_belongs_to_its_filter(big, client):
    iam = client(big, "iam")
    marker = iam.get_account_authorization_details(Filter=["User"], MaxItems=5)["Marker"]
    assert iam.get_account_authorization_details(Filter=["User"], MaxItems=9, Marker=marker)["UserDetailList"]
    for call, message in (
        (
            lambda: iam.get_account_authorization_details(Filter=["Role"], Marker=marker),
            "Marker and Filter do not match",
        ),
        (lambda: iam.list_users(Marker=marker), "Invalid Marker"),
        (lambda: iam.list_users(Marker="nonsense"), "Invalid Marker"),
    ):
        with pytest.raises(ClientError, match=message) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize(
    ("operation", "params", "member", "count"),
    [
        ("list_users", {}, "Users", 16),
        ("list_roles", {}, "Roles", len(accounts.neglected().roles)),
        ("list_groups", {}, "Groups", 4),
        ("list_policies", {"Scope": "Local"}, "Policies", 9),
        ("list_policies", {"Scope": "AWS", "OnlyAttached": True}, "Policies", 16),
        ("list_virtual_mfa_devices", {}, "VirtualMFADevices", 2),
        ("list_access_keys", {"UserName": "claire.admin"}, "AccessKeyMetadata", 2),
        ("list_server_certificates", {}, "ServerCertificateMetadataList", 3),
        ("list_policy_versions", {"PolicyArn": "arn:aws:iam::111122223333:policy/teams/deploy"}, "Versions", 5),
    ],
)
def test_every_list_pages(client, operation, params, member, count):
    with FakeAWS(accounts.neglected()) as aws:
        pages = client(aws, "iam").get_paginator(operation).paginate(**params, PaginationConfig={"PageSize": 1})
        found = [str(item) for page in pages for item in page[member]]
    assert len(found) == len(set(found)) == count
    assert len(aws.calls) == count


def test_documents_travel_percent_encoded(client):
    """All reserved characters are encoded, and what comes out is the text that went in."""
    with FakeAWS(accounts.neglected()) as aws:
        iam = client(aws, "iam")
        iam.meta.events.unregister("after-call.iam", json_decode_policies)
        role = iam.get_role(RoleName="vendor-backup")["Role"]["AssumeRolePolicyDocument"]
        listed = iam.list_roles(MaxItems=1000)["Roles"]
        arn = "arn:aws:iam::111122223333:policy/retired"
        retired = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
        details = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    assert role in [each["AssumeRolePolicyDocument"] for each in listed]
    assert retired in [version["Document"] for policy in details for version in policy["PolicyVersionList"]]
    assert re.fullmatch(r"([A-Za-z0-9_.~-]|%[0-9A-F]{2})+", role + retired)
    policies = {policy.name: policy for policy in accounts.neglected().policies}
    assert unquote(retired) == policies["retired"].versions[0].document
