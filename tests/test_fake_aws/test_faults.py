from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tests.fake_aws import FakeAWS, Fault, accounts

CALLER = "User: arn:aws:iam::111122223333:user/claire.admin"


def serve(*faults, **options):
    return FakeAWS(accounts.neglected(), faults=faults, **options)


@pytest.mark.parametrize(
    ("service", "operation", "kind", "status", "code", "message"),
    [
        (
            "iam", "list_roles", "deny", 403, "AccessDenied",
            f"{CALLER} is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::111122223333:role/ "
            "because no identity-based policy allows the iam:ListRoles action",
        ),
        (
            "organizations", "describe_organization", "deny", 400, "AccessDeniedException",
            f"{CALLER} is not authorized to perform: organizations:DescribeOrganization on resource: * "
            "because no identity-based policy allows the organizations:DescribeOrganization action",
        ),
        ("iam", "list_roles", "throttle", 400, "Throttling", "Rate exceeded"),
        ("organizations", "list_accounts", "throttle", 400, "TooManyRequestsException", "Rate exceeded"),
        ("ec2", "describe_vpcs", "throttle", 503, "RequestLimitExceeded", "Request limit exceeded."),
        ("iam", "list_roles", "fail", 500, "ServiceFailure", "unknown error"),
        ("organizations", "list_accounts", "fail", 500, "InternalFailure", "unknown error"),
        ("iam", "list_roles", "expired", 403, "ExpiredToken", "is expired"),
        ("iam", "list_roles", "rejected", 403, "InvalidClientTokenId", "token included in the request is invalid"),
        ("ec2", "describe_vpcs", "rejected", 401, "AuthFailure", "token included in the request is invalid"),
        ("organizations", "list_accounts", "rejected", 400, "UnrecognizedClientException", "is invalid"),
    ],
)  # fmt: skip
def test_faults_speak_as_the_service_does(client, service, operation, kind, status, code, message):
    with serve(Fault("*", kind)) as aws, pytest.raises(ClientError) as caught:
        getattr(client(aws, service), operation)()
    response = caught.value.response
    assert (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]) == (status, code)
    assert message in response["Error"]["Message"]


def test_faults_of_the_wire(client):
    faults = Fault("iam:ListUsers", "garbage"), Fault("iam:ListRoles", "reset"), Fault("iam:ListGroups", "empty")
    with serve(*faults) as aws:
        iam = client(aws, "iam")
        with pytest.raises(ResponseParserError):
            iam.list_users()
        with pytest.raises(ConnectionClosedError):
            iam.list_roles()
        assert "Groups" not in iam.list_groups()
        assert iam.list_policies(Scope="Local")["Policies"]


def test_hanging_ends_with_the_server_at_once(client):
    with serve(Fault("iam:ListUsers", "hang")) as aws:
        with pytest.raises(ReadTimeoutError):
            client(aws, "iam", read_timeout=0.2).list_users()
        closing = time.monotonic()
    assert time.monotonic() - closing < 30, "a hanging answer would hold it for longer"


def test_a_fault_may_begin_late_end_early_and_choose(client):
    second_page = Fault("iam:ListUsers", "deny", after=1, times=1)
    of_roles = Fault("iam:GetAccountAuthorizationDetails", "deny", when=lambda params: params["Filter"] == ["Role"])
    with serve(second_page, of_roles) as aws:
        iam = client(aws, "iam")
        pages = iter(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 5}))
        assert len(next(pages)["Users"]) == 5
        with pytest.raises(ClientError, match="iam:ListUsers"):
            next(pages)
        assert len(iam.list_users()["Users"]) == 16
        assert iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
        with pytest.raises(ClientError, match="GetAccountAuthorizationDetails"):
            iam.get_account_authorization_details(Filter=["Role"])


def test_an_unknown_kind_is_a_mistake_of_the_test():
    with pytest.raises(ValueError, match="unknown kind of fault 'denied'"):
        Fault("*", "denied")


def test_the_rate_lets_a_burst_through_and_then_throttles(client):
    with serve(rate=5) as aws:
        iam, results = client(aws, "iam"), []
        for _ in range(12):
            try:
                iam.get_account_summary()
                results.append("ok")
            except ClientError as error:
                results.append(error.response["Error"]["Code"])
        assert results[:5] == ["ok"] * 5
        assert "Throttling" in results and set(results) == {"ok", "Throttling"}
        time.sleep(0.3)
        assert iam.get_account_summary()


def test_a_fault_of_one_region_leaves_the_others_alone(client):
    with serve(Fault("lambda:ListFunctions", "deny", region="us-*")) as aws:
        assert client(aws, "lambda").list_functions()["Functions"]
    with serve(Fault("lambda:ListFunctions", "deny", region="eu-*")) as aws, pytest.raises(ClientError):
        client(aws, "lambda").list_functions()


def test_an_operation_has_a_rate_of_its_own(client):
    now = [0.0]
    with serve(rates={"organizations:ListRoots": (0.5, 2)}, clock=lambda: now[0]) as aws:
        organizations = client(aws, "organizations")
        for moment, allowed in ((0.0, True), (0.0, True), (0.0, False), (1.9, False), (2.0, True), (2.0, False)):
            now[0] = moment
            if allowed:
                assert organizations.list_roots()["Roots"]
            else:
                with pytest.raises(ClientError, match="TooManyRequestsException"):
                    organizations.list_roots()
        assert organizations.list_accounts()["Accounts"]
