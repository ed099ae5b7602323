"""The same calls as a scan, by a bare boto3 script: what a scan's time is measured against."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

WORKERS = 8


def paged(client: Any, operation: str, **parameters: object) -> int:
    """The number of pages of one operation."""
    return sum(1 for _ in client.get_paginator(operation).paginate(**parameters))


def credential_report(iam: Any) -> None:
    """Ask for the report, and look for it until it is there."""
    iam.generate_credential_report()
    while True:
        try:
            return iam.get_credential_report()
        except ClientError:
            time.sleep(0.5)


def password_policy(iam: Any) -> None:
    """The policy, or the error that says there is none."""
    with suppress(ClientError):
        iam.get_account_password_policy()


def main() -> None:
    """Make the calls, as many at a time as a scan makes."""
    session, config = boto3.Session(), Config(max_pool_connections=2 * WORKERS)
    iam = session.client("iam", config=config)
    sts, organizations = session.client("sts", config=config), session.client("organizations", config=config)
    large = {"PaginationConfig": {"PageSize": 1000}}
    with ThreadPoolExecutor(WORKERS) as pool:
        work = [
            pool.submit(paged, iam, "get_account_authorization_details", Filter=[kind], **large)
            for kind in ("User", "Group", "Role", "LocalManagedPolicy")
        ]
        work += [
            pool.submit(credential_report, iam),
            pool.submit(sts.get_caller_identity),
            pool.submit(iam.get_account_summary),
            pool.submit(password_policy, iam),
            pool.submit(paged, iam, "list_virtual_mfa_devices", **large),
            pool.submit(paged, iam, "list_policies", Scope="AWS", OnlyAttached=True, **large),
            pool.submit(paged, iam, "list_server_certificates", **large),
            pool.submit(iam.list_service_specific_credentials, AllUsers=True, MaxItems=1000),
            pool.submit(iam.list_saml_providers),
            pool.submit(iam.list_organizations_features),
            pool.submit(organizations.describe_organization),
        ]
        for future in work:
            with suppress(ClientError):  # an account without an organization answers so
                future.result()


if __name__ == "__main__":
    main()
