"""Credentials, as they come and as they fail, over a real socket and with real files."""

import os
from unittest.mock import patch

import pytest

from auditor.aws.session import connect
from auditor.errors import CredentialsError
from tests.fake_aws import FakeAWS, Fault, accounts

NEGLECTED, KEPT = accounts.neglected(), accounts.well_kept()
ROLE = f"arn:aws:iam::{NEGLECTED.id}:role/SecurityAudit"
CAREFUL = next(
    f"arn:aws:iam::{NEGLECTED.id}:role{role.path}{role.name}" for role in NEGLECTED.roles if "areful" in str(role.trust)
)


@pytest.fixture()
def fake():
    with FakeAWS({"neglected": NEGLECTED, "kept": KEPT}) as running, patch.dict(os.environ, running.env):
        yield running


@pytest.fixture()
def nothing(tmp_path):
    """An environment without any credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    files = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}
    with patch.dict(os.environ, {**kept, **files, "AWS_EC2_METADATA_DISABLED": "true"}, clear=True):
        yield tmp_path


def caller(aws):
    return aws.ask("sts:GetCallerIdentity", "Account")["Arn"]


def test_the_callers_own_credentials(fake):
    assert caller(connect()) == NEGLECTED.caller


def test_a_role_is_assumed_with_its_external_id(fake):
    assert ":assumed-role/SecurityAudit/auditor" in caller(connect(role_arn=ROLE, external_id="audit"))


@pytest.mark.parametrize("external_id", [None, "wrong"])
def test_a_role_that_wants_another_external_id_is_refused(fake, external_id):
    with pytest.raises(CredentialsError, match=r"cannot assume .*AccessDenied") as raised:
        connect(role_arn=ROLE, external_id=external_id)
    assert "external id" in raised.value.help[0]


def test_a_role_that_wants_mfa_is_assumed_with_a_token_code(fake):
    device = next(device.serial for user in NEGLECTED.users for device in user.mfa)
    asked = []

    def token():
        asked.append(device)
        return NEGLECTED.mfa_code

    aws = connect(role_arn=CAREFUL, external_id="careful", mfa_serial=device, mfa_token=token)
    assert ":assumed-role/" in caller(aws)
    assert asked == [device]
    with pytest.raises(CredentialsError, match="cannot assume"):
        connect(role_arn=CAREFUL, external_id="careful")
    with pytest.raises(CredentialsError, match="token code"):
        connect(role_arn=CAREFUL, external_id="careful", mfa_serial=device)


def test_no_credentials_at_all(nothing):
    with pytest.raises(CredentialsError, match="no AWS credentials found") as raised:
        connect()
    assert any("aws sso login --profile" in line for line in raised.value.help)


def test_a_profile_that_is_not_there(nothing):
    (nothing / "config").write_text("[profile prod]\nregion = eu-west-1\n")
    with pytest.raises(CredentialsError, match='no AWS profile "prd"') as raised:
        connect(profile="prd")
    assert raised.value.help == ("profiles here: prod",)


def test_half_of_a_key_pair(nothing):
    with patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}), pytest.raises(CredentialsError):
        connect()


def test_a_profile_whose_sso_session_has_ended(nothing):
    (nothing / "config").write_text(
        "[profile prod]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 111122223333\nsso_role_name = Audit\n"
    )
    with pytest.raises(CredentialsError) as raised:
        connect(profile="prod")
    assert any("aws sso login" in line for line in raised.value.help)


def test_the_region_is_the_one_given_then_the_profiles_then_a_fallback(nothing):
    with patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}):
        assert connect().region == "us-east-1"
        (nothing / "config").write_text("[default]\nregion = eu-central-1\n")
        assert connect().region == "eu-central-1"
        assert connect(region="cn-north-1").region == "cn-north-1"


def test_an_endpoint_that_is_not_there_is_told_as_such(fake):
    with patch.dict(os.environ, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}):
        aws = connect(max_retries=0, timeout=8)
        from auditor.aws.errors import CallFailed

        with pytest.raises(CallFailed, match="EndpointConnectionError") as raised:
            aws.ask("sts:GetCallerIdentity", "Account")
        assert raised.value.reason == "failed"


def test_every_retry_is_counted():
    faults = [Fault("iam:GetAccountSummary", "throttle", times=2)]
    with FakeAWS(NEGLECTED, faults=faults) as fake, patch.dict(os.environ, fake.env):
        aws = connect(max_retries=3)
        aws.ask("iam:GetAccountSummary", "SummaryMap")
        assert aws.requests == {"iam:GetAccountSummary": 3}
        assert len(fake.calls) == 3
