"""Whose events records tell of, and what is taken from them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.access.least_privilege import events
from auditor.access.least_privilege.events import event_of, is_by
from tests.access.least_privilege.records import ACCOUNT, ROLE, SESSION, record

USER = f"arn:aws:iam::{ACCOUNT}:user/ops/ann"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
FEDERATED = {
    "type": "FederatedUser",
    "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/ann",
    "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": USER}},
}
BARE = {"type": "AssumedRole", "arn": SESSION["arn"], "accountId": ACCOUNT}


@pytest.mark.parametrize(
    ("identity", "principal"),
    [
        (SESSION, ROLE),
        (BARE, ROLE),
        ({"type": "IAMUser", "arn": USER}, USER),
        (FEDERATED, USER),
        ({"type": "Root", "arn": ROOT}, ROOT),
    ],
)
def test_an_event_belongs_to_one_principal(identity, principal):
    found = record("s3", "ListBuckets", identity=identity)
    assert [other for other in (ROLE, USER, ROOT) if is_by(found, other)] == [principal]


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "AssumedRole", "arn": "arn:aws:sts::444455556666:assumed-role/deploy/x"},
        {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/team/deploy"},
        {"type": "AWSService", "invokedBy": "s3.amazonaws.com"},
        {"type": "AWSAccount", "accountId": ACCOUNT},
        {"arn": 5, "sessionContext": {"sessionIssuer": "deploy"}},
        {"sessionContext": []},
        "deploy",
        None,
    ],
)
def test_an_event_of_another_does_not(identity):
    assert not is_by(record("s3", "ListBuckets", identity=identity), ROLE)


@pytest.mark.parametrize(
    ("code", "denied"),
    [
        ("AccessDenied", True),
        ("AccessDeniedException", True),
        ("Client.UnauthorizedOperation", True),
        ("KMSAccessDeniedException", True),
        ("AuthorizationError", True),
        ("NoSuchBucket", False),
        ("Client.DryRunOperation", False),
        ("", False),
    ],
)
def test_a_refused_call_is_told_from_one_that_failed(code, denied):
    assert event_of(record("s3", "ListBuckets", errorCode=code)).denied is denied


def test_parameters_are_found_at_every_depth_by_folded_names():
    parameters = {"Set": {"items": [{"Image-Id": "ami-2"}, {"Image-Id": "ami-1"}]}, "n": 7, "on": True, "none": None}
    found = event_of(record("ec2", "RunInstances", parameters))
    assert found.parameters == {"set": (), "items": (), "imageid": ("ami-1", "ami-2"), "n": ("7",)}


def test_a_data_event_is_known_by_either_mark():
    assert event_of(record("s3", "GetObject", managementEvent=False)).data
    assert event_of(record("s3", "GetObject", eventCategory="Data")).data
    assert not event_of(record("s3", "GetObject")).data


def test_regions_and_accounts_that_cannot_be_are_none():
    made = record("s3", "GetObject", awsRegion="x:*", identity=SESSION | {"accountId": "*"})
    found = event_of(made)
    assert (found.region, found.account) == ("", "")
    assert event_of(record("s3", "GetObject")).account == ACCOUNT


@pytest.mark.parametrize("missing", ["eventName", "eventSource"])
def test_a_record_that_does_not_say_what_was_called_is_no_event(missing):
    made = record("s3", "ListBuckets")
    assert event_of(made | {missing: None}) is None
    assert event_of(made | {missing: "x" * 201}) is None


def test_parameters_are_looked_through_to_a_limit(monkeypatch):
    monkeypatch.setattr(events, "MAX_VALUES", 50)
    deep = {}
    for _ in range(500):
        deep = {"a": deep, "leaf": "x"}
    assert event_of(record("s3", "GetObject", deep)).parameters == {"a": (), "leaf": ("x",)}
    many = {f"k{number}": "v" for number in range(1_000)}
    assert len(event_of(record("s3", "GetObject", many)).parameters) < 50
    assert event_of(record("s3", "GetObject", {"key": "x" * 5_000, "empty": "", "k" * 500: "v"})).parameters == {}


@given(
    st.dictionaries(
        st.sampled_from([*record("s3", "GetObject"), "resources", "errorCode"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["arn", "ARN", "sessionContext", "sessionIssuer"]), inner, max_size=3)
            ),
            max_leaves=8,
        ),
    )
)
@settings(max_examples=200, deadline=None)
def test_no_record_is_too_odd(made):
    is_by(made, ROLE)
    event_of(made)
    event_of(record("s3", "GetObject") | made)
