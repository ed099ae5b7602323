"""A snapshot made of exported files: the same as a look would have given, and never more than the files show."""

import base64
import json
import os
from datetime import UTC, datetime
from unittest.mock import patch

import boto3
import pytest

from auditor.collect import aws_managed_policies
from auditor.errors import InputError
from auditor.snapshot.files import dumps, loads
from auditor.snapshot.iam import CredentialReportRow
from auditor.snapshot.imports import from_exports
from tests.fake_aws import FakeAWS, accounts
from tests.looks import in_few_regions, look

ARN = "arn:aws:iam::111122223333"
CREATED = "2024-01-01T00:00:00+00:00"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
COLUMNS = tuple(CredentialReportRow.model_fields)


def managed(arn):
    version = aws_managed_policies.default_version(arn)
    return (version, aws_managed_policies.document(arn, version)) if version else None


def nothing_managed(arn):
    return None


def entry(kind, name, **more):
    return {f"{kind}Name": name, "Arn": f"{ARN}:{kind.lower()}/{name}", "CreateDate": CREATED, **more}


def attached(*arns):
    return {"AttachedManagedPolicies": [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in arns]}


def aws_policy(arn, document="{}"):
    versions = [{"VersionId": "v1", "Document": document}]
    return {"Arn": arn, "PolicyName": arn.rpartition("/")[2], "DefaultVersionId": "v1", "PolicyVersionList": versions}


def csv(*users, **cells):
    """A credential report of root and some users."""
    lines = [",".join(COLUMNS)]
    for user in ("<root_account>", *users):
        arn = f"{ARN}:root" if user == "<root_account>" else f"{ARN}:user/{user}"
        values = dict.fromkeys(COLUMNS, "N/A") | {"user": user, "arn": arn, "user_creation_time": CREATED} | cells
        lines.append(",".join(values[column] for column in COLUMNS))
    return "\n".join(lines)


@pytest.fixture
def files(tmp_path):
    """Writes files and makes a snapshot of them: details as objects, the report as text."""

    def make(*details, report=None, managed=nothing_managed, **options):
        paths = []
        for number, answer in enumerate(details):
            path = tmp_path / f"details-{number}.json"
            path.write_text(answer if isinstance(answer, str) else json.dumps(answer), encoding="utf-8")
            paths.append(str(path))
        if report is not None:
            (tmp_path / "report").write_text(report, encoding="utf-8")
        report_path = None if report is None else str(tmp_path / "report")
        return from_exports(paths, report_path, managed=managed, **options)

    return make


@pytest.fixture
def refusal(files):
    def refused(*details, **more):
        with pytest.raises(InputError) as raised:
            files(*details, **more)
        assert str(raised.value).isprintable()
        return str(raised.value)

    return refused


def gaps(snapshot):
    return [(gap.section, gap.resource) for gap in snapshot.gaps]


# -- the same as a look ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported():
    """What the AWS CLI prints of the neglected account: documents decoded, dates as text, all pages in one."""
    with FakeAWS(accounts.neglected()) as fake, patch.dict(os.environ, fake.env):
        iam = boto3.client("iam")
        pages = iam.get_paginator("get_account_authorization_details").paginate()
        details = pages.build_full_result()
        while iam.generate_credential_report()["State"] != "COMPLETE":
            pass
        report = iam.get_credential_report()
    return json.loads(
        json.dumps({name: details[name] for name in LISTS}, default=lambda date: date.isoformat())
    ), report


def comparable(section):
    """A section with documents parsed: a file has them decoded, so their white space is lost."""
    state = json.loads(
        json.dumps({key: value.model_dump(mode="json", exclude_unset=True) for key, value in section.items()})
    )

    def parsed(value):
        if isinstance(value, list):
            return [parsed(item) for item in value]
        if isinstance(value, dict):
            return {
                key: json.loads(item)
                if key in {"PolicyDocument", "AssumeRolePolicyDocument", "Document"}
                else parsed(item)
                for key, item in value.items()
            }
        return value

    return parsed(state)


def test_an_export_holds_what_a_look_sees(files, exported):
    details, report = exported
    snapshot = files(details, report=report["Content"].decode(), managed=managed)
    seen, _ = look(in_few_regions(accounts.neglected()))
    for section in ("users", "groups", "roles", "policies"):
        assert comparable(getattr(snapshot.iam, section)) == comparable(getattr(seen.iam, section)), section
    assert snapshot.iam.credential_report.rows == seen.iam.credential_report.rows
    assert set(snapshot.iam.aws_managed_policies) >= set(seen.iam.aws_managed_policies)
    assert (snapshot.account, snapshot.partition) == (seen.account, seen.partition)
    assert snapshot.is_set("sts.caller_identity")
    assert snapshot.sts.caller_identity is None
    assert not snapshot.is_set("iam.account_summary")


