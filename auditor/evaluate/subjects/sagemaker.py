"""SageMaker's resources, and the roles that it works as."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Field
from auditor.evaluate.subjects.listed import Listed
from auditor.evaluate.subjects.principals import GRANTS
from auditor.evaluate.subjects.roles import Role
from auditor.findings.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from auditor.access.actors import Actor
    from auditor.access.holdings import Grant as Hung
    from auditor.access.world import Access
    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.sagemaker import ProductionVariant, SourceIpConfig, WorkforceVpcConfig

_ON_OBJECTS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
_OF_OBJECTS = ("s3:", "aws:resource")
"""Condition keys that tell buckets and objects apart begin so."""
_NO_ACCOUNT = "000000000000"

ROLE_FIELDS = {
    "sagemaker.domains": ("DefaultUserSettings/ExecutionRole", "DefaultSpaceSettings/ExecutionRole"),
    "sagemaker.user_profiles": ("UserSettings/ExecutionRole",),
    "sagemaker.notebook_instances": ("RoleArn",),
    "sagemaker.models": ("ExecutionRoleArn",),
    "sagemaker.labeling_jobs": ("RoleArn",),
}
"""Where each section names roles."""


class _Resource(Listed):
    """A resource of SageMaker: an entry of a section that is kept by ARN. `naming` is where its name stands."""

    naming: ClassVar[str]

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every one that was seen, in all regions."""
        for arn, entry in account.entries(cls.sections[0]):
            yield cls(account, arn, getattr(entry.model, cls.naming), entry)


class SageMakerDomain(_Resource):
    """A SageMaker domain: where people come in."""

    type = "AWS::SageMaker::Domain"
    noun = "SageMaker domain"
    sections = ("sagemaker.domains",)
    naming = "domain_name"

    id: Field[str] = Field("entry", "domain_id")
    auth_mode: Field[str] = Field("entry")
    network: Field[str] = Field("entry", "app_network_access_type")
    kms_key: Field[str | None] = Field("entry", "kms_key_id")

    @property
    def default_role(self) -> Place:
        """The role of every user profile that has none of its own, or None."""
        return Place(
            f"{self.entry.pointer}/DefaultUserSettings/ExecutionRole",
            self.entry.model.default_user_settings.execution_role,
        )

    @property
    def profile_roles(self) -> tuple[Place, ...]:
        """The own role, or None, of every user profile of the domain that was seen."""
        return tuple(
            Place(f"{entry.pointer}/UserSettings/ExecutionRole", entry.model.user_settings.execution_role)
            for _, entry in self.account.entries("sagemaker.user_profiles")
            if entry.model.domain_id == self.id
        )


class NotebookInstance(_Resource):
    """A notebook instance."""

    type = "AWS::SageMaker::NotebookInstance"
    noun = "SageMaker notebook instance"
    sections = ("sagemaker.notebook_instances",)
    naming = "notebook_instance_name"

    direct_internet_access: Field[str] = Field("entry")
    root_access: Field[str] = Field("entry")
    subnet: Field[str | None] = Field("entry", "subnet_id")
    kms_key: Field[str | None] = Field("entry", "kms_key_id")
    platform: Field[str | None] = Field("entry", "platform_identifier")


class SageMakerModel(_Resource):
    """A model that can be deployed."""

    type = "AWS::SageMaker::Model"
    noun = "SageMaker model"
    sections = ("sagemaker.models",)
    naming = "model_name"

    isolated: Field[bool] = Field("entry", "enable_network_isolation")


class EndpointConfig(_Resource):
    """The configuration that endpoints are made of."""

    type = "AWS::SageMaker::EndpointConfig"
    noun = "SageMaker endpoint configuration"
    sections = ("sagemaker.endpoint_configs",)
    naming = "endpoint_config_name"

    variants: Field[tuple[ProductionVariant, ...]] = Field("entry", "production_variants")


class Workforce(_Resource):
    """A private workforce."""

    type = "AWS::SageMaker::Workforce"
    noun = "SageMaker workforce"
    sections = ("sagemaker.workforces",)
    naming = "workforce_name"

    sources: Field[SourceIpConfig] = Field("entry", "source_ip_config")
    vpc: Field[WorkforceVpcConfig | None] = Field("entry", "workforce_vpc_config")

    @property
    def teams(self) -> tuple[str, ...]:
        """The names of its work teams that were seen."""
        return tuple(
            entry.model.workteam_name
            for _, entry in self.account.entries("sagemaker.work_teams")
            if entry.model.workforce_arn == self.arn
        )


class ExecutionRole(Role):
    """A role that SageMaker works as, for domains, user profiles, notebooks, models or labelling jobs.

    `uses` are the places that name it.
    """

    noun = "SageMaker execution role"
    sections = ("iam.roles", *ROLE_FIELDS)

    def __init__(self, account: Account, arn: str, name: str, uses: tuple[Place, ...]) -> None:
        super().__init__(account, arn, name)
        self.uses = uses

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every role of the account that a resource names. One that is named and gone can do nothing."""
        uses: dict[str, list[Place]] = {}
        for section in cls.sections[1:]:
            for place in _named_roles(account, section):
                uses.setdefault(str(place.value), []).append(place)
        for role in account.roles:
            if role.arn in uses:
                yield cls(account, role.arn, role.name, tuple(uses[role.arn]))


class LabelingRole(ExecutionRole):
    """A role that one of the newest labelling jobs of a region ran as."""

    noun = "labelling role"
    sections = ("iam.roles", "sagemaker.labeling_jobs")

    @property
    def grants_on_any_object(self) -> tuple[Hung, ...]:
        """The policies by which it reads, writes or deletes objects of buckets that nobody named.

        Raises NotCollected where there are none and a policy was not seen.
        """
        from auditor.access.ways import granting

        actor = self._actor
        self.account.touched.update(GRANTS)
        found = tuple(self._on_any_object(actor, action) for action in _ON_OBJECTS)
        granted = tuple(access for access in found if access.granted)
        if not granted and actor.blind:
            raise NotCollected(*actor.blind)
        return granting(actor, granted)

    def _on_any_object(self, actor: Actor, action: str) -> Access:
        """The bucket is nobody's whom a condition asks for, and it and its objects have nothing that one asks for."""
        from auditor.access.wide import NOBODY

        arn = f"arn:{self.account.snapshot.partition}:s3:::{NOBODY}/{NOBODY}"
        policies = (*actor.policies.identity, *actor.policies.boundaries)
        asked = (it.key for policy in policies for statement in policy.statements for it in statement.conditions)
        narrowing = (key for key in asked if key.startswith(_OF_OBJECTS))
        context = {**dict.fromkeys(narrowing), "aws:resourceaccount": _NO_ACCOUNT}
        return self.account.access.world.decide(actor, action, arn, context)


def _named_roles(account: Account, section: str) -> Iterator[Place]:
    for _, entry in account.entries(section):
        for path in ROLE_FIELDS[section]:
            if role := attrgetter(_attribute(path))(entry.model):
                yield Place(f"{entry.pointer}/{path}", role)


def _attribute(path: str) -> str:
    """ "UserSettings/ExecutionRole" -> "user_settings.execution_role"."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in path)
    return words.replace("/_", ".").removeprefix("_")
