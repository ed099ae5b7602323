"""What runs in a region, as far as three calls tell."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text


class Workload(Model):
    """The first few instances (ids), functions (names) and resources with tags (ARNs) of a region."""

    instances: tuple[Text, ...] = ()
    functions: tuple[Text, ...] = ()
    resources: tuple[Text, ...] = ()


class Workloads(Model):
    """What was found to run: `regions` by name, of those regions alone in which it matters."""

    model_config = OWN_NAMES

    regions: dict[Text, Workload] = Field(default_factory=dict)
