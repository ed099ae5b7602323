"""Credentials: the ordinary AWS chain, and a role to assume where one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, PartialCredentialsError, ProfileNotFound
from botocore.handlers import json_decode_policies

from auditor import __version__
from auditor.aws.account import Account
from auditor.aws.errors import understood
from auditor.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.aws.rates import Pace

SESSION_NAME = "auditor"
FALLBACK_REGION = "us-east-1"
LOOKED_AT = "looked at the environment, the shared files, SSO, and container and instance metadata"


def connect(
    *,
    profile: str | None = None,
    role_arn: str | None = None,
    external_id: str | None = None,
    mfa_serial: str | None = None,
    mfa_token: Callable[[], str] | None = None,
    region: str | None = None,
    timeout: int = 30,
    max_retries: int = 8,
    max_workers: int = 8,
    pace: Pace | None = None,
) -> Account:
    """The account that the credentials, or the role assumed with them, lead to.

    `timeout` is in seconds for one request; requests keep the rates that AWS documents unless `pace` has others;
    `mfa_token` is asked for the current code where `mfa_serial` is given. Raises CredentialsError.
    """
    config = Config(
        connect_timeout=min(timeout, 10),
        read_timeout=timeout,
        max_pool_connections=2 * max_workers,
        retries={"mode": "adaptive", "total_max_attempts": max_retries + 1},
        user_agent_extra=f"auditor/{__version__}",
    )
    try:
        core = botocore.session.Session(profile=profile)
        where = region or core.get_config_variable("region") or FALLBACK_REGION
        if (credentials := core.get_credentials()) is None:
            raise _no_credentials(profile)
        credentials.get_frozen_credentials()  # an ended SSO session shows here, not in the middle of a scan
        session = _session(core)
        if role_arn:
            session = _assume(session, config, where, _request(role_arn, external_id, mfa_serial, mfa_token))
    except ProfileNotFound as error:
        known = ", ".join(botocore.session.Session().available_profiles) or "none"
        raise CredentialsError(f'there is no AWS profile "{profile}"', help=(f"profiles here: {known}",)) from error
    except PartialCredentialsError as error:
        raise CredentialsError(f"the AWS credentials are incomplete: {error}") from error
    except BotoCoreError as error:
        raise CredentialsError(f"cannot get AWS credentials: {error}", help=_login(profile)) from error
    return Account(session, config, where, max_workers=max_workers, pace=pace)


def _session(core: botocore.session.Session, **credentials: str) -> boto3.Session:
    """A session that leaves two slow things to us: decoding policy documents, and parsing every date."""
    core.unregister("after-call.iam", json_decode_policies)
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_as_it_is)
    return boto3.Session(botocore_session=core, **credentials)


def _as_it_is(moment: Any) -> Any:
    return moment


def _request(
    role_arn: str, external_id: str | None, mfa_serial: str | None, mfa_token: Callable[[], str] | None
) -> dict[str, str]:
    request = {"RoleArn": role_arn, "RoleSessionName": SESSION_NAME}
    if external_id:
        request["ExternalId"] = external_id
    if mfa_serial:
        if mfa_token is None:
            raise CredentialsError("a role that wants MFA needs a token code", help=("give --mfa-token CODE",))
        request |= {"SerialNumber": mfa_serial, "TokenCode": mfa_token()}
    return request


def _assume(session: boto3.Session, config: Config, region: str, request: dict[str, str]) -> boto3.Session:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    try:
        answer = session.client("sts", region_name=region, config=config).assume_role(**request)
    except ClientError as error:
        failure = understood("sts:AssumeRole", error)
        raise CredentialsError(
            f"cannot assume {request['RoleArn']}: {failure.error}: {failure.message}",
            help=("check the role's trust policy, the external id and the MFA token",),
        ) from error
    issued = answer["Credentials"]
    return _session(
        botocore.session.Session(),
        aws_access_key_id=issued["AccessKeyId"],
        aws_secret_access_key=issued["SecretAccessKey"],
        aws_session_token=issued["SessionToken"],
    )


def _no_credentials(profile: str | None) -> CredentialsError:
    return CredentialsError("no AWS credentials found", help=(LOOKED_AT, *_login(profile)))


def _login(profile: str | None) -> tuple[str, ...]:
    name = profile or "NAME"
    return (f"try `aws sso login --profile {name}`, then `auditor scan --profile {name}`",)
