"""What follows from botocore's models, and what was reviewed by hand beside it."""

import botocore
import pytest

from auditor.access.least_privilege.event_tables import BOTOCORE, PREFIXES
from auditor.access.least_privilege.exceptions import ACTIONS, BESIDES, DATA_ONLY, OF_VERSIONS, SOURCES
from auditor.access.least_privilege.mapping import prefixes
from auditor.policy.actions import mask
from auditor.policy.service_data import action, is_service
from tools import gen_event_actions


def test_the_tables_are_what_the_pinned_botocore_gives():
    assert botocore.__version__ == BOTOCORE, "the group `models` pins what the tables are made of"
    assert gen_event_actions.TARGET.read_text(encoding="utf-8") == gen_event_actions.text(), "run `make event-tables`"


def test_writing_the_tables_changes_nothing(tmp_path, monkeypatch):
    there = gen_event_actions.TARGET.read_bytes()
    monkeypatch.setattr(gen_event_actions, "TARGET", tmp_path / "event_tables.py")
    gen_event_actions.main()
    assert (tmp_path / "event_tables.py").read_bytes() == there


def test_every_prefix_is_one_that_actions_have():
    assert all(is_service(pair.partition("=")[2]) for pair in PREFIXES.split())
    assert all(is_service(prefix) for listed in SOURCES.values() for prefix in listed)


def test_nine_of_ten_operations_of_aws_are_mapped():
    """The rest are operations without an action of their name, which nobody has reviewed yet."""
    from auditor.access.least_privilege.mapping import _named

    total = mapped = 0
    for service, model in gen_event_actions.models():
        source = f"{model['metadata'].get('signingName', service)}.amazonaws.com"
        for name in model["operations"]:
            total += 1
            mapped += _named(source, name) is not None
    assert mapped / total > 0.93


@pytest.mark.parametrize("prefix", ACTIONS)
def test_every_exception_leads_to_documented_actions(prefix):
    assert prefix in prefixes(f"{prefix}.amazonaws.com")
    for name, listed in ACTIONS[prefix].items():
        assert name == name.lower()
        assert all(action(f"{prefix}:{one}") for one in listed.split()), name
        itself = action(f"{prefix}:{name}")
        assert itself is None or len(listed.split()) > 1, f"{name} needs no exception"


def test_every_further_action_is_documented():
    assert all(action(f"s3:{name}") for listed in OF_VERSIONS.values() for name in listed.split())
    assert all(action(name) for name in BESIDES.values())


@pytest.mark.parametrize("pattern", DATA_ONLY)
def test_every_pattern_of_data_events_matches_something(pattern):
    assert mask(pattern)
