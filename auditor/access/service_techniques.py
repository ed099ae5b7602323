"""Ways to act as a role through a service: by passing the role, or by steering what runs with it already.

A role can be passed to a service that it trusts. What runs already with a role is not in a snapshot of IAM, so a role
that trusts the service is taken for one that the service uses.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService
"""

from __future__ import annotations

from typing import Final

from auditor.access.technique import Need, Power, Scope, Technique


def _any(text: str) -> tuple[Need, ...]:
    return tuple(Need(action) for action in text.split())


def _pass(id: str, service: str, actions: str, words: str, *others: str) -> Technique:
    passed = (Need("iam:PassRole", "target", (("iam:passedtoservice", service),)), *_any(actions))
    return Technique(id, words, "pass", Scope.SERVICE_ROLE, Power.ACT, passed, (service, *others))


def _run(id: str, services: str, actions: str, words: str, *needs: Need) -> Technique:
    needed = (*_any(actions), *needs)
    return Technique(id, words, "run", Scope.SERVICE_ROLE, Power.ACT, needed, tuple(services.split()))


_ANCHOR = "aws:sourcearn"
"""What tells the trust anchor; nobody chooses the id of a new one."""
_AGENT = "bedrock-agentcore.amazonaws.com"
_BUILD = "codebuild.amazonaws.com"
_EC2 = "ec2.amazonaws.com"
_FORMATION = "cloudformation.amazonaws.com"
_GLUE = "glue.amazonaws.com"
_LAMBDA = "lambda.amazonaws.com"
_PODS = "pods.eks.amazonaws.com"
_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
_SAGEMAKER = "sagemaker.amazonaws.com"
_STATES = "states.amazonaws.com"
_TASKS = "ecs-tasks.amazonaws.com"

