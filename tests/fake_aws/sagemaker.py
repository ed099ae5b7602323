"""SageMaker's resources, as an account of the fake holds them. Names are unique within a region."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UserProfile:
    """A user profile; `role` is the ARN of its own role, if it has one."""

    name: str
    role: str | None = None


@dataclass(frozen=True)
class Domain:
    """A domain. One that is `gone` was deleted right after it was listed."""

    id: str
    name: str
    role: str
    region: str = "us-east-1"
    auth_mode: str = "IAM"
    network: str = "PublicInternetOnly"
    kms_key: str | None = None
    profiles: tuple[UserProfile, ...] = ()
    gone: bool = False


@dataclass(frozen=True)
class NotebookInstance:
    name: str
    role: str
    region: str = "us-east-1"
    direct_internet: bool = True
    root_access: bool = True
    subnet: str | None = None
    kms_key: str | None = None
    platform: str = "notebook-al2023-v1"


@dataclass(frozen=True)
class Model:
    name: str
    role: str
    region: str = "us-east-1"
    isolated: bool = False


@dataclass(frozen=True)
class EndpointConfig:
    """`instances` are the first counts of its variants; None is a serverless one."""

    name: str
    region: str = "us-east-1"
    instances: tuple[int | None, ...] = (1,)


@dataclass(frozen=True)
class Workforce:
    """A region's private workforce, with the names of its teams."""

    name: str
    region: str = "us-east-1"
    cidrs: tuple[str, ...] = ()
    vpc: str | None = None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelingJob:
    name: str
    role: str
    region: str = "us-east-1"
    days: float = 100


@dataclass(frozen=True)
class SageMaker:
    """All there is in all regions."""

    domains: tuple[Domain, ...] = ()
    notebooks: tuple[NotebookInstance, ...] = ()
    models: tuple[Model, ...] = ()
    endpoint_configs: tuple[EndpointConfig, ...] = ()
    workforces: tuple[Workforce, ...] = ()
    labeling_jobs: tuple[LabelingJob, ...] = ()
