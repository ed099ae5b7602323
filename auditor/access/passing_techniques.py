"""Ways to act as a role by passing it to a service that it trusts and that does as it is told.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService
"""

from __future__ import annotations

from typing import Final

from auditor.access.service_principals import (
    AGENT,
    ANCHOR,
    BUILD,
    EC2,
    FORMATION,
    GLUE,
    LAMBDA,
    PODS,
    ROLES_ANYWHERE,
    SAGEMAKER,
    STATES,
    TASKS,
)
from auditor.access.technique import Need, Power, Scope, Technique, anywhere


def _pass(id: str, service: str, actions: str, words: str, *others: str) -> Technique:
    passed = (Need("iam:PassRole", "target", (("iam:passedtoservice", service),)), *anywhere(actions))
    return Technique(id, words, "pass", Scope.SERVICE_ROLE, Power.ACT, passed, (service, *others))


_PASS_TO_COMPUTE: Final = (
    _pass("pass-role-lambda-invoke", LAMBDA, "lambda:CreateFunction lambda:InvokeFunction",
          "create a Lambda function that runs as {target} and invoke it"),
    _pass("pass-role-lambda-permission", LAMBDA, "lambda:CreateFunction lambda:AddPermission",
          "create a Lambda function that runs as {target} and let another account invoke it"),
    _pass("pass-role-lambda-event-source", LAMBDA, "lambda:CreateFunction lambda:CreateEventSourceMapping",
          "create a Lambda function that runs as {target} and have an event source invoke it"),
    _pass("pass-role-lambda-new-table", LAMBDA, "lambda:CreateFunction lambda:CreateEventSourceMapping "
          "dynamodb:CreateTable dynamodb:PutItem",
          "create a Lambda function that runs as {target} and invoke it by writing to a new table"),
    _pass("pass-role-lambda", LAMBDA, "lambda:CreateFunction",
          "create a Lambda function that runs as {target}"),
    _pass("pass-role-lambda-update", LAMBDA, "lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration",
          "give a Lambda function the role {target} and other code"),
    _pass("pass-role-ec2", EC2, "ec2:RunInstances", "launch an EC2 instance that runs as {target}"),
    _pass("pass-role-ec2-associate", EC2, "ec2:RunInstances ec2:AssociateIamInstanceProfile",
          "launch an EC2 instance and give it the role {target}"),
    _pass("pass-role-ec2-give-profile", EC2, "ec2:AssociateIamInstanceProfile",
          "give a running EC2 instance the role {target}"),
    _pass("pass-role-ec2-replace-profile", EC2, "ec2:ReplaceIamInstanceProfileAssociation",
          "replace the role of a running EC2 instance by {target}"),
    _pass("pass-role-ec2-spot-fleet", EC2, "ec2:RequestSpotFleet",
          "request a fleet of instances that run as {target}"),
    _pass("pass-role-ec2-fleet", EC2, "ec2:CreateLaunchTemplate ec2:CreateFleet",
          "start a fleet of instances that run as {target}"),
    _pass("pass-role-ec2-new-profile", EC2, "iam:CreateInstanceProfile iam:AddRoleToInstanceProfile "
          "ec2:RunInstances", "make an instance profile of {target} and launch an EC2 instance with it"),
    _pass("pass-role-ec2-spot", EC2, "ec2:RequestSpotInstances", "request a spot instance that runs as {target}"),
    _pass("pass-role-autoscaling-create", EC2, "autoscaling:CreateLaunchConfiguration "
          "autoscaling:CreateAutoScalingGroup", "start instances that run as {target} in an Auto Scaling group"),
    _pass("pass-role-autoscaling-update", EC2, "autoscaling:CreateLaunchConfiguration "
          "autoscaling:UpdateAutoScalingGroup", "have an Auto Scaling group start instances that run as {target}"),
    _pass("pass-role-image-builder", EC2, "imagebuilder:CreateComponent imagebuilder:CreateImage "
          "imagebuilder:CreateImageRecipe imagebuilder:CreateInfrastructureConfiguration",
          "build an image on an instance that runs as {target}"),
    _pass("pass-role-image-pipeline", EC2, "imagebuilder:CreateComponent imagebuilder:CreateImageRecipe "
          "imagebuilder:CreateInfrastructureConfiguration imagebuilder:CreateImagePipeline "
          "imagebuilder:StartImagePipelineExecution", "build images by a pipeline on instances that run as {target}"),
    _pass("pass-role-ecs-cluster-service", TASKS, "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService",
          "create an ECS cluster with a service that runs as {target}"),
    _pass("pass-role-ecs-cluster-task", TASKS, "ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask",
          "create an ECS cluster with a task that runs as {target}"),
    _pass("pass-role-ecs-service", TASKS, "ecs:RegisterTaskDefinition ecs:CreateService",
          "create an ECS service that runs as {target}"),
    _pass("pass-role-ecs-update-service", TASKS, "ecs:RegisterTaskDefinition ecs:UpdateService",
          "have an ECS service run tasks of a new definition as {target}"),
    _pass("pass-role-ecs-run-task", TASKS, "ecs:RegisterTaskDefinition ecs:RunTask",
          "run an ECS task of a new definition as {target}"),
    _pass("pass-role-ecs-start-task", TASKS, "ecs:RegisterTaskDefinition ecs:StartTask",
          "start an ECS task of a new definition as {target}"),
    _pass("pass-role-ecs-container-instance", TASKS, "ecs:RegisterContainerInstance ecs:StartTask",
          "start an ECS task as {target} on a machine of its own"),
    _pass("pass-role-ecs-override", TASKS, "ecs:RunTask",
          "run an ECS task with the role {target} in place of its own"),
    _pass("pass-role-ecs-override-start", TASKS, "ecs:StartTask",
          "start an ECS task with the role {target} in place of its own"),
    _pass("pass-role-batch", TASKS, "batch:RegisterJobDefinition batch:SubmitJob",
          "submit a Batch job that runs as {target}"),
    _pass("pass-role-app-runner", "tasks.apprunner.amazonaws.com", "apprunner:CreateService",
          "create an App Runner service that runs as {target}"),
    _pass("pass-role-eks-pod", PODS, "eks:CreatePodIdentityAssociation",
          "have the pods of an EKS cluster run as {target}"),
    _pass("pass-role-eks-pod-update", PODS, "eks:UpdatePodIdentityAssociation",
          "have pods of an EKS cluster that have a role run as {target} instead"),
    _pass("pass-role-gamelift", "gamelift.amazonaws.com", "gamelift:CreateBuild gamelift:CreateFleet "
          "gamelift:RequestUploadCredentials", "create a GameLift fleet that runs as {target}"),
    _pass("pass-role-appstream", "appstream.amazonaws.com", "appstream:CreateImageBuilder "
          "appstream:CreateImageBuilderStreamingURL", "open an AppStream image builder that runs as {target}"),
    _pass("pass-role-roles-anywhere", ROLES_ANYWHERE, "rolesanywhere:CreateTrustAnchor rolesanywhere:CreateProfile",
          "have certificates of its own open {target} by IAM Roles Anywhere")._replace(unless_named=ANCHOR),
    _pass("pass-role-iot", "credentials.iot.amazonaws.com", "iot:CreateRoleAlias iot:CreatePolicy iot:AttachPolicy "
          "iot:CreateKeysAndCertificate", "have a certificate of its own open {target} by AWS IoT"),
)  # fmt: skip