_PASS_TO_COMPUTE: Final = (
    _pass("pass-role-lambda-invoke", _LAMBDA, "lambda:CreateFunction lambda:InvokeFunction",
          "create a Lambda function that runs as {target} and invoke it"),
    _pass("pass-role-lambda-permission", _LAMBDA, "lambda:CreateFunction lambda:AddPermission",
          "create a Lambda function that runs as {target} and let another account invoke it"),
    _pass("pass-role-lambda-event-source", _LAMBDA, "lambda:CreateFunction lambda:CreateEventSourceMapping",
          "create a Lambda function that runs as {target} and have an event source invoke it"),
    _pass("pass-role-lambda-new-table", _LAMBDA, "lambda:CreateFunction lambda:CreateEventSourceMapping "
          "dynamodb:CreateTable dynamodb:PutItem",
          "create a Lambda function that runs as {target} and invoke it by writing to a new table"),
    _pass("pass-role-lambda", _LAMBDA, "lambda:CreateFunction",
          "create a Lambda function that runs as {target}"),
    _pass("pass-role-lambda-update", _LAMBDA, "lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration",
          "give a Lambda function the role {target} and other code"),
    _pass("pass-role-ec2", _EC2, "ec2:RunInstances", "launch an EC2 instance that runs as {target}"),
    _pass("pass-role-ec2-associate", _EC2, "ec2:RunInstances ec2:AssociateIamInstanceProfile",
          "launch an EC2 instance and give it the role {target}"),
    _pass("pass-role-ec2-give-profile", _EC2, "ec2:AssociateIamInstanceProfile",
          "give a running EC2 instance the role {target}"),
    _pass("pass-role-ec2-replace-profile", _EC2, "ec2:ReplaceIamInstanceProfileAssociation",
          "replace the role of a running EC2 instance by {target}"),
    _pass("pass-role-ec2-spot-fleet", _EC2, "ec2:RequestSpotFleet",
          "request a fleet of instances that run as {target}"),
    _pass("pass-role-ec2-fleet", _EC2, "ec2:CreateLaunchTemplate ec2:CreateFleet",
          "start a fleet of instances that run as {target}"),
    _pass("pass-role-ec2-new-profile", _EC2, "iam:CreateInstanceProfile iam:AddRoleToInstanceProfile "
          "ec2:RunInstances", "make an instance profile of {target} and launch an EC2 instance with it"),
    _pass("pass-role-ec2-spot", _EC2, "ec2:RequestSpotInstances", "request a spot instance that runs as {target}"),
    _pass("pass-role-autoscaling-create", _EC2, "autoscaling:CreateLaunchConfiguration "
          "autoscaling:CreateAutoScalingGroup", "start instances that run as {target} in an Auto Scaling group"),
    _pass("pass-role-autoscaling-update", _EC2, "autoscaling:CreateLaunchConfiguration "
          "autoscaling:UpdateAutoScalingGroup", "have an Auto Scaling group start instances that run as {target}"),
    _pass("pass-role-image-builder", _EC2, "imagebuilder:CreateComponent imagebuilder:CreateImage "
          "imagebuilder:CreateImageRecipe imagebuilder:CreateInfrastructureConfiguration",
          "build an image on an instance that runs as {target}"),
    _pass("pass-role-image-pipeline", _EC2, "imagebuilder:CreateComponent imagebuilder:CreateImageRecipe "
          "imagebuilder:CreateInfrastructureConfiguration imagebuilder:CreateImagePipeline "
          "imagebuilder:StartImagePipelineExecution", "build images by a pipeline on instances that run as {target}"),
    _pass("pass-role-ecs-cluster-service", _TASKS, "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService",
          "create an ECS cluster with a service that runs as {target}"),
    _pass("pass-role-ecs-cluster-task", _TASKS, "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask",
          "create an ECS cluster with a task that runs as {target}"),
    _pass("pass-role-ecs-service", _TASKS, "ecs:RegisterTaskDefinition ecs:CreateService",
          "create an ECS service that runs as {target}"),
    _pass("pass-role-ecs-update-service", _TASKS, "ecs:RegisterTaskDefinition ecs:UpdateService",
          "have an ECS service run tasks of a new definition as {target}"),
    _pass("pass-role-ecs-run-task", _TASKS, "ecs:RegisterTaskDefinition ecs:RunTask",
          "run an ECS task of a new definition as {target}"),
    _pass("pass-role-ecs-start-task", _TASKS, "ecs:RegisterTaskDefinition ecs:StartTask",
          "start an ECS task of a new definition as {target}"),
    _pass("pass-role-ecs-container-instance", _TASKS, "ecs:RegisterContainerInstance ecs:StartTask",
          "start an ECS task as {target} on a machine of its own"),
    _pass("pass-role-ecs-override", _TASKS, "ecs:RunTask",
          "run an ECS task with the role {target} in place of its own"),
    _pass("pass-role-ecs-override-start", _TASKS, "ecs:StartTask",
          "start an ECS task with the role {target} in place of its own"),
    _pass("pass-role-batch", _TASKS, "batch:RegisterJobDefinition batch:SubmitJob",
          "submit a Batch job that runs as {target}"),
    _pass("pass-role-app-runner", "tasks.apprunner.amazonaws.com", "apprunner:CreateService",
          "create an App Runner service that runs as {target}"),
    _pass("pass-role-eks-pod", _PODS, "eks:CreatePodIdentityAssociation",
          "have the pods of an EKS cluster run as {target}"),
    _pass("pass-role-eks-pod-update", _PODS, "eks:UpdatePodIdentityAssociation",
          "have pods of an EKS cluster that have a role run as {target} instead"),
    _pass("pass-role-gamelift", "gamelift.amazonaws.com", "gamelift:CreateBuild gamelift:CreateFleet "
          "gamelift:RequestUploadCredentials", "create a GameLift fleet that runs as {target}"),
    _pass("pass-role-appstream", "appstream.amazonaws.com", "appstream:CreateImageBuilder "
          "appstream:CreateImageBuilderStreamingURL", "open an AppStream image builder that runs as {target}"),
    _pass("pass-role-roles-anywhere", _ROLES_ANYWHERE, "rolesanywhere:CreateTrustAnchor rolesanywhere:CreateProfile",
          "have certificates of its own open {target} by IAM Roles Anywhere")._replace(unless_named=_ANCHOR),
    _pass("pass-role-iot", "credentials.iot.amazonaws.com", "iot:CreateRoleAlias iot:CreatePolicy iot:AttachPolicy "
          "iot:CreateKeysAndCertificate", "have a certificate of its own open {target} by AWS IoT"),
)  # fmt: skip

