"""The snapshot: all that one look at an account saw, and what it could not see."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import Field, FiniteFloat, StringConstraints

from auditor.errors import NotCollected
from auditor.findings.model import Blind
from auditor.snapshot.access_analyzer import AccessAnalyzer
from auditor.snapshot.account_management import AccountManagement
from auditor.snapshot.cloudtrail import CloudTrail
from auditor.snapshot.config import Config
from auditor.snapshot.iam import IAM
from auditor.snapshot.identitystore import IdentityStore
from auditor.snapshot.logs import Logs
from auditor.snapshot.model import OWN_NAMES, Model, Text, Timestamp
from auditor.snapshot.organizations import STS, Organizations
from auditor.snapshot.regions import region_of
from auditor.snapshot.resource_policies import ResourcePolicies
from auditor.snapshot.sagemaker import SageMaker
from auditor.snapshot.spending import Budgets, CostExplorer
from auditor.snapshot.sso import SSO
from auditor.snapshot.support import Support
from auditor.snapshot.workloads import Workloads

SCHEMA: Final = "auditor/snapshot/v1"


class Gap(Model):
    """A call that did not answer, so that a section, or the part of it named by `resource`, is not known.

    Two reasons are of their own kind, and told by `message`: "stale" where the answer is older than what it is asked
    about, and "not-exported" where a snapshot was made of files that do not hold it.
    """

    model_config = OWN_NAMES

    section: Text
    operation: Text
    reason: Literal["denied", "throttled", "timed-out", "failed", "stale", "not-exported"]
    error: Text = ""
    message: Text = ""
    permission: Text = ""
    region: Text = "global"
    resource: Text | None = None

    def blind(self) -> Blind:
        """The gap as a report tells it."""
        about = f" for {self.resource}" if self.resource else ""
        about += f" in {self.region}" if self.region != "global" else ""
        words = {
            "denied": f"{self.operation} was denied{about}",
            "throttled": f"{self.operation} was throttled{about} until retries ran out",
            "timed-out": f"{self.operation} did not answer in time{about}",
            "failed": f"{self.operation} failed{about}: {self.error}",
            "stale": self.message,
            "not-exported": self.message,
        }
        return Blind(words[self.reason], self.operation, self.permission, self.error)


class Collection(Model):
    """How the look was taken: all that differs between two looks at an unchanged account."""

    model_config = OWN_NAMES

    taken_at: Timestamp
    tool_version: Text
    opted_in: tuple[Text, ...] = ()
    regions: tuple[Text, ...] = ()
    redacted: Literal["off", "names", "strict"] = "off"
    requests: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[FiniteFloat, Field(ge=0)] = 0.0


class Snapshot(Model):
    """Everything known of one account at one moment."""

    model_config = OWN_NAMES

    schema_: Annotated[Literal["auditor/snapshot/v1"], Field(alias="schema")] = SCHEMA
    account: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    partition: Annotated[str, StringConstraints(pattern=r"^aws(-[a-z]{1,20}){0,3}$")] = "aws"
    sts: STS = STS()
    iam: IAM = IAM()
    account_management: AccountManagement = AccountManagement()
    organizations: Organizations = Organizations()
    sagemaker: SageMaker = SageMaker()
    access_analyzer: AccessAnalyzer = AccessAnalyzer()
    cloudtrail: CloudTrail = CloudTrail()
    config: Config = Config()
    logs: Logs = Logs()
    sso: SSO = SSO()
    identitystore: IdentityStore = IdentityStore()
    budgets: Budgets = Budgets()
    ce: CostExplorer = CostExplorer()
    support: Support = Support()
    workloads: Workloads = Workloads()
    resource_policies: ResourcePolicies = ResourcePolicies()
    gaps: tuple[Gap, ...] = ()
    collection: Collection

    def is_set(self, section: str) -> bool:
        """Whether a section ("iam.users") was seen, wholly or in part."""
        service, _, name = section.partition(".")
        return name in getattr(self, service).model_fields_set

    def seen(self, section: str) -> Any:
        """What is known of a section; its empty value where nothing is."""
        service, _, name = section.partition(".")
        return getattr(getattr(self, service), name)

    def blind(self, section: str) -> tuple[Blind, ...]:
        """What keeps a section from being known completely; empty where it is."""
        if gaps := self._gaps.get(section):
            return tuple(gap.blind() for listed in gaps.values() for gap in listed)
        return () if self.is_set(section) else (_absent(section),)

    def blind_entry(self, section: str, key: str) -> tuple[Blind, ...]:
        """What keeps one entry of a map section from being known; empty where it is there, or surely is not."""
        gaps = self._gaps.get(section, {})
        if own := gaps.get(key):
            return tuple(gap.blind() for gap in own)
        if key in self.seen(section):
            return ()
        if whole := [gap for gap in gaps.get(None, ()) if gap.region in ("global", region_of(key))]:
            return tuple(gap.blind() for gap in whole)
        return () if self.is_set(section) else (_absent(section),)

    def has_gap(self, section: str, resource: str) -> bool:
        """Whether a call about just this resource did not answer."""
        return resource in self._gaps.get(section, {})

    def read(self, section: str) -> Any:
        """A section that is known completely.

        Raises NotCollected where it was not seen, or only in part.
        """
        if blind := self.blind(section):
            raise NotCollected(*blind)
        return self.seen(section)

    @cached_property
    def _gaps(self) -> dict[str, dict[str | None, list[Gap]]]:
        """Section -> resource (None: the whole section) -> gaps."""
        index: dict[str, dict[str | None, list[Gap]]] = {}
        for gap in self.gaps:
            index.setdefault(gap.section, {}).setdefault(gap.resource, []).append(gap)
        return index


def _absent(section: str) -> Blind:
    return Blind(f"{section} is not in this snapshot")
