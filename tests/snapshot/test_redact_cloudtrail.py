"""Redaction of the event history and of what stands under ARNs."""

import pytest

from auditor.snapshot.redact import redact
from auditor.snapshot.snapshot import Snapshot
from tests.fake_aws import accounts
from tests.looks import look

SECTIONS = ("access_analyzer.findings", "cloudtrail.status", "config.recorders", "logs.log_groups", "iam.users")


@pytest.fixture(scope="module")
def snapshot():
    return look(accounts.neglected(), sections=SECTIONS, opted_in=("root-events",))[0]


@pytest.mark.parametrize("level", ["names", "strict"])
def test_users_and_networks_are_gone_from_the_event_history(snapshot, level):
    redacted = redact(snapshot, level)
    text = redacted.cloudtrail.model_dump_json()
    assert "claire.admin" in snapshot.cloudtrail.model_dump_json()
    assert "claire.admin" not in text
    assert "2600:1f14" not in text
    uses = redacted.cloudtrail.key_uses["us-east-1"]
    assert {use.user_name for use in uses.uses} <= set(uses.looked_up) <= set(redacted.iam.users)
    assert "private" in {use.network for use in redacted.cloudtrail.key_uses["eu-west-1"].uses}


def test_one_network_is_one_network_afterwards(snapshot):
    def networks(state: Snapshot) -> list[int]:
        return [len({use.network for use in entry.uses}) for entry in state.cloudtrail.key_uses.values()]

    assert networks(redact(snapshot, "names")) == networks(snapshot)


def test_strict_takes_the_account_out_of_keys(snapshot):
    redacted = redact(snapshot, "strict")
    assert snapshot.account not in redacted.model_dump_json()
    assert all(trail.trail_arn == arn for arn, trail in redacted.cloudtrail.trails.items())
    assert redacted.cloudtrail.status.keys() == redacted.cloudtrail.trails.keys()
    assert redacted.access_analyzer.findings.keys() <= redacted.access_analyzer.analyzers.keys()
