from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from tests.fake_aws import FakeAWS, accounts
from tests.fake_aws.entities import User

LIVE_HEADER = [
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active",
    *(f"access_key_{n}_{field}" for n in (1, 2)
      for field in ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")),
    "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
]  # fmt: skip


def rows(iam):
    content = iam.get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(content))}


def refusal(iam):
    with pytest.raises(ClientError) as caught:
        iam.get_credential_report()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_life_of_a_report(client):
    """Not there, started, in progress, complete, the same for four hours whatever happens, expired, started again."""
    account = replace(accounts.neglected(), report_polls=2)
    with FakeAWS(account) as aws:
        iam = client(aws, "iam")
        assert refusal(iam) == ("ReportNotPresent", 410)
        assert iam.generate_credential_report()["State"] == "STARTED"
        assert iam.generate_credential_report()["State"] == "INPROGRESS"
        assert refusal(iam) == ("ReportInProgress", 404)
        assert iam.generate_credential_report()["State"] == "COMPLETE"
        first = iam.get_credential_report()
        assert first["GeneratedTime"] == account.now

        later = replace(account, users=(), now=account.now + timedelta(hours=3, minutes=59))
        aws.change(later)
        assert iam.list_users()["Users"] == []
        assert iam.generate_credential_report()["State"] == "COMPLETE"
        assert iam.get_credential_report()["Content"] == first["Content"]

        aws.change(replace(later, now=account.now + timedelta(hours=4)))
        assert refusal(iam) == ("ReportExpired", 410)
        assert iam.generate_credential_report()["State"] == "STARTED"


def test_format_of_live_reports(client):
    with FakeAWS(replace(accounts.neglected(), report_generated=accounts.neglected().now)) as aws:
        content = client(aws, "iam").get_credential_report()["Content"].decode()
    lines = content.split("\n")
    assert lines[0].split(",") == LIVE_HEADER
    assert lines[1].startswith("<root_account>,arn:aws:iam::111122223333:root,2020-11-21T12:00:00Z,true,")
    assert "\r" not in content and not content.endswith("\n") and len(lines) == 18
    found = {row["user"]: row for row in csv.DictReader(lines)}
    root, gone, backup = found["<root_account>"], found["former.employee"], found["legacy-backup"]
    assert (root["password_next_rotation"], root["mfa_active"], root["cert_1_active"]) == (
        "not_supported",
        "false",
        "true",
    )
    inactive = {(gone[f"access_key_{n}_active"], gone[f"access_key_{n}_last_rotated"][:4]) for n in (1, 2)}
    assert inactive == {("false", "2022"), ("false", "2023")}
    assert (backup["password_last_used"], backup["access_key_1_last_used_region"]) == ("N/A", "N/A")
    assert found["bob"]["password_last_used"] == "no_information"


def test_other_forms_of_the_report(client):
    ghost = User("ghost")
    account = replace(
        accounts.well_kept(),
        report_capitals=True,
        report_extra_column=True,
        created_after_report=frozenset({"break-glass"}),
        deleted_after_report=(ghost,),
    )
    with FakeAWS(account) as aws:
        found = rows(client(aws, "iam"))
    assert list(found) == ["<root_account>", "ghost"]
    assert found["<root_account>"]["password_enabled"] == "FALSE"
    assert found["ghost"]["additional_credentials_info"] == "N/A"


def test_a_comma_in_a_name_is_quoted_or_left_bare(client):
    account = replace(accounts.neglected(), report_generated=accounts.neglected().now)
    for unquoted, start in ((False, '\n"o+=,.@-k","arn:'), (True, "\no+=,.@-k,arn:")):
        with FakeAWS(replace(account, report_unquoted=unquoted)) as aws:
            content = client(aws, "iam").get_credential_report()["Content"].decode()
        assert start in content


def test_one_description_answers_everything(client):
    """Report, details, lists and summary are four views of the same users."""
    with FakeAWS(accounts.generated(80, 5, 5)) as aws:
        iam = client(aws, "iam")
        report = rows(iam)
        details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
        listed = {user["UserName"]: user for user in iam.list_users()["Users"]}
        virtual = {device["User"]["Arn"] for device in iam.list_virtual_mfa_devices()["VirtualMFADevices"]}
        summary = iam.get_account_summary()["SummaryMap"]
        keys = {name: iam.list_access_keys(UserName=name)["AccessKeyMetadata"] for name in listed}
    assert len(summary) == 34
    assert summary["Users"] == len(listed) == len(details) == len(report) - 1
    for user in details:
        row, name = report[user["UserName"]], user["UserName"]
        assert row["arn"] == user["Arn"] == listed[name]["Arn"]
        assert ("PasswordLastUsed" in listed[name]) == row["password_last_used"].startswith("20")
        assert row["mfa_active"] == "true" or user["Arn"] not in virtual
        active = sum(key["Status"] == "Active" for key in keys[name])
        assert active == [row["access_key_1_active"], row["access_key_2_active"]].count("true")
        assert "PermissionsBoundary" not in user or user["PermissionsBoundary"]["PermissionsBoundaryType"] == "Policy"
