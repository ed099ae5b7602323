"""Who gets up by a role that one service or another trusts; and who lacks an action, or a role that trusts it."""

import pytest

from tests.access.scenarios import who_gets_up
from tests.access.worlds import ADMIN, OTHER, Builder, allow, deny, trust

PASSED = (
    ("amplify", "amplify:CreateApp amplify:CreateBranch amplify:StartJob"),
    ("apigateway", "apigateway:POST"),
    ("appstream", "appstream:CreateImageBuilder appstream:CreateImageBuilderStreamingURL"),
    ("appsync", "appsync:CreateDataSource appsync:CreateResolver"),
    (
        "credentials.iot",
        "iot:CreateRoleAlias iot:CreatePolicy iot:AttachPolicy iot:CreateKeysAndCertificate",
    ),
    (
        "ec2",
        "imagebuilder:CreateComponent imagebuilder:CreateImageRecipe imagebuilder:CreateInfrastructureConfiguration "
        "imagebuilder:CreateImagePipeline imagebuilder:StartImagePipelineExecution",
    ),
    ("emr-serverless", "emr-serverless:StartJobRun"),
    ("pods.eks", "eks:UpdatePodIdentityAssociation"),
    ("sagemaker", "sagemaker:UpdatePipeline sagemaker:StartPipelineExecution"),
    ("ssm", "ssm:UpdateDocument ssm:StartAutomationExecution"),
    ("states", "states:CreateStateMachine states:StartSyncExecution"),
    ("states", "states:UpdateStateMachine states:StartSyncExecution"),
)
STEERED = (
    ("codebuild", "codebuild:StartSandbox codebuild:StartCommandExecution"),
    ("ec2", "ec2-instance-connect:SendSSHPublicKey"),
    ("ec2", "elasticmapreduce:AddJobFlowSteps"),
    ("ecs-tasks", "ecs:ExecuteCommand"),
    ("kinesisanalytics", "kinesisanalytics:UpdateApplication kinesisanalytics:StartApplication"),
    ("rolesanywhere", "rolesanywhere:CreateTrustAnchor"),
    ("rolesanywhere", "rolesanywhere:UpdateTrustAnchor"),
    (
        "sagemaker",
        "sagemaker:UpdateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance "
        "sagemaker:StartNotebookInstance",
    ),
)
WAYS = [
    *((f"{service}.amazonaws.com", ("iam:PassRole", *actions.split())) for service, actions in PASSED),
    *((f"{service}.amazonaws.com", tuple(actions.split())) for service, actions in STEERED),
]
each_way = pytest.mark.parametrize(("service", "actions"), WAYS, ids=[actions[-1] for _, actions in WAYS])


@each_way
def test_it_takes_each_of_its_actions(service, actions):
    made = Builder()
    made.role("adm", trust(service), attached=(ADMIN,))
    made.user("ann", allow(*actions))
    for number, action in enumerate(actions):
        made.user(f"without-{number}", allow(*(other for other in actions if other != action), "iam:GetRole"))
        made.user(f"denied-{number}", allow(*actions), deny(action))
    assert who_gets_up(made) == {"ann", "adm"}


@each_way
def test_it_takes_a_role_that_trusts_the_service(service, actions):
    made = Builder()
    made.role("adm", trust("backup.amazonaws.com", OTHER), attached=(ADMIN,))
    made.role("weak", trust(service), allow("s3:GetObject"))
    made.user("ann", allow(*actions))
    assert who_gets_up(made) == {"adm"}


@pytest.mark.parametrize(("service", "actions"), PASSED, ids=[actions for _, actions in PASSED])
def test_a_role_is_passed_to_that_service_alone(service, actions):
    made = Builder()
    made.role("adm", trust(f"{service}.amazonaws.com"), attached=(ADMIN,))
    for name, passed in (("ann", service), ("bob", "backup")):
        made.user(
            name,
            allow("iam:PassRole", StringEquals={"iam:PassedToService": f"{passed}.amazonaws.com"}),
            allow(*actions.split()),
        )
    assert who_gets_up(made) == {"ann", "adm"}