_PASS_TO_DEPLOYMENT: Final = (
    _pass("pass-role-cloudformation", _FORMATION, "cloudformation:CreateStack", "create a stack as {target}"),
    _pass("pass-role-cloudformation-update", _FORMATION, "cloudformation:UpdateStack", "update a stack as {target}"),
    _pass("pass-role-stack-set", _FORMATION, "cloudformation:CreateStackSet cloudformation:CreateStackInstances",
          "create a stack set as {target}"),
    _pass("pass-role-stack-set-update", _FORMATION, "cloudformation:UpdateStackSet", "update a stack set as {target}"),
    _pass("pass-role-codebuild", _BUILD, "codebuild:CreateProject codebuild:StartBuild",
          "create a CodeBuild project that runs as {target} and start a build"),
    _pass("pass-role-codebuild-batch", _BUILD, "codebuild:CreateProject codebuild:StartBuildBatch",
          "create a CodeBuild project that runs as {target} and start a batch of builds"),
    _pass("pass-role-codebuild-update", _BUILD, "codebuild:UpdateProject codebuild:StartBuild",
          "give a CodeBuild project the role {target} and start a build"),
    _pass("pass-role-codebuild-update-batch", _BUILD, "codebuild:UpdateProject codebuild:StartBuildBatch",
          "give a CodeBuild project the role {target} and start a batch of builds"),
    _pass("pass-role-codestar", "codestar.amazonaws.com", "codestar:CreateProject",
          "create a CodeStar project with {target}"),
    _pass("pass-role-step-functions", _STATES, "states:CreateStateMachine states:StartExecution",
          "create a state machine that runs as {target} and start it"),
    _pass("pass-role-step-functions-sync", _STATES, "states:CreateStateMachine states:StartSyncExecution",
          "create a state machine that runs as {target} and wait for its result"),
    _pass("pass-role-step-functions-update", _STATES, "states:UpdateStateMachine states:StartExecution",
          "give a state machine the role {target} and start it"),
    _pass("pass-role-step-functions-update-sync", _STATES, "states:UpdateStateMachine states:StartSyncExecution",
          "give a state machine the role {target} and wait for its result"),
    _pass("pass-role-step-functions-test", _STATES, "states:TestState",
          "run a state of its own as {target}"),
    _pass("pass-role-code-pipeline", "codepipeline.amazonaws.com", "codepipeline:CreatePipeline",
          "create a pipeline that runs as {target}"),
    _pass("pass-role-code-pipeline-update", "codepipeline.amazonaws.com", "codepipeline:UpdatePipeline",
          "have a pipeline run as {target}"),
    _pass("pass-role-change-set", _FORMATION, "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
          "create or update a stack as {target} by a change set"),
    _pass("pass-role-beanstalk", _EC2, "elasticbeanstalk:CreateApplication elasticbeanstalk:CreateEnvironment",
          "start an Elastic Beanstalk environment that runs as {target}"),
    _pass("pass-role-ssm-automation", "ssm.amazonaws.com", "ssm:CreateDocument ssm:StartAutomationExecution",
          "start an automation of its own as {target}"),
    _pass("pass-role-ssm-automation-update", "ssm.amazonaws.com", "ssm:UpdateDocument ssm:StartAutomationExecution",
          "change an automation and start it as {target}"),
    _pass("pass-role-scheduler", "scheduler.amazonaws.com", "scheduler:CreateSchedule",
          "schedule any API call as {target}"),
    _pass("pass-role-scheduler-update", "scheduler.amazonaws.com", "scheduler:UpdateSchedule",
          "have a schedule make any API call as {target}"),
    # An API comes in one POST with its integrations, and another one deploys it.
    # https://docs.aws.amazon.com/apigateway/latest/api/API_ImportRestApi.html
    _pass("pass-role-api-gateway", "apigateway.amazonaws.com", "apigateway:POST",
          "create an API of API Gateway that makes any API call as {target}"),
    _pass("pass-role-appsync", "appsync.amazonaws.com", "appsync:CreateDataSource appsync:CreateResolver",
          "have an AppSync API make any API call as {target}"),
    _pass("pass-role-amplify", "amplify.amazonaws.com", "amplify:CreateApp amplify:CreateBranch amplify:StartJob",
          "build an Amplify app of its own as {target}"),
    _pass("pass-role-eventbridge", "events.amazonaws.com", "events:PutTargets",
          "have an EventBridge rule act as {target}"),
    _pass("pass-role-cognito", "cognito-identity.amazonaws.com", "cognito-identity:SetIdentityPoolRoles",
          "have an identity pool give {target} to its users"),
)  # fmt: skip

