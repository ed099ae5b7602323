"""Resources with policies as two accounts have them: opened to whoever asked, and to those alone who need them."""

from __future__ import annotations

import json
from typing import Any

from .parts import allow, document

EAST, IRELAND = "us-east-1", "eu-west-1"


def opened(account_id: str) -> dict[str, str | None]:
    """A queue and a function for everybody, the latter "for S3 alone"; the rest is as AWS and Control Tower make it."""

    def here(service: str, resource: str, region: str = EAST) -> str:
        return f"arn:aws:{service}:{region}:{account_id}:{resource}"

    queue, function = here("sqs", "orders"), here("lambda", "function:nightly-report", IRELAND)
    forwarder = here("lambda", "function:aws-controltower-NotificationForwarder")
    s3, sns = {"Service": "s3.amazonaws.com"}, {"Service": "sns.amazonaws.com"}
    of_topic = {"ArnLike": {"AWS:SourceArn": here("sns", "aws-controltower-SecurityNotifications")}}
    return {
        queue: _text(allow("sqs:*", queue, Sid="temporary", Principal="*")),
        here("sqs", "orders-dead-letters"): None,
        function: _text(allow("lambda:InvokeFunction", function, Sid="from-bucket", Principal=s3)),
        forwarder: _text(allow("lambda:InvokeFunction", forwarder, Principal=sns, Condition=of_topic)),
        **_as_made(account_id, EAST),
    }


def closed(account_id: str, organization: str) -> dict[str, str | None]:
    """Everybody is named by what only the owner has; the policy of the backup vault refuses even those."""

    def here(service: str, resource: str) -> str:
        return f"arn:aws:{service}:{IRELAND}:{account_id}:{resource}"

    topic, queue, bus = here("sns", "orders"), here("sqs", "orders"), here("events", "event-bus/orders")
    function, vault = here("lambda", "function:orders-api"), here("backup", "backup-vault:locked")
    of_organization = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    gateway = {"Principal": {"Service": "apigateway.amazonaws.com"}}
    refused = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}
    return {
        queue: _text(
            allow("sqs:SendMessage", queue, Principal="*", Condition={"ArnEquals": {"aws:SourceArn": topic}}),
        ),
        topic: _text(allow("sns:Publish", topic, Principal="*", Condition=of_organization)),
        bus: _text(allow("events:PutEvents", bus, Principal="*", Condition=of_organization)),
        function: _text(
            allow(
                "lambda:InvokeFunction",
                function,
                Condition={"ArnLike": {"AWS:SourceArn": here("execute-api", "a1b2c3d4e5/*")}},
                **gateway,
            )
        ),
        vault: _text(refused),
        **_as_made(account_id, IRELAND),
    }


def _as_made(account_id: str, region: str) -> dict[str, str | None]:
    """What AWS makes of a topic, a key and one of its own keys, and resources that have no policy at first.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """

    def here(service: str, resource: str) -> str:
        return f"arn:aws:{service}:{region}:{account_id}:{resource}"

    topic = here("sns", "as-made")
    own, root = {"StringEquals": {"AWS:SourceOwner": account_id}}, f"arn:aws:iam::{account_id}:root"
    via = {"StringEquals": {"kms:CallerAccount": account_id, "kms:ViaService": f"backup.{region}.amazonaws.com"}}
    everybody = {"AWS": "*"}
    return {
        topic: _text(allow(["SNS:Publish", "SNS:Subscribe"], topic, Principal=everybody, Condition=own)),
        here("kms", "key/0a1b2c3d-0000-4000-8000-000000000001"): _text(allow("kms:*", Principal={"AWS": root})),
        here("kms", "key/0a1b2c3d-0000-4000-8000-000000000002"): _text(
            allow(["kms:Decrypt", "kms:GenerateDataKey*"], Principal=everybody, Condition=via)
        ),
        here("secretsmanager", "secret:orders/database-AbCdEf"): None,
        here("ecr", "repository/orders/api"): None,
        here("backup", "backup-vault:Default"): None,
    }


def _text(*statements: dict[str, Any]) -> str:
    return json.dumps(document(*statements))
