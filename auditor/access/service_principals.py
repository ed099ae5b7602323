"""The principals of the services that roles are passed to, and the key that tells the trust anchor of one of them."""

from __future__ import annotations

from typing import Final

AGENT: Final = "bedrock-agentcore.amazonaws.com"
BUILD: Final = "codebuild.amazonaws.com"
EC2: Final = "ec2.amazonaws.com"
FORMATION: Final = "cloudformation.amazonaws.com"
GLUE: Final = "glue.amazonaws.com"
LAMBDA: Final = "lambda.amazonaws.com"
PODS: Final = "pods.eks.amazonaws.com"
ROLES_ANYWHERE: Final = "rolesanywhere.amazonaws.com"
SAGEMAKER: Final = "sagemaker.amazonaws.com"
STATES: Final = "states.amazonaws.com"
TASKS: Final = "ecs-tasks.amazonaws.com"

ANCHOR: Final = "aws:sourcearn"
"""What tells the trust anchor of Roles Anywhere; nobody chooses the id of a new one."""
