"""People's names in resources and their policies."""

import json

import pytest

from auditor.snapshot.files import dumps
from auditor.snapshot.redact import redact
from auditor.testing import snapshot_of

ACCOUNT = "111122223333"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:bernhard"
HIDDEN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:ana-maria"
SECRETS = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret"


def user(name):
    return {"UserName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "CreateDate": "2024-01-01T00:00:00Z"}


@pytest.fixture
def snapshot():
    send = {"Effect": "Allow", "Principal": {"AWS": user("ana-maria")["Arn"]}, "Action": "sqs:*", "Resource": QUEUE}
    read = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::homes/bernhard/*"}
    take = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": f"{SECRETS}:ana-maria-??????"}
    denied = {"operation": "sqs:GetQueueAttributes", "reason": "denied", "region": "us-east-1"}
    return snapshot_of(
        {
            "iam": {"users": {name: user(name) for name in ("ana-maria", "bernhard")}},
            "resource_policies": {
                "queues": {QUEUE: {"PolicyDocument": json.dumps({"Statement": [send]})}},
                "buckets": {
                    "arn:aws:s3:::homes": {"PolicyDocument": json.dumps({"Statement": [read]}), "Region": "eu-west-1"}
                },
                "secrets": {
                    f"{SECRETS}:bernhard-AbCdEf": {"PolicyDocument": json.dumps({"Statement": [take]})},
                    f"{SECRETS}:bernhard/database-AbCdEf": {"PolicyDocument": None},
                },
                "account_public_access": {ACCOUNT: {"RestrictPublicBuckets": True}},
            },
            "gaps": [{"section": "resource_policies.queues", "resource": HIDDEN, **denied}],
        }
    )


@pytest.mark.parametrize("level", ["names", "strict"])
def test_names_of_users_are_replaced_wherever_they_stand(snapshot, level):
    text = dumps(redact(snapshot, level))
    assert "ana-maria" not in text
    assert "bernhard" not in text
    assert ("111122223333" in text) == (level == "names")


@pytest.mark.parametrize("level", ["names", "strict"])
def test_policies_still_fit_their_resources(snapshot, level):
    redacted = redact(snapshot, level)
    seen = redacted.resource_policies
    ((arn, queue),) = seen.queues.items()
    (statement,) = json.loads(queue.policy_document)["Statement"]
    assert statement["Resource"] == arn
    assert statement["Principal"]["AWS"] in {user.arn for user in redacted.iam.users.values()}
    assert list(seen.account_public_access) == [redacted.account]
    assert seen.buckets["arn:aws:s3:::homes"].region == "eu-west-1"
    assert [gap.resource.rpartition(":")[2] for gap in redacted.gaps] != ["ana-maria"]
    assert {arn.rpartition("-")[2] for arn in seen.secrets} == {"AbCdEf"}
