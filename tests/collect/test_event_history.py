"""The event history: who it was that acted, from which network, by which client, and how much of it is read."""

from dataclasses import replace

import pytest

from tests.fake_aws import Fault, accounts
from tests.fake_aws.entities import AccessKey, User, days_ago
from tests.fake_aws.recording import CloudTrail, Event
from tests.looks import in_few_regions, look

ROOT = "cloudtrail.root_events"
USES = "cloudtrail.key_uses"
KEY = "AKIAEXAMPLEEXAMPLE01"


def seen(*events, **more):
    """The event history of an account with one user, ada, who has an active access key."""
    ada = User("ada", created=days_ago(100), keys=(AccessKey(KEY, days_ago(90)),))
    account = replace(accounts.newborn(), users=(ada,), cloudtrail=CloudTrail(events=events))
    return look(account, sections=("sts.caller_identity",), opted_in=("root-events",), **more)


def uses(*events):
    snapshot, _ = seen(*events)
    assert snapshot.gaps == ()
    return [use for entry in snapshot.cloudtrail.key_uses.values() for use in entry.uses]


def by_ada(name="DescribeInstances", **more):
    return Event(name, **{"days_ago": 1, "user": "ada", "kind": "IAMUser", "key_id": KEY, **more})


def test_it_is_looked_up_only_when_asked_for():
    _, calls = look(in_few_regions(accounts.newborn()))
    assert "LookupEvents" not in {call.operation for call in calls}


def test_root_is_who_is_root_and_not_who_is_called_root():
    snapshot, _ = seen(
        Event("CreateUser", 2, region="eu-west-1", address="203.0.113.5"),
        Event("CreateUser", 1, kind="IAMUser"),
        Event("ConsoleLogin", 3, source="signin.amazonaws.com", mfa="No", outcome="Failure"),
        Event("ListUsers", 91),
    )
    (event,) = snapshot.cloudtrail.root_events["eu-west-1"].events
    assert (event.event_name, event.event_source, event.read_only) == ("CreateUser", "iam.amazonaws.com", False)
    (login,) = snapshot.cloudtrail.root_events["us-east-1"].events
    assert (login.mfa_used, login.outcome) == ("No", "Failure")
    assert snapshot.cloudtrail.root_events["eu-north-1"].events == ()


def test_no_address_of_anybody_is_kept():
    snapshot, _ = seen(by_ada(address="93.184.216.34"), Event("CreateUser", 2, address="93.184.216.34"))
    assert "93.184.216.34" not in snapshot.model_dump_json()


@pytest.mark.parametrize(("count", "kept", "more"), [(1000, 1000, False), (1001, 1000, True)])
def test_so_many_of_roots_events_are_read(count, kept, more):
    snapshot, calls = seen(*(Event("CreateUser", 1 + number / 10_000) for number in range(count)))
    events = snapshot.cloudtrail.root_events["us-east-1"]
    assert (len(events.events), events.more) == (kept, more)
    asked = [call for call in calls if call.region == "us-east-1" and "root" in str(call.params)]
    assert len(asked) == -(-count // 50)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("93.184.216.34", "93.184.216.0/24"),
        ("2606:2800:220:1::1", "2606:2800:220::/48"),
        ("10.1.2.3", "private"),
        ("fd00::1", "private"),
    ],
)
def test_uses_are_told_by_network(address, network):
    (use,) = uses(by_ada(address=address), by_ada("StopInstances", address=address, days_ago=3))
    assert (use.user_name, use.access_key_id, use.network, use.count) == ("ada", KEY, network, 2)
    assert use.last == days_ago(1)


@pytest.mark.parametrize(
    ("agent", "client"),
    [
        ("aws-cli/1.18.69 Python/3.8.10 Linux/5.4", "aws-cli/1.18.69"),
        ("[aws-cli/2.32.0 md/awscrt#0.29]", "aws-cli/2.32.0"),
        ("Boto3/1.44.5 md/aws-cli/1.0", ""),
        ("aws-cli/x", ""),
    ],
)
def test_uses_are_told_by_aws_cli(agent, client):
    (use,) = uses(by_ada(agent=agent, address="93.184.216.34"))
    assert use.client == client


def test_sessions_services_and_other_keys_are_no_uses_of_a_users_key():
    assert uses(
        by_ada(kind="AssumedRole"), by_ada(key_id="ASIAEXAMPLEEXAMPLE01"), by_ada(address="ec2.amazonaws.com")
    ) == []  # fmt: skip


def test_users_without_active_keys_are_not_looked_up():
    off = User("off", created=days_ago(100), keys=(AccessKey("AKIAEXAMPLEEXAMPLE02", days_ago(90), active=False),))
    account = replace(accounts.newborn(), users=(off,))
    snapshot, calls = look(account, sections=("sts.caller_identity",), opted_in=("root-events",))
    assert "off" not in str([call.params for call in calls if call.operation == "LookupEvents"])
    assert all(entry.looked_up == () for entry in snapshot.cloudtrail.key_uses.values())


def test_root_is_not_taken_for_a_user_with_keys():
    snapshot, _ = look(accounts.neglected(), sections=("sts.caller_identity",), opted_in=("root-events",))
    looked_up = snapshot.cloudtrail.key_uses["us-east-1"].looked_up
    assert snapshot.iam.credential_report.rows["<root_account>"].access_key_1_active
    assert "<root_account>" not in looked_up
    assert set(looked_up) <= set(snapshot.iam.users)


def test_users_younger_than_the_report_are_looked_up_and_only_so_many_of_all():
    many = tuple(
        User(f"user-{number:02}", created=days_ago(9), keys=(AccessKey(f"AKIAEXAMPLEEXAMPL{number:03}", days_ago(9)),))
        for number in range(52)
    )
    account = replace(in_few_regions(accounts.newborn()), users=many, created_after_report=frozenset({"user-00"}))
    snapshot, _ = look(account, sections=("sts.caller_identity",), opted_in=("root-events",), timeout=30)
    assert snapshot.cloudtrail.key_uses["us-east-1"].looked_up == tuple(f"user-{number:02}" for number in range(50))


def test_a_region_that_is_denied_is_a_gap_of_that_region():
    snapshot, _ = seen(faults=[Fault("cloudtrail:LookupEvents", "deny", times=1)])
    (gap,) = snapshot.gaps
    assert gap.section in (ROOT, USES)
    assert gap.region in accounts.newborn().regions
    assert gap.region not in getattr(snapshot.cloudtrail, gap.section.partition(".")[2])


def test_an_event_of_another_form_is_a_gap_and_no_crash(monkeypatch):
    from tests.fake_aws.services import cloudtrail

    proper = cloudtrail._event
    monkeypatch.setattr(cloudtrail, "_event", lambda *parts: {**proper(*parts), "CloudTrailEvent": "[]"})
    snapshot, _ = seen(Event("CreateUser", 1))
    assert [(gap.section, gap.region, gap.error) for gap in snapshot.gaps] == [(ROOT, "us-east-1", "UnexpectedAnswer")]
