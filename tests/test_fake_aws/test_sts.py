from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from tests.fake_aws import FakeAWS, accounts
from tests.fake_aws.accounts.parts import trust
from tests.fake_aws.entities import Role

NEGLECTED = "arn:aws:iam::111122223333"
WELL_KEPT = "arn:aws:iam::222233334444"


def hub():
    """Two accounts: the caller's, with a user who has a virtual device, and one that trusts it."""
    home = replace(accounts.neglected(), caller=f"{NEGLECTED}:user/people/o+=,.@-k")
    trusting = Role("audit", trust({"AWS": f"{NEGLECTED}:root"}))
    away = replace(accounts.well_kept(), roles=(*accounts.well_kept().roles, trusting))
    return FakeAWS({"home": home, "away": away})


def test_assumed_credentials_land_in_the_account_of_the_role(client):
    with hub() as aws:
        sts = client(aws, "sts")
        given = sts.assume_role(RoleArn=f"{WELL_KEPT}:role/audit", RoleSessionName="scan")["Credentials"]
        identity = client(aws, "sts", given).get_caller_identity()
        users = client(aws, "iam", given).list_users()["Users"]
        assert sts.get_caller_identity()["Account"] == "111122223333"
        mixed = given | {"SessionToken": "of somebody else"}
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            client(aws, "iam", mixed).list_users()
    assert identity["Arn"] == "arn:aws:sts::222233334444:assumed-role/audit/scan"
    assert [user["UserName"] for user in users] == ["break-glass"]
    assert [call.account for call in aws.calls if call.operation == "ListUsers"] == ["222233334444"]


def test_a_role_that_asks_for_more_gets_more(client):
    role = f"{NEGLECTED}:role/OrganizationAccountAccessRole"
    device = f"{NEGLECTED}:mfa/o+=,.@-k"
    with hub() as aws:
        sts = client(aws, "sts")

        def assume(**more):
            return client(aws, "sts").assume_role(RoleArn=role, RoleSessionName="scan", **more)

        for refused in (
            {},
            {"ExternalId": "careful"},
            {"SerialNumber": device, "TokenCode": "123456"},
            {"ExternalId": "careful", "SerialNumber": device, "TokenCode": "999999"},
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                assume(**refused)
        assert assume(ExternalId="careful", SerialNumber=device, TokenCode="123456")["Credentials"]

        session = sts.get_session_token(SerialNumber=device, TokenCode="123456")["Credentials"]
        again = client(aws, "sts", session).assume_role(RoleArn=role, RoleSessionName="scan", ExternalId="careful")
        assert again["AssumedRoleUser"]["Arn"].endswith("OrganizationAccountAccessRole/scan")


@pytest.mark.parametrize(
    "arn", [f"{WELL_KEPT}:role/SecurityAudit", f"{WELL_KEPT}:role/none", "arn:aws:iam::999988887777:role/x"]
)
def test_no_way_into_roles_that_trust_others_or_are_not_there(client, arn):
    with hub() as aws, pytest.raises(ClientError, match=f"perform: sts:AssumeRole on resource: {arn}"):
        client(aws, "sts").assume_role(RoleArn=arn, RoleSessionName="scan")


@pytest.mark.parametrize(
    ("account", "suffix"),
    [(accounts.neglected(), "user/claire.admin"), (accounts.newborn(), ":root"), (accounts.well_kept(), "auditor")],
)
def test_the_environment_belongs_to_the_caller(client, account, suffix):
    with FakeAWS(account) as aws:
        assert client(aws, "sts").get_caller_identity()["Arn"].endswith(suffix)
        assert ("AWS_SESSION_TOKEN" in aws.env) == (":user/" not in account.caller)
