from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from tests.fake_aws import FakeAWS

Client = Callable[..., Any]


@pytest.fixture(scope="session")
def session() -> Any:
    """One boto3 session for all tests: making one is slower than a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield boto3.Session(region_name="eu-west-1")


@pytest.fixture
def client(session: Any) -> Client:
    """`client(aws, "iam")`, or with the credentials that STS gave; one attempt, so that faults are seen."""

    def make(aws: FakeAWS, service: str, credentials: dict[str, Any] | None = None, **config: Any) -> Any:
        env = aws.env
        given = credentials or {
            "AccessKeyId": env["AWS_ACCESS_KEY_ID"],
            "SecretAccessKey": env["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": env.get("AWS_SESSION_TOKEN"),
        }
        return session.client(
            service,
            endpoint_url=aws.url,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=16, **config),
        )

    return make
