import subprocess
import sys

import pytest

import auditor.policy


def test_public_names():
    for name in auditor.policy.__all__:
        assert getattr(auditor.policy, name) is not None
    with pytest.raises(AttributeError, match="nothing_such"):
        auditor.policy.nothing_such  # noqa: B018


HEAVY = {
    "dataclasses",
    "inspect",
    "typing_extensions",
    "asyncio",
    "pydantic",
    "boto3",
    "logging",
    "decimal",
    "ipaddress",
}


def test_a_decision_needs_little_of_the_standard_library():
    script = """
import sys
before = set(sys.modules)
from auditor.policy import Policies, Policy, Request, evaluate
policy = Policy.parse('{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}')
request = Request("arn:aws:iam::111122223333:user/ann", "s3:GetObject", "arn:aws:s3:::docs/a")
assert evaluate(request, Policies(identity=(policy,))).answer == "allow"
print(*set(sys.modules) - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & HEAVY
    assert {name for name in done.stdout.split() if name.startswith("auditor")} >= {"auditor.policy.decide"}
    assert not {name for name in done.stdout.split() if name.startswith("auditor.") and ".policy" not in name}
