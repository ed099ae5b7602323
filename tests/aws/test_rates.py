"""Requests leave no faster than AWS documents, whoever asks for them."""

import pytest

from auditor.aws.rates import RATES, SHARE, Pace, Rate


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


def departures(operations, rates=RATES):
    clock = Clock()
    pace = Pace(rates, clock=clock, sleep=clock.sleep)
    moments = []
    for operation in operations:
        pace.wait(operation, "us-east-1")
        moments.append(round(clock.now - 1000, 6))
    return moments


def test_an_operation_without_a_known_rate_never_waits():
    assert departures(["iam:ListUsers"] * 100) == [0.0] * 100


def test_all_but_one_of_the_burst_leave_at_once_and_the_rest_evenly():
    operation = "organizations:ListAWSServiceAccessForOrganization"
    assert RATES[operation] == (1, 3)
    assert departures([operation] * 5) == [0.0, 0.0, 1.25, 2.5, 3.75]


def test_where_nothing_may_come_at_once_the_first_leaves_all_the_same():
    assert departures(["a:B"] * 3, {"a:B": Rate(2, 1)}) == [0.0, 0.625, 1.25]


@pytest.mark.parametrize("operation", RATES)
def test_no_stretch_of_time_holds_more_than_aws_allows(operation):
    rate = RATES[operation]
    moments = departures([operation.replace("*", "ListInstances")] * 200)
    for first, start in enumerate(moments):
        for last in range(first, len(moments)):
            allowed = rate.burst + rate.per_second * SHARE * (moments[last] - start)
            assert last - first + 1 <= max(allowed - 1, 1) + 0.001


def test_a_pause_gives_the_burst_back_and_no_more():
    clock = Clock()
    pace = Pace({"a:B": Rate(1, 4)}, clock=clock, sleep=clock.sleep)
    for _ in range(3):
        pace.wait("a:B", "us-east-1")
    clock.now += 1000
    before = clock.now
    for _ in range(3):
        pace.wait("a:B", "us-east-1")
    assert clock.now == before
    pace.wait("a:B", "us-east-1")
    assert clock.now > before


def test_operations_share_the_rate_of_their_service_and_regions_have_their_own():
    rates = {"sso:*": Rate(1, 1)}
    assert departures(["sso:ListInstances", "sso:ListPermissionSets", "iam:ListUsers"], rates) == [0.0, 1.25, 1.25]
    clock = Clock()
    pace = Pace(rates, clock=clock, sleep=clock.sleep)
    for region in ("us-east-1", "eu-west-1"):
        pace.wait("sso:ListInstances", region)
    assert clock.now == 1000.0