_PASS_TO_DATA: Final = (
    _pass("pass-role-data-pipeline-activate", "datapipeline.amazonaws.com", "datapipeline:CreatePipeline "
          "datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline", "run a data pipeline as {target}",
          "elasticmapreduce.amazonaws.com"),
    _pass("pass-role-data-pipeline", "datapipeline.amazonaws.com", "datapipeline:CreatePipeline",
          "create a data pipeline with {target}", "elasticmapreduce.amazonaws.com"),
    _pass("pass-role-data-pipeline-instances", _EC2, "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition "
          "datapipeline:ActivatePipeline", "run a data pipeline on instances that run as {target}"),
    _pass("pass-role-emr", "elasticmapreduce.amazonaws.com", "elasticmapreduce:RunJobFlow",
          "start an EMR cluster as {target}"),
    _pass("pass-role-emr-instances", _EC2, "elasticmapreduce:RunJobFlow",
          "start an EMR cluster on instances that run as {target}"),
    _pass("pass-role-airflow", "airflow.amazonaws.com", "airflow:CreateEnvironment",
          "create an Airflow environment that runs as {target}", "airflow-env.amazonaws.com"),
    _pass("pass-role-emr-serverless", "emr-serverless.amazonaws.com", "emr-serverless:StartJobRun",
          "run an EMR Serverless job as {target}"),
    _pass("pass-role-glue-endpoint", _GLUE, "glue:CreateDevEndpoint",
          "create a Glue development endpoint that runs as {target}"),
    _pass("pass-role-glue-job", _GLUE, "glue:CreateJob glue:StartJobRun",
          "create a Glue job that runs as {target} and start it"),
    _pass("pass-role-glue-job-trigger", _GLUE, "glue:CreateJob glue:CreateTrigger",
          "create a Glue job that runs as {target} and trigger it"),
    _pass("pass-role-glue-job-update", _GLUE, "glue:UpdateJob glue:StartJobRun",
          "give a Glue job the role {target} and start it"),
    _pass("pass-role-glue-job-update-trigger", _GLUE, "glue:UpdateJob glue:CreateTrigger",
          "give a Glue job the role {target} and trigger it"),
    _pass("pass-role-glue-session", _GLUE, "glue:CreateSession glue:RunStatement",
          "run statements in a Glue session as {target}"),
    _pass("pass-role-databrew", "databrew.amazonaws.com", "databrew:CreateRecipeJob databrew:StartJobRun",
          "run a DataBrew job as {target}"),
    _pass("pass-role-datazone", "datazone.amazonaws.com", "datazone:PutEnvironmentBlueprintConfiguration "
          "datazone:CreateEnvironment", "have DataZone build an environment as {target}"),
    _pass("pass-role-kinesis-analytics", "kinesisanalytics.amazonaws.com", "kinesisanalytics:CreateApplication "
          "kinesisanalytics:StartApplication", "run a Kinesis Analytics application as {target}"),
    _pass("pass-role-omics", "omics.amazonaws.com", "omics:CreateWorkflow omics:StartRun s3:GetObject",
          "run a HealthOmics workflow as {target}"),
)  # fmt: skip