def test_the_same_files_give_the_same_bytes_and_these_are_a_snapshot(files, exported):
    details, report = exported
    first, second = (dumps(files(details, report=report["Content"].decode(), managed=managed)) for _ in range(2))
    assert first == second
    assert dumps(loads(first, "file")) == first


def test_one_file_for_each_filter_is_the_same_as_one_for_all(files, exported):
    details, _ = exported
    parts = [{other: details[other] if other == name else [] for other in LISTS} for name in LISTS]
    assert dumps(files(*parts)) == dumps(files(details))


def test_percent_encoded_documents_are_read(files, exported):
    from urllib.parse import quote

    def encoded(value):
        if isinstance(value, list):
            return [encoded(item) for item in value]
        if isinstance(value, dict):
            return {
                key: quote(json.dumps(item), safe="")
                if key.endswith("Document") and isinstance(item, dict)
                else encoded(item)
                for key, item in value.items()
            }
        return value

    details, _ = exported
    assert comparable(files(encoded(details)).iam.roles) == comparable(files(details).iam.roles)


# -- time -----------------------------------------------------------------------------------------------------


def test_the_newest_moment_stands_for_the_time(files):
    users = {"UserDetailList": [entry("User", "alice", CreateDate="2026-03-01T10:00:00+02:00")]}
    assert files(users).collection.taken_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    roles = {"RoleDetailList": [entry("Role", "r", RoleLastUsed={"LastUsedDate": "2026-04-01T00:00:00Z"})]}
    assert files(users, roles).collection.taken_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert files(users, roles).collection.requests == 0


def test_a_rotation_that_is_to_come_is_no_moment_of_the_past(files):
    report = csv(
        "alice", access_key_1_last_used_date="2026-05-01T00:00:00Z", password_next_rotation="2027-01-01T00:00:00Z"
    )
    snapshot = files(report=report)
    assert snapshot.collection.taken_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert snapshot.iam.credential_report.generated_time == datetime(2026, 5, 1, tzinfo=UTC)


