"""The policies of a Terraform plan, as `terraform show -json` writes it.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.policy.elements import Kind
from auditor.policy.embedded.texts import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.embedded.documents import Embedded, Tree
    from auditor.policy.source import Path

_OF_TYPE: Final[dict[str, tuple[tuple[str, Kind, str], ...]]] = {
    "aws_iam_policy": (("policy", Kind.IDENTITY, ""),),
    "aws_iam_role_policy": (("policy", Kind.IDENTITY, ""),),
    "aws_iam_user_policy": (("policy", Kind.IDENTITY, ""),),
    "aws_iam_group_policy": (("policy", Kind.IDENTITY, ""),),
    "aws_iam_role": (("assume_role_policy", Kind.TRUST, ""), ("inline_policy/*/policy", Kind.IDENTITY, "")),
    "aws_ssoadmin_permission_set_inline_policy": (("inline_policy", Kind.IDENTITY, ""),),
    "aws_s3_bucket": (("policy", Kind.RESOURCE, "s3-bucket"),),
    "aws_s3_bucket_policy": (("policy", Kind.RESOURCE, "s3-bucket"),),
    "aws_s3_access_point": (("policy", Kind.RESOURCE, "s3-access-point"),),
    "aws_s3control_access_point_policy": (("policy", Kind.RESOURCE, "s3-access-point"),),
    "aws_sqs_queue": (("policy", Kind.RESOURCE, "sqs-queue"),),
    "aws_sqs_queue_policy": (("policy", Kind.RESOURCE, "sqs-queue"),),
    "aws_sns_topic": (("policy", Kind.RESOURCE, "sns-topic"),),
    "aws_sns_topic_policy": (("policy", Kind.RESOURCE, "sns-topic"),),
    "aws_kms_key": (("policy", Kind.RESOURCE, "kms-key"),),
    "aws_kms_key_policy": (("policy", Kind.RESOURCE, "kms-key"),),
    "aws_kms_replica_key": (("policy", Kind.RESOURCE, "kms-key"),),
    "aws_secretsmanager_secret": (("policy", Kind.RESOURCE, "secret"),),
    "aws_secretsmanager_secret_policy": (("policy", Kind.RESOURCE, "secret"),),
    "aws_ecr_repository_policy": (("policy", Kind.RESOURCE, "ecr-repository"),),
    "aws_ecr_registry_policy": (("policy", Kind.RESOURCE, "ecr-registry"),),
    "aws_efs_file_system_policy": (("policy", Kind.RESOURCE, "efs-file-system"),),
    "aws_opensearch_domain": (("access_policies", Kind.RESOURCE, "opensearch-domain"),),
    "aws_opensearch_domain_policy": (("access_policies", Kind.RESOURCE, "opensearch-domain"),),
    "aws_elasticsearch_domain": (("access_policies", Kind.RESOURCE, "opensearch-domain"),),
    "aws_elasticsearch_domain_policy": (("access_policies", Kind.RESOURCE, "opensearch-domain"),),
    "aws_backup_vault_policy": (("policy", Kind.RESOURCE, "backup-vault"),),
    "aws_glacier_vault": (("access_policy", Kind.RESOURCE, "glacier-vault"),),
    "aws_api_gateway_rest_api": (("policy", Kind.RESOURCE, "api-gateway-rest-api"),),
    "aws_api_gateway_rest_api_policy": (("policy", Kind.RESOURCE, "api-gateway-rest-api"),),
    "aws_codeartifact_domain_permissions_policy": (("policy_document", Kind.RESOURCE, "codeartifact-domain"),),
    "aws_codeartifact_repository_permissions_policy": (("policy_document", Kind.RESOURCE, "codeartifact-repository"),),
    "aws_cloudwatch_event_bus_policy": (("policy", Kind.RESOURCE, "events-event-bus"),),
    "aws_cloudwatch_log_resource_policy": (("policy_document", Kind.RESOURCE, "logs-account"),),
    "aws_dynamodb_resource_policy": (("policy", Kind.RESOURCE, "dynamodb-table"),),
    "aws_vpclattice_auth_policy": (("policy", Kind.RESOURCE, "vpc-lattice-auth"),),
    "aws_vpc_endpoint": (("policy", Kind.VPC_ENDPOINT, ""),),
    "aws_vpc_endpoint_policy": (("policy", Kind.VPC_ENDPOINT, ""),),
}
"""Type of a resource -> its attributes that hold a policy, with the kind and the resource type of each.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""
_OF_ORGANIZATION: Final = {"SERVICE_CONTROL_POLICY": Kind.SCP, "RESOURCE_CONTROL_POLICY": Kind.RCP}


def policies(tree: Tree) -> Iterator[Embedded]:
    """The policies as they will be; a policy that is known only after the change is not in the plan."""
    for path, resource, values in _resources(tree.value):
        if not isinstance(resource, dict) or not isinstance(resource.get(values[0]), dict):
            continue
        found: Any = resource
        for step in values:
            found = found.get(step) if isinstance(found, dict) else None
        name = str(resource.get("address", ""))
        for attribute, kind, resource_type in _attributes(resource.get("type"), found):
            for place in _texts(found, attribute.split("/"), (*path, *values)):
                yield from from_text(tree, name, place, kind, resource_type)


def _attributes(kind: object, values: Any) -> tuple[tuple[str, Kind, str], ...]:
    if kind == "aws_organizations_policy" and isinstance(values, dict):
        found = _OF_ORGANIZATION.get(str(values.get("type", "SERVICE_CONTROL_POLICY")))
        return (("content", found, ""),) if found else ()
    return _OF_TYPE.get(str(kind), ())


def _resources(plan: dict[str, Any]) -> Iterator[tuple[Path, Any, tuple[str, ...]]]:
    """Each resource with its path, and the keys below it that lead to its values."""
    planned = plan.get("planned_values")
    if isinstance(planned, dict):
        yield from _modules(planned.get("root_module"), ("planned_values", "root_module"))
        return
    changes = plan.get("resource_changes")
    for position, change in enumerate(changes if isinstance(changes, list) else ()):
        yield ("resource_changes", position), change, ("change", "after")


def _modules(module: Any, path: Path) -> Iterator[tuple[Path, Any, tuple[str, ...]]]:
    if not isinstance(module, dict):
        return
    for key in ("resources", "child_modules"):
        listed = module.get(key)
        for position, item in enumerate(listed if isinstance(listed, list) else ()):
            if key == "resources":
                yield (*path, key, position), item, ("values",)
            else:
                yield from _modules(item, (*path, key, position))


def _texts(value: Any, steps: list[str], path: Path) -> Iterator[Path]:
    if not steps:
        if isinstance(value, str):
            yield path
    elif steps[0] == "*":
        for position, item in enumerate(value if isinstance(value, list) else ()):
            yield from _texts(item, steps[1:], (*path, position))
    elif isinstance(value, dict) and steps[0] in value:
        yield from _texts(value[steps[0]], steps[1:], (*path, steps[0]))
