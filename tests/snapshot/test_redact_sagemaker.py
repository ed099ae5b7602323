"""People's names in SageMaker: user profiles are called after whoever uses them."""

import json

import pytest

from auditor.snapshot.files import dumps
from auditor.snapshot.redact import redact
from auditor.testing import snapshot_of

DOMAIN = "d-abcdefgh1234"
ARN = f"arn:aws:sagemaker:us-west-2:111122223333:user-profile/{DOMAIN}"


def profile(name):
    return {"UserProfileArn": f"{ARN}/{name}", "UserProfileName": name, "DomainId": DOMAIN}


@pytest.fixture
def snapshot():
    allow = {"Effect": "Allow", "Action": "sagemaker:CreatePresignedDomainUrl", "Resource": f"{ARN}/ana-maria"}
    text = json.dumps({"Statement": [allow]})
    policy = {"Arn": "arn:aws:iam::111122223333:policy/p", "DefaultVersionId": "v1", "Document": text}
    denied = {"operation": "sagemaker:DescribeUserProfile", "reason": "denied", "region": "us-west-2"}
    return snapshot_of(
        {
            "iam": {"policies": {policy["Arn"]: policy}},
            "sagemaker": {"user_profiles": {f"{ARN}/ana-maria": profile("ana-maria")}},
            "gaps": [{"section": "sagemaker.user_profiles", "resource": f"{DOMAIN}/bernhard", **denied}],
        }
    )


@pytest.mark.parametrize("level", ["names", "strict"])
def test_names_of_profiles_are_replaced_wherever_they_stand(snapshot, level):
    text = dumps(redact(snapshot, level))
    assert "ana-maria" not in text
    assert "bernhard" not in text


def test_a_profile_is_still_the_same_everywhere(snapshot):
    redacted = redact(snapshot, "names")
    ((arn, entry),) = redacted.sagemaker.user_profiles.items()
    assert arn == entry.user_profile_arn == f"{ARN}/{entry.user_profile_name}"
    (policy,) = redacted.iam.policies.values()
    assert arn in policy.document
    assert entry.domain_id == DOMAIN