_PASS_TO_DEPLOYMENT: Final = (
    _pass("pass-role-cloudformation", FORMATION, "cloudformation:CreateStack", "create a stack as {target}"),
    _pass("pass-role-cloudformation-update", FORMATION, "cloudformation:UpdateStack", "update a stack as {target}"),
    _pass("pass-role-stack-set", FORMATION, "cloudformation:CreateStackSet cloudformation:CreateStackInstances",
          "create a stack set as {target}"),
    _pass("pass-role-stack-set-update", FORMATION, "cloudformation:UpdateStackSet", "update a stack set as {target}"),
    _pass("pass-role-codebuild", BUILD, "codebuild:CreateProject codebuild:StartBuild",
          "create a CodeBuild project that runs as {target} and start a build"),
    _pass("pass-role-codebuild-batch", BUILD, "codebuild:CreateProject codebuild:StartBuildBatch",
          "create a CodeBuild project that runs as {target} and start a batch of builds"),
    _pass("pass-role-codebuild-update", BUILD, "codebuild:UpdateProject codebuild:StartBuild",
          "give a CodeBuild project the role {target} and start a build"),
    _pass("pass-role-codebuild-update-batch", BUILD, "codebuild:UpdateProject codebuild:StartBuildBatch",
          "give a CodeBuild project the role {target} and start a batch of builds"),
    _pass("pass-role-codestar", "codestar.amazonaws.com", "codestar:CreateProject",
          "create a CodeStar project with {target}"),
    _pass("pass-role-step-functions", STATES, "states:CreateStateMachine states:StartExecution",
          "create a state machine that runs as {target} and start it"),
    _pass("pass-role-step-functions-sync", STATES, "states:CreateStateMachine states:StartSyncExecution",
          "create a state machine that runs as {target} and wait for its result"),
    _pass("pass-role-step-functions-update", STATES, "states:UpdateStateMachine states:StartExecution",
          "give a state machine the role {target} and start it"),
    _pass("pass-role-step-functions-update-sync", STATES, "states:UpdateStateMachine states:StartSyncExecution",
          "give a state machine the role {target} and wait for its result"),
    _pass("pass-role-step-functions-test", STATES, "states:TestState",
          "run a state of its own as {target}"),
    _pass("pass-role-code-pipeline", "codepipeline.amazonaws.com", "codepipeline:CreatePipeline",
          "create a pipeline that runs as {target}"),
    _pass("pass-role-code-pipeline-update", "codepipeline.amazonaws.com", "codepipeline:UpdatePipeline",
          "have a pipeline run as {target}"),
    _pass("pass-role-change-set", FORMATION, "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
          "create or update a stack as {target} by a change set"),
    _pass("pass-role-beanstalk", EC2, "elasticbeanstalk:CreateApplication elasticbeanstalk:CreateEnvironment",
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
    _pass("pass-role-data-pipeline-instances", EC2, "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition "
          "datapipeline:ActivatePipeline", "run a data pipeline on instances that run as {target}"),
    _pass("pass-role-emr", "elasticmapreduce.amazonaws.com", "elasticmapreduce:RunJobFlow",
          "start an EMR cluster as {target}"),
    _pass("pass-role-emr-instances", EC2, "elasticmapreduce:RunJobFlow",
          "start an EMR cluster on instances that run as {target}"),
    _pass("pass-role-airflow", "airflow.amazonaws.com", "airflow:CreateEnvironment",
          "create an Airflow environment that runs as {target}", "airflow-env.amazonaws.com"),
    _pass("pass-role-emr-serverless", "emr-serverless.amazonaws.com", "emr-serverless:StartJobRun",
          "run an EMR Serverless job as {target}"),
    _pass("pass-role-glue-endpoint", GLUE, "glue:CreateDevEndpoint",
          "create a Glue development endpoint that runs as {target}"),
    _pass("pass-role-glue-job", GLUE, "glue:CreateJob glue:StartJobRun",
          "create a Glue job that runs as {target} and start it"),
    _pass("pass-role-glue-job-trigger", GLUE, "glue:CreateJob glue:CreateTrigger",
          "create a Glue job that runs as {target} and trigger it"),
    _pass("pass-role-glue-job-update", GLUE, "glue:UpdateJob glue:StartJobRun",
          "give a Glue job the role {target} and start it"),
    _pass("pass-role-glue-job-update-trigger", GLUE, "glue:UpdateJob glue:CreateTrigger",
          "give a Glue job the role {target} and trigger it"),
    _pass("pass-role-glue-session", GLUE, "glue:CreateSession glue:RunStatement",
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
    _pass("pass-role-sagemaker-notebook", SAGEMAKER, "sagemaker:CreateNotebookInstance",
          "create a SageMaker notebook that runs as {target}"),
    _pass("pass-role-sagemaker-processing", SAGEMAKER, "sagemaker:CreateProcessingJob",
          "run a SageMaker processing job as {target}"),
    _pass("pass-role-sagemaker-training", SAGEMAKER, "sagemaker:CreateTrainingJob",
          "run a SageMaker training job as {target}"),
    _pass("pass-role-sagemaker-tuning", SAGEMAKER, "sagemaker:CreateHyperParameterTuningJob",
          "run SageMaker training jobs as {target} by tuning them"),
    _pass("pass-role-sagemaker-pipeline", SAGEMAKER, "sagemaker:CreatePipeline sagemaker:StartPipelineExecution",
          "run a SageMaker pipeline as {target}"),
    _pass("pass-role-sagemaker-pipeline-update", SAGEMAKER, "sagemaker:UpdatePipeline "
          "sagemaker:StartPipelineExecution", "change a SageMaker pipeline and run it as {target}"),
    _pass("pass-role-sagemaker-endpoint", SAGEMAKER, "sagemaker:CreateModel sagemaker:CreateEndpointConfig "
          "sagemaker:CreateEndpoint", "deploy a SageMaker model of its own that runs as {target}"),
    _pass("pass-role-sagemaker-transform", SAGEMAKER, "sagemaker:CreateModel sagemaker:CreateTransformJob",
          "run a SageMaker model of its own as {target} in a batch"),
    _pass("pass-role-sagemaker-studio", SAGEMAKER, "sagemaker:CreateUserProfile sagemaker:CreatePresignedDomainUrl",
          "open SageMaker Studio as a new user whose execution role is {target}"),
    _pass("pass-role-sagemaker-studio-update", SAGEMAKER, "sagemaker:UpdateUserProfile "
          "sagemaker:CreatePresignedDomainUrl", "open SageMaker Studio as a user that it gave the role {target}"),
    _pass("pass-role-braket", "braket.amazonaws.com", "braket:CreateJob", "run a Braket job as {target}"),
    _pass("pass-role-agentcore-browser", AGENT, "bedrock-agentcore:CreateBrowser "
          "bedrock-agentcore:StartBrowserSession bedrock-agentcore:ConnectBrowserAutomationStream",
          "drive an AgentCore browser that runs as {target}"),
    _pass("pass-role-agentcore-harness", AGENT, "bedrock-agentcore:CreateHarness bedrock-agentcore:CreateAgentRuntime "
          "bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity "
          "bedrock-agentcore:GetAgentRuntime bedrock-agentcore:InvokeAgentRuntimeCommand",
          "create an AgentCore harness that runs as {target} and run commands in it"),
    _pass("pass-role-agentcore-runtime", AGENT, "bedrock-agentcore:CreateAgentRuntime "
          "bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity "
          "bedrock-agentcore:InvokeAgentRuntimeCommand",
          "create an AgentCore runtime that runs as {target} and run commands in it"),
    _pass("pass-role-agentcore-interpreter", AGENT, "bedrock-agentcore:CreateCodeInterpreter "
          "bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
          "run code in an AgentCore interpreter as {target}"),
)  # fmt: skip

PASSING: Final = (*_PASS_TO_COMPUTE, *_PASS_TO_DEPLOYMENT, *_PASS_TO_DATA, *_PASS_TO_LEARNING)
"""Those that pass a role which trusts the service."""
