"""The forms in which permissions are printed: as a policy, as a list, and with the role that takes them.

The role can be assumed by one principal that knows the external id, for an hour at a time.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Permissions(NamedTuple):
    """IAM actions: what is needed in every account, and what besides to ask about the organization."""

    everywhere: tuple[str, ...]
    organization: tuple[str, ...]


READS = "AuditorReads"
READS_ORGANIZATION = "AuditorReadsOrganization"
ROLE = "auditor"


def policy(permissions: Permissions) -> str:
    """An identity policy. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    import json

    statements = [_statement(READS, permissions.everywhere)]
    if permissions.organization:
        statements.append(_statement(READS_ORGANIZATION, permissions.organization))
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"


def _statement(sid: str, actions: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"}


def listing(permissions: Permissions) -> str:
    """One action a line, sorted."""
    return "".join(f"{action}\n" for action in sorted((*permissions.everywhere, *permissions.organization)))


def terraform(permissions: Permissions) -> str:
    """A module with the role. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role"""
    variable = _TERRAFORM_VARIABLE if permissions.organization else ""
    statement = (
        _TERRAFORM_ORGANIZATION.format(sid=READS_ORGANIZATION, actions=_terraform_list(permissions.organization, 10))
        if permissions.organization
        else ""
    )
    return _TERRAFORM.format(
        role=ROLE,
        variable=variable,
        sid=READS,
        actions=_terraform_list(permissions.everywhere, 6),
        organization=statement,
    )


def _terraform_list(actions: Sequence[str], indent: int) -> str:
    return "\n".join(f'{" " * indent}"{action}",' for action in actions)


def cloudformation(permissions: Permissions) -> str:
    """A template with the role; one for all accounts, so that a StackSet can spread it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
    """
    organization = permissions.organization
    return _CLOUDFORMATION.format(
        role=ROLE,
        parameter=_CLOUDFORMATION_PARAMETER if organization else "",
        sid=READS,
        actions=_yaml_list(permissions.everywhere, 16),
        organization=_CLOUDFORMATION_ORGANIZATION.format(sid=READS_ORGANIZATION, actions=_yaml_list(organization, 14))
        if organization
        else "",
    )


def _yaml_list(actions: Sequence[str], indent: int) -> str:
    return "\n".join(f"{' ' * indent}- {action}" for action in actions)


FORMS: dict[str, Callable[[Permissions], str]] = {
    "policy": policy,
    "list": listing,
    "terraform": terraform,
    "cloudformation": cloudformation,
}

_TERRAFORM_VARIABLE = """\
variable "asks_organization" {
  type        = bool
  default     = false
  description = "True in the management account of an organization and for its delegated administrators"
}

"""

_TERRAFORM_ORGANIZATION = """
  dynamic "statement" {{
    for_each = var.asks_organization ? [true] : []
    content {{
      sid       = "{sid}"
      effect    = "Allow"
      resources = ["*"]
      actions = [
{actions}
      ]
    }}
  }}
"""

_TERRAFORM = """\
variable "trusted_principal" {{
  type        = string
  description = "ARN of the role or user that runs auditor"
}}

variable "external_id" {{
  type        = string
  sensitive   = true
  description = "External id that has to be given to assume the role"
  validation {{
    condition     = can(regex("^[A-Za-z0-9_+=,.@:/-]{{2,1224}}$", var.external_id))
    error_message = "An external id has 2 to 1224 letters, digits and _+=,.@:/-."
  }}
}}

{variable}data "aws_iam_policy_document" "auditor_trust" {{
  statement {{
    effect  = "Allow"
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "AWS"
      identifiers = [var.trusted_principal]
    }}
    condition {{
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }}
  }}
}}

data "aws_iam_policy_document" "auditor" {{
  statement {{
    sid       = "{sid}"
    effect    = "Allow"
    resources = ["*"]
    actions = [
{actions}
    ]
  }}
{organization}}}

resource "aws_iam_role" "auditor" {{
  name                 = "{role}"
  description          = "What auditor scan looks as; it only reads"
  assume_role_policy   = data.aws_iam_policy_document.auditor_trust.json
  max_session_duration = 3600
}}

resource "aws_iam_role_policy" "auditor" {{
  name   = "{role}-reads"
  role   = aws_iam_role.auditor.id
  policy = data.aws_iam_policy_document.auditor.json
}}

output "role_arn" {{
  value = aws_iam_role.auditor.arn
}}
"""

_CLOUDFORMATION_PARAMETER = """\
  AsksOrganization:
    Type: String
    AllowedValues: ["yes", "no"]
    Default: "no"
    Description: Yes in the management account of an organization and for its delegated administrators
Conditions:
  AsksOrganization: !Equals [!Ref AsksOrganization, "yes"]
"""

_CLOUDFORMATION_ORGANIZATION = """\
  OrganizationPolicy:
    Type: AWS::IAM::RolePolicy
    Condition: AsksOrganization
    Properties:
      RoleName: !Ref Role
      PolicyName: auditor-reads-organization
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: {sid}
            Effect: Allow
            Resource: "*"
            Action:
{actions}
"""

_CLOUDFORMATION = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: The role that auditor scan looks as; it only reads
Parameters:
  TrustedPrincipal:
    Type: String
    AllowedPattern: "arn:aws[a-z-]*:iam::[0-9]{{12}}:.+"
    Description: ARN of the role or user that runs auditor
  ExternalId:
    Type: String
    NoEcho: true
    MinLength: 2
    MaxLength: 1224
    AllowedPattern: "[A-Za-z0-9_+=,.@:/-]+"
    Description: External id that has to be given to assume the role
{parameter}Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: {role}
      Description: What auditor scan looks as; it only reads
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal:
              AWS: !Ref TrustedPrincipal
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      Policies:
        - PolicyName: {role}-reads
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: {sid}
                Effect: Allow
                Resource: "*"
                Action:
{actions}
{organization}Outputs:
  RoleArn:
    Value: !GetAtt Role.Arn
"""
