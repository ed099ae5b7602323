"""Looking at a whole account over a real socket: what is seen, in how many calls, and what is kept of a bad day."""

import os
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from unittest.mock import patch

import pytest

import auditor.collect
from auditor.aws.account import Stopped
from auditor.aws.session import connect
from auditor.collect.collector import Collector
from auditor.collect.registry import collectors, default_sections, operations
from auditor.collect.runner import collect
from auditor.errors import CredentialsError, NothingEvaluated
from auditor.snapshot.files import dumps
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import FakeAWS, Fault, accounts
from tests.looks import in_few_regions, look, look_at


def names(calls):
    return [f"{call.service}:{call.operation}" for call in calls]


def test_no_collector_is_forgotten():
    modules = [import_module(f"auditor.collect.{module.name}") for module in iter_modules(auditor.collect.__path__)]
    written = [value for module in modules for value in vars(module).values() if isinstance(value, Collector)]
    assert {value.produces for value in written} == set(collectors())


def test_one_look_sees_the_whole_account():
    account = accounts.neglected()
    snapshot, calls = look(account)
    assert snapshot.gaps == ()
    assert all(snapshot.is_set(section) for section in default_sections() if section != "sts.caller_identity")
    assert snapshot.account == account.id
    assert set(snapshot.iam.users) == {user.name for user in account.users}
    assert set(snapshot.iam.groups) == {group.name for group in account.groups}
    assert set(snapshot.iam.roles) == {role.name for role in account.roles}
    assert {policy.policy_name for policy in snapshot.iam.policies.values()} == {p.name for p in account.policies}
    assert set(snapshot.iam.credential_report.rows) == {"<root_account>", *snapshot.iam.users}
    assert snapshot.collection.requests == len(calls)


def test_no_call_is_made_for_each_user_unless_asked_for():
    account = in_few_regions(accounts.neglected())
    _, calls = look(account)
    assert not [call for call in calls if "UserName" in call.params]
    snapshot, calls = look(account, opted_in=("key-ids", "mfa-devices", "ssh-keys"))
    assert snapshot.collection.opted_in == ("key-ids", "mfa-devices", "ssh-keys")
    for section, operation in (("access_keys", "ListAccessKeys"), ("mfa_devices", "ListMFADevices")):
        assert set(getattr(snapshot.iam, section)) == {user.name for user in account.users}
        assert names(calls).count(f"iam:{operation}") == len(account.users)


@pytest.mark.parametrize(
    ("users", "roles", "policies", "most"), [(1000, 500, 500, 25), (5000, 2500, 500, 60)], ids=["large", "largest"]
)
def test_the_number_of_requests_grows_with_pages_not_with_users(users, roles, policies, most):
    identity = [section for section in default_sections() if section.startswith("iam.")]
    snapshot, calls = look(accounts.generated(users, roles, policies), sections=identity, timeout=30)
    fetched = names(calls).count("iam:GetPolicyVersion")
    assert snapshot.gaps == ()
    assert (len(snapshot.iam.users), len(snapshot.iam.policies)) == (users, policies)
    assert len(calls) - fetched <= most


@pytest.mark.no_cover  # a look for every collector, at lines that the tests of each cover
@pytest.mark.parametrize("section", sorted(collectors()))
def test_a_collector_makes_only_the_calls_that_it_declares(section):
    account = replace(
        in_few_regions(accounts.neglected()),
        created_after_report=frozenset({accounts.neglected().users[0].name}),
        report_polls=0,
    )
    opted_in = (OPT_IN[section],) if section in OPT_IN else ()
    together = (section, *(other for other, name in OPT_IN.items() if name in opted_in))
    _, calls = look(account, sections=(section,), opted_in=opted_in)
    assert set(names(calls)) <= set(operations(together))


def test_the_same_account_gives_the_same_bytes():
    account = in_few_regions(accounts.neglected())
    shuffled = replace(account, users=account.users[::-1], groups=account.groups[::-1], roles=account.roles[::-1])
    one, other = (look(state)[0] for state in (account, shuffled))
    still = {"collection": one.collection}
    assert dumps(one) == dumps(other.model_copy(update=still))


def test_aws_managed_policies_come_from_the_table_and_from_aws_where_it_lacks_them():
    account = in_few_regions(accounts.neglected())
    snapshot, calls = look(account)
    document = snapshot.iam.aws_managed_policies["arn:aws:iam::aws:policy/AdministratorAccess"].document
    assert '"Action":"*"' in document
    fetched = [call.params["PolicyArn"] for call in calls if call.operation == "GetPolicyVersion"]
    assert len(fetched) == len(set(fetched)) < len(snapshot.iam.aws_managed_policies)


def test_what_came_before_a_failing_page_is_kept_and_the_rest_is_a_gap():
    account = accounts.generated(users=1500, roles=1, policies=1)
    fault = Fault("iam:GetAccountAuthorizationDetails", "deny", when=lambda p: p["Filter"] == ["User"], after=1)
    snapshot, _ = look(account, faults=[fault])
    assert 0 < len(snapshot.iam.users) < 1500
    (gap,) = [gap for gap in snapshot.gaps if gap.section == "iam.users"]
    assert (gap.reason, gap.permission) == ("denied", "iam:GetAccountAuthorizationDetails")
    assert "not authorized" in gap.message
    assert snapshot.blind("iam.users")


