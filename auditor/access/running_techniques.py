"""Ways to act as a role by steering what runs with it already.

What runs with a role is not in a snapshot of IAM, so a role that trusts the service is taken for one that it uses.
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


def _run(id: str, services: str, actions: str, words: str, *needs: Need) -> Technique:
    needed = (*anywhere(actions), *needs)
    return Technique(id, words, "run", Scope.SERVICE_ROLE, Power.ACT, needed, tuple(services.split()))


_RUNNING_COMPUTE: Final = (
    _run("lambda-update-code-invoke", LAMBDA, "lambda:UpdateFunctionCode lambda:InvokeFunction",
         "replace the code of a Lambda function that runs as {target} and invoke it"),
    _run("lambda-update-code-permission", LAMBDA, "lambda:UpdateFunctionCode lambda:AddPermission",
         "replace the code of a Lambda function that runs as {target} and let another account invoke it"),
    _run("lambda-update-code", LAMBDA, "lambda:UpdateFunctionCode",
         "replace the code of a Lambda function that runs as {target}"),
    _run("lambda-update-configuration", LAMBDA, "lambda:UpdateFunctionConfiguration",
         "add a layer of another account to a Lambda function that runs as {target}"),
    _run("lambda-publish-layer", LAMBDA, "lambda:PublishLayerVersion lambda:UpdateFunctionConfiguration",
         "publish a layer and add it to a Lambda function that runs as {target}"),
    _run("ec2-user-data", EC2, "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
         "replace the user data of an EC2 instance that runs as {target} and restart it"),
    _run("ec2-launch-template", EC2, "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate",
         "change the launch template of EC2 instances that run as {target}"),
    _run("ec2-instance-connect", EC2, "ec2-instance-connect:SendSSHPublicKey",
         "sign in to an EC2 instance that runs as {target} by EC2 Instance Connect"),
    _run("autoscaling-create-group", EC2, "autoscaling:CreateAutoScalingGroup",
         "start instances of a launch configuration that runs as {target}"),
    _run("ssm-send-command", EC2, "ssm:SendCommand", "run commands on an EC2 instance that runs as {target}",
         Need("ssm:SendCommand", "instance")),
    _run("ssm-start-session", EC2, "", "open a session on an EC2 instance that runs as {target}",
         Need("ssm:StartSession", "instance")),
    _run("ssm-create-association", EC2, "ssm:CreateAssociation",
         "have State Manager run commands on EC2 instances that run as {target}"),
    _run("codedeploy-create-deployment", EC2, "codedeploy:CreateDeployment codedeploy:GetDeploymentConfig "
         "codedeploy:RegisterApplicationRevision", "deploy code to EC2 instances that run as {target}"),
    _run("emr-add-steps", EC2, "elasticmapreduce:AddJobFlowSteps",
         "run steps of its own on an EMR cluster whose instances run as {target}"),
    _run("ecs-execute-command", TASKS, "ecs:ExecuteCommand",
         "run commands in an ECS task that runs as {target}"),
    _run("ecr-put-image", f"{TASKS} {LAMBDA} tasks.apprunner.amazonaws.com", "ecr:PutImage",
         "replace the image of a container that runs as {target}"),
    _run("batch-submit-job", TASKS, "batch:SubmitJob", "submit a Batch job of a definition that runs as {target}"),
    _run("apprunner-update-service", "tasks.apprunner.amazonaws.com", "apprunner:UpdateService",
         "replace the code of an App Runner service that runs as {target}"),
    _run("eks-create-access-entry", PODS, "eks:CreateAccessEntry eks:AssociateAccessPolicy",
         "make itself administrator of an EKS cluster whose pods run as {target}"),
)  # fmt: skip

_RUNNING_OTHERS: Final = (
    _run("cloudformation-change-set", FORMATION, "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
         "change a stack whose role is {target}"),
    _run("cloudformation-update-stack", FORMATION, "cloudformation:UpdateStack",
         "update a stack whose role is {target}"),
    _run("codebuild-start-build", BUILD, "codebuild:StartBuild",
         "start a build of its own in a CodeBuild project that runs as {target}"),
    _run("codebuild-start-build-batch", BUILD, "codebuild:StartBuildBatch",
         "start builds of its own in a CodeBuild project that runs as {target}"),
    _run("codebuild-sandbox", BUILD, "codebuild:StartSandbox codebuild:StartCommandExecution",
         "run commands in a sandbox of a CodeBuild project that runs as {target}"),
    _run("step-functions-update", STATES, "states:UpdateStateMachine states:StartExecution",
         "change a state machine that runs as {target} and start it"),
    _run("servicecatalog-provision", "servicecatalog.amazonaws.com", "servicecatalog:ProvisionProduct",
         "provision a Service Catalog product whose launch role is {target}"),
    _run("servicecatalog-provision-as", f"{FORMATION} servicecatalog.amazonaws.com",
         "servicecatalog:CreateProduct servicecatalog:CreateConstraint servicecatalog:ProvisionProduct",
         "make a Service Catalog product whose launch role is {target} and provision it"),
    _run("cognito-update-identity-pool", "cognito-identity.amazonaws.com", "cognito-identity:UpdateIdentityPool",
         "open an identity pool that gives {target} to its users"),
    _run("glue-update-endpoint", GLUE, "glue:UpdateDevEndpoint",
         "add an SSH key to a Glue development endpoint that runs as {target}"),
    _run("kinesis-analytics-update", "kinesisanalytics.amazonaws.com", "kinesisanalytics:UpdateApplication "
         "kinesisanalytics:StartApplication",
         "replace the code of a Kinesis Analytics application that runs as {target} and start it"),
    _run("sagemaker-lifecycle-config", SAGEMAKER, "sagemaker:CreateNotebookInstanceLifecycleConfig "
         "sagemaker:StopNotebookInstance sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance",
         "have a SageMaker notebook that runs as {target} run a script of its own"),
    _run("sagemaker-lifecycle-config-update", SAGEMAKER, "sagemaker:UpdateNotebookInstanceLifecycleConfig "
         "sagemaker:StopNotebookInstance sagemaker:StartNotebookInstance",
         "change the script that a SageMaker notebook runs as {target} when it starts"),
    _run("sagemaker-notebook-url", SAGEMAKER, "sagemaker:CreatePresignedNotebookInstanceUrl",
         "open a SageMaker notebook that runs as {target}"),
    _run("sagemaker-domain-url", SAGEMAKER, "sagemaker:CreatePresignedDomainUrl",
         "open SageMaker Studio as a user whose execution role is {target}"),
    _run("agentcore-browser-session", AGENT, "bedrock-agentcore:StartBrowserSession "
         "bedrock-agentcore:ConnectBrowserAutomationStream", "drive an AgentCore browser that runs as {target}"),
    _run("agentcore-runtime-command", AGENT, "bedrock-agentcore:InvokeAgentRuntimeCommand",
         "run commands in an AgentCore runtime that runs as {target}"),
    _run("agentcore-interpreter-session", AGENT, "bedrock-agentcore:StartCodeInterpreterSession "
         "bedrock-agentcore:InvokeCodeInterpreter", "run code in an AgentCore interpreter that runs as {target}"),
    # Whoever has a certificate of any trust anchor may ask for a session with any profile.
    # https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
    _run("roles-anywhere-create-anchor", ROLES_ANYWHERE, "rolesanywhere:CreateTrustAnchor",
         "have certificates of its own open {target} by a profile of Roles Anywhere")._replace(unless_named=ANCHOR),
    _run("roles-anywhere-update-anchor", ROLES_ANYWHERE, "rolesanywhere:UpdateTrustAnchor",
         "replace the certificate authority that opens {target} by IAM Roles Anywhere"),
)  # fmt: skip

RUNNING: Final = (*_RUNNING_COMPUTE, *_RUNNING_OTHERS)
"""Those that need no role to be passed."""
