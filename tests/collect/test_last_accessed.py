"""When principals last used their services: a job for each, begun at once, and waited for no longer than need be."""

from dataclasses import replace

import pytest

from auditor.collect import last_accessed as module
from tests.fake_aws import Account, Fault, accounts
from tests.fake_aws.accounts.parts import allow, document, service_role, trust
from tests.fake_aws.entities import Group, InlinePolicy, Role, ServiceUse, User, days_ago
from tests.looks import look

SECTION = ("iam.last_accessed",)
BEGIN, READ = "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"
ID = "111122223333"


def inline(*actions):
    return (InlinePolicy("own", document(allow(list(actions)))),)


def account(**more):
    return Account(
        ID,
        users=(User("ada", groups=("readers",), accessed=(ServiceUse("s3", days_ago(3), ("GetBucketAcl",)),)),),
        groups=(Group("readers", inline=inline("s3:Get*", "sqs:ReceiveMessage")),),
        roles=(
            Role(
                "deploy", trust({"AWS": "*"}), inline=inline("lambda:*"), accessed=(ServiceUse("lambda", days_ago(9)),)
            ),
            service_role("support", "AWSServiceRoleForSupport", "AWSSupportServiceRolePolicy", created=days_ago(300)),
        ),
        **more,
    )


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that would have been slept."""
    slept = []
    monkeypatch.setattr(module, "sleep", slept.append)
    return slept


def services(snapshot, arn):
    return {
        it.service_namespace: it for it in snapshot.iam.last_accessed[f"arn:aws:iam::{ID}:{arn}"].services_last_accessed
    }


def test_every_user_and_role_has_its_report(pauses):
    snapshot, calls = look(account(), sections=SECTION)
    assert snapshot.gaps == ()
    assert list(snapshot.iam.last_accessed) == [f"arn:aws:iam::{ID}:role/deploy", f"arn:aws:iam::{ID}:user/ada"]
    used = services(snapshot, "user/ada")
    assert list(used) == ["s3", "sqs"]
    assert used["s3"].last_authenticated == days_ago(3)
    assert [it.action_name for it in used["s3"].tracked_actions_last_accessed] == ["GetBucketAcl"]
    assert used["sqs"].last_authenticated is None
    assert [call.params["Granularity"] for call in calls if call.operation == BEGIN] == ["ACTION_LEVEL"] * 2
    assert pauses == []


def test_all_are_begun_before_any_is_read(pauses):
    _, calls = look(accounts.neglected(), sections=SECTION)
    jobs = [call.operation for call in calls if call.operation in (BEGIN, READ)]
    count = len(accounts.neglected().users) + len(accounts.neglected().roles) - 2  # service-linked roles are left out
    assert jobs == [BEGIN] * count + [READ] * count
    assert pauses == []


def test_a_report_in_the_making_is_waited_for(pauses):
    snapshot, calls = look(account(last_accessed_polls=2), sections=SECTION)
    assert (len(snapshot.iam.last_accessed), snapshot.gaps) == (2, ())
    assert [call.operation for call in calls].count(READ) == 6
    assert pauses == list(module.PAUSES[:2])


def test_one_that_is_never_done_is_a_gap_after_a_bounded_time(pauses):
    snapshot, _ = look(account(last_accessed_polls=10_000), sections=SECTION)
    assert snapshot.iam.last_accessed == {}
    assert {(gap.resource, gap.reason, gap.operation) for gap in snapshot.gaps} == {
        (f"arn:aws:iam::{ID}:user/ada", "timed-out", f"iam:{READ}"),
        (f"arn:aws:iam::{ID}:role/deploy", "timed-out", f"iam:{READ}"),
    }
    assert sum(pauses) < 150


@pytest.mark.parametrize("operation", [BEGIN, READ])
def test_a_call_that_is_denied_for_one_principal_hides_only_that_one(pauses, operation):
    fault = Fault(f"iam:{operation}", "deny", times=1)
    snapshot, _ = look(account(), sections=SECTION, faults=[fault], max_workers=1)
    (gap,) = snapshot.gaps
    assert (gap.reason, gap.permission) == ("denied", f"iam:{operation}")
    assert {gap.resource, *snapshot.iam.last_accessed} == {
        f"arn:aws:iam::{ID}:{it}" for it in ("user/ada", "role/deploy")
    }


@pytest.mark.parametrize(
    ("error", "told"),
    [({"Code": "SERVICE_ERROR", "Message": "try again"}, "SERVICE_ERROR"), (None, "UnexpectedAnswer")],
)
def test_a_job_that_failed_is_a_gap(error, told):
    class Failing:
        def ask(self, operation, member, **parameters):
            return {"JobStatus": "FAILED"} | ({"Error": error} if error else {})

    with pytest.raises(module.CallFailed) as caught:
        module._report(Failing(), {"arn": "job"}, "arn")
    assert (caught.value.error, caught.value.reason) == (told, "failed")


def test_all_pages_are_read(pauses, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 3)
    admin = User("root-like", inline=inline("*"))
    snapshot, calls = look(replace(account(), users=(admin,), roles=()), sections=SECTION)
    assert len(services(snapshot, "user/root-like")) == 13
    assert [call.operation for call in calls].count(READ) == 5