def test_users_younger_than_the_report_are_looked_up():
    account = in_few_regions(accounts.neglected())
    young = account.users[0].name
    fresh, _ = look(account)
    snapshot, calls = look(replace(account, created_after_report=frozenset({young})))
    assert young not in snapshot.iam.credential_report.rows
    looked_up = snapshot.iam.recent_users[young].model_dump(exclude={"user_creation_time", "password_last_changed"})
    reported = fresh.iam.credential_report.rows[young].model_dump(
        exclude={"user_creation_time", "password_last_changed"}
    )
    assert {**looked_up, "password_next_rotation": None} == {**reported, "password_next_rotation": None}
    assert {call.params["UserName"] for call in calls if call.operation == "GetUser"} == {young}


def test_too_many_young_users_make_the_report_stale_for_the_rest():
    account = accounts.generated(users=40, roles=1, policies=1)
    snapshot, calls = look(replace(account, created_after_report=frozenset(user.name for user in account.users)))
    stale = [gap for gap in snapshot.gaps if gap.reason == "stale"]
    assert len(stale) == 15
    assert len(snapshot.iam.recent_users) == 25
    assert names(calls).count("iam:GetUser") == 25


def test_a_call_that_hangs_is_a_gap_and_the_rest_goes_on():
    sections = ("iam.roles", "iam.saml_providers", "iam.users")
    snapshot, _ = look(
        accounts.newborn(), sections=sections, faults=[Fault("iam:ListSAMLProviders", "hang")], timeout=8
    )
    assert snapshot.is_set("iam.roles")
    (gap,) = snapshot.gaps
    assert (gap.section, gap.reason, gap.operation) == ("iam.saml_providers", "timed-out", "iam:ListSAMLProviders")


@pytest.mark.parametrize("kind", ["garbage", "empty", "reset", "fail"])
def test_an_answer_that_is_none_is_a_gap(kind):
    snapshot, _ = look(in_few_regions(accounts.newborn()), faults=[Fault("iam:GetAccountSummary", kind)])
    assert [(gap.section, gap.reason) for gap in snapshot.gaps] == [("iam.account_summary", "failed")]
    assert not snapshot.is_set("iam.account_summary")


def test_throttling_loses_nothing():
    account = in_few_regions(accounts.newborn())
    still = look(account)[0]
    throttled, calls = look(account, rate=5, max_retries=8)
    assert throttled.gaps == ()
    assert throttled.iam == still.iam
    assert len(calls) > still.collection.requests


def test_a_temporary_failure_is_tried_again():
    snapshot, calls = look(
        in_few_regions(accounts.newborn()), faults=[Fault("iam:ListRoles", "fail", times=1)], max_retries=2
    )
    assert snapshot.gaps == ()
    assert names(calls).count("iam:ListRoles") == 2


def test_rejected_credentials_end_the_look():
    with pytest.raises(CredentialsError, match="ExpiredToken"):
        look(in_few_regions(accounts.newborn()), faults=[Fault("*", "expired")])


def test_nothing_is_sent_any_more_once_a_look_has_ended_early():
    with FakeAWS(accounts.newborn(), faults=[Fault("*", "expired")]) as fake, patch.dict(os.environ, fake.env):
        aws = connect()
        with pytest.raises(CredentialsError, match="ExpiredToken"):
            collect(aws, default_sections())
        with pytest.raises(Stopped):
            aws.ask("iam:GetUser", "User", UserName="too-late")
        assert not any(call.operation == "GetUser" for call in fake.calls)


def test_an_account_that_nothing_tells_of_is_not_evaluated():
    with pytest.raises(NothingEvaluated, match="which account"):
        look(in_few_regions(accounts.newborn()), faults=[Fault("*", "deny")])


def test_the_account_is_told_by_its_arns_where_the_caller_is_not_seen():
    snapshot, _ = look(in_few_regions(accounts.neglected()), faults=[Fault("sts:GetCallerIdentity", "deny")])
    assert snapshot.account == accounts.neglected().id


def test_at_most_so_many_requests_are_under_way_as_asked_for():
    with FakeAWS(in_few_regions(accounts.neglected()), latency=0.02) as fake:
        look_at(fake, opted_in=("key-ids", "mfa-devices"), max_workers=3)
        assert 1 < fake.peak_concurrency <= 3


def test_progress_is_told():
    import os
    from unittest.mock import patch

    from auditor.aws.session import connect
    from auditor.collect.runner import collect

    events = []
    with FakeAWS(accounts.newborn(), faults=[Fault("iam:ListRoles", "deny")]) as fake, patch.dict(os.environ, fake.env):
        collect(connect(max_retries=0), default_sections(), progress=events.append)
    assert {event.section for event in events if event.state == "started"} == set(default_sections())
    assert [event.section for event in events if event.state == "gap"] == ["iam.role_settings"]


def test_a_marker_that_comes_twice_ends_the_chain():
    from auditor.aws.account import Account
    from auditor.aws.errors import CallFailed

    class Looping(Account):
        def __init__(self):
            pass

        def ask(self, operation, member, **parameters):
            return {"Users": [{"UserName": "alice"}], "IsTruncated": True, "Marker": "again"}

    with pytest.raises(CallFailed, match="RepeatedMarker"):
        list(Looping().pages("iam:ListUsers", "Users"))
