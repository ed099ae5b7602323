from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.validate import ParamValidator

from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import AWSError, FakeAWS, accounts
from tests.fake_aws.operations import TABLE, Operation, Request
from tests.fake_aws.sessions import Sessions
from tests.fake_aws.wire import Service
from tests.looks import look


def test_calls_overlap_and_are_recorded(client):
    with FakeAWS(accounts.generated(10, 10, 10), latency=0.2) as aws:
        iam = client(aws, "iam")
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: iam.list_roles(MaxItems=number), range(1, 9)))
    assert [len(answer["Roles"]) for answer in answers] == list(range(1, 9))
    assert 4 <= aws.peak_concurrency <= 8
    assert sorted(call.params["MaxItems"] for call in aws.calls) == list(range(1, 9))
    assert {(call.service, call.region, call.account) for call in aws.calls} == {("iam", "eu-west-1", "444455556666")}


def test_unsigned_and_unknown_requests_are_refused(client):
    with FakeAWS(accounts.newborn()) as aws:
        with pytest.raises(HTTPError) as caught:
            urllib.request.urlopen(aws.url, data=b"Action=ListUsers&Version=2010-05-08")
        with caught.value as response:
            assert response.code == 403 and b"MissingAuthenticationToken" in response.read()
        for service, operation, code in (
            ("iam", "list_delegation_requests", "InvalidAction"),
            ("organizations", "list_create_account_status", "UnknownOperationException"),
            ("ec2", "describe_vpcs", "InvalidAction"),
        ):
            with pytest.raises(ClientError) as refused:
                getattr(client(aws, service), operation)()
            assert refused.value.response["Error"]["Code"] == code
    assert aws.calls.names() == [
        "iam:ListDelegationRequests",
        "organizations:ListCreateAccountStatus",
        "ec2:DescribeVpcs",
    ]


def test_a_rest_service_is_one_more_function(client, monkeypatch):
    """Routing by method and URI, parameters from path and query, the region and the caller for those who want them."""

    def get_archive_rule(account, params, request):
        name = f"{params['analyzerName']} {params['ruleName']} {request.region} {account.id}"
        return {"archiveRule": {"ruleName": name, "filter": {}, "createdAt": account.now, "updatedAt": account.now}}

    name = ("accessanalyzer", "GetArchiveRule")
    monkeypatch.setitem(TABLE, name, Operation(*name, get_archive_rule, pure=False))
    with FakeAWS(accounts.newborn()) as aws:
        rule = client(aws, "accessanalyzer").get_archive_rule(analyzerName="a b", ruleName="c")["archiveRule"]
    assert rule["ruleName"] == "a b c eu-west-1 333344445555"
    assert aws.calls.names() == ["access-analyzer:GetArchiveRule"]


def test_answers_made_in_advance_are_served(client, monkeypatch):
    name = ("iam", "GetAccountAuthorizationDetails")
    with FakeAWS(accounts.generated(50, 50, 50, seed=3)) as aws:
        aws.warm(page_size=20)
        monkeypatch.setitem(TABLE, name, Operation(*name, lambda account, params: {}, pure=True))
        pages = (
            client(aws, "iam")
            .get_paginator("get_account_authorization_details")
            .paginate(Filter=["User"], PaginationConfig={"PageSize": 20})
        )
        assert [len(page["UserDetailList"]) for page in pages] == [20, 20, 10]


PARAMS = {
    "UserName": "git.pusher",
    "GroupName": "Developers",
    "RoleName": "web-server",
    "PolicyArn": "arn:aws:iam::111122223333:policy/teams/deploy",
    "VersionId": "v8",
    "SAMLProviderArn": "arn:aws:iam::111122223333:saml-provider/okta",
    "OpenIDConnectProviderArn": "arn:aws:iam::111122223333:oidc-provider/gitlab.example.com",
    "AccountId": "111122223333",
    "RoleArn": "arn:aws:iam::111122223333:role/open-door",
    "RoleSessionName": "scan",
}
SPECIAL = {
    "GetRolePolicy": {"PolicyName": "assume"},
    "GetGroupPolicy": {"PolicyName": "developers"},
    "GetUserPolicy": {"UserName": "bob", "PolicyName": "god-mode"},
    "GetLoginProfile": {"UserName": "bob"},
    "GetCredentialReport": {},
}


def test_every_answer_has_the_shape_of_botocore():
    """A member that the model doesn't know would be dropped in silence on the way."""
    account = replace(accounts.neglected(), regions=("eu-west-1", "us-east-1", "us-west-2"))
    served = {account.id: account}
    sessions = Sessions(served)
    calls = look(account, opted_in=tuple(OPT_IN.values()))[1]
    asked = defaultdict(list)
    for call in calls:
        asked[call.service, call.operation].append((call.params, call.region))
    refused, wrong = set(), set()
    for (service, name), operation in sorted(TABLE.items()):
        model = get_session().get_service_model(service).operation_model(name)
        errors = []
        questions = asked[Service(service).prefix, name] or [(_params(model, name, account), "us-east-1")]
        for params, region in questions:
            request = Request(region, sessions.of(account), served, sessions, {"credential report": {"polls": 0}})
            try:
                answer = operation.function(account, params, *(() if operation.pure else (request,)))
            except AWSError as error:
                errors.append(f"{name} {error.code}")
                continue
            report = ParamValidator().validate(answer, model.output_shape).generate_report()
            # AWS itself gives an empty text where its model asks for one letter at least.
            wrong |= {f"{name}: {line}" for line in report.splitlines() if "Invalid length" not in line}
        if len(errors) == len(questions):
            refused.update(errors)
    assert wrong == set()
    assert refused == REFUSED


def _params(model, name, account):
    """Parameters for an operation that no look needs."""
    known = model.input_shape.members if model.input_shape else {}
    used = account.users[0].keys[0].id
    params = {each: value for each, value in {**PARAMS, "AccessKeyId": used}.items() if each in known}
    return params | SPECIAL.get(name, {})


REFUSED = {
    "DescribeResourcePolicy ResourcePolicyNotFoundException",
    "GetAnomalyMonitors AccessDeniedException",
    "GetBackupVaultAccessPolicy ResourceNotFoundException",
    "GetObjectLockConfiguration ObjectLockConfigurationNotFoundError",
    "GetPermissionsBoundaryForPermissionSet ResourceNotFoundException",
    "GetPublicAccessBlock NoSuchPublicAccessBlockConfiguration",
    "GetRepositoryPolicy RepositoryPolicyNotFoundException",
    "ListOrganizationsFeatures ServiceAccessNotEnabledException",
}
"""Questions that the account has no answer to, which AWS says by an error."""


def test_the_command_serves_until_it_is_told_to_stop():
    command = [sys.executable, "-m", "tests.fake_aws", "--account", "newborn"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}) as process:
        url = process.stdout.readline().strip()
        with pytest.raises(HTTPError) as caught:
            urllib.request.urlopen(url)
        caught.value.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