_PASS_TO_LEARNING: Final = (
    _pass("pass-role-sagemaker-notebook", _SAGEMAKER, "sagemaker:CreateNotebookInstance",
          "create a SageMaker notebook that runs as {target}"),
    _pass("pass-role-sagemaker-processing", _SAGEMAKER, "sagemaker:CreateProcessingJob",
          "run a SageMaker processing job as {target}"),
    _pass("pass-role-sagemaker-training", _SAGEMAKER, "sagemaker:CreateTrainingJob",
          "run a SageMaker training job as {target}"),
    _pass("pass-role-sagemaker-tuning", _SAGEMAKER, "sagemaker:CreateHyperParameterTuningJob",
          "run SageMaker training jobs as {target} by tuning them"),
    _pass("pass-role-sagemaker-pipeline", _SAGEMAKER, "sagemaker:CreatePipeline sagemaker:StartPipelineExecution",
          "run a SageMaker pipeline as {target}"),
    _pass("pass-role-sagemaker-pipeline-update", _SAGEMAKER, "sagemaker:UpdatePipeline "
          "sagemaker:StartPipelineExecution", "change a SageMaker pipeline and run it as {target}"),
    _pass("pass-role-sagemaker-endpoint", _SAGEMAKER, "sagemaker:CreateModel sagemaker:CreateEndpointConfig "
          "sagemaker:CreateEndpoint", "deploy a SageMaker model of its own that runs as {target}"),
    _pass("pass-role-sagemaker-transform", _SAGEMAKER, "sagemaker:CreateModel sagemaker:CreateTransformJob",
          "run a SageMaker model of its own as {target} in a batch"),
    _pass("pass-role-sagemaker-studio", _SAGEMAKER, "sagemaker:CreateUserProfile sagemaker:CreatePresignedDomainUrl",
          "open SageMaker Studio as a new user whose execution role is {target}"),
    _pass("pass-role-sagemaker-studio-update", _SAGEMAKER, "sagemaker:UpdateUserProfile "
          "sagemaker:CreatePresignedDomainUrl", "open SageMaker Studio as a user that it gave the role {target}"),
    _pass("pass-role-braket", "braket.amazonaws.com", "braket:CreateJob", "run a Braket job as {target}"),
    _pass("pass-role-agentcore-browser", _AGENT, "bedrock-agentcore:CreateBrowser "
          "bedrock-agentcore:StartBrowserSession bedrock-agentcore:ConnectBrowserAutomationStream",
          "drive an AgentCore browser that runs as {target}"),
    _pass("pass-role-agentcore-harness", _AGENT, "bedrock-agentcore:CreateHarness bedrock-agentcore:CreateAgentRuntime "
          "bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity "
          "bedrock-agentcore:GetAgentRuntime bedrock-agentcore:InvokeAgentRuntimeCommand",
          "create an AgentCore harness that runs as {target} and run commands in it"),
    _pass("pass-role-agentcore-runtime", _AGENT, "bedrock-agentcore:CreateAgentRuntime "
          "bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity "
          "bedrock-agentcore:InvokeAgentRuntimeCommand",
          "create an AgentCore runtime that runs as {target} and run commands in it"),
    _pass("pass-role-agentcore-interpreter", _AGENT, "bedrock-agentcore:CreateCodeInterpreter "
          "bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
          "run code in an AgentCore interpreter as {target}"),
)  # fmt: skip

