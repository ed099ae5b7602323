"""CloudTrail records as AWS writes them, made of what matters."""

from __future__ import annotations

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/deploy"
REGION = "eu-west-1"

SESSION = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:build-7",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/build-7",
    "accountId": ACCOUNT,
    "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE, "userName": "deploy"}},
}


def record(service, name, parameters=None, *arns, identity=SESSION, time="2026-11-01T08:00:00Z", **more):
    """One record; `arns` are the resources that it lists."""
    made = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": time,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "readOnly": name.startswith(("Get", "List", "Describe")),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "requestParameters": parameters,
        "responseElements": None,
    }
    if arns:
        made["resources"] = [{"ARN": arn, "accountId": ACCOUNT} for arn in arns]
    return made | more
