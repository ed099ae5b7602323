"""AWS Config and log groups: every region, and no further call where there is nothing."""

from collections import Counter
from dataclasses import replace

from tests.fake_aws import accounts
from tests.fake_aws.recording import Aggregator, Config, LogGroup, Recorder
from tests.looks import look

SECTIONS = ("config.recorders", "config.recorder_status", "config.delivery_status", "config.aggregators")


def test_a_region_without_recorder_takes_one_call():
    account = replace(accounts.newborn(), config=Config((Recorder("eu-west-1", {"allSupported": True}),)))
    snapshot, calls = look(account, sections=SECTIONS)
    assert snapshot.gaps == ()
    assert set(snapshot.config.recorders) == set(snapshot.config.recorder_status) == {"eu-west-1"}
    assert snapshot.config.recorders["eu-west-1"].recording_group.all_supported
    assert snapshot.config.delivery_status["eu-west-1"].config_history_delivery_info.last_status == "SUCCESS"
    made = Counter(call.operation for call in calls if call.service == "config")
    assert made == {
        "DescribeConfigurationRecorders": len(account.regions),
        "DescribeConfigurationRecorderStatus": 1,
        "DescribeDeliveryChannelStatus": 1,
    }


def test_a_recorder_without_channel_has_no_delivery_status():
    account = replace(accounts.newborn(), config=Config((Recorder("eu-west-1", {}, channel=False),)))
    snapshot, _ = look(account, sections=SECTIONS)
    assert snapshot.is_set("config.delivery_status")
    assert snapshot.config.delivery_status == {}


def test_aggregators_are_looked_for_by_those_who_may_collect_from_the_organization():
    manager = replace(accounts.neglected(), config=Config(aggregators=(Aggregator("all", "eu-west-1"),)))
    snapshot, _ = look(manager, sections=SECTIONS)
    (aggregator,) = snapshot.config.aggregators.values()
    assert aggregator.organization_aggregation_source.all_aws_regions
    member = replace(accounts.well_kept(), config=manager.config)
    snapshot, calls = look(member, sections=SECTIONS)
    assert snapshot.config.aggregators == {}
    assert "DescribeConfigurationAggregators" not in {call.operation for call in calls}


def test_log_groups_of_all_pages_and_regions_are_listed():
    groups = tuple(LogGroup(f"group-{number}", 30, "eu-west-1") for number in range(120))
    account = replace(accounts.newborn(), log_groups=(*groups, LogGroup("group-0")))
    snapshot, calls = look(account, sections=("logs.log_groups",))
    assert len(snapshot.logs.log_groups) == 121
    assert (
        snapshot.logs.log_groups[account.arn("logs", "log-group:group-0", region="us-east-1")].retention_in_days is None
    )
    assert Counter(call.region for call in calls if call.service == "logs")["eu-west-1"] == 3
