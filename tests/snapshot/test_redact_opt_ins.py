"""Redaction of what is collected for each principal and policy: last-accessed reports and policy validations."""

import pytest

from auditor.snapshot.files import dumps
from auditor.snapshot.redact import redact
from auditor.snapshot.snapshot import Snapshot

ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}"
ALICE = f"{ARN}:user/staff/alice"


def snapshot():
    user = {"UserName": "alice", "Arn": ALICE, "Path": "/staff/", "CreateDate": "2024-01-01T00:00:00Z"}
    finding = {
        "findingType": "ERROR",
        "issueCode": "INVALID_ARN",
        "findingDetails": f"The ARN {ALICE} is not for alice, says alice.",
        "learnMoreLink": "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "locations": [{"span": {"start": {"line": 1, "column": 2}}}],
    }
    gap = {"section": "iam.last_accessed", "operation": "iam:GetServiceLastAccessedDetails", "reason": "timed-out"}
    return Snapshot.model_validate(
        {
            "schema": "auditor/snapshot/v1",
            "account": ACCOUNT,
            "iam": {
                "users": {"alice": user},
                "last_accessed": {ALICE: {"ServicesLastAccessed": [{"ServiceNamespace": "s3"}]}},
            },
            "access_analyzer": {
                "policy_validations": {ALICE: [{"PolicyName": "secret-project", "Findings": [finding]}]}
            },
            "gaps": [gap | {"resource": ALICE}],
            "collection": {"taken_at": "2026-11-20T12:00:00Z", "tool_version": "0"},
        }
    )


@pytest.mark.parametrize("level", ["names", "strict"])
def test_names_are_gone_and_the_entries_are_still_the_principals(level):
    redacted = redact(snapshot(), level)
    assert "alice" not in dumps(redacted)
    (user,) = redacted.iam.users.values()
    assert [*redacted.iam.last_accessed] == [*redacted.access_analyzer.policy_validations] == [user.arn]
    assert redacted.gaps[0].resource == user.arn
    assert redacted.iam.last_accessed[user.arn].services_last_accessed[0].service_namespace == "s3"


def test_names_of_policies_are_gone_where_that_is_asked_for():
    names, strict = (redact(snapshot(), level) for level in ("names", "strict"))
    assert "secret-project" in dumps(names)
    assert "secret-project" not in dumps(strict)
    (validation,) = next(iter(strict.access_analyzer.policy_validations.values()))
    assert validation.findings[0].issue_code == "INVALID_ARN"
    assert ACCOUNT not in dumps(strict)
