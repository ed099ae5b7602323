"""Who gets up by passing a role to a service, or by steering what runs with a role already; and who does not."""

import pytest

from tests.access.scenarios import LAMBDA, START, Scenarios, arn, let, who_gets_up
from tests.access.worlds import ACCOUNT, ADMIN, OTHER, Builder, allow, deny, document, trust

scenario = Scenarios()
PASS = allow("iam:PassRole")


def passing(name, *statements, expected="adm", trusts=None, **more):
    """An account with an administrator role, a weak one that other services may assume, and ann."""

    def build(made):
        made.role("adm", trusts or trust(LAMBDA), attached=(ADMIN,))
        made.role("weak", trust(LAMBDA, "ec2.amazonaws.com"), allow("s3:GetObject"))
        made.user("ann", *statements, **more)

    scenario.listed.append((name, expected, build))


UP = "adm ann"


def to(*services, operator="StringEquals"):
    return allow("iam:PassRole", **{operator: {"iam:PassedToService": [f"{name}.amazonaws.com" for name in services]}})


passing("any role to any service", PASS, START, expected=UP)
passing("of two policies", PASS, inline=(START,), expected=UP)
passing("in any case of letters", allow("IAM:passROLE"), allow("LAMBDA:createfunction", "Lambda:INVOKE*"), expected=UP)
passing("by wildcards", allow("iam:Pass*", resource=arn("role", "a?m")), allow("lambda:*Function*"), expected=UP)
passing("to the service alone", to("lambda"), START, expected=UP)
passing("to one of some services", to("ec2", "lambda"), START, expected=UP)
passing("to services alike", to("lambd?", operator="StringLike"), START, expected=UP)
passing(
    "with the key in capitals", allow("iam:PassRole", StringEquals={"IAM:PASSEDTOSERVICE": LAMBDA}), START, expected=UP
)
passing("functions of one name", PASS, {**START, "Resource": f"arn:aws:lambda:*:{ACCOUNT}:function:dev-*"}, expected=UP)
passing("a weak role alone", allow("iam:PassRole", resource=arn("role", "weak")), START)
passing("all but the strong role", {"Effect": "Allow", "Action": "iam:Pass*", "NotResource": arn("role", "adm")}, START)
passing("not the strong one", PASS, deny("iam:PassRole", resource=arn("role", "ad?")), START)
passing("nothing to start", PASS)
passing("nothing to pass", START)
passing("to another service", to("ec2"), START)
passing("to any other service", to("lambda", operator="StringNotEquals"), START)
passing("not to the service", PASS, deny("iam:PassRole", StringEquals={"iam:PassedToService": LAMBDA}), START)
passing(
    "denied to all but one",
    *(PASS, START, deny("iam:PassRole", StringNotEqualsIfExists={"iam:PassedToService": "ec2.amazonaws.com"})),
)
passing(
    "for instances alone",
    allow("iam:PassRole", ArnLike={"iam:AssociatedResourceArn": "arn:aws:ec2:*:*:instance/*"}),
    START,
)
passing(
    "for functions alone",
    *(allow("iam:PassRole", ArnLike={"iam:AssociatedResourceArn": f"arn:aws:lambda:*:{ACCOUNT}:function:*"}), START),
    expected=UP,
)
passing("functions denied", PASS, START, deny("lambda:Create*"))
passing("functions in another account", PASS, {**START, "Resource": f"arn:aws:lambda:*:{OTHER}:function:*"})
passing("functions that are buckets", PASS, {**START, "Resource": "arn:aws:s3:::bucket"})
passing("of another path", allow("iam:PassRole", resource=arn("role", "app/*")), START)
passing("of another account", allow("iam:PassRole", resource=f"arn:aws:iam::{OTHER}:role/*"), START)
passing("to a service that the role does not trust", PASS, START, trusts=trust("ec2.amazonaws.com"))
passing("a role that users assume", PASS, START, trusts=trust(OTHER))
passing("a role that denies", PASS, START, trusts=document(let({"Service": LAMBDA}), let("*", effect="Deny")))
passing("a role that lets tag alone", PASS, START, trusts=document(let({"Service": LAMBDA}, "sts:TagSession")))
passing("any way to be assumed", PASS, START, trusts=document(let({"Service": LAMBDA}, "sts:*")), expected=UP)
passing(
    "one of several callers",
    *(PASS, START),
    trusts=document(let({"Service": ["ec2.amazonaws.com", LAMBDA], "AWS": OTHER})),
    expected=UP,
)
for name, expected, conditions in (
    ("the own account", UP, {"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    ("another account", "adm", {"StringEquals": {"aws:SourceAccount": OTHER}}),
    ("the own functions", UP, {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:*:{ACCOUNT}:function:*"}}),
    ("others' functions", "adm", {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:*:{OTHER}:function:*"}}),
):
    passing(
        f"a role that asks for {name}",
        PASS,
        START,
        trusts=document(let({"Service": LAMBDA}, **conditions)),
        expected=expected,
    )


@scenario("adm")
def a_boundary_without_passing(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    made.user("ann", PASS, START, boundary=made.policy("limit", allow("lambda:*")))


@scenario("adm")
def a_boundary_that_passes_others(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    others = {"Effect": "Allow", "Action": "iam:PassRole", "NotResource": arn("role", "adm")}
    made.user("ann", PASS, START, boundary=made.policy("limit", allow("lambda:*"), others))


@scenario("adm ann")
def two_groups_of_one_user(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    made.group("passers", PASS)
    made.group("builders", attached=(made.policy("build", START),))
    made.user("ann", groups=("passers", "builders"))
    made.user("bob", groups=("passers",))
    made.user("eve", groups=("builders",))


@scenario("adm")
def one_group_denies_what_the_other_allows(made):
    made.role("adm", trust(LAMBDA), attached=(ADMIN,))
    made.group("builders", PASS, START)
    made.group("careful", deny("iam:PassRole", resource=arn("role", "adm")))
    made.user("ann", groups=("builders", "careful"))


@scenario("ann hop adm")
def a_role_that_leads_on(made):
    made.role("adm", trust(arn("role", "hop")), attached=(ADMIN,))
    made.role("hop", trust("ec2.amazonaws.com"))
    made.user("ann", allow("iam:PassRole", resource=arn("role", "hop")), allow("ec2:RunInstances"))


@scenario("ann adm")
def a_role_that_can_give_itself_everything(made):
    made.role("adm", trust(LAMBDA), allow("iam:AttachRolePolicy"))
    made.user("ann", PASS, START)


@scenario("")
def a_role_that_is_bounded(made):
    made.role("bounded", trust(LAMBDA), attached=(ADMIN,), boundary=made.policy("limit", allow("s3:*")))
    made.user("ann", PASS, START)


@scenario("")
def a_role_that_is_denied_everything(made):
    made.role("dead", trust(LAMBDA), deny("*"), attached=(ADMIN,))
    made.user("ann", PASS, START)


@scenario("ann")
def a_weak_role_that_one_can_make_strong(made):
    made.role("weak", trust(LAMBDA))
    made.user("ann", allow("iam:PutRolePolicy", "iam:PassRole", resource=arn("role", "weak")), START)
    made.user("bob", allow("iam:PutRolePolicy", resource=arn("role", "weak")))
    made.user("eve", PASS, START)


@scenario("ann")
def a_running_function_whose_role_one_can_make_strong(made):
    made.role("weak", trust(LAMBDA))
    made.user("ann", allow("iam:AttachRolePolicy", resource=arn("role", "weak")), allow("lambda:UpdateFunctionCode"))


@scenario("ann")
def a_bounded_role_that_one_can_free(made):
    limit = made.policy("limit", allow("s3:*"))
    made.role("bounded", trust(LAMBDA), attached=(ADMIN,), boundary=limit)
    made.user("ann", PASS, START, allow("iam:DeleteRolePermissionsBoundary"))
    made.user("bob", PASS, START, allow("iam:PutRolePolicy"))


@scenario("ann")
def a_bounded_role_whose_boundary_one_can_write(made):
    limit = made.policy("limit", allow("s3:*"))
    made.role("bounded", trust(LAMBDA), boundary=limit)
    made.user("ann", PASS, START, allow("iam:PutRolePolicy", "iam:CreatePolicyVersion"))


@scenario("")
def roles_that_belong_to_aws(made):
    for name, service in (("Lambda", "lambda"), ("SageMaker", "sagemaker"), ("EC2", "ec2")):
        host = f"{service}.amazonaws.com"
        made.role(f"AWSServiceRoleFor{name}", trust(host), path=f"/aws-service-role/{host}/", attached=(ADMIN,))
    made.user("ann", PASS, allow("lambda:*", "ec2:*", "ssm:*", "sagemaker:*"))


JOBS = f"arn:aws:glue:*:{ACCOUNT}:job/"


@pytest.mark.parametrize(
    ("created", "started", "up"),
    [("dev-*", "*", True), ("dev-*", "dev-*", True), ("dev-*", "*-nightly", True), ("dev-*", "prod-*", False)],
)
def test_a_job_is_started_under_the_name_that_it_was_given(created, started, up):
    made = Builder()
    made.role("adm", trust("glue.amazonaws.com"), attached=(ADMIN,))
    made.user(
        "ann",
        PASS,
        allow("glue:CreateJob", resource=JOBS + created),
        allow("glue:StartJobRun", resource=JOBS + started),
    )
    assert ("ann" in who_gets_up(made)) is up


NEW = (
    ("lambda", "lambda:CreateFunction lambda:CreateEventSourceMapping"),
    ("lambda", "lambda:CreateFunction lambda:AddPermission"),
    ("lambda", "lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration"),
    ("ec2", "ec2:RunInstances"),
    ("ec2", "ec2:RequestSpotInstances"),
    ("ec2", "ec2:AssociateIamInstanceProfile"),
    ("ec2", "autoscaling:CreateLaunchConfiguration autoscaling:CreateAutoScalingGroup"),
    ("ec2", "elasticmapreduce:RunJobFlow"),
    ("elasticmapreduce", "elasticmapreduce:RunJobFlow"),
    ("ecs-tasks", "ecs:RegisterTaskDefinition ecs:RunTask"),
    ("ecs-tasks", "ecs:RegisterTaskDefinition ecs:CreateService"),
    ("ecs-tasks", "ecs:RegisterTaskDefinition ecs:UpdateService"),
    ("ecs-tasks", "ecs:RegisterTaskDefinition ecs:StartTask"),
    ("ecs-tasks", "batch:RegisterJobDefinition batch:SubmitJob"),
    ("cloudformation", "cloudformation:CreateStack"),
    ("cloudformation", "cloudformation:UpdateStack"),
    ("cloudformation", "cloudformation:CreateStackSet cloudformation:CreateStackInstances"),
    ("codebuild", "codebuild:CreateProject codebuild:StartBuild"),
    ("codebuild", "codebuild:UpdateProject codebuild:StartBuild"),
    ("codepipeline", "codepipeline:CreatePipeline"),
    ("datapipeline", "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline"),
    ("glue", "glue:CreateDevEndpoint"),
    ("glue", "glue:CreateJob glue:StartJobRun"),
    ("glue", "glue:CreateJob glue:CreateTrigger"),
    ("glue", "glue:CreateSession glue:RunStatement"),
    ("sagemaker", "sagemaker:CreateNotebookInstance"),
    ("sagemaker", "sagemaker:CreateTrainingJob"),
    ("sagemaker", "sagemaker:CreateProcessingJob"),
    ("sagemaker", "sagemaker:CreateHyperParameterTuningJob"),
    ("sagemaker", "sagemaker:CreateUserProfile sagemaker:CreatePresignedDomainUrl"),
    ("states", "states:CreateStateMachine states:StartExecution"),
    ("states", "states:TestState"),
    ("scheduler", "scheduler:CreateSchedule"),
    ("events", "events:PutTargets"),
    ("ssm", "ssm:CreateDocument ssm:StartAutomationExecution"),
    ("tasks.apprunner", "apprunner:CreateService"),
    ("pods.eks", "eks:CreatePodIdentityAssociation"),
    ("airflow", "airflow:CreateEnvironment"),
    (
        "bedrock-agentcore",
        "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession "
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
)


@pytest.mark.parametrize(("service", "actions"), NEW)
def test_a_role_is_passed_to_something_new(service, actions):
    host = f"{service}.amazonaws.com"
    made = Builder()
    made.role("adm", trust(host), attached=(ADMIN,))
    made.user("ann", allow("iam:PassRole", StringEquals={"iam:PassedToService": host}), allow(*actions.split()))
    others = {"Effect": "Allow", "Action": "iam:PassRole", "NotResource": arn("role", "adm")}
    made.user("bob", others, allow("iam:GetRole", "iam:ListRoles"))
    made.user("eve", PASS, allow(*(action.replace(":", ":Describe") for action in actions.split())))
    up = who_gets_up(made)
    assert up >= {"ann", "adm"}
    assert not up & {"bob", "eve"}


@pytest.mark.parametrize(("service", "actions"), NEW)
def test_a_service_that_the_role_does_not_trust_gets_nothing(service, actions):
    made = Builder()
    made.role("adm", trust("backup.amazonaws.com", OTHER), attached=(ADMIN,))
    made.role("weak", trust(f"{service}.amazonaws.com"), allow("s3:GetObject"))
    made.user("ann", PASS, allow(*actions.split()))
    assert who_gets_up(made) == {"adm"}


RUNNING = (
    ("lambda", "lambda:UpdateFunctionCode"),
    ("lambda", "lambda:UpdateFunctionConfiguration"),
    ("ec2", "ssm:SendCommand"),
    ("ec2", "ssm:StartSession"),
    ("ec2", "ssm:CreateAssociation"),
    ("ec2", "ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances"),
    ("ec2", "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances"),
    ("ec2", "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate"),
    ("ecs-tasks", "ecs:ExecuteCommand ecs:DescribeTasks"),
    ("cloudformation", "cloudformation:UpdateStack"),
    ("cloudformation", "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet"),
    ("codebuild", "codebuild:StartBuild"),
    ("codebuild", "codebuild:StartBuildBatch"),
    ("glue", "glue:UpdateDevEndpoint"),
    ("sagemaker", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    ("states", "states:UpdateStateMachine states:StartExecution"),
    ("tasks.apprunner", "apprunner:UpdateService"),
)


@pytest.mark.parametrize(("service", "actions"), RUNNING)
def test_what_runs_with_a_role_already(service, actions):
    made = Builder()
    made.role("adm", trust(f"{service}.amazonaws.com"), attached=(ADMIN,))
    made.role("weak", trust("ec2.amazonaws.com", LAMBDA), allow("s3:GetObject"))
    made.user("ann", allow(*actions.split()))
    first, *others = actions.split()
    made.user("bob", allow(*actions.split()), deny(first))
    made.user("eve", allow(*others, f"{service.split('.')[-1]}:Get*", f"{first.split(':')[0]}:List*"))
    assert who_gets_up(made) == {"ann", "adm"}


@pytest.mark.parametrize(
    ("resources", "up"),
    [
        (["arn:aws:ssm:*:*:document/AWS-RunShellScript", f"arn:aws:ec2:*:{ACCOUNT}:instance/*"], True),
        (["arn:aws:ssm:*:*:document/AWS-RunShellScript"], False),
        ([f"arn:aws:ec2:*:{ACCOUNT}:instance/*"], False),
    ],
)
def test_a_command_takes_a_document_and_an_instance(resources, up):
    made = Builder()
    made.role("adm", trust("ec2.amazonaws.com"), attached=(ADMIN,))
    made.user("ann", allow("ssm:SendCommand", resource=resources))
    assert ("ann" in who_gets_up(made)) is up


def test_a_session_takes_an_instance():
    made = Builder()
    made.role("adm", trust("ec2.amazonaws.com"), attached=(ADMIN,))
    made.user("ann", allow("ssm:StartSession", resource=f"arn:aws:ec2:*:{ACCOUNT}:instance/*"))
    made.user("bob", allow("ssm:StartSession", resource=f"arn:aws:ecs:*:{ACCOUNT}:task/*"))
    assert who_gets_up(made) == {"ann", "adm"}


@pytest.mark.parametrize(("name", "expected", "build"), scenario.listed, ids=scenario.names)
def test_scenario(name, expected, build):
    made = Builder()
    build(made)
    assert who_gets_up(made) == set(expected.split())


@pytest.mark.parametrize("variable", ["aws:username", "aws:userid", "aws:PrincipalTag/team"])
def test_functions_and_jobs_that_bear_a_name_of_the_caller(variable):
    own = f"arn:aws:lambda:*:{ACCOUNT}:function:${{{variable}}}-*"
    jobs = f"{JOBS}${{{variable}}}-*"
    made = Builder()
    made.role("adm", trust(LAMBDA, "glue.amazonaws.com"), attached=(ADMIN,))
    made.user("ann", allow("lambda:UpdateFunctionCode", resource=own), tags={"team": "web"})
    made.user("bob", PASS, allow("glue:CreateJob", "glue:StartJobRun", resource=jobs), tags={"team": "web"})
    made.user("eve", allow("lambda:UpdateFunctionCode", resource=own.replace(variable, "aws:PrincipalTag/unit")))
    assert who_gets_up(made) == {"adm", "ann", "bob"}