_RUNNING_COMPUTE: Final = (
    _run("lambda-update-code-invoke", _LAMBDA, "lambda:UpdateFunctionCode lambda:InvokeFunction",
         "replace the code of a Lambda function that runs as {target} and invoke it"),
    _run("lambda-update-code-permission", _LAMBDA, "lambda:UpdateFunctionCode lambda:AddPermission",
         "replace the code of a Lambda function that runs as {target} and let another account invoke it"),
    _run("lambda-update-code", _LAMBDA, "lambda:UpdateFunctionCode",
         "replace the code of a Lambda function that runs as {target}"),
    _run("lambda-update-configuration", _LAMBDA, "lambda:UpdateFunctionConfiguration",
         "add a layer of another account to a Lambda function that runs as {target}"),
    _run("lambda-publish-layer", _LAMBDA, "lambda:PublishLayerVersion lambda:UpdateFunctionConfiguration",
         "publish a layer and add it to a Lambda function that runs as {target}"),
    _run("ec2-user-data", _EC2, "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
         "replace the user data of an EC2 instance that runs as {target} and restart it"),
    _run("ec2-launch-template", _EC2, "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate",
         "change the launch template of EC2 instances that run as {target}"),
    _run("ec2-instance-connect", _EC2, "ec2-instance-connect:SendSSHPublicKey",
         "sign in to an EC2 instance that runs as {target} by EC2 Instance Connect"),
    _run("autoscaling-create-group", _EC2, "autoscaling:CreateAutoScalingGroup",
         "start instances of a launch configuration that runs as {target}"),
    _run("ssm-send-command", _EC2, "ssm:SendCommand", "run commands on an EC2 instance that runs as {target}",
         Need("ssm:SendCommand", "instance")),
    _run("ssm-start-session", _EC2, "", "open a session on an EC2 instance that runs as {target}",
         Need("ssm:StartSession", "instance")),
    _run("ssm-create-association", _EC2, "ssm:CreateAssociation",
         "have State Manager run commands on EC2 instances that run as {target}"),
    _run("codedeploy-create-deployment", _EC2, "codedeploy:CreateDeployment codedeploy:GetDeploymentConfig "
         "codedeploy:RegisterApplicationRevision", "deploy code to EC2 instances that run as {target}"),
    _run("emr-add-steps", _EC2, "elasticmapreduce:AddJobFlowSteps",
         "run steps of its own on an EMR cluster whose instances run as {target}"),
    _run("ecs-execute-command", _TASKS, "ecs:ExecuteCommand",
         "run commands in an ECS task that runs as {target}"),
    _run("ecr-put-image", f"{_TASKS} {_LAMBDA} tasks.apprunner.amazonaws.com", "ecr:PutImage",
         "replace the image of a container that runs as {target}"),
    _run("batch-submit-job", _TASKS, "batch:SubmitJob", "submit a Batch job of a definition that runs as {target}"),
    _run("apprunner-update-service", "tasks.apprunner.amazonaws.com", "apprunner:UpdateService",
         "replace the code of an App Runner service that runs as {target}"),
    _run("eks-create-access-entry", _PODS, "eks:CreateAccessEntry eks:AssociateAccessPolicy",
         "make itself administrator of an EKS cluster whose pods run as {target}"),
)  # fmt: skip