def test_whoever_knows_the_time_says_it(files, refusal):
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    assert files(report=csv("alice"), taken_at=moment).collection.taken_at == moment
    assert "cannot be of 2023" in refusal(report=csv("alice"), taken_at=datetime(2023, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("form", ["answer", "base64"])
def test_the_report_may_be_as_the_cli_prints_it(files, form):
    content = base64.b64encode(csv("alice").encode()).decode()
    answer = {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": "2026-11-20T12:00:00+00:00"}
    snapshot = files(report=json.dumps(answer, indent=4) if form == "answer" else content + "\n")
    report = snapshot.iam.credential_report
    assert list(report.rows) == ["<root_account>", "alice"]
    if form == "answer":
        assert report.generated_time == snapshot.collection.taken_at == datetime(2026, 11, 20, 12, tzinfo=UTC)


# -- never more than the files show ---------------------------------------------------------------------------


def test_what_no_file_has_was_not_seen(files):
    snapshot = files({"UserDetailList": [entry("User", "alice")]})
    assert [snapshot.is_set(f"iam.{name}") for name in ("users", "groups", "roles", "policies")] == [
        True,
        False,
        False,
        False,
    ]
    assert not snapshot.is_set("iam.credential_report")
    assert not snapshot.is_set("iam.recent_users")
    assert snapshot.blind("iam.users") == ()
    assert "does not hold" in snapshot.blind("iam.aws_managed_policies")[0].reason


def test_an_empty_list_may_come_of_a_filter(files):
    users = {"UserDetailList": [entry("User", "alice")], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    snapshot = files(users)
    for section in ("groups", "roles", "policies"):
        assert "is empty in the export" in snapshot.blind(f"iam.{section}")[0].reason
    assert snapshot.blind("iam.users") == ()


def test_an_empty_list_of_an_unfiltered_export_means_none(files):
    role = entry("Role", "AWSServiceRoleForSupport", Path="/aws-service-role/", **attached(ADMINISTRATOR))
    details = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [role],
        "Policies": [aws_policy(ADMINISTRATOR)],
    }
    assert files(details).gaps == ()


def test_no_users_are_proven_by_a_report_of_root_alone(files):
    details = {"UserDetailList": [], "RoleDetailList": [entry("Role", "r")]}
    assert ("iam.users", None) not in gaps(files(details, report=csv()))
    assert ("iam.users", None) in gaps(files(details, report=csv("alice")))


def test_users_that_only_one_of_the_files_has_stay_open(files):
    snapshot = files({"UserDetailList": [entry("User", "alice"), entry("User", "bob")]}, report=csv("bob", "carol"))
    assert ("iam.recent_users", "alice") in gaps(snapshot)
    assert ("iam.users", "carol") in gaps(snapshot)
    assert snapshot.blind_entry("iam.recent_users", "bob") == ()


def test_policies_of_aws_come_from_the_file_or_else_from_the_table(files):
    other, boundary = (f"arn:aws:iam::aws:policy/{name}" for name in ("ReadOnlyAccess", "PowerUserAccess"))
    unknown = "arn:aws:iam::aws:policy/FromTomorrow"
    role = entry("Role", "r", **attached(ADMINISTRATOR, other, unknown, f"{ARN}:policy/mine"))
    role["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary, "PermissionsBoundaryType": "Policy"}
    snapshot = files(
        {"RoleDetailList": [role], "Policies": [aws_policy(ADMINISTRATOR, '{"from":"file"}')]}, managed=managed
    )
    policies = snapshot.iam.aws_managed_policies
    assert set(policies) == {ADMINISTRATOR, other, boundary}
    assert policies[ADMINISTRATOR].document == '{"from":"file"}'
    assert policies[other].default_version_id == aws_managed_policies.default_version(other)
    assert ("iam.aws_managed_policies", unknown) in gaps(snapshot)
    assert snapshot.iam.policies == {}


# -- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("details", "problem"),
    [
        ([], "holds no authorization details"),
        ({"Users": []}, "holds no authorization details"),
        ({"UserDetailList": [], "IsTruncated": True}, "holds only a part"),
        ({"UserDetailList": [], "NextToken": "x"}, "holds only a part"),
        ({"UserDetailList": {}}, "UserDetailList is not a list"),
        ({"UserDetailList": [], "RoleDetailList": []}, "do not tell which account"),
        ({"UserDetailList": [entry("User", "a"), entry("User", "a")]}, '"a" stands twice in UserDetailList'),
        ({"UserDetailList": [entry("User", "a", Arn="arn:aws:iam::12:user/a")]}, "is not an ARN of IAM"),
        ({"UserDetailList": [entry("User", "a", Arn=["x"])]}, "is not an ARN of IAM"),
        ({"UserDetailList": [entry("User", "a", CreateDate="soon")]}, 'wrong at "/iam/users/a/CreateDate": Input'),
        ({"UserDetailList": [entry("User", "a" * 30_000)]}, "the export is wrong at"),
        ('{"RoleDetailList": [], "RoleDetailList": []}', "stands twice"),
        ("{", "ends in the middle"),
        ({"UserDetailList": [entry("User", "a"), entry("User", "b", Arn="arn:aws:iam::999900001111:user/b")]},
         "of more than one account: 111122223333, 999900001111"),
    ],
)  # fmt: skip
def test_details_that_are_not_as_described_are_refused(refusal, details, problem):
    assert problem in refusal(details)


def test_the_same_user_in_two_files_is_refused(refusal):
    details = {"UserDetailList": [entry("User", "a")]}
    assert '"a" stands twice' in refusal(details, details)


def test_a_report_of_another_account_is_refused(refusal):
    details = {"UserDetailList": [entry("User", "a")]}
    assert "more than one account" in refusal(details, report=csv("a").replace("111122223333", "999900001111"))


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        ("", "not a credential report: it is empty"),
        ("{}", "the report is not text in base64"),
        ('{"Content": "?"}', "the report is not text in base64"),
        ('{"Content": "/w=="}', "the report is not text in base64"),
        ('{"Content": "dXNlcg==", "GeneratedTime": "9999-12-31T23:59:59-10:00"}', "GeneratedTime is not a time"),
        ("dXNlci", "the report is not text in base64"),
        (csv(arn="root"), '"root" is not an ARN of IAM'),
        (csv().partition("\n")[0], "do not tell which account"),
    ],
)
def test_reports_that_are_not_as_described_are_refused(refusal, report, problem):
    assert problem in refusal(report=report)
