"""AWS's own policies, as readers and workers hold them, beside an administrator role that services may assume."""

import pytest

from auditor.collect import aws_managed_policies
from auditor.snapshot.snapshot import Snapshot
from tests.access.scenarios import arn, who_gets_up
from tests.access.worlds import ACCOUNT, ADMIN, Builder, allow, trust

SERVICES = ("ec2", "lambda", "codebuild", "cloudformation", "glue", "sagemaker", "ecs-tasks", "states", "ssm")


class Account(Builder):
    """An account with policies of AWS."""

    def hold(self, name, policy):
        path = f"arn:aws:iam::aws:policy/{policy}"
        version = aws_managed_policies.default_version(path)
        text = aws_managed_policies.document(path, version)
        self.iam["aws_managed_policies"][path] = {"Arn": path, "DefaultVersionId": version, "Document": text}
        self.user(name, attached=(path,))

    @property
    def snapshot(self) -> Snapshot:
        self.role("adm", trust(*(f"{name}.amazonaws.com" for name in SERVICES)), attached=(ADMIN,))
        return super().snapshot


READERS = (
    *("ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess", "job-function/Billing", "AWSSupportAccess"),
    *("AmazonEC2ReadOnlyAccess", "AWSLambda_ReadOnlyAccess", "IAMReadOnlyAccess", "CloudWatchReadOnlyAccess"),
    *("AmazonS3FullAccess", "AmazonSQSFullAccess", "AmazonDynamoDBReadOnlyAccess", "IAMUserChangePassword"),
    *("IAMAccessAnalyzerReadOnlyAccess", "AWSCloudFormationReadOnlyAccess", "AWSCodeBuildReadOnlyAccess"),
)
WORKERS = {
    "IAMFullAccess": "administers",
    "AWSLambda_FullAccess": "passes",
    "AmazonEC2FullAccess": "runs",
    "AWSCodeBuildDeveloperAccess": "runs",
    "AmazonSSMFullAccess": "runs",
    "AWSGlueConsoleFullAccess": "runs",
    "PowerUserAccess": "runs",
}


@pytest.mark.parametrize("policy", READERS)
def test_a_reader_gets_nowhere(policy):
    made = Account()
    made.hold("ann", policy)
    assert who_gets_up(made) == {"adm"}


@pytest.mark.parametrize("policy", WORKERS)
def test_a_worker_reaches_the_role_that_services_use(policy):
    made = Account()
    made.hold("ann", policy)
    assert who_gets_up(made) == {"adm", "ann"}


@pytest.mark.parametrize("policy", [policy for policy, how in WORKERS.items() if how != "administers"])
def test_a_worker_gets_nowhere_without_such_a_role(policy):
    made = Builder()
    Account.hold(made, "ann", policy)
    made.role("weak", trust(*(f"{name}.amazonaws.com" for name in SERVICES)), allow("s3:GetObject"))
    assert who_gets_up(made) == set()


def test_a_quarantined_key_is_of_no_use():
    made = Account()
    made.hold("ann", "AWSCompromisedKeyQuarantineV2")
    held = made.iam["users"]["ann"]["AttachedManagedPolicies"][0]["PolicyArn"]
    made.user("ann", allow("iam:*", resource=[arn("user", "*"), arn("group", "*")]), attached=(held,))
    made.user("bob", allow("iam:*", resource=f"arn:aws:iam::{ACCOUNT}:user/bob"))
    assert who_gets_up(made) == {"adm", "bob"}