_RUNNING_OTHERS: Final = (
    _run("cloudformation-change-set", _FORMATION, "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
         "change a stack whose role is {target}"),
    _run("cloudformation-update-stack", _FORMATION, "cloudformation:UpdateStack",
         "update a stack whose role is {target}"),
    _run("codebuild-start-build", _BUILD, "codebuild:StartBuild",
         "start a build of its own in a CodeBuild project that runs as {target}"),
    _run("codebuild-start-build-batch", _BUILD, "codebuild:StartBuildBatch",
         "start builds of its own in a CodeBuild project that runs as {target}"),
    _run("codebuild-sandbox", _BUILD, "codebuild:StartSandbox codebuild:StartCommandExecution",
         "run commands in a sandbox of a CodeBuild project that runs as {target}"),
    _run("step-functions-update", _STATES, "states:UpdateStateMachine states:StartExecution",
         "change a state machine that runs as {target} and start it"),
    _run("servicecatalog-provision", "servicecatalog.amazonaws.com", "servicecatalog:ProvisionProduct",
         "provision a Service Catalog product whose launch role is {target}"),
    _run("servicecatalog-provision-as", f"{_FORMATION} servicecatalog.amazonaws.com",
         "servicecatalog:CreateProduct servicecatalog:CreateConstraint servicecatalog:ProvisionProduct",
         "make a Service Catalog product whose launch role is {target} and provision it"),
    _run("cognito-update-identity-pool", "cognito-identity.amazonaws.com", "cognito-identity:UpdateIdentityPool",
         "open an identity pool that gives {target} to its users"),
    _run("glue-update-endpoint", _GLUE, "glue:UpdateDevEndpoint",
         "add an SSH key to a Glue development endpoint that runs as {target}"),
    _run("kinesis-analytics-update", "kinesisanalytics.amazonaws.com", "kinesisanalytics:UpdateApplication "
         "kinesisanalytics:StartApplication",
         "replace the code of a Kinesis Analytics application that runs as {target} and start it"),
    _run("sagemaker-lifecycle-config", _SAGEMAKER, "sagemaker:CreateNotebookInstanceLifecycleConfig "
         "sagemaker:StopNotebookInstance sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance",
         "have a SageMaker notebook that runs as {target} run a script of its own"),
    _run("sagemaker-lifecycle-config-update", _SAGEMAKER, "sagemaker:UpdateNotebookInstanceLifecycleConfig "
         "sagemaker:StopNotebookInstance sagemaker:StartNotebookInstance",
         "change the script that a SageMaker notebook runs as {target} when it starts"),
    _run("sagemaker-notebook-url", _SAGEMAKER, "sagemaker:CreatePresignedNotebookInstanceUrl",
         "open a SageMaker notebook that runs as {target}"),
    _run("sagemaker-domain-url", _SAGEMAKER, "sagemaker:CreatePresignedDomainUrl",
         "open SageMaker Studio as a user whose execution role is {target}"),
    _run("agentcore-browser-session", _AGENT, "bedrock-agentcore:StartBrowserSession "
         "bedrock-agentcore:ConnectBrowserAutomationStream", "drive an AgentCore browser that runs as {target}"),
    _run("agentcore-runtime-command", _AGENT, "bedrock-agentcore:InvokeAgentRuntimeCommand",
         "run commands in an AgentCore runtime that runs as {target}"),
    _run("agentcore-interpreter-session", _AGENT, "bedrock-agentcore:StartCodeInterpreterSession "
         "bedrock-agentcore:InvokeCodeInterpreter", "run code in an AgentCore interpreter that runs as {target}"),
    # Whoever has a certificate of any trust anchor may ask for a session with any profile.
    # https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
    _run("roles-anywhere-create-anchor", _ROLES_ANYWHERE, "rolesanywhere:CreateTrustAnchor",
         "have certificates of its own open {target} by a profile of Roles Anywhere")._replace(unless_named=_ANCHOR),
    _run("roles-anywhere-update-anchor", _ROLES_ANYWHERE, "rolesanywhere:UpdateTrustAnchor",
         "replace the certificate authority that opens {target} by IAM Roles Anywhere"),
)  # fmt: skip

_ON_DATA: Final = (
    Technique("kms-key-policy", "give itself the use of a KMS key", "edit", Scope.ACCOUNT, Power.DATA,
              _any("kms:PutKeyPolicy kms:CreateGrant")),
    Technique("s3-bucket-policy", "open a bucket that holds code or templates", "edit", Scope.ACCOUNT, Power.DATA,
              _any("s3:PutBucketPolicy")),
    Technique("organizations-delegate", "have another account administer a service of the organization", "edit",
              Scope.ACCOUNT, Power.DATA, _any("organizations:RegisterDelegatedAdministrator")),
    Technique("organizations-detach-policy", "take policies of the organization off accounts", "edit",
              Scope.ACCOUNT, Power.DATA, _any("organizations:DetachPolicy")),
)  # fmt: skip

PASSING: Final = (*_PASS_TO_COMPUTE, *_PASS_TO_DEPLOYMENT, *_PASS_TO_DATA, *_PASS_TO_LEARNING)
"""Those that pass a role which trusts the service."""

SERVICE_TECHNIQUES: Final = (*PASSING, *_RUNNING_COMPUTE, *_RUNNING_OTHERS, *_ON_DATA)
