"""A look at a fake account, in one call: what most tests of collecting begin with."""

import os
from dataclasses import replace
from unittest.mock import patch

from auditor.aws.rates import Pace
from auditor.aws.session import connect
from auditor.collect.registry import default_sections
from auditor.collect.runner import collect
from tests.fake_aws import FakeAWS

NO_WAITING = patch("botocore.retries.bucket.TokenBucket.acquire", return_value=True)
"""botocore makes clients wait for seconds once AWS throttled one of them."""

REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
"""Three of those that AWS enables, with nearly all that the fake accounts have anywhere."""


def in_few_regions(account):
    """The account with three regions enabled: it takes a third of the calls where a test is not about regions."""
    return replace(account, regions=REGIONS)


def look(account, *, faults=(), sections=None, opted_in=(), rate=None, **options):
    """The snapshot of a fake account, and the calls that it took. Never retries, nor keeps a pace, unless told to."""
    with FakeAWS(account, faults=faults, rate=rate) as fake:
        snapshot = look_at(fake, sections=sections, opted_in=opted_in, **options)
        return snapshot, list(fake.calls)


def look_at(fake, *, sections=None, opted_in=(), regions=(), **options):
    """The snapshot that a running fake endpoint gives."""
    with patch.dict(os.environ, fake.env), NO_WAITING:
        aws = connect(**{"timeout": 30, "max_retries": 0, "pace": Pace({}), **options})
        now = next(iter(fake.accounts.values())).now
        return collect(aws, sections or default_sections(), opted_in=opted_in, regions=regions, now=now)
