"""Events added up."""

import pytest

from auditor.access.least_privilege import usage
from auditor.access.least_privilege.policy import needs
from auditor.access.least_privilege.usage import folder, used_by
from tests.access.least_privilege.records import ACCOUNT, REGION, ROLE, record


def used(*made):
    return used_by(made, ROLE)


def test_events_of_one_principal_are_counted_by_what_they_need():
    found = used(
        record("s3", "ListBuckets", time="2026-11-02T00:00:00Z"),
        record("s3", "ListBuckets", time="2026-11-01T00:00:00Z"),
        record("s3", "ListBuckets", identity={"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"}),
        record("s3", "PutBucketAcl", {"bucketName": "b"}, errorCode="AccessDenied"),
        record("odd", "Thing", errorCode="AccessDenied"),
        record("odd", "Thing"),
        record("sts", "GetCallerIdentity"),
        record("s3", "Get") | {"eventName": None},
    )
    assert (found.events, found.unreadable) == (6, 1)
    assert (found.first, found.last) == ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")
    assert {name: action.times for name, action in found.actions.items()} == {"s3:ListAllMyBuckets": 2}
    assert found.denied == {"s3:PutBucketAcl": 1, "odd.amazonaws.com:Thing": 1}
    assert found.unmapped == {"odd.amazonaws.com:Thing": 1}
    assert found.free == {"sts.amazonaws.com:GetCallerIdentity": 1}
    assert found.has_reads
    assert not found.data_services


def test_data_events_tell_which_services_log_them():
    assert used(record("s3", "GetObject", {}, managementEvent=False)).data_services == {
        "s3",
        "s3express",
        "s3-object-lambda",
    }


def test_what_no_event_shows_is_wide():
    found = used(record("dynamodb", "PutItem", {"tableName": "T"}), record("dynamodb", "PutItem", {}))
    assert [need.resource for need in needs(found)] == [
        f"arn:aws:dynamodb:{REGION}:*:table/*",
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/T",
    ]


def test_of_alternative_types_one_that_is_shown_is_enough():
    found = used(record("s3", "PutObject", {"bucketName": "b", "key": "k"}))
    assert [need.resource for need in needs(found)] == ["arn:aws:s3:::b/k"]


def test_an_action_of_many_alternative_types_is_on_the_service():
    found = used(record("apigateway", "GetRestApis", {}))
    assert [need.resource for need in needs(found)] == ["arn:aws:apigateway:*:*:*"]


def test_a_path_that_a_request_does_not_tell_comes_from_those_who_are_known():
    found = used(record("iam", "GetRole", {"roleName": "deploy"}), record("iam", "GetUser", {"userName": "ann"}))
    known = (ROLE, f"arn:aws:iam::{ACCOUNT}:user/a/b/ann")
    assert {need.resource for need in needs(found, known)} == set(known)
    assert f"arn:aws:iam::{ACCOUNT}:role/deploy" in {need.resource for need in needs(found)}


def test_whatever_the_log_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(usage, "MAX_PATTERNS", 10)
    monkeypatch.setattr(usage, "MAX_NAMES", 3)
    made = [record("s3", "PutObject", {"bucketName": f"b{n % 30}", "key": f"{n}/k"}) for n in range(500)]
    made += [record("odd", f"Thing{n}") for n in range(8)]
    found = used(*made)
    action = found.actions["s3:PutObject"]
    assert len(action.patterns["object"]) <= 11
    assert len(action.folders) <= 11
    assert len(found.unmapped) == 3
    assert found.overflow == 5


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:aws:s3:::b/a/k", "arn:aws:s3:::b/a/*"),
        ("arn:aws:s3:::b/a/*", "arn:aws:s3:::b/*"),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*"),
        ("arn:aws:s3:::b", "arn:aws:s3:::b"),
        ("arn:aws:lambda:r:1:function:f", "arn:aws:lambda:r:1:function:*"),
        ("*", "*"),
    ],
)
def test_folders(pattern, expected):
    assert folder(pattern) == expected
