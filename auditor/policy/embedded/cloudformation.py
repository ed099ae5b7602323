"""The policies of a CloudFormation template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.embedded.documents import Embedded, opaque
from auditor.policy.embedded.texts import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.embedded.documents import Tree
    from auditor.policy.source import Path


class _Place(NamedTuple):
    """Where a type of resource has a policy, below Properties; `*` is each item of a list."""

    path: str
    kind: Kind
    resource_type: str = ""


_IDENTITY: Final = (_Place("PolicyDocument", Kind.IDENTITY),)
_INLINE: Final = _Place("Policies/*/PolicyDocument", Kind.IDENTITY)
_OF_TYPE: Final[dict[str, tuple[_Place, ...]]] = {
    "AWS::IAM::Policy": _IDENTITY,
    "AWS::IAM::ManagedPolicy": _IDENTITY,
    "AWS::IAM::UserPolicy": _IDENTITY,
    "AWS::IAM::GroupPolicy": _IDENTITY,
    "AWS::IAM::RolePolicy": _IDENTITY,
    "AWS::IAM::User": (_INLINE,),
    "AWS::IAM::Group": (_INLINE,),
    "AWS::IAM::Role": (_Place("AssumeRolePolicyDocument", Kind.TRUST), _INLINE),
    "AWS::SSO::PermissionSet": (_Place("InlinePolicy", Kind.IDENTITY),),
    "AWS::Serverless::Function": (
        _Place("AssumeRolePolicyDocument", Kind.TRUST),
        _Place("Policies/*", Kind.IDENTITY),
        _Place("Policies", Kind.IDENTITY),
    ),
    "AWS::Serverless::StateMachine": (_Place("Policies/*", Kind.IDENTITY), _Place("Policies", Kind.IDENTITY)),
    "AWS::S3::BucketPolicy": (_Place("PolicyDocument", Kind.RESOURCE, "s3-bucket"),),
    "AWS::S3::AccessPoint": (_Place("Policy", Kind.RESOURCE, "s3-access-point"),),
    "AWS::S3Express::BucketPolicy": (_Place("PolicyDocument", Kind.RESOURCE, "s3-directory-bucket"),),
    "AWS::S3Tables::TableBucketPolicy": (_Place("ResourcePolicy", Kind.RESOURCE, "s3-table-bucket"),),
    "AWS::SQS::QueuePolicy": (_Place("PolicyDocument", Kind.RESOURCE, "sqs-queue"),),
    "AWS::SNS::TopicPolicy": (_Place("PolicyDocument", Kind.RESOURCE, "sns-topic"),),
    "AWS::KMS::Key": (_Place("KeyPolicy", Kind.RESOURCE, "kms-key"),),
    "AWS::KMS::ReplicaKey": (_Place("KeyPolicy", Kind.RESOURCE, "kms-key"),),
    "AWS::SecretsManager::ResourcePolicy": (_Place("ResourcePolicy", Kind.RESOURCE, "secret"),),
    "AWS::ECR::Repository": (_Place("RepositoryPolicyText", Kind.RESOURCE, "ecr-repository"),),
    "AWS::ECR::RegistryPolicy": (_Place("PolicyText", Kind.RESOURCE, "ecr-registry"),),
    "AWS::EFS::FileSystem": (_Place("FileSystemPolicy", Kind.RESOURCE, "efs-file-system"),),
    "AWS::OpenSearchService::Domain": (_Place("AccessPolicies", Kind.RESOURCE, "opensearch-domain"),),
    "AWS::Elasticsearch::Domain": (_Place("AccessPolicies", Kind.RESOURCE, "opensearch-domain"),),
    "AWS::Backup::BackupVault": (_Place("AccessPolicy", Kind.RESOURCE, "backup-vault"),),
    "AWS::ApiGateway::RestApi": (_Place("Policy", Kind.RESOURCE, "api-gateway-rest-api"),),
    "AWS::CodeArtifact::Domain": (_Place("PermissionsPolicyDocument", Kind.RESOURCE, "codeartifact-domain"),),
    "AWS::CodeArtifact::Repository": (_Place("PermissionsPolicyDocument", Kind.RESOURCE, "codeartifact-repository"),),
    "AWS::DynamoDB::Table": (_Place("ResourcePolicy/PolicyDocument", Kind.RESOURCE, "dynamodb-table"),),
    "AWS::Events::EventBus": (_Place("Policy", Kind.RESOURCE, "events-event-bus"),),
    "AWS::Logs::ResourcePolicy": (_Place("PolicyDocument", Kind.RESOURCE, "logs-account"),),
    "AWS::VpcLattice::AuthPolicy": (_Place("Policy", Kind.RESOURCE, "vpc-lattice-auth"),),
    "AWS::EC2::VPCEndpoint": (_Place("PolicyDocument", Kind.VPC_ENDPOINT),),
}
_OF_ORGANIZATION: Final = {"SERVICE_CONTROL_POLICY": Kind.SCP, "RESOURCE_CONTROL_POLICY": Kind.RCP}
_KNOWN: Final = {"AWS::URLSuffix": "amazonaws.com"}
_NO_VALUE: Final = object()
_IN_SUB: Final = re.compile(r"\$\{(!?)([^${}]*)\}")


def policies(tree: Tree) -> Iterator[Embedded]:
    """The policies of a template that are written out in it."""
    for name, resource in tree.value["Resources"].items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Properties"), dict):
            continue
        properties = resource["Properties"]
        for place in _places(resource.get("Type"), properties):
            start: Path = ("Resources", name, "Properties")
            for path, value in _values(properties, place.path.split("/"), start):
                yield from _policy(tree, str(name), place, path, value)


def _places(kind: object, properties: dict[str, Any]) -> tuple[_Place, ...]:
    if kind == "AWS::Organizations::Policy":
        found = _OF_ORGANIZATION.get(str(properties.get("Type")))
        return (_Place("Content", found),) if found else ()
    return _OF_TYPE.get(str(kind), ())


def _values(value: Any, steps: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for position, item in enumerate(value if isinstance(value, list) else ()):
            yield from _values(item, steps[1:], (*path, position))
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:], (*path, steps[0]))


def _policy(tree: Tree, name: str, place: _Place, path: Path, value: Any) -> Iterator[Embedded]:
    if isinstance(value, str):
        yield from from_text(tree, name, path, place.kind, place.resource_type)
        return
    resolver = _Resolver()
    document = resolver.resolve(value, (), path)
    if not isinstance(document, dict) or "Statement" not in document:
        return
    origin = resolver.origin

    def original(of: Path) -> Path:
        here: Path = ()
        for step in of:
            if (*here, step) in origin:
                here = (*here, step)
            elif step != 0:  # one item alone is the first of a list
                break
        return origin[here]

    policy = Policy.of(document, place.kind, place.resource_type)
    start = tree.span(path).start
    yield Embedded(policy, name, start, lambda at: tree.span(original(at)), lambda at: tree.key_span(original(at)))


class _Resolver:
    """Replaces intrinsic functions in a value, and remembers from where in the template each element came."""

    def __init__(self) -> None:
        self.origin: dict[Path, Path] = {}

    def resolve(self, value: Any, path: Path, origin: Path) -> Any:
        """A value without functions: what they leave open is opaque. Its path in the policy, and in the template."""
        self.origin[path] = origin
        if isinstance(value, list):
            items: list[Any] = []
            for position, item in enumerate(value):
                found = self.resolve(item, (*path, len(items)), (*origin, position))
                if found is not _NO_VALUE:
                    items.append(found)
            return items
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (key := next(iter(value))) and (key == "Ref" or key.startswith("Fn::")):
            return self._function(key, value[key], path, (*origin, key))
        resolved = {key: self.resolve(item, (*path, key), (*origin, key)) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _NO_VALUE}

    def _function(self, name: str, argument: Any, path: Path, origin: Path) -> Any:
        if name == "Ref":
            return _NO_VALUE if argument == "AWS::NoValue" else _filled(str(argument))
        if name == "Fn::Sub":
            text = argument[0] if isinstance(argument, list) and argument else argument
            return _IN_SUB.sub(_in_sub, text) if isinstance(text, str) else opaque(name)
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            for position in (1, 2):
                found = self.resolve(argument[position], path, (*origin, position))
                if found is not _NO_VALUE:
                    return found
            return _NO_VALUE
        if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
            parts = [_Resolver().resolve(part, (), ()) for part in argument[1]]
            if all(isinstance(part, str) for part in parts):
                return str(argument[0]).join(parts)
        return opaque(f"{name}.{argument if isinstance(argument, str) else ''}")


def _filled(name: str) -> str:
    return _KNOWN.get(name) or opaque(name)


def _in_sub(found: re.Match[str]) -> str:
    literal, name = found.groups()
    return f"${{{name}}}" if literal else _filled(name)
